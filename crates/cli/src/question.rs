//! Questions at the terminal.

use std::io::{self, BufRead, IsTerminal, Write};

use anyhow::{Context, bail};
use console::Term;
use ext_wire::ErrorCode;
use zeroize::Zeroizing;

use crate::failure::Hinted;

/// Asks, unless the user agreed before; `what` would happen.
///
/// # Errors
/// The user declines, or there is no terminal to ask at.
pub(crate) fn ensure_meant(yes: bool, what: &str, question: &str) -> anyhow::Result<()> {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        let message = format_args!("there is no terminal to ask at: {what}");
        return Err(Hinted::error(ErrorCode::BadInput, message, "add --yes"));
    }
    match answer(&format!("{question} [y/N] "))?.to_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => bail!("nothing was changed"),
    }
}

/// Asks, and returns what the user writes, without the blanks around it.
///
/// # Errors
/// The terminal fails.
pub(crate) fn answer(question: &str) -> anyhow::Result<String> {
    crate::output::tell(format_args!("{question}"));
    io::stderr().flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim().to_owned())
}

/// Asks for a secret at the terminal; what is typed is not shown.
///
/// # Errors
/// The terminal fails.
pub(crate) fn hidden(question: &str) -> anyhow::Result<Zeroizing<String>> {
    let terminal = Term::stderr();
    terminal.write_str(question)?;
    Ok(Zeroizing::new(terminal.read_secure_line().context("the terminal cannot be read")?))
}
