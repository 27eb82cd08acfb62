//! The files of extensions, which are read and written as a program expects it, and no others.

use serde_json::json;

use crate::wasix::{call, installed, offers};

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
    assert_eq!(take("app"), json!(["main.py", "spacedrive.py"]));
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
