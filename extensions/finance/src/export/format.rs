//! The formats of the export.

use std::collections::BTreeMap;

use ext_amounts::Amount;
use serde::{Deserialize, Serialize};
use spacedrive_sdk::prelude::*;

use super::journal::{self, Dialect, LeftOut, Written};
use super::{Filter, Row, csv, datev, glances, gnucash, rows, sheet};
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
    /// Bytes that are no text, a long text, one in another encoding than UTF-8, or one that does not itself name
    /// the receipts that were left out.
    File(File),
}

/// A file that does not stand in the answer as a text.
#[derive(Debug, Clone, Serialize)]
pub struct File {
    /// Number of the receipts in it.
    pub receipts: usize,
    /// Receipts that fit but for what they lack, each with the reason: `no date: a.eml, Kiosk (ID)`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// The file.
    pub content: Blob,
}

/// Writes the receipts that fit as a file.
///
/// # Errors
/// As [`rows`].
pub(crate) fn export(client: &SpacedriveClient, input: &ExportInput) -> Result<Exported> {
    let mut rows = rows(client, &input.filter())?;
    let undated = undated(client, &input.filter())?;
    let dated = rows.len();
    rows.extend(undated);
    // What has no date is no transaction, and named by all that write transactions.
    let journal = |dialect| Exported::journal(journal::write(&rows, dialect));
    Ok(match input.format {
        Format::Csv | Format::Json | Format::Xlsx => {
            let (rows, undated) = rows.split_at(dated);
            table(input.format, rows, undated)?
        }
        Format::Gnucash => Exported::of(gnucash::write(&rows)?),
        Format::Datev => {
            let settings = Preferences::load(client)?;
            Exported::file(datev::write(&rows, &settings.datev)?)
        }
        Format::Beancount => journal(Dialect::Beancount),
        Format::Ledger => journal(Dialect::Ledger),
        Format::Hledger => journal(Dialect::Hledger),
    })
}

/// Writes receipts as a table, which has a row also for those that lack something; `undated` are no part of
/// it.
fn table(format: Format, rows: &[Row], undated: &[Row]) -> Result<Exported> {
    let left_out = undated.iter().map(|row| LeftOut { row, lack: "date" }).collect();
    let receipts = rows.len();
    let content = match format {
        Format::Xlsx => {
            let content = sheet::write(rows)?;
            return Ok(Exported::file(Written { content, receipts, left_out }));
        }
        Format::Json => {
            let lines: std::result::Result<Vec<_>, _> =
                rows.iter().map(serde_json::to_string).collect();
            format!("[{}]\n", lines.map_err(Error::failed)?.join(",\n"))
        }
        _ => csv(rows)?,
    };
    Ok(Exported::of(Written { content, receipts, left_out }))
}

/// Lists the receipts without a date that fit but for the days that are asked for.
fn undated(client: &SpacedriveClient, filter: &Filter) -> Result<Vec<Row>> {
    if filter.from.is_none() && filter.to.is_none() {
        return Ok(Vec::new());
    }
    let mut rows = glances(client, &Filter { from: None, to: None, ..filter.clone() })?;
    rows.retain(|row| row.date.is_none());
    Ok(rows)
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
    /// A text cannot say what was left out of it.
    fn of(written: Written<'_, String>) -> Self {
        if written.left_out.is_empty() { Self::journal(written) } else { Self::bytes(written) }
    }

    /// A journal names what was left out. A long text does not fit into the JSON of an answer: its bytes stand
    /// beside it.
    fn journal(written: Written<'_, String>) -> Self {
        if written.content.len() > MAX_TEXT_BYTES {
            Self::bytes(written)
        } else {
            Self::Text(written.content)
        }
    }

    fn bytes(written: Written<'_, String>) -> Self {
        let Written { content, receipts, left_out } = written;
        Self::file(Written { content: content.into_bytes(), receipts, left_out })
    }

    fn file(written: Written<'_, Vec<u8>>) -> Self {
        let left_out = written.left_out.iter().map(LeftOut::describe).collect();
        let content = Blob::from(written.content);
        Self::File(File { receipts: written.receipts, left_out, content })
    }
}
