//! Guests and hosts of different versions understand each other.
//!
//! `fixtures/compat` holds what an older version left: its build of `tests/guest`, what that guest
//! said to its host and was told, and the catalogue of its operations. The guest runs on this host;
//! this version's build of the same source is told what the old host said; and this version's types
//! read all that the old host could say, and write what it took.

use std::{cell::RefCell, collections::BTreeMap, fs, io::Read, path::PathBuf, rc::Rc, sync::Arc};

use bytes::Bytes;
use compat_guest::guest;
use ext_testing::Instances;
use ext_wire::{
    ErrorBody, ErrorCode, Wire,
    body::{self, BlobStyle},
    ops::{self, Visitor, vdfs},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use spacedrive_core::{CallError, Core, permissions::Consent};
use spacedrive_sdk::{Error, Extension, SpacedriveClient, Transport};
use uuid::Uuid;

use crate::common::World;

const MANIFEST: &str = include_str!("../guest/manifest.json");
const HOST: &str = "query:compat.host.v1";
const LIBRARY: &str = "action:compat.library.input.v1";
const TALK: &str = "action:compat.talk.input.v1";

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/compat").join(name)
}

fn read(name: &str) -> Value {
    serde_json::from_slice(&fs::read(fixture(name)).unwrap()).unwrap()
}

/// A call of the host and its reply, both as plain JSON.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Exchange {
    method: String,
    library: bool,
    input: Value,
    #[serde(flatten)]
    reply: Reply,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reply {
    Output(Value),
    Error(Value),
}

fn plain(body: Bytes) -> Value {
    serde_json::from_slice(&body::to_plain(body).unwrap()).unwrap()
}

/// Runs this version's guest on a transport, as the operation `method`.
fn run(transport: Rc<dyn Transport>, method: &str, library: Option<Uuid>) -> Value {
    let call = json!({ "library_id": library, "input": null }).to_string();
    let client = SpacedriveClient::new(transport);
    plain(guest::Extension::call(&client, method, call.into()).unwrap().into())
}

/// Passes calls on to a host, and takes them down.
struct Recorder {
    core: Arc<Core>,
    exchanges: RefCell<Vec<Exchange>>,
}

impl Transport for Recorder {
    fn call(&self, method: &str, library: Option<Uuid>, payload: &[u8]) -> Result<Bytes, Error> {
        let payload = Bytes::copy_from_slice(payload);
        let input = plain(payload.clone());
        let answer = self.core.call(method, library, payload).map_err(CallError::into_body);
        let reply = match &answer {
            Ok(output) => Reply::Output(serde_json::from_slice(output)?),
            Err(error) => Reply::Error(serde_json::to_value(error)?),
        };
        let (method, library) = (method.to_owned(), library.is_some());
        self.exchanges.borrow_mut().push(Exchange { method, library, input, reply });
        Ok(answer?.into())
    }
}

/// Writes the fixtures of this version, but for the guest: see `fixtures/compat/README.md`.
#[test]
#[ignore = "writes fixtures, before a change that they are to guard"]
fn record() {
    let World { core, library, data: _data } = World::new();
    let registry = ext_registry::Registry::collect().unwrap();
    let catalogue: Vec<_> = registry.catalogue().collect();
    let recorder = Rc::new(Recorder { core: Arc::new(core), exchanges: RefCell::default() });
    for (method, library) in [(HOST, None), (LIBRARY, Some(library))] {
        run(Rc::clone(&recorder) as _, method, library);
    }
    write("catalogue.json", &catalogue);
    write("exchanges.json", &*recorder.exchanges.borrow());
}

fn write(name: &str, value: &(impl Serialize + ?Sized)) {
    let text = serde_json::to_string_pretty(value).unwrap();
    fs::write(fixture(name), text + "\n").unwrap();
}

/// Answers as an older host did, and checks that it is asked the same.
struct Replay(RefCell<std::vec::IntoIter<Exchange>>);

impl Transport for Replay {
    fn call(&self, method: &str, library: Option<Uuid>, payload: &[u8]) -> Result<Bytes, Error> {
        let then =
            self.0.borrow_mut().next().unwrap_or_else(|| panic!("{method}: not called then"));
        assert_eq!((method, library.is_some()), (then.method.as_str(), then.library));
        assert_eq!(plain(Bytes::copy_from_slice(payload)), then.input, "{method}");
        match then.reply {
            Reply::Output(output) => Ok(output.to_string().into()),
            Reply::Error(error) => {
                Err(ErrorBody::from_reply(ErrorCode::Internal, error.to_string().as_bytes()).into())
            }
        }
    }
}

fn observed_library() -> Value {
    json!({
        "created": [true, false],
        "metadata": { "amount": 12.5, "state": { "name": "booked" } },
        "part": "number",
        "sidecars": { "bytes": 15, "read": { "words": 3 }, "names": ["note.json", "text.txt"],
            "with_entry": 2, "deleted": true },
        "found": { "listed": 1, "snippets": ["[Total] 12.50 EUR"] },
        "read": { "pages": 1, "answer": { "total": 12.5 }, "evidence": 1 },
        "deleted": true,
        "gone": "E_NOT_FOUND",
    })
}

fn install_old_guest(world: &World) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("manifest.json"), MANIFEST).unwrap();
    let mut wasm = Vec::new();
    let packed = fs::File::open(fixture("guest.wasm.gz")).unwrap();
    flate2::read::GzDecoder::new(packed).read_to_end(&mut wasm).unwrap();
    fs::write(folder.path().join("compat.wasm"), wasm).unwrap();
    let extensions = world.core.extensions();
    extensions.install(extensions.candidate(folder.path()).unwrap(), Consent::All).unwrap();
}

fn call(world: &World, method: &str, library: Option<Uuid>, input: &'static str) -> Value {
    let reply = world.core.call(method, library, input.into());
    serde_json::from_slice(&reply.unwrap_or_else(|error| panic!("{method}: {error}"))).unwrap()
}

#[test]
fn an_old_guest_runs_on_this_host() {
    let world = World::new();
    install_old_guest(&world);
    let library = Some(world.library);
    let host = call(&world, HOST, None, "null");
    assert_eq!(host, json!({ "abi": 1, "budgets": 4, "requests": 6000 }));
    assert_eq!(call(&world, LIBRARY, library, "null"), observed_library());
    let talk = json!({ "kind": "ext.compat.booked", "subscribed": [true, true],
        "job": ["query:compat.echo.v1", "waiting"], "jobs": 1, "cancelled": true });
    assert_eq!(call(&world, TALK, library, "null"), talk);
    let echoed = call(&world, "query:compat.echo.v1", library, r#"{"any":["thing"]}"#);
    assert_eq!(echoed, json!({ "any": ["thing"] }));
}

#[test]
fn an_old_guest_hears_the_events_of_this_host() {
    let world = World::new();
    install_old_guest(&world);
    let file = world.file("a.txt", "hello");
    let report = world.library().import(&[file], &mut |_| {}).unwrap();
    assert!(report.failures.is_empty(), "{:?}", report.failures);
    let entry = world.entries().remove(0);
    assert_eq!(entry.metadata["seen"], "entry.created");
    let input = vdfs::SidecarRef { entry_id: entry.id, name: "seen.txt".into() };
    let read = world.core.call_typed::<vdfs::ReadSidecar>(Some(world.library), &input).unwrap();
    assert_eq!(read.data.as_bytes(), b"hello");
}

#[test]
fn this_guest_asks_an_old_host_as_then_and_understands_it() {
    let exchanges: Vec<Exchange> = serde_json::from_value(read("exchanges.json")).unwrap();
    let replay = Rc::new(Replay(RefCell::new(exchanges.into_iter())));
    let host = run(Rc::clone(&replay) as _, HOST, None);
    assert_eq!(host, json!({ "abi": 1, "budgets": 0, "requests": null }));
    assert_eq!(run(Rc::clone(&replay) as _, LIBRARY, Some(Uuid::max())), observed_library());
    assert_eq!(replay.0.borrow_mut().next(), None, "the old guest went on");
}

/// Input and output of an operation, as the older version described them.
#[derive(Deserialize)]
struct OldOperation {
    method: String,
    input: Value,
    output: Value,
}

/// Holds this version's types against the schemas of the older one.
struct OldHost(BTreeMap<String, OldOperation>);

/// As many as the longest list of alternatives has.
const VARIANTS: usize = 6;

fn instances(schema: &Value) -> impl Iterator<Item = Value> {
    let instances = Instances::of(schema);
    (0..VARIANTS).map(move |n| instances.full(n)).chain([instances.minimal()])
}

fn reread<T: DeserializeOwned + Serialize>(method: &str, value: &Value) -> Value {
    let read = body::decode::<T>(value.to_string().into());
    let read = read.unwrap_or_else(|error| panic!("{method}: {error}: {value}"));
    serde_json::from_slice(&body::encode(&read, BlobStyle::Base64).unwrap()).unwrap()
}

impl Visitor for OldHost {
    fn visit<W: Wire>(&mut self) {
        // Operations that are newer than the old host have nothing to be held against.
        let Some(old) = self.0.remove(W::METHOD) else { return };
        let inputs = jsonschema::validator_for(&old.input).unwrap();
        for input in instances(&old.input) {
            let written = reread::<W::Input>(&old.method, &input);
            let refused: Vec<_> = inputs.iter_errors(&written).map(|e| e.to_string()).collect();
            assert!(refused.is_empty(), "{}: {written}: {refused:?}", old.method);
        }
        for output in instances(&old.output) {
            let read = reread::<W::Output>(&old.method, &output);
            assert_eq!(known_part(&read, &output), output, "{}: something is lost", old.method);
        }
    }
}

/// Keeps the part of a value that another one has: this version may know fields that the old one had not.
fn known_part(value: &Value, other: &Value) -> Value {
    match (value, other) {
        (Value::Object(value), Value::Object(other)) => {
            let known = value.iter().filter_map(|(name, value)| {
                Some((name.clone(), known_part(value, other.get(name)?)))
            });
            known.collect()
        }
        (Value::Array(value), Value::Array(other)) if value.len() == other.len() => {
            value.iter().zip(other).map(|(value, other)| known_part(value, other)).collect()
        }
        _ => value.clone(),
    }
}

#[test]
fn this_version_reads_and_writes_what_an_old_host_says_and_takes() {
    let catalogue: Vec<OldOperation> = serde_json::from_value(read("catalogue.json")).unwrap();
    let by_method = catalogue.into_iter().map(|old| (old.method.clone(), old)).collect();
    let mut host = OldHost(by_method);
    ops::visit_all(&mut host);
    assert!(host.0.is_empty(), "gone: {:?}", host.0.keys());
}
