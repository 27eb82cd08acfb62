//! The tests of `reload.rs`, with instances in processes of their own.

#[path = "reload.rs"]
mod in_processes;
