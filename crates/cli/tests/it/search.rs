//! Search in the contents of files, from the outside.

use std::{fs, process::Stdio, thread, time::Duration};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use crate::common::{Ran, Spacedrive, has_models, host::pdf, ran};

const PAGE: &[u8] = include_bytes!("../../../ext-ops-ocr-tesseract/tests/page.png");
const DOCX: &[u8] = include_bytes!("../../../ext-ops-office/tests/samples/invoice.docx");

/// A library with some files, which are imported into `in`.
struct World {
    spacedrive: Spacedrive,
    folder: TempDir,
}

impl World {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let this = Self { spacedrive: Spacedrive::new(), folder: tempfile::tempdir().unwrap() };
        this.spacedrive.library();
        for (name, content) in files {
            this.write(name, content);
        }
        this
    }

    fn write(&self, name: &str, content: &[u8]) {
        fs::write(self.folder.path().join(name), content).unwrap();
    }

    fn path(&self) -> &str {
        self.folder.path().to_str().unwrap()
    }

    fn import(&self) -> Value {
        self.spacedrive.json(["import", self.path(), "--into", "in"])
    }

    fn import_only(&self) {
        let report = self.spacedrive.json(["import", self.path(), "--into", "in", "--no-index"]);
        assert_eq!(report.get("index"), None, "{report}");
    }

    fn index(&self) -> Value {
        self.spacedrive.json(["job", "run"])["index"].clone()
    }

    fn found(&self, words: &[&str]) -> Vec<String> {
        let hits = self.spacedrive.json([&["search", "--exact"], words].concat());
        let paths = hits.as_array().unwrap().iter().map(|hit| hit["entry"]["path"].clone());
        let mut paths: Vec<_> = paths.map(|path| path.as_str().unwrap().to_owned()).collect();
        paths.sort();
        paths
    }

    fn run(&self, args: &[&str]) -> Ran {
        self.spacedrive.run(args)
    }
}

fn text(ran: &Ran) -> String {
    String::from_utf8(ran.stdout.clone()).unwrap()
}

#[test]
fn each_kind_of_file_is_found_by_what_stands_in_it() {
    if !has_models() {
        return;
    }
    let email = b"From: Ada <ada@example.org>\r\nSubject: Quay\r\nContent-Type: text/html\r\n\
        Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>har=\r\nbour";
    let world = World::new(&[
        ("a.txt", b"The lighthouse keeper's notebook"),
        ("b.md", b"# Recipes\n\nsourdough *starter*"),
        ("c.html", b"<script>hidden()</script><p>A cormorant</p>"),
        ("d.eml", email),
        ("e.pdf", &pdf("", "")),
        ("f.docx", DOCX),
        ("g.png", PAGE),
        ("Makefile", b"all: windmill"),
    ]);
    let report = world.import();
    assert_eq!(report["index"]["read"], 8, "{report}");
    for (words, path) in [
        (&["lighthouse", "notebook"][..], "in/a.txt"),
        (&["sourdough"], "in/b.md"),
        (&["cormorant"], "in/c.html"),
        (&["ada", "harbour"], "in/d.eml"),
        (&["total", "3.20"], "in/e.pdf"),
        (&["coffee", "cake"], "in/f.docx"),
        (&["ballpoint"], "in/g.png"),
        (&["windmill"], "in/Makefile"),
    ] {
        assert_eq!(world.found(words), [path], "{words:?}");
    }
    assert!(world.found(&["hidden"]).is_empty());
}

#[test]
fn a_hit_shows_the_place_and_json_says_where_it_is() {
    let filler = "lorem ipsum dolor. ".repeat(500);
    let whole = format!("{filler}A [rare] albatross came by. {filler}");
    let world = World::new(&[("a.txt", whole.as_bytes())]);
    world.import();
    let shown = text(&world.run(&["search", "--exact", "albatross"]));
    assert!(shown.starts_with("1. a.txt\n   in/a.txt\n   …"), "{shown}");
    assert!(shown.contains("A [rare] albatross came by."), "no marks without a terminal: {shown}");
    let hits = world.spacedrive.json(["search", "--exact", "albatross"]);
    let passage = &hits[0]["passage"];
    let place = |name: &str| usize::try_from(passage[name].as_u64().unwrap()).unwrap();
    assert!(whole[place("start")..place("end")].contains("albatross"), "{hits}");
    let snippet = hits[0]["snippet"].as_str().unwrap();
    assert!(snippet.contains("[rare] [albatross]"), "{snippet}");
    assert_eq!(hits[0]["highlights"].as_array().unwrap().len(), 1, "{hits}");
}

#[test]
fn an_import_may_leave_the_reading_to_a_run_of_jobs() {
    let world = World::new(&[("a.txt", b"albatross"), ("b.docx", b"PK\x03\x04 damaged")]);
    world.import_only();
    let search = world.run(&["search", "--exact", "albatross"]);
    assert_eq!((search.code, text(&search).trim()), (Some(0), "nothing found"));
    assert!(search.stderr.contains("2 files are not searched yet: `spacedrive job run`"));
    let index = world.index();
    assert_eq!((&index["read"], &index["without_text"]), (&1.into(), &1.into()), "{index}");
    assert_eq!(index["problems"][0]["path"], "in/b.docx", "{index}");
    assert_eq!(world.found(&["albatross"]), ["in/a.txt"]);
    let again = world.index();
    let done = (&again["read"], &again["without_text"], &again["unread"]);
    assert_eq!(done, (&0.into(), &0.into(), &0.into()), "what is damaged is not tried again");
    world.write("b.docx", DOCX);
    assert_eq!(world.import()["index"]["read"], 1, "until it is another");
    assert_eq!(world.found(&["cake"]), ["in/b.docx"]);
}

#[test]
fn changed_content_is_found_by_its_new_words_only() {
    let world = World::new(&[("a.txt", b"albatross")]);
    world.import();
    world.write("a.txt", b"cormorant");
    world.import_only();
    assert!(world.found(&["albatross"]).is_empty(), "at once");
    world.index();
    assert_eq!(world.found(&["cormorant"]), ["in/a.txt"]);
    assert!(world.run(&["entry", "restore", "in/a.txt", "--version", "1"]).code == Some(0));
    world.index();
    assert_eq!(world.found(&["albatross"]), ["in/a.txt"]);
    assert!(world.found(&["cormorant"]).is_empty());
}

#[test]
fn a_picture_waits_for_its_model_and_is_read_then() {
    if !has_models() {
        return;
    }
    let world = World::new(&[("g.png", PAGE), ("a.txt", b"albatross")]);
    world.import_only();
    let none = tempfile::tempdir().unwrap();
    let mut run = world.spacedrive.command(["--output", "json", "--models-dir"]);
    let away = ran(run.arg(none.path()).args(["job", "run"]).output().unwrap());
    let away: Value = serde_json::from_slice(&away.stdout).unwrap();
    let index = &away["index"];
    assert_eq!((&index["read"], &index["unread"]), (&1.into(), &1.into()), "{index}");
    assert_eq!(index["problems"][0]["again"], true, "{index}");
    assert_eq!(world.index()["read"], 1);
    assert_eq!(world.found(&["ballpoint"]), ["in/g.png"]);
}

#[test]
fn the_report_of_an_import_comes_before_the_reading() {
    let world = World::new(&[("a.txt", b"albatross"), ("b.mp4", b"\0\0\0\x18ftypmp42")]);
    let shown = text(&world.run(&["import", world.path(), "--into", "in"]));
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines[0].starts_with("2 new, 0 changed"), "{shown}");
    assert_eq!(lines.last(), Some(&"1 file read for search, 1 without text"), "{shown}");
}

#[test]
fn conditions_among_the_words_narrow_a_search() {
    let world = World::new(&[]);
    for (name, entry_type, vendor, date, amount) in [
        ("Flat white", "receipt", "Blue Bottle", "2026-01-15", "60.00"),
        ("Flat cap", "receipt", "Hatter", "2026-02-15", "40.00"),
        ("Flat earth", "note", "Blue Moon", "2026-01-20", "70.00"),
    ] {
        let input = serde_json::json!({ "name": name, "path": name, "entry_type": entry_type,
            "metadata": { "vendor": vendor, "date": date, "amount": amount } });
        let method = "action:vdfs.create_entry.input.v1";
        world.spacedrive.json(["op", "call", method, "--input", &input.to_string()]);
    }
    for (words, paths) in [
        (&["flat", "type:receipt"][..], &["Flat cap", "Flat white"][..]),
        (&["flat", "vendor:blue"], &["Flat earth", "Flat white"]),
        (&["vendor:Blue Bottle"], &["Flat white"]),
        (&["flat", "after:2026-01-16", "before:2026-02"], &["Flat earth"]),
        (&["type:receipt", "amount>50"], &["Flat white"]),
        (&["flat type:receipt amount<=40"], &["Flat cap"]),
        (&["--where", "amount>50"], &["Flat earth", "Flat white"]),
    ] {
        assert_eq!(world.found(words), paths, "{words:?}");
    }
    for (words, advice) in [("amount>>5", "= != < <= > >="), ("after:soon", "2026-01-31")] {
        let wrong = world.run(&["search", "flat", words]);
        assert_eq!(wrong.code, Some(1));
        assert!(wrong.stderr.contains(advice), "{}", wrong.stderr);
    }
    assert_eq!(world.run(&["search", "--exact", "--semantic", "x"]).code, Some(2));
}

#[test]
fn a_search_by_meaning_alone_finds_passages_and_needs_the_model() {
    if !has_models() {
        return;
    }
    let filler = "The committee approved the minutes of the last meeting. ".repeat(40);
    let content = format!("{filler}\n\nWe drank espresso and cappuccino at the station.\n\n");
    let world = World::new(&[("minutes.txt", content.as_bytes()), ("b.txt", b"Diesel, pump 4")]);
    world.import();
    let hits = world.spacedrive.json(["search", "--semantic", "cups of coffee"]);
    assert_eq!(hits[0]["entry"]["path"], "in/minutes.txt", "{hits}");
    assert!(hits[0]["passage"]["start"].as_u64().unwrap() > 0, "{hits}");
    let none = tempfile::tempdir().unwrap();
    let mut search = world.spacedrive.command(["--models-dir"]);
    let refused =
        ran(search.arg(none.path()).args(["search", "--semantic", "x"]).output().unwrap());
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("E_MODEL_MISSING"), "{}", refused.stderr);
    assert!(refused.stderr.contains("models pull"), "{}", refused.stderr);
}

#[test]
fn crsh_24_reading_that_is_asked_to_stop_loses_nothing() {
    if !has_models() {
        return;
    }
    let world = World::new(&[]);
    for number in 0..100 {
        world.write(&format!("{number}.txt"), format!("albatross {number}").repeat(40).as_bytes());
    }
    world.import_only();
    let mut run = world.spacedrive.command(["--output", "json", "job", "run"]);
    let child = run.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    thread::sleep(Duration::from_secs(2));
    kill_process(Pid::from_raw(child.id().cast_signed()).unwrap(), Signal::INT).unwrap();
    let stopped = ran(child.wait_with_output().unwrap());
    let first: Value = serde_json::from_slice(&stopped.stdout).unwrap();
    let code = if first["stopped"] == true { 3 } else { 0 };
    assert_eq!(stopped.code, Some(code), "{stopped:?}");
    let rest = world.index();
    let is_left = ["read", "embedded"].iter().any(|name| rest[name] != 0);
    assert_eq!(first["stopped"], is_left, "{first} {rest}");
    let sum = |name: &str| first["index"][name].as_u64().unwrap() + rest[name].as_u64().unwrap();
    assert_eq!((sum("read"), &rest["unread"]), (100, &0.into()), "{first} {rest}");
    assert_eq!(world.found(&["albatross", "--limit", "1000"]).len(), 100);
}

#[test]
#[cfg(target_os = "linux")]
fn a_hit_is_opened_as_a_copy_that_can_only_be_read() {
    use std::{os::unix::fs::PermissionsExt, path::PathBuf};

    let world = World::new(&[("a.txt", b"albatross one"), ("b.txt", b"albatross two")]);
    world.import();
    let programs = tempfile::tempdir().unwrap();
    let (opener, said) = (programs.path().join("xdg-open"), programs.path().join("said"));
    let script =
        format!("#!/bin/sh\nprintf %s \"$1\" > '{0}.new'; mv '{0}.new' '{0}'\n", said.display());
    fs::write(&opener, script).unwrap();
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/bin:/usr/bin", programs.path().display());
    let open = |args: &[&str]| {
        let mut command =
            world.spacedrive.command([&["search", "--exact", "albatross"], args].concat());
        ran(command.env("PATH", &path).env("TMPDIR", programs.path()).output().unwrap())
    };
    let opened = open(&["--open=2"]);
    assert_eq!(opened.code, Some(0), "{opened:?}");
    let second =
        text(&opened).lines().find(|line| line.starts_with("2. ")).unwrap()[3..].to_owned();
    for _ in 0..100 {
        thread::sleep(Duration::from_millis(50));
        if said.exists() {
            break;
        }
    }
    let copy = PathBuf::from(fs::read_to_string(&said).unwrap());
    assert_eq!(copy.file_name().unwrap().to_str(), Some(second.as_str()));
    assert!(fs::read_to_string(&copy).unwrap().starts_with("albatross"));
    assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o400);
    let none = open(&["--open=3"]);
    assert_eq!(none.code, Some(1));
    assert!(none.stderr.contains("there is no hit 3 to open: 2 were found"), "{}", none.stderr);
    assert_eq!(open(&["--open=0"]).code, Some(2));
}

#[test]
fn files_that_search_cannot_look_into_are_listed_with_the_reason() {
    let slides = ext_testing::archive(&[
        ("[Content_Types].xml", b""),
        ("ppt/presentation.xml", b"<p xmlns:r='r'><sldId id='1' r:id='a'/></p>"),
        (
            "ppt/_rels/presentation.xml.rels",
            b"<r><Relationship Id='a' Target='slides/slide1.xml'/></r>",
        ),
        ("ppt/slides/slide1.xml", b"<s><p><t>pelican</t></p></s>"),
    ]);
    let world = World::new(&[
        ("a.txt", b"albatross"),
        ("b.docx", b"PK\x03\x04 damaged"),
        ("c.mp4", b"\0\0\0\x18ftypmp42"),
        ("d.pptx", &slides),
    ]);
    world.import_only();
    let none = world.run(&["search", "--unread"]);
    assert!(text(&none).contains("every file that was read"), "{none:?}");
    world.index();
    assert_eq!(world.found(&["pelican"]), ["in/d.pptx"]);
    let listed = world.spacedrive.json(["search", "--unread"]);
    assert_eq!(listed.as_array().unwrap().len(), 2, "{listed}");
    assert_eq!(
        (&listed[0]["path"], &listed[0]["code"]),
        (&"in/b.docx".into(), &"E_DOC_MALFORMED".into())
    );
    assert_eq!(
        (&listed[1]["path"], &listed[1]["media_type"]),
        (&"in/c.mp4".into(), &"video/mp4".into())
    );
    assert!(!listed[0]["reason"].as_str().unwrap().contains("E_DOC"), "{listed}");
    let shown = world.run(&["search", "--unread", "--limit", "1"]);
    assert!(
        text(&shown).contains("in/b.docx") && shown.stderr.contains("`--limit 2` shows all"),
        "{shown:?}"
    );
    assert_eq!(world.run(&["search", "--unread", "words"]).code, Some(2));
    assert_eq!(world.run(&["search"]).code, Some(2));
}

/// An email with these attachments, as base64.
fn email(subject: &str, attachments: &[(&str, &str, &[u8])]) -> Vec<u8> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};

    let mut email = format!(
        "From: ada@example.org\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\
         see below\r\n"
    );
    for (name, media_type, bytes) in attachments {
        email += &format!(
            "--b\r\nContent-Type: {media_type}\r\nContent-Disposition: attachment; \
             filename=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n",
            STANDARD.encode(bytes)
        );
    }
    (email + "--b--\r\n").into_bytes()
}

#[test]
fn attachments_and_messages_of_a_mailbox_are_searched() {
    if !has_models() {
        return;
    }
    let zip = ext_testing::archive(&[("inner.txt", b"kingfisher")]);
    let octets = "application/octet-stream";
    let all = email(
        "Papers",
        &[
            ("a.pdf", octets, &pdf("", "")),
            ("b.docx", octets, DOCX),
            ("c.csv", "text/csv", b"bird;plover"),
            ("d.zip", "application/zip", &zip),
            ("e.png", "image/png", PAGE),
            ("f.bin", octets, b"\0\x01\x02"),
            ("g.docx", octets, b"PK\x03\x04 damaged"),
        ],
    );
    let one = email("First", &[("x.txt", "text/plain", b"sandpiper")]);
    let mbox = [
        &b"From a Mon Jan  5 09:00:00 2026\n"[..],
        &one,
        b"\n\nFrom b Tue Jan  6 09:00:00 2026\nSubject: Second\n\nturnstone\n",
    ]
    .concat();
    let world = World::new(&[
        ("all.eml", &all),
        ("box.mbox", &mbox),
        ("files.zip", &zip),
        ("note.txt", b"From Monday on we are closed: dunlin"),
    ]);
    let report = world.import();
    assert_eq!(report["index"]["read"], 4, "{report}");
    for (word, path) in [
        ("3.20", "in/all.eml"),
        ("cake", "in/all.eml"),
        ("plover", "in/all.eml"),
        ("ballpoint", "in/all.eml"),
        ("sandpiper", "in/box.mbox"),
        ("turnstone", "in/box.mbox"),
        ("dunlin", "in/note.txt"),
    ] {
        assert_eq!(world.found(&[word]), [path], "{word}");
    }
    assert_eq!(world.found(&["kingfisher"]), ["in/all.eml", "in/files.zip"]);
    let listed = world.spacedrive.json(["search", "--unread"]);
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    assert_eq!(
        (&listed[0]["path"], &listed[0]["is_searched"]),
        (&"in/all.eml".into(), &true.into())
    );
    let reason = listed[0]["reason"].as_str().unwrap();
    assert!(reason.contains("f.bin: no text is read") && reason.contains("g.docx: "), "{reason}");
}

#[test]
fn an_email_is_searched_while_the_reader_of_its_picture_is_away() {
    let world = World::new(&[("a.eml", &email("Quay", &[("e.png", "image/png", PAGE)]))]);
    let models = world.folder.path().join(".none");
    let index = |world: &World| {
        let mut command = world.spacedrive.command(["--output", "json", "job", "run"]);
        let ran = ran(command.env("SPACEDRIVE_MODELS_DIR", &models).output().unwrap());
        serde_json::from_slice::<Value>(&ran.stdout).unwrap()["index"].clone()
    };
    world.import_only();
    for _ in 0..2 {
        let report = index(&world);
        assert_eq!((&report["unread"], &report["problems"][0]["again"]), (&1.into(), &true.into()));
        assert_eq!(world.found(&["quay", "below"]), ["in/a.eml"], "{report}");
    }
    if has_models() {
        assert_eq!(world.index()["unread"], 0);
        assert_eq!(world.found(&["ballpoint"]), ["in/a.eml"]);
    }
}
