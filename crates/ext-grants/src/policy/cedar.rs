//! Policies in Cedar, from the files that the configuration names.

use std::path::Path;

use ext_perm_cedar::{CedarBackend, CedarSources};

use super::{Backend, PolicyError, sources};
use crate::config::{BackendName, CedarConfig};

pub(super) fn backend(config: &CedarConfig, data_folder: &Path) -> Result<Backend, PolicyError> {
    let policies = sources::texts(data_folder, &config.policies)?;
    let texts: Vec<&str> = policies.iter().map(|(_, text)| text.as_str()).collect();
    let schema = sources::optional(data_folder, config.schema.as_deref())?;
    let entities = sources::optional(data_folder, config.entities.as_deref())?;
    let backend = CedarBackend::new(CedarSources {
        policies: &texts.join("\n"),
        schema: schema.as_deref(),
        entities: entities.as_deref(),
    });
    let backend = backend.map_err(|error| PolicyError::invalid(BackendName::Cedar, error))?;
    Ok(Box::new(backend))
}
