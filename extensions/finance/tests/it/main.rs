//! Finance over a fake host.

mod common;
mod mailbox;
mod notations;
mod parts;
mod receipts;
