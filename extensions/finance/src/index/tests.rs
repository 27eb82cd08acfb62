//! The index, however it came to be, is that of all entries.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::{cell::RefCell, rc::Rc};

use spacedrive_sdk::ops::ai;
use spacedrive_sdk::ops::jobs::{
    Checkpoint, CheckpointOutput, Dispatch, DispatchInput, DispatchOutput, JobContext,
};
use spacedrive_sdk::ops::vdfs::{ReadSidecar, ReadSidecarOutput};
use spacedrive_sdk::testing::FakeHost;

use super::*;
use crate::extension::Extension;
use crate::ledger::RECEIPT;

/// A host that reads the fields of a receipt from its lines.
fn host() -> FakeHost {
    let host = FakeHost::new();
    host.set_extension("finance");
    host.on::<ai::ClassifyText>(|input| {
        let field = |name: &str| {
            let line = input.text.lines().find_map(|line| line.strip_prefix(name));
            line.map(|value| value.trim().to_owned())
        };
        let amount = field("Total:").and_then(|text| text.parse::<f64>().ok());
        let answer = json!({ "vendor": field("Shop:"), "date": field("Date:"), "amount": amount, "currency": "EUR" });
        Ok(ai::ClassifyTextOutput { answer, evidence: Default::default(), engine: "fake".into() })
    });
    host
}

fn import(host: &FakeHost, at: usize, shop: usize, day: usize, number: usize) {
    let mail = format!(
        "From: Shop {shop} <till@shop{shop}.example>\r\nSubject: Your receipt\r\nMessage-ID: <{at}@x>\r\n\r\n\
         Shop: Shop {shop} Ltd\nReceipt No: A{number}00\nDate: 2026-01-{day:02}\nTea  {shop}.50\n\
         Total: {shop}.50\nPaid by card\n"
    );
    let name = format!("{at}.eml");
    let entry = host.add_file(&name, &format!("in/{name}"), "message/rfc822", mail.as_bytes());
    host.deliver::<Extension>(&host.event_created(&entry)).unwrap();
}

fn receipts(host: &FakeHost) -> Vec<Entry> {
    host.entries().into_iter().filter(|entry| entry.entry_type == RECEIPT).collect()
}

/// Compares the index that was followed, the one that is kept, and that of all entries.
fn ensure_same(host: &FakeHost) {
    let client = host.client();
    let whole = Index::of_all(&Ledger::new(&client)).unwrap().content;
    with(&client, |followed| {
        let followed = &followed.content;
        assert_eq!(followed.slips, whole.slips);
        assert_eq!(followed.bookings, whole.bookings);
        assert_eq!(followed.pairs, whole.pairs);
        saved::keep(&client, followed);
        let kept = Index::of(saved::load(&client)?.unwrap());
        assert_eq!(kept.content, *followed);
        Ok(())
    })
    .unwrap();
}

/// Makes some change, as a person or an import does; what is refused changes nothing.
fn step(host: &FakeHost, number: usize, kind: u8, one: usize, two: usize) {
    let all = receipts(host);
    let at = |index: usize| all.get(index % all.len().max(1)).map(|entry| entry.id);
    let call = |method: &str, input: Value| {
        let _: Result<Value> = host.call::<Extension, _, _>(method, &input);
    };
    let (Some(first), Some(second)) = (at(one), at(two)) else {
        return import(host, number, 1 + one % 3, 1 + two % 5, one % 4);
    };
    match kind {
        0 => call(
            "action:finance.correct.input.v1",
            json!({ "entry_id": first, "values": { "vendor": format!("Shop {two}") } }),
        ),
        1 => call(
            "action:finance.reject.input.v1",
            json!({ "entry_id": first, "undo": two.is_multiple_of(2) }),
        ),
        2 => call("action:finance.merge.input.v1", json!({ "entries": [first, second] })),
        3 => call("action:finance.keep_apart.input.v1", json!({ "entries": [first, second] })),
        4 => drop(host.client().vdfs().delete_entry(first)),
        5 => {
            let patch = Map::from_iter([
                ("amount".to_owned(), json!(two)),
                ("tags".to_owned(), json!(["a"])),
            ]);
            host.client().vdfs().update_metadata(first, patch).unwrap();
        }
        6 => LAST.set(None),
        7 => with_up_to(&host.client(), 1 + two % 3, |_, _| Ok(())).unwrap(),
        _ => import(host, number, 1 + one % 3, 1 + two % 5, one % 4),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn nothing_is_lost_or_doubled(
        steps in proptest::collection::vec((0..12_u8, 0..8_usize, 0..8_usize), 1..30),
        looks in 1..6_usize,
    ) {
        let host = host();
        for (number, (kind, one, two)) in steps.into_iter().enumerate() {
            step(&host, number, kind, one, two);
            if number % looks == 0 {
                ensure_same(&host);
            }
        }
        ensure_same(&host);
    }
}

/// Keeps the jobs that are asked for.
fn jobs(host: &FakeHost) -> Rc<RefCell<Vec<DispatchInput>>> {
    let jobs = Rc::<RefCell<Vec<DispatchInput>>>::default();
    let asked = Rc::clone(&jobs);
    host.on::<Dispatch>(move |input| {
        asked.borrow_mut().push(input);
        Ok(DispatchOutput { job_id: Uuid::nil(), created: true })
    });
    host.on::<Checkpoint>(|_| Ok(CheckpointOutput { cancelled: false }));
    jobs
}

#[test]
fn a_page_has_what_is_indexed_and_a_job_makes_the_rest() {
    let host = host();
    (0..5).for_each(|at| import(&host, at, at + 1, 1, at));
    let jobs = jobs(&host);
    LAST.set(None);
    let part = with_up_to(&host.client(), 2, |index, is_whole| Ok((index.documents(), is_whole)));
    assert_eq!(part.unwrap(), (2, false));
    let (mut keys, mut outcomes) = (Vec::new(), Vec::new());
    while let Some(asked) = { jobs.borrow_mut().pop() } {
        let job = JobContext { id: Uuid::from_u128(7), attempt: 1, checkpoint: None };
        let outcome = host.run_job::<Extension, _, Value>(&asked.method, &asked.input, job);
        outcomes.push(outcome.unwrap());
        keys.extend(asked.key);
    }
    // A job that runs cannot ask for one with its own key.
    assert_eq!(keys, ["index", "index, other"]);
    let outcome = |documents, more| json!({ "documents": documents, "more": more });
    assert_eq!(outcomes, [outcome(4, true), outcome(5, false)]);
    let page: Value = host.call::<Extension, _, _>("query:finance.page.v1", &json!({})).unwrap();
    assert_eq!((&page["total"], &page["indexing"]), (&json!(5), &Value::Null));
}

#[test]
fn what_needs_all_receipts_is_refused_while_they_are_not_indexed() {
    let host = host();
    (0..5).for_each(|at| import(&host, at, at + 1, 1, at));
    let jobs = jobs(&host);
    LAST.set(None);
    let refused = whole(&host.client(), 3, |_| Ok(())).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::Busy);
    assert!(refused.message().contains("3 so far"), "{}", refused.message());
    assert_eq!(jobs.borrow().len(), 1);
    assert_eq!(whole(&host.client(), 3, |index| Ok(index.documents())).unwrap(), 5);
}

#[test]
fn a_damaged_index_is_made_anew() {
    let host = host();
    (0..3).for_each(|at| import(&host, at, at + 1, 1, at));
    ensure_same(&host);
    let index =
        host.entries().into_iter().find(|entry| entry.entry_type == "finance_index").unwrap();
    host.client().write_sidecar(index.id, "index.bin", b"FININDEX\x01damaged").unwrap();
    LAST.set(None);
    ensure_same(&host);
    host.client().vdfs().delete_entry(index.id).unwrap();
    LAST.set(None);
    ensure_same(&host);
    let bookings = with(&host.client(), |index| Ok(index.content.bookings.len())).unwrap();
    assert_eq!(bookings, 3);
}

/// The files of sidecars may be lost; what they say stands in the entries as well, or is found again.
#[test]
fn lost_files_of_the_index_and_of_a_receipt_stop_no_other() {
    let host = host();
    (0..3).for_each(|at| import(&host, at, at + 1, 1, at));
    ensure_same(&host);
    let (lost, client) = (receipts(&host)[0].id, host.client());
    let mut kept = std::collections::HashMap::new();
    for entry in host.entries() {
        for info in client.vdfs().list_sidecars(entry.id).unwrap() {
            let bytes = host.sidecar(entry.id, &info.name).unwrap();
            kept.insert((entry.id, info.name), bytes);
        }
    }
    host.on::<ReadSidecar>(move |input| {
        let is_lost = input.name == "index.bin" || input.entry_id == lost;
        match kept.get(&(input.entry_id, input.name)) {
            _ if is_lost => Err(Error::new(ErrorCode::Corrupt, "the sidecar is missing")),
            Some(bytes) => Ok(ReadSidecarOutput { data: bytes.clone().into() }),
            None => Err(Error::new(ErrorCode::NotFound, "there is no such sidecar")),
        }
    });
    LAST.set(None);
    let rows: Vec<Value> =
        host.call::<Extension, _, _>("query:finance.export.v1", &json!({})).unwrap();
    assert_eq!(rows.len(), 3);
}

#[test]
fn without_the_permission_all_entries_are_read() {
    let host = host();
    (0..3).for_each(|at| import(&host, at, at + 1, 1, at));
    host.on::<spacedrive_sdk::ops::vdfs::ListChanges>(|_| {
        Err(Error::new(ErrorCode::DeniedMethod, "the user has not allowed it"))
    });
    import(&host, 3, 1, 9, 9);
    let rows: Vec<Value> =
        host.call::<Extension, _, _>("query:finance.export.v1", &json!({})).unwrap();
    assert_eq!(rows.len(), 4);
}

#[test]
fn what_a_person_should_look_at_is_what_has_reasons() {
    let host = host();
    (0..8).for_each(|at| import(&host, at, 1 + at % 2, 1 + at % 3, at));
    let client = host.client();
    with(&client, |index| {
        let books = crate::export::Books::open(&client, index, false)?;
        for glance in books.glances() {
            let reasons = crate::shown::reasons(&books.without_items(&glance));
            assert_eq!(glance.needs_eye(), !reasons.is_empty(), "{reasons:?}");
        }
        Ok(())
    })
    .unwrap();
}
