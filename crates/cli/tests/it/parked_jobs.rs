//! Jobs that wait for a right, while a daemon runs.

use std::{
    fs,
    path::Path,
    thread::sleep,
    time::{Duration, Instant, SystemTime},
};

use crate::{
    common::Spacedrive,
    daemon::{Daemon, wait_for},
};

const DENIED: [&str; 3] = ["finance", "--method", "action:jobs.dispatch"];

fn state(spacedrive: &Spacedrive) -> String {
    spacedrive.json(["job", "list"])[0]["state"].as_str().unwrap().to_owned()
}

/// Returns when each file of the database was written last.
fn written(library: &Path) -> Vec<SystemTime> {
    let time = |name| fs::metadata(library.join(name)).and_then(|file| file.modified());
    ["library.db", "library.db-wal"].into_iter().filter_map(|name| time(name).ok()).collect()
}

#[test]
fn a_parked_job_is_not_tried_in_a_loop_and_runs_at_once_when_the_right_is_back() {
    let Some((spacedrive, library)) = Spacedrive::with_extension("finance") else { return };
    let library = spacedrive.data.path().join("libraries").join(library);
    spacedrive.json([&["permission", "deny"], &DENIED[..]].concat());
    spacedrive.json(["job", "start", "query:finance.summary.v1"]);
    let _daemon = Daemon::start(&spacedrive, &[]);
    wait_for("the job to be parked", || state(&spacedrive) == "parked");
    let is_quiet = || {
        let before = written(&library);
        sleep(Duration::from_secs(2));
        assert!(!before.is_empty());
        written(&library) == before
    };
    // What the daemon does when it starts comes to an end; a loop would not.
    assert!((0..4).any(|_| is_quiet()), "the library is written again and again");
    // The first rule is the consent of the installation.
    spacedrive.json(["permission", "revoke", "finance", "2"]);
    let begun = Instant::now();
    wait_for("the job to run", || state(&spacedrive) == "done");
    assert!(begun.elapsed() < Duration::from_secs(15), "it was not told of the change");
}
