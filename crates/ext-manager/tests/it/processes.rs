//! Instances in processes of their own, which end at any moment: a call is lost, nothing else.
#![cfg(target_os = "linux")]

use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use crate::common::{
    COUNT, ECHO, LIBRARY, MANIFEST, NULL, event, folder, in_processes, run, working,
};
use bytes::Bytes;
use ext_manager::{
    ExtensionState, FaultPolicy, GuestIsolation, GuestProgram, Isolations, JobCall, JobCallError,
    LoadError, Manager, ManagerConfig,
};
use ext_registry::{Context, LibraryQuery, OpError, Registry, Services};
use ext_wire::{ErrorCode, ops::jobs::JobContext};
use rustix::process::{Pid, Signal, kill_process};
use uuid::Uuid;

/// The input of each call of [`MarkQuery`].
type Marks = Mutex<Vec<serde_json::Value>>;

ext_wire::wire! {
    /// Notes that it was called.
    ///
    /// Notes that it was called, and takes a while.
    LibraryQuery MarkQuery = "query:test.mark.v1", serde_json::Value => ();
}

impl LibraryQuery for MarkQuery {
    async fn execute(input: serde_json::Value, context: Context<'_>) -> Result<(), OpError> {
        context.service::<Marks>()?.lock().expect("nobody panics").push(input);
        thread::sleep(Duration::from_millis(200));
        Ok(())
    }
}
ext_registry::register!(LibraryQuery for MarkQuery);

/// A manager whose processes have this mark on their command lines.
fn manager_of(mark: &str, services: Services) -> Arc<Manager> {
    let faults = FaultPolicy { first_pause: Duration::ZERO, ..Default::default() };
    let config = ManagerConfig { isolations: in_processes(mark), faults, ..Default::default() };
    let registry = Arc::new(Registry::collect().unwrap());
    Arc::new(Manager::with_config(registry, services, config).unwrap())
}

/// The processes of this test with this mark.
fn processes(mark: &str) -> Vec<i32> {
    let own = format!("PPid:\t{}\n", std::process::id());
    let is_ours = |id: &i32| {
        let read = |name| fs::read(format!("/proc/{id}/{name}")).unwrap_or_default();
        let marked = read("cmdline").split(|byte| *byte == 0).any(|arg| arg == mark.as_bytes());
        marked && String::from_utf8_lossy(&read("status")).contains(&own)
    };
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    ids.filter(is_ours).collect()
}

/// Sends it to the process with this mark until it is gone; returns its number. Handlers of the engine
/// and of Rust take a SIGSEGV for an access that comes again when nothing was done about it.
fn kill(mark: &str, signal: Signal) -> i32 {
    let ids = processes(mark);
    let [id] = ids[..] else { panic!("there is one process: {ids:?}") };
    wait_until("the signal ends it", || {
        let _ = kill_process(Pid::from_raw(id).unwrap(), signal);
        thread::sleep(Duration::from_millis(20));
        let status = fs::read_to_string(format!("/proc/{id}/status"));
        !status.is_ok_and(|status| !status.contains("ExtensionState:\tZ"))
    });
    id
}

/// True if there is a process with this number, be it a zombie.
fn is_there(id: i32) -> bool {
    Path::new(&format!("/proc/{id}")).exists()
}

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < until, "never: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Time enough to be killed first.
fn patient() -> String {
    let manifest = MANIFEST
        .replace("\"compute_timeout_ms\": 200", "\"compute_timeout_ms\": 50000")
        .replace("\"call_timeout_ms\": 2000", "\"call_timeout_ms\": 60000");
    let manifest = manifest.replace("\"query:test.echo\"", "\"query:test.mark\", \"jobs.*\"");
    manifest.replace(
        "\"permissions\": {",
        "\"permissions\": { \"rate_limits\": { \"requests_per_minute\": 1000000 },",
    )
}

/// `plugin_on_event` and `plugin_call` tell the host, and then, when it is the first time in this
/// instance's life, compute until they are killed; `$m` decides which.
fn marking(then: &str) -> Vec<u8> {
    let data = r#"(data (i32.const 1024) "query:test.mark.v1")"#;
    let mark = "(drop (call $call (i32.const 1024) (i32.const 18) (i32.const 64) (i32.const 136) (i32.const 4)))";
    crate::common::guest(&format!(
        r#"{data}
        (func (export "plugin_init") (result i32) i32.const 0)
        (func (export "plugin_call") (param i32 i32 i32 i32) (result i32) {mark} {then} (i32.const 128))
        (func (export "plugin_on_event") (param i32 i32) (result i32) {mark} {then} (i32.const 0))"#
    ))
}

const LOOP: &str = "(loop $again (br $again))";

/// Kills the process of a call that is under way, while the host works for it and while it computes.
#[test]
fn res_27_a_kill_in_a_call_is_a_trap_and_the_next_call_works() {
    for (then, wait) in [("", 50), (LOOP, 400)] {
        for signal in [Signal::KILL, Signal::SEGV] {
            let mark = format!("mark-{wait}-{signal:?}");
            let services = Services::default().with::<Marks>(Arc::default());
            let marks = Arc::clone(services.get::<Marks>().unwrap());
            let manager = manager_of(&mark, services);
            manager.load(folder(&patient(), &marking(then)).path()).unwrap();
            let calling = Arc::clone(&manager);
            let call = thread::spawn(move || run(&calling, "1"));
            wait_until("the operation is called", || marks.lock().unwrap().len() == 1);
            thread::sleep(Duration::from_millis(wait));
            let id = kill(&mark, signal);
            let error = call.join().unwrap().unwrap_err();
            assert_eq!(error.code, ErrorCode::Trap, "{error}");
            assert!(!is_there(id), "a zombie is left");
            assert_eq!(marks.lock().unwrap().len(), 1, "nothing is done twice");
            let health = manager.list().remove(0).health;
            assert_eq!((health.state, health.faults), (ExtensionState::Running, 1));
            if then.is_empty() {
                assert_eq!(run(&manager, "1").unwrap(), "null", "the next call works");
                assert_eq!(manager.list()[0].health.starts, 2, "in another process");
            }
        }
    }
}

/// The twin: without a kill the call ends well, and the instance stays.
#[test]
fn res_27_without_a_kill_calls_end_well_in_one_process() {
    let services = Services::default().with::<Marks>(Arc::default());
    let manager = manager_of("unharmed", services);
    let loaded = manager.load(folder(&patient(), &marking("")).path()).unwrap();
    assert_eq!(loaded.isolation, GuestIsolation::Process);
    (0..3).for_each(|_| assert_eq!(run(&manager, "1").unwrap(), "null"));
    assert_eq!(manager.list()[0].health.starts, 1);
    assert_eq!(processes("unharmed").len(), 1);
    manager.unload("guest").unwrap();
    assert_eq!(processes("unharmed"), [0; 0]);
}

#[test]
fn res_27_a_kill_between_calls_costs_the_next_one_and_the_state() {
    let manager = manager_of("between", Services::default());
    manager.load(folder(MANIFEST, &working(COUNT, "(i32.const 0)")).path()).unwrap();
    assert_eq!(
        (run(&manager, "1").unwrap(), run(&manager, "1").unwrap()),
        ("1".into(), "2".into())
    );
    kill("between", Signal::KILL);
    let error = run(&manager, "1").unwrap_err();
    assert_eq!(error.code, ErrorCode::Trap);
    assert!(error.error.contains("the guest's process was killed (SIGKILL)"), "{error}");
    assert_eq!(run(&manager, "1").unwrap(), "1", "a fresh instance");
}

/// An event is lost with its process, and its sender is told: it comes again when it is sent again.
#[test]
fn res_27_an_event_under_way_is_told_as_failed_and_can_come_again() {
    let services = Services::default().with::<Marks>(Arc::default());
    let marks = Arc::clone(services.get::<Marks>().unwrap());
    let manager = manager_of("event", services);
    manager.load(folder(&patient(), &marking("")).path()).unwrap();
    let delivering = Arc::clone(&manager);
    let delivery = thread::spawn(move || delivering.deliver("guest", &event()));
    wait_until("it is worked on", || marks.lock().unwrap().len() == 1);
    kill("event", Signal::KILL);
    assert_eq!(delivery.join().unwrap().unwrap_err().code(), ErrorCode::Trap);
    assert_eq!(marks.lock().unwrap().len(), 1, "it does not come again by itself");
    assert_eq!(manager.deliver("guest", &event()), Ok(()));
    assert_eq!(marks.lock().unwrap().len(), 2);
}

#[test]
fn res_27_a_job_under_way_has_failed() {
    let services = Services::default().with::<Marks>(Arc::default());
    let marks = Arc::clone(services.get::<Marks>().unwrap());
    let manager = manager_of("job", services);
    manager.load(folder(&patient(), &marking("")).path()).unwrap();
    let job = || JobCall {
        method: "query:guest.run.v1",
        library: LIBRARY,
        input: Bytes::from_static(b"1"),
        context: JobContext { id: Uuid::max(), attempt: 1, checkpoint: None },
        stop: Arc::default(),
    };
    let running = Arc::clone(&manager);
    let run = thread::spawn(move || running.run_job("guest", job()).map(drop));
    wait_until("it runs", || marks.lock().unwrap().len() == 1);
    kill("job", Signal::KILL);
    let Err(JobCallError::Failed(error)) = run.join().unwrap() else { panic!("it failed") };
    assert_eq!(error.code(), ErrorCode::Trap);
    assert!(manager.run_job("guest", job()).is_ok());
    assert_eq!(marks.lock().unwrap().len(), 2);
}

#[test]
fn res_27_an_extension_whose_process_always_dies_is_quarantined() {
    let services = Services::default().with::<Marks>(Arc::default());
    let marks = Arc::clone(services.get::<Marks>().unwrap());
    let manager = manager_of("always", services);
    manager.load(folder(&patient(), &marking(LOOP)).path()).unwrap();
    for times in 1..=5 {
        let calling = Arc::clone(&manager);
        let call = thread::spawn(move || run(&calling, "1"));
        wait_until("the operation is called", || marks.lock().unwrap().len() == times);
        kill("always", Signal::KILL);
        assert_eq!(call.join().unwrap().unwrap_err().code, ErrorCode::Trap);
    }
    assert_eq!(run(&manager, "1").unwrap_err().code, ErrorCode::Stopped);
    assert_eq!(manager.list()[0].health.state, ExtensionState::Quarantined);
    manager.release("guest").unwrap();
    let released = Arc::clone(&manager);
    let call = thread::spawn(move || run(&released, "1"));
    wait_until("it runs again", || marks.lock().unwrap().len() == 6);
    manager.unload("guest").unwrap();
    assert_eq!(call.join().unwrap().unwrap_err().code, ErrorCode::Stopped);
}

#[test]
fn instances_of_one_extension_are_processes_of_their_own() {
    let services = Services::default().with::<Marks>(Arc::default());
    let manager = manager_of("several", services);
    let manifest = patient().replace("\"memory_mb\": 4", "\"memory_mb\": 4, \"instances\": 3");
    manager.load(folder(&manifest, &marking("")).path()).unwrap();
    let calls: Vec<_> = (0..9)
        .map(|_| {
            let manager = Arc::clone(&manager);
            thread::spawn(move || run(&manager, "1"))
        })
        .collect();
    wait_until("there are several", || processes("several").len() > 1);
    assert!(calls.into_iter().all(|call| call.join().unwrap().is_ok()));
    assert!(processes("several").len() <= 3);
}

#[test]
fn an_extension_that_is_to_have_a_process_does_not_run_without_one() {
    let extension = folder(MANIFEST, &working(NULL, "(i32.const 0)"));
    let load = |isolations| load_with(isolations, extension.path());
    let none = Isolations { others: GuestIsolation::Process, ..Isolations::default() };
    let error = load(none.clone()).unwrap_err();
    assert!(matches!(error, LoadError::NoProgram { .. }), "{error}");
    assert_eq!(error.code(), ErrorCode::Io);
    let program = Some(GuestProgram::new("/no/such/program", ["guest"]));
    let error = load(Isolations { program, ..none.clone() }).unwrap_err();
    assert!(error.to_string().contains("/no/such/program"), "{error}");
    assert_eq!(error.code(), ErrorCode::Io);
    // Others are not held up.
    let by_id = [("guest".to_owned(), GuestIsolation::InProcess)].into();
    assert!(load(Isolations { by_id, ..none }).is_ok());
}

fn load_with(isolations: Isolations, dir: &std::path::Path) -> Result<(), LoadError> {
    let registry = Arc::new(Registry::collect().unwrap());
    let config = ManagerConfig { isolations, ..Default::default() };
    Manager::with_config(registry, Services::default(), config).unwrap().load(dir).map(drop)
}

/// Permissions are asked where they were asked before: outside of the process.
#[test]
fn what_is_not_allowed_is_refused_in_processes_too() {
    let manager = manager_of("refused", Services::default());
    manager.load(folder(MANIFEST, &working(ECHO, "(i32.const 0)")).path()).unwrap();
    assert!(run(&manager, r#"{"x":1}"#).unwrap().contains("\"caller\":\"guest\""));
    manager.unload("guest").unwrap();
    let nothing = MANIFEST.replace("\"query:test.echo\", ", "");
    manager.load(folder(&nothing, &working(ECHO, "(i32.const 0)")).path()).unwrap();
    assert_eq!(run(&manager, "1").unwrap_err().code, ErrorCode::DeniedMethod);
}
