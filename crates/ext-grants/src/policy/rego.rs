//! Policies in Rego, from the files that the configuration names.

use std::path::Path;

use ext_perm_rego::{RegoBackend, RegoSources};

use super::{Backend, PolicyError, sources};
use crate::config::{BackendName, RegoConfig};

pub(super) fn backend(config: &RegoConfig, data_folder: &Path) -> Result<Backend, PolicyError> {
    let policies = sources::texts(data_folder, &config.policies)?;
    let texts = policies.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let texts: Vec<(&str, &str)> = texts.collect();
    let data = sources::optional(data_folder, config.data.as_deref())?;
    let backend = RegoBackend::new(RegoSources { policies: &texts, data: data.as_deref() });
    let backend = backend.map_err(|error| PolicyError::invalid(BackendName::Rego, error))?;
    Ok(Box::new(backend))
}
