//! The settings that the user makes for Photos.

use spacedrive_sdk::{Settings, prelude::*};

/// The settings; the manifest has their schema.
#[derive(Debug, PartialEq, Eq, Settings)]
pub(crate) struct Preferences {
    /// Read the text in pictures, so that a search finds it; a picture takes seconds.
    #[setting(title = "Read text", default = true)]
    pub(crate) read_text: bool,
}

impl Preferences {
    /// Reads the settings.
    ///
    /// # Errors
    /// Those of `settings.get`.
    pub(crate) fn load(client: &SpacedriveClient) -> Result<Self> {
        client.settings().get()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_manifest_has_the_schema_of_the_type() {
        let manifest: Value = serde_json::from_str(include_str!("../manifest.json")).unwrap();
        let schema: Value = serde_json::from_str(Preferences::SCHEMA).unwrap();
        assert_eq!(manifest["settings"], schema, "{}", Preferences::SCHEMA);
    }
}
