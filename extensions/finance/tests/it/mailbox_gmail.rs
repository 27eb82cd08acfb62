//! Scanning a mailbox at Gmail, natively: a server that speaks as Gmail does.

use std::{collections::HashMap, rc::Rc};

use crate::common::host;
use crate::mailbox::{METHOD, Server, amounts, filled, job, letter, receipt, serve_jobs};
use finance::extension::Extension;
use serde_json::{Value, json};
use spacedrive_sdk::ops::http::{Request, RequestOutput};
use spacedrive_sdk::ops::jobs::JobContext;
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::testing::FakeHost;

/// Messages on a page.
const PAGE: usize = 7;

/// Makes a host with a server that speaks as Gmail does.
pub(crate) fn gmail(server: &Rc<Server>) -> FakeHost {
    let host = host(HashMap::new());
    serve_jobs(&host, server);
    let serving = Rc::clone(server);
    host.on::<Request>(move |request| {
        serving.tick()?;
        assert_eq!(request.auth.as_deref(), Some("google"));
        let url = request.url.clone();
        let path = url.strip_prefix("https://gmail.googleapis.com/gmail/v1/users/me/").unwrap();
        let (status, body) = answer(&serving, path);
        let body = body.to_string().into_bytes().into();
        Ok(RequestOutput { status, headers: Vec::new(), body, url })
    });
    host
}

/// Returns when a message came, in milliseconds since 1970.
fn date(server: &Server, uid: u32) -> u64 {
    server.dates.borrow().get(&uid).copied().unwrap_or(u64::from(uid) * 1_000_000)
}

/// Answers as Gmail does.
fn answer(server: &Server, path: &str) -> (u16, Value) {
    if let Some(id) = path.strip_prefix("messages/") {
        let id = id.strip_suffix("?format=raw").unwrap();
        let uid = u32::from_str_radix(id, 16).unwrap();
        server.fetched.borrow_mut().push(uid);
        if server.withholds.borrow().contains(&uid) {
            return (500, json!({ "error": { "status": "INTERNAL" } }));
        }
        let Some(raw) = server.raw(uid) else { return (404, json!({})) };
        let raw = base64_url(&raw);
        let date = date(server, uid).to_string();
        return (200, json!({ "id": id, "raw": raw, "internalDate": date }));
    }
    server.lists.borrow_mut().push(path.to_owned());
    let after = path
        .split_once("q=after:")
        .map_or(0, |(_, rest)| rest.split('&').next().unwrap().parse::<u64>().unwrap());
    let page: usize = path.split_once("pageToken=").map_or(0, |(_, token)| token.parse().unwrap());
    let messages = server.messages.borrow();
    let is_new = |uid: &u32| date(server, *uid) / 1000 > after;
    let mut uids: Vec<u32> = messages.iter().map(|(uid, _)| *uid).filter(is_new).collect();
    uids.sort_by_key(|uid| std::cmp::Reverse((date(server, *uid), *uid)));
    let of_page = uids.iter().skip(page * PAGE).take(PAGE);
    let ids: Vec<Value> = of_page.map(|uid| json!({ "id": format!("{uid:x}") })).collect();
    let next = (uids.len() > (page + 1) * PAGE).then(|| (page + 1).to_string());
    (200, json!({ "messages": ids, "nextPageToken": next }))
}

fn base64_url(bytes: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE};
    URL_SAFE.encode(bytes)
}

pub(crate) fn scan_gmail(host: &FakeHost) -> Result<Value> {
    let input = json!({ "mailbox": { "kind": "gmail", "auth": "google" } });
    host.run_job::<Extension, _, _>(METHOD, &input, job())
}

#[test]
fn gmail_is_scanned_the_oldest_first_and_each_message_once() {
    let server = filled();
    let host = gmail(&server);
    let report = scan_gmail(&host).unwrap();
    assert_eq!(report, json!({ "messages": 9, "booked": 3, "failed": 0, "left": 0 }));
    assert_eq!(*server.fetched.borrow(), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    server.add(200, receipt(200));
    server.add(201, letter(201));
    let report = scan_gmail(&host).unwrap();
    assert_eq!((&report["messages"], &report["booked"]), (&json!(2), &json!(1)));
    assert_eq!(amounts(&host), [2.0, 5.0, 8.0, 200.0]);
    assert_eq!(scan_gmail(&host).unwrap()["messages"], 0);
}

#[test]
fn evt_11_a_scan_of_gmail_that_breaks_anywhere_goes_on_there() {
    for breaks_at in 0..14 {
        let server = filled();
        let host = gmail(&server);
        server.fails_in.set(Some(breaks_at));
        let _ = scan_gmail(&host);
        server.fails_in.set(None);
        scan_gmail(&host).unwrap();
        assert_eq!(amounts(&host), [2.0, 5.0, 8.0], "broken at call {breaks_at}");
        assert_eq!(server.fetched.borrow().len(), 9, "each is fetched once");
    }
}

#[test]
fn what_gmail_refuses_is_told() {
    let cases = [
        (401, json!({}), ErrorCode::CredReauth),
        (403, json!({ "error": { "status": "PERMISSION_DENIED" } }), ErrorCode::CredReauth),
        (403, json!({ "reason": "userRateLimitExceeded" }), ErrorCode::Busy),
        (429, json!({}), ErrorCode::Busy),
        (503, json!({}), ErrorCode::Busy),
        (400, json!({}), ErrorCode::Net),
        (404, json!({}), ErrorCode::BadInput),
        (200, json!("no list"), ErrorCode::Net),
        (200, json!({ "messages": [{ "id": "../1" }] }), ErrorCode::Net),
    ];
    for (status, body, code) in cases {
        let host = host(HashMap::new());
        serve_jobs(&host, &Rc::new(Server::default()));
        let answer = body.clone();
        host.on::<Request>(move |request| {
            let body = answer.to_string().into_bytes().into();
            Ok(RequestOutput { status, headers: Vec::new(), body, url: request.url })
        });
        assert_eq!(scan_gmail(&host).unwrap_err().code(), code, "{status} {body}");
    }
}

/// Runs a scan and the jobs that it leaves the rest to, and returns how many there were.
fn scan_to_the_end(host: &FakeHost, server: &Server) -> usize {
    scan_gmail(host).unwrap();
    let mut jobs = 1;
    while let Some(next) = { server.dispatched.borrow_mut().pop() } {
        let _: Value = host.run_job::<Extension, _, _>(METHOD, &next.input, job()).unwrap();
        jobs += 1;
        assert!(jobs < 20, "it does not end");
    }
    jobs
}

#[test]
fn more_messages_than_are_remembered_are_read_once_when_they_came_at_one_time() {
    let server = Rc::new(Server::default());
    let add = |uid, raw| {
        server.add(uid, raw);
        server.dates.borrow_mut().insert(uid, 1_700_000_000_000);
    };
    (1..=2000).for_each(|uid| add(uid, letter(uid)));
    let host = gmail(&server);
    let jobs = scan_to_the_end(&host, &server);
    assert!(jobs <= 6, "{jobs}");
    assert_eq!(*server.fetched.borrow(), (1..=2000).collect::<Vec<_>>());
    add(2001, receipt(2001));
    assert_eq!(scan_gmail(&host).unwrap()["messages"], 1);
    assert_eq!(amounts(&host), [2001.0]);
}

#[test]
fn a_message_that_is_dated_in_the_future_keeps_no_other_from_being_read() {
    let server = filled();
    let year_2100 = 4_102_444_800_000;
    server.dates.borrow_mut().insert(5, year_2100);
    let host = gmail(&server);
    // The id of a job says when it was made.
    let id = Uuid::from_u128((1_769_817_600_000 << 80) | (7 << 76) | (2 << 62));
    let input = json!({ "mailbox": { "kind": "gmail", "auth": "google" } });
    let scan = || {
        let job = JobContext { id, attempt: 1, checkpoint: None };
        host.run_job::<Extension, _, Value>(METHOD, &input, job).unwrap()
    };
    assert_eq!(scan()["booked"], 3);
    server.add(10, receipt(10));
    let report = scan();
    assert_eq!((&report["messages"], &report["booked"]), (&json!(1), &json!(1)), "{report}");
    assert_eq!(amounts(&host), [2.0, 5.0, 8.0, 10.0]);
}

#[test]
fn a_day_bounds_each_scan_of_gmail_from_its_beginning_in_utc() {
    let server = filled();
    let host = gmail(&server);
    // The messages from 5 on came on the day.
    let day = 1_738_281_600;
    for uid in 1..=9 {
        server.dates.borrow_mut().insert(uid, (day - 4500 + u64::from(uid) * 1000) * 1000);
    }
    let input = json!({ "mailbox": { "kind": "gmail", "auth": "google" }, "since": "2025-01-31" });
    let scan = || host.run_job::<Extension, _, Value>(METHOD, &input, job()).unwrap();
    assert_eq!(scan()["messages"], 5);
    server.add(10, receipt(10));
    server.dates.borrow_mut().insert(10, (day - 60) * 1000);
    server.add(11, receipt(11));
    server.dates.borrow_mut().insert(11, (day + 60) * 1000);
    assert_eq!(scan()["messages"], 1, "the first came the day before");
    assert_eq!(amounts(&host), [5.0, 8.0, 11.0]);
    let is_since = |list: &String| list.contains(&format!("q=after:{day}"));
    assert!(server.lists.borrow().iter().all(is_since), "{:?}", server.lists);
}
