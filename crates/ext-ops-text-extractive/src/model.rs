//! The engine behind the service trait.

use std::collections::BTreeMap;

use ext_services::text_model::{
    AnswerFuture, Evidence, TextAnswer, TextModel, TextModelError, TextQuestion,
};
use serde_json::{Map, Value};

use crate::facts::Facts;
use crate::hints::Hints;
use crate::recognise::{self, Answered, Outcome};
use crate::rows::Document;
use crate::schema::{self, Kind, Property};

/// Engine that answers questions about texts by extraction; see the crate's documentation.
#[derive(Debug, Clone, Copy, Default)]
pub struct ExtractiveModel;

impl ExtractiveModel {
    /// Creates the engine; it holds no state and loads nothing.
    #[must_use]
    pub fn new() -> Self {
        Self
    }

    /// Answers at once. The trait's method is the same, as a future.
    ///
    /// # Errors
    /// As [`TextModel::answer`].
    pub fn ask(&self, question: TextQuestion<'_>) -> Result<TextAnswer, TextModelError> {
        let properties = match question.schema {
            Some(schema) => {
                schema::read(schema).map_err(|reason| TextModelError::Schema { reason })?
            }
            None => vec![from_prompt(question.prompt)],
        };
        let document = Document::read(question.text);
        let facts = Facts::of(&document, Hints::of(question.prompt));
        let outcomes: Vec<(Property, Outcome)> = properties
            .into_iter()
            .map(|property| {
                let outcome = recognise::answer(&facts, &property, "");
                (property, outcome)
            })
            .collect();
        let unanswerable =
            outcomes.iter().all(|(_, outcome)| matches!(outcome, Outcome::NoRecogniser));
        if unanswerable && !outcomes.is_empty() {
            return Err(needs_provider(&outcomes));
        }
        Ok(assemble(&document, outcomes))
    }
}

impl TextModel for ExtractiveModel {
    fn name(&self) -> &str {
        concat!("extractive ", env!("CARGO_PKG_VERSION"))
    }

    fn answer<'a>(&'a self, question: TextQuestion<'a>) -> AnswerFuture<'a> {
        Box::pin(async move { self.ask(question) })
    }
}

/// Makes the property of a question without a schema: the prompt itself says what `answer` is.
fn from_prompt(prompt: &str) -> Property {
    let description = prompt.chars().take(500).collect();
    Property { name: "answer".to_owned(), description, kind: Kind::Unknown }
}

fn needs_provider(outcomes: &[(Property, Outcome)]) -> TextModelError {
    let names: Vec<String> =
        outcomes.iter().take(5).map(|(p, _)| format!("`{}`", p.name)).collect();
    let reason = format!("no recogniser for {}", names.join(", "));
    TextModelError::NeedsProvider { reason }
}

fn assemble(document: &Document, outcomes: Vec<(Property, Outcome)>) -> TextAnswer {
    let mut value = Map::new();
    let mut evidence = BTreeMap::new();
    for (property, outcome) in outcomes {
        let found = match outcome {
            Outcome::Found(found) => found,
            _ => Answered::nothing(),
        };
        evidence.insert(property.name.clone(), evidence_of(document, &found));
        value.insert(property.name, found.value);
    }
    TextAnswer { value: Value::Object(value), evidence, tokens: None }
}

fn evidence_of(document: &Document, found: &Answered) -> Evidence {
    let row = found.row.and_then(|row| document.rows.get(row));
    Evidence {
        confidence: found.confidence,
        line: row.map(|row| row.line),
        quote: row.map(|row| row.text.clone()).unwrap_or_default(),
        alternatives: found.alternatives.clone(),
    }
}
