//! The tests of `limits.rs`, with instances in processes of their own.

#[path = "limits.rs"]
mod in_processes;
