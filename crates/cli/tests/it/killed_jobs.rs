//! Jobs of the core whose daemon is killed while they run: each is finished once by the next daemon.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    common::Spacedrive,
    daemon::{Daemon, follow, wait_for},
};

/// Files of the library: enough that a job is in the middle of them for a while, and no more than a
/// search finds.
const FILES: usize = 1_000;

/// Attempts to kill the daemon while the job runs.
const TRIES: usize = 10;

/// A library with many texts in a folder that it follows.
struct World {
    spacedrive: Spacedrive,
    folder: TempDir,
}

impl World {
    fn new() -> Self {
        let (spacedrive, folder) = (Spacedrive::new(), tempfile::tempdir().unwrap());
        spacedrive.library();
        fs::create_dir(folder.path().join("in")).unwrap();
        for number in 0..FILES {
            let text = format!("note {number} on tea");
            fs::write(folder.path().join(format!("in/{number}.txt")), text).unwrap();
        }
        let _daemon = Daemon::start(&spacedrive, &[]);
        follow(&spacedrive, &folder.path().join("in"));
        // What each says stands in it alone, so that it was read.
        let found = || spacedrive.json(["search", "tea", "--exact", "--limit", "1000"]);
        wait_long(|| found().as_array().unwrap().len() == FILES);
        Self { spacedrive, folder }
    }

    fn start(&self, method: &str, input: &Value) -> String {
        let input = input.to_string();
        let made = self.spacedrive.json(["job", "start", method, "--input", &input]);
        made["job_id"].as_str().unwrap().to_owned()
    }

    fn job(&self, id: &str) -> Value {
        self.spacedrive.json(["job", "status", id])
    }

    /// Starts a job, and kills the daemon while it runs; `None` when it was over before that.
    fn killed(&self, method: &str, input: &Value) -> Option<String> {
        let daemon = Daemon::start(&self.spacedrive, &[]);
        let id = self.start(method, input);
        let begun = |job: &Value| job["state"] != "waiting" && job["progress"].is_object();
        wait_for("the job", || begun(&self.job(&id)) || is_over(&self.job(&id)));
        drop(daemon);
        (!is_over(&self.job(&id))).then_some(id)
    }

    /// Waits until the next daemon has finished a job, and returns it.
    fn finished(&self, id: &str) -> Value {
        let _daemon = Daemon::start(&self.spacedrive, &[]);
        wait_long(|| is_over(&self.job(id)));
        self.job(id)
    }
}

fn is_over(job: &Value) -> bool {
    ["done", "failed", "cancelled"].iter().any(|state| job["state"] == *state)
}

fn wait_long(mut is_there: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(600);
    while !is_there() {
        assert!(Instant::now() < end, "it did not come");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).into_iter().flatten().flatten();
    names.map(|name| name.file_name().into_string().unwrap()).collect()
}

/// The jobs, their inputs, and the numbers that their answers have to have.
fn jobs(to: &Path) -> Vec<(&'static str, Value, Value)> {
    let all = json!(FILES);
    vec![
        ("query:vdfs.check_contents.v1", json!({}), json!({ "sound": all, "damaged": 0 })),
        ("action:search.read_again.input.v1", json!({}), json!({ "read": all, "left": 0 })),
        ("action:search.make_vectors.input.v1", json!({}), json!({ "left": 0 })),
        ("action:search.rebuild_index.input.v1", json!({}), json!({ "entries": all })),
        (
            "action:work.check_library.input.v1",
            json!({}),
            json!({ "checked": all, "total": all, "damaged": 0 }),
        ),
        ("action:work.scan_locations.input.v1", json!({}), json!({})),
        ("action:copies.back_up.input.v1", json!({ "to": to.join("backup") }), json!({})),
        ("action:copies.export.input.v1", json!({ "to": to.join("export") }), json!({})),
    ]
}

#[test]
#[ignore = "takes minutes; `cargo xtask ci --full` runs it"]
fn crsh_02_each_job_of_the_core_is_finished_once_after_its_daemon_was_killed() {
    let world = World::new();
    let out = world.folder.path().join("out");
    for (method, input, expected) in jobs(&out) {
        let mut tries = (0..TRIES).map(|number| {
            // Nothing is written over.
            let input = at(&input, number);
            fs::create_dir_all(&out).unwrap();
            world.killed(method, &input).map(|id| (id, input))
        });
        let (id, input) = tries.find_map(|killed| killed).expect(method);
        let job = world.finished(&id);
        if job["error"]["code"] == "E_MODEL_MISSING" {
            eprintln!("SKIPPED: {method} has no model");
            continue;
        }
        assert_eq!(job["state"], "done", "{method}: {job}");
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&job["output"][name], value, "{method}: {job}");
        }
        if let Some(to) = input["to"].as_str() {
            let name = Path::new(to).file_name().unwrap().to_str().unwrap();
            let left = names(&out);
            let of_it = left.iter().filter(|it| it.contains(name)).count();
            assert_eq!(of_it, 1, "{method}: {left:?}");
            fs::remove_dir_all(&out).unwrap();
        }
    }
    let entries = world.spacedrive.json(["entry", "list", "--limit", "10000"]);
    assert_eq!(entries.as_array().unwrap().len(), FILES, "none is lost, and none twice");
}

/// Returns the input of a further attempt, which copies to a place of its own.
fn at(input: &Value, number: usize) -> Value {
    match input["to"].as_str() {
        Some(to) => json!({ "to": format!("{to}-{number}") }),
        None => input.clone(),
    }
}
