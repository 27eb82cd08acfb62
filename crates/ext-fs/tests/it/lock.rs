//! Locks between threads, which are as between programs: each opens the file for itself.

use std::{
    io::{Read, Seek, Write},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use ext_fs::Lock;

#[test]
fn one_at_a_time_holds_it() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("lock");
    let lock = Lock::try_acquire(&path).unwrap().expect("it is free");
    assert!(Lock::try_acquire(&path).unwrap().is_none());
    drop(lock);
    assert!(Lock::try_acquire(&path).unwrap().is_some(), "free again, and the file is there");
}

#[test]
fn a_time_limit_is_kept() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("lock");
    let lock = Lock::acquire(&path).unwrap();
    let (began, time) = (Instant::now(), Duration::from_millis(50));
    assert!(Lock::acquire_within(&path, time).unwrap().is_none());
    assert!(began.elapsed() >= time);
    drop(lock);
    assert!(Lock::acquire_within(&path, Duration::ZERO).unwrap().is_some(), "tried once at least");
}

#[test]
fn who_waits_is_told_and_gets_it_in_the_end() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("lock");
    let lock = Lock::acquire_or_wait(&path, || panic!("it is free")).unwrap();
    let (tell, told) = mpsc::channel();
    let waiting =
        thread::spawn(move || Lock::acquire_or_wait(&path, || tell.send(()).unwrap()).map(drop));
    told.recv().unwrap();
    drop(lock);
    waiting.join().unwrap().unwrap();
}

/// A number in the lock file itself, which each thread adds to.
#[test]
fn what_is_kept_in_a_lock_file_is_changed_by_one_at_a_time() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("count");
    let add = || {
        let lock = Lock::acquire(&path).unwrap();
        let mut text = String::new();
        let mut file = lock.file();
        file.read_to_string(&mut text).unwrap();
        file.rewind().unwrap();
        write!(file, "{}", text.parse::<u32>().unwrap_or(0) + 1).unwrap();
    };
    thread::scope(|scope| (0..20).for_each(|_| drop(scope.spawn(add))));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "20");
}

#[test]
fn a_lock_names_its_place_when_it_cannot_be_had() {
    let home = tempfile::tempdir().unwrap();
    let error = Lock::acquire(&home.path().join("no folder/lock")).unwrap_err();
    assert!(error.path.ends_with("no folder/lock"));
    assert_eq!((error.action, error.source.kind()), ("opened", std::io::ErrorKind::NotFound));
}

#[test]
fn a_folder_is_locked_without_a_file_in_it_and_under_any_name() {
    let temp = tempfile::tempdir().unwrap();
    let (folder, renamed) = (temp.path().join("a"), temp.path().join("b"));
    std::fs::create_dir(&folder).unwrap();
    let lock = Lock::try_folder(&folder).unwrap().unwrap();
    assert!(Lock::try_folder(&folder).unwrap().is_none());
    std::fs::rename(&folder, &renamed).unwrap();
    assert!(Lock::try_folder(&renamed).unwrap().is_none());
    drop(lock);
    assert!(Lock::try_folder(&renamed).unwrap().is_some());
    assert_eq!(std::fs::read_dir(&renamed).unwrap().count(), 0);
    std::fs::write(temp.path().join("file"), "").unwrap();
    assert!(Lock::try_folder(&temp.path().join("file")).is_err());
    assert!(Lock::try_folder(&temp.path().join("none")).is_err());
}
