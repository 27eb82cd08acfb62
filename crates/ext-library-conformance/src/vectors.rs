//! The cases of vectors, with a model of two topics.

use ext_services::library::{IndexedText, Visibility};
use ext_wire::ops::{
    search::{Comparison, Filter, SearchInput},
    vdfs::{NewEntry, UpdateMetadataInput},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{World, note, object};

const MODEL: &str = "test";

/// A library of receipts with amount and date.
pub(crate) struct Papers<'a> {
    world: &'a World<'a>,
}

impl<'a> Papers<'a> {
    pub(crate) fn new(world: &'a World<'a>) -> Self {
        let this = Self { world };
        this.add("Espresso", json!("62.50"), "2026-08-02");
        this.add("Cappuccino", json!(3.2), "2026-08-03");
        this.add("Petrol", json!("80"), "2026-05-01");
        this
    }

    fn add(&self, name: &str, amount: Value, date: &str) -> Uuid {
        let metadata = json!({ "amount": amount, "date": date, "vendor": format!("{name} Ltd") });
        let input = NewEntry {
            entry_type: "receipt".into(),
            metadata: object(metadata),
            ..note(&format!("receipts/{name}"))
        };
        self.world.add(input).id
    }

    /// Adds the missing vectors of all entries: coffee is one direction, petrol another.
    fn embed(&self) -> usize {
        let (texts, missing) = self.world.vectors().texts_missing_embedding(MODEL, 100).unwrap();
        assert_eq!(texts.len() as u64, missing);
        let vectors: Vec<_> =
            texts.into_iter().map(|text| (text.clone(), meaning(&text))).collect();
        self.world.vectors().put_vectors(MODEL, &vectors).unwrap();
        vectors.len()
    }

    fn near(&self, vector: &[f32], filters: Vec<Filter>) -> Vec<String> {
        let input = SearchInput { filters, ..SearchInput::new("x") };
        let hits =
            self.world.vectors().nearest(MODEL, vector, 0.3, &input, Visibility::All).unwrap();
        hits.into_iter().map(|hit| hit.entry.name).collect()
    }
}

const COFFEE: [f32; 2] = [1.0, 0.0];

fn meaning(text: &IndexedText) -> Vec<f32> {
    match text.text.lines().next() {
        Some("Espresso") => vec![0.8, 0.6],
        Some("Cappuccino") => vec![1.0, 0.0],
        _ => vec![0.0, 1.0],
    }
}

pub(crate) fn filter(key: &str, op: Comparison, value: Value) -> Filter {
    Filter { key: key.into(), op, value }
}

pub(crate) fn the_nearest_come_first_and_the_far_not_at_all(world: &World<'_>) {
    let papers = Papers::new(world);
    assert_eq!(papers.embed(), 3);
    assert_eq!(papers.near(&COFFEE, vec![]), ["Cappuccino", "Espresso"]);
}

pub(crate) fn filters_compare_amounts_and_dates(world: &World<'_>) {
    use Comparison::{AtLeast, AtMost, Equal, Greater, Less, NotEqual};
    let papers = Papers::new(world);
    papers.embed();
    let over_50_last_quarter = vec![
        filter("amount", Greater, json!(50)),
        filter("date", AtLeast, json!("2026-07-01")),
        filter("date", Less, json!("2026-10-01")),
    ];
    assert_eq!(papers.near(&COFFEE, over_50_last_quarter), ["Espresso"]);
    for (op, value, expected) in [
        (Equal, json!(62.5), &["Espresso"][..]),
        (NotEqual, json!(62.5), &["Cappuccino"]),
        (AtMost, json!(3.2), &["Cappuccino"]),
        (Greater, json!(3.2), &["Espresso"]),
        (Greater, json!("50"), &["Espresso"]),
    ] {
        let found = papers.near(&COFFEE, vec![filter("amount", op, value.clone())]);
        assert_eq!(found, expected, "{op:?} {value}");
    }
    assert!(papers.near(&COFFEE, vec![filter("date", Greater, json!(50))]).is_empty());
    assert!(papers.near(&COFFEE, vec![filter("none", NotEqual, json!(1))]).is_empty());
}

pub(crate) fn a_vector_goes_with_its_text(world: &World<'_>) {
    let papers = Papers::new(world);
    let vectors = world.vectors();
    papers.embed();
    let id = papers.add("Tea", json!(2), "2026-01-01");
    let (texts, missing) = vectors.texts_missing_embedding(MODEL, 1).unwrap();
    assert_eq!((missing, texts[0].entry), (1, id));
    // The text changes while the model is at work: the vector is of the past.
    let patch = json!({ "note": "green" }).as_object().cloned().unwrap();
    world.entries().update_metadata(None, UpdateMetadataInput::new(id, patch.clone())).unwrap();
    vectors.put_vectors(MODEL, &[(texts[0].clone(), vec![1.0, 0.0])]).unwrap();
    assert_eq!(vectors.texts_missing_embedding(MODEL, 1).unwrap().1, 1);
    assert_eq!(papers.embed(), 1);
    // And a text that changes later loses its vector; so does an entry that goes.
    let patch = json!({ "note": "black" }).as_object().cloned().unwrap();
    world.entries().update_metadata(None, UpdateMetadataInput::new(id, patch)).unwrap();
    assert_eq!(vectors.texts_missing_embedding(MODEL, 1).unwrap().1, 1);
    assert!(world.entries().delete_entry(None, id).unwrap());
    assert_eq!(vectors.texts_missing_embedding(MODEL, 1).unwrap().1, 0);
    // A bare name has no vector.
    world.note("Bare");
    assert_eq!(vectors.texts_missing_embedding(MODEL, 1).unwrap().1, 0);
    // Another model has nothing yet.
    assert_eq!(vectors.texts_missing_embedding("other", 1).unwrap().1, 3);
}
