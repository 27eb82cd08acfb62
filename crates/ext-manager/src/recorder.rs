//! Recorders of what extensions are asked, call and answer, whole: for tests that play it again.

use std::sync::Arc;

use bytes::Bytes;
use ext_wire::{
    ErrorCode, body,
    recording::{self, Asked, RecordedAnswer, RecordedHostCall, RecordedRun},
    write_only::Secrets,
};
use serde_json::{Value, value::RawValue};
use uuid::Uuid;

/// Most bytes of the calls of one run.
const MAX_BYTES: usize = 64 << 20;

/// A recorder of runs. Unlike a [`CallObserver`](crate::CallObserver) it gets what is in them, except
/// what is marked as a secret.
pub trait CallRecorder: Send + Sync {
    /// Returns whether the runs of an extension are wanted now. It is asked before each, so it has to be
    /// cheap.
    fn wants(&self, extension: &str) -> bool;

    /// Takes a run that has ended.
    fn record(&self, run: &RecordedRun);
}

/// The recorder of a manager, if there is one.
#[derive(Clone, Default)]
pub(crate) struct Recorder(pub(crate) Option<Arc<dyn CallRecorder>>);

impl Recorder {
    /// Returns a tape for a run of the extension; `None` where nobody wants it.
    pub(crate) fn tape(&self, extension: &str, secrets: &Secrets) -> Option<Tape> {
        let recorder = self.0.as_ref().filter(|recorder| recorder.wants(extension))?;
        let recorder = Arc::clone(recorder);
        Some(Tape { recorder, calls: Vec::new(), bytes: 0, secrets: secrets.clone() })
    }
}

/// What was called in a run so far.
pub(crate) struct Tape {
    recorder: Arc<dyn CallRecorder>,
    calls: Vec<RecordedHostCall>,
    bytes: usize,
    secrets: Secrets,
}

impl Tape {
    /// Adds a call of the host.
    pub(crate) fn add(
        &mut self,
        (method, library_id, payload): (&str, Option<Uuid>, &Bytes),
        code: ErrorCode,
        reply: &[u8],
    ) {
        let (input, answer) = (plain(payload.clone()), answer(code, reply.to_vec()));
        // Also those of a call that is left out: the answer to all of it may have them.
        self.secrets.extend(recording::secrets_of_input(method, &input));
        self.secrets.extend(recording::secrets_of_output(method, &answer.output));
        self.bytes = self.bytes.saturating_add(payload.len()).saturating_add(reply.len());
        if self.bytes > MAX_BYTES {
            self.calls.clear();
            return;
        }
        self.calls.push(RecordedHostCall { method: method.to_owned(), library_id, input, answer });
    }

    /// Ends the run, and gives it to the recorder without the secrets that were met in it.
    pub(crate) fn end(self, extension: &str, asked: Asked, code: ErrorCode, reply: Vec<u8>) {
        let Self { recorder, calls, bytes, secrets } = self;
        let mut run = RecordedRun {
            recording: recording::VERSION,
            extension: extension.to_owned(),
            asked,
            calls,
            answer: answer(code, reply),
            is_whole: bytes <= MAX_BYTES,
        };
        if !secrets.is_empty() {
            blank(&mut run, &secrets);
        }
        recorder.record(&run);
    }
}

/// Asks an extension to work on an event.
pub(crate) fn event(payload: &[u8]) -> Asked {
    Asked::Event(plain(Bytes::copy_from_slice(payload)))
}

/// Asks an extension to answer an operation.
pub(crate) fn call(method: &str, payload: &[u8]) -> Asked {
    let payload = plain(Bytes::copy_from_slice(payload));
    Asked::Call { method: method.to_owned(), payload }
}

fn answer(code: ErrorCode, reply: Vec<u8>) -> RecordedAnswer {
    RecordedAnswer { code: code.name().to_owned(), output: plain(reply.into()) }
}

/// Writes a body as JSON; one that is none, which an extension may send, as a text.
fn plain(body: Bytes) -> Box<RawValue> {
    let json = body::to_plain(body.clone()).ok().and_then(|json| String::from_utf8(json).ok());
    let json = json.and_then(|json| RawValue::from_string(json).ok());
    json.unwrap_or_else(|| raw(&Value::from(String::from_utf8_lossy(&body))))
}

fn raw(value: &Value) -> Box<RawValue> {
    serde_json::value::to_raw_value(value).unwrap_or_default()
}

fn value(raw: &RawValue) -> Value {
    serde_json::from_str(raw.get()).unwrap_or_default()
}

fn blank(run: &mut RecordedRun, secrets: &Secrets) {
    let asked = match &mut run.asked {
        Asked::Start => None,
        Asked::Event(payload) | Asked::Call { payload, .. } => Some(payload),
    };
    let calls = run.calls.iter_mut().flat_map(|call| [&mut call.input, &mut call.answer.output]);
    for raw_value in calls.chain(asked).chain([&mut run.answer.output]) {
        let mut value = value(raw_value);
        secrets.blank_value(&mut value);
        *raw_value = raw(&value);
    }
}

#[cfg(test)]
mod tests {
    use parking_lot::Mutex;
    use serde_json::json;

    use super::*;

    #[derive(Default)]
    struct Kept(Mutex<Vec<RecordedRun>>);

    impl CallRecorder for Kept {
        fn wants(&self, extension: &str) -> bool {
            extension == "demo"
        }

        fn record(&self, run: &RecordedRun) {
            self.0.lock().push(run.clone());
        }
    }

    fn recorded(secrets: &Secrets, calls: &[(&str, Bytes, &[u8])]) -> RecordedRun {
        let kept = Arc::<Kept>::default();
        let recorder = Recorder(Some(Arc::clone(&kept) as Arc<dyn CallRecorder>));
        assert!(recorder.tape("other", secrets).is_none());
        let mut tape = recorder.tape("demo", secrets).unwrap();
        for (method, payload, reply) in calls {
            tape.add((method, None, payload), ErrorCode::OK, reply);
        }
        let asked = call("query:demo.a.v1", br#"{"input":{"pin":"Zebra99"}}"#);
        tape.end("demo", asked, ErrorCode::OK, br#"{"said":"Zebra99!"}"#.to_vec());
        kept.0.lock().pop().unwrap()
    }

    #[test]
    fn cred_20_what_was_met_as_a_secret_stands_nowhere_in_a_run() {
        let schema = json!({ "properties": { "pin": { "writeOnly": true } } });
        let secrets = Secrets::of(&schema, &json!({ "pin": "Zebra99" }));
        let settings = br#"{"values":{"a":1},"secrets":{"passwords":["Giraffe77"]}}"#;
        let run = recorded(
            &secrets,
            &[
                ("query:settings.get.v1", Bytes::new(), settings),
                ("query:ai.pdf_text.v1", r#"{"password":"Giraffe77"}"#.into(), b"null"),
            ],
        );
        let text = serde_json::to_string(&run).unwrap();
        assert!(!text.contains("Zebra99") && !text.contains("Giraffe77"), "{text}");
        assert_eq!(run.calls[1].input.get(), r#"{"password":"[redacted]"}"#);
        assert!(text.contains(r#"{"said":"[redacted]!"}"#), "{text}");
    }

    #[test]
    fn numbers_and_bytes_are_kept_as_they_were() {
        let blob = ext_abi::attachment::encode(br#"{"data":{"$blob":0},"is":1.10}"#, &[b"hi"]);
        let run =
            recorded(&Secrets::default(), &[("query:a.b.v1", blob.unwrap().into(), b"12.50")]);
        let [call] = run.calls.as_slice() else { panic!("{run:?}") };
        assert_eq!(call.answer.output.get(), "12.50");
        let input: Value = serde_json::from_str(call.input.get()).unwrap();
        assert_eq!(input["data"], "aGk=");
        assert!(run.is_whole);
    }

    #[test]
    fn a_run_whose_calls_are_too_large_says_so() {
        let large = Bytes::from(vec![b'1'; MAX_BYTES]);
        let run = recorded(&Secrets::default(), &[("a", large, b"1"), ("b", "1".into(), b"1")]);
        assert!(!run.is_whole && run.calls.is_empty());
    }
}
