//! Candidates with their features, for the program that trains the rankers
//! (`benches/receipts/train.py`).

use ext_services::text_model::TextQuestion;
use serde_json::{Value, json};

use crate::facts::Facts;
use crate::hints::Hints;
use crate::organisations;
use crate::ranking::{date, seller, total};
use crate::rows::Document;

/// Returns the candidates for seller, date and total: `{"seller": {"names": [feature, …],
/// "candidates": [{"value", "features"}, …]}, …}`.
#[must_use]
pub fn candidates(question: TextQuestion<'_>) -> Value {
    let document = Document::read(question.text);
    let hints = Hints::of(question.prompt);
    let names = organisations::names(&document, &hints);
    let sellers = names.iter().zip(seller::features(&document, &hints, &names));
    let sellers: Vec<Value> = sellers.map(|(name, features)| one(&name.text, &features)).collect();
    let facts = Facts::of(&document, hints);
    let dates = facts.date_candidates();
    let dates: Vec<Value> = dates.iter().map(|c| one(&c.date.to_string(), &c.features)).collect();
    let totals = total::candidates(&facts.amounts, document.rows.len());
    let totals: Vec<Value> =
        totals.iter().map(|c| one(&c.value.to_string(), &c.features)).collect();
    json!({
        "seller": {"names": seller::FEATURES.as_slice(), "candidates": sellers},
        "date": {"names": date::FEATURES.as_slice(), "candidates": dates},
        "total": {"names": total::FEATURES.as_slice(), "candidates": totals},
    })
}

fn one(value: &str, features: &[f64]) -> Value {
    json!({"value": value, "features": features})
}
