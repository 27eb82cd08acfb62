//! Folders that are followed: what is left out of them, and what is deleted from them.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};

use crate::{
    common::Spacedrive,
    daemon::{Daemon, paths, wait_for},
};

/// A library, and a folder that it follows.
struct Followed {
    spacedrive: Spacedrive,
    folder: PathBuf,
    _inbox: tempfile::TempDir,
}

impl Followed {
    fn new(files: &[&str], more: &[&str]) -> Self {
        let spacedrive = Spacedrive::new();
        spacedrive.library();
        let inbox = tempfile::tempdir().unwrap();
        let folder = inbox.path().join("in");
        fs::create_dir(&folder).unwrap();
        let followed = Self { spacedrive, folder, _inbox: inbox };
        files.iter().for_each(|name| followed.write(name, name));
        let args = ["location", "add", followed.folder.to_str().unwrap()];
        followed.spacedrive.json([&args, more].concat());
        followed
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn remove(&self, names: &[&str]) {
        names.iter().for_each(|name| fs::remove_file(self.folder.join(name)).unwrap());
    }

    fn start(&self) -> Daemon {
        Daemon::start(&self.spacedrive, &[])
    }

    fn wait(&self, what: &str, expected: &[&str]) {
        wait_for(what, || self.names() == expected);
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = paths(&self.spacedrive);
        names.sort();
        names.into_iter().map(|path| path.trim_start_matches("in/").to_owned()).collect()
    }

    fn binned(&self) -> usize {
        self.spacedrive.json(["entry", "bin"]).as_array().map_or(0, Vec::len)
    }

    fn state(&self) -> Value {
        self.spacedrive.json(["status"])["locations"][0].clone()
    }

    /// Waits for a look at the whole folder after an earlier state.
    fn wait_for_look(&self, before: &Value) {
        wait_for("the look", || self.state()["looked_at"] != before["looked_at"]);
    }

    fn deletions(&self) -> usize {
        self.deletions_of("**")
    }

    fn deletions_of(&self, paths: &str) -> usize {
        let tail = ["event", "tail", "--since", "0", "--no-follow", "--path", paths];
        let events = self.spacedrive.run(tail).stdout;
        String::from_utf8(events).unwrap().matches("entry.deleted").count()
    }
}

#[test]
fn a_deleted_file_goes_to_the_bin_and_comes_back() {
    let followed = Followed::new(&["a.txt", "b.txt", "sub/c.txt", "sub/d.txt"], &[]);
    let daemon = followed.start();
    followed.wait("the files", &["a.txt", "b.txt", "sub/c.txt", "sub/d.txt"]);
    assert_eq!(followed.spacedrive.run(["entry", "tag", "in/a.txt", "food"]).code, Some(0));
    followed.remove(&["a.txt"]);
    fs::remove_dir_all(followed.folder.join("sub")).unwrap();
    followed.wait("the end of three", &["b.txt"]);
    assert_eq!((followed.binned(), followed.deletions()), (3, 3));
    assert_eq!(followed.deletions_of("in/sub/*"), 2);
    // A program that replaces a file by removing it first changes one entry.
    followed.remove(&["b.txt"]);
    followed.write("b.txt", "changed");
    followed.write("a.txt", "a.txt");
    followed.wait("the file that is back", &["a.txt", "b.txt"]);
    let back = followed.spacedrive.json(["entry", "show", "in/a.txt"]);
    assert!(back.to_string().contains("food"), "it is the entry that it was: {back}");
    let restored = followed.spacedrive.run(["entry", "restore", "in/sub/c.txt"]);
    assert_eq!(restored.code, Some(0), "{restored:?}");
    drop(daemon);

    // The same while no daemon runs; what the user took out of the bin stays.
    followed.remove(&["a.txt"]);
    let before = followed.state();
    let _daemon = followed.start();
    followed.wait("the look", &["b.txt", "sub/c.txt"]);
    followed.wait_for_look(&before);
    assert_eq!(followed.names(), ["b.txt", "sub/c.txt"]);
    assert_eq!(followed.state()["removed"], 1);
}

#[test]
fn a_folder_that_is_empty_or_lost_most_of_its_files_is_asked_about() {
    let names: Vec<String> = (10..40).map(|number| format!("{number}.txt")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let followed = Followed::new(&names, &[]);
    let away = followed.folder.with_file_name("away");
    let daemon = followed.start();
    followed.wait("the files", &names);
    drop(daemon);

    // A disk that is not mounted: nothing is there, or the folder itself is not.
    fs::rename(&followed.folder, &away).unwrap();
    let daemon = followed.start();
    wait_for("the failure", || followed.state()["failure"].is_string());
    assert_eq!(followed.names(), names);
    fs::create_dir(&followed.folder).unwrap();
    wait_for("the question", || followed.state()["missing"] == 30);
    assert_eq!((followed.names().len(), followed.binned()), (30, 0));
    let attention = followed.spacedrive.json(["status"])["attention"].to_string();
    assert!(
        attention.contains("--accept-deletions") && attention.contains("mounted"),
        "{attention}"
    );
    drop(daemon);
    fs::remove_dir(&followed.folder).unwrap();
    fs::rename(&away, &followed.folder).unwrap();
    let daemon = followed.start();
    wait_for("the disk", || followed.state()["watched"] == true);
    followed.wait("all", &names);

    // While it is watched: most of many at once.
    followed.remove(&names[..25]);
    wait_for("the question", || followed.state()["missing"] == 25);
    assert_eq!(followed.names().len(), 30);
    let rescan = |more: &[&str]| {
        let folder = followed.folder.to_str().unwrap();
        let ran = followed.spacedrive.run([&["location", "rescan", folder], more].concat());
        assert_eq!(ran.code, Some(0), "{ran:?}");
    };
    let before = followed.state();
    rescan(&[]);
    followed.wait_for_look(&before);
    assert_eq!((followed.names().len(), followed.state()["missing"].clone()), (30, json!(25)));
    rescan(&["--accept-deletions"]);
    followed.wait("the answer", &names[25..]);
    wait_for("the end of the question", || followed.state()["missing"] == 0);
    drop(daemon);
    // The answer was for that time only.
    followed.remove(&names[25..]);
    let _daemon = followed.start();
    wait_for("the question", || followed.state()["missing"] == 5);
    assert_eq!(followed.names().len(), 5);
}

#[test]
fn what_was_deleted_before_a_folder_was_followed_stays_and_so_does_all_where_the_user_wants_it() {
    for (more, left) in
        [(&[][..], &["before.txt"][..]), (&["--keep-deleted"], &["after.txt", "before.txt"])]
    {
        let followed = Followed::new(&["before.txt", "after.txt", "stays.txt"], more);
        let folder = followed.folder.to_str().unwrap();
        assert_eq!(followed.spacedrive.run(["import", folder, "--no-index"]).code, Some(0));
        followed.remove(&["before.txt"]);
        let before = followed.state();
        let daemon = followed.start();
        followed.wait_for_look(&before);
        followed.remove(&["after.txt"]);
        drop(daemon);
        let before = followed.state();
        let _daemon = followed.start();
        followed.wait_for_look(&before);
        assert_eq!(followed.names(), [left, &["stays.txt"]].concat(), "{more:?}");
    }
}

#[test]
fn what_rules_leave_out_does_not_come_in() {
    let followed = Followed::new(
        &["a.txt", "b.tmp", "c.log", "tree/.git/HEAD", "tree/target/d.txt", "tree/e.txt"],
        &["--ignore", "*.tmp"],
    );
    followed.write(".spacedriveignore", "*.log\n");
    followed.write("tree/.gitignore", "target\n");
    let _daemon = followed.start();
    followed.wait("the files", &["a.txt", "tree/e.txt"]);
    for name in ["new.tmp", "new.log", "tree/target/new.txt", "tree/target/deep/new.txt", "z.txt"] {
        followed.write(name, name);
    }
    followed.wait("the new file", &["a.txt", "tree/e.txt", "z.txt"]);
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(followed.names(), ["a.txt", "tree/e.txt", "z.txt"]);
    assert_eq!(followed.state()["failure"], Value::Null);
    let folder = followed.folder.join("tree");
    let refused =
        followed.spacedrive.run(["location", "add", folder.to_str().unwrap(), "--ignore", "[z-a]"]);
    assert!(
        refused.code == Some(1) && refused.stderr.contains("`[z-a]` is not valid"),
        "{refused:?}"
    );
}

#[test]
fn a_file_that_is_renamed_while_no_daemon_runs_keeps_its_entry() {
    let followed = Followed::new(&["a.txt", "b.txt"], &[]);
    let daemon = followed.start();
    followed.wait("the files", &["a.txt", "b.txt"]);
    assert_eq!(followed.spacedrive.run(["entry", "tag", "in/a.txt", "food"]).code, Some(0));
    drop(daemon);
    fs::create_dir(followed.folder.join("sub")).unwrap();
    fs::rename(followed.folder.join("a.txt"), followed.folder.join("sub/c.txt")).unwrap();
    let before = followed.state();
    let _daemon = followed.start();
    followed.wait_for_look(&before);
    assert_eq!(followed.names(), ["b.txt", "sub/c.txt"]);
    assert_eq!((followed.binned(), followed.deletions()), (0, 0));
    let moved = followed.spacedrive.json(["entry", "show", "in/sub/c.txt"]);
    assert!(moved.to_string().contains("food"), "{moved}");
}

#[test]
fn a_change_that_no_time_tells_of_is_found_by_the_next_daemon() {
    let followed = Followed::new(&["a.txt"], &[]);
    let daemon = followed.start();
    followed.wait("the file", &["a.txt"]);
    let shown = || followed.spacedrive.json(["entry", "show", "in/a.txt"])["entry"].clone();
    let before = shown();
    drop(daemon);
    let path = followed.folder.join("a.txt");
    let written = fs::metadata(&path).unwrap().modified().unwrap();
    fs::write(&path, "b.txt").unwrap();
    let file = fs::File::options().write(true).open(&path).unwrap();
    file.set_times(fs::FileTimes::new().set_modified(written)).unwrap();
    let _daemon = followed.start();
    wait_for("the content", || shown()["content_hash"] != before["content_hash"]);
    assert_eq!(shown()["size"], before["size"]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_look_reads_the_files_that_changed_and_all_of_them_when_it_is_asked_to() {
    const SIZE: usize = 8 << 20;
    let followed = Followed::new(&[], &[]);
    fs::write(followed.folder.join("big.bin"), vec![0; SIZE]).unwrap();
    let daemon = followed.start();
    followed.wait("the file", &["big.bin"]);
    let read = || daemon.number("io", "rchar");
    let at_rest = || {
        wait_for("rest", || {
            let before = read();
            std::thread::sleep(std::time::Duration::from_millis(700));
            read() - before < 100_000
        });
    };
    let looks = |more: &[&str]| {
        at_rest();
        let (before, state) = (read(), followed.state());
        let folder = followed.folder.to_str().unwrap();
        followed.spacedrive.json([&["location", "rescan", folder], more].concat());
        followed.wait_for_look(&state);
        read() - before
    };
    // The first look may have come so soon after the file that another change could look the same.
    looks(&[]);
    assert!(looks(&[]) < SIZE as u64 / 2, "a file that did not change is read");
    assert!(looks(&["--contents"]) >= SIZE as u64, "not all is read");
    assert!(looks(&[]) < SIZE as u64 / 2, "what was read is not remembered");
}

#[test]
fn the_status_counts_the_files_of_a_look_while_it_goes_on() {
    const FILES: u64 = 2000;
    let names: Vec<_> = (0..FILES).map(|number| format!("{number}.txt")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let followed = Followed::new(&names, &[]);
    let _daemon = followed.start();
    let mut seen = Vec::new();
    wait_for("all files", || {
        let state = followed.state();
        let count = |name: &str| state[name].as_u64().unwrap();
        seen.push((count("added"), count("waiting")));
        count("added") == FILES && count("waiting") == 0
    });
    let is_part = |(added, waiting): &&(u64, u64)| *added > 0 && *waiting > 0;
    let parts: Vec<_> = seen.iter().filter(is_part).collect();
    assert!(!parts.is_empty(), "{seen:?}");
    assert!(parts.iter().all(|(added, waiting)| added + waiting <= FILES), "{seen:?}");
}

#[test]
fn a_file_that_takes_the_place_of_another_one_is_that_one_with_new_content() {
    let followed = Followed::new(&["x", "y", "dir", "link", "old/a", "new/a"], &[]);
    let _daemon = followed.start();
    followed.wait("the files", &["dir", "link", "new/a", "old/a", "x", "y"]);
    let at = |name: &str| followed.folder.join(name);
    fs::rename(at("x"), at("y")).unwrap();
    // As programs save: what they write has another name until it is complete.
    followed.remove(&["dir", "link", "old/a"]);
    fs::create_dir(at("dir")).unwrap();
    followed.write("dir/z", "z");
    std::os::unix::fs::symlink(at("y"), at("link")).unwrap();
    fs::remove_dir(at("old")).unwrap();
    fs::rename(at("new"), at("old")).unwrap();
    followed.wait("the changes", &["dir/z", "old/a", "y"]);
    let content = |path: &str| followed.spacedrive.run(["entry", "get", path, "--to", "-"]).stdout;
    wait_for("the content", || content("in/y") == b"x" && content("in/old/a") == b"new/a");
}
