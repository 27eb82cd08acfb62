//! Loading and running one model file.

use ext_models::ModelStore;
use ext_services::ocr::OcrError;
use rten::{Model, ModelOptions};
use rten_tensor::{AsView, NdTensor};

/// Loads the model after checking that it is the pinned file.
pub(crate) fn load(store: &ModelStore, id: &str) -> Result<Model, OcrError> {
    store.verify(id).map_err(|error| OcrError::Model(error.to_string()))?;
    let path = store.path(id).map_err(|error| OcrError::Model(error.to_string()))?;
    ModelOptions::with_all_ops()
        .prepack_weights(true)
        .load_file(path)
        .map_err(|error| OcrError::Model(format!("model {id} cannot be loaded: {error}")))
}

/// Runs a model with one input and one output of `N` dimensions.
pub(crate) fn run<const N: usize>(
    model: &Model,
    input: &NdTensor<f32, 4>,
) -> Result<NdTensor<f32, N>, OcrError> {
    let output = model.run_one(input.view().into(), None).map_err(engine)?;
    output.try_into().map_err(engine)
}

/// Makes an [`OcrError::Engine`] from whatever went wrong.
pub(crate) fn engine(error: impl std::fmt::Display) -> OcrError {
    OcrError::Engine(error.to_string())
}
