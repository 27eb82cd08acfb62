//! Recognition of a statement's format.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use spacedrive_sdk::prelude::*;

use super::line::Statement;
use super::{camt, mt940, ofx, runs, table};
use crate::preferences::Preferences;

/// Lines of a file that are read at most.
const MAX_LINES: usize = 50_000;
/// Bytes at the start of a file that say what it is.
const START_BYTES: usize = 64 << 10;

/// Input of an import.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportInput {
    /// The file.
    pub file: Blob,
    /// Its format; recognised where it is left out.
    #[serde(default)]
    pub format: Option<Format>,
    /// Name of the mapping of the setting `statement_columns`, for CSV.
    #[serde(default)]
    pub mapping: Option<String>,
    /// Number or name of the account, where the file does not state it.
    #[serde(default)]
    pub account: Option<String>,
}

/// A format of statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// CAMT.053 or CAMT.052 of ISO 20022.
    Camt,
    /// MT940 of SWIFT.
    Mt940,
    /// Open Financial Exchange, 1 or 2.
    Ofx,
    /// Comma-separated values, by a mapping.
    Csv,
}

/// Reads the statements of a file.
///
/// # Errors
/// [`ErrorCode::BadInput`] for a file that is not a statement, says so, or has no line.
pub(super) fn read(
    input: &ImportInput,
    settings: &Preferences,
) -> Result<(Format, Vec<Statement>)> {
    let text = decoded(input.file.as_bytes());
    let format = input.format.unwrap_or_else(|| recognised(&text));
    let mut found = match format {
        Format::Camt => camt::read(&text)?,
        Format::Mt940 => mt940::read(&text)?,
        Format::Ofx => ofx::read(&text)?,
        Format::Csv => {
            let home = settings.home_currency.as_deref();
            table::read(&text, &settings.statement_columns, input.mapping.as_deref(), home)?
        }
    };
    found.retain(|statement| !statement.lines.is_empty());
    let lines: usize = found.iter().map(|statement| statement.lines.len()).sum();
    match lines {
        0 => return Err(Error::bad_input("the file has no booked line of a statement".to_owned())),
        _ if lines > MAX_LINES => {
            let message = format!("the file has {lines} lines, the limit is {MAX_LINES}");
            return Err(Error::bad_input(message));
        }
        _ => {}
    }
    // CSV seldom names a currency: it is that of most accounts at hand.
    let home = settings.home_currency.as_ref().filter(|_| matches!(format, Format::Csv));
    let named = |it: Statement| Statement {
        account: it.account.or_else(|| input.account.clone()),
        currency: it.currency.or_else(|| home.cloned()),
        ..it
    };
    Ok((format, runs::finished(found.into_iter().map(named).collect())))
}

/// Returns the text of a file: UTF-16 with a mark, UTF-8, else Windows-1252, which no byte contradicts.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode(bytes).0;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::WINDOWS_1252.decode(bytes).0,
    }
}

fn recognised(text: &str) -> Format {
    let start = crate::text::clip(text, START_BYTES);
    let has = |word: &str| start.contains(word);
    match () {
        () if has("BkToCstmr") => Format::Camt,
        () if has("OFXHEADER") || has("<OFX") => Format::Ofx,
        () if has(":20:") && (has(":61:") || has(":60F:") || has(":60M:")) => Format::Mt940,
        () => Format::Csv,
    }
}
