//! The report on weak, reused, old and known passwords.

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::{Value, json};
use spacedrive_sdk::ops::http::{Request, RequestOutput};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::testing::FakeHost;

use crate::common::{add_login, call, unlocked};

fn health(host: &FakeHost, input: Value) -> Vec<(String, String)> {
    let found = call(host, "query:vault.health.v1", input).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let found = found.as_array().unwrap().iter();
    found.map(|one| (text(&one["title"]), text(&one["problem"]))).collect()
}

fn pair(title: &str, problem: &str) -> (String, String) {
    (title.to_owned(), problem.to_owned())
}

#[test]
fn weak_reused_and_old_passwords_are_found_and_good_ones_are_not() {
    let host = unlocked();
    add_login(&host, "Weak", "password1");
    add_login(&host, "One", "vTq9!xR2#mLp8@wZ");
    add_login(&host, "Two", "vTq9!xR2#mLp8@wZ");
    add_login(&host, "Good", "jK4$hN7&bV1*cX6^");
    add_login(&host, "Usual", "P@ssw0rd2024!!");
    assert_eq!(
        health(&host, json!({})),
        [pair("One", "reused"), pair("Two", "reused"), pair("Usual", "weak"), pair("Weak", "weak")]
    );
    let old = health(&host, json!({ "days": 0 }));
    assert_eq!(old.iter().filter(|(_, problem)| problem == "old").count(), 5);
}

/// The documented protocol: a request for five digits, an answer of lines with the rest, padding with 0.
#[test]
fn breached_passwords_are_found_by_five_digits_of_their_hash() {
    let host = unlocked();
    // SHA-1 of `password`: 5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8.
    add_login(&host, "Known", "password");
    add_login(&host, "Unknown", "jK4$hN7&bV1*cX6^");
    let asked = Rc::new(RefCell::new(Vec::new()));
    let seen = Rc::clone(&asked);
    host.on::<Request>(move |input| {
        assert_eq!(input.headers[0].name, "Add-Padding");
        seen.borrow_mut().push(input.url.clone());
        let body = if input.url.ends_with("/5BAA6") {
            "003D68EB55068C33ACE09247EE4C639306B:3\r\n1E4C9B93F3F0682250B6CF8331B7EE68FD8:9545824\r\n00000000000000000000000000000000000:0"
        } else {
            "0018A45C4D1DEF81644B54AB7F969B88D65:0\r\n"
        };
        Ok(answer(200, body))
    });
    let found = health(&host, json!({ "breached": true }));
    assert_eq!(found, [pair("Known", "breached"), pair("Known", "weak")]);
    for url in asked.borrow().iter() {
        let prefix = url.strip_prefix("https://api.pwnedpasswords.com/range/").unwrap();
        assert!(
            prefix.len() == 5 && prefix.bytes().all(|digit| digit.is_ascii_hexdigit()),
            "{url}"
        );
    }
    assert_eq!(asked.borrow().len(), 2);
}

#[test]
fn a_server_without_an_answer_is_said_and_is_no_answer() {
    let host = unlocked();
    add_login(&host, "Good", "jK4$hN7&bV1*cX6^");
    let ask = || health(&host, json!({ "breached": true }));
    host.on::<Request>(|_| Err(Error::new(ErrorCode::Net, "the connection broke")));
    assert_eq!(ask(), [pair("Good", "unknown")]);
    host.on::<Request>(|_| Ok(answer(503, "later")));
    assert_eq!(ask(), [pair("Good", "unknown")]);
    host.on::<Request>(|_| Ok(answer(200, "<html>")));
    assert_eq!(ask(), [pair("Good", "unknown")]);
}

fn answer(status: u16, body: &str) -> RequestOutput {
    let answer = json!({ "status": status, "headers": [], "body": data_encoding::BASE64.encode(body.as_bytes()), "url": "https://api.pwnedpasswords.com/" });
    serde_json::from_value(answer).unwrap()
}
