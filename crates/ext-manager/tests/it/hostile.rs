//! Extensions and operations that try to hold up others, or the host.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::{Duration, Instant},
};

use crate::common::{Loop, MANIFEST, NULL, event, folder, guest, run, working};
use bytes::Bytes;
use ext_manager::{Clock, ExtensionState, FaultPolicy, Manager, ManagerConfig};
use ext_perm::Engine;
use ext_registry::{Context, LibraryQuery, OpError, Services};
use ext_wire::ErrorCode;

/// The number of calls that wait in [`HoldQuery`] now.
type Held = AtomicUsize;

ext_wire::wire! {
    /// Waits for ever.
    ///
    /// Waits for ever; counted while it lives.
    LibraryQuery HoldQuery = "query:test.hold.v1", serde_json::Value => ();
}

struct Counted(Arc<Held>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

impl LibraryQuery for HoldQuery {
    async fn execute(_: serde_json::Value, context: Context<'_>) -> Result<(), OpError> {
        let held = context.service::<Held>()?;
        held.fetch_add(1, SeqCst);
        let _counted = Counted(Arc::clone(held));
        std::future::pending().await
    }
}
ext_registry::register!(LibraryQuery for HoldQuery);

ext_wire::wire! {
    /// Manages.
    ///
    /// Asks the manager for all that it tells, and unloads the guest from which it was called.
    LibraryQuery ManageQuery = "query:test.manage.v1", serde_json::Value => usize;
}

impl LibraryQuery for ManageQuery {
    async fn execute(_: serde_json::Value, context: Context<'_>) -> Result<usize, OpError> {
        let manager = context.service::<Loop>()?.get().and_then(std::sync::Weak::upgrade);
        let manager = manager.expect("the test has one");
        let loaded = manager.list().len();
        let _ = manager.saved_state("guest");
        let _ = manager.receives("guest", &event());
        manager.quarantine("guest", "for a moment").unwrap();
        assert!(manager.release("guest").unwrap());
        manager.unload("guest").expect("it is loaded");
        Ok(loaded)
    }
}
ext_registry::register!(LibraryQuery for ManageQuery);

ext_wire::wire! {
    /// Panics once.
    ///
    /// Panics, slowly, when it is called first.
    LibraryQuery PanicQuery = "query:test.panic.v1", serde_json::Value => ();
}

type Panicked = AtomicBool;

impl LibraryQuery for PanicQuery {
    async fn execute(_: serde_json::Value, context: Context<'_>) -> Result<(), OpError> {
        if !context.service::<Panicked>()?.swap(true, SeqCst) {
            thread::sleep(Duration::from_millis(150));
            panic!("an operation that panics once");
        }
        Ok(())
    }
}
ext_registry::register!(LibraryQuery for PanicQuery);

/// A manifest and a guest that answers with what this operation answers.
fn asking(operation: &str, limits: &str) -> (String, Vec<u8>) {
    let method = format!("query:{operation}.v1");
    let body = format!(
        r#"(data (i32.const 330) "{method}")
        (func (export "plugin_init") (result i32) i32.const 0)
        (func (export "plugin_call") (param i32 i32 i32 i32) (result i32)
            (call $ask (i32.const 330) (i32.const {})))
        (func (export "plugin_on_event") (param i32 i32) (result i32)
            (i32.load offset=4 (call $ask (i32.const 330) (i32.const {}))))"#,
        method.len(),
        method.len(),
    );
    let manifest = MANIFEST.replace("query:test.echo", &format!("query:{operation}"));
    let manifest = manifest.replace("\"memory_mb\": 4", &format!("\"memory_mb\": 4{limits}"));
    (manifest, guest(&body))
}

fn start(
    services: &Services,
    config: ManagerConfig,
    (manifest, wasm): &(String, Vec<u8>),
) -> Arc<Manager> {
    let manager = crate::common::with_services(services.clone(), config);
    manager.load(folder(manifest, wasm).path()).unwrap();
    Arc::new(manager)
}

/// Another extension, which has nothing to do with the guest.
fn load_canary(manager: &Manager) {
    let manifest = MANIFEST.replace("\"guest\"", "\"canary\"").replace("guest.run", "canary.run");
    manager.load(folder(&manifest, &working(NULL, "(i32.const 0)")).path()).unwrap();
}

fn call_canary(manager: &Manager) {
    let user = Engine::for_user();
    manager.call(&user, "query:canary.run.v1", None, Bytes::new()).expect("the canary answers");
}

fn begin(manager: &Arc<Manager>) -> thread::JoinHandle<Result<String, ErrorCode>> {
    let manager = Arc::clone(manager);
    thread::spawn(move || run(&manager, "1").map_err(|error| error.code))
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(Instant::now() < until, "{what}");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn call_13_no_lock_is_held_while_a_guest_runs() {
    let services = Services::default().with::<Loop>(Arc::default());
    let manager = start(&services, ManagerConfig::default(), &asking("test.manage", ""));
    services.get::<Loop>().unwrap().set(Arc::downgrade(&manager)).unwrap();
    load_canary(&manager);
    let call = begin(&manager);
    wait_until("the operation waits for its own guest", || call.is_finished());
    assert_eq!(call.join().unwrap(), Err(ErrorCode::Stopped));
    call_canary(&manager);
    assert_eq!(manager.list().len(), 1, "only the guest was unloaded");
}

#[test]
fn call_17_crsh_23_a_panic_of_an_operation_costs_its_call_and_no_other() {
    let services = Services::default().with::<Panicked>(Arc::default());
    let manager = start(&services, ManagerConfig::default(), &asking("test.panic", ""));
    let first = begin(&manager);
    wait_until("the operation is called", || services.get::<Panicked>().unwrap().load(SeqCst));
    let waiting = begin(&manager);
    assert_eq!(first.join().unwrap(), Err(ErrorCode::Internal));
    assert_eq!(waiting.join().unwrap(), Ok("null".to_owned()), "it was answered in its turn");
    assert_eq!(run(&manager, "1").unwrap(), "null");
    assert_eq!(manager.list()[0].health.state, ExtensionState::Running);
}

#[test]
fn res_30_operations_that_wait_are_bounded_and_end_with_the_extension() {
    let services = Services::default().with::<Held>(Arc::default());
    let held = services.get::<Held>().unwrap();
    let four = asking("test.hold", ", \"instances\": 4");
    let manager = start(&services, ManagerConfig::default(), &four);
    let calls: Vec<_> = (0..12).map(|_| begin(&manager)).collect();
    wait_until("four run", || held.load(SeqCst) == 4);
    thread::sleep(Duration::from_millis(100));
    assert_eq!(held.load(SeqCst), 4, "the others wait for an instance");
    manager.unload("guest").unwrap();
    assert_eq!(held.load(SeqCst), 0, "none is left");
    for call in calls {
        assert_eq!(call.join().unwrap(), Err(ErrorCode::Stopped));
    }
}

#[test]
fn evt_09_more_events_than_are_worked_on_wait_up_to_a_bound() {
    let services = Services::default().with::<Held>(Arc::default());
    let held = services.get::<Held>().unwrap();
    let config = ManagerConfig { queued_calls: 8, ..Default::default() };
    let manager = start(&services, config, &asking("test.hold", ""));
    load_canary(&manager);
    let deliver = |id: &'static str| {
        let manager = Arc::clone(&manager);
        thread::spawn(move || manager.deliver(id, &event()).map_err(|error| error.code()))
    };
    let first = deliver("guest");
    wait_until("the first is worked on", || held.load(SeqCst) == 1);
    let others: Vec<_> = (0..100).map(|_| deliver("guest")).collect();
    // One is worked on, eight wait; whoever comes then is told so at once.
    wait_until("the others are refused", || {
        others.iter().filter(|event| event.is_finished()).count() == 92
    });
    for _ in 0..100 {
        manager.deliver("canary", &event()).expect("it is not held up");
    }
    manager.unload("guest").unwrap();
    assert_eq!(first.join().unwrap(), Err(ErrorCode::Stopped));
    let codes: Vec<_> =
        others.into_iter().map(|event| event.join().unwrap().unwrap_err()).collect();
    let busy = codes.iter().filter(|code| **code == ErrorCode::Busy).count();
    let stopped = codes.iter().filter(|code| **code == ErrorCode::Stopped).count();
    assert_eq!((busy, stopped), (92, 8));
}

/// The middle of many calls of the canary, and the one that all but five of a hundred are below.
fn latencies(manager: &Manager) -> (Duration, Duration) {
    let mut times: Vec<_> = (0..400)
        .map(|_| {
            let began = Instant::now();
            call_canary(manager);
            thread::sleep(Duration::from_micros(500));
            began.elapsed()
        })
        .collect();
    times.sort();
    (times[times.len() / 2], times[times.len() * 95 / 100])
}

#[test]
fn res_24_an_extension_that_computes_without_end_holds_no_other_up() {
    let endless = working("(loop $again (br $again)) (i32.const 0)", "(i32.const 0)");
    let manifest = MANIFEST.replace("\"compute_timeout_ms\": 200", "\"compute_timeout_ms\": 60000");
    let manifest = manifest.replace("\"call_timeout_ms\": 2000", "\"call_timeout_ms\": 60000");
    let manager = start(&Services::default(), ManagerConfig::default(), &(manifest, endless));
    load_canary(&manager);
    let alone = latencies(&manager);
    let busy = begin(&manager);
    let beside = latencies(&manager);
    eprintln!("a call takes {alone:?} alone, {beside:?} beside (middle, 95 of 100)");
    assert!(!busy.is_finished(), "it computed all the time");
    manager.unload("guest").unwrap();
    assert_eq!(busy.join().unwrap(), Err(ErrorCode::Stopped));
    // On a machine with other work a thread waits for its turn; a lock would cost the whole minute.
    assert!(beside.0 < alone.0 * 10 + Duration::from_millis(20), "{alone:?} {beside:?}");
    assert!(beside.1 < alone.1 * 10 + Duration::from_millis(100), "{alone:?} {beside:?}");
}

/// A clock that stands, so that a pause never ends.
struct Still;

impl Clock for Still {
    fn now(&self) -> Duration {
        Duration::from_secs(1)
    }
}

#[test]
fn res_23_an_extension_that_always_traps_is_started_a_few_times_only() {
    let faults = FaultPolicy { first_pause: Duration::ZERO, ..Default::default() };
    let config = ManagerConfig { faults, clock: Arc::new(Still), ..Default::default() };
    let trapping = (MANIFEST.to_owned(), working("unreachable", "(i32.const 0)"));
    let manager = start(&Services::default(), config, &trapping);
    load_canary(&manager);
    let codes: Vec<_> = (0..10_000).map(|_| run(&manager, "1").unwrap_err().code).collect();
    let traps = codes.iter().filter(|code| **code == ErrorCode::Trap).count();
    let stopped = codes.iter().filter(|code| **code == ErrorCode::Stopped).count();
    assert_eq!((traps, stopped), (5, 9_995));
    let health = &manager.list()[1].health;
    assert_eq!((health.state, health.faults), (ExtensionState::Quarantined, 5));
    call_canary(&manager);
}

/// Pauses keep an extension that is called all the time from being started all the time.
#[test]
fn res_23_a_pause_costs_no_start() {
    let config = ManagerConfig { clock: Arc::new(Still), ..Default::default() };
    let trapping = (MANIFEST.to_owned(), working("unreachable", "(i32.const 0)"));
    let manager = start(&Services::default(), config, &trapping);
    let codes: Vec<_> = (0..1000).map(|_| run(&manager, "1").unwrap_err().code).collect();
    assert_eq!(codes.iter().filter(|code| **code == ErrorCode::Trap).count(), 2);
    assert_eq!(codes.iter().filter(|code| **code == ErrorCode::Busy).count(), 998);
    assert_eq!(manager.list()[0].health.starts, 2);
}
