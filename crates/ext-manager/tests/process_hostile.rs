//! The tests of `hostile.rs`, with instances in processes of their own.

#[path = "hostile.rs"]
mod in_processes;
