//! The operations from the outside, over services of the tests.

mod common;
mod http;
mod http_revoked;
mod library;
mod mail;
