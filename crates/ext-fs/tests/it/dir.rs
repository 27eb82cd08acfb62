//! Folders by handle: names, links, and files that are none.

use std::{
    fs,
    io::{ErrorKind, Read, Write},
    os::unix::{
        fs::{MetadataExt, PermissionsExt, symlink},
        net::UnixListener,
    },
    path::Path,
};

use ext_fs::{Dir, Error};

fn kind<T: std::fmt::Debug>(result: Result<T, Error>) -> ErrorKind {
    result.unwrap_err().source.kind()
}

fn read(dir: &Dir, name: &str) -> String {
    let mut text = String::new();
    dir.file(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn path_21_what_it_creates_is_for_the_owner_only() {
    let temp = tempfile::tempdir().unwrap();
    let dir = Dir::open(temp.path()).unwrap();
    let inner = dir.make_dir("inner").unwrap();
    inner.create_file("a").unwrap().write_all(b"one").unwrap();
    assert_eq!(read(&dir.make_dir("inner").unwrap(), "a"), "one", "it stays");
    assert_eq!(mode(&temp.path().join("inner")), 0o700);
    assert_eq!(mode(&temp.path().join("inner/a")), 0o600);
    assert_eq!(kind(inner.create_file("a")), ErrorKind::AlreadyExists);
}

#[test]
fn path_01_a_name_is_one_segment() {
    let temp = tempfile::tempdir().unwrap();
    let dir = Dir::open(temp.path()).unwrap();
    for name in ["", ".", "..", "../x", "a/b", "/etc/passwd", "a\0"] {
        assert_eq!(kind(dir.file(name)), ErrorKind::InvalidInput, "{name:?}");
        assert_eq!(kind(dir.create_file(name)), ErrorKind::InvalidInput, "{name:?}");
        assert_eq!(kind(dir.make_dir(name)), ErrorKind::InvalidInput, "{name:?}");
        assert_eq!(kind(dir.remove(name)), ErrorKind::InvalidInput, "{name:?}");
    }
}

#[test]
fn path_06_no_link_is_followed_below_it() {
    let (temp, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(elsewhere.path().join("secret"), "secret").unwrap();
    let dir = Dir::open(temp.path()).unwrap();
    symlink(elsewhere.path(), temp.path().join("folder")).unwrap();
    symlink(elsewhere.path().join("secret"), temp.path().join("file")).unwrap();
    symlink("nowhere", temp.path().join("dangling")).unwrap();
    assert!(dir.dir("folder").unwrap_err().is_link());
    assert!(dir.make_dir("folder").unwrap_err().is_link());
    for name in ["file", "dangling"] {
        assert!(dir.file(name).unwrap_err().is_link(), "{name}");
        assert!(dir.has_file(name).unwrap_err().is_link(), "{name}");
        assert_eq!(kind(dir.create_file(name)), ErrorKind::AlreadyExists);
        assert!(dir.remove(name).unwrap(), "the link itself is removed");
    }
    assert_eq!(fs::read(elsewhere.path().join("secret")).unwrap(), b"secret");
    assert!(!elsewhere.path().join("nowhere").exists());
    // The folder itself may be reached by a link of the user.
    let link = elsewhere.path().join("link");
    symlink(temp.path(), &link).unwrap();
    Dir::open(&link).unwrap().create_file("a").unwrap();
    assert!(temp.path().join("a").exists());
}

#[test]
fn path_09_what_is_not_a_file_is_an_error_at_once() {
    let temp = tempfile::tempdir().unwrap();
    let dir = Dir::open(temp.path()).unwrap();
    dir.make_dir("folder").unwrap();
    let fifo = temp.path().join("fifo");
    rustix::fs::mkfifoat(rustix::fs::CWD, &fifo, rustix::fs::Mode::RUSR).unwrap();
    let _socket = UnixListener::bind(temp.path().join("socket")).unwrap();
    for name in ["folder", "fifo", "socket"] {
        assert_eq!(kind(dir.file(name)), ErrorKind::InvalidData, "{name}");
        assert_eq!(kind(dir.has_file(name)), ErrorKind::InvalidData, "{name}");
    }
    assert_eq!(kind(dir.file("none")), ErrorKind::NotFound);
    assert!(!dir.has_file("none").unwrap() && !dir.remove("none").unwrap());
    assert!(dir.create_file("file").is_ok() && dir.has_file("file").unwrap());
}

#[test]
fn path_07_a_move_replaces_the_name_and_not_the_file_behind_it() {
    let temp = tempfile::tempdir().unwrap();
    let dir = Dir::open(temp.path()).unwrap();
    let (from, to) = (dir.make_dir("from").unwrap(), dir.make_dir("to").unwrap());
    fs::write(temp.path().join("users"), "mine").unwrap();
    fs::hard_link(temp.path().join("users"), temp.path().join("to/a")).unwrap();
    from.create_file("new").unwrap().write_all(b"new").unwrap();
    from.rename("new", &to, "a").unwrap();
    assert_eq!(read(&to, "a"), "new");
    assert_eq!(fs::read(temp.path().join("users")).unwrap(), b"mine");
    assert_eq!(fs::metadata(temp.path().join("users")).unwrap().nlink(), 1);
    assert!(from.names().unwrap().is_empty());
    assert_eq!(to.names().unwrap(), ["a"]);
}

#[test]
fn path_08_a_folder_that_is_swapped_for_a_link_leads_nowhere_else() {
    let (temp, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (inner, aside) = (temp.path().join("inner"), temp.path().join("aside"));
    let dir = Dir::open(temp.path()).unwrap();
    dir.make_dir("inner").unwrap();
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                fs::rename(&inner, &aside).unwrap();
                symlink(elsewhere.path(), &inner).unwrap();
                fs::remove_file(&inner).unwrap();
                fs::rename(&aside, &inner).unwrap();
            }
        });
        let mut made = 0;
        for number in 0..100_000 {
            let Ok(inner) = dir.dir("inner") else { continue };
            made += u32::from(inner.create_file(&number.to_string()).is_ok());
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(made > 100, "{made}");
    });
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}
