//! The embedder.

use std::sync::Arc;

use ext_models::{MINILM_FLOAT32, MINILM_INT8, MINILM_TOKENIZER, ModelStore};
use ext_services::embeddings::{EmbedError, Embedder};
use parking_lot::Mutex;
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, NdTensorView};

use crate::{
    error::{engine, unusable},
    float::Float,
    int8::Int8,
    minilm::{DIMENSION, MAX_TOKENS},
    wordpiece::WordPiece,
};

/// In which numbers the weights are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Precision {
    /// 23 MB; the mean cosine with the other is above 0.999.
    #[default]
    Int8,
    /// 91 MB, as the model was trained.
    Float32,
}

impl Precision {
    /// Returns the id of the model file.
    #[must_use]
    pub const fn model(self) -> &'static str {
        match self {
            Self::Int8 => MINILM_INT8,
            Self::Float32 => MINILM_FLOAT32,
        }
    }
}

/// all-MiniLM-L6-v2 on rten. Loaded at first use and then shared by all threads.
pub struct RtenEmbedder {
    store: ModelStore,
    precision: Precision,
    loaded: Mutex<Option<Arc<Loaded>>>,
}

impl RtenEmbedder {
    /// Creates an embedder with weights of int8 that takes its files from `store`. Nothing is read
    /// yet.
    #[must_use]
    pub fn new(store: ModelStore) -> Self {
        Self::with_precision(store, Precision::default())
    }

    /// Works as [`Self::new`], with these weights.
    #[must_use]
    pub fn with_precision(store: ModelStore, precision: Precision) -> Self {
        Self { store, precision, loaded: Mutex::new(None) }
    }

    /// Returns the model. A failure is not remembered, so that a pull in between helps.
    fn loaded(&self) -> Result<Arc<Loaded>, EmbedError> {
        let mut slot = self.loaded.lock();
        if let Some(loaded) = slot.as_ref() {
            return Ok(Arc::clone(loaded));
        }
        let loaded = Arc::new(Loaded::load(&self.store, self.precision)?);
        *slot = Some(Arc::clone(&loaded));
        Ok(loaded)
    }
}

impl Embedder for RtenEmbedder {
    fn name(&self) -> &str {
        match self.precision {
            Precision::Int8 => "all-minilm-l6-v2-int8/rten",
            Precision::Float32 => "all-minilm-l6-v2-float32/rten",
        }
    }

    fn dimension(&self) -> usize {
        DIMENSION
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let loaded = self.loaded()?;
        // One by one: int8 scales its numbers over the whole batch, so that a text's vector would
        // depend on its neighbours, and batches are not faster here.
        texts.iter().map(|text| loaded.embed(text)).collect()
    }
}

struct Loaded {
    words: WordPiece,
    network: Network,
}

enum Network {
    Int8(Box<Int8>),
    Float(Box<Float>),
}

impl Loaded {
    /// Loads the files, only when their checksums are right.
    fn load(store: &ModelStore, precision: Precision) -> Result<Self, EmbedError> {
        let path = |id| {
            store.verify(id).map_err(unusable)?;
            store.path(id).map_err(unusable)
        };
        // The weights first: they are what the user chose, and may not have been fetched.
        let weights = path(precision.model())?;
        let file = std::fs::read(path(MINILM_TOKENIZER)?).map_err(unusable)?;
        let words = WordPiece::parse(&file)
            .ok_or_else(|| unusable("the file of the vocabulary has another format"))?;
        let network = match precision {
            Precision::Int8 => Network::Int8(Box::new(Int8::load(&weights)?)),
            Precision::Float32 => {
                let file = std::fs::read(weights).map_err(unusable)?;
                let float = Float::parse(&file)
                    .ok_or_else(|| unusable("the file of the weights has another format"))?;
                Network::Float(Box::new(float))
            }
        };
        Ok(Self { words, network })
    }

    fn embed(&self, text: &str) -> Result<Vec<f32>, EmbedError> {
        let rows = self.rows(self.words.encode(text, MAX_TOKENS))?;
        mean(rows.view())
    }

    fn rows(&self, tokens: Vec<i32>) -> Result<NdTensor<f32, 2>, EmbedError> {
        match &self.network {
            Network::Int8(network) => network.run(tokens),
            Network::Float(network) => network.run(&tokens).ok_or_else(|| engine("unknown tokens")),
        }
    }
}

/// Returns the mean of the rows, with its length made 1.
fn mean(rows: NdTensorView<f32, 2>) -> Result<Vec<f32>, EmbedError> {
    let mut sum = vec![0.0_f64; DIMENSION];
    for token in 0..rows.size(0) {
        for (sum, value) in sum.iter_mut().zip(rows.slice(token).iter()) {
            *sum += f64::from(*value);
        }
    }
    let length = sum.iter().map(|value| value * value).sum::<f64>().sqrt();
    if !length.is_finite() || length == 0.0 {
        return Err(engine("the model returned a vector of length zero"));
    }
    Ok(sum.iter().map(|value| (value / length) as f32).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doc_20_vectors_are_finite_and_of_length_one() {
        let mut rows = NdTensor::<f32, 2>::zeros([2, DIMENSION]);
        rows[[0, 0]] = 3.0;
        rows[[1, 1]] = 4.0;
        let vector = mean(rows.view()).unwrap();
        assert!((vector[0] - 0.6).abs() < 1e-6 && (vector[1] - 0.8).abs() < 1e-6);
        assert!(mean(NdTensor::<f32, 2>::zeros([0, DIMENSION]).view()).is_err());
        rows[[0, 0]] = f32::NAN;
        assert!(mean(rows.view()).is_err());
    }

    #[test]
    fn embedder_can_be_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<RtenEmbedder>();
    }
}
