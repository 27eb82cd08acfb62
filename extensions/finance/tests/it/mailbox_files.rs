//! Mailboxes in files: however many emails they have, a job reads all of them.

use std::{cell::Cell, cell::RefCell, collections::HashMap, io::Write, rc::Rc};

use crate::common::{host, rows};
use ext_testing::archive;
use finance::extension::Extension;
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use spacedrive_sdk::ops::jobs::{
    Checkpoint, CheckpointOutput, Dispatch, DispatchInput, DispatchOutput, JobContext,
};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::testing::FakeHost;

/// The job.
const SCAN: &str = "action:finance.scan_mailbox.input.v1";
/// Emails in the mailbox: more than are looked at in one file.
const EMAILS: usize = 1_500;
/// One of so many emails is a receipt.
const EVERY: usize = 500;

/// A library whose jobs wait to be run.
struct Case {
    host: FakeHost,
    jobs: Rc<RefCell<Vec<DispatchInput>>>,
    /// The jobs are told to stop.
    is_stopped: Rc<Cell<bool>>,
}

impl Case {
    fn new() -> Self {
        let host = host(HashMap::new());
        let jobs = Rc::new(RefCell::new(Vec::<DispatchInput>::new()));
        let made = Rc::clone(&jobs);
        host.on::<Dispatch>(move |input| {
            let created = !made.borrow().iter().any(|job| job.key == input.key);
            if created {
                made.borrow_mut().push(input);
            }
            Ok(DispatchOutput { job_id: Uuid::from_u128(8), created })
        });
        let is_stopped = Rc::new(Cell::new(false));
        let stopped = Rc::clone(&is_stopped);
        host.on::<Checkpoint>(move |_| Ok(CheckpointOutput { cancelled: stopped.get() }));
        Self { host, jobs, is_stopped }
    }

    fn import(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let entry = self.host.add_file(name, name, "application/octet-stream", bytes);
        self.host.deliver::<Extension>(&self.host.event_created(&entry))
    }

    /// Runs the next job.
    fn run(&self, id: u128) -> Result<Value> {
        let next = self.jobs.borrow()[0].clone();
        let job = JobContext { id: Uuid::from_u128(id), attempt: 1, checkpoint: None };
        let report = self.host.run_job::<Extension, _, _>(&next.method, &next.input, job)?;
        self.jobs.borrow_mut().remove(0);
        Ok(report)
    }

    /// Runs all jobs, and returns how many emails they looked at.
    fn run_all(&self) -> u64 {
        let mut emails = 0;
        for id in 10.. {
            if self.jobs.borrow().is_empty() {
                break;
            }
            emails += self.run(id).unwrap()["messages"].as_u64().unwrap();
        }
        emails
    }

    fn amounts(&self) -> Vec<f64> {
        let mut amounts: Vec<f64> =
            rows(&self.host).iter().map(|row| row["amount"].as_f64().unwrap()).collect();
        amounts.sort_by(f64::total_cmp);
        amounts
    }
}

fn mailbox(count: usize) -> Vec<u8> {
    let mail = |at: usize| {
        let body = if at.is_multiple_of(EVERY) {
            let amount = at / EVERY + 1;
            format!("Receipt No: {at}\nTea  {amount}.00\nTotal  {amount}.00 GBP\nPaid by card\n")
        } else {
            "See you at nine.\n".to_owned()
        };
        format!(
            "From - Mon Jan  5 09:00:00 2026\nFrom: Corner Shop <till@corner.example>\nSubject: \
             Your receipt\nMessage-ID: <{at}@corner.example>\nDate: Mon, 05 Jan 2026 09:00:00 \
             +0000\n\n{body}\n"
        )
    };
    (0..count).map(mail).collect::<String>().into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

#[test]
fn every_email_of_a_large_mailbox_is_read_by_a_job() {
    let mbox = mailbox(EMAILS);
    let zip = archive(&[("Takeout/Mail/All mail.mbox", &mbox[..])]);
    for (name, bytes) in
        [("all.mbox", mbox.clone()), ("all.mbox.gz", gzip(&mbox)), ("takeout.zip", zip)]
    {
        let case = Case::new();
        case.import(name, &bytes).unwrap();
        assert_eq!(case.jobs.borrow().len(), 1, "{name}");
        assert_eq!(case.run_all(), EMAILS as u64, "{name}");
        assert_eq!(case.amounts(), [1.0, 2.0, 3.0], "{name}: each once");
        let listed: Value =
            case.host.call::<Extension, _, _>("query:finance.mailboxes.v1", &json!({})).unwrap();
        assert_eq!((&listed[0]["name"], &listed[0]["messages"]), (&json!(name), &json!(EMAILS)));
        // The same event again finds all done.
        case.import(name, &bytes).unwrap();
        assert_eq!((case.run_all(), case.amounts().len()), (0, 3), "{name}");
    }
}

#[test]
fn a_small_mailbox_needs_no_job() {
    let case = Case::new();
    case.import("some.mbox", &mailbox(20)).unwrap();
    assert!(case.jobs.borrow().is_empty());
    assert_eq!(case.amounts(), [1.0]);
}

#[test]
fn evt_11_a_job_that_stops_anywhere_in_a_file_goes_on_there() {
    let mbox = mailbox(EMAILS);
    for bytes in [mbox.clone(), gzip(&mbox)] {
        let case = Case::new();
        case.import("all.mbox", &bytes).unwrap();
        // Cancelled after its first email, then stopped dead in the middle of another one.
        case.is_stopped.set(true);
        let again = case.jobs.borrow()[0].clone();
        assert_eq!(case.run(7).unwrap()["messages"], 1);
        case.is_stopped.set(false);
        case.jobs.borrow_mut().push(again);
        case.host.stop_after(701);
        assert!(case.run(8).is_err());
        case.host.stop_after(None);
        let left = case.run_all();
        assert!((500..1400).contains(&left), "{left} emails were left");
        assert_eq!(case.amounts(), [1.0, 2.0, 3.0]);
    }
}

#[test]
fn the_progress_of_a_mailbox_is_right_from_its_first_email_on() {
    let case = Case::new();
    let told = Rc::new(RefCell::new(Vec::new()));
    let seen = Rc::clone(&told);
    case.host.on::<Checkpoint>(move |input| {
        seen.borrow_mut().push(input.progress.unwrap());
        Ok(CheckpointOutput { cancelled: false })
    });
    case.import("all.mbox", &mailbox(EMAILS)).unwrap();
    assert_eq!(case.run_all(), EMAILS as u64);
    let told = told.borrow();
    let near = EMAILS as u64 * 9 / 10..=EMAILS as u64 * 11 / 10;
    // The first email is a receipt, which is longer than most.
    for (looked_at, progress) in (1..).zip(told.iter()).skip(1) {
        let all = progress.total.unwrap() + looked_at - progress.done;
        assert!(near.contains(&all), "{progress:?} after {looked_at}");
    }
    let last = told.last().unwrap();
    assert_eq!(last.total, Some(last.done));
}

/// Makes a mailbox of emails of 2 MB, which cannot be packed.
fn large_mailbox(count: usize) -> Vec<u8> {
    let mut state = 7_u64;
    let mut eight = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state ^ (state >> 32)).to_le_bytes()
    };
    let mut mail = |at: usize| {
        let head = format!(
            "From - Mon Jan  5 09:00:00 2026\nFrom: a@b.example\nSubject: {at}\nContent-Type: \
             application/octet-stream\nContent-Transfer-Encoding: binary\n\n"
        );
        let body = (0..1 << 18).flat_map(|_| eight());
        head.into_bytes().into_iter().chain(body).chain(*b"\n\n").collect::<Vec<u8>>()
    };
    (0..count).flat_map(&mut mail).collect()
}

#[test]
fn a_job_does_not_unpack_again_what_those_before_have_read() {
    const JOBS: usize = 12;
    let mbox = large_mailbox(JOBS + 1);
    let zip = archive(&[("Takeout/Mail/All mail.mbox", &mbox[..])]);
    for (name, bytes) in [("all.mbox.gz", gzip(&mbox)), ("takeout.zip", zip)] {
        let case = Case::new();
        let entry = case.host.add_file(name, name, "application/octet-stream", &bytes);
        let input = json!({ "mailbox": { "kind": "file", "entry": entry.id } });
        // Each job is told to stop after its first email.
        case.is_stopped.set(true);
        let reads = |host: &FakeHost| {
            host.calls().iter().filter(|call| call.contains("read_content")).count()
        };
        for at in 0..JOBS {
            let before = reads(&case.host);
            let job = JobContext { id: Uuid::from_u128(7), attempt: 1, checkpoint: None };
            let report: Value = case.host.run_job::<Extension, _, _>(SCAN, &input, job).unwrap();
            assert_eq!(report["messages"], 1, "{name}");
            // The head and the directory of the file, and those around one email; all are nine.
            let read = reads(&case.host) - before;
            assert!(read <= 6, "{name}: job {at} read {read} pieces of the file");
        }
    }
}

#[test]
fn a_file_that_is_no_mailbox_ends_the_job_and_says_so() {
    let case = Case::new();
    let entry = case.host.add_file("a.txt", "a.txt", "text/plain", b"words");
    let input = json!({ "mailbox": { "kind": "file", "entry": entry.id } });
    let job = JobContext { id: Uuid::from_u128(7), attempt: 1, checkpoint: None };
    let error = case.host.run_job::<Extension, _, Value>(SCAN, &input, job).unwrap_err();
    assert_eq!(error.code(), ErrorCode::DocMalformed);
    assert!(error.message().contains("it holds no email"), "{error}");
}
