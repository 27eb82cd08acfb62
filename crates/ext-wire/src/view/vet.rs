//! The check of a view before it is shown.

use std::fmt;

use serde::Serialize;

use super::{
    Block, Card, Cards, Cell, Chart, Column, Detail, Field, Form, List, Row, Series, Sort, Table,
    Text, VERSION, View,
    action::{Action, Choice, FieldKind, FormField, Target},
    cell::Thumbnail,
    limits::*,
};
use crate::{Method, is_segment, names, text::escape_lines};

/// The reason why a view is not shown: the place in it, and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{place}` {problem}")]
pub struct ViewError {
    /// The place: `blocks[0].table.rows[3].cells`.
    pub place: String,
    /// The problem.
    pub problem: String,
}

impl ViewError {
    /// Creates an error.
    pub fn new(place: impl fmt::Display, problem: impl fmt::Display) -> Self {
        Self { place: place.to_string(), problem: problem.to_string() }
    }
}

type Vetted = Result<(), ViewError>;

/// A place in a view. It is written out only when something is wrong there.
#[derive(Clone, Copy)]
struct Place<'a> {
    parent: Option<&'a Place<'a>>,
    step: Step,
}

#[derive(Clone, Copy)]
enum Step {
    Field(&'static str),
    Item(usize),
}

const ROOT: Place<'static> = Place { parent: None, step: Step::Field("") };

impl Place<'_> {
    const fn field(&self, name: &'static str) -> Place<'_> {
        Place { parent: Some(self), step: Step::Field(name) }
    }

    const fn item(&self, index: usize) -> Place<'_> {
        Place { parent: Some(self), step: Step::Item(index) }
    }

    fn is_root(&self) -> bool {
        self.parent.is_none()
    }

    fn refuse(&self, problem: impl fmt::Display) -> ViewError {
        ViewError::new(self, problem)
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(parent) = self.parent else { return Ok(()) };
        parent.fmt(f)?;
        match self.step {
            Step::Field(name) if parent.is_root() => f.write_str(name),
            Step::Field(name) => write!(f, ".{name}"),
            Step::Item(index) => write!(f, "[{index}]"),
        }
    }
}

/// A part of a view, which is checked, and whose texts are made safe.
trait Part {
    fn vet(&mut self, at: &Place<'_>) -> Vetted;
}

fn all<T: Part>(parts: &mut [T], most: usize, what: &str, at: &Place<'_>) -> Vetted {
    count(parts.len(), 0, most, what, at)?;
    parts.iter_mut().enumerate().try_for_each(|(index, part)| part.vet(&at.item(index)))
}

fn count(found: usize, least: usize, most: usize, what: &str, at: &Place<'_>) -> Vetted {
    if (least..=most).contains(&found) {
        return Ok(());
    }
    Err(at.refuse(format_args!("has {found} {what}, expected {least} to {most}")))
}

/// Checks the length of a text, and writes out what is hidden in it or would turn it around.
fn text(text: &mut String, most: usize, at: &Place<'_>) -> Vetted {
    let chars = text.chars().count();
    if chars > most {
        return Err(at.refuse(format_args!("has {chars} characters, the limit is {most}")));
    }
    if let std::borrow::Cow::Owned(safe) = escape_lines(text) {
        *text = safe;
    }
    Ok(())
}

fn label(label: &mut String, at: &Place<'_>) -> Vetted {
    if label.trim().is_empty() {
        return Err(at.refuse("is empty"));
    }
    text(label, MAX_LABEL, at)
}

fn optional(given: &mut Option<String>, most: usize, at: &Place<'_>) -> Vetted {
    given.as_mut().map_or(Ok(()), |given| text(given, most, at))
}

fn name(name: &str, at: &Place<'_>) -> Vetted {
    match name.len() {
        0 => Err(at.refuse("is empty")),
        1..=MAX_NAME => Ok(()),
        long => Err(at.refuse(format_args!("has {long} bytes, the limit is {MAX_NAME}"))),
    }
}

fn cursor(cursor: Option<&String>, at: &Place<'_>) -> Vetted {
    cursor.map_or(Ok(()), |cursor| name(cursor, &at.field("next")))
}

fn size(value: &impl Serialize, most: usize, at: &Place<'_>) -> Vetted {
    let bytes = serde_json::to_vec(value).map_err(|error| at.refuse(error))?.len();
    if bytes <= most {
        return Ok(());
    }
    Err(at.refuse(format_args!("has {bytes} bytes of JSON, the limit is {most}")))
}

fn currency(code: &str, at: &Place<'_>) -> Vetted {
    let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if is_code { Ok(()) } else { Err(at.refuse("is not the code of a currency, such as EUR")) }
}

fn view_id(id: &str, at: &Place<'_>) -> Vetted {
    if is_segment(id) { Ok(()) } else { Err(at.refuse("is not the id of a view")) }
}

impl View {
    /// Checks a view, and makes its texts safe: what is hidden in them, or would change how others are
    /// shown, is written out as `\u{202e}`.
    ///
    /// # Errors
    /// [`ViewError`] with the place and the limit or rule.
    pub fn vet(mut self) -> Result<Self, ViewError> {
        if self.version != VERSION {
            let problem = format_args!("is {}, this host draws version {VERSION}", self.version);
            return Err(ROOT.field("version").refuse(problem));
        }
        optional(&mut self.title, MAX_LABEL, &ROOT.field("title"))?;
        all(&mut self.blocks, MAX_BLOCKS, "blocks", &ROOT.field("blocks"))?;
        size(&self, MAX_BYTES, &ROOT.field("blocks"))?;
        Ok(self)
    }

    /// Returns the buttons of a view, each with its place.
    pub fn actions(&self) -> impl Iterator<Item = (String, &Action)> {
        self.blocks.iter().enumerate().flat_map(|(at, block)| {
            block
                .actions()
                .into_iter()
                .map(move |(place, action)| (format!("blocks[{at}].{place}"), action))
        })
    }

    /// Returns the ids of the views that a view links to, each with the index of its block.
    pub fn linked_views(&self) -> impl Iterator<Item = (usize, &str)> {
        let linked = |(at, block)| Block::links(block).into_iter().map(move |view| (at, view));
        self.blocks.iter().enumerate().flat_map(linked)
    }
}

impl Block {
    fn actions(&self) -> Vec<(String, &Action)> {
        match self {
            Self::Table(table) => {
                let rows = table.rows.iter().enumerate();
                rows.flat_map(|(row, it)| numbered(format!("table.rows[{row}]"), &it.actions))
                    .collect()
            }
            Self::Cards(cards) => {
                let cards = cards.cards.iter().enumerate();
                cards
                    .flat_map(|(card, it)| numbered(format!("cards.cards[{card}]"), &it.actions))
                    .collect()
            }
            Self::Detail(detail) => numbered("detail".to_owned(), &detail.actions).collect(),
            Self::Form(form) => vec![("form.submit".to_owned(), &form.submit)],
            Self::Text(_) | Self::List(_) | Self::Chart(_) => Vec::new(),
        }
    }

    fn links(&self) -> Vec<&str> {
        let cells: Vec<&Cell> = match self {
            Self::List(list) => list.items.iter().collect(),
            Self::Table(table) => table.rows.iter().flat_map(|row| &row.cells).collect(),
            Self::Cards(cards) => cards.cards.iter().flat_map(Card::cells).collect(),
            Self::Detail(detail) => detail.fields.iter().map(|field| &field.value).collect(),
            Self::Text(_) | Self::Chart(_) | Self::Form(_) => Vec::new(),
        };
        cells.into_iter().filter_map(Cell::linked_view).collect()
    }
}

impl Cell {
    fn linked_view(&self) -> Option<&str> {
        if let Self::View(link) = self { Some(&link.view) } else { None }
    }
}

impl Card {
    fn cells(&self) -> impl Iterator<Item = &Cell> {
        std::iter::once(&self.title).chain(self.fields.iter().map(|field| &field.value))
    }
}

fn numbered(place: String, actions: &[Action]) -> impl Iterator<Item = (String, &Action)> {
    actions.iter().enumerate().map(move |(at, action)| (format!("{place}.actions[{at}]"), action))
}

impl Part for Block {
    fn vet(&mut self, at: &Place<'_>) -> Vetted {
        match self {
            Self::Text(Text { text: paragraph, .. }) => {
                text(paragraph, MAX_PARAGRAPH, &at.field("text").field("text"))
            }
            Self::List(list) => list.vet(&at.field("list")),
            Self::Table(table) => table.vet(&at.field("table")),
            Self::Chart(chart) => chart.vet(&at.field("chart")),
            Self::Cards(cards) => cards.vet(&at.field("cards")),
            Self::Detail(detail) => detail.vet(&at.field("detail")),
            Self::Form(form) => form.vet(&at.field("form")),
        }
    }
}

impl Part for List {
    fn vet(&mut self, at: &Place<'_>) -> Vetted {
        optional(&mut self.title, MAX_LABEL, &at.field("title"))?;
        optional(&mut self.empty, MAX_TEXT, &at.field("empty"))?;
        all(&mut self.items, MAX_ITEMS, "items", &at.field("items"))
    }
}

impl Part for Table {
    fn vet(&mut self, at: &Place<'_>) -> Vetted {
        optional(&mut self.title, MAX_LABEL, &at.field("title"))?;
        optional(&mut self.empty, MAX_TEXT, &at.field("empty"))?;
        cursor(self.next.as_ref(), at)?;
        let (columns, rows) = (at.field("columns"), at.field("rows"));
        count(self.columns.len(), 1, MAX_COLUMNS, "columns", &columns)?;
        all(&mut self.columns, MAX_COLUMNS, "columns", &columns)?;
        let mut ids: Vec<&str> = self.columns.iter().map(|column| column.id.as_str()).collect();
        ids.sort_unstable();
        if ids.windows(2).any(|pair| matches!(pair, [one, other] if one == other)) {
            return Err(columns.refuse("has an `id` twice"));
        }
        if let Some(Sort { column, .. }) = &self.sort
            && !ids.contains(&column.as_str())
        {
            return Err(at.field("sort").field("column").refuse("is not one of the columns"));
        }
        all(&mut self.rows, MAX_ROWS, "rows", &rows)?;
        let wanted = self.columns.len();
        let other = self.rows.iter().position(|row| row.cells.len() != wanted);
        other.map_or(Ok(()), |index| {
            let found = self.rows.get(index).map_or(0, |row| row.cells.len());
            let problem = format_args!("has {found} cells for {wanted} columns");
            Err(rows.item(index).field("cells").refuse(problem))
        })
    }
}

impl Part for Column {
    fn vet(&mut self, at: &Place<'_>) -> Vetted {
        name(&self.id, &at.field("id"))?;
        label(&mut self.label, &at.field("label"))
    }
}

impl Part for Row {
    fn vet(&mut self, at: &Place<'_>) -> Vetted {
        all(&mut self.cells, MAX_COLUMNS, "cells", &at.field("cells"))?;
        all(&mut self.actions, MAX_ACTIONS, "buttons", &at.field("actions"))
    }
}

impl Part for Chart {
    fn vet(&mut self, at: &Place<'_>) -> Vetted {
        optional(&mut self.title, MAX_LABEL, &at.field("title"))?;
        let (labels, series) = (at.field("labels"), at.field("series"));
        count(self.labels.len(), 0, MAX_POINTS, "points", &labels)?;
        let mut each = self.labels.iter_mut().enumerate();
        each.try_for_each(|(index, it)| text(it, MAX_LABEL, &labels.item(index)))?;
        count(self.series.len(), 1, MAX_SERIES, "series", &series)?;
        all(&mut self.series, MAX_SERIES, "series", &series)?;
        let wanted = self.labels.len();
        for (index, Series { values, .. }) in self.series.iter().enumerate() {
            if values.len() != wanted {
                let problem = format_args!("has {} numbers for {wanted} labels", values.len());
                return Err(series.item(index).field("values").refuse(problem));
            }
        }
        self.currency.as_ref().map_or(Ok(()), |code| currency(code, &at.field("currency")))
    }
}

impl Part for Series {
    fn vet(&mut self, at: &Place<'_>) -> Vetted {
        label(&mut self.name, &at.field("name"))
    }
}

impl Part for Cards {
    fn vet(&mut self, at: &Place<'_>) -> Vetted {
        optional(&mut self.title, MAX_LABEL, &at.field("title"))?;
        optional(&mut self.empty, MAX_TEXT, &at.field("empty"))?;
        cursor(self.next.as_ref(), at)?;
        all(&mut self.cards, MAX_CARDS, "cards", &at.field("cards"))
    }
}

impl Part for Card {
    fn vet(&mut self, at: &Place<'_>) -> Vetted {
        self.title.vet(&at.field("title"))?;
        self.image.as_mut().map_or(Ok(()), |image| image.vet(&at.field("image")))?;
        all(&mut self.fields, MAX_FIELDS, "fields", &at.field("fields"))?;
        all(&mut self.actions, MAX_ACTIONS, "buttons", &at.field("actions"))
    }
}

impl Part for Detail {
    fn vet(&mut self, at: &Place<'_>) -> Vetted {
        optional(&mut self.title, MAX_LABEL, &at.field("title"))?;
        all(&mut self.fields, MAX_FIELDS, "fields", &at.field("fields"))?;
        all(&mut self.actions, MAX_ACTIONS, "buttons", &at.field("actions"))
    }
}

impl Part for Field {
    fn vet(&mut self, at: &Place<'_>) -> Vetted {
        label(&mut self.label, &at.field("label"))?;
        self.value.vet(&at.field("value"))
    }
}

impl Part for Form {
    fn vet(&mut self, at: &Place<'_>) -> Vetted {
        optional(&mut self.title, MAX_LABEL, &at.field("title"))?;
        self.submit.vet(&at.field("submit"))
    }
}

impl Part for Action {
    fn vet(&mut self, at: &Place<'_>) -> Vetted {
        label(&mut self.label, &at.field("label"))?;
        optional(&mut self.confirm, MAX_TEXT, &at.field("confirm"))?;
        size(&self.input, MAX_INPUT, &at.field("input"))?;
        let target = at.field("target");
        match &self.target {
            Target::Method(method) => {
                Method::parse(method).map_err(|error| target.field("method").refuse(error))?;
            }
            Target::View(id) => view_id(id, &target.field("view"))?,
        }
        all(&mut self.fields, MAX_FORM_FIELDS, "fields", &at.field("fields"))
    }
}

impl Part for FormField {
    fn vet(&mut self, at: &Place<'_>) -> Vetted {
        let place = at.field("name");
        name(&self.name, &place)?;
        if self.name.split('.').any(str::is_empty) {
            return Err(place.refuse("is not a path: field names, joined by dots"));
        }
        label(&mut self.label, &at.field("label"))?;
        optional(&mut self.description, MAX_TEXT, &at.field("description"))?;
        self.value.as_ref().map_or(Ok(()), |value| size(value, MAX_INPUT, &at.field("value")))?;
        if self.kind == FieldKind::Secret && self.value.is_some() {
            return Err(at.field("value").refuse("stands for a secret, which is never shown"));
        }
        if (self.kind == FieldKind::Choice) == self.choices.is_empty() {
            return Err(at
                .field("choices")
                .refuse("stand with the kind `choice`, and with no other"));
        }
        all(&mut self.choices, MAX_CHOICES, "choices", &at.field("choices"))
    }
}

impl Part for Choice {
    fn vet(&mut self, at: &Place<'_>) -> Vetted {
        if self.value.len() > MAX_NAME {
            return name(&self.value, &at.field("value"));
        }
        label(&mut self.label, &at.field("label"))
    }
}

impl Part for Cell {
    fn vet(&mut self, at: &Place<'_>) -> Vetted {
        match self {
            Self::Empty | Self::Number(_) => Ok(()),
            Self::Text(value) => text(value, MAX_TEXT, &at.field("text")),
            Self::Money(money) => currency(&money.currency, &at.field("money").field("currency")),
            Self::Date(value) if is_date(value) => Ok(()),
            Self::Date(_) => {
                Err(at.field("date").refuse("is not a date such as 2026-01-31, or a time"))
            }
            Self::Entry(link) => label(&mut link.text, &at.field("entry").field("text")),
            Self::View(link) => {
                let at = at.field("view");
                view_id(&link.view, &at.field("view"))?;
                size(&link.input, MAX_INPUT, &at.field("input"))?;
                label(&mut link.text, &at.field("text"))
            }
            Self::Badge(badge) => label(&mut badge.text, &at.field("badge").field("text")),
            Self::Progress(part) if (0.0..=1.0).contains(part) => Ok(()),
            Self::Progress(_) => Err(at.field("progress").refuse("is not from 0 to 1")),
            Self::Thumbnail(thumbnail) => thumbnail.vet(&at.field("thumbnail")),
        }
    }
}

impl Part for Thumbnail {
    fn vet(&mut self, at: &Place<'_>) -> Vetted {
        names::sidecar_name(&self.sidecar).map_err(|error| at.field("sidecar").refuse(error))?;
        text(&mut self.alt, MAX_LABEL, &at.field("alt"))
    }
}

/// Returns whether a text has the form of a date, alone or before a time.
fn is_date(text: &str) -> bool {
    let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
    let is_form = |text: &str, form: &str| {
        let fits = |(form, found): (u8, u8)| {
            if form == b'0' { found.is_ascii_digit() } else { form == found }
        };
        text.len() == form.len() && form.bytes().zip(text.bytes()).all(fits)
    };
    let is_time = |time: &str| {
        let clock = time.get(..5).is_some_and(|clock| is_form(clock, "00:00"));
        clock && time.len() <= 32 && time.bytes().all(|byte| b"0123456789:.+-Z".contains(&byte))
    };
    is_form(date, "0000-00-00") && time.is_none_or(is_time)
}
