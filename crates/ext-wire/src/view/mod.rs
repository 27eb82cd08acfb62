//! Views: what an extension shows of itself, as data that a host draws with its own parts.
//!
//! A query of an extension answers a [`View`], and a host checks it before it goes out ([`View::vet`]):
//! so many blocks and rows, links only to entries and to views of the same extension, buttons only for
//! the extension's own operations. Texts are texts: nothing in them is markup, a link or a script.
//!
//! ```
//! use ext_wire::view::{Cell, Column, Row, Table, View};
//!
//! let table = Table::new([Column::new("name", "Name").sortable(), Column::new("price", "Price")])
//!     .row(Row::new([Cell::text("Tea"), Cell::money(2.5, "EUR")]))
//!     .empty("nothing was bought");
//! let view = View::new().block(table).vet()?;
//! assert_eq!(view.blocks.len(), 1);
//!
//! let wrong = Table::new([Column::new("name", "Name")]).row(Row::new([]));
//! let error = View::new().block(wrong).vet().unwrap_err();
//! assert_eq!(error.to_string(), "`blocks[0].table.rows[0].cells` has 0 cells for 1 columns");
//! # Ok::<(), ext_wire::view::ViewError>(())
//! ```

mod action;
mod build;
mod build_action;
mod cell;
pub mod limits;
#[cfg(test)]
mod tests;
mod vet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use action::{Action, Choice, FieldKind, FormField, Target, Then};
pub use cell::{Badge, Cell, EntryLink, Money, Thumbnail, Tone, ViewLink};
pub use vet::ViewError;

/// Version of the format that this crate describes.
pub const VERSION: u32 = 1;

/// Declares the parts of a view: strict when they are read, with a schema for hosts.
macro_rules! parts {
    ($($(#[$attr:meta])* pub $what:ident $name:ident { $($body:tt)* })*) => {$(
        $(#[$attr])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "snake_case", deny_unknown_fields)]
        pub $what $name { $($body)* }
    )*};
}
pub(crate) use parts;

parts! {
    /// Blocks that an extension shows, one below the other.
    pub struct View {
        /// Version of the format: 1.
        pub version: u32,
        /// The title, where it says more than that of the view in the manifest.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub title: Option<String>,
        /// The blocks, up to 32.
        pub blocks: Vec<Block>,
    }

    /// A part of a view.
    pub enum Block {
        /// A paragraph.
        Text(Text),
        /// A list.
        List(List),
        /// A table.
        Table(Table),
        /// A chart, with its numbers.
        Chart(Chart),
        /// Cards, such as pictures with a title.
        Cards(Cards),
        /// One thing, field by field.
        Detail(Detail),
        /// A form.
        Form(Form),
    }

    /// A paragraph.
    pub struct Text {
        /// The text; line feeds are kept, nothing in it is markup.
        pub text: String,
        /// The tone.
        #[serde(default, skip_serializing_if = "Tone::is_neutral")]
        pub tone: Tone,
    }

    /// A list.
    pub struct List {
        /// The title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub title: Option<String>,
        /// The items, up to 500.
        pub items: Vec<Cell>,
        /// The text in place of an item, where there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub empty: Option<String>,
    }

    /// A table, or a page of one.
    pub struct Table {
        /// The title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub title: Option<String>,
        /// The columns, 1 to 24.
        pub columns: Vec<Column>,
        /// The rows, up to 500.
        pub rows: Vec<Row>,
        /// The order of the rows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub sort: Option<Sort>,
        /// The cursor of the next page: the field `cursor` of the query's input.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub next: Option<String>,
        /// The number of rows on all pages.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub total: Option<u64>,
        /// The text in place of a row, where there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub empty: Option<String>,
    }

    /// A column of a table.
    pub struct Column {
        /// The name by which rows are sorted.
        pub id: String,
        /// The head.
        pub label: String,
        /// True when rows can be sorted by it: the fields `sort` and `descending` of the query's input.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub sortable: bool,
    }

    /// A row of a table.
    pub struct Row {
        /// The cells, one for each column.
        pub cells: Vec<Cell>,
        /// Buttons for this row, up to 8.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub actions: Vec<Action>,
    }

    /// The order of rows.
    pub struct Sort {
        /// The column, by its name.
        pub column: String,
        /// True when the largest comes first.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub descending: bool,
    }

    /// A chart, with its numbers.
    pub struct Chart {
        /// The title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub title: Option<String>,
        /// The form.
        pub shape: Shape,
        /// The names of the points, up to 400.
        pub labels: Vec<String>,
        /// The series, 1 to 12.
        pub series: Vec<Series>,
        /// The currency of the numbers (ISO 4217).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub currency: Option<String>,
    }

    /// Numbers of a chart that belong together.
    pub struct Series {
        /// The name.
        pub name: String,
        /// The numbers, one for each label; `null` where there is none.
        pub values: Vec<Option<f64>>,
    }

    /// Cards, such as pictures with a title.
    pub struct Cards {
        /// The title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub title: Option<String>,
        /// The cards, up to 200.
        pub cards: Vec<Card>,
        /// The cursor of the next page: the field `cursor` of the query's input.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub next: Option<String>,
        /// The text in place of a card, where there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub empty: Option<String>,
    }

    /// A card.
    pub struct Card {
        /// The title, which may be a link.
        pub title: Cell,
        /// The picture.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub image: Option<Thumbnail>,
        /// The fields, up to 64.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub fields: Vec<Field>,
        /// Buttons for this card, up to 8.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub actions: Vec<Action>,
    }

    /// One thing, field by field.
    pub struct Detail {
        /// The title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub title: Option<String>,
        /// The fields, up to 64.
        pub fields: Vec<Field>,
        /// Buttons, up to 8.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub actions: Vec<Action>,
    }

    /// A value with its name.
    pub struct Field {
        /// The name.
        pub label: String,
        /// The value.
        pub value: Cell,
    }

    /// A form, whose button calls an operation or opens a view with what was typed.
    pub struct Form {
        /// The title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub title: Option<String>,
        /// The button, with the fields of the form.
        pub submit: Action,
    }
}

/// The form of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Columns side by side, such as months.
    Columns,
    /// Bars one below the other, such as categories.
    Bars,
    /// A line, such as a balance.
    Line,
}

/// Fields of a query's input by which a table asks for a page; flatten it into an input of your own.
///
/// ```
/// use ext_wire::view::Paging;
///
/// let paging: Paging = serde_json::from_str(r#"{"sort": "date", "descending": true}"#)?;
/// assert_eq!((paging.sort.as_deref(), paging.descending, paging.cursor), (Some("date"), true, None));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Paging {
    /// The cursor that the page before answered as `next`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// The column to sort by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// True when the largest comes first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub descending: bool,
}

/// Returns the JSON Schema of a view. It does not replace [`View::vet`], which checks more.
#[cfg(feature = "schema")]
#[must_use]
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(View)
}

/// The input that a link or a button gives.
pub(crate) type Input = Map<String, Value>;
