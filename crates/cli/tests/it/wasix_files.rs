//! The files of extensions, which are read and written as a program expects it, and no others.

use std::{env, fs, path::Path};

use serde_json::{Value, json};

use crate::{
    authors::{Author, repository},
    wasix::{call, installed, offers, wheel},
};

/// Nothing but the package, a folder in memory and two devices.
const NOSY: &str = r#"
import os, sys, time
from spacedrive import query, run

def tried(function):
    try:
        return repr(function())[:100]
    except BaseException as error:
        return type(error).__name__

def link(target, name):
    os.symlink(target, name)
    return open(name).read()

def change(path):
    fd = os.open(path, os.O_RDWR)
    os.write(fd, b"x")

def put(name, text):
    with open(name, "w") as file:
        file.write(text)

# As programs save: the new file takes the place of the old one, which somebody still reads.
def replaced():
    put("/tmp/old", "old")
    put("/tmp/new", "newer")
    with open("/tmp/old") as held:
        os.rename("/tmp/new", "/tmp/old")
        return [open("/tmp/old").read(), held.read(), os.stat("/tmp/old").st_size]

def followed():
    os.mkdir("/tmp/d")
    put("/tmp/d/a", "text")
    os.symlink("d/a", "/tmp/l3")
    inodes = {entry.inode() == entry.stat().st_ino != 0 for entry in os.scandir("/tmp/d")}
    return [open("/tmp/l3").read(), inodes]

@query("words.try.v1")
def attempt(input):
    return {
        "replaced": tried(replaced),
        "followed": tried(followed),
        "etc": tried(lambda: open("/etc/passwd").read()),
        "above": tried(lambda: open("/app/../../etc/passwd").read()),
        "link": tried(lambda: link("/etc/passwd", "/tmp/l1")),
        "raw": tried(lambda: change("/app/main.py")),
        "through": tried(lambda: (os.symlink("/app/main.py", "/tmp/l2"), change("/tmp/l2"))),
        "new": tried(lambda: open("/app/new", "w")),
        "device": tried(lambda: open("/dev/new", "w")),
        "rename": tried(lambda: os.rename("/app/main.py", "/tmp/main.py")),
        "remove": tried(lambda: os.remove("/app/main.py")),
        "hard": tried(lambda: os.link("/app/main.py", "/tmp/hard")),
        "env": dict(os.environ),
        "args": sys.argv,
        "app": sorted(os.listdir("/app")),
        "dev": sorted(os.listdir("/dev")),
        "write": tried(lambda: open("/tmp/a", "w").write("hello")),
        "read": tried(lambda: open("/tmp/a").read()),
        "null": tried(lambda: open("/dev/null", "w").write("hello")),
        "spawn": tried(lambda: os.posix_spawn("/app/main.py", [], {})),
        "socket": tried(lambda: __import__("socket").socket()),
        "clock": time.monotonic_ns() % 1000000,
    }

run()
"#;

#[test]
fn a_guest_has_the_files_of_its_package_and_no_others() {
    let Some((spacedrive, _)) = installed(&offers(&["query:words.try.v1"]), NOSY) else { return };
    let mut tried = call(&spacedrive, "query:words.try.v1", &json!({}));
    let mut take = |name: &str| tried.as_object_mut().unwrap().remove(name).unwrap();
    assert_eq!(take("app"), json!(["__pycache__", "main.py", "spacedrive.py"]));
    assert_eq!(take("dev"), json!(["null", "spacedrive"]));
    assert_eq!((take("env"), take("args")), (json!({}), json!(["/app/main.py"])));
    assert_eq!((take("write"), take("read")), (json!("5"), json!("'hello'")));
    assert_eq!(take("replaced"), json!("['newer', 'old', 5]"));
    assert_eq!(take("followed"), json!("['text', {True}]"));
    assert_eq!((take("null"), take("clock")), (json!("5"), json!(0)));
    for (name, outcome) in tried.as_object().unwrap() {
        let outcome = outcome.as_str().unwrap();
        let refused = ["Error", "Exit"].iter().any(|end| outcome.ends_with(end));
        assert!(refused, "{name}: {outcome}");
    }
}

const GREEDY: &str = r#"
import os
from spacedrive import query, run

MIB = b"x" * (1 << 20)

def until_full(step):
    for number in range(64):
        try:
            step(number)
        except OSError:
            return number
    return "no end"

held = []

def orphan(number):
    file = open("/tmp/orphan", "wb", buffering=0)
    held.append(file)
    file.write(MIB)
    os.remove("/tmp/orphan")

def append(number):
    with open("/tmp/log", "ab", buffering=0) as file:
        if file.write(MIB) != len(MIB):
            raise OSError("it was cut")

def sparse(number):
    with open("/tmp/sparse", "wb", buffering=0) as file:
        file.seek(1 << 40)
        file.write(b"x")

@query("words.eat.v1")
def eat(input):
    try:
        return until_full(globals()[input["how"]])
    finally:
        held.clear()
        for name in os.listdir("/tmp"):
            os.remove("/tmp/" + name)

run()
"#;

#[test]
fn the_files_of_a_guest_have_a_quota_that_is_asked_first() {
    let Some((spacedrive, _)) = installed(&offers(&["query:words.eat.v1"]), GREEDY) else { return };
    for (how, most) in [("append", 7), ("orphan", 7), ("sparse", 0)] {
        let steps = call(&spacedrive, "query:words.eat.v1", &json!({ "how": how }));
        assert_eq!(steps, json!(most), "{how}");
    }
}

/// The library of the package, compiled as Python does it.
const COMPILING: &str = r#"
import py_compile
from spacedrive import query, run

@query("words.compile.v1")
def compiled(input):
    py_compile.compile("/app/spacedrive.py", "/tmp/spacedrive.pyc", doraise=True,
        invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)
    with open("/tmp/spacedrive.pyc", "rb") as file:
        return list(file.read())

run()
"#;

/// Another one would do no harm: Python compiles the source again, in each start of an instance.
#[test]
fn the_library_for_python_comes_compiled_by_the_runtime() {
    let offers = offers(&["query:words.compile.v1"]);
    let Some((spacedrive, _)) = installed(&offers, COMPILING) else { return };
    let compiled = call(&spacedrive, "query:words.compile.v1", &json!({}));
    let compiled: Vec<u8> = serde_json::from_value(compiled).unwrap();
    let path = "../../sdk/python/guest/src/spacedrive.cpython-312.pyc";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if env::var_os("SPACEDRIVE_WRITE_CLIENTS").is_some() {
        fs::write(&path, &compiled).unwrap();
    }
    let is_current = fs::read(&path).unwrap() == compiled;
    assert!(is_current, "{} is old: run this with SPACEDRIVE_WRITE_CLIENTS=1", path.display());
}

/// The code of an extension in Rust whose data is in the files of its package.
const READING: &str = r#"
use std::{fs, io};

use spacedrive_sdk::prelude::*;

spacedrive_sdk::export!();

/// The words of the package that are as long as that.
#[query]
fn words(_: &SpacedriveClient, length: usize) -> Result<Vec<String>> {
    let failed = |error: io::Error| Error::new(ErrorCode::Io, error);
    let words = fs::read_to_string("/app/words.txt").map_err(failed)?;
    fs::write("/tmp/words.txt", words).map_err(failed)?;
    let words = fs::read_to_string("/tmp/words.txt").map_err(failed)?;
    Ok(words.split_whitespace().filter(|it| it.len() == length).map(str::to_owned).collect())
}
"#;

#[test]
fn an_extension_in_rust_reads_the_files_of_its_package() {
    if wheel().is_none() {
        return;
    }
    let author = Author::new();
    author.done(&["ext", "new", "my-notes"]);
    fs::copy(repository().join("Cargo.lock"), author.path("my-notes/Cargo.lock")).unwrap();
    let path = author.path("my-notes/manifest.json");
    let mut manifest: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    manifest["wasi"] = json!("files");
    fs::write(path, manifest.to_string()).unwrap();
    fs::write(author.path("my-notes/src/lib.rs"), READING).unwrap();
    fs::create_dir(author.path("my-notes/files")).unwrap();
    fs::write(author.path("my-notes/files/words.txt"), "to be or not").unwrap();
    author.done(&["ext", "build", "my-notes", "--install", "--yes"]);
    let words = author.json(&["op", "call", "query:my_notes.words.v1", "--input", "2"]);
    assert_eq!(words, json!(["to", "be", "or"]));
}
