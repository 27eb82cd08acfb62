//! Search by words and by meaning, with an embedder that knows what belongs together.

use std::sync::Arc;

use ext_services::library::{EntryText, LibraryDirectory, LibraryService};
use ext_wire::ops::{
    search::{Comparison, Filter, SearchInput, SearchMode, SearchOutput},
    vdfs::CreateEntryInput,
};
use serde_json::{Value, json};
use spacedrive_core::library::Libraries;
use tempfile::TempDir;
use uuid::Uuid;

const MODEL: &str = "test";

struct Papers {
    library: Arc<dyn LibraryService>,
    _data: TempDir,
}

impl Papers {
    /// Receipts with amount and date.
    fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let libraries = Libraries::new(data.path()).unwrap();
        let id = libraries.create("Papers").unwrap().id;
        let library = libraries.library(id).unwrap();
        let this = Self { library, _data: data };
        this.add("Espresso", json!("62.50"), "2026-08-02");
        this.add("Cappuccino", json!(3.2), "2026-08-03");
        this.add("Petrol", json!("80"), "2026-05-01");
        this
    }

    fn add(&self, name: &str, amount: Value, date: &str) -> Uuid {
        let metadata = json!({ "amount": amount, "date": date, "vendor": format!("{name} Ltd") });
        let input = CreateEntryInput {
            name: name.into(),
            path: format!("receipts/{name}"),
            entry_type: "receipt".into(),
            metadata: metadata.as_object().cloned().unwrap(),
            media_type: None,
            content: None,
        };
        self.library.create_entry(None, input).unwrap().entry.id
    }

    /// Gives all entries the vectors that they lack: coffee is one direction, petrol another.
    fn embed(&self) -> usize {
        let (texts, missing) = self.library.without_vector(MODEL, 100).unwrap();
        assert_eq!(texts.len() as u64, missing);
        let vectors: Vec<_> =
            texts.into_iter().map(|text| (text.clone(), meaning(&text))).collect();
        self.library.put_vectors(MODEL, &vectors).unwrap();
        vectors.len()
    }

    fn near(&self, vector: &[f32], filters: Vec<Filter>) -> Vec<String> {
        let input = SearchInput { filters, ..SearchInput::new("x") };
        let hits = self.library.nearest(MODEL, vector, 0.3, &input).unwrap();
        hits.into_iter().map(|hit| hit.entry.name).collect()
    }
}

const COFFEE: [f32; 2] = [1.0, 0.0];

fn meaning(text: &EntryText) -> Vec<f32> {
    match text.text.lines().next() {
        Some("Espresso") => vec![0.8, 0.6],
        Some("Cappuccino") => vec![1.0, 0.0],
        _ => vec![0.0, 1.0],
    }
}

fn filter(key: &str, op: Comparison, value: Value) -> Filter {
    Filter { key: key.into(), op, value }
}

#[test]
fn the_nearest_come_first_and_the_far_not_at_all() {
    let papers = Papers::new();
    assert_eq!(papers.embed(), 3);
    assert_eq!(papers.near(&COFFEE, vec![]), ["Cappuccino", "Espresso"]);
}

#[test]
fn filters_compare_amounts_and_dates() {
    use Comparison::{AtLeast, AtMost, Equal, Greater, Less, NotEqual};
    let papers = Papers::new();
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

#[test]
fn filters_hold_for_words_as_well() {
    let papers = Papers::new();
    let filters = vec![filter("amount", Comparison::Greater, json!(50))];
    let input = SearchInput { filters, ..SearchInput::new("ltd") };
    let hits = papers.library.search(input).unwrap().hits;
    assert_eq!(hits.len(), 2);
    let wrong = vec![filter("amount", Comparison::Equal, json!([1]))];
    assert!(
        papers.library.search(SearchInput { filters: wrong, ..SearchInput::new("ltd") }).is_err()
    );
}

#[test]
fn a_vector_goes_with_its_text() {
    let papers = Papers::new();
    papers.embed();
    let id = papers.add("Tea", json!(2), "2026-01-01");
    let (texts, missing) = papers.library.without_vector(MODEL, 1).unwrap();
    assert_eq!((missing, texts[0].entry), (1, id));
    // The text changes while the model is at work: the vector is of the past.
    let patch = json!({ "note": "green" }).as_object().cloned().unwrap();
    papers.library.update_metadata(None, id, patch.clone()).unwrap();
    papers.library.put_vectors(MODEL, &[(texts[0].clone(), vec![1.0, 0.0])]).unwrap();
    assert_eq!(papers.library.without_vector(MODEL, 1).unwrap().1, 1);
    assert_eq!(papers.embed(), 1);
    // And a text that changes later loses its vector; so does an entry that goes.
    let patch = json!({ "note": "black" }).as_object().cloned().unwrap();
    papers.library.update_metadata(None, id, patch).unwrap();
    assert_eq!(papers.library.without_vector(MODEL, 1).unwrap().1, 1);
    assert!(papers.library.delete_entry(None, id).unwrap());
    assert_eq!(papers.library.without_vector(MODEL, 1).unwrap().1, 0);
    // Another model has nothing yet.
    assert_eq!(papers.library.without_vector("other", 1).unwrap().1, 3);
}

#[test]
fn without_a_model_a_search_is_by_words_and_says_so() {
    let data = tempfile::tempdir().unwrap();
    let core = spacedrive_core::Core::open(data.path()).unwrap();
    let library = core.libraries().create("Papers").unwrap().id;
    let search = |mode| -> SearchOutput {
        let input = SearchInput { mode, ..SearchInput::new("coffee") };
        core.call_typed::<ext_wire::ops::search::Entries>(Some(library), &input).unwrap()
    };
    let reason = search(SearchMode::Hybrid).words_only.unwrap();
    assert!(reason.contains("models pull"), "{reason}");
    assert_eq!(search(SearchMode::Text).words_only, None);
}
