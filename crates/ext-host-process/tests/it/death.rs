//! Processes that are killed, and processes that lie.
#![cfg(unix)]

use std::{
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use crate::common::{
    Recorder, code, eventually, guest, is_there, limits, long, of, processes, runs, send, start_of,
    start_with,
};
use ext_abi::ErrorCode;
use ext_host_process::{GuestProgram, Processes};
use rustix::process::Signal;

const ECHO: &str = "(drop (call $echo (local.get $ptr) (local.get $len))) (i32.const 0)";
const CALL_THEN_LOOP: &str =
    "(drop (call $echo (local.get $ptr) (local.get $len))) (loop $again (br $again)) (i32.const 0)";

/// Sends it until the process is gone. Handlers of the engine and of Rust take a SIGSEGV for an access
/// that comes again when nothing was done about it, and so it does.
fn crash(id: u32, signal: Signal) {
    eventually("the signal ends it", || {
        send(id, signal);
        thread::sleep(Duration::from_millis(20));
        !runs(id)
    });
}

/// Kills the process of a guest with this body after its first call of the host came in.
fn killed(body: &str, signal: Signal, delay: Duration) -> ext_host::Fault {
    let (tell, called) = mpsc::channel();
    let host = Recorder { delay, tell: Some(tell), ..Recorder::echo() };
    let mut instance = start_with(&guest(body, ""), long(), &host);
    let id = instance.id();
    let killer = thread::spawn(move || {
        called.recv().unwrap();
        thread::sleep(Duration::from_millis(50));
        crash(id, signal);
    });
    let began = Instant::now();
    let fault = instance.on_event(b"{}").unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(20));
    killer.join().unwrap();
    assert!(!is_there(id), "a zombie remains");
    fault
}

#[test]
fn res_27_a_kill_while_the_guest_computes_is_a_trap() {
    let fault = killed(CALL_THEN_LOOP, Signal::KILL, Duration::ZERO);
    assert_eq!(fault.code, ErrorCode::Trap);
    assert_eq!(fault.message, "the guest's process was killed (SIGKILL)");
}

/// The engine may take it for a trap of the guest, or the process ends by it: both are one.
#[test]
fn res_27_a_segmentation_fault_while_the_guest_computes_is_a_trap() {
    assert_eq!(killed(CALL_THEN_LOOP, Signal::SEGV, Duration::ZERO).code, ErrorCode::Trap);
}

#[test]
fn res_27_a_kill_while_the_host_works_for_the_guest_is_a_trap() {
    for signal in [Signal::KILL, Signal::SEGV, Signal::ABORT] {
        let fault = killed(ECHO, signal, Duration::from_millis(300));
        assert_eq!(fault.code, ErrorCode::Trap, "{fault}");
    }
}

#[test]
fn res_27_a_kill_between_two_calls_is_a_trap_of_the_second() {
    for signal in [Signal::KILL, Signal::SEGV] {
        let mut instance = start_with(&guest(ECHO, ""), limits(), &Recorder::echo());
        assert_eq!(instance.on_event(b"{}"), Ok(0));
        crash(instance.id(), signal);
        eventually("it is not a zombie", || !is_there(instance.id()));
        let fault = instance.on_event(b"{}").unwrap_err();
        assert_eq!(fault.code, ErrorCode::Trap);
        assert!(fault.message.contains("was killed (SIG"), "{fault}");
    }
}

/// The twin: without a kill the same calls end well.
#[test]
fn res_27_without_a_kill_the_call_ends_well() {
    let host = Recorder { delay: Duration::from_millis(300), ..Recorder::echo() };
    let mut instance = start_with(&guest(ECHO, ""), long(), &host);
    assert_eq!((instance.on_event(b"{}"), instance.on_event(b"{}")), (Ok(0), Ok(0)));
    let id = instance.id();
    assert!(is_there(id));
    drop(instance);
    assert!(!is_there(id), "a process is left behind");
}

#[test]
fn call_14_a_guest_is_stopped_from_another_thread() {
    let mut instance = start_with(&guest(CALL_THEN_LOOP, ""), long(), &Recorder::echo());
    let handle = instance.interrupt_handle();
    let stop = thread::spawn(move || {
        thread::sleep(Duration::from_millis(100));
        handle.interrupt();
    });
    assert_eq!(code(instance.on_event(b"{}")), ErrorCode::Stopped);
    stop.join().unwrap();
}

#[test]
fn time_10_the_process_is_sandboxed() {
    let instance = start_with(&guest(ECHO, ""), limits(), &Recorder::echo());
    let read = |name| std::fs::read_to_string(format!("/proc/{}/{name}", instance.id())).unwrap();
    let status = read("status");
    for line in ["Seccomp:\t2", "NoNewPrivs:\t1"] {
        assert!(status.contains(line), "{line} is not in\n{status}");
    }
    let limits = read("limits");
    let line = |name: &str| limits.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
    for name in ["Max data size", "Max address space"] {
        assert!(!line(name).contains("unlimited"), "{}", line(name));
    }
    for name in ["Max core file size", "Max file size"] {
        assert!(line(name).split_whitespace().nth(4) == Some("0"), "{}", line(name));
    }
    assert_eq!(read("environ"), "");
}

#[cfg(target_os = "linux")]
#[test]
fn time_10_no_further_code_is_loaded_in_a_process_that_is_sandboxed() {
    for (mode, loads) in [("code", true), ("code when sandboxed", false)] {
        let mut process = Command::new(env!("CARGO_BIN_EXE_ext-host-process-fixture"))
            .arg(mode)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        process.stdin.take().unwrap().write_all(&guest(ECHO, "")).unwrap();
        let output = process.wait_with_output().unwrap();
        assert_eq!(output.stdout.starts_with(b"loaded"), loads, "{mode}");
    }
}

/// A process that a guest has taken over costs the call, whatever it sends.
#[test]
fn res_27_a_process_that_lies_is_ended() {
    for (lie, expected) in [
        ("exit", ErrorCode::Trap),
        ("long", ErrorCode::Trap),
        ("unknown", ErrorCode::Trap),
        ("more", ErrorCode::Trap),
        ("good fault", ErrorCode::Trap),
        ("again", ErrorCode::Trap),
        ("other answer", ErrorCode::Trap),
        ("large payload", ErrorCode::Trap),
        ("silent", ErrorCode::Cpu),
        ("cut", ErrorCode::Cpu),
        ("nap", ErrorCode::Deadline),
        ("flood", ErrorCode::Deadline),
        ("calls", ErrorCode::Deadline),
    ] {
        let host = Recorder::echo();
        let began = Instant::now();
        let mut instance = start_of(&of(lie), &guest(ECHO, ""), limits(), &host).unwrap();
        let fault = instance.on_event(b"{}").unwrap_err();
        assert_eq!(fault.code, expected, "{lie}: {fault}");
        assert!(began.elapsed() < Duration::from_secs(15), "{lie}");
        assert!(!is_there(instance.id()), "{lie}: it is there");
    }
}

#[test]
fn res_21_a_process_gets_no_more_memory_than_its_guest() {
    let host = Recorder::echo();
    let mut instance = start_of(&of("greedy"), &guest(ECHO, ""), limits(), &host).unwrap();
    assert_eq!(instance.on_event(b"{}"), Ok(0));
    assert_eq!(instance.memory_bytes(), 0);
}

/// One that closes its pipe and stays is not waited for.
#[test]
fn a_process_that_hangs_up_is_ended() {
    let script = "head -c 64 >/dev/null; exec 1>&-; exec sleep 600";
    let shell = Processes::new(GuestProgram::new("/bin/sh", ["-c", script]));
    let fault = start_of(&shell, &guest(ECHO, ""), limits(), &Recorder::echo()).err().unwrap();
    assert_eq!(fault.code, ErrorCode::Trap);
}

/// Without its parent a process ends, whatever its guest does; here a shell stands for the parent.
#[test]
fn res_27_a_process_without_its_parent_ends() {
    let fixture = env!("CARGO_BIN_EXE_ext-host-process-fixture");
    let mut alone = Command::new(fixture).arg("guest").stdin(Stdio::piped()).spawn().unwrap();
    thread::sleep(Duration::from_millis(100));
    assert!(alone.try_wait().unwrap().is_none(), "it waits for its parent's first word");
    drop(alone.stdin.take());
    eventually("the end of stdin ends it", || alone.try_wait().unwrap().is_some());
}

/// The parent is this test, run once more; it starts a guest that computes, says its number, and is
/// killed.
#[cfg(target_os = "linux")]
#[test]
fn res_27_a_computing_process_ends_with_its_parent() {
    const ROLE: &str = "EXT_HOST_PROCESS_TEST_PARENT";
    if std::env::var_os(ROLE).is_some() {
        let mut instance = start_with(&guest(CALL_THEN_LOOP, ""), long(), &Recorder::echo());
        println!("\nguest {}", instance.id());
        let _ = instance.on_event(b"{}");
        return;
    }
    let mut parent = Command::new(std::env::current_exe().unwrap())
        .args(["death::res_27_a_computing_process_ends_with_its_parent", "--exact", "--nocapture"])
        .env(ROLE, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(parent.stdout.take().unwrap()).lines();
    let mut ids =
        lines.map_while(Result::ok).filter_map(|line| line.strip_prefix("guest ")?.parse().ok());
    let id: u32 = ids.next().expect("it says the number");
    thread::sleep(Duration::from_millis(100));
    assert!(is_there(id));
    parent.kill().unwrap();
    parent.wait().unwrap();
    // Whoever adopts it may be slow to look after it: a zombie computes no more.
    eventually("it ends", || !runs(id));
}

#[test]
fn many_instances_side_by_side_are_one_process_each() {
    let (processes, host) = (processes(), Recorder::echo());
    let start = |_| start_of(&processes, &guest(ECHO, ""), limits(), &host).unwrap();
    let mut instances: Vec<_> = (0..8).map(start).collect();
    let mut ids: Vec<u32> = instances.iter().map(|instance| instance.id()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 8);
    assert!(instances.iter_mut().all(|instance| instance.on_event(b"{}") == Ok(0)));
    send(ids[0], Signal::KILL);
    let failed = instances.iter_mut().filter_map(|instance| instance.on_event(b"{}").err());
    assert_eq!(failed.count(), 1, "the others go on");
}
