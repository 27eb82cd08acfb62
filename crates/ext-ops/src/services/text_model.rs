//! Structured answers about a text.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use thiserror::Error;

/// A question about a text.
#[derive(Debug, Clone, Copy)]
pub struct TextQuestion<'a> {
    /// The text, one visual row per line, table cells separated by two or more spaces.
    pub text: &'a str,
    /// What is asked, in words.
    pub prompt: &'a str,
    /// JSON Schema of the answer: an object schema whose properties name what is wanted. `None`:
    /// the model's free choice, `{"answer": …}`.
    pub schema: Option<&'a Map<String, Value>>,
}

/// Where a value of the answer comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// How sure the model is, 0 to 1.
    pub confidence: f32,
    /// Line of the text that it was taken from, from 1; `None` when no single line says it.
    pub line: Option<u32>,
    /// That line's text.
    pub quote: String,
}

/// An answer that a caller can check.
#[derive(Debug, Clone, PartialEq)]
pub struct TextAnswer {
    /// The answer. With a schema: an object with the schema's properties; a property that the text
    /// does not answer is `null`, never a guess.
    pub value: Value,
    /// Per top-level property of `value`.
    pub evidence: BTreeMap<String, Evidence>,
}

/// Why there is no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TextModelError {
    /// The schema is not one that the model can fill; the text names the property and the reason.
    #[error("the schema cannot be answered: {reason}")]
    Schema {
        /// Which property, and why.
        reason: String,
    },
    /// The question needs a model that is not configured.
    #[error("this question needs a language model: {reason}")]
    NeedsProvider {
        /// What the local model cannot do.
        reason: String,
    },
    /// The model failed.
    #[error("the model failed: {0}")]
    Engine(String),
}

/// Answers questions about texts.
pub trait TextModel: Send + Sync {
    /// Name of model or engine, for the record.
    fn name(&self) -> &str;

    /// Answers; the same question always gets the same answer.
    ///
    /// # Errors
    /// [`TextModelError`]; a text that does not hold the answer is `null`, not an error.
    fn answer(&self, question: TextQuestion<'_>) -> Result<TextAnswer, TextModelError>;
}
