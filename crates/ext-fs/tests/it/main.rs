//! Files as their readers, other writers and the system see them.
#![allow(missing_docs, reason = "tests")]

mod lock;
#[cfg(unix)]
mod modes;
mod replace;
