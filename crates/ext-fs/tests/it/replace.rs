//! Files that are replaced, created and renamed.

use std::{
    fs,
    io::{self, ErrorKind, Write},
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use ext_fs::{create_new, rename, replace, replace_with};
use proptest::{collection::vec, prelude::*};

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Reads the file until `done`, and returns each different content that was seen.
fn watch(path: &Path, done: &AtomicBool) -> Vec<Vec<u8>> {
    let mut seen: Vec<Vec<u8>> = Vec::new();
    while !done.load(Ordering::Relaxed) {
        let content = fs::read(path).expect("the file is there all the time");
        if seen.last() != Some(&content) {
            seen.push(content);
        }
    }
    seen
}

/// The contents that a reader sees while several threads replace the file, each with its own.
fn seen_while_replaced(path: &Path, writers: &[Vec<Vec<u8>>]) -> Vec<Vec<u8>> {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let reader = scope.spawn(|| watch(path, &done));
        let write = |contents: &Vec<Vec<u8>>| {
            contents.iter().for_each(|content| replace(path, content).unwrap());
        };
        let writers: Vec<_> =
            writers.iter().map(|contents| scope.spawn(move || write(contents))).collect();
        writers.into_iter().for_each(|writer| writer.join().unwrap());
        done.store(true, Ordering::Relaxed);
        reader.join().unwrap()
    })
}

/// Contents that differ in length and in every byte.
fn content() -> impl Strategy<Value = Vec<u8>> {
    (any::<u8>(), 0..200_000_usize).prop_map(|(byte, length)| vec![byte; length])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn what_is_written_is_read_whole(contents in vec(vec(any::<u8>(), 0..5000), 1..5)) {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("file");
        for content in &contents {
            replace(&path, content).unwrap();
            prop_assert_eq!(&fs::read(&path).unwrap(), content);
        }
        prop_assert_eq!(names(home.path()), ["file"], "nothing is left behind");
    }

    #[test]
    fn a_reader_sees_no_half_of_what_several_write(
        writers in vec(vec(content(), 1..4), 1..4),
    ) {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("file");
        replace(&path, b"first").unwrap();
        let seen = seen_while_replaced(&path, &writers);
        let written: Vec<&[u8]> = writers.iter().flatten().map(Vec::as_slice).collect();
        for content in &seen {
            prop_assert!(content == b"first" || written.contains(&content.as_slice()));
        }
        let last = fs::read(&path).unwrap();
        prop_assert!(writers.iter().any(|contents| contents.last() == Some(&last)));
        prop_assert_eq!(names(home.path()), ["file"]);
    }

    #[test]
    fn of_several_that_create_a_file_one_does(contents in vec(content(), 1..5)) {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("file");
        let results: Vec<_> = thread::scope(|scope| {
            let create = |content: &Vec<u8>| create_new(&path, content).map(|()| content.clone());
            let threads: Vec<_> =
                contents.iter().map(|content| scope.spawn(move || create(content))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let (created, refused): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
        prop_assert_eq!(created.len(), 1);
        prop_assert_eq!(&fs::read(&path).unwrap(), created[0].as_ref().unwrap());
        for error in refused {
            prop_assert_eq!(error.unwrap_err().source.kind(), ErrorKind::AlreadyExists);
        }
        prop_assert_eq!(names(home.path()), ["file"]);
    }
}

#[test]
fn a_writer_that_fails_leaves_the_old_file_and_nothing_else() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("file");
    replace(&path, b"old").unwrap();
    let error = replace_with(&path, |file| {
        file.write_all(b"half of the new")?;
        Err(io::Error::other("the source ended"))
    });
    assert_eq!(error.unwrap_err().to_string(), "the source ended");
    assert_eq!(
        (fs::read(&path).unwrap(), names(home.path())),
        (b"old".to_vec(), vec!["file".into()])
    );
}

#[test]
fn errors_name_the_file_and_the_action() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("no folder/file");
    let error = replace(&path, b"").unwrap_err();
    assert_eq!((&error.path, error.action), (&path, "created"));
    let text = error.to_string();
    assert!(text.starts_with(&format!("`{}` cannot be created: ", path.display())), "{text}");
    assert_eq!(io::Error::from(error).kind(), ErrorKind::NotFound);
    fs::create_dir_all(path.join("in it")).unwrap();
    assert_eq!(replace(&path, b"").unwrap_err().action, "replaced", "a folder has the name");
}

#[test]
fn a_rename_replaces_a_file_and_moves_a_folder() {
    let home = tempfile::tempdir().unwrap();
    let place = |name: &str| home.path().join(name);
    fs::create_dir_all(place("folder/in")).unwrap();
    replace(&place("folder/next"), b"new").unwrap();
    replace(&place("current"), b"old").unwrap();
    rename(&place("folder/next"), &place("current")).unwrap();
    assert_eq!(fs::read(place("current")).unwrap(), b"new");
    rename(&place("folder"), &place("moved")).unwrap();
    assert_eq!(names(home.path()), ["current", "moved"]);
    let error = rename(&place("nothing"), &place("moved/it")).unwrap_err();
    assert_eq!((error.action, error.source.kind()), ("renamed", ErrorKind::NotFound));
}
