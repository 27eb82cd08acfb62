//! Imports of folders whose files have odd names, are odd, or are empty.

use std::{fs, os::unix::ffi::OsStrExt};

use crate::common::{Ran, Spacedrive};
use serde_json::Value;

/// A folder to be imported, and a library.
struct World {
    spacedrive: Spacedrive,
    library: String,
    folder: tempfile::TempDir,
}

impl World {
    fn new(files: &[(&str, &str)]) -> Self {
        let (spacedrive, folder) = (Spacedrive::new(), tempfile::tempdir().unwrap());
        for (name, text) in files {
            let path = folder.path().join("in").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self { library: spacedrive.library(), spacedrive, folder }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join("in").join(name)
    }

    fn import(&self, more: &[&str]) -> Ran {
        let folder = self.path("");
        let args = ["import".as_ref(), folder.as_os_str(), "--library".as_ref()];
        let args = more.iter().map(|arg| arg.as_ref()).chain(args);
        self.spacedrive.run(args.chain([self.library.as_ref()]))
    }

    fn report(&self) -> (Value, Option<i32>) {
        let ran = self.import(&["--output", "json"]);
        (serde_json::from_slice(&ran.stdout).unwrap(), ran.code)
    }

    fn content(&self, path: &str) -> Vec<u8> {
        self.spacedrive.content(&self.library, path)
    }
}

#[test]
#[cfg(target_os = "linux")]
fn path_05_names_that_differ_in_unicode_form_only_lose_no_file() {
    let world = World::new(&[
        ("Caf\u{e9}.txt", "composed"),
        ("Cafe\u{301}.txt", "taken apart"),
        ("B\u{fc}ro/same.txt", "composed folder"),
        ("Bu\u{308}ro/same.txt", "folder taken apart"),
    ]);
    let (first, code) = world.report();
    assert_eq!((code, &first["created"], &first["updated"]), (Some(3), &2.into(), &0.into()));
    let failures = first["failures"].as_array().unwrap();
    assert_eq!(failures.len(), 2, "{first}");
    for failure in failures {
        assert_eq!(failure["code"], "E_CONFLICT");
        let error = failure["error"].as_str().unwrap();
        assert!(error.contains("/in/") && error.contains("rename one of them"), "{error}");
        assert!(error.contains("\\u{"), "the names look alike: {error}");
    }
    let kept = world.content("in/Caf\u{e9}.txt");
    for _ in 0..2 {
        let (again, _) = world.report();
        assert_eq!((&again["created"], &again["updated"]), (&0.into(), &0.into()), "{again}");
        assert_eq!(world.content("in/Caf\u{e9}.txt"), kept);
    }
    // Renamed as the message says, both are there.
    fs::rename(world.path("Caf\u{e9}.txt"), world.path("Caf\u{e9} 2.txt")).unwrap();
    let (renamed, _) = world.report();
    assert_eq!((&renamed["created"], &renamed["updated"]), (&1.into(), &0.into()), "{renamed}");
}

#[test]
fn log_05_a_name_never_makes_a_line_of_the_report() {
    let world = World::new(&[
        ("good.txt", "words"),
        ("x\n\nNothing failed, all is done.\n  y.txt", "words"),
        ("tab\tand\u{1b}[31mred.txt", "words"),
        ("\u{202e}gnp.txt", "words"),
        ("back\\slash.txt", "words"),
        ("empty\u{7f}.txt", ""),
        ("void.txt", ""),
    ]);
    let ran = world.import(&[]);
    let text = String::from_utf8(ran.stdout).unwrap();
    let hidden = |c: char| c != '\n' && ext_wire::text::is_hidden(c);
    assert!(!text.contains(hidden), "{text:?}");
    assert!(!text.lines().any(|line| line.starts_with("Nothing failed")), "{text}");
    assert_eq!(text.matches(": rename it [E_PATH]").count(), 5, "{text}");
    assert!(text.contains("\n1 without content:\n") && text.contains("/in/void.txt\n"), "{text}");
    let (report, _) = world.report();
    let paths = report["failures"].as_array().unwrap().iter().map(|it| it["path"].as_str());
    assert!(paths.flatten().any(|path| path.contains("x\n\nNothing")), "JSON has the name itself");
    assert_eq!(report["empty"].as_array().unwrap().len(), 1);
}

#[test]
#[cfg(target_os = "linux")]
fn path_09_odd_files_are_named_once_and_the_rest_is_imported() {
    let world = World::new(&[("a.txt", "words"), ("sub/z.txt", "words")]);
    let latin = std::ffi::OsStr::from_bytes(b"caf\xe9.txt");
    fs::write(world.path("").join(latin), "words").unwrap();
    for (name, target) in [("b-link.pdf", "a.txt"), ("c-gone.pdf", "nowhere"), ("d-loop", ".")] {
        std::os::unix::fs::symlink(target, world.path(name)).unwrap();
    }
    let fifo = world.path("e-fifo.pdf");
    rustix::fs::mkfifoat(rustix::fs::CWD, &fifo, rustix::fs::Mode::RUSR).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(world.path("f-socket.eml")).unwrap();
    let (report, code) = world.report();
    assert_eq!((code, &report["created"]), (Some(3), &2.into()), "{report}");
    let path = |name: &str| world.path(name).display().to_string();
    let failures = report["failures"].as_array().unwrap();
    let [failure] = &failures[..] else { panic!("{failures:?}") };
    assert_eq!(failure["path"], path("caf\\xe9.txt"));
    assert!(!failure["error"].as_str().unwrap().contains(&path("")), "{failure}");
    let skipped = report["skipped"].as_array().unwrap();
    let named: Vec<_> = skipped.iter().map(|it| it["path"].as_str().unwrap()).collect();
    let odd = ["b-link.pdf", "c-gone.pdf", "d-loop", "e-fifo.pdf", "f-socket.eml"];
    assert_eq!(named, odd.map(path));
    // Nor is anything named twice where the folders overlap.
    let slashed = path("");
    let both = ["--output", "json", "import", slashed.trim_end_matches('/'), &slashed];
    let ran = world.spacedrive.run(both.into_iter().chain(["--library", &world.library]));
    let report: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let count = |list: &str| report[list].as_array().unwrap().len();
    assert_eq!((count("failures"), count("skipped")), (1, 5), "{report}");
    // What is skipped is no failure, unless it was named itself.
    fs::remove_file(world.path("").join(latin)).unwrap();
    assert_eq!(world.report().1, Some(0));
    let named = ["import", &path("e-fifo.pdf"), "--library", &world.library];
    let ran = world.spacedrive.run(named);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    let text = String::from_utf8(world.import(&[]).stdout).unwrap();
    assert!(
        text.contains("\n5 skipped:\n") && text.contains("d-loop: it is a symbolic link"),
        "{text}"
    );
}

#[test]
fn path_03_a_folder_whose_name_no_entry_can_have_fails_with_its_files_only() {
    let world = World::new(&[("a.txt", "words")]);
    let odd = world.folder.path().join("odd\nname");
    fs::create_dir(&odd).unwrap();
    fs::write(odd.join("b.txt"), "words").unwrap();
    let args = ["--output", "json", odd.to_str().unwrap()];
    let ran = world.import(&args[..2]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let both = ["import", args[2], &world.path("").display().to_string(), "--library"];
    let ran =
        world.spacedrive.run(both.into_iter().chain([world.library.as_str(), "--output", "json"]));
    let report: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!((ran.code, &report["unchanged"]), (Some(3), &1.into()), "{report}");
    let failure = &report["failures"][0];
    assert_eq!(
        (&failure["code"], report["failures"].as_array().unwrap().len()),
        (&"E_PATH".into(), 1)
    );
    assert!(failure["error"].as_str().unwrap().contains("rename it"), "{failure}");
}
