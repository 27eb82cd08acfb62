//! The vectors, against those of the float32 model (see `reference.py`).

use std::{env, path::PathBuf};

use ext_models::{MINILM_TOKENIZER, ModelStore};
use ext_ops_embed_rten::{Precision, RtenEmbedder};
use ext_services::embeddings::Embedder;
use serde_json::Value;

/// Creates the embedder; `None`, loudly, where its files are not there.
fn embedder(precision: Precision) -> Option<RtenEmbedder> {
    let folder = env::var_os("SPACEDRIVE_MODELS_DIR").map(PathBuf::from);
    let store = ModelStore::new(folder.or_else(ModelStore::default_folder)?);
    if [precision.model(), MINILM_TOKENIZER].iter().all(|id| store.verify(id).is_ok()) {
        return Some(RtenEmbedder::with_precision(store, precision));
    }
    // The large one is fetched only by who wants it.
    let required = env::var_os("SPACEDRIVE_REQUIRE_MODELS").is_some();
    assert!(!required || precision == Precision::Float32, "the models are not there");
    eprintln!("SKIPPED: run `spacedrive models pull {}`", precision.model());
    None
}

fn reference() -> Vec<(String, Vec<f32>)> {
    let rows: Vec<Value> = serde_json::from_str(include_str!("reference.json")).unwrap();
    let numbers = |row: &Value| serde_json::from_value(row["vector"].clone()).unwrap();
    rows.iter().map(|row| (row["text"].as_str().unwrap().to_owned(), numbers(row))).collect()
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

/// Returns mean and least cosine with the reference.
fn cosines(embedder: &RtenEmbedder) -> (f64, f64) {
    let reference = reference();
    let texts: Vec<&str> = reference.iter().map(|(text, _)| text.as_str()).collect();
    let vectors = embedder.embed(&texts).unwrap();
    let cosines: Vec<f64> =
        vectors.iter().zip(&reference).map(|(got, (_, expected))| cosine(got, expected)).collect();
    let mean = cosines.iter().sum::<f64>() / cosines.len() as f64;
    let least = cosines.iter().copied().fold(1.0, f64::min);
    eprintln!("{}: mean cosine {mean:.7}, least {least:.7}", embedder.name());
    (mean, least)
}

#[test]
fn vectors_of_int8_are_nearly_those_of_the_float_model() {
    let Some(embedder) = embedder(Precision::Int8) else { return };
    let (mean, least) = cosines(&embedder);
    assert!(mean >= 0.999 && least >= 0.997, "{mean} {least}");
}

#[test]
fn vectors_of_float32_are_those_of_the_reference() {
    let Some(embedder) = embedder(Precision::Float32) else { return };
    let (mean, least) = cosines(&embedder);
    assert!(mean >= 0.99999 && least >= 0.99999, "{mean} {least}");
}

#[test]
fn a_text_has_one_vector_whatever_stands_beside_it() {
    let Some(embedder) = embedder(Precision::Int8) else { return };
    let texts = ["coffee", "the invoice of the month of May, with all its pages", "tea"];
    let together = embedder.embed(&texts).unwrap();
    for (text, vector) in texts.iter().zip(&together) {
        assert_eq!((vector.len(), embedder.dimension()), (384, 384));
        assert!((cosine(vector, vector) - 1.0).abs() < 1e-5);
        assert_eq!(vector, &embedder.embed(&[text]).unwrap()[0], "{text}");
    }
    let [coffee, invoice, tea] = &together[..] else { panic!() };
    assert!(cosine(coffee, tea) > cosine(coffee, invoice));
    assert!(embedder.embed(&[]).unwrap().is_empty());
}
