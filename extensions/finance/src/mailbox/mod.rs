//! Scanning a mailbox: a job that looks at each message once, the oldest first, and keeps those that
//! hold receipts.
//!
//! The job is resumable: its state is saved after each message, in an entry of the mailbox. A scan
//! that is asked for again begins with what is new. Booking is idempotent: a message that is looked at
//! twice is booked once, like an email that is imported twice.

mod gmail;
mod graph;
mod imap;
mod input;
mod jmap;
mod jmap_wire;
mod message;
mod source;
mod state;
mod web;

use serde::Serialize;
use spacedrive_sdk::ops::jobs::{DispatchInput, ProgressReport};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::wire::text::counted;

pub use input::{Mailbox, ScanInput};
use message::Taken;
use source::Source;
use state::State;

/// The operation, which is also the job.
pub(crate) const METHOD: &str = "action:finance.scan_mailbox.input.v1";

/// Most work of one job before it leaves the rest to a next one: scanned pages and documents take
/// seconds, and a call has a deadline.
const WORK_OF_A_JOB: usize = 400;
/// Failures that are named in the answer of a job.
const MAX_NAMED: usize = 20;

/// Output of the operation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ScanOutput {
    /// It was asked for: the job that does it.
    Started {
        /// The job.
        job_id: Uuid,
        /// False when the mailbox is being scanned already.
        created: bool,
        /// Next step for the user.
        next: &'static str,
    },
    /// It was done.
    Done(Report),
}

/// Report of a job.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// Messages that were looked at.
    pub messages: u64,
    /// Receipts that were booked.
    pub booked: u64,
    /// Messages of which something could not be read; they are in the library.
    pub failed: u64,
    /// Failures of the first of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<String>,
    /// Messages that are left for the next job, if there are any.
    pub left: u64,
    /// True when another scan of the mailbox is at work, which does the rest.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub elsewhere: bool,
}

/// Makes a job of it, or does it when this is the job.
///
/// # Errors
/// The mailbox or the library cannot be read or written. The job then resumes where it stopped.
pub(crate) fn scan(client: &SpacedriveClient, input: &ScanInput) -> Result<ScanOutput> {
    check(input)?;
    if client.jobs().current().is_none() {
        return start(client, input);
    }
    let report = match &input.mailbox {
        Mailbox::Imap { server, auth, user, folder } => {
            run(client, input, &imap::Folder::new(server, auth, user.as_ref(), folder, input))?
        }
        Mailbox::Gmail { auth, server } => {
            run(client, input, &gmail::Account::new(server, auth, input))?
        }
        Mailbox::Jmap { auth, server } => {
            run(client, input, &jmap::Account::new(server, auth, input))?
        }
        Mailbox::Graph { auth, server, folder } => {
            run(client, input, &graph::Folder::new(server, auth, folder, input))?
        }
    };
    Ok(ScanOutput::Done(report))
}

fn check(input: &ScanInput) -> Result<()> {
    let is_day = |text: &String| text.parse::<jiff::civil::Date>().is_ok();
    match &input.since {
        Some(since) if !is_day(since) => {
            Err(Error::new(ErrorCode::BadInput, "`since` is not a valid day, such as 2026-01-31"))
        }
        _ => Ok(()),
    }
}

fn start(client: &SpacedriveClient, input: &ScanInput) -> Result<ScanOutput> {
    let job = dispatch(client, input, format!("mailbox:{}", state::id(&input.mailbox)))?;
    let next = if job.1 { "run the job" } else { "it is scanned already, by this job" };
    Ok(ScanOutput::Started { job_id: job.0, created: job.1, next })
}

fn dispatch(client: &SpacedriveClient, input: &ScanInput, key: String) -> Result<(Uuid, bool)> {
    let job = DispatchInput {
        method: METHOD.to_owned(),
        input: serde_json::to_value(input)?,
        key: Some(key),
        ..DispatchInput::default()
    };
    let made = client.jobs().dispatch_with(&job)?;
    Ok((made.job_id, made.created))
}

fn run<S: Source>(client: &SpacedriveClient, input: &ScanInput, source: &S) -> Result<Report> {
    let mut state = State::open(client, &input.mailbox)?;
    let mut report = Report::default();
    let mut work = WORK_OF_A_JOB;
    loop {
        let before = state.seen.clone();
        let page = source.page(client, &mut state)?;
        report.left = page.total;
        let is_last = page.total <= page.new.len() as u64;
        if page.new.is_empty() && state.seen != before {
            report.elsewhere = !state.save(client)?;
            if report.elsewhere || is_cancelled(client, &state, &report)? {
                return Ok(report);
            }
        }
        for message in &page.new {
            if work == 0 {
                let job = client.jobs().current().map(|job| job.id).unwrap_or_default();
                dispatch(client, input, format!("mailbox:{}:{job}", state.id))?;
                return Ok(report);
            }
            work = work.saturating_sub(look(client, source, message, &mut state, &mut report)?);
            if report.elsewhere || is_cancelled(client, &state, &report)? {
                return Ok(report);
            }
        }
        if is_last {
            return Ok(report);
        }
    }
}

/// Looks at one message and writes down that this is done. Returns how much work it was.
fn look<S: Source>(
    client: &SpacedriveClient,
    source: &S,
    message: &S::Ref,
    state: &mut State,
    report: &mut Report,
) -> Result<usize> {
    let (fetched, taken) = match source.fetch(client, message) {
        Ok(None) => (None, Taken::default()),
        Ok(Some(fetched)) => {
            let taken = message::take(client, &fetched, &state.id)?;
            (Some(fetched), taken)
        }
        // Others may be smaller.
        Err(error) if error.code() == ErrorCode::NetSize => (None, Taken::failed(error.message())),
        Err(error) => return Err(error),
    };
    source.pass(state, message, fetched.as_ref());
    state.messages += 1;
    state.booked += taken.booked;
    // What was booked of it is booked once, whoever looked at it.
    report.elsewhere = !state.save(client)?;
    report.messages += 1;
    report.booked += taken.booked;
    report.left = report.left.saturating_sub(1);
    if let Some(failure) = taken.failure {
        report.failed += 1;
        if report.failures.len() < MAX_NAMED {
            report.failures.push(failure);
        }
    }
    Ok(taken.work)
}

/// Tells how far it is, and asks whether to go on.
fn is_cancelled(client: &SpacedriveClient, state: &State, report: &Report) -> Result<bool> {
    let Report { messages, booked, left, .. } = report;
    let progress = ProgressReport {
        done: *messages,
        total: Some(messages + left),
        message: Some(format!("messages, {} booked", counted(*booked, "receipt", "receipts"))),
    };
    client.jobs().checkpoint(&state.messages, Some(progress))
}
