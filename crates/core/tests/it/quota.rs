//! How much room an extension has in a library.

use std::sync::Arc;

use ext_services::library::{LibraryDirectory, LibraryError, LibraryService};
use ext_wire::{
    ErrorCode,
    ops::vdfs::{CreateEntryInput, WriteSidecarInput},
};
use proptest::prelude::*;
use spacedrive_core::library::Libraries;
use tempfile::TempDir;
use uuid::Uuid;

const QUOTA: u64 = 100;

struct Room {
    library: Arc<dyn LibraryService>,
    entries: Vec<Uuid>,
    _data: TempDir,
}

impl Room {
    fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let libraries = Libraries::new(data.path()).unwrap().with_quota(QUOTA);
        let id = libraries.create("Papers").unwrap().id;
        let library = libraries.library(id).unwrap();
        let entry = |name: &str| {
            let input = CreateEntryInput {
                name: name.into(),
                path: name.into(),
                entry_type: "note".into(),
                metadata: serde_json::Map::new(),
                media_type: None,
                content: None,
            };
            library.create_entry(None, input).unwrap().entry.id
        };
        let entries = ["a", "b", "c"].map(entry).to_vec();
        Self { library, entries, _data: data }
    }

    fn write(
        &self,
        caller: Option<&str>,
        entry: usize,
        name: &str,
        bytes: usize,
    ) -> Result<(), LibraryError> {
        let data = vec![b'x'; bytes].into();
        let input = WriteSidecarInput { entry_id: self.entries[entry], name: name.into(), data };
        self.library.write_sidecar(caller, input).map(drop)
    }

    fn bytes_of(&self, caller: &str) -> u64 {
        let of = |entry: &Uuid| self.library.list_sidecars(*entry).unwrap_or_default();
        let sidecars = self.entries.iter().flat_map(of);
        sidecars.filter(|s| s.written_by.as_deref() == Some(caller)).map(|s| s.size).sum()
    }
}

#[test]
fn res_32_an_extension_without_room_is_refused_and_the_others_are_not() {
    let room = Room::new();
    room.write(Some("demo"), 0, "a.txt", 60).unwrap();
    let error = room.write(Some("demo"), 1, "b.txt", 41).unwrap_err();
    assert_eq!(error.code(), ErrorCode::NoSpace);
    assert_eq!(
        error.to_string(),
        "demo would have 101 bytes of sidecars in this library, the limit is 100"
    );
    assert_eq!(room.bytes_of("demo"), 60, "nothing of it stays");
    room.write(Some("demo"), 1, "b.txt", 40).unwrap();
    room.write(Some("other"), 1, "c.txt", 100).unwrap();
    room.write(None, 1, "user.txt", 1000).unwrap();
    // What a sidecar replaces is not counted, and what is removed makes room.
    room.write(Some("demo"), 0, "a.txt", 60).unwrap();
    room.library.delete_sidecar(Some("demo"), room.entries[1], "b.txt").unwrap();
    room.write(Some("demo"), 0, "a.txt", 100).unwrap();
    room.library.delete_entry(None, room.entries[0]).unwrap();
    room.write(Some("demo"), 2, "d.txt", 100).unwrap();
}

#[derive(Debug, Clone)]
enum Step {
    Write { caller: Option<&'static str>, entry: usize, name: &'static str, bytes: usize },
    Delete { entry: usize, name: &'static str },
    DeleteEntry { entry: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let name = || prop::sample::select(vec!["x.txt", "y.txt"]);
    let caller = prop::sample::select(vec![None, Some("demo"), Some("other")]);
    prop_oneof![
        8 => (caller, 0..3_usize, name(), 0..120_usize)
            .prop_map(|(caller, entry, name, bytes)| Step::Write { caller, entry, name, bytes }),
        2 => (0..3_usize, name()).prop_map(|(entry, name)| Step::Delete { entry, name }),
        1 => (0..3_usize).prop_map(|entry| Step::DeleteEntry { entry }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever happens, a write is refused exactly when it would leave too much.
    #[test]
    fn res_32_the_count_is_that_of_the_rows(steps in prop::collection::vec(step(), 1..20)) {
        let room = Room::new();
        for step in steps {
            match step {
                Step::Write { caller, entry, name, bytes } => {
                    let id = room.entries[entry];
                    let old = room.library.list_sidecars(id).unwrap_or_default();
                    let old = old.into_iter().find(|s| s.name == name);
                    let mine = old.filter(|s| s.written_by.as_deref() == caller);
                    let replaced = mine.map_or(0, |s| s.size);
                    let would = caller.map_or(0, |c| room.bytes_of(c) - replaced + bytes as u64);
                    let refused = room.write(caller, entry, name, bytes);
                    let full = matches!(refused, Err(LibraryError::Quota { .. }));
                    let other = matches!(
                        refused,
                        Err(LibraryError::NotFound { .. } | LibraryError::Denied(_))
                    );
                    prop_assert!(other || full == (would > QUOTA), "{would}: {refused:?}");
                }
                Step::Delete { entry, name } => {
                    let _ = room.library.delete_sidecar(None, room.entries[entry], name);
                }
                Step::DeleteEntry { entry } => {
                    let _ = room.library.delete_entry(None, room.entries[entry]);
                }
            }
        }
    }
}
