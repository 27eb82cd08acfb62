//! The server, as its clients see it.

mod common;
mod console;
mod frames;
mod http;
mod json_rpc;
mod socket;
mod subscriptions;
mod tls;
mod watched;
