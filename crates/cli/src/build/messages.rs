//! Messages of the programs that builds call.

use std::process::Stdio;

use ext_wire::{ErrorBody, ErrorCode};
use serde_json::json;

use crate::args::Output;

/// Most bytes of messages that an error brings, the first of them.
const MAX_SAID: usize = 64 << 10;

/// The place that the messages of a compiler go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Messages {
    /// The terminal, at once.
    Terminal,
    /// The details of the error, for programs.
    Details,
}

impl From<Output> for Messages {
    fn from(output: Output) -> Self {
        match output {
            Output::Table => Self::Terminal,
            Output::Json => Self::Details,
        }
    }
}

impl Messages {
    /// Returns the stderr of a program.
    pub(super) fn stderr(self) -> Stdio {
        match self {
            Self::Terminal => Stdio::inherit(),
            Self::Details => Stdio::piped(),
        }
    }
}

/// Makes the error of a program that failed, from what it said, if that was kept.
pub(super) fn failed(message: &str, said: &[u8]) -> anyhow::Error {
    let body = ErrorBody::new(ErrorCode::BadInput, message);
    let said = said.get(..MAX_SAID).unwrap_or(said);
    match said {
        [] => body.into(),
        said => body.with_details(json!({ "compiler": String::from_utf8_lossy(said) })).into(),
    }
}
