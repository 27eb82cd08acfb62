//! Example that books each email for itself, natively, and prints what came of it as one JSON object
//! a line: `cargo run -p finance --example read -- TEXTS MAIL...`. `TEXTS` is a folder with the text
//! of each picture, read before, in `<BLAKE3 of the picture>.txt`. benches/receipts scores it.

#[path = "../tests/it/common/mod.rs"]
mod common;

use std::cell::RefCell;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Instant;

use common::Engines;
use serde_json::{Value, json};
use spacedrive_sdk::ops::ai;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let texts = arguments.next().ok_or("usage: read TEXTS MAIL...")?;
    let engines = Rc::new(Engines::new());
    for mail in arguments {
        println!("{}", read(&engines, &texts, &mail)?);
    }
    Ok(())
}

/// Books one email in a library of its own.
fn read(engines: &Rc<Engines>, texts: &Path, mail: &Path) -> Result<Value, Box<dyn Error>> {
    let name = mail.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let raw = std::fs::read(mail)?;
    let folder = texts.to_owned();
    let text_of =
        move |hash: &str| std::fs::read_to_string(folder.join(format!("{hash}.txt"))).ok();
    let host = common::host_with(engines, text_of);
    let asked: Rc<RefCell<Vec<Value>>> = Rc::default();
    let (heard, classify) = (Rc::clone(&asked), Rc::clone(engines));
    host.on::<ai::ClassifyText>(move |input| {
        heard.borrow_mut().push(json!({"text": input.text, "prompt": input.prompt}));
        classify.run::<ai::ClassifyText>(&input)
    });
    let start = Instant::now();
    let error = common::import(&host, &name, "message/rfc822", &raw).err();
    let milliseconds = start.elapsed().as_secs_f64() * 1e3;
    // A reminder alone has fields as well, and is no purchase: the export decides.
    let rows = common::rows(&host);
    let receipts: Vec<Value> = host
        .entries()
        .iter()
        .filter(|entry| rows.iter().any(|row| row["entry_id"] == json!(entry.id)))
        .filter_map(|entry| host.sidecar(entry.id, "receipt.json"))
        .filter_map(|bytes| serde_json::from_slice(&bytes).ok())
        .collect();
    let reason = host
        .entries()
        .iter()
        .find_map(|entry| Some(entry.metadata.get("finance")?.get("reason")?.as_str()?.to_owned()));
    Ok(json!({
        "source": name,
        "receipts": receipts,
        "asked": *asked.borrow(),
        "reason": reason,
        "error": error.map(|error| error.to_string()),
        "ms": milliseconds,
    }))
}
