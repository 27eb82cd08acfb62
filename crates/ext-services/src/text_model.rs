//! Structured answers about a text.

use std::{collections::BTreeMap, fmt, future::Future, pin::Pin, time::Duration};

use serde_json::{Map, Value};
use thiserror::Error;

/// Says what is wrong with an answer.
pub type AnswerCheck<'a> = dyn Fn(&Value) -> Result<(), String> + Sync + 'a;

/// A question about a text.
#[derive(Clone, Copy)]
pub struct TextQuestion<'a> {
    /// The text, one visual row per line, table cells separated by two or more spaces.
    pub text: &'a str,
    /// What is asked, in words.
    pub prompt: &'a str,
    /// JSON Schema of the answer: an object schema whose properties name what is wanted. `None`:
    /// the model's free choice, `{"answer": …}`.
    pub schema: Option<&'a Map<String, Value>>,
    /// What a right answer has to pass, for models that can try again. The caller checks in any
    /// case.
    pub check: Option<&'a AnswerCheck<'a>>,
}

impl<'a> TextQuestion<'a> {
    /// A question whose answer nobody checks.
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
    /// Without the text, which is the user's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TextQuestion")
            .field("text_bytes", &self.text.len())
            .field("has_schema", &self.schema.is_some())
            .finish_non_exhaustive()
    }
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
    /// Per top-level property of `value`; empty when the model cannot tell.
    pub evidence: BTreeMap<String, Evidence>,
    /// Tokens that were read and written in all, where the model counts them.
    pub tokens: Option<u64>,
}

/// What went wrong with a provider; the text is for the caller and names nothing of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ProviderFault {
    /// No connection, or it broke.
    #[error("the server of the text model cannot be reached")]
    Unreachable,
    /// It took too long.
    #[error("the server of the text model did not answer in time")]
    Timeout,
    /// It has too much to do, or the user's share is used up.
    #[error("the server of the text model has too many requests")]
    Busy,
    /// It does not know the user, or the key is missing.
    #[error("the server of the text model refuses its key: the user has to set it again")]
    Key,
    /// It does not take the request: no such model, a text longer than the model reads.
    #[error("the server of the text model refuses the request")]
    Refused,
    /// It failed.
    #[error("the server of the text model failed")]
    Failed,
    /// Its answer is over the limit.
    #[error("the answer of the text model is too large")]
    TooLarge,
}

/// Why there is no answer.
#[derive(Debug, Error)]
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
    /// The provider did not answer.
    #[error("{fault}: {detail}")]
    Provider {
        /// What the caller is told.
        fault: ProviderFault,
        /// What the host's log is told; holds no secret.
        detail: String,
        /// When to try again.
        retry_after: Option<Duration>,
        /// Tokens that were taken before.
        tokens: u64,
    },
    /// The model answered, and again, with something that is no answer.
    #[error("the text model gave no usable answer: {reason}")]
    Answer {
        /// What is wrong with it.
        reason: String,
        /// Tokens that it took.
        tokens: u64,
    },
    /// The model failed.
    #[error("the model failed: {0}")]
    Engine(String),
}

/// An answer, to come. It may be awaited on any executor.
pub type AnswerFuture<'a> =
    Pin<Box<dyn Future<Output = Result<TextAnswer, TextModelError>> + Send + 'a>>;

/// Answers questions about texts.
pub trait TextModel: Send + Sync {
    /// Name of model or engine, for the record.
    fn name(&self) -> &str;

    /// Answers; the same question gets the same answer, as far as the model lets that be. The text
    /// is data, whatever it says; an answer can be wrong because of it, and nothing else can.
    ///
    /// # Errors
    /// [`TextModelError`]; a text that does not hold the answer is `null`, not an error.
    fn answer<'a>(&'a self, question: TextQuestion<'a>) -> AnswerFuture<'a>;
}
