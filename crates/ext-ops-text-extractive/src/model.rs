//! The engine behind the service trait.

use std::collections::BTreeMap;

use ext_services::text_model::{
    AnswerFuture, Evidence, TextAnswer, TextModel, TextModelError, TextQuestion,
};
use serde_json::{Map, Value};

use crate::facts::Facts;
use crate::hints::Hints;
use crate::prompt;
use crate::recognise::{self, Answered, Outcome};
use crate::rows::Document;
use crate::schema::{self, Property};

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
        let document = Document::read(question.text);
        let facts = Facts::of(&document, Hints::of(question.prompt));
        let Some(schema) = question.schema else {
            return Ok(assemble(&document, unguided(&facts, question.prompt)?));
        };
        let properties =
            schema::read(schema).map_err(|reason| TextModelError::Schema { reason })?;
        let outcomes = answer_all(&facts, properties);
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

fn answer_all(facts: &Facts<'_>, properties: Vec<Property>) -> Vec<(Property, Outcome)> {
    let answered = properties.into_iter().map(|property| {
        let outcome = recognise::answer(facts, &property, "");
        (property, outcome)
    });
    answered.collect()
}

/// Answers a question without a schema: with the fields of a receipt where the prompt asks for one,
/// else with the one value that it asks for. What the text does not say is never answered with
/// nothing: a language model may know what was meant.
fn unguided(facts: &Facts<'_>, prompt: &str) -> Result<Vec<(Property, Outcome)>, TextModelError> {
    let (properties, needed, missing) = match prompt::asks_for_receipt(prompt) {
        true => (prompt::receipt(), "amount", "a receipt's total"),
        false => (vec![prompt::single(prompt)], "answer", "what the prompt asks for"),
    };
    let outcomes = answer_all(facts, properties);
    let is_found = |(property, outcome): &(Property, Outcome)| {
        property.name == needed && matches!(outcome, Outcome::Found(_))
    };
    if outcomes.iter().any(is_found) {
        return Ok(outcomes);
    }
    let reason = format!("the text does not print {missing}; a schema names what is asked for");
    Err(TextModelError::NeedsProvider { reason })
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

#[cfg(test)]
mod tests {
    use super::*;

    const SLIP: &str = "Corner Coffee\n1201 Pike St\nSeattle, WA\nDate: 11/02/2026 08:14 AM\n\
        Latte  $4.50\nMuffin  $3.25\nSubtotal  $7.75\nTax  $0.80\nTotal  $8.55";

    fn ask(text: &str, prompt: &str) -> Result<TextAnswer, TextModelError> {
        ExtractiveModel::new().ask(TextQuestion::new(text, prompt, None))
    }

    #[test]
    fn a_prompt_for_a_receipt_gets_its_fields() {
        let answer = ask(SLIP, "Extract receipt data").unwrap();
        assert_eq!(answer.value["vendor"], "Corner Coffee");
        assert_eq!(answer.value["amount"], 8.55);
        assert_eq!(answer.value["currency"], "USD");
        assert_eq!(answer.value["date"], "2026-11-02", "the month first, as in Seattle");
        assert!(answer.evidence["amount"].confidence > 0.0);
    }

    #[test]
    fn a_prompt_for_one_value_gets_it() {
        assert_eq!(ask(SLIP, "What is the total?").unwrap().value["answer"], 8.55);
    }

    #[test]
    fn no_prompt_is_answered_with_nothing() {
        for (text, prompt) in [
            ("lorem ipsum dolor", "Extract receipt data"),
            ("lorem ipsum dolor", "What is the total?"),
            (SLIP, "Is the writer glad?"),
            (SLIP, ""),
        ] {
            let refused = ask(text, prompt);
            assert!(
                matches!(refused, Err(TextModelError::NeedsProvider { .. })),
                "{prompt} {refused:?}"
            );
        }
    }
}
