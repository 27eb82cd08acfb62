//! The conditions of a search against a model that looks at each entry.

use ext_services::library::{Entries, Search, Visibility};
use ext_wire::{
    VettedEntry,
    ops::{
        search::{Comparison, Filter, SearchInput},
        vdfs::NewEntry,
    },
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::common::World;

const KEY: &str = "value";

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        (-30..30_i32).prop_map(|number| json!(number)),
        (-300..300_i32).prop_map(|tenths| json!(f64::from(tenths) / 10.0)),
        (-300..300_i32).prop_map(|tenths| json!(format!("{}.{}", tenths / 10, tenths.abs() % 10))),
        "[a-cA-C0-9. %_-]{0,4}".prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ]
}

fn filter() -> impl Strategy<Value = Filter> {
    let op = proptest::sample::select(Comparison::ALL.to_vec());
    (op, value()).prop_map(|(op, value)| Filter { key: KEY.to_owned(), op, value })
}

/// Returns the number that a value is, or that a text is which is written as a decimal number.
fn number(value: &Value) -> Option<f64> {
    let text = match value {
        Value::Number(number) => return number.as_f64(),
        Value::String(text) => text,
        _ => return None,
    };
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_decimal = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let has_digit = digits.bytes().any(|byte| byte.is_ascii_digit());
    // The first number counts, as in `1.2.3`, which nobody means.
    let first = digits.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
    let whole = if first.contains('.') { format!("0{first}0") } else { first };
    let read = whole.parse::<f64>().ok().filter(|_| is_decimal && has_digit);
    read.map(|read| if text.starts_with('-') { -read } else { read })
}

fn holds<T: PartialOrd>(op: Comparison, left: &T, right: &T) -> bool {
    match op {
        Comparison::Equal => left == right,
        Comparison::NotEqual => left != right,
        Comparison::Less => left < right,
        Comparison::AtMost => left <= right,
        Comparison::Greater => left > right,
        Comparison::AtLeast => left >= right,
        Comparison::Contains => false,
    }
}

/// Tells whether an entry with this value is found; `None` for a condition that is refused.
fn expected(filter: &Filter, value: &Value) -> Option<bool> {
    match (&filter.value, filter.op) {
        (Value::Number(_), Comparison::Contains) => None,
        (Value::Number(wanted), op) => {
            let found = number(value);
            Some(found.is_some_and(|found| holds(op, &found, &wanted.as_f64().unwrap_or_default())))
        }
        (Value::String(wanted), op) => Some(value.as_str().is_some_and(|text| match op {
            Comparison::Contains => {
                text.to_ascii_lowercase().contains(&wanted.to_ascii_lowercase())
            }
            op => holds(op, &text, &wanted.as_str()),
        })),
        _ => None,
    }
}

fn add(world: &World, name: usize, value: &Value) {
    let input = NewEntry {
        name: name.to_string(),
        path: name.to_string(),
        entry_type: "note".into(),
        metadata: Map::from_iter([(KEY.to_owned(), value.clone())]),
        media_type: None,
        content: None,
    };
    world.library.create_entry(None, VettedEntry::vet(input).unwrap()).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_filter_finds_what_a_look_at_each_entry_finds(
        values in prop::collection::vec(value(), 1..12),
        filters in prop::collection::vec(filter(), 1..12),
    ) {
        let world = World::new();
        values.iter().enumerate().for_each(|(name, value)| add(&world, name, value));
        for filter in filters {
            let input = SearchInput { filters: vec![filter.clone()], ..SearchInput::new("") };
            let found = world.library.search(input, Visibility::All);
            let model: Option<Vec<bool>> =
                values.iter().map(|value| expected(&filter, value)).collect();
            let Some(model) = model else {
                prop_assert!(found.is_err(), "{filter:?} is refused");
                continue;
            };
            let mut names: Vec<usize> =
                found.unwrap().hits.iter().map(|hit| hit.entry.name.parse().unwrap()).collect();
            names.sort_unstable();
            let model: Vec<usize> = (0..).zip(model).filter(|it| it.1).map(|it| it.0).collect();
            prop_assert_eq!(names, model, "{:?} on {:?}", filter, values);
        }
    }
}
