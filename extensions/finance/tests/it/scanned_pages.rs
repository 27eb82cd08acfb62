//! Scanned pages of PDFs: those beside a text layer, and those of a long stack.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use serde_json::{Value, json};
use spacedrive_sdk::ops::ai;
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::testing::FakeHost;

use crate::batches::invoice;
use crate::common::{host, import, rows, stack_pdf};
use crate::papers::PDF;

const NORTH: &str = "Nordlicht Strom GmbH";
const TERMS: &str = "Terms and conditions\nGoods stay ours until they are paid.";

/// A host that reads scanned pages by their numbers, and the numbers that it was asked for.
fn reader(pages: Vec<String>) -> (FakeHost, Rc<RefCell<Vec<u32>>>) {
    let host = host(HashMap::new());
    let asked = Rc::new(RefCell::new(Vec::new()));
    let log = Rc::clone(&asked);
    host.on::<ai::Ocr>(move |input| {
        let wanted = input.pages.unwrap_or_default();
        log.borrow_mut().extend(&wanted);
        let text = |page: &u32| pages[*page as usize - 1].clone();
        let text = wanted.iter().map(text).collect::<Vec<_>>().join("\u{c}");
        Ok(ai::OcrOutput {
            text,
            confidence: 0.9,
            pages: Vec::new(),
            engine: "given".into(),
            formatted: None,
            flags: Vec::new(),
        })
    });
    (host, asked)
}

/// Returns the amounts that are booked.
fn amounts(host: &FakeHost) -> Vec<f64> {
    let mut amounts: Vec<f64> =
        rows(host).iter().map(|row| row["amount"].as_f64().unwrap()).collect();
    amounts.sort_by(f64::total_cmp);
    amounts
}

fn many(count: u32) -> Vec<String> {
    let number = |page: u32| format!("INV-{}", 1000 + page);
    (0..count).map(|page| invoice(NORTH, &number(page), 50 + 5 * page, &[])).collect()
}

#[test]
fn scanned_invoices_behind_one_with_a_text_layer_are_booked() {
    let first = invoice(NORTH, "INV-101", 50, &[]);
    let pages = vec![
        String::new(),
        invoice("Blumen Hansen KG", "R-2026-77", 100, &[]),
        invoice("Optik Lorenz e.K.", "47119", 300, &[]),
    ];
    let (host, _) = reader(pages);
    import(&host, "mixed.pdf", PDF, &stack_pdf(&[Some(&first), None, None])).unwrap();
    assert_eq!(amounts(&host), [60.0, 120.0, 360.0]);
    let layer: Vec<Value> =
        rows(&host).into_iter().filter(|row| row["amount"] == json!(60.0)).collect();
    let alone = reader(Vec::new()).0;
    import(&alone, "mixed.pdf", PDF, &stack_pdf(&[Some(&first)])).unwrap();
    let alone = &rows(&alone)[0];
    assert_eq!(layer[0]["confidence"], alone["confidence"], "it is no scan");
}

#[test]
fn pages_of_terms_cost_little_and_change_nothing() {
    let first = invoice(NORTH, "INV-101", 50, &[]);
    let alone = reader(Vec::new()).0;
    import(&alone, "a.pdf", PDF, &stack_pdf(&[Some(&first)])).unwrap();
    let confidence = rows(&alone)[0]["confidence"].clone();
    for (pages, read) in [(1, vec![2]), (2, vec![2, 3])] {
        let (host, asked) = reader(vec![TERMS.to_owned(); pages + 1]);
        let mut all = vec![Some(&*first)];
        all.extend(vec![None; pages]);
        import(&host, "a.pdf", PDF, &stack_pdf(&all)).unwrap();
        assert_eq!(*asked.borrow(), read);
        let rows = rows(&host);
        assert_eq!((rows.len(), &rows[0]["confidence"]), (1, &confidence));
    }
    let (host, asked) = reader(vec![TERMS.to_owned(); 12]);
    let mut all = vec![Some(&*first)];
    all.extend(vec![None; 11]);
    let error = import(&host, "a.pdf", PDF, &stack_pdf(&all)).unwrap_err();
    assert_eq!(error.code(), ErrorCode::DocLimit);
    assert!(error.message().contains("the scanned pages 4 to 12 were not read"), "{error}");
    assert_eq!((asked.borrow().len(), amounts(&host)), (2, vec![60.0]));
}

#[test]
fn blank_pages_and_text_layers_ask_for_no_scan() {
    let first = invoice(NORTH, "INV-101", 50, &[]);
    let (host, asked) = reader(Vec::new());
    import(&host, "a.pdf", PDF, &stack_pdf(&[Some(&first), Some("")])).unwrap();
    assert_eq!((asked.borrow().len(), amounts(&host)), (0, vec![60.0]));
}

#[test]
fn without_an_engine_a_text_layer_is_booked_and_the_rest_told() {
    let first = invoice(NORTH, "INV-101", 50, &[]);
    let host = host(HashMap::new());
    let error = import(&host, "a.pdf", PDF, &stack_pdf(&[Some(&first), None])).unwrap_err();
    assert!(error.message().contains("the scanned page 2 was not read"), "{error}");
    assert_eq!(amounts(&host), [60.0]);
}

#[test]
fn a_long_stack_of_scans_is_read_on_or_says_what_is_missing() {
    let (host, asked) = reader(many(12));
    import(&host, "scan.pdf", PDF, &stack_pdf(&[None; 12])).unwrap();
    assert_eq!((amounts(&host).len(), asked.borrow().len()), (12, 12));
    let (host, _) = reader(many(33));
    let error = import(&host, "scan.pdf", PDF, &stack_pdf(&[None; 33])).unwrap_err();
    assert!(error.message().contains("the scanned pages 31 to 33 were not read"), "{error}");
    assert_eq!(amounts(&host).len(), 30);
    // A scanned book is not read to its end.
    let (host, asked) = reader(vec![TERMS.to_owned(); 33]);
    import(&host, "book.pdf", PDF, &stack_pdf(&[None; 33])).unwrap();
    assert_eq!((amounts(&host).len(), asked.borrow().len()), (0, 10));
}
