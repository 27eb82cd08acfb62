//! Finance over a fake host.

mod books;
mod codes;
mod common;
mod corrections;
mod decisions;
mod einvoices;
mod foreign;
mod forwarded;
mod imports;
mod lessons;
mod mailbox;
mod mailbox_files;
mod no_purchases;
mod notations;
mod page;
mod pages;
mod papers;
mod parts;
mod payments;
mod programs;
mod providers;
mod receipts;
mod same_purchase;
mod statements;
mod tax_rates;
mod views;
