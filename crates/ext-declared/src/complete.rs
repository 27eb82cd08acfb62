//! The manifest that an author wrote, completed by what the code declares.

use serde_json::{Map, Value};
use thiserror::Error;

use crate::{SECTION, section::custom_section};

/// Kind of events of a function that takes whatever the manifest names.
const ALL_EVENTS: &str = "*";

/// The reason why code and manifest do not fit together.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DeclaredError {
    /// The section of the wasm is not one that an SDK wrote.
    #[error("section `{SECTION}` of the wasm, line {line}: {problem}")]
    Section {
        /// The line, from 1.
        line: usize,
        /// The problem.
        problem: String,
    },
    /// The manifest is not a JSON object.
    #[error("manifest.json is not a JSON object: {0}")]
    Json(String),
    /// Code and manifest say different things.
    #[error("`{field}` in manifest.json: {problem}")]
    Mismatch {
        /// The path of the field.
        field: String,
        /// The difference, and what would be right.
        problem: String,
    },
}

/// Events, operations and views that the code of an extension declares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declared {
    events: Vec<String>,
    operations: Vec<Map<String, Value>>,
    views: Vec<Map<String, Value>>,
}

impl Declared {
    /// Reads what a module declares; `None` when it has no section of this kind, so that its manifest is
    /// complete as it is.
    ///
    /// # Errors
    /// [`DeclaredError::Section`], [`DeclaredError::Mismatch`] when two functions have one name.
    pub fn of_wasm(wasm: &[u8]) -> Result<Option<Self>, DeclaredError> {
        custom_section(wasm, SECTION).map(|section| Self::parse(&section)).transpose()
    }

    /// Reads the content of the section.
    ///
    /// # Errors
    /// As [`Self::of_wasm`].
    pub fn parse(section: &[u8]) -> Result<Self, DeclaredError> {
        let mut declared = Self::default();
        let lines = section.split(|byte| *byte == b'\n').enumerate();
        for (at, line) in lines.filter(|(_, line)| !line.is_empty()) {
            let wrong = |problem: String| DeclaredError::Section { line: at + 1, problem };
            let line = serde_json::from_slice(line).map_err(|error| wrong(error.to_string()))?;
            declared.add(line).map_err(wrong)?;
        }
        declared.sort();
        declared.check_names()?;
        Ok(declared)
    }

    fn add(&mut self, line: Map<String, Value>) -> Result<(), String> {
        for (kind, value) in line {
            match (kind.as_str(), value) {
                ("event", Value::String(kind)) => self.events.push(kind),
                ("operation", Value::Object(operation)) => self.operations.push(operation),
                ("view", Value::Object(view)) => self.views.push(view),
                (kind, _) => return Err(format!("`{kind}` is not known here")),
            }
        }
        Ok(())
    }

    /// Sorts everything, because a linker keeps no order: the same code makes the same manifest.
    fn sort(&mut self) {
        self.events.sort();
        self.operations.sort_by(|a, b| text(a, "method").cmp(text(b, "method")));
        self.views.sort_by(|a, b| text(a, "id").cmp(text(b, "id")));
    }

    fn check_names(&self) -> Result<(), DeclaredError> {
        let events: Vec<&str> = self.events.iter().map(String::as_str).collect();
        check_unique("events", &events)?;
        check_unique("operations", &names(&self.operations, "method"))?;
        check_unique("views", &names(&self.views, "id"))
    }

    /// Completes the manifest that the author wrote. What it has already stays, and has to agree with the
    /// code.
    ///
    /// # Errors
    /// [`DeclaredError::Json`], [`DeclaredError::Mismatch`] when the manifest names an event or operation
    /// without a function, or says something else about one.
    pub fn complete(&self, manifest: &[u8]) -> Result<Vec<u8>, DeclaredError> {
        let not_json = |error: serde_json::Error| DeclaredError::Json(error.to_string());
        let mut manifest: Map<String, Value> =
            serde_json::from_slice(manifest).map_err(not_json)?;
        let events = self.complete_events(take_list(&mut manifest, "events")?)?;
        let operations = take_list(&mut manifest, "operations")?;
        let operations = complete_named("operations", "method", operations, &self.operations)?;
        let views = complete_named("views", "id", take_list(&mut manifest, "views")?, &self.views);
        for (field, list) in [("events", events), ("operations", operations), ("views", views?)] {
            if !list.is_empty() {
                manifest.insert(field.to_owned(), Value::Array(list));
            }
        }
        let mut json = serde_json::to_vec_pretty(&manifest).map_err(not_json)?;
        json.push(b'\n');
        Ok(json)
    }

    fn complete_events(&self, mut listed: Vec<Value>) -> Result<Vec<Value>, DeclaredError> {
        let all = self.events.iter().any(|kind| kind == ALL_EVENTS);
        for (at, kind) in listed.iter().enumerate() {
            let kind = kind.as_str().unwrap_or_default();
            if !all && !self.events.iter().any(|declared| declared == kind) {
                let problem = format!("no function is marked `#[on_event(\"{kind}\")]`");
                return Err(mismatch(format!("events[{at}]"), problem));
            }
        }
        for kind in self.events.iter().filter(|kind| *kind != ALL_EVENTS) {
            let kind = Value::from(kind.as_str());
            if !listed.contains(&kind) {
                listed.push(kind);
            }
        }
        if all && listed.is_empty() {
            let problem = "it names no kind, and a function is marked `#[on_event]` for those that \
                           it names";
            return Err(mismatch("events".to_owned(), problem.to_owned()));
        }
        Ok(listed)
    }
}

/// Completes the entries of a list, each of which has a name of its own, and adds those that it lacks.
fn complete_named(
    field: &str,
    key: &str,
    mut listed: Vec<Value>,
    declared: &[Map<String, Value>],
) -> Result<Vec<Value>, DeclaredError> {
    let mut missing: Vec<_> = declared.iter().collect();
    for (at, entry) in listed.iter_mut().enumerate() {
        let Value::Object(entry) = entry else { continue };
        let name = text(entry, key).to_owned();
        match missing.iter().position(|other| text(other, key) == name) {
            Some(found) => merge(&format!("{field}[{at}]"), entry, missing.remove(found))?,
            // A view may be drawn by any query, so that it need not stand in the code as a view.
            None if field == "views" => {}
            None => {
                let problem = format!("no function of the code is `{name}`");
                return Err(mismatch(format!("{field}[{at}].{key}"), problem));
            }
        }
    }
    listed.extend(missing.into_iter().cloned().map(Value::Object));
    Ok(listed)
}

fn merge(
    at: &str,
    entry: &mut Map<String, Value>,
    declared: &Map<String, Value>,
) -> Result<(), DeclaredError> {
    for (field, value) in declared {
        match entry.get(field) {
            Some(written) if written != value => {
                let problem = format!("the code says {value}: leave it out here, or say the same");
                return Err(mismatch(format!("{at}.{field}"), problem));
            }
            Some(_) => {}
            None => drop(entry.insert(field.clone(), value.clone())),
        }
    }
    Ok(())
}

fn take_list(manifest: &mut Map<String, Value>, field: &str) -> Result<Vec<Value>, DeclaredError> {
    match manifest.remove(field) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(list)) => Ok(list),
        Some(_) => Err(mismatch(field.to_owned(), "it is not a list".to_owned())),
    }
}

fn names<'a>(entries: &'a [Map<String, Value>], key: &str) -> Vec<&'a str> {
    entries.iter().map(|entry| text(entry, key)).collect()
}

/// Checks sorted names.
fn check_unique(field: &str, names: &[&str]) -> Result<(), DeclaredError> {
    let twice = names.windows(2).find(|pair| pair.first() == pair.last());
    match twice.and_then(|pair| pair.first()) {
        Some(name) => {
            let problem = format!("two functions of the code are `{name}`");
            Err(mismatch(field.to_owned(), problem))
        }
        None => Ok(()),
    }
}

fn text<'a>(entry: &'a Map<String, Value>, key: &str) -> &'a str {
    entry.get(key).and_then(Value::as_str).unwrap_or_default()
}

const fn mismatch(field: String, problem: String) -> DeclaredError {
    DeclaredError::Mismatch { field, problem }
}
