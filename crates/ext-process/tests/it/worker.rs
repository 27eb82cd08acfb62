//! Workers of the fixture.

use std::{
    thread,
    time::{Duration, Instant},
};

use ext_process::{EndReason, Exit, Failure, Process, Program, Worker};

use crate::note::{MAX_TAIL, Note};

const FIXTURE: &str = env!("CARGO_BIN_EXE_ext-process-fixture");
const VERSION: &str = "worker 2";

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(30)
}

fn start_as(mode: &str, deadline: Instant) -> Result<Worker, Failure> {
    Worker::start(&Program::new(FIXTURE, [mode]), VERSION, deadline)
}

fn start() -> Worker {
    start_as("worker", soon()).expect("it starts")
}

fn ask(worker: &mut Worker, what: &str, deadline: Instant) -> Result<String, Failure> {
    let note = Note(what.to_owned());
    let Note(answer) = worker.exchange(&note, &[], &mut Vec::new(), deadline)?;
    Ok(answer)
}

/// True if a process with this number does something.
fn runs(id: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{id}/status"));
    status.is_ok_and(|status| !status.contains("State:\tZ"))
}

fn eventually(what: &str, holds: impl Fn() -> bool) {
    let until = soon();
    while !holds() {
        assert!(Instant::now() < until, "never: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn requests_are_answered_one_after_the_other() {
    let mut worker = start();
    let (mut place, sizes) = (vec![7; 3], [0, 1, 100, 40_000, MAX_TAIL as usize]);
    for size in sizes {
        let tail: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
        let note = Note(format!("echo {size}"));
        let answer: Note = worker.exchange(&note, &tail, &mut place, soon()).unwrap();
        assert!(answer == note && place == tail, "{size} bytes");
    }
}

#[test]
fn a_worker_gets_no_environment() {
    let names = ask(&mut start(), "environment", soon()).unwrap();
    let names: Vec<&str> = names.lines().filter(|name| *name != "SystemRoot").collect();
    assert_eq!(names, [""; 0]);
}

#[test]
fn only_workers_of_this_version_are_taken() {
    for mode in ["stranger", "old"] {
        let failure = start_as(mode, soon()).unwrap_err();
        assert!(matches!(failure, Failure::Stranger(_)), "{mode}: {failure}");
    }
    let gone = start_as("no such mode", soon()).unwrap_err();
    assert_eq!(gone.to_string(), "the worker ended by itself (exit status: 2)");
    let missing = Worker::start(&Program::new("no-such-program-here", ["worker"]), VERSION, soon());
    assert!(matches!(missing, Err(Failure::Start(_))));
}

#[test]
fn a_deadline_is_kept() {
    let began = Instant::now();
    let after = |ms| Instant::now() + Duration::from_millis(ms);
    let is_late = |failure| matches!(failure, Failure::Ended(Exit::Killed(EndReason::Late)));
    assert!(is_late(start_as("silent", after(200)).unwrap_err()));
    let mut worker = start();
    assert!(is_late(ask(&mut worker, "hang", after(200)).unwrap_err()));
    let spent = ask(&mut worker, "echo", soon()).unwrap_err();
    assert!(matches!(spent, Failure::Ended(_)), "a worker that was late is gone: {spent}");
    assert!(is_late(ask(&mut start(), "echo", Instant::now()).unwrap_err()), "over already");
    assert!(began.elapsed() < Duration::from_secs(20));
}

#[cfg(unix)]
#[test]
fn an_end_has_its_status() {
    for (what, expected) in [
        ("exit", "the worker ended by itself (exit status: 7)"),
        ("abort", "the worker was killed (SIGABRT)"),
    ] {
        let failure = ask(&mut start(), what, soon()).unwrap_err();
        assert_eq!(failure.to_string(), expected);
    }
    let hangs_up = Program::new("/bin/sh", ["-c", "exec 1>&-; exec sleep 600"]);
    let failure = Worker::start(&hangs_up, VERSION, soon()).unwrap_err();
    assert_eq!(failure.to_string(), "the worker was killed: it did not answer");
}

#[test]
fn nonsense_and_what_is_too_long_end_a_worker() {
    let failure = ask(&mut start(), "nonsense", soon()).unwrap_err();
    assert!(matches!(failure, Failure::Answer(_)), "{failure}");
    let (note, long) = (Note("echo".to_owned()), vec![0; MAX_TAIL as usize + 1]);
    let failure = start().exchange::<Note>(&note, &long, &mut Vec::new(), soon()).unwrap_err();
    assert!(matches!(failure, Failure::Request(_)), "{failure}");
}

#[cfg(target_os = "linux")]
#[test]
fn what_a_worker_started_ends_with_it() {
    let mut worker = start();
    let id = ask(&mut worker, "start a program", soon()).unwrap();
    assert!(runs(&id));
    drop(worker);
    eventually("the program is killed", || !runs(&id));
}

/// The program holds the pipe, so nobody sees the end of it.
#[cfg(target_os = "linux")]
#[test]
fn what_a_worker_left_behind_does_not_hold_up_its_parent() {
    let mut worker = start();
    let id = ask(&mut worker, "start a program", soon()).unwrap();
    let began = Instant::now();
    let failure = ask(&mut worker, "exit", soon()).unwrap_err();
    assert_eq!(failure.to_string(), "the worker ended by itself (exit status: 7)");
    assert!(began.elapsed() < Duration::from_secs(10));
    eventually("the program is killed", || !runs(&id));
}

#[cfg(target_os = "linux")]
#[test]
fn no_process_and_no_zombie_stays() {
    let is_there = |id: u32| std::path::Path::new(&format!("/proc/{id}")).exists();
    let (process, pipes) = Process::start(&Program::new(FIXTURE, ["worker"])).unwrap();
    let id = process.id();
    assert!(is_there(id));
    drop(process);
    assert!(!is_there(id), "dropping ends it");
    drop(pipes);
    let (process, _pipes) = Process::start(&Program::new(FIXTURE, ["no such mode"])).unwrap();
    eventually("one that ends by itself is reaped", || !is_there(process.id()));
    assert!(matches!(process.wait_for_exit(), Exit::Status(status) if status.code() == Some(2)));
}

#[test]
fn a_process_is_ended_from_another_thread() {
    let (process, mut pipes) = Process::start(&Program::new(FIXTURE, ["silent"])).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| process.end(EndReason::Stopped));
        assert!(pipes.from.expect_version(VERSION).is_err());
    });
    process.end(EndReason::Late);
    assert_eq!(process.ended(), Some(EndReason::Stopped), "the first reason counts");
    assert_eq!(process.wait_for_exit(), Exit::Killed(EndReason::Stopped));
}

#[test]
fn a_deadline_that_is_taken_back_ends_nothing() {
    let mut worker = start();
    ask(&mut worker, "echo", Instant::now() + Duration::from_millis(500)).unwrap();
    thread::sleep(Duration::from_millis(800));
    assert_eq!(ask(&mut worker, "echo", soon()).unwrap(), "echo");
}
