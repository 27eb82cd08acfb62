//! Operations on a library, through the registry: on a store that has all roles, and on one that has
//! some.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use ext_library_conformance::MemoryLibraries;
use ext_library_sqlite::Libraries;
use ext_manifest::Manifest;
use ext_perm::{DecisionEvent, Engine, Observer};
use ext_registry::{Call, Deadline, Progress, Registry, Services, execute_json_operation};
use ext_services::library::LibraryDirectory;
use ext_wire::{ErrorBody, ErrorCode, body::BlobStyle};
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) struct Host {
    pub(crate) directory: Arc<dyn LibraryDirectory>,
    pub(crate) library: Uuid,
    pub(crate) services: Services,
    registry: Registry,
}

impl Host {
    pub(crate) fn new(directory: Arc<dyn LibraryDirectory>) -> Self {
        ext_ops::link();
        let library = directory.create("Papers").unwrap().id;
        let services = Services::default().with::<dyn LibraryDirectory>(Arc::clone(&directory));
        Self { directory, library, services, registry: Registry::collect().unwrap() }
    }

    pub(crate) fn call(
        &self,
        engine: &Engine,
        method: &str,
        input: &Value,
    ) -> Result<Value, ErrorBody> {
        let payload = input.to_string().into_bytes().into();
        let call = Call {
            method,
            library: Some(self.library),
            payload,
            blobs: BlobStyle::Base64,
            deadline: Deadline::NONE,
            progress: Progress::NONE,
        };
        let reply = execute_json_operation(&self.registry, &self.services, engine, call);
        let reply = pollster::block_on(reply).map_err(ext_registry::OpError::into_body)?;
        Ok(serde_json::from_slice(&reply).unwrap())
    }

    /// Makes an entry, as the user.
    pub(crate) fn add(&self, path: &str) -> Value {
        let name = path.rsplit('/').next();
        let input = json!({ "name": name, "path": path, "entry_type": "note" });
        let method = "action:vdfs.create_entry.input.v1";
        self.call(&Engine::for_user(), method, &input).unwrap()["entry"]["id"].clone()
    }
}

fn writer() -> Engine {
    let manifest = br#"{"id":"writer","name":"Writer","version":"1.0.0","wasm_file":"w.wasm",
        "permissions":{"methods":["vdfs.*","events.*","jobs.*","search.*"],"libraries":["*"]},
        "events":["entry.created"]}"#;
    Engine::for_extension(&Manifest::parse(manifest).unwrap())
}

#[test]
fn evt_03_a_published_event_bears_the_name_of_its_publisher() {
    let data = tempfile::tempdir().unwrap();
    let host = Host::new(Arc::new(Libraries::new(data.path()).unwrap()));
    let entry = host.add("a.txt");
    let writer = writer();
    let publish = |name: &str| {
        let input = json!({ "name": name, "entry_id": entry, "data": { "n": 1 } });
        host.call(&writer, "action:events.publish.input.v1", &input)
    };
    assert_eq!(publish("booked").unwrap()["kind"], "ext.writer.booked");
    for forged in ["core.library.deleted", "entry.created", "a.b", "", "Ü", "x\0y"] {
        assert!(publish(forged).is_err(), "{forged:?}");
    }
    let store = host.directory.library(host.library).unwrap();
    let events = store.events().unwrap();
    let event = events.next_event("reader", &["ext.writer.booked"]).unwrap().unwrap();
    assert_eq!((json!(event.entry.id), event.data), (entry, Some(json!({ "n": 1 }))));
    let own = events.next_event("writer", &["ext.writer.booked"]).unwrap();
    assert!(own.is_none(), "nobody receives its own");
}

#[test]
fn an_extension_subscribes_to_kinds_that_there_are() {
    let data = tempfile::tempdir().unwrap();
    let host = Host::new(Arc::new(Libraries::new(data.path()).unwrap()));
    let writer = writer();
    let call = |what: &str, kind: &str| {
        let method = format!("action:events.{what}.input.v1");
        host.call(&writer, &method, &json!({ "kind": kind }))
    };
    assert_eq!(call("subscribe", "entry.created").unwrap()["changed"], true);
    assert_eq!(call("subscribe", "entry.created").unwrap()["changed"], false);
    assert!(call("subscribe", "core.deleted").is_err());
    for other in ["entry.updated", "ext.other.booked"] {
        assert_eq!(call("subscribe", other).unwrap_err().code, ErrorCode::DeniedArg, "{other}");
    }
    let kinds = || host.call(&writer, "query:events.subscriptions.v1", &json!({})).unwrap();
    assert_eq!(kinds()["kinds"], json!(["entry.created"]));
    assert_eq!(call("unsubscribe", "entry.created").unwrap()["changed"], true);
    assert_eq!(kinds()["kinds"], json!([]));
}

#[test]
fn a_reader_of_events_is_told_that_the_log_is_an_older_one() {
    let data = tempfile::tempdir().unwrap();
    let host = Host::new(Arc::new(Libraries::new(data.path()).unwrap()));
    host.add("a");
    let list = |after: u64| {
        let input = json!({ "after": after });
        host.call(&Engine::for_user(), "query:events.list.v1", &input)
    };
    assert_eq!(list(1).unwrap(), json!({ "events": [], "last": 1 }));
    let refused = list(2).unwrap_err();
    assert_eq!(refused.code, ErrorCode::Conflict);
    assert!(refused.error.starts_with("the newest event is 1, and not 2"), "{refused}");
}

#[test]
fn operations_of_roles_that_a_store_lacks_are_unknown() {
    let host = Host::new(Arc::new(MemoryLibraries::default()));
    let entry = host.add("a");
    let writer = writer();
    let entries = host.call(&writer, "query:vdfs.list_entries.v1", &json!({})).unwrap();
    assert_eq!(entries["entries"].as_array().unwrap().len(), 1);
    let sidecar = json!({ "entry_id": entry, "name": "a.txt", "data": "YQ==" });
    host.call(&writer, "action:vdfs.write_sidecar.input.v1", &sidecar).unwrap();
    for (method, input) in [
        ("action:events.publish.input.v1", json!({ "name": "booked", "entry_id": entry })),
        ("action:events.subscribe.input.v1", json!({ "kind": "entry.created" })),
        ("query:search.entries.v1", json!({ "text": "a" })),
        ("query:jobs.list.v1", json!({})),
        ("action:jobs.dispatch.input.v1", json!({ "method": "action:writer.scan.input.v1" })),
    ] {
        let error = host.call(&writer, method, &input).unwrap_err();
        assert_eq!(error.code, ErrorCode::UnknownMethod, "{method}: {error}");
    }
}

/// Counts what an engine tells: calls that it allowed, and those of methods that do not exist.
#[derive(Default)]
struct Told {
    allowed: AtomicU32,
    unknown: AtomicU32,
}

impl Observer for Told {
    fn on_event(&self, event: DecisionEvent<'_>) {
        match event {
            DecisionEvent::Decided { response, .. } if response.is_allow() => &self.allowed,
            DecisionEvent::Unknown { .. } => &self.unknown,
            _ => return,
        }
        .fetch_add(1, Ordering::Relaxed);
    }
}

/// A call that is told as allowed counts as one that ran, in the audit log and in recordings.
#[test]
fn log_11_a_call_of_a_method_that_does_not_exist_is_not_told_as_one_that_ran() {
    let host = Host::new(Arc::new(MemoryLibraries::default()));
    let told = Arc::new(Told::default());
    let writer = writer().with_observer(Box::new(Arc::clone(&told)));
    let counts = || [&told.allowed, &told.unknown].map(|count| count.load(Ordering::Relaxed));
    let code = |method| host.call(&writer, method, &json!({})).unwrap_err().code;
    assert_eq!(code("query:vdfs.x1.v1"), ErrorCode::UnknownMethod);
    assert_eq!(code("query:ai.x1.v1"), ErrorCode::DeniedMethod, "nobody can probe");
    assert_eq!(counts(), [0, 1]);
    host.call(&writer, "query:vdfs.list_entries.v1", &json!({})).unwrap();
    assert_eq!(counts(), [1, 1]);
}
