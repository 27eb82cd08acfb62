//! The formats of the export.

use std::collections::BTreeMap;

use ext_amounts::Amount;
use serde::{Deserialize, Serialize};
use spacedrive_sdk::prelude::*;

use super::journal::{self, Dialect};
use super::{Filter, Row, csv, datev, gnucash, rows, sheet};
use crate::preferences::Preferences;

/// Longest text that stands in the answer itself, in bytes.
const MAX_TEXT_BYTES: usize = 256 << 10;

/// A format of the export.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Comma-separated values, RFC 4180.
    #[default]
    Csv,
    /// JSON, one line for each receipt.
    Json,
    /// The journal of Beancount.
    Beancount,
    /// The journal of Ledger.
    Ledger,
    /// The journal of hledger.
    Hledger,
    /// The CSV of GnuCash.
    Gnucash,
    /// The batch of bookings of DATEV.
    Datev,
    /// A spreadsheet, Office Open XML.
    Xlsx,
}

/// Input of the export: a format, and the conditions of [`Filter`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ExportInput {
    /// The format: `csv`, `json`, `beancount`, `ledger`, `hledger`, `gnucash`, `datev` or `xlsx`
    /// [default: `csv`].
    pub format: Format,
    /// As [`Filter::from`].
    pub from: Option<String>,
    /// As [`Filter::to`].
    pub to: Option<String>,
    /// As [`Filter::category`].
    pub category: Option<String>,
    /// As [`Filter::vendor`].
    pub vendor: Option<String>,
    /// As [`Filter::currency`].
    pub currency: Option<String>,
    /// As [`Filter::min`].
    pub min: Option<Amount>,
    /// As [`Filter::max`].
    pub max: Option<Amount>,
    /// As [`Filter::sure`].
    pub sure: Option<bool>,
    /// As [`Filter::rejected`].
    pub rejected: bool,
    /// As [`Filter::project`].
    pub project: Option<String>,
    /// As [`Filter::tag`].
    pub tag: Option<String>,
    /// As [`Filter::fields`].
    pub fields: BTreeMap<String, String>,
}

/// The receipts as a file.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Exported {
    /// A text.
    Text(String),
    /// Bytes that are no text, a long text, or one in another encoding than UTF-8.
    File(File),
}

/// A file that does not stand in the answer as a text.
#[derive(Debug, Clone, Serialize)]
pub struct File {
    /// Number of the receipts.
    pub receipts: usize,
    /// The file.
    pub content: Blob,
}

/// Writes the receipts that fit as a file.
///
/// # Errors
/// As [`rows`].
pub(crate) fn export(client: &SpacedriveClient, input: &ExportInput) -> Result<Exported> {
    let rows = rows(client, &input.filter())?;
    let text = match input.format {
        Format::Csv => csv(&rows)?,
        Format::Json => {
            let lines: std::result::Result<Vec<_>, _> =
                rows.iter().map(serde_json::to_string).collect();
            format!("[{}]\n", lines.map_err(Error::failed)?.join(",\n"))
        }
        Format::Beancount => journal::write(&rows, Dialect::Beancount),
        Format::Ledger => journal::write(&rows, Dialect::Ledger),
        Format::Hledger => journal::write(&rows, Dialect::Hledger),
        Format::Gnucash => gnucash::write(&rows)?,
        Format::Datev => {
            let settings = Preferences::load(client)?;
            return Ok(Exported::file(&rows, datev::write(&rows, &settings.datev)?));
        }
        Format::Xlsx => return Ok(Exported::file(&rows, sheet::write(&rows)?)),
    };
    Ok(Exported::of(&rows, text))
}

impl ExportInput {
    fn filter(&self) -> Filter {
        let Self { from, to, category, vendor, currency, project, tag, fields, .. } = self.clone();
        let Self { min, max, sure, rejected, .. } = *self;
        Filter {
            from,
            to,
            category,
            vendor,
            currency,
            min,
            max,
            sure,
            rejected,
            project,
            tag,
            fields,
            ..Filter::default()
        }
    }
}

impl Exported {
    /// A long text does not fit into the JSON of an answer: its bytes stand beside it.
    fn of(rows: &[Row], text: String) -> Self {
        if text.len() > MAX_TEXT_BYTES {
            Self::file(rows, text.into_bytes())
        } else {
            Self::Text(text)
        }
    }

    fn file(rows: &[Row], bytes: Vec<u8>) -> Self {
        Self::File(File { receipts: rows.len(), content: Blob::from(bytes) })
    }
}
