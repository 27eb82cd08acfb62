//! The view of statements beside receipts.

use serde_json::json;
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::view::{
    Action, Cell, Column, Form, FormField, Paging, Row as TableRow, Table, Tone, View,
};

use super::reconcile::{self, Candidate, ReconcileInput, Reconciled, State};
use crate::views::{date, money};

/// Rows of a page.
const ROWS: usize = 50;

/// Conditions and place of a page.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StatementsInput {
    /// First day, ISO 8601.
    pub from: Option<String>,
    /// Last day, ISO 8601.
    pub to: Option<String>,
    /// Only this state; an empty text: all.
    pub state: Option<String>,
    /// Number of rows before this page.
    pub cursor: Option<String>,
}

/// Shows lines and receipts, with buttons to say what a line paid.
///
/// # Errors
/// As `query:finance.reconcile.v1`.
pub(crate) fn statements(client: &SpacedriveClient, input: &StatementsInput) -> Result<View> {
    let filled = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let state = filled(&input.state).map(|name| State::of(&name)).transpose()?;
    let asked = ReconcileInput { from: filled(&input.from), to: filled(&input.to), state };
    let all = reconcile::reconcile(client, &asked)?;
    let offset = Paging { cursor: input.cursor.clone(), ..Paging::default() }.offset();
    let columns = [
        Column::new("date", "Date"),
        Column::new("name", "Name"),
        Column::new("amount", "Amount"),
        Column::new("state", "State"),
        Column::new("receipt", "Receipt"),
        Column::new("reason", "Why"),
    ];
    let table = Table::new(columns)
        .rows(all.iter().skip(offset).take(ROWS).map(row))
        .next(Paging::next_offset(offset, ROWS, all.len()))
        .total(u64::try_from(all.len()).unwrap_or(u64::MAX))
        .empty("Nothing fits. Import a statement: spacedrive statement import FILE");
    Ok(View::new().block(filter(input)).block(table))
}

fn filter(input: &StatementsInput) -> Form {
    let given = |field: FormField, value: &Option<String>| match value {
        Some(value) => field.value(value.as_str()),
        None => field,
    };
    let states = std::iter::once((String::new(), "any".to_owned()))
        .chain(State::ALL.map(|state| (state.name().to_owned(), state.words().to_owned())));
    let submit = Action::open("Show", "statements")
        .field(given(FormField::date("from", "From"), &input.from))
        .field(given(FormField::date("to", "To"), &input.to))
        .field(given(FormField::choice("state", "State", states), &input.state));
    Form::new(submit)
}

fn row(it: &Reconciled) -> TableRow {
    let tone = match it.state {
        State::Matched | State::Chosen => Tone::Good,
        State::Possible => Tone::Warning,
        State::NoReceipt | State::NoLine => Tone::Bad,
        State::NotNeeded => Tone::Neutral,
    };
    let link = |it: &Candidate| {
        let day = it.date.as_deref().map(|day| format!(" of {day}")).unwrap_or_default();
        Cell::view("booking", format!("{}{day}", it.name), json!({ "entry_id": it.entry_id }))
    };
    let receipt = it.receipts.first().or(it.candidates.first()).map_or(Cell::Empty, link);
    let cells = [
        date(it.date.as_deref()),
        Cell::maybe(it.name.as_ref().or(it.purpose.as_ref())),
        money(it.amount, it.currency.as_deref()),
        Cell::badge(it.state.words(), tone),
        receipt,
        Cell::text(&it.reason),
    ];
    let Some(line) = &it.line else { return TableRow::new(cells) };
    actions(it, line).into_iter().fold(TableRow::new(cells), TableRow::action)
}

fn actions(it: &Reconciled, line: &str) -> Vec<Action> {
    let say = |text: String| {
        Action::call(text, "action:finance.match.input.v1").input("line", line.to_owned())
    };
    let none = || say("Needs none".to_owned()).input("none", true);
    let choose = |candidate: &Candidate| {
        let day = candidate.date.as_deref().unwrap_or("no date");
        say(format!("{}, {day}", candidate.name)).input("receipts", json!([candidate.entry_id]))
    };
    match it.state {
        State::Possible => it.candidates.iter().take(3).map(choose).chain([none()]).collect(),
        State::NoReceipt => vec![none()],
        State::Chosen | State::NotNeeded => vec![say("Take back".to_owned()).input("undo", true)],
        State::Matched | State::NoLine => Vec::new(),
    }
}

impl State {
    const ALL: [Self; 6] = [
        Self::Matched,
        Self::Chosen,
        Self::Possible,
        Self::NoReceipt,
        Self::NotNeeded,
        Self::NoLine,
    ];

    fn of(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|state| state.name() == name);
        found.ok_or_else(|| Error::bad_input(format!("`{name}` is not a state")))
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Chosen => "chosen",
            Self::Possible => "possible",
            Self::NoReceipt => "no_receipt",
            Self::NotNeeded => "not_needed",
            Self::NoLine => "no_line",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Chosen => "chosen by you",
            Self::Possible => "to decide",
            Self::NoReceipt => "no receipt",
            Self::NotNeeded => "needs none",
            Self::NoLine => "no line",
        }
    }
}
