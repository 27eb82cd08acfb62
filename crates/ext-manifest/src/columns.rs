//! The columns by which the command line shows the answer of an extension's command.

use serde::{Deserialize, Serialize};

use crate::{
    commands::{MAX_PARTS, is_field, within},
    error::ManifestError,
    raw::RawColumn,
    value::Object,
};

/// A column of the table that shows an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnDecl {
    name: String,
    value: String,
    kind: ColumnKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
}

/// The kind of a column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// A text; lists are joined by commas.
    #[default]
    Text,
    /// A number, to the right.
    Number,
    /// A confidence from 0 to 1, as percent.
    Share,
    /// An id, shortened.
    Id,
}

impl ColumnDecl {
    /// Returns the head of the column.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the path of the value in a row: field names, joined by dots.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Returns the kind.
    #[must_use]
    pub const fn kind(&self) -> ColumnKind {
        self.kind
    }

    /// Returns the path of the code of the currency that a number is an amount of, also a number in a
    /// column of texts.
    #[must_use]
    pub fn currency(&self) -> Option<&str> {
        self.currency.as_deref()
    }
}

/// Checks the columns of a command.
pub(crate) fn columns(
    place: &str,
    raw: Vec<Object<RawColumn>>,
) -> Result<Vec<ColumnDecl>, ManifestError> {
    within(place, raw.len(), 0, MAX_PARTS)?;
    let each = raw.into_iter().enumerate();
    each.map(|(at, Object(raw))| column(&format!("{place}[{at}]"), raw)).collect()
}

fn column(place: &str, raw: RawColumn) -> Result<ColumnDecl, ManifestError> {
    let kind = raw.kind.unwrap_or_default();
    let paths = std::iter::once(&raw.value).chain(&raw.currency);
    for path in paths {
        if !path.split('.').all(is_field) {
            let problem = format_args!("`{path}` is not a path: field names, joined by dots");
            return Err(ManifestError::field(place, problem));
        }
    }
    if raw.currency.is_some() && !matches!(kind, ColumnKind::Number | ColumnKind::Text) {
        return Err(ManifestError::field(place, "only a number has a currency"));
    }
    Ok(ColumnDecl { name: raw.name.0, value: raw.value, kind, currency: raw.currency })
}
