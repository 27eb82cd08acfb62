//! The network with weights of int8, as an ONNX file.

use std::path::Path;

use ext_services::embeddings::EmbedError;
use rten::{Model, ModelOptions, NodeId};
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;

use crate::{
    error::{engine, unusable},
    minilm::DIMENSION,
};

/// The network.
pub(crate) struct Int8 {
    model: Model,
    ids: NodeId,
    mask: NodeId,
    /// Number of the text that a token belongs to, of two: here always the first.
    kinds: NodeId,
    output: NodeId,
}

impl Int8 {
    pub(crate) fn load(path: &Path) -> Result<Self, EmbedError> {
        let model = ModelOptions::with_all_ops().prepack_weights(true).load_file(path);
        let model = model.map_err(unusable)?;
        let node = |name| model.node_id(name).map_err(unusable);
        let (ids, mask) = (node("input_ids")?, node("attention_mask")?);
        let kinds = node("token_type_ids")?;
        let output = model.output_ids().first().copied();
        let output = output.ok_or_else(|| unusable("the model has no output"))?;
        Ok(Self { model, ids, mask, kinds, output })
    }

    /// Returns the rows of the last layer, one for each token.
    pub(crate) fn run(&self, tokens: Vec<i32>) -> Result<NdTensor<f32, 2>, EmbedError> {
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
            return Err(engine(format!("unexpected output shape {:?}", output.shape())));
        }
        Ok(output.slice(0).to_tensor())
    }
}

/// Makes a batch of one.
fn row(numbers: Vec<i32>) -> Result<NdTensor<i32, 2>, EmbedError> {
    NdTensor::try_from_data([1, numbers.len()], numbers)
        .map_err(|error| engine(format!("{error:?}")))
}
