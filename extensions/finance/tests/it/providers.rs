//! Scanning mailboxes over JMAP and Microsoft Graph, natively: servers that speak the documented
//! protocols, and fail as those say.

use std::{collections::HashMap, rc::Rc};

use crate::common::{host, mail, pdf, rows};
use ext_testing::mailboxes::{Answered, Asked, Graph, Jmap, Mail, Moods, TOKEN};
use finance::extension::Extension;
use serde_json::{Value, json};
use spacedrive_sdk::ops::http::{HttpMethod, Request, RequestInput, RequestOutput, ResponseHeader};
use spacedrive_sdk::ops::jobs::{
    Checkpoint, CheckpointOutput, Dispatch, DispatchOutput, JobContext,
};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::testing::FakeHost;

const METHOD: &str = "action:finance.scan_mailbox.input.v1";
const JMAP: &str = "https://api.fastmail.com";
const GRAPH: &str = "https://graph.microsoft.com";

/// A server, and how a scan names it.
trait Provider {
    fn respond(&self, asked: &Asked) -> Answered;
    fn deliver(&self, mail: Mail);
    fn moods(&self, change: impl FnOnce(&mut Moods));
    fn input(&self) -> Value;
}

impl Provider for Jmap {
    fn respond(&self, asked: &Asked) -> Answered {
        Self::respond(self, asked)
    }

    fn deliver(&self, mail: Mail) {
        Self::deliver(self, mail);
    }

    fn moods(&self, change: impl FnOnce(&mut Moods)) {
        change(&mut self.moods.lock().unwrap());
    }

    fn input(&self) -> Value {
        json!({ "mailbox": { "kind": "jmap", "server": JMAP, "auth": "ada" } })
    }
}

impl Provider for Graph {
    fn respond(&self, asked: &Asked) -> Answered {
        Self::respond(self, asked)
    }

    fn deliver(&self, mail: Mail) {
        Self::deliver(self, mail);
    }

    fn moods(&self, change: impl FnOnce(&mut Moods)) {
        change(&mut self.moods.lock().unwrap());
    }

    fn input(&self) -> Value {
        json!({ "mailbox": { "kind": "graph", "auth": "ada" } })
    }
}

/// Makes a host whose requests go to the server, redirects and credentials as the real host has them.
fn over(server: &Rc<impl Provider + 'static>) -> FakeHost {
    let host = host(HashMap::new());
    host.on::<Checkpoint>(|_| Ok(CheckpointOutput { cancelled: false }));
    host.on::<Dispatch>(|_| Ok(DispatchOutput { job_id: Uuid::from_u128(8), created: true }));
    let server = Rc::clone(server);
    host.on::<Request>(move |request| {
        let mut url = request.url.clone();
        loop {
            let (status, headers, body) = server.respond(&asked(&request, &url));
            let location = headers.iter().find(|(name, _)| *name == "location");
            if let Some((_, target)) = location {
                url = format!("{JMAP}{target}");
                continue;
            }
            let headers = headers.into_iter();
            let headers = headers.map(|(name, value)| ResponseHeader { name: name.into(), value });
            return Ok(RequestOutput {
                status,
                headers: headers.collect(),
                body: body.into(),
                url,
            });
        }
    });
    host
}

fn asked(request: &RequestInput, url: &str) -> Asked {
    let target = [JMAP, GRAPH].iter().find_map(|server| url.strip_prefix(server)).unwrap();
    let headers = request.headers.iter();
    Asked {
        method: if request.method == HttpMethod::Post { "POST" } else { "GET" }.into(),
        target: target.into(),
        token: (request.auth.as_deref() == Some("ada")).then(|| TOKEN.to_owned()),
        headers: headers.map(|it| (it.name.to_lowercase(), it.value.clone())).collect(),
        body: request
            .body
            .as_ref()
            .map(|body| String::from_utf8_lossy(body.as_bytes()).into_owned())
            .unwrap_or_default(),
    }
}

fn scan(host: &FakeHost, input: &Value) -> Result<Value> {
    let job = JobContext { id: Uuid::from_u128(7), attempt: 1, checkpoint: None };
    host.run_job::<Extension, _, _>(METHOD, input, job)
}

fn receipt(number: u32) -> Vec<u8> {
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

/// Makes message `number`, which came on that day of 2026; each third is a receipt.
fn message(number: u32, folder: &'static str) -> Mail {
    let letter =
        format!("From: a@b.example\r\nMessage-ID: <l{number}@b>\r\n\r\nSee you at nine.\r\n");
    let day = jiff::civil::date(2026, 1, 1).saturating_add(jiff::Span::new().days(number));
    Mail {
        id: format!("M{number}"),
        received_at: format!("{day}T09:00:00Z"),
        folder,
        raw: if number % 3 == 2 { receipt(number) } else { letter.into_bytes() },
    }
}

fn filled<P: Provider>(server: P) -> Rc<P> {
    (1..=9).for_each(|number| server.deliver(message(number, "inbox")));
    Rc::new(server)
}

fn amounts(host: &FakeHost) -> Vec<f64> {
    let mut amounts: Vec<f64> =
        rows(host).iter().map(|row| row["amount"].as_f64().unwrap()).collect();
    amounts.sort_by(f64::total_cmp);
    amounts
}

/// Returns how many messages were fetched whole since the last time.
fn fetched(server: &impl Provider) -> usize {
    let mut asked = Vec::new();
    server.moods(|moods| asked = std::mem::take(&mut moods.asked));
    asked.iter().filter(|path| path.contains("/download/") || path.ends_with("/$value")).count()
}

fn reads_each_message_once_and_then_only_what_is_new<P: Provider + 'static>(server: P) {
    let server = filled(server);
    let host = over(&server);
    let report = scan(&host, &server.input()).unwrap();
    assert_eq!(report, json!({ "messages": 9, "booked": 3, "failed": 0, "left": 0 }));
    assert_eq!((amounts(&host), fetched(&*server)), (vec![2.0, 5.0, 8.0], 9));
    assert_eq!(scan(&host, &server.input()).unwrap()["messages"], 0);
    for number in 10..=20 {
        server.deliver(message(number, "inbox"));
    }
    let report = scan(&host, &server.input()).unwrap();
    assert_eq!((&report["messages"], &report["booked"]), (&json!(11), &json!(4)), "{report}");
    assert_eq!(fetched(&*server), 11, "nothing is fetched again");
    assert_eq!(scan(&host, &server.input()).unwrap()["messages"], 0);
    assert_eq!(amounts(&host), [2.0, 5.0, 8.0, 11.0, 14.0, 17.0, 20.0]);
}

#[test]
fn a_mailbox_over_jmap_is_read_once_and_then_only_what_is_new() {
    reads_each_message_once_and_then_only_what_is_new(Jmap::default());
}

#[test]
fn a_mailbox_over_graph_is_read_once_and_then_only_what_is_new() {
    reads_each_message_once_and_then_only_what_is_new(Graph::new(GRAPH));
}

/// Breaks at each request in turn; the job is run again, as the host does after `E_BUSY`.
fn goes_on_where_it_was_put_off<P: Provider + 'static>(server: impl Fn() -> P) {
    for free in 0..16 {
        let server = filled(server());
        let host = over(&server);
        let calls = std::cell::Cell::new(0);
        let inner = Rc::clone(&server);
        host.on::<Request>(move |request| {
            calls.set(calls.get() + 1);
            inner.moods(|moods| moods.throttled = usize::from(calls.get() == free + 1));
            let (status, headers, body) = inner.respond(&asked(&request, &request.url));
            let location = headers.iter().find(|(name, _)| *name == "location");
            let url = location.map(|(_, target)| format!("{JMAP}{target}"));
            let (status, headers, body) = match &url {
                Some(url) => inner.respond(&asked(&request, url)),
                None => (status, headers, body),
            };
            let headers = headers.into_iter();
            let headers = headers.map(|(name, value)| ResponseHeader { name: name.into(), value });
            let url = url.unwrap_or(request.url);
            Ok(RequestOutput { status, headers: headers.collect(), body: body.into(), url })
        });
        if let Err(error) = scan(&host, &server.input()) {
            assert_eq!((error.code(), error.retry_after_ms()), (ErrorCode::Busy, Some(1000)));
            scan(&host, &server.input()).unwrap();
        }
        assert_eq!(amounts(&host), [2.0, 5.0, 8.0], "put off at request {free}");
        assert_eq!(fetched(&*server), 9, "each is fetched once");
    }
}

#[test]
fn evt_11_a_scan_over_jmap_that_is_put_off_anywhere_goes_on_there() {
    goes_on_where_it_was_put_off(Jmap::default);
}

#[test]
fn evt_11_a_scan_over_graph_that_is_put_off_anywhere_goes_on_there() {
    goes_on_where_it_was_put_off(|| Graph::new(GRAPH));
}

/// Lets the server forget what the last scan knew: only what came at the end is looked at again.
fn begins_near_the_end_when_the_server_forgot<P: Provider + 'static>(server: P) {
    let server = filled(server);
    let host = over(&server);
    scan(&host, &server.input()).unwrap();
    // The cursor of the last scan moves behind what that scan read.
    scan(&host, &server.input()).unwrap();
    fetched(&*server);
    server.deliver(message(11, "inbox"));
    server.moods(|moods| moods.forgetful = true);
    let report = scan(&host, &server.input()).unwrap();
    assert_eq!((&report["messages"], &report["booked"]), (&json!(1), &json!(1)), "{report}");
    assert_eq!(fetched(&*server), 1);
    assert_eq!(scan(&host, &server.input()).unwrap()["messages"], 0);
    assert_eq!(amounts(&host), [2.0, 5.0, 8.0, 11.0]);
}

#[test]
fn a_jmap_server_that_cannot_calculate_changes_is_asked_for_the_end_of_the_list() {
    begins_near_the_end_when_the_server_forgot(Jmap::default());
}

#[test]
fn a_delta_link_of_graph_that_expired_is_followed_by_a_list_of_the_end() {
    begins_near_the_end_when_the_server_forgot(Graph::new(GRAPH));
}

/// Makes message `number`, which came in that hour since 2025; each fiftieth is a receipt.
fn hourly(number: u32) -> Mail {
    let start = jiff::civil::date(2025, 1, 1).at(0, 0, 0, 0);
    let time = start.saturating_add(jiff::Span::new().hours(number));
    let mail =
        message(if number.is_multiple_of(50) { number * 3 + 2 } else { number * 3 }, "inbox");
    Mail { id: format!("M{number}"), received_at: format!("{time}Z"), ..mail }
}

#[test]
fn a_link_of_graph_that_expires_in_the_middle_of_a_listing_loses_no_older_message() {
    let server = Rc::new(Graph::new(GRAPH));
    let host = over(&server);
    let mut booked = 0;
    // The first listing, and what came since: both are listed the newest first.
    for (first, last) in [(1, 900), (901, 1800)] {
        (first..=last).rev().for_each(|number| server.deliver(hourly(number)));
        let read = scan(&host, &server.input()).unwrap()["messages"].as_u64().unwrap();
        assert!((300..500).contains(&read), "it is stopped in the middle: {read}");
        server.moods(|moods| moods.forgetful = true);
        for _ in 0..6 {
            scan(&host, &server.input()).unwrap();
        }
        booked += (first..=last).filter(|number| number % 50 == 0).count();
        assert_eq!(amounts(&host).len(), booked, "{first}..={last}");
    }
}

#[test]
fn a_login_that_was_revoked_has_to_be_renewed_by_its_user() {
    let (jmap, graph) = (filled(Jmap::default()), filled(Graph::new(GRAPH)));
    jmap.moods(|moods| moods.revoked = true);
    graph.moods(|moods| moods.revoked = true);
    for (host, input) in [(over(&jmap), jmap.input()), (over(&graph), graph.input())] {
        let error = scan(&host, &input).unwrap_err();
        assert_eq!(error.code(), ErrorCode::CredReauth);
        assert!(error.message().contains("sign in again"), "{error}");
        assert!(amounts(&host).is_empty());
    }
}

#[test]
fn junk_trash_and_drafts_over_jmap_are_left_alone_from_the_beginning_and_later() {
    let server = filled(Jmap::default());
    let host = over(&server);
    for (number, folder) in [(11, "junk"), (14, "trash"), (17, "drafts"), (20, "archive")] {
        server.deliver(message(number, folder));
    }
    assert_eq!(scan(&host, &server.input()).unwrap()["messages"], 10);
    server.deliver(message(23, "junk"));
    server.deliver(message(26, "archive"));
    assert_eq!(scan(&host, &server.input()).unwrap()["messages"], 1);
    assert_eq!(amounts(&host), [2.0, 5.0, 8.0, 20.0, 26.0]);
}

#[test]
fn a_list_over_jmap_whose_last_message_was_removed_goes_on_with_its_time() {
    let server = filled(Jmap::default());
    let host = over(&server);
    scan(&host, &server.input()).unwrap();
    server.remove("M9");
    server.deliver(message(11, "inbox"));
    let report = scan(&host, &server.input()).unwrap();
    assert_eq!((&report["messages"], &report["booked"]), (&json!(1), &json!(1)), "{report}");
}

#[test]
fn a_day_bounds_a_scan_over_either() {
    let (jmap, graph) = (filled(Jmap::default()), filled(Graph::new(GRAPH)));
    for (host, mut input) in [(over(&jmap), jmap.input()), (over(&graph), graph.input())] {
        // Message 5 came on 6 January.
        input["since"] = json!("2026-01-06");
        assert_eq!(scan(&host, &input).unwrap()["messages"], 5);
        assert_eq!(amounts(&host), [5.0, 8.0]);
    }
}

#[test]
fn a_folder_at_graph_is_found_by_its_name() {
    let server = Rc::new(Graph::new(GRAPH));
    server.deliver(message(2, "receipts"));
    server.deliver(message(5, "inbox"));
    let host = over(&server);
    let mut input = server.input();
    input["mailbox"]["folder"] = json!("Ada's receipts");
    assert_eq!(scan(&host, &input).unwrap()["booked"], 1);
    input["mailbox"]["folder"] = json!("Nothing");
    let error = scan(&host, &input).unwrap_err();
    assert_eq!(error.code(), ErrorCode::NotFound);
    assert!(error.message().contains("there is no folder `Nothing`"), "{error}");
}

#[test]
fn answers_that_are_none_and_links_to_elsewhere_end_the_scan() {
    let cases = [
        ("graph", 200, json!("no page")),
        ("graph", 200, json!({ "value": [] })),
        ("graph", 200, json!({ "value": [], "@odata.nextLink": "https://evil.example.com/" })),
        ("graph", 410, json!({})),
        ("jmap", 200, json!({ "apiUrl": "/" })),
        ("jmap", 418, json!({})),
    ];
    for (kind, status, body) in cases {
        let host = host(HashMap::new());
        host.on::<Checkpoint>(|_| Ok(CheckpointOutput { cancelled: false }));
        let text = body.to_string();
        host.on::<Request>(move |request| {
            let body = text.clone().into_bytes().into();
            Ok(RequestOutput { status, headers: Vec::new(), body, url: request.url })
        });
        let input = json!({ "mailbox": { "kind": kind, "auth": "ada", "server": GRAPH } });
        assert_eq!(scan(&host, &input).unwrap_err().code(), ErrorCode::Net, "{kind} {body}");
    }
}
