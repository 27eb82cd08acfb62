//! Example that answers a JSON Schema about text files, one JSON object a line:
//! `cargo run -p ext-ops-text-extractive --example answer -- SCHEMA TEXT...`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ext_ops_text_extractive::ExtractiveModel;
use ext_services::text_model::TextQuestion;
use serde_json::{Map, Value, json};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let Some(schema) = arguments.next() else {
        eprintln!("usage: answer SCHEMA TEXT...");
        return ExitCode::from(2);
    };
    match run(&schema, arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(
    schema: &Path,
    texts: impl Iterator<Item = PathBuf>,
) -> Result<(), Box<dyn std::error::Error>> {
    let schema: Map<String, Value> = serde_json::from_slice(&std::fs::read(schema)?)?;
    for path in texts {
        let text = String::from_utf8_lossy(&std::fs::read(&path)?).into_owned();
        let question = TextQuestion::new(&text, "", Some(&schema));
        let answer = ExtractiveModel::new().ask(question)?;
        let evidence: Map<String, Value> = answer
            .evidence
            .into_iter()
            .map(|(name, e)| {
                (name, json!({"confidence": e.confidence, "line": e.line, "quote": e.quote}))
            })
            .collect();
        println!("{}", json!({"file": path, "value": answer.value, "evidence": evidence}));
    }
    Ok(())
}
