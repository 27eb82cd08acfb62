//! The files of an installation, and what becomes of those that change on the disk.

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
};

use ext_wire::ErrorCode;
use serde_json::{Value, json};
use spacedrive_core::{Candidate, Core, CoreError, permissions::Consent};
use tempfile::TempDir;

use crate::common::{ECHO, TRAP, World, ZERO, guest};

const RUN: &str = "query:demo.run.v1";

fn source(version: &str, call: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let manifest = json!({
        "id": "demo", "name": "Demo", "version": version, "wasm_file": "guest.wasm",
        "operations": [{ "method": RUN }],
    });
    fs::write(folder.path().join("manifest.json"), manifest.to_string()).unwrap();
    fs::write(folder.path().join("guest.wasm"), guest(call, ZERO)).unwrap();
    folder
}

fn candidate(core: &Core, version: &str) -> Candidate {
    core.extensions().candidate(source(version, ECHO).path()).unwrap()
}

fn installed() -> World {
    let world = World::new();
    install(&world.core, candidate(&world.core, "1.0.0")).unwrap();
    world
}

fn install(core: &Core, candidate: Candidate) -> Result<String, CoreError> {
    Ok(core.extensions().install(candidate, Consent::All)?.version)
}

fn run(world: &World) -> Result<(), ErrorCode> {
    let reply = world.core.call(RUN, Some(world.library), b"null".as_slice().into());
    reply.map(drop).map_err(|error| error.code())
}

/// The folder that is in force.
fn current(data: &Path) -> PathBuf {
    let home = data.join("extensions/demo");
    home.join(fs::read_to_string(home.join("current")).unwrap())
}

fn change(file: &Path, change: impl FnOnce(&mut Value)) {
    let mut json: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    change(&mut json);
    fs::write(file, json.to_string()).unwrap();
}

#[test]
fn pkg_28_a_file_that_was_changed_disables_the_extension() {
    for (file, bytes) in [("guest.wasm", &b"\0\x01\0"[..]), ("manifest.json", b" ")] {
        let world = installed();
        run(&world).unwrap();
        let path = current(world.data.path()).join(file);
        let before = fs::read(&path).unwrap();
        fs::write(&path, [&before, bytes].concat()).unwrap();
        let world = world.reopen();
        assert_eq!(run(&world), Err(ErrorCode::PkgHash), "{file}");
        let error = world.core.extensions().verify("demo").unwrap_err();
        assert!(matches!(&error, CoreError::Changed { file: changed, .. } if changed == file));
        assert_eq!(world.core.extensions().list().len(), 1, "it stays in the list");
        fs::write(&path, &before).unwrap();
        run(&world).unwrap();
        // An installation of the same version repairs it.
        fs::write(&path, b"{}").unwrap();
        install(&world.core, candidate(&world.core, "1.0.0")).unwrap();
        run(&world).unwrap();
        fs::remove_file(&path).unwrap();
        world.core.extensions().remove("demo").unwrap();
    }
}

#[test]
fn pkg_28_what_was_installed_before_digests_were_recorded_is_recorded_now() {
    let world = installed();
    let dir = current(world.data.path());
    let digests = world.data.path().join("extensions/.digests");
    fs::remove_dir_all(&digests).unwrap();
    // It was edited before, which nobody can tell any more.
    change(&dir.join("manifest.json"), |manifest| manifest["description"] = "edited".into());
    let world = world.reopen();
    run(&world).unwrap();
    assert_eq!(fs::read_dir(&digests).unwrap().count(), 1);
    change(&dir.join("manifest.json"), |manifest| manifest["description"] = "again".into());
    assert_eq!(run(&world.reopen()), Err(ErrorCode::PkgHash));
}

#[test]
fn pkg_28_one_goes_back_to_the_version_before_unless_it_was_changed() {
    let world = installed();
    let error = world.core.extensions().previous_version("demo").unwrap_err();
    assert_eq!(error.code(), ErrorCode::NotFound, "{error}");
    let before = current(world.data.path());
    install(&world.core, candidate(&world.core, "7.0.0")).unwrap();
    let previous = world.core.extensions().previous_version("demo").unwrap();
    assert_ne!(previous.manifest().version().major, 7);
    change(&before.join("manifest.json"), |manifest| manifest["description"] = "edited".into());
    let error = world.core.extensions().previous_version("demo").unwrap_err();
    assert_eq!(error.code(), ErrorCode::PkgHash, "{error}");
}

#[test]
fn pkg_19_a_downgrade_is_told_before_it_is_installed() {
    let world = installed();
    install(&world.core, candidate(&world.core, "1.10.0")).unwrap();
    let order = |version| world.core.extensions().check_order(&candidate(&world.core, version));
    for older in ["1.9.0", "1.10.0-rc.1", "1.0.0"] {
        let error = order(older).unwrap_err();
        assert_eq!(error.code(), ErrorCode::PkgDowngrade, "{older}");
        let expected = format!("`demo` {older} is older than 1.10.0, which is installed");
        assert_eq!(error.to_string(), expected);
    }
    for same_or_newer in ["1.10.0", "1.10.0+build", "1.11.0"] {
        order(same_or_newer).unwrap();
    }
}

#[test]
fn pkg_07_a_huge_wasm_is_refused_before_it_is_copied() {
    let world = World::new();
    let source = source("1.0.0", ECHO);
    let wasm = fs::File::options().write(true).open(source.path().join("guest.wasm")).unwrap();
    wasm.set_len(3 << 30).unwrap();
    let error = world.core.extensions().candidate(source.path()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::ModuleLimit);
    let text = error.to_string();
    assert!(text.contains("3221225472, the limit is 16777216"), "{text}");
    assert!(text.contains(source.path().to_str().unwrap()), "{text}");
    assert_eq!(unfinished(world.data.path()), [""; 0]);
}

#[test]
fn load_errors_name_the_files_of_the_user() {
    let world = World::new();
    let source = source("1.0.0", ECHO);
    fs::write(source.path().join("guest.wasm"), "text").unwrap();
    let candidate = world.core.extensions().candidate(source.path()).unwrap();
    let text = install(&world.core, candidate).unwrap_err().to_string();
    assert!(
        text.starts_with(&format!("{}: ", source.path().join("guest.wasm").display())),
        "{text}"
    );
    assert_eq!(unfinished(world.data.path()), [""; 0]);
    assert!(!world.data.path().join("grants/demo.json").exists(), "an empty file of grants stays");
}

/// Names of candidates in the folder of extensions.
fn unfinished(data: &Path) -> Vec<String> {
    let entries = fs::read_dir(data.join("extensions")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with(".new-")).collect()
}

#[test]
fn pkg_25_half_of_a_version_that_was_being_removed_is_not_taken_for_it() {
    let world = installed();
    let dir = current(world.data.path());
    // Killed while it removed the folder: first `current` is gone, then one file.
    fs::remove_file(dir.with_file_name("current")).unwrap();
    fs::remove_file(dir.join("manifest.json")).unwrap();
    assert_eq!(world.core.extensions().list().len(), 0);
    install(&world.core, candidate(&world.core, "1.0.0")).unwrap();
    run(&world).unwrap();
    // Killed while an update removed the old folder.
    install(&world.core, candidate(&world.core, "2.0.0")).unwrap();
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("guest.wasm"), "half").unwrap();
    install(&world.core, candidate(&world.core, "1.0.0")).unwrap();
    run(&world).unwrap();
    world.core.extensions().verify("demo").unwrap();
}

#[test]
fn pkg_24_two_installations_at_once_leave_one_version_whole() {
    let world = World::new();
    let data = world.data.path().to_owned();
    let other = Core::open(&data).unwrap();
    for round in 0..3 {
        thread::scope(|scope| {
            for core in [&world.core, &other] {
                scope.spawn(move || {
                    for version in ["1.0.0", "2.0.0"] {
                        let _ = install(core, candidate(core, version));
                    }
                    if round == 1 {
                        let _ = core.extensions().remove("demo");
                    }
                });
            }
        });
        if round != 1 {
            world.core.extensions().verify("demo").unwrap();
            assert_eq!(world.core.extensions().info("demo").unwrap().id, "demo");
            let homes = fs::read_dir(data.join("extensions/demo")).unwrap();
            assert_eq!(homes.count(), 4, "`current`, `previous`, and a version of each");
        }
        assert_eq!(unfinished(&data), [""; 0]);
    }
}

#[cfg(unix)]
#[test]
fn path_09_a_pipe_in_the_place_of_an_installed_file_does_not_block() {
    let world = installed();
    let home = current(world.data.path());
    fs::remove_file(home.join("guest.wasm")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(home.join("guest.wasm")).status().unwrap();
    assert!(made.success());
    assert!(run(&world).is_err());
    assert!(world.core.extensions().info("demo").is_err());
    assert!(world.core.extensions().verify("demo").is_err());
    world.core.extensions().remove("demo").unwrap();
}

#[test]
fn a_damaged_extension_is_told_removed_and_installed_again() {
    let empty = |file: &Path| fs::write(file, "").unwrap();
    let gone = |file: &Path| fs::remove_file(file).unwrap();
    let record = |data: &Path| {
        let records = fs::read_dir(data.join("extensions/.digests")).unwrap();
        records.map(|record| record.unwrap().path()).next().unwrap()
    };
    type Place = fn(&Path) -> PathBuf;
    type Damage<'d> = &'d dyn Fn(&Path);
    let damages: [(Place, Damage<'_>); 5] = [
        (record, &empty),
        (|data| data.join("extensions/demo/current"), &empty),
        (|data| current(data).join("guest.wasm"), &gone),
        (|data| current(data).join("manifest.json"), &gone),
        (|data| current(data).join("manifest.json"), &empty),
    ];
    for (file, damage) in damages {
        for mend in [true, false] {
            let world = installed();
            let file = file(world.data.path());
            damage(&file);
            let world = world.reopen();
            let state = state_of(&world);
            assert_eq!(state["state"], "damaged", "{}", file.display());
            let fault = state["health"]["last_fault"]["message"].as_str().unwrap();
            assert!(fault.contains("the extension `demo` is damaged: "), "{fault}");
            assert!(fault.contains(file.file_stem().unwrap().to_str().unwrap()), "{fault}");
            let error = world.core.extensions().verify("demo").unwrap_err();
            assert!(error.is_damage(), "{error}");
            let listed = world.core.extensions().list();
            assert_eq!(listed.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["demo"]);
            if mend {
                install(&world.core, candidate(&world.core, "1.0.0")).unwrap();
                assert_eq!(state_of(&world)["state"], "ready");
                run(&world).unwrap();
            } else {
                world.core.extensions().remove("demo").unwrap();
                assert!(world.core.extensions().list().is_empty());
            }
        }
    }
}

fn state_of(world: &World) -> Value {
    let input = json!({ "extension": "demo" }).to_string();
    let state = world.core.call("query:extensions.get.v1", None, input.into());
    serde_json::from_slice(&state.unwrap()).unwrap()
}

/// An extension that receives files, with this body of its operation.
fn reader(world: &World, version: &str, call: &str) -> Candidate {
    let folder = tempfile::tempdir().unwrap();
    let manifest = json!({
        "id": "demo", "name": "Demo", "version": version, "wasm_file": "guest.wasm",
        "permissions": { "methods": ["query:vdfs.list_entries"], "libraries": ["*"] },
        "events": ["entry.created"], "operations": [{ "method": RUN }],
    });
    fs::write(folder.path().join("manifest.json"), manifest.to_string()).unwrap();
    fs::write(folder.path().join("guest.wasm"), guest(call, ZERO)).unwrap();
    world.core.extensions().candidate(folder.path()).unwrap()
}

#[test]
fn an_update_that_cannot_be_written_leaves_the_old_version_with_its_events() {
    let world = World::new();
    install(&world.core, reader(&world, "1.0.0", ECHO)).unwrap();
    run(&world).unwrap();
    // The name of the version before cannot be written there.
    let in_the_way = world.data.path().join("extensions/demo/previous");
    fs::create_dir(&in_the_way).unwrap();
    let update = || world.core.extensions().update(reader(&world, "2.0.0", TRAP), Consent::All);
    let error = update().unwrap_err();
    assert_eq!(error.code(), ErrorCode::Io, "{error}");
    assert_eq!(world.core.extensions().info("demo").unwrap().version, "1.0.0");
    let report = world.library().import(&[world.file("a.txt", "a")], &mut |_| {}).unwrap();
    assert_eq!(report.processed.get("demo"), Some(&1), "{report:?}");
    assert_eq!(run(&world), Ok(()), "the old version answers");
    fs::remove_dir(&in_the_way).unwrap();
    assert_eq!(update().unwrap().info.version, "2.0.0");
    assert_eq!(run(&world), Err(ErrorCode::Trap));
}
