//! The news of commits.

use std::{
    fs,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use ext_library_sqlite::Libraries;
use ext_services::library::{Entries, Jobs, LibraryDirectory};
use ext_wire::ops::vdfs::ListEntriesInput;
use rusqlite::Connection;

#[test]
fn a_commit_is_told_when_others_see_it_and_nothing_else_is() {
    let data = tempfile::tempdir().unwrap();
    let libraries = Libraries::new(data.path()).unwrap();
    let id = libraries.create("Papers").unwrap().id;
    // One that is open already is observed as well.
    let library = libraries.open(id).unwrap();
    let database = PathBuf::from(library.info().unwrap().path).join("library.db");
    let told = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&told);
    assert!(libraries.observe_commits(Box::new(move |library| {
        let other = Connection::open(&database).unwrap();
        let count = other.query_row("SELECT count(*) FROM events", [], |row| row.get::<_, i64>(0));
        notes.lock().unwrap().push((library, count.unwrap()));
    })));
    assert!(!libraries.observe_commits(Box::new(|_| {})), "there is one");
    let file = data.path().join("a.txt");
    fs::write(&file, "one").unwrap();
    library.import_file(&file, "in/a.txt").unwrap();
    assert_eq!(*told.lock().unwrap(), [(id, 1)]);
    library.list_entries(ListEntriesInput::default()).unwrap();
    // A look for work takes the lock of writers, and finds none.
    assert!(library.claim_job(&[]).unwrap().is_none());
    library.set_import_root(&file, "no//path").unwrap_err();
    assert_eq!(told.lock().unwrap().len(), 1, "neither a look nor a failure is a commit");
}
