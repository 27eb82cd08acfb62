//! The version of this host, as manifests mean it.

use semver::Version;

/// Returns the version that `min_core_version` of a manifest is about: all crates share one.
pub(crate) fn host_version() -> Version {
    let number = |text: &str| text.parse().unwrap_or_default();
    Version::new(
        number(env!("CARGO_PKG_VERSION_MAJOR")),
        number(env!("CARGO_PKG_VERSION_MINOR")),
        number(env!("CARGO_PKG_VERSION_PATCH")),
    )
}
