//! The quota, on every way to more memory.

use virtual_fs::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

use super::*;

type Open = Box<dyn VirtualFile + Send + Sync>;

const KIB: u64 = 1024;

fn files(scratch: u64) -> GuestFiles {
    let app = vec![("a/b.txt".to_owned(), Bytes::from_static(b"app"))];
    make(app, scratch, Box::<NullFile>::default()).unwrap()
}

fn create(files: &GuestFiles, path: &str) -> Result<Open> {
    files.new_open_options().read(true).write(true).create(true).open(path)
}

fn write(file: &mut Open, bytes: u64) -> std::io::Result<()> {
    futures::executor::block_on(file.write_all(&vec![7; bytes as usize]))
}

fn seek(file: &mut Open, place: u64) {
    futures::executor::block_on(file.seek(std::io::SeekFrom::Start(place))).unwrap();
}

fn used(files: &GuestFiles) -> u64 {
    files.quota.used()
}

#[test]
fn what_is_written_is_paid_for_and_what_is_removed_is_given_back() {
    let files = files(100 * KIB);
    let mut file = create(&files, "/tmp/a").unwrap();
    write(&mut file, 10 * KIB).unwrap();
    assert_eq!(used(&files), 11 * KIB);
    seek(&mut file, 0);
    write(&mut file, 10 * KIB).unwrap();
    assert_eq!(used(&files), 11 * KIB, "it did not grow");
    drop(file);
    files.remove_file(Path::new("/tmp/a")).unwrap();
    assert_eq!(used(&files), 0);
}

#[test]
fn a_guest_gets_no_more_memory_than_its_quota() {
    let files = files(64 * KIB);
    let mut file = create(&files, "/tmp/a").unwrap();
    assert!(write(&mut file, 64 * KIB).is_err(), "its name costs as well");
    seek(&mut file, 1 << 40);
    assert!(write(&mut file, 1).is_err(), "far behind the end");
    assert!(file.set_len(1 << 40).is_err());
    assert!(file.set_len(63 * KIB).is_ok());
    assert!(create(&files, "/tmp/b").is_err(), "nothing is left for a name");
    assert!(files.create_dir(Path::new("/tmp/c")).is_err());
    assert!(files.create_symlink(Path::new("/x"), Path::new("/tmp/d")).is_err());
    file.set_len(0).unwrap();
    assert!(create(&files, "/tmp/b").is_ok());
}

/// Whoever shares the handle may have stopped to append.
#[test]
fn a_handle_that_was_opened_to_append_writes_where_it_is() {
    let files = files(64 * KIB);
    write(&mut create(&files, "/tmp/a").unwrap(), 40 * KIB).unwrap();
    let mut appends = files.new_open_options().append(true).open("/tmp/a").unwrap();
    write(&mut appends, 40 * KIB).unwrap();
    assert_eq!(used(&files), 41 * KIB);
    assert!(write(&mut appends, 40 * KIB).is_err(), "behind the end it pays");
}

#[test]
fn files_without_a_name_are_paid_for_until_they_are_closed() {
    let files = files(64 * KIB);
    let mut held = Vec::new();
    for _ in 0..10 {
        let Ok(mut file) = create(&files, "/tmp/a") else { break };
        if write(&mut file, 10 * KIB).is_err() {
            break;
        }
        files.remove_file(Path::new("/tmp/a")).unwrap();
        held.push(file);
    }
    assert_eq!(held.len(), 5);
    drop(held);
    files.remove_file(Path::new("/tmp/a")).unwrap();
    assert_eq!(used(&files), 0);
}

/// The renamed folder takes its open files along: they are known by their new names.
#[test]
fn an_open_file_keeps_its_cost_when_its_folder_is_renamed() {
    let files = files(64 * KIB);
    files.create_dir(Path::new("/tmp/d")).unwrap();
    let mut file = create(&files, "/tmp/d/a").unwrap();
    write(&mut file, 30 * KIB).unwrap();
    files.rename_now(Path::new("/tmp/d"), Path::new("/tmp/e")).unwrap();
    files.remove_file(Path::new("/tmp/e/a")).unwrap();
    assert_eq!(used(&files), 32 * KIB);
    drop(file);
    assert_eq!(used(&files), KIB, "the folder");
}

#[test]
fn a_rename_replaces_a_file_and_loses_none() {
    let files = files(64 * KIB);
    for (name, bytes) in [("/tmp/a", 5), ("/tmp/b", 9)] {
        write(&mut create(&files, name).unwrap(), bytes * KIB).unwrap();
    }
    let rename = |from, to| files.rename_now(Path::new(from), Path::new(to));
    assert!(rename("/tmp/missing", "/tmp/a").is_err());
    assert!(rename("/tmp/a", "/tmp/a").is_ok());
    assert_eq!(used(&files), 16 * KIB, "both are still there");
    rename("/tmp/a", "/tmp/b").unwrap();
    assert_eq!(used(&files), 6 * KIB);
    assert_eq!(files.metadata(Path::new("/tmp/b")).unwrap().len(), 5 * KIB);
    files.create_dir(Path::new("/tmp/d")).unwrap();
    assert!(rename("/tmp/d", "/tmp/d/e").is_err(), "into itself");
    assert!(rename("/tmp/b", "/tmp/d").is_err(), "a file over a folder");
}

#[test]
fn what_is_not_in_tmp_cannot_be_changed() {
    let files = files(64 * KIB);
    let paths =
        ["/app/a/b.txt", "/app/new", "/etc/passwd", "/dev/new", "/tmp", "/", "/tmp/../app/x"];
    for path in paths.map(Path::new) {
        assert!(create(&files, path.to_str().unwrap()).is_err(), "{path:?}");
        assert!(files.create_dir(path).is_err(), "{path:?}");
        assert!(files.remove_file(path).is_err(), "{path:?}");
        assert!(files.remove_dir(path).is_err(), "{path:?}");
        assert!(files.create_symlink(Path::new("/tmp"), path).is_err(), "{path:?}");
        assert!(files.rename_now(path, Path::new("/tmp/x")).is_err(), "{path:?}");
    }
    let mut file = files.new_open_options().read(true).open("/app/a/b.txt").unwrap();
    let mut text = String::new();
    futures::executor::block_on(file.read_to_string(&mut text)).unwrap();
    assert_eq!(text, "app");
    assert!(create(&files, "/dev/null").is_ok(), "the devices take what is written");
    assert!(files.hard_link(Path::new("/app/a/b.txt"), Path::new("/tmp/x")).is_err());
}

#[test]
fn a_package_puts_no_file_beside_its_folder() {
    for path in ["../tmp/x", "a/../../dev/null", ".."] {
        let bad = vec![(path.to_owned(), Bytes::new())];
        assert!(make(bad, KIB, Box::<NullFile>::default()).is_err(), "{path}");
    }
}
