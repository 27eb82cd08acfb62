//! The views of the vault. Nothing hidden is in a view but in the answer of `vault.reveal`, which
//! asks first and is an action, and in that of the generator.

use serde::Deserialize;
use serde_json::json;
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::view::{
    Action, Cell, Column, Detail, Form, FormField, Row as TableRow, Table, Text, Tone, View,
};

use crate::generate::Recipe;
use crate::health::{self, HealthInput};
use crate::items::{self, ItemInput, ListInput};
use crate::master::{self, Status};
use crate::shown::{Row, ShownField};

/// Most items that are shown at once; a search finds the others.
const MAX_ITEMS: usize = 300;

/// Condition of the list of items.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ItemsInput {
    /// Text in title, folder, tags, user name or URL.
    pub search: Option<String>,
    /// The deleted items, in place of all others.
    pub deleted: bool,
}

/// The item that a view is about.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemRef {
    /// Its id.
    pub item: String,
}

/// Shows the items while the vault is unlocked, and else the way to unlock it.
///
/// # Errors
/// Those of the library.
pub(crate) fn items(client: &SpacedriveClient, input: &ItemsInput) -> Result<View> {
    let status = master::status(client)?;
    if let Some(closed) = closed(&status) {
        return Ok(closed);
    }
    let search = input.search.clone().filter(|text| !text.is_empty());
    let wanted = ListInput { search, deleted: input.deleted, ..ListInput::default() };
    let rows = items::list(client, &wanted)?;
    let columns = [
        Column::new("title", "Title"),
        Column::new("kind", "Kind"),
        Column::new("username", "User name"),
        Column::new("url", "URL"),
        Column::new("folder", "Folder"),
        Column::new("changed", "Changed"),
    ];
    let table = Table::new(columns)
        .rows(rows.iter().take(MAX_ITEMS).map(row))
        .total(u64::try_from(rows.len()).unwrap_or(u64::MAX))
        .empty("no item");
    Ok(View::new().block(search_form(input)).block(table).block(add_form()).block(lock(&status)))
}

/// Returns what is shown of a vault that is not there, or locked.
fn closed(status: &Status) -> Option<View> {
    let (text, form) = match (status.exists, status.unlocked) {
        (true, true) => return None,
        (true, false) => (
            "The vault is locked.",
            Action::call("Unlock", "action:vault.unlock.input.v1")
                .field(FormField::secret("master_password", "Master password").required()),
        ),
        (false, _) => (
            "This library has no vault. Its master password cannot be found again by anybody.",
            Action::call("Make a vault", "action:vault.create.input.v1")
                .field(FormField::secret("new_password", "Master password").required()),
        ),
    };
    Some(View::new().text(text).block(Form::new(form)))
}

fn search_form(input: &ItemsInput) -> Form {
    let search = FormField::text("search", "Search");
    let search = input.search.iter().fold(search, |field, text| field.value(text.as_str()));
    let deleted = FormField::flag("deleted", "Deleted items").value(input.deleted);
    Form::new(Action::open("Show", "items").field(search).field(deleted))
}

fn add_form() -> Form {
    let kinds = [("login", "login"), ("note", "note")];
    let add = Action::call("Add", "action:vault.add.input.v1")
        .field(FormField::text("title", "Title").required())
        .field(FormField::choice("kind", "Kind", kinds).value("login"))
        .field(FormField::text("folder", "Folder"))
        .field(FormField::secret("values.username", "User name"))
        .field(FormField::secret("password", "Password"))
        .field(FormField::flag("generate", "Generate a password").value(false))
        .field(FormField::secret("notes", "Notes"));
    Form::new(add).title("Add an item")
}

fn lock(status: &Status) -> Detail {
    let left =
        status.locks_in_s.map_or_else(String::new, |left| format!("{} min", left.div_ceil(60)));
    Detail::new()
        .field("Locks itself in", Cell::text(left))
        .action(Action::call("Lock now", "action:vault.lock.input.v1"))
}

fn row(row: &Row) -> TableRow {
    let text = |text: Option<&spacedrive_sdk::SecretText>| Cell::maybe(text.map(|it| it.expose()));
    let id = row.id.to_string();
    let title = if row.title.is_empty() { Cell::text("–") } else { item_link(&row.title, &id) };
    let kind = match row.kind.as_str() {
        "damaged" => Cell::badge("damaged", Tone::Bad),
        kind => Cell::text(kind),
    };
    let changed = row.changed.as_ref().map_or(Cell::Empty, Cell::date);
    let (username, url) = (text(row.username.as_ref()), text(row.url.as_ref()));
    TableRow::new([title, kind, username, url, Cell::maybe(row.folder.as_ref()), changed])
}

fn item_link(title: &str, id: &str) -> Cell {
    let title = if title.trim().is_empty() { "–" } else { title };
    Cell::view("item", title, json!({ "item": id }))
}

/// Shows an item; what is hidden is stars.
///
/// # Errors
/// An item that is not there; those of the library.
pub(crate) fn item(client: &SpacedriveClient, input: ItemRef) -> Result<View> {
    if let Some(closed) = closed(&master::status(client)?) {
        return Ok(closed);
    }
    let fields =
        items::show(client, &ItemInput { item: input.item.clone(), ..ItemInput::default() })?;
    let reveal = Action::call("Reveal", "action:vault.reveal.input.v1")
        .input("item", input.item.as_str())
        .confirm("The hidden fields are shown until you close them. Does nobody look over your shoulder?")
        .show_answer();
    let delete = Action::call("Delete", "action:vault.delete.input.v1")
        .input("item", input.item.as_str())
        .confirm("It can be brought back with its history.")
        .danger();
    Ok(shown(&fields, |detail| detail.action(reveal).action(delete)))
}

/// Shows an item with what is hidden.
///
/// # Errors
/// A locked vault; an item that is not there.
pub(crate) fn reveal(client: &SpacedriveClient, input: &ItemInput) -> Result<View> {
    let fields = items::show(client, &ItemInput { reveal: true, ..input.clone() })?;
    Ok(shown(&fields, |detail| detail))
}

fn shown(fields: &[ShownField], finish: impl FnOnce(Detail) -> Detail) -> View {
    let detail = fields.iter().fold(Detail::new(), |detail, field| {
        detail.field(&field.field, Cell::text(field.value.expose()))
    });
    let title = fields.iter().find(|field| field.field == "title");
    let view = View::new().block(finish(detail));
    title.map(|title| title.value.expose()).map_or(view.clone(), |title| view.title(title))
}

/// Shows weak, reused and old passwords.
///
/// # Errors
/// Those of the library.
pub(crate) fn health(client: &SpacedriveClient) -> Result<View> {
    if let Some(closed) = closed(&master::status(client)?) {
        return Ok(closed);
    }
    let findings = health::health(client, &HealthInput::default())?;
    let row = |finding: &health::Finding| {
        let tone = if finding.problem == "old" { Tone::Warning } else { Tone::Bad };
        let title = item_link(&finding.title, &finding.id.to_string());
        TableRow::new([title, Cell::badge(&finding.problem, tone), Cell::text(&finding.detail)])
    };
    let columns = [
        Column::new("title", "Title"),
        Column::new("problem", "Problem"),
        Column::new("detail", "Detail"),
    ];
    let table = Table::new(columns)
        .rows(findings.iter().take(MAX_ITEMS).map(row))
        .total(u64::try_from(findings.len()).unwrap_or(u64::MAX));
    Ok(match findings.is_empty() {
        true => {
            View::new().block(Text::new("No password is weak, reused or old.").tone(Tone::Good))
        }
        false => View::new().block(table),
    })
}

/// Shows the form of the generator.
pub(crate) fn generator() -> View {
    let generate = Action::call("Generate", "action:vault.generated.input.v1")
        .field(FormField::number("length", "Characters").value(20))
        .field(FormField::number("words", "Words in place of characters"))
        .field(FormField::flag("no_symbols", "No symbols").value(false))
        .field(FormField::flag("no_ambiguous", "No characters that look alike").value(false))
        .show_answer();
    View::new().block(Form::new(generate))
}

/// Shows a generated password.
///
/// # Errors
/// A length out of range.
pub(crate) fn generated(recipe: &Recipe) -> Result<View> {
    // The form always has a length, which words are in place of.
    let length = recipe.length.filter(|_| recipe.words.is_none());
    let password = Recipe { length, ..recipe.clone() }.generate()?;
    Ok(View::new().title("A password").text(password.expose()))
}
