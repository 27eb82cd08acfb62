//! Finance over a fake host.

mod books;
mod codes;
mod common;
mod corrections;
mod decisions;
mod forwarded;
mod imports;
mod lessons;
mod mailbox;
mod notations;
mod page;
mod papers;
mod parts;
mod payments;
mod programs;
mod receipts;
mod same_purchase;
mod statements;
mod views;
