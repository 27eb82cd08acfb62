//! Hot reload: nothing lost, nothing done twice, and the old version goes on whatever fails.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use crate::common::{
    COUNT, LIBRARY, MANIFEST, WAIT, event, folder, guest, run, with_config, write,
};
use ext_manager::{Manager, ManagerConfig, ReloadConsent, ReloadError};
use ext_wire::ErrorCode;

/// A guest that answers with `digit`, and whose `plugin_init` is this.
fn answering(digit: char, init: &str) -> Vec<u8> {
    guest(&format!(
        r#"(data (i32.const 600) "\01\00\00\00\00\00\00\00{digit}")
        (func (export "plugin_init") (result i32) {init})
        (func (export "plugin_call") (param i32 i32 i32 i32) (result i32) (i32.const 600))
        (func (export "plugin_on_event") (param i32 i32) (result i32) (i32.const 0))"#
    ))
}

/// A guest that counts its calls, and hands the count over.
fn counting(save: &str, restore: &str) -> Vec<u8> {
    guest(&format!(
        r#"(func (export "plugin_init") (result i32) i32.const 0)
        (func (export "plugin_call") (param i32 i32 i32 i32) (result i32) {COUNT})
        (func (export "plugin_on_event") (param i32 i32) (result i32) (i32.const 0))
        (func (export "plugin_save") (result i32) {save})
        (func (export "plugin_restore") (param $ptr i32) (param $len i32) (result i32) {restore})"#
    ))
}

const SAVE: &str = r"(i32.store (i32.const 700) (i32.const 4)) (i32.store (i32.const 704) (i32.const 0))
    (i32.store (i32.const 708) (i32.load (i32.const 512))) (i32.const 700)";
const RESTORE: &str = "(i32.store (i32.const 512) (i32.load (local.get $ptr))) (i32.const 0)";

fn loaded(wasm: &[u8]) -> Manager {
    loaded_with(wasm, ManagerConfig::default())
}

fn loaded_with(wasm: &[u8], config: ManagerConfig) -> Manager {
    let manager = with_config(config);
    manager.load(folder(MANIFEST, wasm).path()).unwrap();
    manager
}

fn reload(manager: &Manager, wasm: &[u8]) -> Result<ext_manager::Reloaded, ReloadError> {
    manager.reload("guest", folder(MANIFEST, wasm).path(), ReloadConsent::Same)
}

#[test]
fn the_new_version_answers_after_a_reload() {
    let manager = loaded(&answering('1', "(i32.const 0)"));
    assert_eq!(run(&manager, "1").unwrap(), "1");
    let before = manager.list().remove(0).wasm_hash;
    let done = reload(&manager, &answering('2', "(i32.const 0)")).unwrap();
    assert_eq!((run(&manager, "1").unwrap().as_str(), done.state_bytes), ("2", None));
    assert_ne!(done.loaded.wasm_hash, before);
    assert_eq!(manager.deliver("guest", &event()), Ok(()), "rel_14: events go to the new one");
}

#[test]
fn rel_03_a_version_that_does_not_start_leaves_the_old_one() {
    let manager = loaded(&answering('1', "(i32.const 0)"));
    for init in [
        "unreachable",
        "(i32.const 3)",
        "(loop $again (br $again)) (i32.const 0)",
        "(drop (memory.grow (i32.const 100000))) (i32.store (i32.const -8) (i32.const 1)) (i32.const 0)",
        "(i32.load offset=4 (call $ask (i32.const 288) (i32.const 29)))",
    ] {
        let error = reload(&manager, &answering('2', init)).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Reload, "{error}");
        assert_eq!(run(&manager, "1").unwrap(), "1", "{init}");
    }
    reload(&manager, &answering('3', "(i32.const 0)")).unwrap();
    assert_eq!(run(&manager, "1").unwrap(), "3");
}

#[test]
fn rel_03_bytes_that_are_no_extension_leave_the_old_one() {
    let manager = loaded(&answering('1', "(i32.const 0)"));
    let half = answering('2', "(i32.const 0)");
    for wasm in [&half[..half.len() / 2], b"", b"(module)"] {
        let error = reload(&manager, wasm).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Reload, "{error}");
        assert_eq!(run(&manager, "1").unwrap(), "1");
    }
}

#[test]
fn rel_05_a_version_that_asks_for_more_needs_consent() {
    let manager = loaded(&answering('1', "(i32.const 0)"));
    let wider = MANIFEST.replace("\"query:test.echo\"", "\"query:test.echo\", \"vdfs.*\"");
    let wider = folder(&wider, &answering('2', "(i32.const 0)"));
    let error = manager.reload("guest", wider.path(), ReloadConsent::Same).unwrap_err();
    assert!(error.to_string().contains("call vdfs.*"), "{error}");
    assert_eq!(error.code(), ErrorCode::Reload);
    assert_eq!(run(&manager, "1").unwrap(), "1");
    manager.reload("guest", wider.path(), ReloadConsent::Given).unwrap();
    assert_eq!(run(&manager, "1").unwrap(), "2");
}

#[cfg(unix)]
#[test]
fn rel_06_a_file_that_is_none_leaves_the_old_version() {
    let manager = loaded(&answering('1', "(i32.const 0)"));
    let new = folder(MANIFEST, &answering('2', "(i32.const 0)"));
    let wasm = new.path().join("guest.wasm");
    fs::remove_file(&wasm).unwrap();
    let code = || manager.reload("guest", new.path(), ReloadConsent::Same).map_err(|e| e.code());
    assert_eq!(code().unwrap_err(), ErrorCode::Reload, "it is gone");
    fs::create_dir(&wasm).unwrap();
    assert_eq!(code().unwrap_err(), ErrorCode::Reload, "it is a folder");
    fs::remove_dir(&wasm).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &wasm).unwrap();
    assert_eq!(code().unwrap_err(), ErrorCode::Reload, "it is a device");
    assert_eq!(run(&manager, "1").unwrap(), "1");
    fs::remove_file(&wasm).unwrap();
    write(new.path(), MANIFEST, &answering('2', "(i32.const 0)"));
    assert!(code().is_ok());
}

#[test]
fn rel_15_state_is_handed_over_when_both_versions_have_the_exports() {
    let manager = loaded(&counting(SAVE, RESTORE));
    assert_eq!(run(&manager, "1").unwrap(), "1");
    assert_eq!(run(&manager, "1").unwrap(), "2");
    let done = reload(&manager, &counting(SAVE, RESTORE)).unwrap();
    assert_eq!((run(&manager, "1").unwrap().as_str(), done.state_bytes), ("3", Some(4)));
    // Without the exports it starts afresh.
    let fresh = crate::common::working(COUNT, "(i32.const 0)");
    assert_eq!(reload(&manager, &fresh).unwrap().state_bytes, None);
    assert_eq!(run(&manager, "1").unwrap(), "1");
}

#[test]
fn rel_15_state_that_cannot_be_handed_over_leaves_the_old_version_with_it() {
    let refused = "(call $log (i32.const 3) (i32.const 96) (i32.const 10)) (i32.const 9)";
    let manager = loaded(&counting(SAVE, RESTORE));
    assert_eq!(run(&manager, "1").unwrap(), "1");
    for restore in [refused, "unreachable", "(loop $again (br $again)) (i32.const 0)"] {
        let error = reload(&manager, &counting(SAVE, restore)).unwrap_err();
        assert!(matches!(error, ReloadError::State(_)), "{error}");
    }
    assert_eq!(run(&manager, "1").unwrap(), "2", "the old version kept its count");
    // A frame that claims 2 MiB: over the limit of the state.
    let huge = "(i32.store (i32.const 700) (i32.const 2097152)) (i32.const 700)";
    let manager = loaded(&counting(huge, RESTORE));
    let error = reload(&manager, &counting(SAVE, RESTORE)).unwrap_err();
    assert!(matches!(error, ReloadError::State(_)), "{error}");
}

/// The new version takes the old state over in four steps, and stops after each of them in turn.
#[test]
fn rel_11_a_state_that_is_half_taken_over_is_the_old_versions_still() {
    let manager = loaded(&counting(SAVE, RESTORE));
    for (calls, step) in [(1, 0), (2, 1), (3, 2), (4, 3)] {
        assert_eq!(run(&manager, "1").unwrap(), calls.to_string());
        for end in ["unreachable", "(return (i32.const 38))", "(loop $again (br $again))"] {
            let steps: String = (0..4)
                .map(|n| match n == step {
                    true => end.to_owned(),
                    false => format!("(i32.store8 (i32.const {}) (i32.const 9))", 512 + n),
                })
                .collect();
            let error = reload(&manager, &counting(SAVE, &format!("{steps} (i32.const 0)")));
            let error = error.expect_err("the state is not whole");
            assert!(matches!(error, ReloadError::State(_)), "{error}");
            assert_eq!(error.code(), ErrorCode::Reload);
        }
    }
    assert_eq!(run(&manager, "1").unwrap(), "5", "the old version has what it had");
    reload(&manager, &counting(SAVE, RESTORE)).unwrap();
    assert_eq!(run(&manager, "1").unwrap(), "6");
}

/// A guest that writes a version before its state, and takes states of this version only.
fn versioned(version: u8) -> Vec<u8> {
    let save = format!(
        "(i32.store (i32.const 700) (i32.const 8)) (i32.store (i32.const 704) (i32.const 0))
         (i32.store (i32.const 708) (i32.const {version}))
         (i32.store (i32.const 712) (i32.load (i32.const 512))) (i32.const 700)"
    );
    let restore = format!(
        "(if (i32.ne (i32.load (local.get $ptr)) (i32.const {version})) (then (return (i32.const 9))))
         (i32.store (i32.const 512) (i32.load offset=4 (local.get $ptr))) (i32.const 0)"
    );
    counting(&save, &restore)
}

#[test]
fn rel_12_an_older_version_that_refuses_a_newer_state_does_not_take_over() {
    let manager = loaded(&versioned(2));
    assert_eq!(run(&manager, "1").unwrap(), "1");
    let error = reload(&manager, &versioned(1)).unwrap_err();
    assert!(matches!(error, ReloadError::State(_)), "{error}");
    assert_eq!(run(&manager, "1").unwrap(), "2", "the newer one goes on with what it has");
    let done = reload(&manager, &versioned(2)).unwrap();
    assert_eq!((run(&manager, "1").unwrap().as_str(), done.state_bytes), ("3", Some(8)));
}

#[test]
fn rel_08_a_call_that_does_not_end_is_ended_after_the_drain() {
    let config = ManagerConfig { drain_timeout: Duration::from_millis(200), ..Default::default() };
    let manager = Arc::new(loaded_with(&crate::common::working(WAIT, "(i32.const 0)"), config));
    let hanging = Arc::clone(&manager);
    let hanging = thread::spawn(move || run(&hanging, "1"));
    thread::sleep(Duration::from_millis(50));
    let asked = Instant::now();
    let done = reload(&manager, &answering('2', "(i32.const 0)")).unwrap();
    assert!(asked.elapsed() < Duration::from_secs(10));
    assert!(done.pause < Duration::from_secs(1), "the switch waits for no call");
    assert_eq!(hanging.join().unwrap().unwrap_err().code, ErrorCode::Deadline);
    assert_eq!(run(&manager, "1").unwrap(), "2");
}

#[test]
fn another_extension_or_none_cannot_be_reloaded() {
    let manager = loaded(&answering('1', "(i32.const 0)"));
    let other = MANIFEST.replace("\"guest\"", "\"other\"").replace("guest.run", "other.run");
    let other = folder(&other, &answering('2', "(i32.const 0)"));
    let error = manager.reload("guest", other.path(), ReloadConsent::Given).unwrap_err();
    assert!(matches!(error, ReloadError::OtherId { .. }), "{error}");
    let error = manager.reload("other", other.path(), ReloadConsent::Given).unwrap_err();
    assert_eq!(error.code(), ErrorCode::NotFound);
}

/// `SPACEDRIVE_TEST_RELOADS=1000` runs it in full, under 64 callers; by default it is a sample. The guest counts its
/// calls and hands the count over, so a call that is lost or done twice shows in the sum.
#[test]
fn rel_14_no_call_is_lost_or_done_twice_over_many_reloads() {
    let reloads: u64 = std::env::var("SPACEDRIVE_TEST_RELOADS")
        .ok()
        .and_then(|reloads| reloads.parse().ok())
        .unwrap_or(50);
    let total = r"(i32.store (i32.const 512) (i32.add (i32.load (i32.const 512)) (i32.const 1)))
        (i32.const 128)";
    let report = r"(i32.store (i32.const 700) (i32.const 4)) (i32.store (i32.const 704) (i32.const 0))
        (i32.store (i32.const 708) (i32.load (i32.const 512))) (i32.const 700)";
    let body = format!(
        r#"(func (export "plugin_init") (result i32) i32.const 0)
        (func (export "plugin_call") (param $m i32) (param $ml i32) (param $p i32) (param $l i32)
            (result i32)
            (if (result i32) (i32.eq (local.get $ml) (i32.const 18))
                (then {total}) (else {report})))
        (func (export "plugin_on_event") (param i32 i32) (result i32) (i32.const 0))
        (func (export "plugin_save") (result i32) {SAVE})
        (func (export "plugin_restore") (param $ptr i32) (param $len i32) (result i32) {RESTORE})"#
    );
    let manifest = MANIFEST.replace(
        r#"[{ "method": "query:guest.run.v1" }]"#,
        r#"[{ "method": "query:guest.run.v1" }, { "method": "query:guest.total.v1" }]"#,
    );
    let extension = folder(&manifest, &guest(&body));
    let manager = Arc::new(with_config(ManagerConfig::default()));
    manager.load(extension.path()).unwrap();
    let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let callers: Vec<_> = (0..if reloads < 1000 { 16 } else { 64 })
        .map(|_| {
            let (manager, stop, answered) =
                (Arc::clone(&manager), Arc::clone(&stop), Arc::clone(&answered));
            thread::spawn(move || {
                while !stop.load(Relaxed) {
                    assert_eq!(run(&manager, "1").unwrap(), "null");
                    answered.fetch_add(1, Relaxed);
                }
            })
        })
        .collect();
    let mut pauses: Vec<Duration> = (0..reloads)
        .map(|_| manager.reload("guest", extension.path(), ReloadConsent::Same).unwrap().pause)
        .collect();
    stop.store(true, Relaxed);
    callers.into_iter().for_each(|caller| caller.join().unwrap());
    pauses.sort();
    let (middle, longest) = (pauses[pauses.len() / 2], pauses[pauses.len() - 1]);
    let answered = answered.load(Relaxed);
    eprintln!("{reloads} reloads, {answered} calls, pause {middle:?}, the longest {longest:?}");
    let user = ext_perm::Engine::for_user();
    let total = manager.call(&user, "query:guest.total.v1", Some(LIBRARY), "1".into()).unwrap();
    let counted = u32::from_le_bytes(total.try_into().unwrap());
    assert_eq!(u64::from(counted), answered);
    assert!(longest < Duration::from_secs(5), "{longest:?}");
}

#[test]
fn rel_27_nothing_is_reloaded_because_a_file_changed() {
    let extension = folder(MANIFEST, &answering('1', "(i32.const 0)"));
    let manager = with_config(ManagerConfig::default());
    manager.load(extension.path()).unwrap();
    write(extension.path(), MANIFEST, &answering('2', "(i32.const 0)"));
    thread::sleep(Duration::from_millis(100));
    assert_eq!(run(&manager, "1").unwrap(), "1");
}
