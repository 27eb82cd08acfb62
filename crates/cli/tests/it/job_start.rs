//! `spacedrive job start`: long operations of the core, with a daemon and without one.

use ext_wire::ops::jobs::CoreJob;
use serde_json::{Value, json};

use crate::{
    common::Spacedrive,
    daemon::{Daemon, wait_for},
};

fn start_all(spacedrive: &Spacedrive) {
    let copies = tempfile::tempdir_in(spacedrive.data.path()).unwrap().keep();
    for CoreJob { method, .. } in CoreJob::ALL {
        // Those that copy need a folder.
        let name = method.strip_prefix("action:copies.");
        let input = name.map_or(json!({}), |name| json!({ "to": copies.join(name) }));
        let started = spacedrive.json(["job", "start", method, "--input", &input.to_string()]);
        assert_eq!(started["created"], true, "{method}: {started}");
    }
}

/// Returns the jobs that ended well, or as they do where a model is not installed.
fn ended(spacedrive: &Spacedrive) -> usize {
    let jobs = spacedrive.json(["job", "list"]);
    let is_over = |job: &&Value| {
        job["state"] == "done"
            || (job["state"] == "failed" && job["error"]["code"] == "E_MODEL_MISSING")
    };
    jobs.as_array().unwrap().iter().filter(is_over).count()
}

#[test]
fn each_long_operation_of_the_core_is_started_without_a_daemon_and_with_one() {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    start_all(&spacedrive);
    let ran = spacedrive.run(["job", "run"]);
    assert!(matches!(ran.code, Some(0 | 3)), "{ran:?}");
    assert_eq!(ended(&spacedrive), CoreJob::ALL.len());
    let _daemon = Daemon::start(&spacedrive, &[]);
    start_all(&spacedrive);
    wait_for("the jobs", || ended(&spacedrive) == 2 * CoreJob::ALL.len());
}

#[test]
fn an_extension_without_the_right_to_jobs_is_refused_before_one_is_made() {
    let Some((spacedrive, _)) = Spacedrive::with_extension("hello") else { return };
    let refused = spacedrive.run(["job", "start", "hello.total_words"]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.stderr.contains("does not ask for `action:jobs.dispatch`"), "{refused:?}");
    assert_eq!(spacedrive.json(["job", "list"]), json!([]));
}

#[test]
fn a_method_that_is_none_is_answered_with_those_that_look_like_it() {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    for (method, says) in [
        ("query:vdfs.check_content.v1", "query:vdfs.check_contents.v1"),
        ("query:vdfs.get_entry.v1", "does not run as a job"),
        ("action:nobody.scan.input.v1", "extension `nobody` is not installed"),
    ] {
        let refused = spacedrive.run(["job", "start", method]);
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(refused.stderr.contains(says), "{refused:?}");
    }
}
