//! One booking field by field, and the bookings that need a person's eye.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use spacedrive_sdk::prelude::*;

use crate::corrections::{self, FIELDS, PERSONS};
use crate::export::{self, Books, Filter, MAX_LISTED, Row};
use crate::index;
use crate::ledger::Ledger;
use crate::own_fields;
use crate::person;
use crate::statement::{self, Payment};

/// A booking to be shown.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BookingRef {
    /// Entry of the booking, of one of its documents, or of a file that it came in.
    pub entry_id: Uuid,
}

/// A line about a booking: a field of it, or one of its documents.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShownField {
    /// Name of the field; `document` for a document.
    pub field: String,
    /// Value, as a person corrected it.
    pub value: Value,
    /// The currency of an amount, ISO 4217.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Confidence of the reading, 0 to 1; `null` where that is not known, or a person said it.
    pub confidence: Option<f64>,
    /// Value that was read, where a person corrected it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read: Option<Value>,
    /// True when a person corrected it so in another booking of this vendor.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub taught: bool,
    /// Line of the text that says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// Other values that the text may mean.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Value>,
}

/// A booking that needs a person's eye.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ToReview {
    /// The booking.
    #[serde(flatten)]
    pub row: Row,
    /// Reasons to look at it.
    pub reasons: Vec<String>,
}

/// Shows a booking field by field, then its documents.
///
/// # Errors
/// [`ErrorCode::NotFound`] for an entry that is of no booking; those of the `vdfs` operations.
pub(crate) fn show(client: &SpacedriveClient, input: BookingRef) -> Result<Vec<ShownField>> {
    let ledger = Ledger::new(client);
    let papers = person::papers_of(&ledger, input.entry_id)?;
    let booking = person::booking_of(&papers, input.entry_id)?;
    let entry = &booking.first.entry;
    let row = person::row(client, entry.id)?;
    let evidence = match ledger.record(entry.id) {
        Ok(record) => record.values.reading.evidence,
        Err(error) if corrections::is_damaged(&error) => Value::Null,
        Err(error) => return Err(error),
    };
    let read = corrections::read(entry);
    let shown = json!(row);
    let is_corrected = |name: &str| row.corrected.iter().any(|field| field == name);
    let is_taught = |name: &str| row.taught.iter().any(|field| field == name);
    let field = |name: &&str| {
        // The kind of a document is `kind` in rows.
        let value = shown.get(if *name == "document_type" { "kind" } else { name });
        let found = evidence.get(name);
        let is_persons = is_corrected(name) || is_taught(name);
        let number = |key: &str| found?.get(key)?.as_f64();
        let value = value.cloned().unwrap_or_default();
        ShownField {
            field: (*name).to_owned(),
            currency: row.currency.clone().filter(|_| value.is_number()),
            confidence: number("confidence").filter(|_| !is_persons && !value.is_null()),
            value,
            taught: is_taught(name),
            read: is_persons.then(|| read.get(*name).cloned().unwrap_or_default()),
            // The line says what was read.
            quote: found
                .filter(|_| !is_taught(name))
                .and_then(|it| it.get("quote")?.as_str())
                .map(str::to_owned),
            alternatives: found
                .and_then(|it| it.get("alternatives")?.as_array().cloned())
                .unwrap_or_default(),
        }
    };
    let documents = row.documents.iter().map(|it| ShownField::document(export::document(it)));
    let paid = match row.paid {
        None => statement::payment(client, entry.id)?.map(ShownField::paid),
        Some(_) => None,
    };
    let said = PERSONS.iter().filter(|name| shown.get(name).is_some()).map(field);
    let tags = (!row.tags.is_empty()).then(|| ShownField::said("tags", row.tags.join(", ")));
    let own = row.fields.iter().map(|(name, value)| {
        ShownField::said(&format!("{}{name}", own_fields::PREFIX), value.clone())
    });
    // Most receipts are of what is paid.
    let fields = FIELDS.iter().filter(|name| **name != "due" || shown.get(name).is_some());
    let rest = paid.into_iter().chain(tags).chain(own).chain(documents);
    Ok(fields.map(field).chain(said).chain(rest).collect())
}

impl ShownField {
    fn document(name: String) -> Self {
        Self::said("document", name)
    }

    fn paid(by: Payment) -> Self {
        Self { quote: Some(by.words), ..Self::said("paid", by.day) }
    }

    fn said(field: &str, value: String) -> Self {
        Self {
            field: field.to_owned(),
            value: Value::String(value),
            currency: None,
            confidence: None,
            read: None,
            taught: false,
            quote: None,
            alternatives: Vec::new(),
        }
    }
}

/// Lists the first bookings that need a person's eye: unsure ones, and those that may be one purchase.
///
/// # Errors
/// Those of the export.
pub(crate) fn to_review(client: &SpacedriveClient, filter: &Filter) -> Result<Vec<ToReview>> {
    let filter = filter.checked()?;
    index::with(client, |index| {
        let books = Books::open(client, index, filter.rejected)?;
        let glances = export::fitting(&books, &filter);
        let open = glances.iter().filter(|glance| glance.needs_eye());
        let most = filter.limit.unwrap_or(MAX_LISTED).min(MAX_LISTED);
        open.take(most).map(|glance| books.row(glance).map(ToReview::of)).collect()
    })
}

/// Returns the reasons for a person to look at a booking.
pub(crate) fn reasons(row: &Row) -> Vec<String> {
    let doubtful = row.doubtful.iter().map(|field| format!("{field} may have another value"));
    let missing = [
        ("vendor", row.vendor.is_none()),
        ("date", row.date.is_none()),
        ("amount", row.amount.is_none()),
    ];
    // What a person emptied is known to be empty.
    let is_said = |field: &str| row.corrected.iter().any(|name| name == field);
    let missing = missing.into_iter().filter(|(field, missing)| *missing && !is_said(field));
    let missing = missing.map(|(field, _)| format!("{field} is not known"));
    let unsure = (!row.sure && row.doubtful.is_empty())
        .then(|| format!("read with a confidence of {:.0} %", row.confidence * 100.0));
    let twice = (!row.look_alikes.is_empty())
        .then(|| "may be one purchase with another booking: `finance.review` says why".to_owned());
    doubtful.chain(missing).chain(unsure).chain(twice).collect()
}
