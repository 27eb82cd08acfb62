//! The master password: making, opening, changing and locking a vault.

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::{Value, json};
use spacedrive_sdk::ops::jobs::{Dispatch, DispatchOutput};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::testing::FakeHost;

use crate::common::{MASTER, add_login, all_bytes, call, get, holds, lock, unlock, unlocked};

fn code_of<T: std::fmt::Debug>(result: Result<T>) -> ErrorCode {
    result.unwrap_err().code()
}

#[test]
fn a_vault_is_made_once_and_opens_by_its_password_only() {
    let host = FakeHost::new();
    let status = || call(&host, "query:vault.status.v1", json!({})).unwrap();
    assert_eq!(status(), json!({ "exists": false, "unlocked": false }));
    assert_eq!(code_of(unlock(&host, MASTER)), ErrorCode::NotFound);
    let create = |password: &str| {
        call(&host, "action:vault.create.input.v1", json!({ "new_password": password }))
    };
    assert_eq!(code_of(create("short")), ErrorCode::BadInput);
    assert_eq!(create(MASTER).unwrap(), json!({ "exists": true, "unlocked": false }));
    assert_eq!(code_of(create(MASTER)), ErrorCode::Conflict);

    let wrong = unlock(&host, "another password").unwrap_err();
    assert_eq!(
        (wrong.code(), wrong.message()),
        (ErrorCode::CredReauth, "the master password is wrong")
    );
    assert_eq!(status()["unlocked"], false);
    unlock(&host, MASTER).unwrap();
    assert_eq!(
        (status()["unlocked"].clone(), status()["locks_in_s"].as_u64().unwrap() > 800),
        (json!(true), true)
    );
    lock(&host);
    assert_eq!(status()["unlocked"], false);
}

#[test]
fn a_locked_vault_says_what_it_needs_and_takes_it_for_one_call() {
    let host = unlocked();
    add_login(&host, "Mail", "swordfish");
    lock(&host);
    let refused = call(&host, "query:vault.list.v1", json!({})).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::CredReauth);
    assert_eq!(**refused.body().details.as_ref().unwrap(), json!({ "needs": "master_password" }));
    let rows = call(&host, "query:vault.list.v1", json!({ "master_password": MASTER })).unwrap();
    assert_eq!(rows[0]["title"], "Mail");
    assert_eq!(code_of(call(&host, "query:vault.list.v1", json!({}))), ErrorCode::CredReauth);
}

#[test]
fn another_password_ends_the_old_one_and_every_session() {
    let host = unlocked();
    let mail = add_login(&host, "Mail", "swordfish");
    let change = |old: &str, new: &str| {
        let input = json!({ "master_password": old, "new_password": new });
        call(&host, "action:vault.change_password.input.v1", input)
    };
    assert_eq!(code_of(change("wrong password", "another password")), ErrorCode::CredReauth);
    assert_eq!(code_of(change(MASTER, "short")), ErrorCode::BadInput);
    change(MASTER, "another password").unwrap();
    assert_eq!(code_of(get(&host, mail, "password")), ErrorCode::CredReauth);
    assert_eq!(code_of(unlock(&host, MASTER)), ErrorCode::CredReauth);
    unlock(&host, "another password").unwrap();
    assert_eq!(get(&host, mail, "password").unwrap(), "swordfish");
}

#[test]
fn a_rotation_encrypts_everything_anew_and_loses_nothing() {
    let host = unlocked();
    let mail = add_login(&host, "Mail", "one");
    let edit = json!({ "item": mail, "field": "password", "value": "two" });
    call(&host, "action:vault.edit.input.v1", edit).unwrap();
    let own = |host: &FakeHost| {
        host.client().vdfs().get_entry(mail).unwrap().entry.metadata["vault"].clone()
    };
    let before = own(&host);
    let names = |host: &FakeHost| {
        let all = host.client().vdfs().list_sidecars(mail).unwrap();
        all.into_iter().map(|sidecar| sidecar.name).collect::<Vec<_>>()
    };
    let old_names = names(&host);

    let done =
        call(&host, "action:vault.rotate.input.v1", json!({ "master_password": MASTER })).unwrap();
    assert_eq!(done, json!({ "items": 1, "damaged": [] }));
    let after = own(&host);
    for part in ["key", "key_id", "head", "history"] {
        assert_ne!(before[part], after[part], "{part}");
    }
    let new_names = names(&host);
    assert_eq!(new_names.len(), 2);
    assert!(old_names.iter().all(|name| !new_names.contains(name)));
    unlock(&host, MASTER).unwrap();
    assert_eq!(get(&host, mail, "password").unwrap(), "two");
    let former = json!({ "item": mail, "version": 1, "reveal": true });
    let shown = call(&host, "query:vault.show.v1", former).unwrap();
    let password = json!({ "field": "password", "value": "one" });
    assert!(shown.as_array().unwrap().contains(&password), "{shown}");
}

/// The job locks a vault in time that nobody calls any more; one that is in use it looks at again.
#[test]
fn unlocking_makes_the_job_that_locks() {
    let host = FakeHost::new();
    let jobs = Rc::new(RefCell::new(Vec::new()));
    let made = Rc::clone(&jobs);
    host.on::<Dispatch>(move |input| {
        made.borrow_mut().push((input.method, input.key, input.delay_ms));
        Ok(DispatchOutput { job_id: Uuid::nil(), created: true })
    });
    call(&host, "action:vault.create.input.v1", json!({ "new_password": MASTER })).unwrap();
    let unlock = json!({ "master_password": MASTER, "minutes": 2 });
    call(&host, "action:vault.unlock.input.v1", unlock).unwrap();
    let expire = "action:vault.expire.input.v1";
    assert_eq!(*jobs.borrow(), [(expire.to_owned(), Some("expire".to_owned()), 120_000)]);
    assert_eq!(call(&host, expire, json!({})).unwrap()["unlocked"], true);
    assert_eq!(jobs.borrow().len(), 2);
    assert_eq!(jobs.borrow()[1].1, None);
    lock(&host);
    call(&host, expire, json!({})).unwrap();
    assert_eq!(jobs.borrow().len(), 2);
    for minutes in [0, 1441] {
        let input = json!({ "master_password": MASTER, "minutes": minutes });
        assert_eq!(
            code_of(call(&host, "action:vault.unlock.input.v1", input)),
            ErrorCode::BadInput
        );
    }
}

/// An error of a parser quotes what it did not expect.
#[test]
fn an_error_about_an_input_does_not_show_its_secrets() {
    let host = unlocked();
    let inputs: [(&str, Value); 4] = [
        ("action:vault.unlock.input.v1", json!({ "master_password": 77_665_544 })),
        ("action:vault.add.input.v1", json!({ "title": "a", "password": ["canary"] })),
        ("action:vault.add.input.v1", json!({ "title": "a", "values": { "pin": 77_665_544 } })),
        ("action:vault.edit.input.v1", json!({ "item": "a", "value": { "canary": 1 } })),
    ];
    for (method, input) in inputs {
        let error = call(&host, method, input).unwrap_err().to_string();
        assert!(!error.contains("7766") && !error.contains("canary"), "{error}");
    }
}

#[test]
fn the_library_and_the_log_hold_no_plain_text() {
    let host = unlocked();
    let id = add_login(&host, "title-canary-11", "password-canary-22");
    let edit = json!({
        "item": id, "title": "title-canary-12", "folder": "folder-canary-55", "tags": ["tag-canary-66"],
        "notes": "bm90ZXMtY2FuYXJ5LTc3",
    });
    call(&host, "action:vault.edit.input.v1", edit).unwrap();
    call(&host, "action:vault.delete.input.v1", json!({ "item": id })).unwrap();
    assert_eq!(get(&host, id, "password").unwrap_err().code(), ErrorCode::NotFound);
    let all = all_bytes(&host);
    assert!(all.len() > 2000, "{}", all.len());
    for text in ["canary", "bm90ZXM", "login", "password", MASTER, "Y2FuYXJ5"] {
        assert!(!holds(&all, text), "{text}");
    }
    assert!(!format!("{:?}", host.logs()).contains("canary"));
}
