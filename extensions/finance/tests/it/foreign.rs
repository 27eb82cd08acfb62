//! Entries that another extension made where Finance looks for its own.

use std::collections::HashMap;

use finance::extension::Extension;
use serde_json::{Map, json};
use spacedrive_sdk::ops::vdfs::NewEntry;
use spacedrive_sdk::prelude::Uuid;
use spacedrive_sdk::testing::FakeHost;

use crate::common::{host, import, rows};

const MAIL: &str = "From: Corner Shop <till@corner.example>\r\nSubject: Your receipt\r\n\r\n\
    Receipt No: 1234\nTea  2.00\nCake  2.50\nTotal  4.50 EUR\nPaid by card\n";

fn book(host: &FakeHost) -> spacedrive_sdk::Result<()> {
    import(host, "tea.eml", "message/rfc822", MAIL.as_bytes())
}

/// Makes an entry as another extension, before Finance runs.
fn squat(host: &FakeHost, path: &str, entry_type: &str) -> Uuid {
    host.set_extension("other");
    let own = json!({"finance": {"complete": true, "key": "x"}, "vendor": "Forged", "amount": 999});
    let metadata: Map<_, _> = own.as_object().cloned().unwrap_or_default();
    let entry = NewEntry { metadata, ..NewEntry::new("Forged", path, entry_type) };
    let id = host.client().vdfs().create_entry(entry).unwrap();
    host.set_extension("finance");
    id
}

#[test]
fn a_receipt_that_another_extension_made_is_none() {
    let own = host(HashMap::new());
    book(&own).unwrap();
    let path = own.entries().iter().find(|it| it.entry_type == "receipt").unwrap().path.clone();

    let host = host(HashMap::new());
    squat(&host, &path, "receipt");
    squat(&host, "receipts/0123456789abcdef0123456789abcdef", "receipt");
    // The place of the receipt is taken: that is said, and nothing counts as booked.
    assert!(book(&host).is_err());
    assert!(rows(&host).is_empty());
}

#[test]
fn an_index_that_another_extension_made_is_not_read() {
    let host = host(HashMap::new());
    let id = squat(&host, "finance/index", "finance_index");
    host.set_extension("other");
    host.client().vdfs().write_sidecar(id, "index.bin", b"FININDEX\x03").unwrap();
    host.set_extension("finance");
    book(&host).unwrap();
    assert_eq!(rows(&host).len(), 1);
    host.deliver::<Extension>(&host.event_created(&host.entries()[0])).unwrap();
}
