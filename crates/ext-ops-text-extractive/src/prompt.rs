//! Questions without a schema: what the prompt asks for, in words.

use serde_json::{Map, Value, json};

use crate::lexicon::Concept;
use crate::meaning::Meaning;
use crate::recognise::VALUES;
use crate::schema::{self, Kind, Property};

/// Words for a receipt or an invoice, folded.
const DOCUMENTS: [&str; 18] = [
    "receipt",
    "receipts",
    "invoice",
    "invoices",
    "bill",
    "quittung",
    "beleg",
    "kassenbon",
    "kassenzettel",
    "rechnung",
    "facture",
    "recu",
    "ticket",
    "factura",
    "recibo",
    "fattura",
    "ricevuta",
    "factuur",
];

/// Words that ask for data, and are a date in other languages.
const DATA: [&str; 2] = ["data", "datos"];

/// Makes the property of a prompt that asks for one value: the prompt itself says what `answer` is.
pub(crate) fn single(prompt: &str) -> Property {
    let description = prompt.chars().take(500).collect();
    Property { name: "answer".to_owned(), description, kind: Kind::Unknown }
}

/// Returns whether a prompt asks for a receipt as a whole, not for one value of it.
pub(crate) fn asks_for_receipt(prompt: &str) -> bool {
    let words: Vec<String> = crate::fold::words(prompt)
        .into_iter()
        .take(200)
        .filter(|word| !DATA.contains(&word.as_str()))
        .collect();
    let meaning = Meaning::of(&single(&words.join(" ")), "");
    let asked = [
        meaning.date().is_some(),
        meaning.amount().is_some(),
        meaning.first_of(&[Concept::Seller]).is_some(),
    ];
    let values = asked.into_iter().filter(|asked| *asked).count();
    let other = meaning.first_of(VALUES).is_some();
    let names_one = words.iter().any(|word| DOCUMENTS.contains(&word.as_str()));
    values > 1 || (names_one && values == 0 && !other)
}

/// The fields of a receipt.
pub(crate) fn receipt() -> Vec<Property> {
    schema::read(&receipt_schema()).unwrap_or_default()
}

fn receipt_schema() -> Map<String, Value> {
    let item = json!({ "name": { "type": "string" }, "quantity": { "type": "number" },
        "price": { "type": "number", "description": "price of the line" } });
    let fields = json!({
        "vendor": { "type": "string", "description": "the seller" },
        "date": { "type": "string", "format": "date", "description": "date of the document" },
        "amount": { "type": "number", "description": "total to pay, tax included" },
        "currency": { "type": "string", "description": "ISO 4217 code of the currency" },
        "tax": { "type": "number", "description": "tax in the total" },
        "items": { "type": "array", "items": { "type": "object", "properties": item } },
    });
    Map::from_iter([("type".to_owned(), "object".into()), ("properties".to_owned(), fields)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_as_a_whole_is_told_from_one_value_of_it() {
        for prompt in [
            "Extract receipt data",
            "Extract the receipt",
            "Read this invoice.",
            "Extract vendor, date and total",
            "Lies die Rechnung",
        ] {
            assert!(asks_for_receipt(prompt), "{prompt}");
        }
        for prompt in [
            "What is the total?",
            "What is the total of the receipt?",
            "When was the receipt printed? The date.",
            "Which IBAN does the invoice name?",
            "Is this text friendly?",
        ] {
            assert!(!asks_for_receipt(prompt), "{prompt}");
        }
    }
}
