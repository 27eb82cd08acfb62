//! Finance over a fake host.

mod common;
mod mailbox;
mod parts;
mod receipts;
