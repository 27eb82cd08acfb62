//! Messages that a server has and does not send, those that it counts and does not list, and those that
//! a scan left out.

use std::{cell::Cell, rc::Rc};

use finance::extension::Extension;
use serde_json::{Value, json};
use spacedrive_sdk::ops::mail::{
    FetchMessage, FetchMessageOutput, ListMessages, ListMessagesOutput, MessageInfo,
};
use spacedrive_sdk::ops::vdfs::Entry;
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::testing::FakeHost;

use crate::mailbox::{METHOD, Server, amounts, filled, imap, job, letter, receipt, scan};
use crate::mailbox_gmail::{gmail, scan_gmail};

#[test]
fn what_a_server_withholds_is_told_and_asked_for_again() {
    let server = filled();
    server.withholds.replace(vec![5, 6]);
    let host = imap(&server);
    let report = scan(&host).unwrap();
    assert_eq!(
        (&report["booked"], &report["failed"], &report["left"]),
        (&json!(2), &json!(2), &json!(2))
    );
    assert_eq!(report["failures"][0], "it does not send the message");
    assert_eq!(scan(&host).unwrap()["failed"], 2, "still");
    server.withholds.replace(vec![6]);
    assert_eq!(scan(&host).unwrap()["booked"], 1);
    assert_eq!(amounts(&host), [2.0, 5.0, 8.0]);
    server.messages.borrow_mut().retain(|(uid, _)| *uid != 6);
    server.withholds.borrow_mut().clear();
    assert_eq!(scan(&host).unwrap()["failed"], 0, "it is gone");
    server.fetched.borrow_mut().clear();
    scan(&host).unwrap();
    assert!(server.fetched.borrow().is_empty());
}

#[test]
fn a_server_that_withholds_all_messages_fails_and_none_is_lost() {
    let server = filled();
    server.withholds.replace((1..=9).collect());
    let host = imap(&server);
    for _ in 0..2 {
        assert_eq!(scan(&host).unwrap_err().code(), ErrorCode::Net);
    }
    assert_eq!(scan(&host).unwrap()["failed"], 9, "all are told");
    server.withholds.borrow_mut().clear();
    scan(&host).unwrap();
    assert_eq!(amounts(&host), [2.0, 5.0, 8.0]);
}

/// Lets the server not open the folder when it is asked for a message, as one does whose session is not
/// connected to the user's store.
#[test]
fn a_folder_that_is_not_found_ends_the_scan_and_passes_no_message_over() {
    let server = filled();
    let host = imap(&server);
    let of_fetch = Rc::clone(&server);
    let loses_folder = Rc::new(Cell::new(true));
    let loses = Rc::clone(&loses_folder);
    host.on::<FetchMessage>(move |input| match input.uid == 5 && loses.get() {
        true => Err(Error::new(ErrorCode::NotFound, "there is no folder INBOX")),
        false => Ok(FetchMessageOutput { data: of_fetch.raw(input.uid).unwrap().into() }),
    });
    assert_eq!(scan(&host).unwrap_err().code(), ErrorCode::NotFound);
    let is_mailbox = |entry: &Entry| entry.entry_type == "mailbox";
    let mailbox = host.entries().into_iter().find(is_mailbox).unwrap();
    assert_eq!(mailbox.metadata["finance"]["seen"]["uid"], 4, "{:?}", mailbox.metadata);
    loses_folder.set(false);
    let report = scan(&host).unwrap();
    assert_eq!((&report["messages"], &report["booked"]), (&json!(5), &json!(2)));
    assert_eq!(amounts(&host), [2.0, 5.0, 8.0]);
}

#[test]
fn numbers_that_stand_for_others_now_are_not_asked_for_again() {
    let server = filled();
    server.withholds.replace(vec![5]);
    let host = imap(&server);
    scan(&host).unwrap();
    server.validity.set(4);
    server.withholds.borrow_mut().clear();
    let report = scan(&host).unwrap();
    assert_eq!((&report["messages"], &report["booked"]), (&json!(9), &json!(1)));
    assert_eq!(amounts(&host), [2.0, 5.0, 8.0]);
}

#[test]
fn a_server_that_lists_nothing_of_what_it_counts_is_not_asked_for_ever() {
    let server = filled();
    server.lists_none.set(true);
    let host = imap(&server);
    let report = scan(&host).unwrap();
    assert_eq!((&report["messages"], &report["left"]), (&json!(0), &json!(9)));
    server.lists_none.set(false);
    assert_eq!(scan(&host).unwrap()["booked"], 3);
}

#[test]
fn what_gmail_withholds_is_asked_for_again() {
    let server = filled();
    server.withholds.replace(vec![5]);
    let host = gmail(&server);
    let report = scan_gmail(&host).unwrap();
    assert_eq!((&report["booked"], &report["failed"]), (&json!(2), &json!(1)));
    assert!(report["failures"][0].as_str().unwrap().ends_with("status 500"), "{report}");
    server.withholds.borrow_mut().clear();
    assert_eq!(scan_gmail(&host).unwrap()["booked"], 1);
    assert_eq!(amounts(&host), [2.0, 5.0, 8.0]);
}

#[test]
fn more_messages_than_are_asked_for_again_are_passed_over_by_name() {
    let server = Rc::new(Server::default());
    for uid in 1..=180 {
        server.add(uid, if uid == 179 { receipt(uid) } else { letter(uid) });
    }
    server.withholds.replace((1..=60).map(|number| number * 3).collect());
    let host = imap(&server);
    let report = scan(&host).unwrap();
    assert_eq!(
        (&report["messages"], &report["booked"], &report["failed"], &report["left"]),
        (&json!(130), &json!(1), &json!(60), &json!(50)),
        "{report}"
    );
    let first = report["failures"][0].as_str().unwrap();
    assert!(first.contains("passed over") && first.contains("\"uid\":153"), "{first}");
    server.fetched.borrow_mut().clear();
    assert_eq!(scan(&host).unwrap()["failed"], 50, "they are asked for again");
    assert_eq!(server.fetched.borrow().len(), 50);
}

/// Returns when a message came: each month one, from 6 on in June.
fn received_at(uid: u32) -> Option<String> {
    Some(format!("2025-{uid:02}-02T09:00:00Z"))
}

/// Makes a host with an IMAP server that heeds the day from which it is asked.
fn until_june(server: &Rc<Server>) -> FakeHost {
    let host = imap(server);
    let listing = Rc::clone(server);
    host.on::<ListMessages>(move |input| {
        let first = if input.since.as_deref() == Some("2025-06-01") { 6 } else { 1 };
        let messages = listing.messages.borrow();
        let uids = messages.iter().map(|(uid, _)| *uid);
        let new = uids.filter(|uid| *uid > input.after && *uid >= first);
        let messages: Vec<_> =
            new.map(|uid| MessageInfo { uid, bytes: 9, received_at: received_at(uid) }).collect();
        let total = messages.len() as u32;
        Ok(ListMessagesOutput { uid_validity: listing.validity.get(), total, messages })
    });
    host
}

fn scan_since(host: &FakeHost, since: Option<&str>) -> Result<Value> {
    let mailbox = json!({ "kind": "imap", "server": "imaps://imap.example.com", "auth": "mail" });
    let input = json!({ "mailbox": mailbox, "since": since });
    host.run_job::<Extension, _, _>(METHOD, &input, job())
}

#[test]
fn a_scan_from_an_earlier_day_reads_what_the_one_before_left_out() {
    let server = filled();
    let host = until_june(&server);
    let june = Some("2025-06-01");
    let messages = |since| scan_since(&host, since).unwrap()["messages"].clone();
    assert_eq!((messages(june), amounts(&host)), (json!(4), vec![8.0]));
    assert_eq!((messages(None), amounts(&host)), (json!(9), vec![2.0, 5.0, 8.0]));
    assert_eq!((messages(None), messages(june), messages(None)), (json!(0), json!(0), json!(0)));
}

#[test]
fn a_day_that_leaves_out_what_came_since_the_last_scan_is_taken_back_by_an_earlier_one() {
    let server = filled();
    let all = server.messages.replace(filled().messages.take().into_iter().take(3).collect());
    let host = until_june(&server);
    let messages = |since| scan_since(&host, since).unwrap()["messages"].clone();
    assert_eq!(messages(None), 3);
    server.messages.replace(all);
    assert_eq!(messages(Some("2025-06-01")), 4);
    assert_eq!(messages(None), 9);
    assert_eq!(amounts(&host), [2.0, 5.0, 8.0]);
}

#[test]
fn a_day_that_skips_the_rest_of_a_scan_is_taken_back_by_an_earlier_one() {
    let server = filled();
    let host = until_june(&server);
    server.cancelled.set(true);
    assert_eq!(scan_since(&host, None).unwrap()["messages"], 1);
    server.cancelled.set(false);
    assert_eq!(scan_since(&host, Some("2025-06-01")).unwrap()["messages"], 4);
    assert_eq!(scan_since(&host, None).unwrap()["messages"], 9);
    assert_eq!(amounts(&host), [2.0, 5.0, 8.0]);
}

#[test]
fn a_mailbox_that_was_scanned_before_days_were_kept_goes_on() {
    let server = filled();
    let host = imap(&server);
    scan(&host).unwrap();
    let is_mailbox = |entry: &Entry| entry.entry_type == "mailbox";
    let mailbox = host.entries().into_iter().find(is_mailbox).unwrap();
    let patch = json!({ "finance": { "seen": { "since_ms": null, "done_ms": null } } });
    let patch = patch.as_object().unwrap().clone();
    host.client().vdfs().update_metadata(mailbox.id, patch).unwrap();
    server.fetched.borrow_mut().clear();
    server.add(10, receipt(10));
    assert_eq!(scan(&host).unwrap()["messages"], 1);
    assert_eq!(*server.fetched.borrow(), [10]);
}
