//! The word of a person about a line of a statement.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Map, json};
use spacedrive_sdk::prelude::*;

use super::reconcile::{self, ReconcileInput, Reconciled};
use super::store::{self, KeptLine};
use crate::ledger::OWN;
use crate::person;

/// Decision about what a line of a statement paid.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineDecision {
    /// Id of the line, or how it begins.
    pub line: String,
    /// Entries of the receipts that it paid.
    #[serde(default)]
    pub receipts: Vec<Uuid>,
    /// It needs no receipt.
    #[serde(default)]
    pub none: bool,
    /// Take back what was said: the rule decides again.
    #[serde(default)]
    pub undo: bool,
}

/// Writes down what a line paid, and returns the line.
///
/// # Errors
/// [`ErrorCode::BadInput`] for an input that says nothing or two things, or the start of several ids;
/// [`ErrorCode::NotFound`] for an unknown line or receipt; those of the `vdfs` operations.
pub(crate) fn decide(client: &SpacedriveClient, input: &LineDecision) -> Result<Reconciled> {
    let words = [!input.receipts.is_empty(), input.none, input.undo];
    if words.into_iter().filter(|said| *said).count() != 1 {
        let message = "say one thing of the line: the receipts that it paid, that it needs none, or \
                       that what was said is taken back";
        return Err(Error::bad_input(message.to_owned()));
    }
    let lines = store::all(client)?.lines;
    let line = line(&lines, &input.line)?;
    let booking = |id: &Uuid| person::entry_of(client, *id);
    // The order is of no meaning, and one that is named twice is one.
    let receipts: BTreeSet<Uuid> = input.receipts.iter().map(booking).collect::<Result<_>>()?;
    let said = if input.undo { json!(null) } else { json!(receipts) };
    let own = json!({ "choices": { &line.line.id: said } });
    for entry_id in store::having(client, &line.line.id)? {
        client.vdfs().update_metadata(entry_id, Map::from_iter([(OWN.to_owned(), own.clone())]))?;
    }
    let all = reconcile::reconcile(client, &ReconcileInput::default())?;
    let found = all.into_iter().find(|it| it.line.as_ref() == Some(&line.line.id));
    found.ok_or_else(|| unknown(&input.line))
}

fn line<'l>(lines: &'l [KeptLine], id: &str) -> Result<&'l KeptLine> {
    let id = id.trim().to_lowercase();
    let mut fitting = lines.iter().filter(|it| !id.is_empty() && it.line.id.starts_with(&id));
    match (fitting.next(), fitting.next()) {
        (Some(line), None) => Ok(line),
        (Some(_), Some(_)) => {
            Err(Error::bad_input(format!("several lines begin with `{id}`: write more of it")))
        }
        (None, _) => Err(unknown(&id)),
    }
}

fn unknown(id: &str) -> Error {
    Error::new(ErrorCode::NotFound, format!("`{id}` is not a line of a statement"))
}
