//! Series of backups, backups of jobs that were killed, and jobs in backups.

use std::{fs, num::NonZeroU32, ops::ControlFlow, path::Path, sync::Arc, time::Duration};

use ext_library_sqlite::{BackupTarget, Libraries, SqliteLibrary, WrittenBackup};
use ext_services::library::{Dispatched, Jobs, LibraryDirectory, NewJob};
use ext_wire::ops::jobs::JobState;
use tempfile::TempDir;
use uuid::Uuid;

struct World {
    libraries: Libraries,
    library: Arc<SqliteLibrary>,
    id: Uuid,
    data: TempDir,
    to: TempDir,
}

impl World {
    fn new() -> Self {
        let (data, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let libraries = Libraries::new(data.path()).unwrap();
        let id = libraries.create("Home").unwrap().id;
        let library = libraries.open(id).unwrap();
        let file = data.path().join("a.txt");
        fs::write(&file, "one").unwrap();
        library.import_file(&file, "a.txt").unwrap();
        Self { libraries, library, id, data, to }
    }

    fn write(&self, keep: Option<u32>, job: Option<Uuid>) -> WrittenBackup {
        let folder = match keep {
            Some(_) => self.to.path().to_owned(),
            None => self.to.path().join("one"),
        };
        let keep = keep.and_then(NonZeroU32::new);
        let target = BackupTarget { folder: &folder, keep, job };
        let written =
            self.libraries.back_up_to(self.id, target, &mut |_, _| ControlFlow::Continue(()));
        written.unwrap()
    }
}

/// Returns the names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        names.map(|item| item.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn of_a_series_the_newest_are_kept_and_nothing_else_is_removed() {
    let world = World::new();
    let by_hand = world.write(None, None);
    fs::write(world.to.path().join("notes.txt"), "mine").unwrap();
    let all: Vec<_> = (0..4).map(|_| world.write(Some(2), None)).collect();
    assert_eq!(all.iter().map(|it| it.removed).collect::<Vec<_>>(), [0, 0, 1, 1]);
    for (kept, written) in [false, false, true, true].iter().zip(&all) {
        assert_eq!(written.folder.exists(), *kept, "{}", written.folder.display());
    }
    assert_eq!(names(world.to.path()).len(), 4, "{:?}", names(world.to.path()));
    assert!(by_hand.folder.join("backup.json").exists());
    let newest = names(world.to.path())[1].clone();
    assert!(newest.ends_with("-Home"), "{newest}");
}

#[test]
fn backups_of_a_clock_that_was_ahead_are_the_first_to_be_removed() {
    let world = World::new();
    let ahead = world.write(Some(2), None);
    let manifest = ahead.folder.join("backup.json");
    let made = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, made.replace(&ahead.backup.made_at, "2931-01-01T00:00:00.000Z")).unwrap();
    let real: Vec<_> = (0..3).map(|_| world.write(Some(2), None)).collect();
    assert_eq!(real.iter().map(|it| it.removed).collect::<Vec<_>>(), [0, 1, 1]);
    let kept = real.iter().map(|it| it.folder.exists()).collect::<Vec<_>>();
    assert_eq!((ahead.folder.exists(), kept), (false, vec![false, true, true]));
}

#[test]
fn a_backup_that_lacks_damaged_files_removes_none_from_before_the_damage() {
    let world = World::new();
    let sound = world.write(Some(1), None);
    let content = Path::new(&world.library.info().unwrap().path).join("content");
    for folder in names(&content) {
        for file in names(&content.join(&folder)) {
            fs::remove_file(content.join(&folder).join(file)).unwrap();
        }
    }
    let damaged = world.write(Some(1), None);
    assert_eq!((damaged.backup.missing.len(), damaged.removed), (1, 0));
    assert!(sound.folder.join("backup.json").exists());
}

#[test]
fn the_backup_of_a_job_is_written_once_however_often_the_job_is_killed() {
    for keep in [None, Some(3)] {
        let world = World::new();
        let id = ext_services::new_id();
        let left = world.to.path().join(format!(".spacedrive-backup-{id}"));
        fs::create_dir(&left).unwrap();
        fs::write(left.join("library.db"), "half").unwrap();
        let first = world.write(keep, Some(id));
        assert_eq!(names(world.to.path()).len(), 1, "{:?}", names(world.to.path()));
        assert_eq!(world.write(keep, Some(id)), first);
        assert_eq!(names(world.to.path()).len(), 1);
        if keep.is_some() {
            assert_ne!(world.write(keep, Some(ext_services::new_id())).folder, first.folder);
        }
    }
}

#[test]
fn a_removal_that_was_killed_is_finished() {
    let world = World::new();
    let half = world.to.path().join(".removing-backup-2026");
    fs::create_dir(&half).unwrap();
    fs::write(half.join("library.db"), "half").unwrap();
    world.write(Some(1), None);
    assert!(!half.exists());
}

#[test]
fn jobs_that_were_open_do_not_run_again_in_a_library_that_was_restored() {
    let world = World::new();
    let new = NewJob {
        extension: "worker".into(),
        method: "action:worker.go.input.v1".into(),
        input: serde_json::json!({}),
        key: None,
        version: "1.0.0".into(),
        delay: Duration::ZERO,
        priority: Default::default(),
    };
    let add = || match world.library.add_job(&new).unwrap() {
        Dispatched::Created(id) => id,
        other => panic!("{other:?}"),
    };
    let (running, waiting) = (add(), add());
    assert_eq!(world.library.claim_job(&[]).unwrap().unwrap().id, running);
    let backup = world.write(None, None);
    let elsewhere = tempfile::tempdir_in(world.data.path()).unwrap();
    let elsewhere = Libraries::new(elsewhere.path()).unwrap();
    elsewhere.restore_backup(&backup.folder, &mut |_, _| ControlFlow::Continue(())).unwrap();
    let restored = elsewhere.open(world.id).unwrap();
    for id in [running, waiting] {
        let job = restored.job(id).unwrap().unwrap();
        assert_eq!(job.state, JobState::Cancelled);
        assert!(job.error.unwrap().error.contains("restored from a backup"));
    }
    restored.recover_jobs().unwrap();
    assert!(restored.claim_job(&[]).unwrap().is_none());
}

#[test]
fn what_a_killed_backup_left_is_removed_and_one_at_work_is_not() {
    let world = World::new();
    let partial = |name: &str| {
        let folder = world.to.path().join(name);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("library.db"), "half").unwrap();
        folder
    };
    let dead = partial(".spacedrive-backup-dead");
    let (at_work, foreign) = (partial(".spacedrive-backup-busy"), partial(".backup-of-another"));
    let lock = fs::File::open(&at_work).unwrap();
    lock.lock().unwrap();
    world.write(Some(2), None);
    assert_eq!([&dead, &at_work, &foreign].map(|folder| folder.exists()), [false, true, true]);
    drop(lock);
    world.write(None, None);
    assert!(!at_work.exists());
}
