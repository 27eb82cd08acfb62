//! Workers that misbehave cost one call.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ext_ops_isolated::{IsolatedOcr, IsolatedPdf, Pool, WorkerCommand, WorkerPoolLimits};
use ext_services::caller;
use ext_services::documents::{DocumentError, PdfReader};
use ext_services::ocr::{OcrEngine, OcrError, OcrOptions};

const FIXTURE: &str = env!("CARGO_BIN_EXE_ext-ops-isolated-fixture");

fn pool(limits: WorkerPoolLimits) -> Arc<Pool> {
    Arc::new(Pool::new(WorkerCommand::new(FIXTURE, ["worker"]), limits))
}

fn reader(limits: WorkerPoolLimits) -> IsolatedPdf {
    IsolatedPdf::new(pool(limits))
}

fn one() -> WorkerPoolLimits {
    WorkerPoolLimits { workers: 1, ..WorkerPoolLimits::default() }
}

fn text(reader: &IsolatedPdf, command: &str) -> Result<String, DocumentError> {
    let pages = reader.text(command.as_bytes())?;
    Ok(pages.into_iter().map(|page| page.text).collect::<Vec<_>>().join("\n"))
}

#[test]
fn answers_come_through() {
    let reader = reader(one());
    assert_eq!(text(&reader, "hello").unwrap(), "hello");
    let large = vec![7; 3 << 20];
    assert_eq!(reader.render_png(&large, 1, 200).unwrap(), large);
    let files = reader.embedded_files(b"xyz").unwrap();
    assert_eq!(files[0], ("a".to_owned(), b"xyz".to_vec()));
    assert_eq!((files[1].1.len(), files[2].1.len()), (0, 1));
    let error = text(&reader, "malformed").unwrap_err();
    assert!(error.to_string().contains("by command"), "{error}");
}

#[test]
fn a_worker_stays_for_the_next_call() {
    let reader = reader(one());
    assert_eq!(text(&reader, "pid").unwrap(), text(&reader, "pid").unwrap());
}

#[test]
fn a_worker_is_replaced_after_its_calls() {
    let reader = reader(WorkerPoolLimits { calls: 2, ..one() });
    let pids: Vec<String> = (0..4).map(|_| text(&reader, "pid").unwrap()).collect();
    assert_eq!(pids[0], pids[1]);
    assert_ne!(pids[1], pids[2]);
}

#[test]
fn doc_03_a_crash_costs_one_call() {
    let reader = reader(one());
    for (command, is_right) in [
        ("exit", (|error| matches!(error, DocumentError::Malformed { .. })) as fn(_) -> bool),
        ("nonsense", |error| matches!(error, DocumentError::Engine(_))),
        #[cfg(unix)]
        ("abort", |error| matches!(error, DocumentError::Exhausted { .. })),
    ] {
        let error = text(&reader, command).unwrap_err();
        let message = format!("{command}: {error}");
        assert!(is_right(error), "{message}");
        assert_eq!(text(&reader, "hello").unwrap(), "hello", "after {command}");
    }
}

#[test]
fn doc_21_a_hang_costs_one_call() {
    let reader = reader(WorkerPoolLimits { call: Duration::from_millis(300), ..one() });
    let start = Instant::now();
    let error = text(&reader, "hang").unwrap_err();
    assert!(matches!(&error, DocumentError::Exhausted { what } if what == "time"), "{error}");
    assert!(start.elapsed() < Duration::from_secs(60));
    assert_eq!(text(&self::reader(one()), "hello").unwrap(), "hello");
}

#[cfg(target_os = "linux")]
#[test]
fn doc_05_a_bomb_meets_the_limit_of_memory() {
    let reader = reader(one());
    for command in ["memory", "stack"] {
        let error = text(&reader, command).unwrap_err();
        let DocumentError::Exhausted { what } = &error else { panic!("{command}: {error}") };
        assert_eq!(what, "memory or stack");
        assert_eq!(text(&reader, "hello").unwrap(), "hello", "after {command}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn doc_06_a_worker_reaches_no_file_no_network_no_program() {
    assert_eq!(text(&reader(one()), "escape").unwrap(), "");
}

/// Files are out of reach also without the filter of system calls.
#[cfg(target_os = "linux")]
#[test]
fn doc_06_files_are_out_of_reach_before_a_worker_serves() {
    let output = std::process::Command::new(FIXTURE).arg("files-only").output().unwrap();
    let output = String::from_utf8_lossy(&output.stdout);
    if output.trim() == "None" {
        eprintln!("SKIPPED: this kernel has no landlock");
        return;
    }
    assert_eq!(output.trim(), "Some(PermissionDenied)");
}

#[test]
fn a_worker_inherits_no_environment() {
    let names = text(&reader(one()), "environment").unwrap();
    let names: Vec<&str> = names.lines().filter(|name| *name != "SystemRoot").collect();
    assert_eq!(names, [""; 0]);
}

#[test]
fn doc_14_workers_are_bounded_and_the_queue_is_too() {
    let limits = WorkerPoolLimits { workers: 2, queue: 4, call: Duration::from_secs(3), ..one() };
    let reader = reader(limits);
    let (busy, exhausted) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..64 {
            scope.spawn(|| match text(&reader, "hang").unwrap_err() {
                DocumentError::Busy => busy.fetch_add(1, Ordering::Relaxed),
                DocumentError::Exhausted { .. } => exhausted.fetch_add(1, Ordering::Relaxed),
                other => panic!("{other}"),
            });
        }
    });
    let (busy, exhausted) = (busy.into_inner(), exhausted.into_inner());
    assert_eq!(busy + exhausted, 64);
    // Two at work and four in the queue, and perhaps some that came later.
    assert!(exhausted >= 6 && busy >= 1, "{busy} busy, {exhausted} exhausted");
    assert_eq!(text(&reader, "hello").unwrap(), "hello");
}

/// An extension that fills its share of the queue keeps nobody else out.
#[test]
fn doc_14_no_extension_takes_all_places_of_the_queue() {
    let limits = WorkerPoolLimits { queue: 8, share: 2, call: Duration::from_secs(2), ..one() };
    let reader = reader(limits);
    let busy = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                let hang = || text(&reader, "hang").unwrap_err();
                if matches!(caller::within(Some("greedy"), hang), DocumentError::Busy) {
                    busy.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        // One is at work and two wait; the others were refused.
        while busy.load(Ordering::Relaxed) < 9 {
            std::thread::yield_now();
        }
        assert_eq!(caller::within(Some("modest"), || text(&reader, "hello")).unwrap(), "hello");
        assert_eq!(text(&reader, "hello").unwrap(), "hello");
    });
}

#[test]
fn doc_14_a_long_wait_is_busy() {
    let limits =
        WorkerPoolLimits { wait: Duration::from_millis(50), call: Duration::from_secs(2), ..one() };
    let reader = reader(limits);
    std::thread::scope(|scope| {
        let first = scope.spawn(|| text(&reader, "hang").unwrap_err());
        let mut second = text(&reader, "hello");
        // Until the first call has its worker.
        while second.is_ok() && !first.is_finished() {
            second = text(&reader, "hello");
        }
        assert!(matches!(second, Err(DocumentError::Busy)), "{second:?}");
    });
}

#[test]
fn other_programs_are_no_workers() {
    for (program, args) in [(FIXTURE, "stranger"), ("no-such-program-here", "worker")] {
        let pool = Pool::new(WorkerCommand::new(program, [args]), one());
        let error = text(&IsolatedPdf::new(Arc::new(pool)), "hello").unwrap_err();
        assert!(matches!(error, DocumentError::Engine(_)), "{program}: {error}");
    }
}

#[test]
fn what_a_worker_does_not_serve_is_an_error() {
    let ocr = IsolatedOcr::new(pool(one()), "none");
    let error = ocr.recognize(b"", &OcrOptions::default()).unwrap_err();
    assert!(matches!(error, OcrError::Engine(_)), "{error}");
}
