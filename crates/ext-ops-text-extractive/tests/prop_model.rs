//! Properties of the engine over arbitrary texts, schemas, dates and amounts.

use ext_ops_text_extractive::ExtractiveModel;
use ext_services::text_model::{TextAnswer, TextModelError, TextQuestion};
use proptest::prelude::*;
use serde_json::{Value, json};

fn ask(text: &str, schema: &Value) -> Result<TextAnswer, TextModelError> {
    let question = TextQuestion::new(text, "What is it?", schema.as_object());
    ExtractiveModel::new().ask(question)
}

fn receipt_schema() -> Value {
    json!({"type": "object", "properties": {
        "vendor": {"type": "string", "description": "the seller"},
        "date": {"type": "string", "format": "date"},
        "amount": {"type": "number", "description": "total to pay including tax"},
        "currency": {"type": "string", "description": "ISO 4217 code"},
        "tax": {"type": "number"},
        "category": {"enum": ["groceries", "travel", "other"]},
        "paid": {"type": "boolean", "description": "whether it is paid"},
        "items": {"type": "array", "items": {"type": "object", "properties": {
            "name": {"type": "string"}, "price": {"type": "number"}, "quantity": {"type": "integer"}}}},
    }})
}

/// Generates lines that look like documents, so that recognisers have something to trip over.
fn line() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "\\PC{0,20}",
        Just("TOTAL".to_owned()),
        Just("Bill to:".to_owned()),
        Just("GST 6%".to_owned()),
        Just("Foo GmbH & Co.".to_owned()),
        Just("  ".to_owned()),
        Just("CASH".to_owned()),
        Just("Item  Qty  Amount".to_owned()),
        Just("é£€$".to_owned()),
        "[0-9.,' ]{1,24}",
        "[0-9OoS]{1,3}[.,/-][0-9O]{1,3}[./-]?[0-9]{0,4}",
        "(RM|€|-)?[0-9]{1,14}[.,][0-9]{2}",
    ];
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.join(" "))
}

fn schema() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        "[a-z_]{1,12}",
        Just("date".to_owned()),
        Just("total".to_owned()),
        Just("vendor".to_owned())
    ];
    let leaf = prop_oneof![
        "\\PC{0,30}".prop_map(|said| json!({"type": "string", "description": said})),
        "\\PC{0,10}".prop_map(|pattern| json!({"type": "string", "pattern": pattern})),
        Just(json!({"type": "string", "format": "date"})),
        Just(json!({"type": "number"})),
        Just(json!({"type": "integer"})),
        Just(json!({"type": ["boolean", "null"]})),
        Just(json!({"enum": ["cash", "card", null, 3]})),
        Just(json!({})),
        Just(json!(true)),
        Just(json!({"$ref": "#/properties/a"})),
        Just(json!({"oneOf": [{"const": "a"}, {"const": 1}]})),
    ];
    let node = leaf.prop_recursive(5, 24, 4, move |inner| {
        prop_oneof![
            inner.clone().prop_map(|items| json!({"type": "array", "items": items})),
            proptest::collection::btree_map("[a-z]{1,8}", inner, 0..4)
                .prop_map(|properties| json!({"type": "object", "properties": properties})),
        ]
    });
    proptest::collection::btree_map(name, node, 0..5)
        .prop_map(|properties| json!({"type": "object", "properties": properties}))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn arbitrary_texts_get_a_sound_answer(lines in proptest::collection::vec(line(), 0..25)) {
        let text = lines.join("\n");
        let answer = ask(&text, &receipt_schema()).unwrap();
        let names: Vec<_> = answer.value.as_object().unwrap().keys().cloned().collect();
        let asked: Vec<_> = receipt_schema()["properties"].as_object().unwrap().keys().cloned().collect();
        prop_assert_eq!(&names, &asked);
        for (name, evidence) in &answer.evidence {
            prop_assert!((0.0..=1.0).contains(&evidence.confidence));
            let line = evidence.line.map_or("", |line| text.lines().nth(line as usize - 1).unwrap());
            prop_assert_eq!(answer.value[name].is_null(), evidence.confidence == 0.0);
            // Space characters of all sorts are read as plain ones.
            let plain: String = line.chars().map(|c| if c.is_control() || c.is_whitespace() { ' ' } else { c }).collect();
            prop_assert_eq!(plain.chars().filter(|c| *c != '.').collect::<String>().split_whitespace().collect::<String>().is_empty() , evidence.quote.replace('.', "").trim().is_empty());
        }
    }

    #[test]
    fn answers_are_deterministic(lines in proptest::collection::vec(line(), 0..15), schema in schema()) {
        let text = lines.join("\n");
        match (ask(&text, &schema), ask(&text, &schema)) {
            (Ok(first), Ok(second)) => prop_assert_eq!(first, second),
            (Err(first), Err(second)) => prop_assert_eq!(first.to_string(), second.to_string()),
            _ => prop_assert!(false, "one answer failed"),
        }
    }

    #[test]
    fn printed_dates_are_read_back(year in 1990i16..2060, month in 1i8..=12, day in 1i8..=28, style in 0usize..8) {
        const NAMES: [&str; 12] = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
        ];
        let name = NAMES[usize::try_from(month).unwrap() - 1];
        let printed = match style {
            0 => format!("{year:04}-{month:02}-{day:02}"),
            1 => format!("{day:02}/{month:02}/{year}"),
            2 => format!("{day}.{month}.{year}"),
            3 => format!("{day} {name} {year}"),
            4 => format!("{name} {day}, {year}"),
            5 => format!("{day:02}-{}-{year}", &name[..3]),
            6 => format!("{day:02}/{month:02}/{:02}", year % 100),
            _ => format!("{year}/{month:02}/{day:02}"),
        };
        let answer = ask(&format!("Shop\nDate: {printed}\n"), &receipt_schema()).unwrap();
        prop_assert_eq!(&answer.value["date"], &json!(format!("{year:04}-{month:02}-{day:02}")), "{}", printed);
    }

    #[test]
    fn printed_amounts_are_read_back(cents in 1u64..1_000_000_000, style in 0usize..8) {
        let (whole, fraction) = (cents / 100, cents % 100);
        let grouped = |separator: &str| {
            let digits = whole.to_string();
            let mut out = String::new();
            for (index, digit) in digits.chars().enumerate() {
                if index > 0 && (digits.len() - index) % 3 == 0 {
                    out.push_str(separator);
                }
                out.push(digit);
            }
            out
        };
        let printed = match style {
            0 => format!("${}.{fraction:02}", grouped(",")),
            1 => format!("{},{fraction:02} €", grouped(".")),
            2 => format!("{},{fraction:02} EUR", grouped(" ")),
            3 => format!("CHF {}.{fraction:02}", grouped("'")),
            4 => format!("RM {whole}.{fraction:02}"),
            5 => format!("{whole},{fraction:02}"),
            6 => format!("{},{fraction:02}\u{a0}zł", grouped("\u{202f}")),
            _ => format!("GBP {}.{fraction:02}", grouped(",")),
        };
        let answer = ask(&format!("Shop\nTotal:  {printed}\n"), &receipt_schema()).unwrap();
        let value = answer.value["amount"].as_f64();
        let expected: f64 = format!("{whole}.{fraction:02}").parse().unwrap();
        prop_assert_eq!(value, Some(expected), "{}", printed);
    }
}

/// A name that is claimed by the buyer, and nothing better.
#[test]
fn what_is_answered_is_not_impossible() {
    let text = "CASH\nFoo GmbH & Co.\n0000000,00\n\n𐲀\nCASH\nCASH\n🠐\nCASH\n!\nCASH\nBill to: Foo GmbH & Co.";
    let answer = ask(text, &receipt_schema()).unwrap();
    for (name, evidence) in &answer.evidence {
        assert_eq!(answer.value[name].is_null(), evidence.confidence == 0.0, "{name}");
    }
}
