//! Backups and exports that run as jobs, also after a kill.

use std::{fs, path::Path};

use ext_wire::{
    ErrorCode, Wire,
    ops::{
        copies::{BackUp, BackUpInput, Export},
        jobs::{DispatchInput, JobState},
    },
};
use serde_json::{Value, json};

use crate::{
    common::World,
    core_jobs::{dispatch, run, status},
};

/// A library with a note.
fn world() -> World {
    let world = World::new();
    let file = world.file("a.txt", "milk and honey");
    world.library().import(&[file], &mut |_| {}).unwrap();
    world
}

fn start(world: &World, method: &str, input: Value) -> uuid::Uuid {
    dispatch(world, &DispatchInput { method: method.into(), input, ..Default::default() })
}

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        names.map(|item| item.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn backups_that_jobs_write_are_as_many_as_are_kept() {
    let (world, to) = (world(), tempfile::tempdir().unwrap());
    let folder = to.path().join("backups");
    for count in [1, 2, 2] {
        let id = start(&world, BackUp::METHOD, json!({ "to": folder, "keep": 2 }));
        run(&world);
        let job = status(&world, id);
        assert_eq!(job.state, JobState::Done, "{job:?}");
        assert_eq!(names(&folder).len(), count);
        let written = job.output.unwrap()["folder"].as_str().unwrap().to_owned();
        assert!(Path::new(&written).join("backup.json").exists(), "{written}");
    }
}

#[test]
fn a_number_of_backups_to_keep_that_cannot_be_is_refused() {
    let (world, to) = (world(), tempfile::tempdir().unwrap());
    for keep in [0, 1001] {
        let to = to.path().to_str().unwrap().to_owned();
        let input = BackUpInput { to, keep: Some(keep) };
        let refused = world.core.call_typed::<BackUp>(Some(world.library), &input).unwrap_err();
        assert_eq!(refused.code(), ErrorCode::BadInput);
        assert!(refused.to_string().contains("1 to 1000"), "{refused}");
    }
    assert!(names(to.path()).is_empty());
}

#[test]
fn an_export_that_was_killed_begins_anew_and_one_that_was_complete_is_completed() {
    let world = world();
    let first = tempfile::tempdir().unwrap();
    let id = start(&world, Export::METHOD, json!({ "to": first.path() }));
    let partial = first.path().join(format!(".export-{id}"));
    fs::create_dir_all(partial.join("files")).unwrap();
    fs::write(partial.join("files/half"), "half").unwrap();
    run(&world);
    assert_eq!(status(&world, id).state, JobState::Done, "{:?}", status(&world, id));
    assert_eq!(names(first.path()), ["about", "export.json", "files"]);
    assert_eq!(fs::read_dir(first.path().join("files")).unwrap().count(), 1);

    let second = tempfile::tempdir().unwrap();
    let id = start(&world, Export::METHOD, json!({ "to": second.path() }));
    let partial = second.path().join(format!(".export-{id}"));
    fs::create_dir(&partial).unwrap();
    // It was killed when the contents had been moved to their place, and the rest not yet.
    fs::rename(first.path().join("files"), second.path().join("files")).unwrap();
    fs::rename(first.path().join("about"), partial.join("about")).unwrap();
    let manifest = fs::read(first.path().join("export.json")).unwrap();
    let mut manifest: Value = serde_json::from_slice(&manifest).unwrap();
    manifest["job"] = json!(id);
    fs::write(partial.join("export.json"), manifest.to_string()).unwrap();
    run(&world);
    let job = status(&world, id);
    assert_eq!(job.state, JobState::Done, "{job:?}");
    assert_eq!(job.output.unwrap()["entries"], 1);
    assert_eq!(names(second.path()), ["about", "export.json", "files"]);
}

#[test]
fn a_job_exports_over_nothing_of_the_user() {
    let (world, to) = (world(), tempfile::tempdir().unwrap());
    fs::write(to.path().join("export.json"), "{}").unwrap();
    let id = start(&world, Export::METHOD, json!({ "to": to.path() }));
    run(&world);
    let job = status(&world, id);
    assert_eq!((job.state, job.error.unwrap().code.as_str()), (JobState::Failed, "E_CONFLICT"));
    assert_eq!(names(to.path()), ["export.json"]);
}
