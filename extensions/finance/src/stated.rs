//! Data of schema.org compared with the text around them.

use ext_amounts::Amount;
use serde_json::{Value, json};

use crate::fields::{self, Answer, DISPUTED, Receipt};
use crate::html::Structured;

/// Confidence in what the data state and the text confirms.
const CONFIRMED: f32 = 0.99;
/// Confidence in what only the data state.
const STATED: f32 = 0.9;
/// The text's currency counts from this confidence on.
const CURRENCY_COUNTS: f32 = 0.8;

/// Takes data of schema.org before what the text engine found. Where both state the total and differ,
/// the data are doubted, and the text's total is kept beside theirs.
pub(crate) fn preferring(structured: Structured, from_engine: Answer) -> Answer {
    let Structured { receipt, other } = structured;
    let Answer { receipt: text, mut evidence, engine } = from_engine;
    let (amount, amount_others) = total(receipt.amount, other, text.amount);
    let code = text.currency.clone().filter(|_| {
        evidence.get("currency").is_some_and(|found| found.confidence >= CURRENCY_COUNTS)
    });
    let disputed = code.filter(|code| receipt.currency.as_ref().is_some_and(|own| own != code));
    let currency_others = disputed.map(Value::from).into_iter().collect();
    let stated = [
        ("vendor", receipt.vendor.is_some(), CONFIRMED, Vec::new()),
        ("date", receipt.date.is_some(), CONFIRMED, Vec::new()),
        ("amount", amount.is_some(), sureness(amount, text.amount), amount_others),
        ("currency", receipt.currency.is_some(), CONFIRMED, currency_others),
        ("items", !receipt.items.is_empty(), CONFIRMED, Vec::new()),
        ("payment_method", receipt.payment_method.is_some(), CONFIRMED, Vec::new()),
    ];
    for (field, _, sure, alternatives) in stated.into_iter().filter(|(_, known, ..)| *known) {
        let sure = if alternatives.is_empty() { sure } else { DISPUTED };
        let found = fields::evidence(sure, "schema.org".to_owned());
        let found = spacedrive_sdk::ops::ai::Evidence { alternatives, ..found };
        evidence.insert(field.to_owned(), found);
    }
    Answer { receipt: Receipt { amount, ..receipt }.or(text), evidence, engine }
}

fn sureness(stated: Option<Amount>, text: Option<Amount>) -> f32 {
    if stated == text { CONFIRMED } else { STATED }
}

/// Returns the total and what it may be besides: of a price with two readings the one that the text
/// confirms.
fn total(
    stated: Option<Amount>,
    other: Option<Amount>,
    text: Option<Amount>,
) -> (Option<Amount>, Vec<Value>) {
    if text.is_some() && (text == stated || text == other) {
        return (text, Vec::new());
    }
    let others = [other, text.filter(|_| stated.is_some())];
    (stated, others.into_iter().flatten().map(|amount| json!(amount)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(
        stated: &str,
        other: Option<&str>,
        text: Option<&str>,
    ) -> (String, f32, Vec<Value>) {
        let parse = |text: &str| Amount::parse(text).unwrap();
        let receipt = Receipt { amount: Some(parse(stated)), ..Receipt::default() };
        let engine = Receipt { amount: text.map(parse), ..Receipt::default() };
        let structured = Structured { receipt, other: other.map(parse) };
        let answer = preferring(structured, Answer { receipt: engine, ..Answer::default() });
        let evidence = &answer.evidence["amount"];
        let amount = answer.receipt.amount.unwrap().to_string();
        (amount, evidence.confidence, evidence.alternatives.clone())
    }

    #[test]
    fn a_total_that_the_text_confirms_is_sure() {
        assert_eq!(compared("59.99", None, Some("59.99")), ("59.99".into(), CONFIRMED, vec![]));
        assert_eq!(compared("59.99", None, None), ("59.99".into(), STATED, vec![]));
    }

    #[test]
    fn a_total_that_the_text_denies_is_kept_beside_the_texts() {
        let (amount, confidence, others) = compared("59.99", None, Some("71.39"));
        assert_eq!((amount.as_str(), others), ("59.99", vec![json!(71.39)]));
        assert!(confidence < 0.5);
    }

    #[test]
    fn the_text_decides_between_two_readings() {
        let read = compared("1234", Some("1.234"), Some("1.234"));
        assert_eq!(read, ("1.234".into(), CONFIRMED, vec![]));
        let (amount, confidence, others) = compared("1234", Some("1.234"), None);
        assert_eq!((amount.as_str(), others), ("1234", vec![json!(1.234)]));
        assert!(confidence < 0.5);
    }
}
