//! Warnings of commands that do their work.

use serde::Serialize;
use serde_json::{Value, json};

use super::{message, tell_json};
use crate::args::Output;

/// Warnings of a command. Each is told at once, on stderr; a program finds all of them in the field
/// `warnings` of the answer as well.
#[derive(Debug)]
pub(crate) struct Warnings {
    output: Output,
    all: Vec<String>,
}

/// Tells something about an answer on stderr: for people as it is, for programs as a warning.
pub(crate) fn note(output: Output, text: &str) {
    match output {
        Output::Table => tell!("{}", message(text)),
        Output::Json => tell_json(&json!({ "warning": text })),
    }
}

/// An answer with the warnings of its command.
#[derive(Serialize)]
struct Warned<'a, T: ?Sized> {
    #[serde(flatten)]
    answer: &'a T,
    warnings: &'a [String],
}

impl Warnings {
    /// Makes the warnings of a command whose answer takes this form.
    pub(crate) const fn new(output: Output) -> Self {
        Self { output, all: Vec::new() }
    }

    /// Returns the form of the answer.
    pub(crate) const fn output(&self) -> Output {
        self.output
    }

    /// Warns of something, once.
    pub(crate) fn add(&mut self, warning: impl Into<String>) {
        let warning = warning.into();
        if self.all.contains(&warning) {
            return;
        }
        match self.output {
            Output::Table => tell!("warning: {}", message(&warning)),
            Output::Json => tell_json(&json!({ "warning": warning })),
        }
        self.all.push(warning);
    }

    /// Tells something to people, which a program finds in the answer.
    pub(crate) fn tell(&self, text: &str) {
        if self.output == Output::Table {
            tell!("{}", message(text));
        }
    }

    /// Warns of several things.
    pub(crate) fn extend(&mut self, warnings: impl IntoIterator<Item = String>) {
        warnings.into_iter().for_each(|warning| self.add(warning));
    }

    /// Returns an answer, an object, with the warnings, if there are any.
    pub(crate) fn to_value<T: Serialize>(&self, answer: &T) -> anyhow::Result<Value> {
        Ok(match self.all.as_slice() {
            [] => serde_json::to_value(answer)?,
            warnings => serde_json::to_value(Warned { answer, warnings })?,
        })
    }

    /// Prints the answer of the command, an object, with its warnings.
    pub(crate) fn print<T: Serialize>(
        &self,
        answer: &T,
        table: impl FnOnce(&T) -> String,
    ) -> anyhow::Result<()> {
        if self.all.is_empty() || self.output == Output::Table {
            return super::print(self.output, answer, table);
        }
        super::print(self.output, &Warned { answer, warnings: &self.all }, |_| String::new())
    }
}
