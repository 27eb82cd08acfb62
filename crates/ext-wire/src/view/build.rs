//! Constructors of the parts of a view. Those that take texts keep as much of them as a view shows.

use std::fmt::Display;

use serde_json::Value;
use uuid::Uuid;

use super::{
    Block, Card, Cards, Cell, Chart, Column, Detail, Field, Form, List, Paging, Row, Series, Shape,
    Sort, Table, Text, VERSION, View,
    action::Action,
    cell::{Badge, EntryLink, Money, Thumbnail, Tone, ViewLink},
    limits::{MAX_LABEL, MAX_PARAGRAPH, MAX_TEXT},
};
use crate::text::shorten;

pub(super) fn kept(text: impl AsRef<str>, most: usize) -> String {
    let text = text.as_ref();
    // The mark of a shortened text is a character as well.
    if text.chars().nth(most).is_none() {
        text.to_owned()
    } else {
        shorten(text, most - 1).into_owned()
    }
}

/// Keeps what a label shows of a text; a dash stands for one without anything to see.
pub(super) fn label(text: impl AsRef<str>) -> String {
    let text = text.as_ref();
    if text.trim().is_empty() { "–".to_owned() } else { kept(text, MAX_LABEL) }
}

impl Default for View {
    fn default() -> Self {
        Self { version: VERSION, title: None, blocks: Vec::new() }
    }
}

impl View {
    /// Creates a view without blocks.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the title.
    #[must_use]
    pub fn title(mut self, title: impl AsRef<str>) -> Self {
        self.title = Some(label(title));
        self
    }

    /// Adds a block.
    #[must_use]
    pub fn block(mut self, block: impl Into<Block>) -> Self {
        self.blocks.push(block.into());
        self
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn text(self, text: impl AsRef<str>) -> Self {
        self.block(Text::new(text))
    }
}

/// Makes each kind of block one.
macro_rules! blocks {
    ($($name:ident),*) => {$(
        impl From<$name> for Block {
            fn from(block: $name) -> Self {
                Self::$name(block)
            }
        }
    )*};
}
blocks!(Text, List, Table, Chart, Cards, Detail, Form);

/// Gives a part the method that sets its title.
macro_rules! titled {
    ($($name:ident),*) => {$(
        impl $name {
            /// Sets the title.
            #[must_use]
            pub fn title(mut self, title: impl AsRef<str>) -> Self {
                self.title = Some(label(title));
                self
            }
        }
    )*};
}
titled!(List, Table, Chart, Cards, Detail, Form);

/// Gives a part the method that says what stands for nothing.
macro_rules! may_be_empty {
    ($($name:ident),*) => {$(
        impl $name {
            /// Sets what is said where there is nothing.
            #[must_use]
            pub fn empty(mut self, text: impl AsRef<str>) -> Self {
                self.empty = Some(kept(text, MAX_TEXT));
                self
            }
        }
    )*};
}
may_be_empty!(List, Table, Cards);

/// Gives a part the method that sets the cursor of the next page.
macro_rules! paged {
    ($($name:ident),*) => {$(
        impl $name {
            /// Sets the cursor of the next page, where there is one.
            #[must_use]
            pub fn next(mut self, cursor: Option<String>) -> Self {
                self.next = cursor;
                self
            }
        }
    )*};
}
paged!(Table, Cards);

/// Gives a part the method that adds a button.
macro_rules! with_actions {
    ($($name:ident),*) => {$(
        impl $name {
            /// Adds a button.
            #[must_use]
            pub fn action(mut self, action: Action) -> Self {
                self.actions.push(action);
                self
            }
        }
    )*};
}
with_actions!(Row, Card, Detail);

/// Gives a part the method that adds a field.
macro_rules! with_fields {
    ($($name:ident),*) => {$(
        impl $name {
            /// Adds a field.
            #[must_use]
            pub fn field(mut self, name: impl AsRef<str>, value: Cell) -> Self {
                self.fields.push(Field { label: label(name), value });
                self
            }
        }
    )*};
}
with_fields!(Card, Detail);

impl Text {
    /// Creates a paragraph.
    #[must_use]
    pub fn new(text: impl AsRef<str>) -> Self {
        Self { text: kept(text, MAX_PARAGRAPH), tone: Tone::Neutral }
    }

    /// Sets the tone.
    #[must_use]
    pub const fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
}

impl List {
    /// Creates a list.
    #[must_use]
    pub fn new(items: impl IntoIterator<Item = Cell>) -> Self {
        Self { title: None, items: items.into_iter().collect(), empty: None }
    }
}

impl Table {
    /// Creates a table without rows.
    #[must_use]
    pub fn new(columns: impl IntoIterator<Item = Column>) -> Self {
        Self {
            title: None,
            columns: columns.into_iter().collect(),
            rows: Vec::new(),
            sort: None,
            next: None,
            total: None,
            empty: None,
        }
    }

    /// Adds a row.
    #[must_use]
    pub fn row(mut self, row: Row) -> Self {
        self.rows.push(row);
        self
    }

    /// Adds rows.
    #[must_use]
    pub fn rows(mut self, rows: impl IntoIterator<Item = Row>) -> Self {
        self.rows.extend(rows);
        self
    }

    /// Says by which column the rows are sorted.
    #[must_use]
    pub fn sorted_by(mut self, column: impl Into<String>, descending: bool) -> Self {
        self.sort = Some(Sort { column: column.into(), descending });
        self
    }

    /// Says how many rows there are on all pages.
    #[must_use]
    pub const fn total(mut self, rows: u64) -> Self {
        self.total = Some(rows);
        self
    }
}

impl Column {
    /// Creates a column.
    #[must_use]
    pub fn new(id: impl Into<String>, head: impl AsRef<str>) -> Self {
        Self { id: id.into(), label: label(head), sortable: false }
    }

    /// Lets people sort by it.
    #[must_use]
    pub const fn sortable(mut self) -> Self {
        self.sortable = true;
        self
    }
}

impl Row {
    /// Creates a row.
    #[must_use]
    pub fn new(cells: impl IntoIterator<Item = Cell>) -> Self {
        Self { cells: cells.into_iter().collect(), actions: Vec::new() }
    }
}

impl Chart {
    /// Creates a chart over points with these names.
    #[must_use]
    pub fn new<L: AsRef<str>>(shape: Shape, labels: impl IntoIterator<Item = L>) -> Self {
        let labels = labels.into_iter().map(label).collect();
        Self { title: None, shape, labels, series: Vec::new(), currency: None }
    }

    /// Adds numbers, one for each point.
    #[must_use]
    pub fn series<V: Into<Option<f64>>>(
        mut self,
        name: impl AsRef<str>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        self.series.push(Series { name: label(name), values });
        self
    }

    /// Says that the numbers are amounts of a currency.
    #[must_use]
    pub fn currency(mut self, code: impl Into<String>) -> Self {
        self.currency = Some(code.into());
        self
    }
}

impl Cards {
    /// Creates cards.
    #[must_use]
    pub fn new(cards: impl IntoIterator<Item = Card>) -> Self {
        Self { title: None, cards: cards.into_iter().collect(), next: None, empty: None }
    }
}

impl Card {
    /// Creates a card.
    #[must_use]
    pub const fn new(title: Cell) -> Self {
        Self { title, image: None, fields: Vec::new(), actions: Vec::new() }
    }

    /// Sets the picture: a sidecar of an entry.
    #[must_use]
    pub fn image(
        mut self,
        entry_id: Uuid,
        sidecar: impl Into<String>,
        alt: impl AsRef<str>,
    ) -> Self {
        self.image = Some(Thumbnail { entry_id, sidecar: sidecar.into(), alt: label(alt) });
        self
    }
}

impl Detail {
    /// Creates a detail without fields.
    #[must_use]
    pub const fn new() -> Self {
        Self { title: None, fields: Vec::new(), actions: Vec::new() }
    }
}

impl Default for Detail {
    fn default() -> Self {
        Self::new()
    }
}

impl Form {
    /// Creates a form; its fields are those of its button.
    #[must_use]
    pub const fn new(submit: Action) -> Self {
        Self { title: None, submit }
    }
}

impl Cell {
    /// Creates a text.
    #[must_use]
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::Text(kept(text, MAX_TEXT))
    }

    /// Creates a text, or nothing.
    #[must_use]
    pub fn maybe<T: AsRef<str>>(text: Option<T>) -> Self {
        text.map_or(Self::Empty, Self::text)
    }

    /// Creates the text that a value is shown as.
    #[must_use]
    pub fn display(value: impl Display) -> Self {
        Self::text(value.to_string())
    }

    /// Creates a number.
    #[must_use]
    pub fn number(number: impl Into<f64>) -> Self {
        Self::Number(number.into())
    }

    /// Creates an amount of money.
    #[must_use]
    pub fn money(amount: f64, currency: impl Into<String>) -> Self {
        Self::Money(Money { amount, currency: currency.into() })
    }

    /// Creates a date or a time.
    #[must_use]
    pub fn date(date: impl Into<String>) -> Self {
        Self::Date(date.into())
    }

    /// Creates a link to an entry.
    #[must_use]
    pub fn entry(entry_id: Uuid, text: impl AsRef<str>) -> Self {
        Self::Entry(EntryLink { entry_id, text: label(text) })
    }

    /// Creates a link to a view of the extension; `input` is that of its query, `{}` for none.
    #[must_use]
    pub fn view(view: impl Into<String>, text: impl AsRef<str>, input: Value) -> Self {
        Self::View(ViewLink { view: view.into(), text: label(text), input: object(input) })
    }

    /// Creates a badge.
    #[must_use]
    pub fn badge(text: impl AsRef<str>, tone: Tone) -> Self {
        Self::Badge(Badge { text: label(text), tone })
    }

    /// Creates a part of a whole, cut to 0 to 1.
    #[must_use]
    pub const fn progress(part: f64) -> Self {
        Self::Progress(if part.is_nan() { 0.0 } else { part.clamp(0.0, 1.0) })
    }

    /// Creates a picture that stands beside an entry.
    #[must_use]
    pub fn thumbnail(entry_id: Uuid, sidecar: impl Into<String>, alt: impl AsRef<str>) -> Self {
        Self::Thumbnail(Thumbnail { entry_id, sidecar: sidecar.into(), alt: label(alt) })
    }
}

fn object(value: Value) -> super::Input {
    if let Value::Object(fields) = value { fields } else { super::Input::new() }
}

impl Paging {
    /// Returns the place in a list that the cursor stands for, when a view uses plain numbers as cursors.
    ///
    /// ```
    /// use ext_wire::view::Paging;
    ///
    /// let paging = Paging { cursor: Some("50".into()), ..Paging::default() };
    /// assert_eq!(paging.offset(), 50);
    /// assert_eq!(Paging::next_offset(50, 50, 120), Some("100".to_owned()));
    /// assert_eq!(Paging::next_offset(100, 50, 120), None);
    /// ```
    #[must_use]
    pub fn offset(&self) -> usize {
        self.cursor.as_deref().and_then(|cursor| cursor.parse().ok()).unwrap_or(0)
    }

    /// Makes the cursor of the page after `limit` items from `offset` on, where there are more.
    #[must_use]
    pub fn next_offset(offset: usize, limit: usize, total: usize) -> Option<String> {
        let next = offset.saturating_add(limit);
        (next < total).then(|| next.to_string())
    }
}
