//! The custom section in which a module says what it has functions for.

use std::collections::BTreeSet;

use crate::{Method, event::is_kind};

/// Prefix of the lines that name a kind of events.
const EVENT: &str = "event:";

/// Prefix of the lines that name an operation whose answer is a view.
const VIEW: &str = "view:";

/// Line of a module that handles whatever events its manifest names.
const ALL_EVENTS: &str = "event:*";

/// Operations and events that a module has functions for: the content of its section
/// `spacedrive.methods`.
///
/// The section is text, one line for each: the method of an operation, `view:<method>` when its answer is
/// a view, `event:<kind>`, or `event:*` for whatever kinds the manifest names. Each line ends in a line feed, so that a linker may join several
/// sections. Lines of other forms are for later hosts and ignored.
///
/// ```
/// use ext_wire::DeclaredHandlers;
///
/// let section = b"query:hello.total_words.v1\nevent:entry.created\n";
/// let declared = DeclaredHandlers::parse(section);
/// assert!(declared.has_operation("query:hello.total_words.v1"));
/// assert!(declared.has_event("entry.created") && !declared.has_event("entry.updated"));
/// assert_eq!(declared.to_string().into_bytes(), section);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeclaredHandlers {
    operations: BTreeSet<String>,
    views: BTreeSet<String>,
    kinds: BTreeSet<String>,
    all_events: bool,
}

impl DeclaredHandlers {
    /// Reads the content of the section.
    #[must_use]
    pub fn parse(section: &[u8]) -> Self {
        let mut declared = Self::default();
        for line in section.split(|byte| *byte == b'\n') {
            declared.add(std::str::from_utf8(line).unwrap_or_default());
        }
        declared
    }

    fn add(&mut self, line: &str) {
        if line == ALL_EVENTS {
            self.all_events = true;
        } else if let Some(kind) = line.strip_prefix(EVENT).filter(|kind| is_kind(kind)) {
            self.kinds.insert(kind.to_owned());
        } else if let Some(method) = line.strip_prefix(VIEW).filter(|it| Method::parse(it).is_ok())
        {
            self.views.insert(method.to_owned());
        } else if Method::parse(line).is_ok() {
            self.operations.insert(line.to_owned());
        }
    }

    /// Adds an operation; what is not a method is left out.
    #[must_use]
    pub fn with_operation(mut self, method: &str) -> Self {
        self.add(method);
        self
    }

    /// Adds an operation whose answer is a view; what is not a method is left out.
    #[must_use]
    pub fn with_view(mut self, method: &str) -> Self {
        self.add(method);
        self.add(&format!("{VIEW}{method}"));
        self
    }

    /// Adds a kind of events; what is not a kind is left out.
    #[must_use]
    pub fn with_event(mut self, kind: &str) -> Self {
        self.add(&format!("{EVENT}{kind}"));
        self
    }

    /// Adds all events that the manifest names.
    #[must_use]
    pub const fn with_all_events(mut self) -> Self {
        self.all_events = true;
        self
    }

    /// Returns whether there is a function for this operation.
    #[must_use]
    pub fn has_operation(&self, method: &str) -> bool {
        self.operations.contains(method)
    }

    /// Returns whether there is a function for events of this kind.
    #[must_use]
    pub fn has_event(&self, kind: &str) -> bool {
        self.all_events || self.kinds.contains(kind)
    }

    /// Lists the operations.
    pub fn operations(&self) -> impl Iterator<Item = &str> {
        self.operations.iter().map(String::as_str)
    }

    /// Lists the operations whose answers are views.
    pub fn views(&self) -> impl Iterator<Item = &str> {
        self.views.iter().map(String::as_str)
    }

    /// Lists the kinds of events that are named one by one.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.kinds.iter().map(String::as_str)
    }
}

impl std::fmt::Display for DeclaredHandlers {
    /// Writes the content of the section.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.operations.iter().try_for_each(|method| writeln!(f, "{method}"))?;
        self.views.iter().try_for_each(|method| writeln!(f, "{VIEW}{method}"))?;
        self.kinds.iter().try_for_each(|kind| writeln!(f, "{EVENT}{kind}"))?;
        if self.all_events { writeln!(f, "{ALL_EVENTS}") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let declared = DeclaredHandlers::default()
            .with_operation("action:a.b.input.v1")
            .with_view("query:a.c.v1")
            .with_event("ext.finance.booked")
            .with_all_events();
        assert_eq!(DeclaredHandlers::parse(declared.to_string().as_bytes()), declared);
        assert!(declared.has_event("entry.updated"));
    }

    #[test]
    fn lines_of_other_forms_are_ignored() {
        let section = b"query:a.b.v1\njob:later\nevent:no kind\nQUERY:A\n\xff\n\nquery:a.c.v1";
        let declared = DeclaredHandlers::parse(section);
        assert_eq!(declared.operations().collect::<Vec<_>>(), ["query:a.b.v1", "query:a.c.v1"]);
        assert_eq!(declared.kinds().count(), 0);
        assert_eq!(DeclaredHandlers::parse(b""), DeclaredHandlers::default());
    }
}
