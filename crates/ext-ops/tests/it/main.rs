//! The operations from the outside, over services of the tests.

mod common;
mod directions;
mod entry_rules;
mod http;
mod http_revoked;
mod library;
mod mail;
mod media;
mod operations_page;
mod ownership;
mod token_race;
