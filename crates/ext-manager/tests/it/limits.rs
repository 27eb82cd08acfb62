//! Bounds of calls: instances, queues, depth, rate; and what unloading does to calls.

use std::{
    sync::{Arc, Barrier, atomic::AtomicBool},
    thread,
    time::{Duration, Instant},
};

use crate::common::{
    COUNT, CallerGone, ECHO, LEAVE, LIBRARY, LOOP_BACK, Loop, MANIFEST, NULL, WAIT, folder, load,
    run, with_config, working,
};
use bytes::Bytes;
use ext_manager::{InstanceLimits, LoadError, Loader, Manager, ManagerConfig, MemoryBudget};
use ext_perm::Engine;
use ext_registry::Services;
use ext_wire::ErrorCode;

const LONG: &str = "(loop $again (br $again)) (i32.const 0)";

fn shared(manifest: &str, wasm: &[u8], config: ManagerConfig) -> Arc<Manager> {
    let manager = with_config(config);
    manager.load(folder(manifest, wasm).path()).unwrap();
    Arc::new(manager)
}

/// Starts a call on another thread and waits until it runs or waits.
fn begin(manager: &Arc<Manager>) -> thread::JoinHandle<Result<String, ErrorCode>> {
    let manager = Arc::clone(manager);
    let call = thread::spawn(move || run(&manager, "1").map_err(|error| error.code));
    thread::sleep(Duration::from_millis(50));
    call
}

#[test]
fn call_14_call_22_unloading_ends_what_runs_and_what_waits() {
    let manager = shared(MANIFEST, &working(WAIT, "(i32.const 0)"), ManagerConfig::default());
    let calls: Vec<_> = (0..3).map(|_| begin(&manager)).collect();
    let asked = Instant::now();
    assert_eq!(manager.list().len(), 1);
    assert!(asked.elapsed() < Duration::from_millis(500), "a list waits for no guest");
    manager.unload("guest").unwrap();
    assert!(asked.elapsed() < Duration::from_secs(5), "the pending operation is dropped");
    for call in calls {
        assert_eq!(call.join().unwrap(), Err(ErrorCode::Stopped));
    }
    assert_eq!(run(&manager, "1").unwrap_err().code, ErrorCode::UnknownMethod);
}

#[test]
fn res_21_instances_that_could_not_all_have_their_memory_are_refused() {
    let loader = || Loader::new(InstanceLimits::MAX, MemoryBudget::new(1 << 30));
    let load = |instances: &str| {
        let manifest = MANIFEST.replace("\"memory_mb\": 4", instances);
        let config = ManagerConfig { loader: Arc::new(loader()), ..ManagerConfig::default() };
        let wasm = working(ECHO, "(i32.const 0)");
        with_config(config).load(folder(&manifest, &wasm).path()).map(drop)
    };
    for many in [
        r#""instances": 64, "memory_mb": 16"#,
        r#""memory_mb": 1, "table_elements": 10000000, "instances": 7"#,
        r#""memory_mb": 1, "stack_kb": 16384, "instances": 64"#,
        r#""memory_mb": 1024"#,
    ] {
        let error = load(many).unwrap_err();
        assert_eq!(error.code(), ErrorCode::ModuleLimit, "{error}");
        assert!(matches!(error, LoadError::TooMuchMemory { .. }), "{error}");
    }
    load(r#""instances": 30, "memory_mb": 32"#).unwrap();
}

#[test]
fn call_14_unloading_ends_a_guest_that_loops() {
    let manifest = MANIFEST.replace("\"compute_timeout_ms\": 200", "\"compute_timeout_ms\": 60000");
    let manifest = manifest.replace("\"call_timeout_ms\": 2000", "\"call_timeout_ms\": 60000");
    let manager = shared(&manifest, &working(LONG, "(i32.const 0)"), ManagerConfig::default());
    let call = begin(&manager);
    let asked = Instant::now();
    manager.unload("guest").unwrap();
    assert!(asked.elapsed() < Duration::from_secs(10));
    assert_eq!(call.join().unwrap(), Err(ErrorCode::Stopped));
}

#[test]
fn a_full_queue_is_busy_and_says_when_to_come_back() {
    let config = ManagerConfig { queued_calls: 2, busy_retry_ms: 7, ..Default::default() };
    let manager = shared(MANIFEST, &working(WAIT, "(i32.const 0)"), config);
    let calls: Vec<_> = (0..3).map(|_| begin(&manager)).collect();
    let error = run(&manager, "1").unwrap_err();
    assert_eq!((error.code, error.retry_after_ms), (ErrorCode::Busy, Some(7)));
    manager.unload("guest").unwrap();
    calls.into_iter().for_each(|call| assert!(call.join().unwrap().is_err()));
}

#[test]
fn call_08_a_full_queue_of_one_is_not_the_others() {
    let config = ManagerConfig { queued_calls: 1, ..Default::default() };
    let manager = shared(MANIFEST, &working(WAIT, "(i32.const 0)"), config);
    let other = MANIFEST.replace("\"guest\"", "\"other\"").replace("guest.run", "other.run");
    manager.load(folder(&other, &working(NULL, "(i32.const 0)")).path()).unwrap();
    let calls: Vec<_> = (0..2).map(|_| begin(&manager)).collect();
    let user = Engine::for_user();
    for _ in 0..50 {
        assert!(manager.call(&user, "query:other.run.v1", None, Bytes::new()).is_ok());
    }
    manager.unload("guest").unwrap();
    calls.into_iter().for_each(|call| assert!(call.join().unwrap().is_err()));
}

#[test]
fn call_10_a_call_that_comes_back_is_refused_and_not_stuck() {
    let services = Services::default().with::<Loop>(Arc::default());
    let manager = crate::common::with_services(services.clone(), ManagerConfig::default());
    let manager = Arc::new(manager);
    services.get::<Loop>().unwrap().set(Arc::downgrade(&manager)).unwrap();
    manager.load(folder(MANIFEST, &working(LOOP_BACK, "(i32.const 0)")).path()).unwrap();
    assert_eq!(run(&manager, "1").unwrap(), "\"E_ABI_REENTRANT\"");
    assert_eq!(manager.list()[0].health.faults, 0);
}

/// Calls a guest for a caller that is gone when `gone` is set, which `LEAVE` does.
fn call_for(body: &str, kind: &str, gone: bool) -> Result<String, ErrorCode> {
    let gone = Arc::new(AtomicBool::new(gone));
    let services = Services::default().with::<CallerGone>(Arc::new(CallerGone(Arc::clone(&gone))));
    let manager = crate::common::with_services(services, ManagerConfig::default());
    let method = format!("{kind}:guest.run{}.v1", if kind == "action" { ".input" } else { "" });
    let manifest = MANIFEST.replace("query:guest.run.v1", &method);
    manager.load(folder(&manifest, &working(body, "(i32.const 0)")).path()).unwrap();
    let payload = Bytes::from_static(b"1");
    let reply =
        manager.call_until(&Engine::for_user(), &method, Some(LIBRARY), payload, Some(gone));
    reply.map(|reply| String::from_utf8(reply).unwrap()).map_err(|error| error.code())
}

#[test]
fn a_call_whose_caller_is_gone_is_not_begun() {
    assert_eq!(call_for(COUNT, "query", true), Err(ErrorCode::Stopped));
    assert_eq!(call_for(COUNT, "action", true), Err(ErrorCode::Stopped));
    assert_eq!(call_for(COUNT, "query", false), Ok("1".to_owned()));
}

#[test]
fn a_query_whose_caller_goes_ends_with_its_next_call_and_an_action_is_done() {
    assert_eq!(call_for(LEAVE, "query", false), Err(ErrorCode::Stopped));
    assert!(call_for(LEAVE, "action", false).is_ok());
}

/// Both of two calls must be under way for either to end; with one instance they would wait.
#[test]
fn instances_of_the_manifest_answer_at_once() {
    let manifest = MANIFEST.replace("\"memory_mb\": 4", "\"memory_mb\": 4, \"instances\": 2");
    let manager = shared(&manifest, &working(WAIT, "(i32.const 0)"), ManagerConfig::default());
    let calls: Vec<_> = (0..2).map(|_| begin(&manager)).collect();
    let until = Instant::now() + Duration::from_secs(20);
    while manager.list()[0].health.starts < 2 {
        assert!(Instant::now() < until, "the second instance does not start");
        thread::sleep(Duration::from_millis(10));
    }
    manager.unload("guest").unwrap();
    calls.into_iter().for_each(|call| assert!(call.join().unwrap().is_err()));
}

#[test]
fn one_instance_is_the_default_and_keeps_its_memory() {
    let (manager, _) = load(MANIFEST, &working(COUNT, "(i32.const 0)")).unwrap();
    let answers: Vec<_> = (0..5).map(|_| run(&manager, "1").unwrap()).collect();
    assert_eq!(answers, ["1", "2", "3", "4", "5"]);
    assert_eq!(manager.list()[0].health.starts, 1);
}

#[test]
fn call_07_instances_share_one_rate() {
    let manifest =
        MANIFEST.replace("\"memory_mb\": 4", "\"memory_mb\": 4, \"instances\": 4").replace(
            "\"libraries\": [\"*\"]",
            "\"libraries\": [\"*\"], \"rate_limits\": { \"requests_per_minute\": 10 }",
        );
    let manager = shared(&manifest, &working(ECHO, "(i32.const 0)"), ManagerConfig::default());
    let barrier = Arc::new(Barrier::new(4));
    let callers: Vec<_> = (0..4)
        .map(|_| {
            let (manager, barrier) = (Arc::clone(&manager), Arc::clone(&barrier));
            thread::spawn(move || {
                barrier.wait();
                (0..10).filter(|_| run(&manager, "1").is_ok()).count()
            })
        })
        .collect();
    let answered: usize = callers.into_iter().map(|caller| caller.join().unwrap()).sum();
    assert!((10..=14).contains(&answered), "{answered} of 40 calls, 10 a minute are allowed");
}

#[test]
fn call_20_a_guest_that_comes_back_too_fast_is_told_to_wait() {
    let manifest = MANIFEST.replace(
        "\"libraries\": [\"*\"]",
        "\"libraries\": [\"*\"], \"rate_limits\": { \"requests_per_minute\": 1 }",
    );
    let (manager, _) = load(&manifest, &working(ECHO, "(i32.const 0)")).unwrap();
    assert!(run(&manager, "1").is_ok());
    let error = run(&manager, "1").unwrap_err();
    assert_eq!(error.code, ErrorCode::Rate);
    assert!(error.retry_after_ms.unwrap() > 1000);
}

#[test]
fn threads_have_a_bound_for_all_extensions_together() {
    let manager = with_config(ManagerConfig { guest_threads: 1, ..Default::default() });
    let first = folder(MANIFEST, &working(NULL, "(i32.const 0)"));
    manager.load(first.path()).unwrap();
    let other = MANIFEST.replace("\"guest\"", "\"other\"").replace("guest.run", "other.run");
    let other = folder(&other, &working(NULL, "(i32.const 0)"));
    let error = manager.load(other.path()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Busy, "{error}");
    manager.unload("guest").unwrap();
    manager.load(other.path()).unwrap();
}

/// No runtime of the caller is entered or blocked by another: the call is plain and synchronous.
#[test]
fn call_11_calls_are_made_from_any_kind_of_thread() {
    let (manager, _) = load(MANIFEST, &working(ECHO, "(i32.const 0)")).unwrap();
    let call =
        || manager.call(&Engine::for_user(), "query:guest.run.v1", Some(LIBRARY), Bytes::new());
    assert!(call().is_ok());
    thread::scope(|scope| assert!(scope.spawn(call).join().unwrap().is_ok()));
    // Inside of a future that is being driven, and inside of a host operation (`call_10`).
    let nested = async { call() };
    let mut nested = std::pin::pin!(nested);
    let waker = std::task::Waker::noop();
    let polled = nested.as_mut().poll(&mut std::task::Context::from_waker(waker));
    assert!(matches!(polled, std::task::Poll::Ready(Ok(_))));
}

/// The guest's own clocks stand still meanwhile, so that only the host can end it.
#[test]
fn the_time_of_a_call_counts_while_the_host_waits_for_the_guest() {
    let manifest = MANIFEST.replace("\"call_timeout_ms\": 2000", "\"call_timeout_ms\": 1000");
    let (manager, _) = load(&manifest, &working(WAIT, "(i32.const 0)")).unwrap();
    let began = Instant::now();
    let error = run(&manager, "1").unwrap_err();
    assert_eq!(error.code, ErrorCode::Deadline, "{error:?}");
    let millis = began.elapsed().as_millis();
    assert!((1000..2000).contains(&millis), "{millis} ms");
}
