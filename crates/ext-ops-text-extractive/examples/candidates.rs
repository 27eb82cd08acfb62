//! Example that prints the candidates of documents with their features, to train the rankers:
//! `cargo run -p ext-ops-text-extractive --example candidates < QUESTIONS`. Each line of the input is
//! `{"text": …, "prompt": …}`, each line of the output its candidates.

use std::error::Error;
use std::io::{BufRead, BufWriter, Write};

use ext_ops_text_extractive::training;
use ext_services::text_model::TextQuestion;
use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let question: Value = serde_json::from_str(&line?)?;
        let said = |key: &str| question.get(key).and_then(Value::as_str).unwrap_or_default();
        let found = training::candidates(TextQuestion::new(said("text"), said("prompt"), None));
        writeln!(out, "{found}")?;
    }
    Ok(())
}
