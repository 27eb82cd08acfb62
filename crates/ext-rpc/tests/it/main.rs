//! The server, as its clients see it.

mod common;
mod http;
mod json_rpc;
mod socket;
mod subscriptions;
mod watched;
