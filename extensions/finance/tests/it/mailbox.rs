//! Scanning mailboxes, natively: a server in memory that can fail at any call.

use std::{cell::Cell, cell::RefCell, collections::HashMap, rc::Rc};

use crate::common::{Engines, host, mail, pdf, rows};
use finance::extension::Extension;
use serde_json::{Value, json};
use spacedrive_sdk::ops::ai::{ExtractText, ExtractTextInput};
use spacedrive_sdk::ops::jobs::{
    Checkpoint, CheckpointOutput, Dispatch, DispatchInput, DispatchOutput, JobContext,
};
use spacedrive_sdk::ops::mail::{
    FetchMessage, FetchMessageOutput, ListMessages, ListMessagesOutput, MessageInfo,
};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::testing::FakeHost;
use spacedrive_sdk::wire::ErrorBody;

pub(crate) const METHOD: &str = "action:finance.scan_mailbox.input.v1";

/// A mailbox: its messages, and how many calls it still answers.
#[derive(Default)]
pub(crate) struct Server {
    pub(crate) messages: RefCell<Vec<(u32, Vec<u8>)>>,
    pub(crate) validity: Cell<u32>,
    /// Calls until one fails; `None`: none does.
    pub(crate) fails_in: Cell<Option<u32>>,
    pub(crate) fetched: RefCell<Vec<u32>>,
    /// Messages that it has and does not send.
    pub(crate) withholds: RefCell<Vec<u32>>,
    /// It lists no messages, although there are some.
    pub(crate) lists_none: Cell<bool>,
    pub(crate) cancelled: Cell<bool>,
    pub(crate) dispatched: RefCell<Vec<DispatchInput>>,
    /// Gmail: when a message came, in milliseconds since 1970, where that is not second `uid * 1000`.
    pub(crate) dates: RefCell<HashMap<u32, u64>>,
    /// Gmail: lists that it was asked for.
    pub(crate) lists: RefCell<Vec<String>>,
}

impl Server {
    pub(crate) fn add(&self, uid: u32, raw: Vec<u8>) {
        self.messages.borrow_mut().push((uid, raw));
    }

    /// Fails as a connection that breaks does.
    pub(crate) fn tick(&self) -> Result<()> {
        let left = self.fails_in.get();
        self.fails_in.set(left.map(|left| left.saturating_sub(1)));
        match left {
            Some(0) => Err(Error::new(ErrorCode::Net, "the connection broke")),
            _ => Ok(()),
        }
    }

    pub(crate) fn raw(&self, uid: u32) -> Option<Vec<u8>> {
        self.messages.borrow().iter().find(|(other, _)| *other == uid).map(|(_, raw)| raw.clone())
    }
}

pub(crate) fn job() -> JobContext {
    JobContext { id: Uuid::from_u128(7), attempt: 1, checkpoint: None }
}

pub(crate) fn serve_jobs(host: &FakeHost, server: &Rc<Server>) {
    let of_checkpoint = Rc::clone(server);
    host.on::<Checkpoint>(move |_| {
        Ok(CheckpointOutput { cancelled: of_checkpoint.cancelled.get() })
    });
    let of_dispatch = Rc::clone(server);
    host.on::<Dispatch>(move |input| {
        of_dispatch.dispatched.borrow_mut().push(input);
        Ok(DispatchOutput { job_id: Uuid::from_u128(8), created: true })
    });
}

/// Makes a host with an IMAP server.
pub(crate) fn imap(server: &Rc<Server>) -> FakeHost {
    let host = host(HashMap::new());
    serve_jobs(&host, server);
    let listing = Rc::clone(server);
    host.on::<ListMessages>(move |input| {
        listing.tick()?;
        let messages = listing.messages.borrow();
        let new = messages.iter().filter(|(uid, _)| *uid > input.after);
        let info = |(uid, raw): &(u32, Vec<u8>)| MessageInfo {
            uid: *uid,
            bytes: raw.len() as u32,
            received_at: None,
        };
        let total = new.clone().count() as u32;
        let limit = if listing.lists_none.get() { 0 } else { input.limit as usize };
        let messages = new.take(limit).map(info).collect();
        Ok(ListMessagesOutput { uid_validity: listing.validity.get(), total, messages })
    });
    let fetching = Rc::clone(server);
    host.on::<FetchMessage>(move |input| {
        fetching.tick()?;
        fetching.fetched.borrow_mut().push(input.uid);
        if fetching.withholds.borrow().contains(&input.uid) {
            let details = json!({ "message": input.uid });
            let body = ErrorBody::new(ErrorCode::Net, "it does not send the message");
            return Err(body.with_details(details).into());
        }
        let raw = fetching.raw(input.uid);
        let raw = raw.ok_or_else(|| {
            let body = ErrorBody::new(ErrorCode::NotFound, "gone");
            Error::from(body.with_details(json!({ "message": input.uid })))
        })?;
        if raw.is_empty() {
            return Err(Error::new(
                ErrorCode::NetSize,
                "the message is larger than 50331648 bytes",
            ));
        }
        Ok(FetchMessageOutput { data: raw.into() })
    });
    host
}

fn input() -> Value {
    json!({ "mailbox": { "kind": "imap", "server": "imaps://imap.example.com", "auth": "mail" } })
}

pub(crate) fn scan(host: &FakeHost) -> Result<Value> {
    host.run_job::<Extension, _, _>(METHOD, &input(), job())
}

pub(crate) fn receipt(number: u32) -> Vec<u8> {
    let lines = [
        "Quill & Paper GmbH",
        "INVOICE",
        &format!("Invoice number: {number}"),
        "Invoice date: 5 January 2026",
        &format!("Paper  {number}.00 EUR"),
        &format!("Total  {number}.00 EUR"),
    ];
    mail(&number.to_string(), "application/pdf", "invoice.pdf", &pdf(&lines, None))
}

pub(crate) fn letter(number: u32) -> Vec<u8> {
    format!(
        "From: a@b.example\r\nSubject: Hi\r\nMessage-ID: <l{number}@b>\r\n\r\nSee you at nine.\r\n"
    )
    .into_bytes()
}

/// Makes a server with receipts in the messages 2, 5 and 8 of nine.
pub(crate) fn filled() -> Rc<Server> {
    let server = Rc::new(Server::default());
    server.validity.set(3);
    for uid in 1..=9 {
        server.add(uid, if uid % 3 == 2 { receipt(uid) } else { letter(uid) });
    }
    server
}

pub(crate) fn amounts(host: &FakeHost) -> Vec<f64> {
    let mut amounts: Vec<f64> =
        rows(host).iter().map(|row| row["amount"].as_f64().unwrap()).collect();
    amounts.sort_by(f64::total_cmp);
    amounts
}

fn entries(host: &FakeHost, entry_type: &str) -> Vec<String> {
    let all = host.entries().into_iter().filter(|entry| entry.entry_type == entry_type);
    all.map(|entry| entry.path).collect()
}

#[test]
fn receipts_are_booked_and_other_mail_leaves_nothing_behind() {
    let server = filled();
    let host = imap(&server);
    let report = scan(&host).unwrap();
    assert_eq!(report, json!({ "messages": 9, "booked": 3, "failed": 0, "left": 0 }));
    assert_eq!(amounts(&host), [2.0, 5.0, 8.0]);
    let files = entries(&host, "file");
    assert_eq!(files.len(), 3, "{files:?}");
    assert!(files.iter().all(|path| path.starts_with("mail/") && path.ends_with(".eml")));
    // What is new is looked at, and nothing else.
    server.fetched.borrow_mut().clear();
    server.add(10, receipt(10));
    let report = scan(&host).unwrap();
    assert_eq!((&report["messages"], &report["booked"]), (&json!(1), &json!(1)));
    assert_eq!(*server.fetched.borrow(), [10]);
    assert_eq!(scan(&host).unwrap()["messages"], 0);
    assert_eq!(entries(&host, "mailbox").len(), 1);
}

#[test]
fn evt_11_a_scan_that_breaks_anywhere_goes_on_there_and_books_nothing_twice() {
    for breaks_at in 0..11 {
        let server = filled();
        let host = imap(&server);
        server.fails_in.set(Some(breaks_at));
        let broken = scan(&host);
        server.fails_in.set(None);
        if let Err(error) = broken {
            assert_eq!(error.code(), ErrorCode::Net);
            scan(&host).unwrap();
        }
        assert_eq!(amounts(&host), [2.0, 5.0, 8.0], "broken at call {breaks_at}");
        let mut fetched = server.fetched.borrow().clone();
        fetched.sort_unstable();
        assert_eq!(fetched, [1, 2, 3, 4, 5, 6, 7, 8, 9], "each is fetched once");
    }
}

/// Lets another scan of the same mailbox run to its end while this one fetches a message.
#[test]
fn of_two_scans_at_once_one_goes_on_and_nothing_is_booked_twice() {
    for at in [1, 2, 5, 9] {
        let server = filled();
        let host = Rc::new(imap(&server));
        let (other, of_fetch) = (Rc::downgrade(&host), Rc::clone(&server));
        host.on::<FetchMessage>(move |input| {
            of_fetch.fetched.borrow_mut().push(input.uid);
            let is_first = of_fetch.fetched.borrow().iter().filter(|uid| **uid == at).count() == 1;
            if input.uid == at && is_first {
                let report = scan(&other.upgrade().unwrap()).unwrap();
                assert_eq!(report["elsewhere"], Value::Null, "{report}");
            }
            Ok(FetchMessageOutput { data: of_fetch.raw(input.uid).unwrap().into() })
        });
        let report = scan(&host).unwrap();
        assert_eq!(report["elsewhere"], true, "{report}");
        assert_eq!(report["messages"], at, "it ends with the message at which it was overtaken");
        assert_eq!(amounts(&host), [2.0, 5.0, 8.0], "overtaken at {at}");
        assert_eq!((entries(&host, "file").len(), entries(&host, "mailbox").len()), (3, 1));
        assert_eq!(
            scan(&host).unwrap()["messages"],
            0,
            "what the other one looked at is looked at"
        );
    }
}

#[test]
fn numbers_that_stand_for_others_now_book_nothing_twice() {
    let server = filled();
    let host = imap(&server);
    scan(&host).unwrap();
    server.validity.set(4);
    let report = scan(&host).unwrap();
    assert_eq!((&report["messages"], &report["booked"]), (&json!(9), &json!(0)));
    assert_eq!(amounts(&host), [2.0, 5.0, 8.0]);
    assert_eq!(entries(&host, "file").len(), 3);
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_is_done() {
    let server = Rc::new(Server::default());
    server.add(1, Vec::new());
    server.add(2, b"no mail".to_vec());
    let broken = mail("broken", "application/pdf", "invoice.pdf", b"%PDF-1.7 damaged");
    server.add(3, broken);
    server.add(4, receipt(4));
    let host = imap(&server);
    let report = scan(&host).unwrap();
    assert_eq!((&report["messages"], &report["booked"]), (&json!(4), &json!(1)), "{report}");
    let failures: Vec<&str> =
        report["failures"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
    assert!(failures[0].contains("larger than"), "{failures:?}");
    assert!(failures.last().unwrap().contains("invoice.pdf"), "{failures:?}");
    // The mail whose document is broken is there to be looked at.
    let files = entries(&host, "file");
    assert_eq!(files.len(), 2, "{files:?}");
}

#[test]
fn a_scan_is_a_job_and_ends_when_it_is_cancelled() {
    let server = filled();
    let host = imap(&server);
    let started: Value = host.call::<Extension, _, _>(METHOD, &input()).unwrap();
    assert_eq!(
        (&started["created"], &started["job_id"]),
        (&json!(true), &json!(Uuid::from_u128(8)))
    );
    let made = server.dispatched.borrow()[0].clone();
    assert_eq!(made.method, METHOD);
    assert!(made.key.unwrap().starts_with("mailbox:"));
    assert!(server.fetched.borrow().is_empty());
    server.cancelled.set(true);
    let report: Value = host.run_job::<Extension, _, _>(METHOD, &made.input, job()).unwrap();
    assert_eq!((&report["messages"], &report["left"]), (&json!(1), &json!(8)));
}

#[test]
fn a_large_mailbox_is_scanned_by_several_jobs() {
    let server = Rc::new(Server::default());
    for uid in 1..=900 {
        server.add(uid, letter(uid));
    }
    let host = imap(&server);
    let report = scan(&host).unwrap();
    assert_eq!((&report["messages"], &report["left"]), (&json!(400), &json!(500)));
    let mut seen = 400;
    while let Some(next) = { server.dispatched.borrow_mut().pop() } {
        assert_eq!(next.input["mailbox"]["server"], input()["mailbox"]["server"]);
        let report: Value = host.run_job::<Extension, _, _>(METHOD, &next.input, job()).unwrap();
        seen += report["messages"].as_u64().unwrap();
    }
    assert_eq!(seen, 900);
    assert_eq!(server.fetched.borrow().len(), 900, "each is fetched once");
}

#[test]
fn a_day_that_is_none_is_refused() {
    let host = imap(&filled());
    for since in ["yesterday", "2026-13-01", "", "2026-01-01\r\nx"] {
        let mut input = input();
        input["since"] = json!(since);
        let refused = host.call::<Extension, _, Value>(METHOD, &input).unwrap_err();
        assert_eq!(refused.code(), ErrorCode::BadInput, "{since:?}");
    }
}

#[test]
fn a_mailbox_that_is_taken_back_is_read_from_its_beginning_by_the_next_scan() {
    let server = Rc::new(Server::default());
    server.add(1, receipt(1));
    server.add(2, receipt(2));
    let host = imap(&server);
    scan(&host).unwrap();
    assert_eq!(rows(&host).len(), 2);
    let imports: Vec<Value> =
        host.call::<Extension, _, _>("query:finance.imports.v1", &json!({})).unwrap();
    assert_eq!((imports.len(), &imports[0]["receipts"]), (1, &json!(2)));
    assert!(imports[0]["source"].as_str().unwrap().contains("imap.example.com"), "{imports:?}");

    let input = json!({ "import": imports[0]["entry_id"] });
    let done: Vec<Value> =
        host.call::<Extension, _, _>("action:finance.undo_import.input.v1", &input).unwrap();
    assert_eq!(done.len(), 2);
    let paths: Vec<String> = host.entries().into_iter().map(|entry| entry.path).collect();
    let is_left = |path: &&String| path.starts_with("mail/") || path.starts_with("mailboxes/");
    assert_eq!(paths.iter().find(is_left), None);

    scan(&host).unwrap();
    assert_eq!(rows(&host).len(), 2);
    let imports: Vec<Value> =
        host.call::<Extension, _, _>("query:finance.imports.v1", &json!({})).unwrap();
    assert_eq!(imports[0]["state"], "booked");
}

#[test]
fn an_encrypted_invoice_of_a_mailbox_is_booked_by_the_scan_after_its_password_is_known() {
    let server = Rc::new(Server::default());
    server.add(1, receipt(7));
    let host = imap(&server);
    let knows = Rc::new(Cell::new(false));
    let (engines, asked) = (Engines::new(), Rc::clone(&knows));
    host.on::<ExtractText>(move |input| match asked.get() {
        true => engines.run::<ExtractText>(&ExtractTextInput { passwords: None, ..input }),
        false => {
            assert_eq!(input.passwords.as_deref(), Some("pdf_passwords"));
            Err(Error::new(ErrorCode::DocEncrypted, "it needs a password"))
        }
    });
    let report = scan(&host).unwrap();
    assert_eq!((&report["booked"], &report["failed"]), (&json!(0), &json!(1)), "{report}");
    let failure = report["failures"][0].as_str().unwrap();
    assert!(failure.contains("no password of the setting `pdf_passwords` opens it"), "{failure}");
    assert_eq!(scan(&host).unwrap()["unlocked"], Value::Null);
    knows.set(true);
    let mut rest = input();
    rest["continues"] = json!(true);
    let job = JobContext { id: Uuid::from_u128(8), attempt: 1, checkpoint: None };
    let report: Value = host.run_job::<Extension, _, _>(METHOD, &rest, job).unwrap();
    assert_eq!(report["unlocked"], Value::Null, "a job that goes on leaves it to the next scan");
    assert_eq!(scan(&host).unwrap()["unlocked"], 1);
    assert_eq!(rows(&host).len(), 1);
    assert_eq!(scan(&host).unwrap()["unlocked"], Value::Null, "it is read once");
}
