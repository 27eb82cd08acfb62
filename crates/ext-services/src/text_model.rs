//! Models that give structured answers about a text.

use std::{collections::BTreeMap, fmt, time::Duration};

use serde_json::{Map, Value};
use thiserror::Error;

use crate::BoxFuture;

/// Check of an answer; the error describes the fault.
pub type AnswerCheck<'a> = dyn Fn(&Value) -> Result<(), String> + Sync + 'a;

/// A question about a text.
#[derive(Clone, Copy)]
pub struct TextQuestion<'a> {
    /// The text, one visual row per line, table cells separated by two or more spaces.
    pub text: &'a str,
    /// The question, in words.
    pub prompt: &'a str,
    /// JSON Schema of the answer: an object schema whose properties are the questions. `None`: the
    /// model's free choice, `{"answer": …}`.
    pub schema: Option<&'a Map<String, Value>>,
    /// Check that a valid answer passes, for models that can retry. The caller checks in any case.
    pub check: Option<&'a AnswerCheck<'a>>,
}

impl<'a> TextQuestion<'a> {
    /// Creates a question without a check of the answer.
    #[must_use]
    pub const fn new(
        text: &'a str,
        prompt: &'a str,
        schema: Option<&'a Map<String, Value>>,
    ) -> Self {
        Self { text, prompt, schema, check: None }
    }
}

impl fmt::Debug for TextQuestion<'_> {
    /// Leaves out the text, which is the user's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TextQuestion")
            .field("text_bytes", &self.text.len())
            .field("has_schema", &self.schema.is_some())
            .finish_non_exhaustive()
    }
}

/// Source of a value of the answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Confidence of the model, 0 to 1.
    pub confidence: f32,
    /// Line of the text that it was taken from, from 1; `None` when no single line has it.
    pub line: Option<u32>,
    /// That line's text.
    pub quote: String,
    /// Other values that the text may mean just as well; the answer is the likeliest.
    pub alternatives: Vec<Value>,
}

/// An answer that a caller can check.
#[derive(Debug, Clone, PartialEq)]
pub struct TextAnswer {
    /// The answer. With a schema: an object with the schema's properties; a property that the text
    /// does not answer is `null`, never a guess.
    pub value: Value,
    /// Evidence per top-level property of `value`; empty when the model has none.
    pub evidence: BTreeMap<String, Evidence>,
    /// Tokens that were read and written in all, where the model counts them.
    pub tokens: Option<u64>,
}

/// Failure of a provider; the text is for the caller and names nothing of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ProviderFault {
    /// There is no connection, or it broke.
    #[error("the server of the text model cannot be reached")]
    Unreachable,
    /// The provider took too long.
    #[error("the server of the text model did not answer in time")]
    Timeout,
    /// The provider has too much to do, or the user's share is used up.
    #[error("the server of the text model has too many requests")]
    Busy,
    /// The provider does not know the user, or the key is missing.
    #[error("the server of the text model refuses its key: the user has to set it again")]
    Key,
    /// The provider refuses the request: no such model, a text longer than the model reads.
    #[error("the server of the text model refuses the request")]
    Refused,
    /// The provider failed.
    #[error("the server of the text model failed")]
    Failed,
    /// The answer is over the limit.
    #[error("the answer of the text model is too large")]
    TooLarge,
}

/// Failure to answer a question.
#[derive(Debug, Error)]
pub enum TextModelError {
    /// The model cannot fill the schema; the text names the property and the reason.
    #[error("the schema cannot be answered: {reason}")]
    Schema {
        /// The property and the reason.
        reason: String,
    },
    /// The question needs a model that is not configured.
    #[error("this question needs a language model: {reason}")]
    NeedsProvider {
        /// The task that the local model cannot do.
        reason: String,
    },
    /// The provider did not answer.
    #[error("{fault}: {detail}")]
    Provider {
        /// The failure that the caller is told.
        fault: ProviderFault,
        /// Detail for the host's log; holds no secret.
        detail: String,
        /// Time to wait before a retry.
        retry_after: Option<Duration>,
        /// Tokens that were taken before.
        tokens: u64,
    },
    /// The model's answers, the first and the retry, were not valid.
    #[error("the text model gave no usable answer: {reason}")]
    Answer {
        /// The fault in the last one.
        reason: String,
        /// Tokens that they took.
        tokens: u64,
    },
    /// The model failed.
    #[error("the model failed: {0}")]
    Engine(String),
}

/// Future of an answer.
pub type AnswerFuture<'a> = BoxFuture<'a, Result<TextAnswer, TextModelError>>;

/// Model that answers questions about texts.
pub trait TextModel: Send + Sync {
    /// Returns the name of model or engine, for the record.
    fn name(&self) -> &str;

    /// Answers a question; the same question gets the same answer, as far as the model allows it.
    /// The text is data, whatever it says; an answer can be wrong because of it, and nothing else
    /// can.
    ///
    /// # Errors
    /// [`TextModelError`]; a text that does not hold the answer is `null`, not an error.
    fn answer<'a>(&'a self, question: TextQuestion<'a>) -> AnswerFuture<'a>;
}
