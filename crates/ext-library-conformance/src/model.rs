//! The case of random operations, on the store and on the model.

use ext_services::library::{Entries, Library, LibraryDirectory, LibraryError, Sidecars};
use ext_wire::{
    ErrorCode,
    ops::vdfs::{
        Entry, ListEntriesInput, NewEntry, ReadContentInput, UpdateMetadataInput, WriteSidecarInput,
    },
};
use proptest::{
    collection::vec,
    option,
    prelude::*,
    sample::select,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    memory::MemoryLibraries,
    world::{World, create, listed, note, object, paths},
};

type Caller = Option<&'static str>;

#[derive(Debug, Clone)]
enum Step {
    Create { caller: Caller, path: &'static str, content: Option<Vec<u8>> },
    Get { path: &'static str },
    List { prefix: Option<&'static str>, limit: u32 },
    Read { path: &'static str, offset: u64, length: Option<u64> },
    Patch { path: &'static str, patch: Value },
    Delete { caller: Caller, path: &'static str },
    WriteSidecar { caller: Caller, path: &'static str, name: &'static str, data: Vec<u8> },
    ReadSidecar { path: &'static str, name: &'static str },
    DeleteSidecar { caller: Caller, path: &'static str, name: &'static str },
}

fn step() -> impl Strategy<Value = Step> {
    let caller = || select(vec![None, Some("demo"), Some("other")]);
    let path = || select(vec!["a", "a/b", "a/b/c", "ab"]);
    let name = || select(vec!["x.txt", "X.TXT", "y.json"]);
    let bytes = |most| vec(any::<u8>(), 0..most);
    let patch = select(vec![
        json!({ "n": 1 }),
        json!({ "n": null, "deep": { "a": 1 } }),
        json!({ "deep": { "a": null, "b": [1] } }),
        json!({ "deep": "flat" }),
        json!({ "text": "x".repeat(40_000) }),
        json!({ "more": "x".repeat(40_000) }),
    ]);
    prop_oneof![
        4 => (caller(), path(), option::of(bytes(9))).prop_map(|(caller, path, content)| {
            Step::Create { caller, path, content }
        }),
        1 => path().prop_map(|path| Step::Get { path }),
        1 => (option::of(path()), 1..4_u32).prop_map(|(prefix, limit)| Step::List { prefix, limit }),
        1 => (path(), 0..10_u64, option::of(0..10_u64)).prop_map(|(path, offset, length)| {
            Step::Read { path, offset, length }
        }),
        2 => (path(), patch).prop_map(|(path, patch)| Step::Patch { path, patch }),
        2 => (caller(), path()).prop_map(|(caller, path)| Step::Delete { caller, path }),
        4 => (caller(), path(), name(), bytes(80)).prop_map(|(caller, path, name, data)| {
            Step::WriteSidecar { caller, path, name, data }
        }),
        1 => (path(), name()).prop_map(|(path, name)| Step::ReadSidecar { path, name }),
        1 => (caller(), path(), name()).prop_map(|(caller, path, name)| {
            Step::DeleteSidecar { caller, path, name }
        }),
    ]
}

/// Checks that the store answers each operation as the model does, but for ids and times.
pub(crate) fn random_operations_agree_with_the_model(world: &World<'_>) {
    let config = Config { cases: 32, failure_persistence: None, ..Config::default() };
    let ran = TestRunner::new(config).run(&vec(step(), 1..24), |steps| {
        let models = MemoryLibraries::default();
        let model = models.create("model").and_then(|info| models.library(info.id)).unwrap();
        let world = world.fresh();
        for step in steps {
            let (got, expected) = (take(world.library(), &step), take(&*model, &step));
            prop_assert_eq!(got, expected, "{:?}", step);
        }
        prop_assert_eq!(dump(world.library()), dump(&*model));
        Ok(())
    });
    ran.unwrap_or_else(|error| panic!("{error}"));
}

fn take(library: &dyn Library, step: &Step) -> Result<Value, ErrorCode> {
    let (entries, sidecars) = (library.entries().unwrap(), library.sidecars().unwrap());
    let id = |path: &str| id_of(entries, path);
    let answer = match step.clone() {
        Step::Create { caller, path, content } => {
            let input = NewEntry { content: content.map(Into::into), ..note(path) };
            let made = create(entries, caller, input);
            made.map(|made| json!([made.created, of_entry(made.entry)]))
        }
        Step::Get { path } => entries.get_entry(id(path)).map(|got| of_entry(got.entry)),
        Step::List { prefix, limit } => {
            let path_prefix = prefix.map(Into::into);
            let input = ListEntriesInput { path_prefix, limit, ..Default::default() };
            Ok(json!(paths(entries, &input)))
        }
        Step::Read { path, offset, length } => {
            let read =
                entries.read_content(ReadContentInput { entry_id: id(path), offset, length });
            read.map(|read| json!([read.data.as_bytes(), read.size]))
        }
        Step::Patch { path, patch } => entries
            .update_metadata(None, UpdateMetadataInput::new(id(path), object(patch)))
            .map(Value::Object),
        Step::Delete { caller, path } => entries.delete_entry(caller, id(path)).map(Value::Bool),
        Step::WriteSidecar { caller, path, name, data } => {
            let (entry_id, name) = (id(path), name.to_owned());
            let input = WriteSidecarInput::new(entry_id, name, data);
            sidecars.write_sidecar(caller, input).map(|info| json!([info.size, info.written_by]))
        }
        Step::ReadSidecar { path, name } => {
            sidecars.read_sidecar(id(path), name).map(|bytes| json!(bytes))
        }
        Step::DeleteSidecar { caller, path, name } => {
            sidecars.delete_sidecar(caller, id(path), name).map(Value::Bool)
        }
    };
    answer.map_err(|error: LibraryError| error.code())
}

/// Returns the id of the entry at a path; one that no entry has when there is none.
fn id_of(entries: &dyn Entries, path: &str) -> Uuid {
    let all = entries.list_entries(ListEntriesInput::default()).unwrap().entries;
    all.into_iter().find(|entry| entry.path == path).map_or(Uuid::max(), |entry| entry.id)
}

/// Renders an entry but for its id and times.
fn of_entry(entry: Entry) -> Value {
    let entry =
        Entry { id: Uuid::nil(), created_at: String::new(), updated_at: String::new(), ..entry };
    serde_json::to_value(entry).unwrap()
}

/// Renders the entries in their order, each with its content and its sidecars.
fn dump(library: &dyn Library) -> Vec<Value> {
    let (entries, sidecars) = (library.entries().unwrap(), library.sidecars().unwrap());
    let all = entries.list_entries(ListEntriesInput::default()).unwrap().entries;
    let whole = |entry: Entry| {
        let read = ReadContentInput { entry_id: entry.id, offset: 0, length: None };
        let content = entries.read_content(read).ok().map(|read| read.data.as_bytes().to_vec());
        let files = sidecars_of(sidecars, entry.id);
        json!([of_entry(entry), content, files])
    };
    all.into_iter().map(whole).collect()
}

fn sidecars_of(sidecars: &dyn Sidecars, entry: Uuid) -> Vec<Value> {
    let all = listed(sidecars, entry).unwrap();
    let whole = |name: String, hash: String, writer: Option<String>| {
        json!([name, hash, writer, sidecars.read_sidecar(entry, &name).unwrap()])
    };
    all.into_iter().map(|s| whole(s.name, s.content_hash, s.written_by)).collect()
}
