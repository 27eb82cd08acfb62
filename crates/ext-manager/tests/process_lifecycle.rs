//! The tests of `lifecycle.rs`, with instances in processes of their own.

#[path = "lifecycle.rs"]
mod in_processes;
