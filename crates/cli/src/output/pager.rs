//! The pager, for results that are longer than the terminal.

use std::{
    env,
    io::Write,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
};

use super::terminal;
use crate::stop;

static WANTED: AtomicBool = AtomicBool::new(true);

/// Prints without a pager from now on.
pub(crate) fn turn_off() {
    WANTED.store(false, Ordering::Relaxed);
}

/// Shows a text in the pager where it is longer than the terminal; returns false when it is still to
/// be printed.
pub(super) fn show(text: &str) -> bool {
    let wanted = WANTED.load(Ordering::Relaxed);
    let rows = terminal::rows().filter(|_| wanted);
    rows.is_some_and(|rows| text.lines().count() >= rows.into()) && page(text).is_some()
}

/// Runs the pager that the user has set, or `less`; `None` when there is none.
fn page(text: &str) -> Option<()> {
    let command = env::var("PAGER").unwrap_or_else(|_| "less".to_owned());
    let mut words = command.split_whitespace();
    let mut pager = Command::new(words.next()?);
    pager.args(words).stdin(Stdio::piped());
    if env::var_os("LESS").is_none() {
        pager.env("LESS", "FRX"); // ends by itself when all fits, and keeps colours
    }
    stop::leave_to_another();
    let mut child = pager.spawn().ok()?;
    // A pager that is left before the end has shown enough.
    let _ = child.stdin.take()?.write_all(text.as_bytes());
    child.wait().ok().map(drop)
}
