//! Changes of keys and passwords that end in the middle, at each call to the host.

use serde_json::{Value, json};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::testing::FakeHost;

use crate::common::{MASTER, add_login, call, get, lock, unlock, unlocked};

const OTHER: &str = "another password";
/// More calls to the host than any of the operations makes.
const MANY_CALLS: usize = 400;

/// A vault with two items: one has a former version and a file.
struct Case {
    host: FakeHost,
    mail: Uuid,
    forum: Uuid,
}

impl Case {
    fn new() -> Self {
        let host = unlocked();
        let (mail, forum) = (add_login(&host, "Mail", "one"), add_login(&host, "Forum", "three"));
        let edit = json!({ "item": mail, "field": "password", "value": "two" });
        call(&host, "action:vault.edit.input.v1", edit).unwrap();
        let file = json!({ "item": mail, "name": "codes.txt", "file": "MTIzNA==" });
        call(&host, "action:vault.attach.input.v1", file).unwrap();
        lock(&host);
        Self { host, mail, forum }
    }

    /// Calls an operation of which the host answers so many calls; returns whether it was enough.
    fn interrupt(&self, calls: usize, method: &str, input: &Value) -> bool {
        self.host.stop_after(calls);
        let done = call(&self.host, method, input.clone());
        self.host.stop_after(None);
        // The instance that was stopped is gone, with all that it knew.
        lock(&self.host);
        done.is_ok()
    }

    /// Checks that everything is there.
    fn assert_whole(&self, password: &str, when: &str) {
        unlock(&self.host, password).unwrap_or_else(|error| panic!("{when}: {error}"));
        assert_eq!(get(&self.host, self.mail, "password").unwrap(), "two", "{when}");
        assert_eq!(get(&self.host, self.forum, "password").unwrap(), "three", "{when}");
        let former =
            json!({ "item": self.mail, "version": 2, "field": "password", "reveal": true });
        let shown = call(&self.host, "query:vault.show.v1", former).unwrap();
        assert!(shown.to_string().contains("\"one\""), "{when}: {shown}");
        let file = json!({ "item": self.mail, "name": "codes.txt" });
        let file = call(&self.host, "query:vault.read_file.v1", file).unwrap();
        assert_eq!(file["size"], 4, "{when}: it is opened, so it is the one that was sealed");
        lock(&self.host);
    }

    /// Lists the blobs of an item that its metadata do not name.
    fn left_behind(&self, item: Uuid) -> Vec<String> {
        let client = self.host.client();
        let named = client.vdfs().get_entry(item).unwrap().entry.metadata["vault"].to_string();
        let there = client.vdfs().list_sidecars(item).unwrap().into_iter().map(|it| it.name);
        there.filter(|name| !named.contains(name.as_str())).collect()
    }

    fn key_of(&self, item: Uuid) -> Value {
        let entry = self.host.client().vdfs().get_entry(item).unwrap().entry;
        entry.metadata["vault"]["key_id"].clone()
    }
}

/// Each attempt finds what all attempts before it have left, and comes one call further.
#[test]
fn a_rotation_that_ends_at_any_call_loses_nothing_and_the_next_one_does_the_rest() {
    let rotate = "action:vault.rotate.input.v1";
    let input = json!({ "master_password": MASTER });
    let case = Case::new();
    let old = case.key_of(case.mail);
    let mut most_left = 0;
    let done_after = (0..MANY_CALLS).find(|calls| {
        let is_done = case.interrupt(*calls, rotate, &input);
        most_left = most_left.max(case.left_behind(case.mail).len());
        case.assert_whole(MASTER, &format!("after {calls} calls"));
        is_done
    });
    assert!(done_after.is_some_and(|calls| calls > 10), "{done_after:?}");
    assert_eq!(case.key_of(case.mail), case.key_of(case.forum));
    assert_ne!(case.key_of(case.mail), old);
    assert!(most_left > 0, "an interrupted rotation leaves blobs");
    for item in [case.mail, case.forum] {
        assert_eq!(case.left_behind(item), Vec::<String>::new(), "the last one removes them");
    }
}

#[test]
fn the_next_change_of_an_item_removes_what_an_interrupted_rotation_left_of_it() {
    let input = json!({ "master_password": MASTER });
    // Each needs the password three times, which takes a second or two.
    for calls in (4..MANY_CALLS).step_by(7) {
        let case = Case::new();
        let is_done = case.interrupt(calls, "action:vault.rotate.input.v1", &input);
        unlock(&case.host, MASTER).unwrap();
        let client = case.host.client();
        client.vdfs().write_sidecar(case.mail, "other.json", b"{}").unwrap();
        let edit = json!({ "item": case.mail, "field": "username", "value": "ann" });
        call(&case.host, "action:vault.edit.input.v1", edit).unwrap();
        assert_eq!(case.left_behind(case.mail), ["other.json"], "after {calls} calls");
        assert_eq!(get(&case.host, case.mail, "password").unwrap(), "two", "after {calls} calls");
        if is_done {
            return;
        }
    }
    panic!("the rotation makes more calls than {MANY_CALLS}");
}

#[test]
fn a_change_of_the_password_that_ends_at_any_call_leaves_exactly_one_that_opens() {
    let change = "action:vault.change_password.input.v1";
    let input = json!({ "master_password": MASTER, "new_password": OTHER });
    for calls in 0..MANY_CALLS {
        let case = Case::new();
        let is_done = case.interrupt(calls, change, &input);
        let opens = |password| unlock(&case.host, password).is_ok();
        let (old, new) = (opens(MASTER), opens(OTHER));
        assert!(old != new, "after {calls} calls: old {old}, new {new}");
        assert!(new || !is_done, "after {calls} calls");
        case.assert_whole(if new { OTHER } else { MASTER }, &format!("after {calls} calls"));
        if is_done {
            return;
        }
    }
    panic!("the change makes more calls than {MANY_CALLS}");
}

#[test]
fn an_item_whose_file_is_gone_does_not_keep_the_others_from_their_keys() {
    let case = Case::new();
    let names = case.host.client().vdfs().list_sidecars(case.mail).unwrap();
    let file = names.iter().find(|sidecar| sidecar.name.starts_with("f-")).unwrap();
    case.host.client().vdfs().delete_sidecar(case.mail, &file.name).unwrap();
    let old = case.key_of(case.forum);
    let input = json!({ "master_password": MASTER });
    let done = call(&case.host, "action:vault.rotate.input.v1", input).unwrap();
    assert_eq!(done, json!({ "items": 1, "damaged": [case.mail] }));
    assert_ne!(case.key_of(case.forum), old);
    unlock(&case.host, MASTER).unwrap();
    assert_eq!(get(&case.host, case.mail, "password").unwrap(), "two", "what is there is read");
}
