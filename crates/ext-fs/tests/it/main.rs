//! Files as their readers, other writers and the system see them.
#![allow(missing_docs, reason = "tests")]

#[cfg(unix)]
mod dir;
mod lock;
#[cfg(unix)]
mod modes;
mod replace;
