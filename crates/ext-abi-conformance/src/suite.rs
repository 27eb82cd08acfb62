//! The cases, as `cases.json` has them.

use std::fmt;

use ext_abi::ErrorCode;
use serde::{Deserialize, Deserializer, de::Error as _};
use uuid::Uuid;

const CASES: &str = include_str!("../cases.json");

/// All cases.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suite {
    /// The version of the ABI that the cases are about.
    pub abi: u32,
    /// The limits of guests whose case says nothing else.
    pub limits: Limits,
    /// Modules that are refused before anything of them runs.
    pub refused: Vec<Refusal>,
    /// Guests that run.
    pub runs: Vec<Run>,
    /// Attachment envelopes, which are decoded or refused.
    pub envelopes: Vec<Envelope>,
}

impl Suite {
    /// Returns the suite.
    ///
    /// # Panics
    /// Never: the cases are those of this crate, and its tests read them.
    #[must_use]
    pub fn load() -> Self {
        serde_json::from_str(CASES).unwrap_or_else(|error| panic!("cases.json: {error}"))
    }
}

/// Limits of a guest.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Linear memory in MiB.
    pub memory_mb: u32,
    /// Elements of all tables.
    pub table_elements: u32,
    /// Bytes of JSON in a payload or reply.
    pub json_bytes: u32,
    /// Stack in KiB.
    pub stack_kb: u32,
    /// Time in which the guest computes in one call, in milliseconds.
    pub compute_ms: u64,
    /// True if the guest may import the functions of WASI.
    pub wasi: bool,
}

impl Limits {
    /// Returns these limits with those that a case changes.
    pub(crate) fn with(&self, change: &Change) -> Self {
        Self {
            json_bytes: change.json_bytes.unwrap_or(self.json_bytes),
            compute_ms: change.compute_ms.unwrap_or(self.compute_ms),
            wasi: change.wasi.unwrap_or(self.wasi),
            ..self.clone()
        }
    }
}

/// Limits in which a case differs from the others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    json_bytes: Option<u32>,
    compute_ms: Option<u64>,
    wasi: Option<bool>,
}

/// A module that is refused.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// The rule that the module breaks, as a sentence.
    pub name: String,
    /// The name of the guest; or there are bytes.
    pub guest: Option<String>,
    /// The bytes of what is no module.
    pub bytes: Option<Bytes>,
    #[serde(default)]
    pub(crate) limits: Change,
    /// The code with which the host refuses it.
    pub code: Code,
}

/// A guest, and what comes of its calls.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The rule that is checked, as a sentence.
    pub name: String,
    /// The name of the guest.
    pub guest: String,
    #[serde(default)]
    pub(crate) limits: Change,
    /// Steps of the host, in order.
    pub steps: Vec<Step>,
    /// All calls that reach the operations of the host, in order, and the reply to each.
    #[serde(default)]
    pub calls: Vec<Exchange>,
    /// All messages of the guest, in order, if the case is about them.
    pub logs: Option<Vec<Message>>,
}

/// A step of the host and its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Step {
    /// The task of the host.
    #[serde(flatten)]
    pub task: Task,
    /// The expected outcome.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// A task of the host.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "do", rename_all = "lowercase")]
pub enum Task {
    /// Start a fresh instance, up to `plugin_init`.
    Start,
    /// Deliver an event.
    Event {
        /// The bytes of the event.
        payload: Bytes,
    },
    /// Call an operation of the guest.
    Call {
        /// The method.
        method: String,
        /// The bytes of the payload.
        payload: Bytes,
    },
    /// Take the state.
    Save,
    /// Give a state.
    Restore {
        /// The bytes of the state.
        payload: Bytes,
    },
    /// End the instance.
    Cleanup,
}

/// The outcome of a step.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Outcome {
    /// The call ends with a fault.
    Fault {
        /// Its code.
        fault: Code,
    },
    /// The guest's function returns a number.
    Number {
        /// The number.
        returns: i32,
    },
    /// The guest's function returns a frame.
    Reply(Reply),
    /// The instance is ready.
    Ready {},
}

/// A reply, of a guest or a host.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Reply {
    /// The status of the frame.
    pub status: Code,
    /// The body of the frame.
    pub body: Bytes,
}

/// A call of the guest, and how the host's operation answers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Exchange {
    /// The method.
    pub method: String,
    /// The library, if the guest named one.
    pub library: Option<Uuid>,
    /// The bytes of the payload.
    pub payload: Bytes,
    /// The reply; `None` when the operation fails as no operation should (a panic, an exception).
    #[serde(flatten)]
    pub reply: Option<Reply>,
}

/// A message of the guest: its level from 0 to 3, and the text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Message(pub u32, pub Said);

/// The text of a message.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Said {
    /// An error body with a code, in the words of the host.
    Error {
        /// The code.
        error: Code,
    },
    /// The exact text.
    Exactly(Bytes),
}

/// An attachment envelope, which is decoded or refused.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// A description of the envelope.
    pub name: String,
    /// Its bytes.
    pub bytes: Bytes,
    /// The JSON in it.
    pub json: Option<Bytes>,
    /// The blobs in it.
    pub blobs: Option<Vec<Bytes>>,
    /// The code with which it is refused.
    pub code: Option<Code>,
}

/// An error code by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code(pub ErrorCode);

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let unknown = || D::Error::custom(format_args!("`{name}` is not a code"));
        ErrorCode::from_name(&name).map(Self).ok_or_else(unknown)
    }
}

/// Bytes that JSON can show: a text, `{"hex": …}` with blanks where they help, `{"byte": 32, "times": 9}`,
/// or `{"words": […]}`, each of them a `u32` in little-endian.
#[derive(Clone, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl fmt::Debug for Bytes {
    /// Writes the first bytes as text, because a failure shows both sides.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 100;
        let start = self.0.get(..SHOWN).unwrap_or(&self.0);
        write!(f, "{} bytes \"{}\"", self.0.len(), start.escape_ascii())
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Shown {
    Text(String),
    Hex { hex: String },
    Repeated { byte: u8, times: usize },
    Words { words: Vec<u32> },
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Shown::deserialize(deserializer)? {
            Shown::Text(text) => text.into_bytes(),
            Shown::Hex { hex } => from_hex(&hex)
                .ok_or_else(|| D::Error::custom(format_args!("`{hex}` is not hexadecimal")))?,
            Shown::Repeated { byte, times } => vec![byte; times],
            Shown::Words { words } => words.into_iter().flat_map(u32::to_le_bytes).collect(),
        }))
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .filter(|char| *char != ' ')
        .map(|char| u8::try_from(char.to_digit(16)?).ok())
        .collect();
    let (pairs, rest) = digits.as_deref()?.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}
