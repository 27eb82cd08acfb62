//! Faults, quarantine, cleanup, unloading, over restarts of the program.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use crate::common::{COUNT, MANIFEST, NULL, WAIT, event, folder, guest, run, with_config, working};
use ext_manager::{
    Cache, Clock, ExtensionState, FaultPolicy, InstanceLimits, LoadError, Loader, Manager,
    ManagerConfig, MemoryBudget, ReloadConsent,
};
use ext_wire::ErrorCode;

/// A clock that the test moves.
#[derive(Default)]
struct Hand(AtomicU64);

impl Clock for Hand {
    fn now(&self) -> Duration {
        Duration::from_secs(self.0.load(Relaxed))
    }
}

fn on_disk(state: &tempfile::TempDir) -> (Manager, Arc<Hand>) {
    let hand = Arc::new(Hand::default());
    let config = ManagerConfig {
        state_folder: Some(state.path().to_owned()),
        clock: Arc::clone(&hand) as Arc<dyn Clock>,
        faults: FaultPolicy { in_a_row: 3, ..Default::default() },
        ..Default::default()
    };
    (with_config(config), hand)
}

const TRAPPING: &str = "unreachable";

#[test]
fn rel_20_quarantine_stays_over_a_restart_until_it_is_released() {
    let state = tempfile::tempdir().unwrap();
    let extension = folder(MANIFEST, &working(TRAPPING, "(i32.const 0)"));
    let (manager, hand) = on_disk(&state);
    manager.load(extension.path()).unwrap();
    assert_eq!(run(&manager, "1").unwrap_err().code, ErrorCode::Trap);
    assert_eq!(run(&manager, "1").unwrap_err().code, ErrorCode::Trap);
    let pausing = run(&manager, "1").unwrap_err();
    assert_eq!(pausing.code, ErrorCode::Busy, "two in a row cost a pause");
    assert!(pausing.retry_after_ms.unwrap() > 0);
    hand.0.store(60, Relaxed);
    assert_eq!(run(&manager, "1").unwrap_err().code, ErrorCode::Trap);
    let error = run(&manager, "1").unwrap_err();
    assert_eq!(error.code, ErrorCode::Stopped);
    assert!(error.error.contains("3 times in a row"), "{error}");
    assert_eq!(manager.list()[0].health.state, ExtensionState::Quarantined);
    drop(manager);

    let (manager, _) = on_disk(&state);
    let error = manager.load(extension.path()).unwrap_err();
    assert!(matches!(error, LoadError::Quarantined { .. }), "{error}");
    let saved = manager.saved_state("guest");
    assert_eq!(saved.last_fault.unwrap().code, "E_TRAP");
    assert_eq!((saved.faults, saved.starts), (3, 3));
    assert!(manager.release("guest").unwrap());
    assert!(!manager.release("guest").unwrap());
    manager.load(extension.path()).unwrap();
}

#[test]
fn a_user_quarantines_what_runs_and_lets_it_go_again() {
    let state = tempfile::tempdir().unwrap();
    let (manager, _) = on_disk(&state);
    manager.load(folder(MANIFEST, &working(COUNT, "(i32.const 0)")).path()).unwrap();
    assert_eq!(run(&manager, "1").unwrap(), "1");
    manager.quarantine("guest", "the user said so").unwrap();
    assert_eq!(run(&manager, "1").unwrap_err().code, ErrorCode::Stopped);
    assert!(manager.release("guest").unwrap());
    assert_eq!(run(&manager, "1").unwrap(), "2", "it is the same instance");
}

/// A manifest for calls that take long.
fn patient() -> String {
    let manifest = MANIFEST.replace("\"compute_timeout_ms\": 200", "\"compute_timeout_ms\": 50000");
    let manifest = manifest.replace("\"call_timeout_ms\": 2000", "\"call_timeout_ms\": 60000");
    manifest.replace(
        "\"permissions\": {",
        "\"permissions\": { \"rate_limits\": { \"requests_per_minute\": 1000000 },",
    )
}

/// Computes without end.
const LOOP: &str = "(loop $again (br $again)) (i32.const 0)";
/// Asks the host again and again.
const ASK: &str = "(loop $again (drop (call $ask (i32.const 16) (i32.const 18)))
    (global.set $heap (i32.const 32768)) (br $again)) (i32.const 0)";

#[test]
fn a_quarantine_ends_what_runs_and_what_waits() {
    for busy in [LOOP, ASK, WAIT] {
        let state = tempfile::tempdir().unwrap();
        let (manager, _) = on_disk(&state);
        manager.load(folder(&patient(), &working(COUNT, busy)).path()).unwrap();
        thread::scope(|scope| {
            let running = scope.spawn(|| manager.deliver("guest", &event()));
            thread::sleep(Duration::from_millis(300));
            let waiting = scope.spawn(|| run(&manager, "1"));
            thread::sleep(Duration::from_millis(100));
            assert!(!running.is_finished() && !waiting.is_finished(), "{busy}");
            let stopped = Instant::now();
            manager.quarantine("guest", "it sends my files").unwrap();
            let errors =
                [running.join().unwrap().unwrap_err().body(), waiting.join().unwrap().unwrap_err()];
            assert!(stopped.elapsed() < Duration::from_secs(3), "{busy}: {:?}", stopped.elapsed());
            for error in errors {
                assert_eq!(error.code, ErrorCode::Stopped, "{busy}: {error}");
                assert!(error.error.contains("it sends my files"), "{busy}: {error}");
            }
        });
        assert_eq!(manager.list()[0].health.faults, 0, "it is not the extension's fault");
        assert!(manager.release("guest").unwrap());
        assert_eq!(run(&manager, "1").unwrap(), "1", "a fresh instance answers");
    }
}

#[test]
fn rel_21_what_ends_the_program_at_its_load_is_left_out_after_some_times() {
    let state = tempfile::tempdir().unwrap();
    let extension = folder(MANIFEST, &working(NULL, "(i32.const 0)"));
    let died = |times: u32| {
        let json = serde_json::json!({ "deaths_while_loading": times });
        fs::write(state.path().join("guest.json"), json.to_string()).unwrap();
    };
    died(2);
    let (manager, _) = on_disk(&state);
    manager.load(extension.path()).unwrap();
    assert_eq!(manager.saved_state("guest").crashes_during_load, 0, "this time it went well");
    drop(manager);
    died(3);
    let (manager, _) = on_disk(&state);
    let error = manager.load(extension.path()).unwrap_err();
    assert!(error.to_string().contains("ended 3 times while it loaded"), "{error}");
    manager.release("guest").unwrap();
    manager.load(extension.path()).unwrap();
}

#[test]
fn usage_is_counted_over_restarts() {
    let state = tempfile::tempdir().unwrap();
    let extension = folder(MANIFEST, &working(NULL, "(i32.const 0)"));
    for _ in 0..2 {
        let (manager, _) = on_disk(&state);
        manager.load(extension.path()).unwrap();
        (0..5).for_each(|_| assert!(run(&manager, "1").is_ok()));
    }
    let (manager, _) = on_disk(&state);
    let saved = manager.saved_state("guest");
    assert_eq!((saved.starts, saved.faults), (2, 0));
    assert!(saved.calls >= 10, "{saved:?}");
}

/// A guest with this body of `plugin_cleanup`.
fn cleaning(cleanup: &str) -> Vec<u8> {
    guest(&format!(
        r#"(func (export "plugin_init") (result i32) i32.const 0)
        (func (export "plugin_call") (param i32 i32 i32 i32) (result i32) (i32.const 128))
        (func (export "plugin_on_event") (param i32 i32) (result i32) (i32.const 0))
        (func (export "plugin_cleanup") (result i32) {cleanup})"#
    ))
}

#[test]
fn rel_17_unloading_ends_whatever_cleanup_does() {
    let long = MANIFEST.replace("\"compute_timeout_ms\": 200", "\"compute_timeout_ms\": 60000");
    let long = long.replace("\"call_timeout_ms\": 2000", "\"call_timeout_ms\": 60000");
    for cleanup in [
        "(i32.const 0)",
        "(i32.const 3)",
        "unreachable",
        "(loop $again (br $again)) (i32.const 0)",
        "(drop (call $ask (i32.const 16) (i32.const 18))) (i32.const 0)",
        "(drop (call $ask (i32.const 224) (i32.const 18))) (i32.const 0)",
    ] {
        let manager = with_config(ManagerConfig::default());
        manager.load(folder(&long, &cleaning(cleanup)).path()).unwrap();
        let asked = Instant::now();
        manager.unload("guest").unwrap();
        assert!(asked.elapsed() < Duration::from_secs(10), "{cleanup}");
        assert!(manager.list().is_empty());
    }
}

/// The guest loops in its cleanup unless the host refuses the job with E_STOPPED, whose number is 38.
#[test]
fn rel_18_cleanup_starts_no_new_work() {
    let cleanup =
        "(if (i32.ne (i32.load offset=4 (call $ask (i32.const 288) (i32.const 29))) (i32.const 38))
        (then (loop $again (br $again)))) (i32.const 0)";
    let manifest = MANIFEST.replace("\"query:test.echo\"", "\"query:test.echo\", \"jobs.*\"");
    let config = ManagerConfig { cleanup_timeout: Duration::from_secs(20), ..Default::default() };
    let manager = with_config(config);
    manager.load(folder(&manifest, &cleaning(cleanup)).path()).unwrap();
    let asked = Instant::now();
    manager.unload("guest").unwrap();
    assert!(asked.elapsed() < Duration::from_secs(10), "the job was not refused");
}

#[test]
fn another_version_ends_a_quarantine_for_its_faults_and_none_by_the_user() {
    let state = tempfile::tempdir().unwrap();
    let (manager, _) = on_disk(&state);
    let quarantine = || manager.saved_quarantine("guest");
    manager.quarantine_version("guest", "it was revoked").unwrap();
    assert!(manager.release_version("guest").unwrap() && quarantine().is_none());
    manager.quarantine("guest", "it sends my files").unwrap();
    manager.quarantine_version("guest", "it was revoked").unwrap();
    assert!(!manager.release_version("guest").unwrap());
    assert_eq!(quarantine().as_deref(), Some("it sends my files"));
    assert!(manager.release("guest").unwrap());
    manager.quarantine_version("guest", "it was revoked").unwrap();
    manager.quarantine("guest", "it sends my files").unwrap();
    assert!(!manager.release_version("guest").unwrap(), "the user did as well");
    // An older program did not say why.
    fs::write(state.path().join("guest.json"), r#"{"quarantine":"too loud"}"#).unwrap();
    assert!(!manager.release_version("guest").unwrap());
    assert!(manager.release("guest").unwrap());
}

/// Extensions do not depend on each other: whatever the order, each loads, and a manifest that asks
/// for another extension is refused.
#[test]
fn rel_23_extensions_load_in_any_order_and_need_no_other() {
    let manifest = |id: &str| {
        MANIFEST
            .replace("\"guest\"", &format!("\"{id}\""))
            .replace("guest.run", &format!("{id}.run"))
    };
    let ids = |manager: &Manager| -> Vec<String> {
        manager.list().iter().map(|loaded| loaded.manifest.id().to_owned()).collect()
    };
    for order in [["one", "two", "zoo"], ["zoo", "two", "one"]] {
        let manager = with_config(ManagerConfig::default());
        for id in order {
            let wasm = working(NULL, "(i32.const 0)");
            manager.load(folder(&manifest(id), &wasm).path()).unwrap();
        }
        assert_eq!(ids(&manager), ["one", "two", "zoo"]);
        manager.unload("two").unwrap();
        assert_eq!(ids(&manager), ["one", "zoo"]);
    }
    for field in ["dependencies", "requires", "load_after"] {
        let asks = MANIFEST.replace("\"events\"", &format!("\"{field}\": [\"one\"], \"events\""));
        let extension = folder(&asks, &working(NULL, "(i32.const 0)"));
        let error = with_config(ManagerConfig::default()).load(extension.path()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Manifest);
        assert!(error.to_string().contains(&format!("unknown field `{field}`")), "{error}");
    }
}

/// A manager that keeps compiled modules, so that loading again costs little.
fn quick(folder: &tempfile::TempDir) -> Manager {
    let cache = Cache::open(&folder.path().join("modules")).unwrap();
    let loader = Loader::new(InstanceLimits::MAX, MemoryBudget::unlimited()).with_cache(cache);
    with_config(ManagerConfig {
        loader: Arc::new(loader),
        state_folder: Some(folder.path().join("state")),
        ..Default::default()
    })
}

/// A step of a client, whose result must be one of these, whatever the others do.
fn step(manager: &Manager, folder: &std::path::Path, choice: u64) {
    let code = match choice {
        0 | 1 => manager.load(folder).map(drop).map_err(|error| error.code()),
        2 => manager.unload("guest").map_err(|error| error.code()),
        3 => manager
            .reload("guest", folder, ReloadConsent::Same)
            .map(drop)
            .map_err(|error| error.code()),
        4 => {
            manager.quarantine("guest", "a client said so").unwrap();
            Ok(())
        }
        5 | 6 => {
            manager.release("guest").unwrap();
            Ok(())
        }
        7 => {
            let _ = (manager.list(), manager.saved_state("guest"));
            Ok(())
        }
        _ => run(manager, "1").map(drop).map_err(|error| error.code),
    };
    let expected = [
        ErrorCode::Conflict,
        ErrorCode::NotFound,
        ErrorCode::UnknownMethod,
        ErrorCode::Stopped,
        ErrorCode::Reload,
    ];
    assert!(code.is_ok() || code.is_err_and(|code| expected.contains(&code)), "{choice}: {code:?}");
}

/// A thousand steps of several clients in an order that nobody chose.
#[test]
fn rel_24_any_order_of_loads_calls_and_unloads_ends_well() {
    let folders = tempfile::tempdir().unwrap();
    let manager = Arc::new(quick(&folders));
    let extension = Arc::new(folder(MANIFEST, &working(COUNT, "(i32.const 0)")));
    let clients: Vec<_> = (1..=4_u64)
        .map(|client| {
            let (manager, extension) = (Arc::clone(&manager), Arc::clone(&extension));
            thread::spawn(move || {
                let mut random = client;
                for _ in 0..250 {
                    random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(client);
                    step(&manager, extension.path(), (random >> 33) % 12);
                }
            })
        })
        .collect();
    let until = Instant::now() + Duration::from_secs(120);
    while !clients.iter().all(thread::JoinHandle::is_finished) {
        assert!(Instant::now() < until, "somebody waits for ever");
        thread::sleep(Duration::from_millis(20));
    }
    clients.into_iter().for_each(|client| client.join().unwrap());
    manager.release("guest").unwrap();
    let _ = manager.unload("guest");
    manager.load(extension.path()).unwrap();
    assert_eq!(run(&manager, "1").unwrap(), "1");
}

/// A program that is started for each command counts what the ones before it saw.
#[test]
fn rel_22_starts_that_fail_are_counted_over_programs_and_end_in_quarantine() {
    let state = tempfile::tempdir().unwrap();
    let bad = guest(
        r#"(func (export "plugin_init") (result i32) unreachable)
        (func (export "plugin_call") (param i32 i32 i32 i32) (result i32) i32.const 128)
        (func (export "plugin_on_event") (param i32 i32) (result i32) i32.const 0)"#,
    );
    let (bad, good) = (folder(MANIFEST, &bad), folder(MANIFEST, &working(NULL, "(i32.const 0)")));
    let load = |extension: &tempfile::TempDir| {
        let (manager, _) = on_disk(&state);
        let loaded = manager.load(extension.path()).map(drop);
        (loaded, manager.saved_state("guest"))
    };
    for times in 1..=2 {
        let (loaded, saved) = load(&bad);
        assert_eq!(loaded.unwrap_err().code(), ErrorCode::Trap);
        assert_eq!(
            (saved.faults, saved.failed_starts, saved.quarantine),
            (times, times as u32, None)
        );
    }
    // One that goes well breaks the row.
    load(&good).0.unwrap();
    for _ in 1..=3 {
        assert_eq!(load(&bad).0.unwrap_err().code(), ErrorCode::Trap);
    }
    let (loaded, saved) = load(&bad);
    assert!(matches!(loaded, Err(LoadError::Quarantined { .. })), "{loaded:?}");
    assert!(saved.quarantine.unwrap().contains("failed to start 3 times in a row"));
    let (manager, _) = on_disk(&state);
    assert!(manager.release("guest").unwrap());
    manager.load(good.path()).unwrap();
}
