//! The operations from the outside, over services of the tests.

mod common;
mod directions;
mod entry_rules;
mod http;
mod http_bytes;
mod http_revoked;
mod library;
mod mail;
mod manifest_page;
mod media;
mod operations_page;
mod ownership;
mod permissions_page;
mod rejected_tokens;
mod schema_tables;
mod search;
mod token_race;
