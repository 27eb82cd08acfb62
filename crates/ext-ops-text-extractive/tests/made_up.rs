//! Seller, date and total of some hundred made-up documents in 17 languages (`benches/receipts` makes
//! them, and measures many more), with the share that has to be right.

use ext_ops_text_extractive::ExtractiveModel;
use ext_services::text_model::TextQuestion;
use serde_json::{Value, json};

/// Least shares of documents whose seller, date and total are right, in percent.
const FLOORS: [(&str, usize); 3] = [("vendor", 90), ("date", 97), ("amount", 95)];

fn documents() -> Vec<Value> {
    let lines = include_str!("made-up.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn read(document: &Value) -> Value {
    let schema = json!({"type": "object", "properties": {
        "vendor": {"type": "string", "description": "the seller"},
        "date": {"type": "string", "format": "date"},
        "amount": {"type": "number", "description": "total to pay, tax included"},
    }});
    let said = |key: &str| document[key].as_str().unwrap();
    let question = TextQuestion::new(said("text"), said("prompt"), schema.as_object());
    ExtractiveModel::new().ask(question).unwrap().value
}

/// Letters and digits of a name, in lower case.
fn plain(name: &Value) -> String {
    let letters = name.as_str().unwrap_or("").chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

fn is_right(field: &str, want: &Value, got: &Value) -> bool {
    match field {
        "vendor" => {
            let (want, got) = (plain(want), plain(got));
            want.contains(&got) && got.len() >= 4 || got.contains(&want)
        }
        "amount" => (want.as_f64().unwrap() - got.as_f64().unwrap_or(-1.0)).abs() < 0.005,
        _ => want == got,
    }
}

#[test]
fn most_made_up_documents_are_read_right() {
    let documents = documents();
    assert!(documents.len() >= 200);
    let answers: Vec<Value> = documents.iter().map(read).collect();
    for (field, floor) in FLOORS {
        let right = |(document, answer): &(&Value, &Value)| {
            is_right(field, &document[field], &answer[field])
        };
        let right = documents.iter().zip(&answers).filter(right).count();
        let count = documents.len();
        assert!(right * 100 >= floor * count, "{field}: {right} of {count}, at least {floor} %");
    }
}
