//! Finance over a fake host.

mod common;
mod mailbox;
mod receipts;
mod same_purchase;
