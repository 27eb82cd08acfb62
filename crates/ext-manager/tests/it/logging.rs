//! The log of a guest.

use std::{sync::Arc, time::Duration};

use crate::common::{
    LIBRARY, MANIFEST, NULL, WAIT, folder, guest, load, log, run, with_config, working,
};
use bytes::Bytes;
use ext_manager::{Clock, Manager, ManagerConfig};
use ext_perm::Engine;
use ext_wire::ErrorCode;

#[test]
fn log_02_what_a_guest_logs_is_one_harmless_line_in_the_error() {
    // `plugin_init` fails; the reason is what the guest logged last.
    let wasm = guest(
        r#"(data (i32.const 512) "bad\1b[2J\0anext")
        (func (export "plugin_init") (result i32)
            (call $log (i32.const 3) (i32.const 512) (i32.const 12))
            i32.const 1)
        (func (export "plugin_call") (param i32 i32 i32 i32) (result i32) (i32.const 128))
        (func (export "plugin_on_event") (param i32 i32) (result i32) i32.const 0)"#,
    );
    let message = load(MANIFEST, &wasm).err().map(|error| error.to_string()).unwrap();
    assert!(message.ends_with("bad\\u{1b}[2J\\nnext"), "{message}");
}

/// A guest whose calls log this as an error, and trap.
fn panics(text: &str, bytes: u32) -> Vec<u8> {
    guest(&format!(
        r#"(data (i32.const 512) "{text}")
        (func (export "plugin_init") (result i32) i32.const 0)
        (func (export "plugin_call") (param i32 i32 i32 i32) (result i32)
            (call $log (i32.const 3) (i32.const 512) (i32.const {bytes}))
            unreachable)
        (func (export "plugin_on_event") (param i32 i32) (result i32) i32.const 0)"#
    ))
}

#[test]
fn log_02_the_text_of_a_panic_is_in_the_error_of_the_call() {
    let error = |wasm: &[u8]| run(&load(MANIFEST, wasm).unwrap().0, "null").unwrap_err();
    let told = error(&panics("bad\\1b[2J\\0anext", 12));
    assert_eq!(told.code, ErrorCode::Trap);
    assert!(told.error.contains("bad\\u{1b}[2J\\nnext"), "{told}");
    let long = error(&panics(&"a".repeat(5000), 5000)).error;
    assert!(long.contains(&"a".repeat(500)) && long.contains("aaa…") && long.len() < 700, "{long}");
    let latin = error(&panics("caf\\e9", 4)).error;
    assert!(latin.contains("caf\u{fffd}"), "{latin}");
}

#[test]
fn log_05_a_message_that_looks_like_fields_is_quoted_and_one_that_is_cut_says_so() {
    log::remember();
    let _ = run(&load(MANIFEST, &panics("level=error extension=core", 26)).unwrap().0, "null");
    assert_eq!(log::lines(&["ERROR", r#""level=error extension=core""#]).len(), 1);
    let _ = run(&load(MANIFEST, &panics(&"z".repeat(5000), 5000)).unwrap().0, "null");
    assert_eq!(log::lines(&["ERROR", "zzz… (5000 bytes)"]).len(), 1);
}

#[test]
fn log_08_a_guest_that_floods_the_log_still_works() {
    let wasm = guest(
        r#"(func (export "plugin_init") (result i32) i32.const 0)
        (func (export "plugin_call") (param i32 i32 i32 i32) (result i32)
            (local $i i32)
            (loop $again
                (call $log (i32.const 1) (i32.const 96) (i32.const 10))
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (br_if $again (i32.lt_u (local.get $i) (i32.const 10000))))
            (i32.const 128))
        (func (export "plugin_on_event") (param i32 i32) (result i32) i32.const 0)"#,
    );
    let (manager, _) = load(MANIFEST, &wasm).unwrap();
    assert_eq!(run(&manager, "null").unwrap(), "null");
}

/// A clock that stands, so that all that happens is in one second.
struct Still;

impl Clock for Still {
    fn now(&self) -> Duration {
        Duration::from_secs(1)
    }
}

/// A guest under its own id, so that its lines are told from those of other tests.
fn start(id: &str, call: &str, limits: &str) -> Manager {
    log::remember();
    let manifest = MANIFEST.replace("\"guest\"", &format!("\"{id}\""));
    let manifest = manifest.replace("guest.run", &format!("{id}.run"));
    let limits = format!("\"limits\": {{ \"memory_mb\": 4, {limits} }}");
    let manifest = format!("{}{limits} }}", manifest.split("\"limits\"").next().unwrap());
    let manager = with_config(ManagerConfig { clock: Arc::new(Still), ..Default::default() });
    let wasm = guest(&format!(
        r#"(func $down (param i32) (result i32)
            (i32.add (i32.const 1) (call $down (i32.add (local.get 0) (i32.const 1)))))
        (func (export "plugin_init") (result i32) i32.const 0)
        (func (export "plugin_call") (param i32 i32 i32 i32) (result i32) {call})
        (func (export "plugin_on_event") (param i32 i32) (result i32) i32.const 0)"#
    ));
    manager.load(folder(&manifest, &wasm).path()).unwrap();
    manager
}

fn call(manager: &Manager, id: &str) -> ErrorCode {
    let method = format!("query:{id}.run.v1");
    let reply = manager.call(&Engine::for_user(), &method, Some(LIBRARY), Bytes::new());
    reply.map_or_else(|error| error.code(), |_| ErrorCode::OK)
}

/// The lines about limits that an extension hit.
fn hits(id: &str) -> Vec<String> {
    log::lines(&["WARN", &format!("extension=\"{id}\""), "hit a limit"])
}

const FLOOD: &str =
    "(local $i i32) (loop $again (call $log (i32.const 1) (i32.const 96) (i32.const 10))
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (br_if $again (i32.lt_u (local.get $i) (i32.const 50)))) (i32.const 128)";

#[test]
fn a_limit_that_is_hit_is_one_line_with_its_name_and_value() {
    let endless = "(loop $again (br $again)) (i32.const 0)";
    let grows =
        "(loop $l (br_if $l (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) unreachable";
    // 2 MiB of a payload are refused by their length, wherever they lie.
    let large = "(call $call (i32.const 16) (i32.const 18) (i32.const 64) (i32.const 0) (i32.const 2097152))";
    let patient = "\"compute_timeout_ms\": 20000, \"call_timeout_ms\": 20000";
    let cases = [
        (
            "computes",
            endless,
            "\"compute_timeout_ms\": 150",
            ErrorCode::Cpu,
            "compute_timeout_ms",
            "150 ms",
        ),
        (
            "lasts",
            endless,
            "\"compute_timeout_ms\": 150, \"call_timeout_ms\": 150",
            ErrorCode::Deadline,
            "call_timeout_ms",
            "150 ms",
        ),
        ("grows", grows, patient, ErrorCode::Memory, "memory_mb", "4 MiB"),
        (
            "sinks",
            "(call $down (i32.const 0))",
            "\"stack_kb\": 64",
            ErrorCode::Stack,
            "stack_kb",
            "64 KiB",
        ),
        ("sends", large, patient, ErrorCode::AbiTooLarge, "payload", "1048576 bytes"),
        (
            "talks",
            FLOOD,
            "\"log_lines_per_second\": 10",
            ErrorCode::OK,
            "log_lines_per_second",
            "10",
        ),
    ];
    for (id, body, limits, code, limit, allowed) in cases {
        let manager = start(id, body, limits);
        assert_eq!(call(&manager, id), code, "{id}");
        let lines = hits(id);
        assert_eq!(lines.len(), 1, "{id}: {lines:?}");
        assert!(lines[0].contains(&format!("limit=\"{limit}\"")), "{lines:?}");
        assert!(lines[0].contains(&format!("allowed={allowed}")), "{lines:?}");
        // Once more in the same second is no line more.
        call(&manager, id);
        assert_eq!(hits(id).len(), 1, "{id}");
    }
    assert_eq!(log::lines(&["INFO", "extension=\"talks\"", "the reason"]).len(), 10);
}

#[test]
fn call_01_a_flood_of_denied_calls_ends_with_its_budget_and_fills_no_log() {
    log::remember();
    let manifest = MANIFEST.replace("\"query:test.echo\", ", "").replace("guest", "floods");
    let manifest = manifest.replace("floods.wasm", "guest.wasm");
    // Its budget is of computing; the host's part of each call takes much longer.
    let manifest = manifest.replace("\"call_timeout_ms\": 2000", "\"call_timeout_ms\": 60000");
    // Asks for the same thing again and again, and goes on only while the answer is no.
    let wasm = guest(
        r#"(func (export "plugin_init") (result i32) i32.const 0)
        (func (export "plugin_call") (param i32 i32 i32 i32) (result i32)
            (loop $again
                (global.set $heap (i32.const 32768))
                (br_if $again (i32.load offset=4
                    (call $call (i32.const 16) (i32.const 18) (i32.const 64) (i32.const 0) (i32.const 0)))))
            unreachable)
        (func (export "plugin_on_event") (param i32 i32) (result i32) i32.const 0)"#,
    );
    let manager = with_config(ManagerConfig::default());
    manager.load(folder(&manifest, &wasm).path()).unwrap();
    let asked = std::time::Instant::now();
    assert_eq!(call(&manager, "floods"), ErrorCode::Cpu, "each of them was refused");
    assert!(asked.elapsed() < Duration::from_secs(10));
    let lines = log::lines(&["floods"]);
    assert!(lines.len() <= 3, "{lines:?}");
}

#[test]
fn what_stays_within_its_limits_logs_nothing() {
    let manager = start("modest", NULL, "\"stack_kb\": 64, \"log_lines_per_second\": 1");
    for _ in 0..20 {
        assert_eq!(call(&manager, "modest"), ErrorCode::OK);
    }
    assert_eq!(hits("modest"), [""; 0]);
}

#[test]
fn calls_that_find_the_queue_full_are_one_line() {
    let manager = Arc::new(start("full", WAIT, "\"queued_calls\": 2"));
    let begin = || {
        let manager = Arc::clone(&manager);
        std::thread::spawn(move || call(&manager, "full"))
    };
    let calls: Vec<_> = (0..20).map(|_| begin()).collect();
    let until = std::time::Instant::now() + Duration::from_secs(20);
    while calls.iter().filter(|call| call.is_finished()).count() < 17 {
        assert!(std::time::Instant::now() < until, "one runs, two wait, 17 are refused");
        std::thread::sleep(Duration::from_millis(5));
    }
    manager.unload("full").unwrap();
    let codes: Vec<_> = calls.into_iter().map(|call| call.join().unwrap()).collect();
    let busy = codes.iter().filter(|code| **code == ErrorCode::Busy).count();
    // The first call may still wait itself when the others come; then none runs and two wait.
    assert!((17..=18).contains(&busy), "{busy}");
    let lines = hits("full");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("limit=\"queued_calls\" allowed=2"), "{lines:?}");
}

#[test]
fn the_host_caps_what_a_manifest_asks_for() {
    let config = ManagerConfig { queued_calls: 1, log_lines_per_second: 3, ..Default::default() };
    let manifest = MANIFEST.replace(
        "\"memory_mb\": 4",
        "\"memory_mb\": 4, \"queued_calls\": 5000, \"log_lines_per_second\": 1000",
    );
    let manifest = manifest.replace("\"guest\"", "\"capped\"").replace("guest.run", "capped.run");
    log::remember();
    let manager = with_config(ManagerConfig { clock: Arc::new(Still), ..config });
    manager.load(folder(&manifest, &working(FLOOD, "(i32.const 0)")).path()).unwrap();
    assert_eq!(call(&manager, "capped"), ErrorCode::OK);
    assert_eq!(log::lines(&["INFO", "extension=\"capped\"", "the reason"]).len(), 3);
    let lines = hits("capped");
    assert!(lines[0].contains("allowed=3"), "{lines:?}");
}

/// The manifest of a guest whose input is a secret, or is none.
fn taking(mark: &str) -> String {
    let plain = r#"{ "method": "query:guest.run.v1" }"#;
    let declared = format!(
        r#"{{ "method": "query:guest.run.v1", "input": {{ "type": "object", "properties": {{
            "pw": {{ "type": "string"{mark} }} }} }} }}"#
    );
    MANIFEST.replace(plain, &declared)
}

const WRITE_ONLY: &str = r#", "writeOnly": true"#;

#[test]
fn a_secret_of_the_input_stands_neither_in_the_log_nor_in_the_text_of_a_panic() {
    log::remember();
    for (mark, is_shown, word) in [(WRITE_ONLY, false, "Zebra91"), ("", true, "Zebra92")] {
        let (manager, loaded) = load(&taking(mark), &panics(&format!("bad {word}"), 11)).unwrap();
        let payload = Bytes::from(format!(r#"{{"pw":"{word}"}}"#));
        let user = Engine::for_user();
        let error = manager.call(&user, "query:guest.run.v1", Some(LIBRARY), payload).unwrap_err();
        assert_eq!(error.to_string().contains(word), is_shown, "{error}");
        assert_eq!(error.to_string().contains("bad [redacted]"), !is_shown, "{error}");
        assert_eq!(!log::lines(&["ERROR", word]).is_empty(), is_shown);
        let fault = manager.list().remove(0).health.last_fault.unwrap();
        assert_eq!(fault.message.contains(word), is_shown, "{fault:?}");
        drop(loaded);
    }
}

#[test]
fn a_secret_of_the_input_is_blanked_in_the_error_that_the_guest_answers() {
    // The guest's error says "no such month".
    let wasm = working("(i32.const 160)", "(i32.const 0)");
    for (mark, told) in [(WRITE_ONLY, "no such [redacted]"), ("", "no such month")] {
        let (manager, _) = load(&taking(mark), &wasm).unwrap();
        let error = run(&manager, r#"{"pw":"month"}"#).unwrap_err();
        assert_eq!((error.code, error.error.as_str()), (ErrorCode::BadInput, told));
        assert_eq!(run(&manager, r#"{"pw":"other"}"#).unwrap_err().error, "no such month");
    }
}
