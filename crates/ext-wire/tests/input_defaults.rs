//! Defaults of inputs, which stand for what a caller leaves out of the JSON.

use std::fmt::Debug;

use ext_wire::ops::{http::RequestInput, mail, search::SearchInput, vdfs};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Checks that the default is what JSON with the required fields alone is read as.
#[track_caller]
fn stands_for<T: Default + DeserializeOwned + PartialEq + Debug>(required: Value) {
    assert_eq!(T::default(), serde_json::from_value(required).unwrap());
}

#[test]
fn a_default_is_what_is_read_where_fields_are_left_out() {
    let mailbox = json!({ "server": "", "auth": "" });
    stands_for::<vdfs::ListEntriesInput>(json!({}));
    stands_for::<vdfs::ListBinInput>(json!({}));
    stands_for::<vdfs::NewEntry>(json!({ "name": "", "path": "", "entry_type": "" }));
    stands_for::<SearchInput>(json!({ "text": "" }));
    stands_for::<RequestInput>(json!({ "url": "" }));
    stands_for::<mail::ListMessagesInput>(json!({ "mailbox": mailbox }));
    let message = json!({ "mailbox": mailbox, "validity": 0, "uid": 0 });
    stands_for::<mail::FetchMessageInput>(message);
}
