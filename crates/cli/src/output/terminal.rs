//! The size of the terminal.

use std::{
    env,
    io::{IsTerminal, stdout},
};

use console::Term;

/// Returns the width that `COLUMNS` asks for, else that of the terminal, in characters; `None` where
/// results go elsewhere, or the terminal does not know.
pub(super) fn width() -> Option<u16> {
    let asked = env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    asked.or_else(|| Some(size()?.1)).filter(|width| *width > 0)
}

/// Returns the rows of the terminal; `None` as for [`width`].
pub(super) fn rows() -> Option<u16> {
    Some(size()?.0).filter(|rows| *rows > 0)
}

fn size() -> Option<(u16, u16)> {
    stdout().is_terminal().then(|| Term::stdout().size_checked()).flatten()
}
