//! Recordings of what an extension was asked, what it asked its host for, and what both answered, so that
//! a test plays them again without a host.
//!
//! A recording is a file of JSON lines, each a [`RecordedRun`]. Bytes stand in it as base64. Secrets do not
//! stand in it: [`secrets_of_input`] and [`secrets_of_output`] find those of the built-in operations, and
//! the extension's own are marked `writeOnly` in the schemas of its operations.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json, value::RawValue};
use uuid::Uuid;

use crate::{
    Wire,
    ops::{credentials, settings},
    write_only::Secrets,
};

/// The version of the format, which each line begins with.
pub const VERSION: u32 = 1;

/// One thing that an extension was asked, with all that it called meanwhile: a line of a recording.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordedRun {
    /// The version of the format: [`VERSION`].
    pub recording: u32,
    /// The id of the extension.
    pub extension: String,
    /// The question or order that it got.
    pub asked: Asked,
    /// Its calls of the host, in order.
    pub calls: Vec<RecordedHostCall>,
    /// Its answer.
    pub answer: RecordedAnswer,
    /// False when the calls are left out, because they were too large together.
    pub is_whole: bool,
}

/// The question or order that an extension got.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// To start, by `plugin_init`.
    Start,
    /// To work on an event: its payload.
    Event(Box<RawValue>),
    /// To answer an operation.
    Call {
        /// The method.
        method: String,
        /// The payload of `plugin_call`, a [`PluginCall`](crate::PluginCall).
        payload: Box<RawValue>,
    },
}

/// A call of the host by the extension.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordedHostCall {
    /// The method, as the extension wrote it.
    pub method: String,
    /// The library.
    pub library_id: Option<Uuid>,
    /// The input.
    pub input: Box<RawValue>,
    /// The answer of the host.
    pub answer: RecordedAnswer,
}

/// An answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordedAnswer {
    /// `OK`, or the name of the code of an error.
    pub code: String,
    /// The output, or the body of the error.
    pub output: Box<RawValue>,
}

/// The reason for which a recording cannot be read. Lines count from 1.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// A line is not one of a recording.
    #[error("line {line} is not one of a recording of calls: {source}")]
    Line {
        /// Its number.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A line is of a later program.
    #[error("line {line} is of version {found} of the format, and version {VERSION} is understood")]
    Version {
        /// Its number.
        line: usize,
        /// Its version.
        found: u32,
    },
    /// There is nothing in it.
    #[error("nothing is recorded in it")]
    Empty,
}

/// Reads a recording.
///
/// ```
/// let line = r#"{"recording":1,"extension":"demo","asked":"start","calls":[],
///     "answer":{"code":"OK","output":null},"is_whole":true}"#;
/// let runs = ext_wire::recording::read(&line.replace('\n', ""))?;
/// assert_eq!(runs[0].extension, "demo");
/// # Ok::<(), ext_wire::recording::RecordingError>(())
/// ```
///
/// # Errors
/// [`RecordingError`].
pub fn read(text: &str) -> Result<Vec<RecordedRun>, RecordingError> {
    #[derive(Deserialize)]
    struct Head {
        recording: u32,
    }
    let lines = text.lines().enumerate().map(|(at, text)| (at + 1, text));
    let runs = lines.filter(|(_, text)| !text.trim().is_empty()).map(|(line, text)| {
        let wrong = |source| RecordingError::Line { line, source };
        let Head { recording: found } = serde_json::from_str(text).map_err(wrong)?;
        if found != VERSION {
            return Err(RecordingError::Version { line, found });
        }
        serde_json::from_str(text).map_err(wrong)
    });
    let runs: Vec<RecordedRun> = runs.collect::<Result<_, _>>()?;
    if runs.is_empty() { Err(RecordingError::Empty) } else { Ok(runs) }
}

/// Finds the secrets in the input of a built-in operation.
#[must_use]
pub fn secrets_of_input(method: &str, input: &RawValue) -> Secrets {
    if method != credentials::Store::METHOD {
        return Secrets::default();
    }
    let secret = json!({ "writeOnly": true });
    let parts = ["key", "password", "fields", "access_token", "refresh_token", "client_secret"];
    let parts = Map::from_iter(parts.map(|part| (part.to_owned(), secret.clone())));
    secrets_of(&json!({ "properties": { "secret": { "properties": parts } } }), input)
}

/// Finds the secrets in the output of a built-in operation.
#[must_use]
pub fn secrets_of_output(method: &str, output: &RawValue) -> Secrets {
    let part = match method {
        credentials::Reveal::METHOD => "fields",
        settings::Get::METHOD => "secrets",
        _ => return Secrets::default(),
    };
    secrets_of(&json!({ "properties": { part: { "writeOnly": true } } }), output)
}

fn secrets_of(schema: &Value, json: &RawValue) -> Secrets {
    Secrets::of(schema, &serde_json::from_str(json.get()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_recording_is_told_by_its_line() {
        let told = |text: &str| read(text).unwrap_err().to_string();
        assert_eq!(told("\n\n"), "nothing is recorded in it");
        assert!(told("\n{\"recording\":1}").starts_with("line 2 is not one of a recording"));
        let later = "line 1 is of version 2 of the format, and version 1 is understood";
        assert_eq!(told("{\"recording\":2,\"more\":1}"), later);
    }

    fn raw(value: &Value) -> Box<RawValue> {
        serde_json::value::to_raw_value(value).unwrap()
    }

    #[test]
    fn cred_20_secrets_of_built_in_operations_are_found() {
        let input = json!({ "name": "mail", "secret": { "type": "basic", "user": "ada", "password": "pw9" } });
        let mut value = input.clone();
        secrets_of_input(credentials::Store::METHOD, &raw(&input)).blank_value(&mut value);
        let blanked = json!({ "type": "basic", "user": "ada", "password": "[redacted]" });
        assert_eq!(value["secret"], blanked);
        assert!(secrets_of_input(settings::Get::METHOD, &raw(&input)).is_empty());

        let output =
            json!({ "values": { "home": "EUR" }, "secrets": { "passwords": ["one", "Zebra99"] } });
        let mut value = output.clone();
        secrets_of_output(settings::Get::METHOD, &raw(&output)).blank_value(&mut value);
        assert_eq!(value["values"], output["values"]);
        assert_eq!(value["secrets"]["passwords"], json!(["[redacted]", "[redacted]"]));
    }
}
