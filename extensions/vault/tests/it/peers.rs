//! Databases of other programs, and ours in them: KeePassXC's command line and `pykeepass`.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;
use spacedrive_sdk::testing::FakeHost;
use vault::export::Exported;
use vault::extension::Extension;

use crate::common::{MASTER, call, get, unlocked};

const FILE_PASSWORD: &str = "pässword of the file";

/// Runs a program with lines on stdin; `None`, loudly, when it is not installed.
fn run(program: &str, args: &[&str], lines: &[&str]) -> Option<String> {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let Ok(mut child) =
        command.env("QT_QPA_PLATFORM", "offscreen").env("LC_ALL", "C.UTF-8").spawn()
    else {
        eprintln!(
            "SKIPPED: `{program}` is not installed: apt-get install keepassxc python3-pykeepass"
        );
        return None;
    };
    let mut stdin = child.stdin.take().unwrap();
    lines.iter().for_each(|line| writeln!(stdin, "{line}").unwrap());
    drop(stdin);
    let ran = child.wait_with_output().unwrap();
    assert!(ran.status.success(), "{args:?}: {}", String::from_utf8_lossy(&ran.stderr));
    Some(String::from_utf8(ran.stdout).unwrap())
}

/// Runs a script with `pykeepass`; `None`, loudly, when it is not installed.
fn python(script: &str, args: &[&str]) -> Option<String> {
    let probe = Command::new("python3").args(["-c", "import pykeepass"]).output();
    if !probe.is_ok_and(|probe| probe.status.success()) {
        eprintln!("SKIPPED: `pykeepass` is not installed: apt-get install python3-pykeepass");
        return None;
    }
    let args: Vec<&str> = ["-c", script].into_iter().chain(args.iter().copied()).collect();
    run("python3", &args, &[])
}

/// A vault with an item in a folder, a file and a seed, exported.
fn exported(to: &Path) {
    let host = unlocked();
    let add = json!({
        "kind": "login", "title": "Mail ü", "folder": "Work/Online", "password": "sword & fish <ü>",
        "values": { "username": "ann", "url": "https://mail.example", "Floor": "3" },
        "totp": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "notes": "bGluZSAxCmxpbmUgMg==",
    });
    call(&host, "action:vault.add.input.v1", add).unwrap();
    let attach = json!({ "item": "Mail ü", "name": "codes.txt", "file": "Y29kZXM=" });
    call(&host, "action:vault.attach.input.v1", attach).unwrap();
    let input = json!({ "master_password": MASTER, "file_password": FILE_PASSWORD });
    let done: Exported =
        host.call::<Extension, _, _>("action:vault.export.input.v1", &input).unwrap();
    std::fs::write(to, done.content.as_bytes()).unwrap();
}

fn imported(from: &Path) -> FakeHost {
    let host = unlocked();
    let file = data_encoding::BASE64.encode(&std::fs::read(from).unwrap());
    let input = json!({ "file": file, "file_password": FILE_PASSWORD });
    let done = call(&host, "action:vault.import.input.v1", input).unwrap();
    assert_eq!(done["left_out"], json!([]));
    host
}

#[test]
#[ignore = "long: runs KeePassXC"]
fn keepassxc_opens_what_a_vault_writes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("vault.kdbx");
    exported(&file);
    let file = file.to_str().unwrap();
    let ask = |args: &[&str]| run("keepassxc-cli", args, &[FILE_PASSWORD]);
    let Some(list) = ask(&["ls", "-q", "-R", "-f", file]) else { return };
    assert!(list.contains("Work/Online/Mail ü"), "{list}");
    let entry = "Work/Online/Mail ü";
    let field = |name: &str| ask(&["show", "-q", "-s", "-a", name, file, entry]).unwrap();
    assert_eq!(field("Password").trim_end(), "sword & fish <ü>");
    assert_eq!(field("UserName").trim_end(), "ann");
    assert_eq!(field("Floor").trim_end(), "3");
    assert_eq!(field("Notes").trim_end(), "line 1\nline 2");
    let code = ask(&["show", "-q", "-t", file, entry]).unwrap();
    assert!(code.trim().len() == 6, "{code}");
    let out = folder.path().join("codes.txt");
    ask(&["attachment-export", "-q", file, entry, "codes.txt", out.to_str().unwrap()]).unwrap();
    assert_eq!(std::fs::read(out).unwrap(), b"codes");
}

#[test]
#[ignore = "long: runs KeePassXC"]
fn a_vault_reads_what_keepassxc_writes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("theirs.kdbx");
    let file = path.to_str().unwrap();
    let twice = [FILE_PASSWORD, FILE_PASSWORD];
    if run("keepassxc-cli", &["db-create", "-q", "-p", file], &twice).is_none() {
        return;
    }
    let ask = |args: &[&str], lines: &[&str]| run("keepassxc-cli", args, lines).unwrap();
    ask(&["mkdir", "-q", file, "Work"], &[FILE_PASSWORD]);
    let add =
        ["add", "-q", "-u", "ann", "--url", "https://mail.example", "-p", file, "Work/Mail ü"];
    ask(&add, &[FILE_PASSWORD, "sword & fish <ü>"]);
    let attached = folder.path().join("codes.txt");
    std::fs::write(&attached, "codes").unwrap();
    let import =
        ["attachment-import", "-q", file, "Work/Mail ü", "codes.txt", attached.to_str().unwrap()];
    ask(&import, &[FILE_PASSWORD]);
    let host = imported(&path);
    for (field, value) in
        [("password", "sword & fish <ü>"), ("username", "ann"), ("url", "https://mail.example")]
    {
        assert_eq!(get(&host, "Mail ü", field).unwrap(), value);
    }
    let list = call(&host, "query:vault.list.v1", json!({})).unwrap();
    assert_eq!(
        (list[0]["folder"].clone(), list[0]["files"].clone()),
        (json!("Work"), json!(["codes.txt"]))
    );
}

#[test]
#[ignore = "long: runs pykeepass"]
fn pykeepass_opens_what_a_vault_writes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("vault.kdbx");
    exported(&file);
    let script = "import sys, json, pykeepass\n\
        db = pykeepass.PyKeePass(sys.argv[1], password=sys.argv[2])\n\
        e = db.find_entries(title='Mail ü', first=True)\n\
        print(json.dumps([db.version[0], e.group.path, e.username, e.password, e.notes, e.get_custom_property('Floor'), e.otp, [[a.filename, a.data.decode()] for a in e.attachments]]))";
    let Some(found) = python(script, &[file.to_str().unwrap(), FILE_PASSWORD]) else { return };
    let found: serde_json::Value = serde_json::from_str(&found).unwrap();
    let expected = json!([
        4,
        ["Work", "Online"],
        "ann",
        "sword & fish <ü>",
        "line 1\nline 2",
        "3",
        "otpauth://totp/vault?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&period=30&digits=6",
        [["codes.txt", "codes"]],
    ]);
    assert_eq!(found, expected);
}

#[test]
#[ignore = "long: runs pykeepass"]
fn a_vault_reads_what_pykeepass_writes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("theirs.kdbx");
    let script = "import sys, pykeepass\n\
        db = pykeepass.create_database(sys.argv[1], password=sys.argv[2])\n\
        g = db.add_group(db.root_group, 'Work')\n\
        e = db.add_entry(g, 'Mail ü', 'ann', 'sword & fish <ü>', url='https://mail.example', notes='a note', tags=['home'])\n\
        e.set_custom_property('PIN at desk', '9911', protect=True)\n\
        e.add_attachment(db.add_binary(b'codes'), 'codes.txt')\n\
        db.save()";
    if python(script, &[path.to_str().unwrap(), FILE_PASSWORD]).is_none() {
        return;
    }
    let host = imported(&path);
    for (field, value) in [
        ("password", "sword & fish <ü>"),
        ("username", "ann"),
        ("notes", "a note"),
        ("PIN at desk", "9911"),
    ] {
        assert_eq!(get(&host, "Mail ü", field).unwrap(), value);
    }
    let list = call(&host, "query:vault.list.v1", json!({})).unwrap();
    assert_eq!(
        (list[0]["tags"].clone(), list[0]["files"].clone()),
        (json!(["home"]), json!(["codes.txt"]))
    );
    let shown = call(&host, "query:vault.show.v1", json!({ "item": "Mail ü" })).unwrap();
    assert!(!shown.to_string().contains("9911"), "{shown}");
}
