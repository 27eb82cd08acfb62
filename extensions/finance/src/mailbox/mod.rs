//! Scanning a mailbox: a job that looks at each message once, the oldest first, and keeps those that
//! hold receipts.
//!
//! The job is resumable: its state is saved after each message, in an entry of the mailbox. A scan
//! that is asked for again begins with what is new. Booking is idempotent: a message that is looked at
//! twice is booked once, like an email that is imported twice.

mod file;
mod gmail;
mod graph;
mod imap;
mod input;
mod jmap;
mod jmap_wire;
mod message;
mod seen;
mod source;
mod state;
mod web;

use std::ops::ControlFlow;

use serde::Serialize;
use serde_json::{Map, Value, json};
use spacedrive_sdk::ops::jobs::{DispatchInput, ProgressReport};
use spacedrive_sdk::ops::vdfs::{Entry, ListEntriesInput, MAX_PAGE};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::wire::event::IMPORT_AGAIN;
use spacedrive_sdk::wire::text::counted;

pub use input::{Kind, MailboxInput, ScanInput};
use input::{Mailbox, Scanned};
pub(crate) use message::folder as messages;
use message::{Incoming, Taken};
use seen::MAX_WITHHELD;
use source::{Fetched, Source};
pub use state::ScannedMailbox;
use state::State;
pub(crate) use state::path as state;

use crate::book;
use crate::find;
use crate::ledger::OWN;
use crate::own;

/// The operation, which is also the job.
pub(crate) const METHOD: &str = "action:finance.scan_mailbox.input.v1";

/// Most work of one job before it leaves the rest to a next one: scanned pages and documents take
/// seconds, and a call has a deadline.
const WORK_OF_A_JOB: usize = 4000;
/// Work of fetching a message from a server.
const WORK_OF_A_FETCH: usize = 9;
/// Messages that a server may withhold one after the other; with one more it is the server that fails.
const MAX_WITHHELD_IN_A_ROW: u32 = 3;
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
    /// Messages of which something could not be read, which are in the library, and messages that the
    /// server did not send, which the next scan asks for again.
    pub failed: u64,
    /// Failures of the first of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<String>,
    /// Messages with an encrypted document that could be read now.
    #[serde(skip_serializing_if = "state::is_zero")]
    pub unlocked: u64,
    /// Messages that are left for the next job, if there are any.
    pub left: u64,
    /// True when another scan of the mailbox is at work, which does the rest.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub elsewhere: bool,
}

/// Makes a job of it, or does it when this is the job.
///
/// # Errors
/// [`ErrorCode::BadInput`] for a mailbox that is not named in full; the mailbox or the library cannot be read
/// or written. The job then resumes where it stopped.
pub(crate) fn scan(client: &SpacedriveClient, input: ScanInput) -> Result<ScanOutput> {
    let input = &input.checked()?;
    if client.jobs().current().is_none() {
        return start(client, input);
    }
    let scan = Scan::begin(client, input)?;
    let report = match &input.mailbox {
        Mailbox::Imap { server, auth, user, folder } => {
            scan.over(&imap::Folder::new(server, auth, user.as_ref(), folder, input))?
        }
        Mailbox::Gmail { auth, server } => scan.over(&gmail::Account::new(server, auth, input))?,
        Mailbox::Jmap { auth, server } => scan.over(&jmap::Account::new(server, auth, input))?,
        Mailbox::Graph { auth, server, folder } => {
            scan.over(&graph::Folder::new(server, auth, folder, input))?
        }
        Mailbox::File { entry, .. } => file::scan(scan, *entry, input.since.as_deref())?,
    };
    Ok(ScanOutput::Done(report))
}

/// Lists the mailboxes that were scanned.
///
/// # Errors
/// Those of `vdfs.list_entries`.
pub(crate) fn list(client: &SpacedriveClient) -> Result<Vec<ScannedMailbox>> {
    state::list(client)
}

/// Makes the job that scans a mailbox that came in as a file.
///
/// # Errors
/// Those of `jobs.dispatch`.
pub(crate) fn scan_file(client: &SpacedriveClient, entry: &Entry) -> Result<()> {
    let (content, name) = (entry.content_hash.clone(), Some(entry.name.clone()));
    let mailbox = Mailbox::File { entry: entry.id, content, name };
    // Where its import was taken back, the next one reads it from its beginning.
    let own = Map::from_iter([(OWN.to_owned(), json!({ (IMPORT_AGAIN): true }))]);
    client.vdfs().update_metadata(entry.id, own)?;
    start(client, &Scanned { mailbox, since: None, continues: false }).map(drop)
}

fn start(client: &SpacedriveClient, input: &Scanned) -> Result<ScanOutput> {
    let job = dispatch(client, input, format!("mailbox:{}", state::id(&input.mailbox)))?;
    let next = if job.1 { "run the job" } else { "it is scanned already, by this job" };
    Ok(ScanOutput::Started { job_id: job.0, created: job.1, next })
}

fn dispatch(client: &SpacedriveClient, input: &Scanned, key: String) -> Result<(Uuid, bool)> {
    let job = DispatchInput {
        method: METHOD.to_owned(),
        input: serde_json::to_value(input)?,
        key: Some(key),
        ..DispatchInput::default()
    };
    let made = client.jobs().dispatch_with(&job)?;
    Ok((made.job_id, made.created))
}

/// Reads the messages again that have an encrypted document: the settings may have its password by now.
/// Returns the number of those that could be read.
fn unlock(client: &SpacedriveClient, state: &State) -> Result<u64> {
    let locked = ListEntriesInput {
        path_prefix: Some(message::folder(&state.id)),
        metadata: Map::from_iter([(book::LOCKED.to_owned(), Value::Bool(true))]),
        limit: MAX_PAGE,
        ..ListEntriesInput::default()
    };
    let mut unlocked = 0;
    for entry in own::entries(client, locked)? {
        match book::read(client, &entry, &state.import()) {
            Err(error) if find::is_permanent(error.code()) => {}
            read => {
                read?;
                unlocked += 1;
            }
        }
    }
    Ok(unlocked)
}

/// The end of the work on a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// All of it was looked at.
    Reached,
    /// It goes on in another job.
    Stopped,
}

/// A scan at work.
struct Scan<'s> {
    client: &'s SpacedriveClient,
    input: &'s Scanned,
    state: State,
    report: Report,
    /// Work that is left to this job.
    work: usize,
    /// Messages that the server withheld one after the other.
    withheld: u32,
}

impl<'s> Scan<'s> {
    fn begin(client: &'s SpacedriveClient, input: &'s Scanned) -> Result<Self> {
        let mut state = State::open(client, &input.mailbox)?;
        state.seen.ask_since(state::day_ms(input.since.as_deref()));
        // The jobs that go on with the rest would try each locked message in vain again.
        let unlocked = if input.continues { 0 } else { unlock(client, &state)? };
        let report = Report { unlocked, ..Report::default() };
        Ok(Self { client, input, state, report, work: WORK_OF_A_JOB, withheld: 0 })
    }

    /// Scans a mailbox page by page.
    fn over<S: Source>(mut self, source: &S) -> Result<Report> {
        let end = loop {
            if let ControlFlow::Break(end) = self.page(source)? {
                break end;
            }
        };
        if end == End::Reached && self.reach_end()?.is_continue() {
            self.ask_again(source)?;
        }
        Ok(self.report)
    }

    /// Writes down that all was looked at that is there.
    fn reach_end(&mut self) -> Result<ControlFlow<()>> {
        if self.state.seen.reach_end() { self.save() } else { Ok(ControlFlow::Continue(())) }
    }

    fn page<S: Source>(&mut self, source: &S) -> Result<ControlFlow<End>> {
        let before = self.state.seen.clone();
        let page = source.page(self.client, &mut self.state)?;
        self.report.left = page.total;
        let moves = self.state.seen != before;
        if page.new.is_empty() && moves && self.save()?.is_break() {
            return Ok(ControlFlow::Break(End::Stopped));
        }
        // A server that says that there is more, and lists nothing, would be asked for ever.
        let is_last = page.total <= page.new.len() as u64 || page.new.is_empty() && !moves;
        for message in &page.new {
            if self.is_spent()? || self.fetch(source, message)?.is_break() {
                return Ok(ControlFlow::Break(End::Stopped));
            }
        }
        Ok(if is_last { ControlFlow::Break(End::Reached) } else { ControlFlow::Continue(()) })
    }

    /// Fetches a message and looks at it, or remembers it where the server withholds it.
    fn fetch<S: Source>(&mut self, source: &S, message: &S::Ref) -> Result<ControlFlow<()>> {
        let fetched = source.fetch(self.client, message);
        if let Ok(Fetched::Withheld(why)) = &fetched {
            self.withhold(message, why)?;
        } else {
            self.withheld = 0;
        }
        self.look(fetched, WORK_OF_A_FETCH, |state, fetched| source.pass(state, message, fetched))
    }

    /// Remembers a message that the server withholds, or names it where it is one too many.
    fn withhold(&mut self, message: &impl Serialize, why: &str) -> Result<()> {
        self.withheld += 1;
        if self.withheld > MAX_WITHHELD_IN_A_ROW {
            return Err(Error::new(ErrorCode::Net, why));
        }
        let message = serde_json::to_value(message)?;
        if !self.state.seen.withhold(&message) {
            let reason = format!("{MAX_WITHHELD} others are asked for again already");
            self.note(Taken::failed(format!("{why}: passed over, since {reason}: {message}")));
        }
        Ok(())
    }

    /// Asks again for the messages that this scan, or an earlier one, was not sent.
    fn ask_again<S: Source>(&mut self, source: &S) -> Result<()> {
        for message in self.state.seen.withheld.clone() {
            if self.work == 0 {
                break;
            }
            let fetched = source.fetch(self.client, &serde_json::from_value(message.clone())?);
            if let Ok(Fetched::Withheld(why)) = fetched {
                self.fail(why);
                continue;
            }
            let pass = |state: &mut State, _: Option<&Incoming>| {
                state.seen.withheld.retain(|other| *other != message);
            };
            if self.look(fetched, WORK_OF_A_FETCH, pass)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Returns whether this job has done enough; the rest is left to a next one then.
    fn is_spent(&self) -> Result<bool> {
        if self.work == 0 {
            let job = self.client.jobs().current().map(|job| job.id).unwrap_or_default();
            let key = format!("mailbox:{}:{job}", self.state.id);
            let rest = Scanned { continues: true, ..self.input.clone() };
            dispatch(self.client, &rest, key)?;
        }
        Ok(self.work == 0)
    }

    /// Looks at one message and writes down that this is done.
    fn look(
        &mut self,
        fetched: Result<Fetched>,
        cost: usize,
        pass: impl FnOnce(&mut State, Option<&Incoming>),
    ) -> Result<ControlFlow<()>> {
        let (fetched, taken) = match fetched {
            Ok(Fetched::Gone) => (None, Taken::default()),
            Ok(Fetched::Withheld(_)) => {
                pass(&mut self.state, None);
                return self.save();
            }
            Ok(Fetched::Here(fetched)) => {
                let taken =
                    message::take(self.client, &fetched, &self.state.id, &self.state.import())?;
                (Some(fetched), taken)
            }
            // Others may be smaller.
            Err(error) if error.code() == ErrorCode::NetSize => {
                (None, Taken::failed(error.message()))
            }
            Err(error) => return Err(error),
        };
        pass(&mut self.state, fetched.as_ref());
        self.work = self.work.saturating_sub(cost + taken.work);
        self.note(taken);
        self.save()
    }

    fn note(&mut self, taken: Taken) {
        self.state.messages += 1;
        self.state.booked += taken.booked;
        self.report.messages += 1;
        self.report.booked += taken.booked;
        self.report.left = self.report.left.saturating_sub(1);
        if let Some(failure) = taken.failure {
            self.fail(failure);
        }
    }

    fn fail(&mut self, failure: String) {
        self.report.failed += 1;
        if self.report.failures.len() < MAX_NAMED {
            self.report.failures.push(failure);
        }
    }

    /// Writes the state down, tells how far it is, and asks whether to go on.
    fn save(&mut self) -> Result<ControlFlow<()>> {
        // What was booked is booked once, whoever looked at it.
        self.report.elsewhere = !self.state.save(self.client)?;
        if self.report.elsewhere {
            return Ok(ControlFlow::Break(()));
        }
        let Report { messages, booked, left, .. } = &self.report;
        let progress = ProgressReport {
            done: *messages,
            total: Some(messages + left),
            message: Some(format!("messages, {} booked", counted(*booked, "receipt", "receipts"))),
        };
        let cancelled = self.client.jobs().checkpoint(&self.state.messages, Some(progress))?;
        Ok(if cancelled { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    }
}
