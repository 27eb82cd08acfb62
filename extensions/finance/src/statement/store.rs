//! Statements in the library: one entry for each file, whose content is the file, with what was read
//! in the sidecar `statement.json`. Who deletes the entry takes the import back.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use spacedrive_sdk::ops::vdfs::{Entry, ListEntriesInput, MAX_PAGE, NewEntry};
use spacedrive_sdk::prelude::*;

use super::line::{Line, Statement};
use super::read::{self, Format, ImportInput};
use crate::ledger::OWN;
use crate::own;
use crate::preferences::Preferences;

/// Folder of the statements' paths.
const FOLDER: &str = "statements";
/// Type of their entries.
const STATEMENT: &str = "bank_statement";
/// Sidecar of what was read.
const SIDECAR: &str = "statement.json";
/// Hex digits of a path: 128 bits.
const KEY_DIGITS: usize = 32;

/// Statement that was imported.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImportedStatement {
    /// Entry of the file.
    pub entry_id: Uuid,
    /// Format of the file.
    pub format: Format,
    /// Account of the statement, as the bank names it.
    pub account: Option<String>,
    /// First day, ISO 8601.
    pub from: Option<String>,
    /// Last day, ISO 8601.
    pub to: Option<String>,
    /// Number of its lines.
    pub lines: usize,
    /// Number of its lines that no statement had before.
    pub new: usize,
    /// Reasons to look at it: balances that the lines do not come to.
    pub warnings: Vec<String>,
}

/// Statement of the library.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptStatement {
    /// Entry of the file.
    pub entry_id: Uuid,
    /// Path of the entry.
    pub path: String,
    /// Format of the file.
    pub format: Format,
    /// Account of the statement, as the bank names it.
    pub account: Option<String>,
    /// First day, ISO 8601.
    pub from: Option<String>,
    /// Last day, ISO 8601.
    pub to: Option<String>,
    /// Number of its lines.
    pub lines: usize,
}

/// Content of the sidecar.
#[derive(Serialize, Deserialize)]
struct File {
    format: Format,
    statements: Vec<Statement>,
}

/// A line, and the entry of a file that has it.
#[derive(Debug, Clone)]
pub(super) struct KeptLine {
    pub(super) line: Line,
    pub(super) entry_id: Uuid,
    /// What a person said about it: the receipts that it paid, none where it needs none.
    pub(super) said: Option<Vec<Uuid>>,
}

/// All statements of a library.
pub(super) struct Kept {
    pub(super) lines: Vec<KeptLine>,
    /// First and last day of all statements.
    pub(super) days: Option<(String, String)>,
}

/// Keeps the statements of a file, and tells of each.
///
/// # Errors
/// Those of reading it; those of the `vdfs` operations.
pub(crate) fn import(
    client: &SpacedriveClient,
    input: &ImportInput,
) -> Result<Vec<ImportedStatement>> {
    let (format, statements) = read::read(input, &Preferences::load(client)?)?;
    let hash = blake3::hash(input.file.as_bytes()).to_hex();
    let key: String = hash.chars().take(KEY_DIGITS).collect();
    let path = format!("{FOLDER}/{key}");
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut moved = Moved::default();
    for entry in entries(client)? {
        let file = file(client, &entry)?;
        if entry.path == path {
            moved = Moved::of(&said(&entry), &file.statements, &statements);
        }
        known.extend(file.statements.into_iter().flat_map(|it| it.lines).map(|line| line.id));
    }
    let entry_id = create(client, path, input, &statements)?;
    let tell = |own: Value| {
        client.vdfs().update_metadata(entry_id, Map::from_iter([(OWN.to_owned(), own)]))
    };
    // What a person said stands with both ids until the lines have theirs, so that no crash loses it.
    if !moved.to.is_empty() {
        tell(json!({ "choices": moved.to }))?;
    }
    let file = File { format, statements };
    client.vdfs().write_json_sidecar(entry_id, SIDECAR, &file)?;
    tell(json!({ "statement": true, "format": format, "complete": true, "choices": moved.from }))?;
    Ok(file.statements.iter().map(|it| imported(entry_id, format, it, &mut known)).collect())
}

/// What a person said about lines of a file that is imported again, and whose lines have other ids by then:
/// the settings may say another currency, or the program reads more of it.
#[derive(Default)]
struct Moved {
    /// What was said, by the ids that the lines have now.
    to: BTreeMap<String, Vec<Uuid>>,
    /// Ids that no line has any more, to be taken away.
    from: BTreeMap<String, Value>,
}

impl Moved {
    /// Finds lines by their places in the file; nothing moves where it has more of them than before.
    fn of(said: &BTreeMap<String, Vec<Uuid>>, before: &[Statement], now: &[Statement]) -> Self {
        let (before, now) = (ids(before), ids(now));
        if before.len() != now.len() {
            return Self::default();
        }
        let is_gone = |id: &&String| !now.contains(id);
        let from = said.keys().filter(is_gone).map(|id| (id.clone(), Value::Null)).collect();
        let to = before.iter().zip(&now).filter(|(id, new)| id != new && !said.contains_key(*new));
        let to = to.filter_map(|(id, new)| Some((new.clone(), said.get(id)?.clone()))).collect();
        Self { to, from }
    }
}

fn ids(statements: &[Statement]) -> Vec<String> {
    statements.iter().flat_map(|it| &it.lines).map(|line| line.id.clone()).collect()
}

fn create(
    client: &SpacedriveClient,
    path: String,
    input: &ImportInput,
    statements: &[Statement],
) -> Result<Uuid> {
    let first = statements.first();
    let account = first.and_then(|it| it.account.as_deref()).unwrap_or("account");
    let day = |day: Option<&String>| day.cloned().unwrap_or_default();
    let (from, to) =
        (day(first.and_then(|it| it.from.as_ref())), day(first.and_then(|it| it.to.as_ref())));
    let name = crate::text::name(&format!("Statement {account} {from} to {to}"), 200);
    let new =
        NewEntry { content: Some(input.file.clone()), ..NewEntry::new(name, path, STATEMENT) };
    client.vdfs().create_entry(new)
}

fn imported(
    entry_id: Uuid,
    format: Format,
    it: &Statement,
    known: &mut BTreeSet<String>,
) -> ImportedStatement {
    let gap = it.gap().map(|gap| {
        format!("the lines do not come to the closing balance: {gap} is missing, so a line may be")
    });
    let unknown = it.lines.iter().any(|line| line.currency.is_none()).then(|| {
        "lines have no currency, and so fit no receipt: name it as `currency` in the mapping \
         (`EUR`, or a column), or set `home_currency`, and import the file again"
            .to_owned()
    });
    ImportedStatement {
        entry_id,
        format,
        account: it.account.clone(),
        from: it.from.clone(),
        to: it.to.clone(),
        lines: it.lines.len(),
        new: it.lines.iter().filter(|line| known.insert(line.id.clone())).count(),
        warnings: gap.into_iter().chain(unknown).collect(),
    }
}

/// Lists the statements of the library by account, then day.
///
/// # Errors
/// Those of the `vdfs` operations; a sidecar that is damaged.
pub(crate) fn kept(client: &SpacedriveClient) -> Result<Vec<KeptStatement>> {
    let mut all = Vec::new();
    for entry in entries(client)? {
        let File { format, statements } = file(client, &entry)?;
        all.extend(statements.into_iter().map(|it| KeptStatement {
            entry_id: entry.id,
            path: entry.path.clone(),
            format,
            account: it.account,
            from: it.from,
            to: it.to,
            lines: it.lines.len(),
        }));
    }
    all.sort_by(|one, two| {
        (&one.account, &one.from, one.entry_id).cmp(&(&two.account, &two.from, two.entry_id))
    });
    Ok(all)
}

/// Reads all lines, each once, by day.
///
/// # Errors
/// As [`kept`].
pub(super) fn all(client: &SpacedriveClient) -> Result<Kept> {
    let mut lines: BTreeMap<String, KeptLine> = BTreeMap::new();
    let mut days: Vec<String> = Vec::new();
    for entry in entries(client)? {
        let said = said(&entry);
        for statement in file(client, &entry)?.statements {
            days.extend(statement.from.into_iter().chain(statement.to));
            for line in statement.lines {
                let said = said.get(&line.id).cloned();
                let kept = lines.entry(line.id.clone());
                let kept = kept.or_insert(KeptLine { line, entry_id: entry.id, said: None });
                kept.said = said.or(kept.said.take());
            }
        }
    }
    let mut lines: Vec<KeptLine> = lines.into_values().collect();
    lines.sort_by(|one, two| (&one.line.date, &one.line.id).cmp(&(&two.line.date, &two.line.id)));
    let days = days.iter().min().cloned().zip(days.iter().max().cloned());
    Ok(Kept { lines, days })
}

/// Returns the entries that a person named as paid by lines.
///
/// # Errors
/// Those of the `vdfs` operations.
pub(crate) fn named(client: &SpacedriveClient) -> Result<BTreeSet<Uuid>> {
    Ok(entries(client)?.iter().flat_map(|entry| said(entry).into_values().flatten()).collect())
}

/// Returns what a person said about the lines of a file.
fn said(entry: &Entry) -> BTreeMap<String, Vec<Uuid>> {
    let choices = entry.metadata.get(OWN).and_then(|own| own.get("choices")?.as_object());
    let receipts = |value: &Value| Vec::<Uuid>::deserialize(value).ok();
    let choices = choices.into_iter().flatten();
    choices.filter_map(|(line, value)| Some((line.clone(), receipts(value)?))).collect()
}

/// Lists the entries of complete statements.
fn entries(client: &SpacedriveClient) -> Result<Vec<Entry>> {
    let input = ListEntriesInput {
        path_prefix: Some(FOLDER.to_owned()),
        limit: MAX_PAGE,
        ..ListEntriesInput::default()
    };
    let is_complete = |entry: &Entry| {
        entry.entry_type == STATEMENT
            && entry.metadata.get(OWN).and_then(|own| own.get("complete"))
                == Some(&Value::Bool(true))
    };
    Ok(own::entries(client, input)?.into_iter().filter(is_complete).collect())
}

fn file(client: &SpacedriveClient, entry: &Entry) -> Result<File> {
    let read = client.vdfs().read_json_sidecar(entry.id, SIDECAR);
    read.map_err(|error: Error| error.context(format!("statement {}", entry.path)))
}

/// Lists the entries of the files that have a line.
///
/// # Errors
/// As [`kept`].
pub(super) fn having(client: &SpacedriveClient, line: &str) -> Result<Vec<Uuid>> {
    let mut found = Vec::new();
    for entry in entries(client)? {
        let mut lines = file(client, &entry)?.statements.into_iter().flat_map(|it| it.lines);
        if lines.any(|it| it.id == line) {
            found.push(entry.id);
        }
    }
    Ok(found)
}
