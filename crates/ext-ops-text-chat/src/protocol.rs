//! The two protocols: what is sent, and what comes back.

use http::HeaderMap;
use serde_json::{Value, json};

use crate::prompt::Message;

/// Most tokens of an answer: a model that does not end is cut off.
pub(crate) const MAX_ANSWER_TOKENS: u64 = 2048;

/// The context that Ollama is asked for grows in steps, since it loads a model anew for another one.
const CONTEXT_STEP: u64 = 4096;

/// Bytes of text for a token, at least, in most languages.
const BYTES_A_TOKEN: u64 = 2;

/// Protocol that a server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// `POST /chat/completions`, as OpenAI and most others have it.
    OpenAi,
    /// `POST /api/chat` of Ollama.
    Ollama,
}

/// Answer of the model, before it is checked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) text: String,
    /// Tokens read and written.
    pub(crate) tokens: u64,
    /// True when its end is missing.
    pub(crate) cut: bool,
}

impl Protocol {
    /// Returns the name in configurations and in answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::Ollama => "ollama",
        }
    }

    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::OpenAi => "/chat/completions",
            Self::Ollama => "/api/chat",
        }
    }

    /// Makes the request, without anything that a model could call.
    pub(crate) fn request(self, model: &str, messages: &[Message], schema: &Value) -> Value {
        let said =
            |message: &Message| json!({ "role": message.role.name(), "content": message.text });
        let said: Vec<Value> = messages.iter().map(said).collect();
        match self {
            Self::OpenAi => json!({
                "model": model,
                "messages": said,
                "temperature": 0,
                "seed": 0,
                "max_tokens": MAX_ANSWER_TOKENS,
                "stream": false,
                "response_format": {
                    "type": "json_schema",
                    // Not strict: that allows a part of JSON Schema only. Answers are checked here.
                    "json_schema": { "name": "answer", "schema": schema, "strict": false },
                },
            }),
            Self::Ollama => json!({
                "model": model,
                "messages": said,
                "stream": false,
                "format": schema,
                "options": {
                    "temperature": 0,
                    "seed": 0,
                    "num_predict": MAX_ANSWER_TOKENS,
                    "num_ctx": context(messages),
                },
            }),
        }
    }

    /// Reads an answer with status 200; an error says what is missing.
    pub(crate) fn said(self, body: &[u8]) -> Result<Said, &'static str> {
        let body: Value = serde_json::from_slice(body).map_err(|_| "is not valid JSON")?;
        let number = |pointer| body.pointer(pointer).and_then(Value::as_u64).unwrap_or(0);
        let text = |pointer| body.pointer(pointer).and_then(Value::as_str);
        let (content, end, tokens) = match self {
            Self::OpenAi => (
                text("/choices/0/message/content"),
                text("/choices/0/finish_reason"),
                number("/usage/total_tokens")
                    .max(number("/usage/prompt_tokens") + number("/usage/completion_tokens")),
            ),
            Self::Ollama => (
                text("/message/content"),
                text("/done_reason"),
                number("/prompt_eval_count").saturating_add(number("/eval_count")),
            ),
        };
        let text = content.ok_or("has no text")?.to_owned();
        Ok(Said { text, tokens, cut: end == Some("length") })
    }

    /// Returns what the server says of an error, cut; empty when it says nothing that can be read.
    pub(crate) fn complaint(body: &[u8]) -> String {
        const MOST: usize = 200;
        let Ok(body) = serde_json::from_slice::<Value>(body) else { return String::new() };
        let message = body.pointer("/error/message").or_else(|| body.get("error"));
        let message = message.and_then(Value::as_str).unwrap_or_default();
        let cut: String = message.chars().take(MOST).collect();
        cut.escape_debug().to_string()
    }

    /// Returns the seconds that the server asks to wait for.
    pub(crate) fn retry_after(headers: &HeaderMap) -> Option<u64> {
        headers.get(http::header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
    }
}

/// Returns the size of the context to ask for: Ollama drops the beginning of what does not fit,
/// without a word.
fn context(messages: &[Message]) -> u64 {
    let bytes: usize = messages.iter().map(|message| message.text.len()).sum();
    let tokens = (bytes as u64).div_ceil(BYTES_A_TOKEN) + MAX_ANSWER_TOKENS;
    tokens.next_multiple_of(CONTEXT_STEP)
}
