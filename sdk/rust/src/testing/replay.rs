//! Recordings of real runs, which answer in the place of a host.

use std::path::Path;

use bytes::Bytes;
use ext_abi::ErrorCode;
use ext_wire::{
    ErrorBody, Event, body,
    recording::{self, Asked, RecordedAnswer, RecordedHostCall, RecordedRun},
};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use uuid::Uuid;

use super::{host::FakeHost, state::State};
use crate::{Error, Extension, Result};

/// The calls of a recording that were not made yet, in order.
#[derive(Default)]
pub(super) struct Replay {
    runs: Vec<RecordedRun>,
    calls: Vec<RecordedHostCall>,
}

impl Replay {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let failed = |code, error: &dyn std::fmt::Display| {
            Error::new(code, format_args!("{}: {error}", path.display()))
        };
        let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => failed(ErrorCode::NotFound, &error),
            _ => failed(ErrorCode::Io, &error),
        })?;
        let runs = recording::read(&text);
        let mut runs = runs.map_err(|error| failed(ErrorCode::BadInput, &error))?;
        if runs.iter().any(|run| !run.is_whole) {
            let reason = "calls are left out, because they were too large: record less at once";
            return Err(failed(ErrorCode::BadInput, &reason));
        }
        let calls = runs.iter_mut().flat_map(|run| std::mem::take(&mut run.calls)).collect();
        Ok(Self { runs, calls })
    }

    /// The library that the recording is about.
    pub(super) fn library_id(&self) -> Option<Uuid> {
        #[derive(Deserialize)]
        struct Named {
            library_id: Option<Uuid>,
        }
        let asked = self.runs.iter().filter_map(|run| match &run.asked {
            Asked::Start => None,
            Asked::Event(payload) | Asked::Call { payload, .. } => {
                serde_json::from_str::<Named>(payload.get()).ok()?.library_id
            }
        });
        asked.chain(self.calls.iter().filter_map(|call| call.library_id)).next()
    }

    /// Answers a call as the host did: the first of the recorded ones with this input that was not made
    /// yet.
    pub(super) fn answer(
        &mut self,
        method: &str,
        library_id: Option<Uuid>,
        payload: Bytes,
    ) -> Result<Vec<u8>> {
        let input: Box<RawValue> = serde_json::from_slice(&body::to_plain(payload)?)?;
        let input = without_secrets(method, &input)?;
        let is_it = |call: &RecordedHostCall| {
            call.method == method && call.library_id == library_id && is_json(&call.input, &input)
        };
        let Some(at) = self.calls.iter().position(is_it) else {
            return Err(self.unknown(method, &input));
        };
        opened(&self.calls.remove(at).answer)
    }

    pub(super) fn take_runs(&mut self) -> Vec<RecordedRun> {
        std::mem::take(&mut self.runs)
    }

    /// The method of a call that was not made.
    pub(super) fn left(&self) -> Option<String> {
        self.calls.first().map(|call| call.method.clone())
    }

    fn unknown(&self, method: &str, input: &Value) -> Error {
        let others = self.calls.iter().filter(|call| call.method == method);
        let hint = match others.clone().next() {
            Some(call) => format!("; the next one of {} has {}", others.count(), call.input),
            None => "; it has none of them that was not made yet".to_owned(),
        };
        let message =
            format_args!("the recording has no further `{method}` with the input {input}{hint}");
        Error::new(ErrorCode::UnknownMethod, message)
    }
}

impl FakeHost {
    /// Creates a host that answers as the real one did in a recording, which
    /// `spacedrive ext run ID --record-calls FILE` makes. A call is answered by the first recorded one of
    /// the same method, library and input that was not made yet; one that was not recorded fails. What
    /// [`on`](Self::on) is given goes before the recording.
    ///
    /// ```
    /// use spacedrive_sdk::testing::FakeHost;
    /// # let folder = std::env::temp_dir().join(format!("replay-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// # let file = folder.join("words.calls");
    /// # std::fs::write(&file, concat!(
    /// #     r#"{"recording":1,"extension":"my_notes","asked":{"call":{"method":"query:my_notes.size.v1","#,
    /// #     r#""payload":{"library_id":"00000000-0000-4000-8000-000000000001","input":"00000000-0000-4000-8000-00000000000a"}}},"calls":["#,
    /// #     r#"{"method":"query:vdfs.get_entry.v1","library_id":"00000000-0000-4000-8000-000000000001","#,
    /// #     r#""input":{"entry_id":"00000000-0000-4000-8000-00000000000a"},"answer":{"code":"E_NOT_FOUND","#,
    /// #     r#""output":{"error":"there is no entry","code":"E_NOT_FOUND"}}}],"#,
    /// #     r#""answer":{"code":"OK","output":0},"is_whole":true}"#,
    /// # ))?;
    ///
    /// mod my_notes {
    ///     use serde_json::{Value, json};
    ///     use spacedrive_sdk::prelude::*;
    ///
    ///     spacedrive_sdk::export!();
    ///
    ///     /// Returns the size of an entry, 0 where there is none.
    ///     #[query("query:my_notes.size.v1")]
    ///     fn size(client: &SpacedriveClient, id: Uuid) -> Result<u64> {
    ///         match client.call::<_, Value>("query:vdfs.get_entry.v1", &json!({ "entry_id": id })) {
    ///             Ok(entry) => Ok(entry["size"].as_u64().unwrap_or_default()),
    ///             Err(error) if error.is_not_found() => Ok(0),
    ///             Err(error) => Err(error),
    ///         }
    ///     }
    /// }
    ///
    /// # let recording = &file;
    /// // let recording = "tests/words.calls";
    /// FakeHost::replay(recording)?.rerun::<my_notes::Extension>()?;
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`], [`ErrorCode::Io`]; [`ErrorCode::BadInput`] for a file that is not a
    /// recording, or not a whole one.
    pub fn replay(path: impl AsRef<Path>) -> Result<Self> {
        Ok(Self::from_state(State::replaying(Replay::read(path.as_ref())?)))
    }

    /// Asks an extension all that it was asked in the recording, in the same order.
    ///
    /// # Errors
    /// The first answer that is another one than in the recording, compared as JSON, errors by their code;
    /// a call that was not recorded; a recorded one that was not made. Without a recording nothing is
    /// asked.
    pub fn rerun<E: Extension>(&self) -> Result<()> {
        let runs = self.state.replay_runs();
        for (number, run) in (1..).zip(runs) {
            let answer = self.ask::<E>(&run.asked);
            check(&run.answer, answer).map_err(|error| {
                error.context(format_args!("run {number} of the recording, {}", name(&run.asked)))
            })?;
        }
        match self.state.replay_left().as_deref() {
            None => Ok(()),
            Some(method) => {
                let message = format_args!("the recording has a `{method}` that was not made");
                Err(Error::new(ErrorCode::Conflict, message))
            }
        }
    }

    fn ask<E: Extension>(&self, asked: &Asked) -> Result<Vec<u8>> {
        match asked {
            Asked::Start => self.init::<E>().map(|()| Vec::new()),
            Asked::Event(payload) => {
                let event: Event = serde_json::from_str(payload.get())?;
                self.deliver::<E>(&event).map(|()| Vec::new())
            }
            Asked::Call { method, payload } => {
                let payload = payload.get().as_bytes().to_vec();
                E::call(&self.unbound(), method, payload.into())
            }
        }
    }
}

/// Returns an input as a recorder leaves it.
fn without_secrets(method: &str, input: &RawValue) -> Result<Value> {
    let mut value = serde_json::from_str(input.get())?;
    recording::secrets_of_input(method, input).blank_value(&mut value);
    Ok(value)
}

fn is_json(raw: &RawValue, value: &Value) -> bool {
    serde_json::from_str::<Value>(raw.get()).is_ok_and(|raw| raw == *value)
}

fn name(asked: &Asked) -> String {
    match asked {
        Asked::Start => "its start".to_owned(),
        Asked::Event(payload) => {
            let event: Value = serde_json::from_str(payload.get()).unwrap_or_default();
            format!("the event `{}`", event["kind"].as_str().unwrap_or("?"))
        }
        Asked::Call { method, .. } => format!("`{method}`"),
    }
}

fn opened(answer: &RecordedAnswer) -> Result<Vec<u8>> {
    let output = answer.output.get().as_bytes().to_vec();
    if answer.code == ErrorCode::OK.name() {
        return Ok(output);
    }
    let error: ErrorBody = serde_json::from_slice(&output)?;
    Err(error.into())
}

/// Compares an answer with the recorded one.
fn check(recorded: &RecordedAnswer, answer: Result<Vec<u8>>) -> Result<()> {
    match (recorded.code == ErrorCode::OK.name(), answer) {
        (true, Err(error)) => Err(error),
        (false, Err(error)) if error.code().name() == recorded.code => Ok(()),
        (false, Err(error)) => Err(other(&recorded.code, &error)),
        (false, Ok(_)) => Err(other(&recorded.code, &"no error")),
        (true, Ok(answer)) => {
            let answer: Value = serde_json::from_slice(&body::to_plain(answer.into())?)?;
            match is_json(&recorded.output, &answer) {
                true => Ok(()),
                false => Err(other(&recorded.output, &answer)),
            }
        }
    }
}

fn other(recorded: &dyn std::fmt::Display, answer: &dyn std::fmt::Display) -> Error {
    let message = format_args!("the answer was {recorded}, and is {answer}");
    Error::new(ErrorCode::Conflict, message)
}
