//! The embedder.

use std::sync::{Arc, Mutex, PoisonError};

use ext_models::{MINILM_INT8, MINILM_TOKENIZER, ModelStore};
use ext_ops::services::embeddings::{EmbedError, Embedder};
use rten::{Model, ModelOptions, NodeId};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, NdTensorView};

use crate::wordpiece::WordPiece;

/// Numbers in a vector.
const DIMENSION: usize = 384;
/// Tokens that the model was trained to read.
const MAX_TOKENS: usize = 256;

/// all-MiniLM-L6-v2 on rten. Loaded at first use and then shared by all threads.
pub struct RtenEmbedder {
    store: ModelStore,
    loaded: Mutex<Option<Arc<Loaded>>>,
}

impl RtenEmbedder {
    /// An embedder that takes its files from `store`. Nothing is read yet.
    #[must_use]
    pub fn new(store: ModelStore) -> Self {
        Self { store, loaded: Mutex::new(None) }
    }

    /// The model. A failure is not remembered, so that a pull in between helps.
    fn loaded(&self) -> Result<Arc<Loaded>, EmbedError> {
        let mut slot = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(loaded) = slot.as_ref() {
            return Ok(Arc::clone(loaded));
        }
        let loaded = Arc::new(Loaded::load(&self.store)?);
        *slot = Some(Arc::clone(&loaded));
        Ok(loaded)
    }
}

impl Embedder for RtenEmbedder {
    fn name(&self) -> &str {
        "all-minilm-l6-v2-int8/rten"
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
    model: Model,
    ids: NodeId,
    mask: NodeId,
    /// Which of two texts a token belongs to: here always the first.
    kinds: NodeId,
    output: NodeId,
}

impl Loaded {
    fn load(store: &ModelStore) -> Result<Self, EmbedError> {
        let path = |id| {
            store.verify(id).map_err(unusable)?;
            store.path(id).map_err(unusable)
        };
        let file = std::fs::read(path(MINILM_TOKENIZER)?).map_err(unusable)?;
        let words = WordPiece::parse(&file).ok_or_else(|| unusable("the vocabulary is none"))?;
        let path = path(MINILM_INT8)?;
        let model = ModelOptions::with_all_ops().prepack_weights(true).load_file(path);
        let model = model.map_err(unusable)?;
        let node = |name| model.node_id(name).map_err(unusable);
        let (ids, mask) = (node("input_ids")?, node("attention_mask")?);
        let kinds = node("token_type_ids")?;
        let output = model.output_ids().first().copied();
        let output = output.ok_or_else(|| unusable("the model has no output"))?;
        Ok(Self { words, model, ids, mask, kinds, output })
    }

    fn embed(&self, text: &str) -> Result<Vec<f32>, EmbedError> {
        let tokens = self.words.encode(text, MAX_TOKENS);
        let length = tokens.len();
        let (mask, ids, kinds) = (row(vec![1; length])?, row(tokens)?, row(vec![0; length])?);
        let inputs = vec![
            (self.ids, ids.view().into()),
            (self.mask, mask.view().into()),
            (self.kinds, kinds.view().into()),
        ];
        let [output] = self.model.run_n(inputs, [self.output], None).map_err(engine)?;
        let output: NdTensor<f32, 3> = output.try_into().map_err(engine)?;
        if output.shape() != [1, length, DIMENSION] {
            return Err(engine(format!("an answer of shape {:?}", output.shape())));
        }
        mean(output.slice(0))
    }
}

/// A batch of one.
fn row(numbers: Vec<i32>) -> Result<NdTensor<i32, 2>, EmbedError> {
    NdTensor::try_from_data([1, numbers.len()], numbers)
        .map_err(|error| engine(format!("{error:?}")))
}

/// The mean of the rows, with its length made 1.
fn mean(rows: NdTensorView<f32, 2>) -> Result<Vec<f32>, EmbedError> {
    let mut sum = vec![0.0_f64; DIMENSION];
    for token in 0..rows.size(0) {
        for (sum, value) in sum.iter_mut().zip(rows.slice(token).iter()) {
            *sum += f64::from(*value);
        }
    }
    let length = sum.iter().map(|value| value * value).sum::<f64>().sqrt();
    if !length.is_finite() || length == 0.0 {
        return Err(engine("the model answered without a direction"));
    }
    Ok(sum.iter().map(|value| (value / length) as f32).collect())
}

fn engine(error: impl std::fmt::Display) -> EmbedError {
    EmbedError::Engine(error.to_string())
}

fn unusable(error: impl std::fmt::Display) -> EmbedError {
    EmbedError::Model(error.to_string())
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
