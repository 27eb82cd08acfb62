//! The requester from the outside, against servers on loopback.

mod answers;
mod common;
mod dial;
mod tls;
