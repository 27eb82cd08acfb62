//! Settings as a type of the author's.

/// Settings of an extension as a type. [`macro@crate::Settings`] implements it.
pub trait Settings: serde::de::DeserializeOwned {
    /// The JSON Schema that stands under `settings` in the manifest.
    const SCHEMA: &'static str;
}
