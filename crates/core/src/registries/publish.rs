//! Publishing and taking back: each list follows the one that was seen last.

use ext_package_oci::{
    ExtensionName, Published, Registry, RevocationChange, SignedReleases, Signing,
};
use semver::Version;

use super::{Registries, seen::News};
use crate::error::CoreError;

impl Registries<'_> {
    /// Publishes a signed package, as [`Client::publish`](ext_package_oci::Client::publish) does. The number
    /// that was seen last is that of the data folder.
    ///
    /// # Errors
    /// [`CoreError::Oci`], also when the registry shows a list that is older than the one that was seen;
    /// [`CoreError::Call`] when what was seen cannot be read or kept.
    pub fn publish(
        &self,
        registry: &Registry,
        name: &ExtensionName,
        package: (&[u8], Option<&str>),
        signing: Signing<'_>,
    ) -> Result<Published, CoreError> {
        let seen = self.seen().of(registry)?.releases_of(name);
        let signing = Signing { seen, ..signing };
        let done = self.client(registry)?.publish(name, package, signing)?;
        self.keep_releases(registry, &done.releases)?;
        Ok(done)
    }

    /// Withdraws a version, or offers it again, as [`Client::yank`](ext_package_oci::Client::yank) does.
    ///
    /// # Errors
    /// As [`Self::publish`].
    pub fn yank(
        &self,
        registry: &Registry,
        (name, version): (&ExtensionName, &Version),
        reason: Option<&str>,
        signing: Signing<'_>,
    ) -> Result<(), CoreError> {
        let seen = self.seen().of(registry)?.releases_of(name);
        let signing = Signing { seen, ..signing };
        let done = self.client(registry)?.yank(name, version, reason, signing)?;
        self.keep_releases(registry, &done)
    }

    /// Revokes versions, or takes that back, as [`Client::revoke`](ext_package_oci::Client::revoke) does.
    ///
    /// # Errors
    /// As [`Self::publish`].
    pub fn revoke(
        &self,
        registry: &Registry,
        change: Option<&RevocationChange>,
        signing: Signing<'_>,
    ) -> Result<(), CoreError> {
        let seen = self.seen().of(registry)?.revocations();
        let done = self.client(registry)?.revoke(change, Signing { seen, ..signing })?;
        self.seen().keep(registry, News { revocations: Some(&done), ..News::default() })
    }

    fn keep_releases(
        &self,
        registry: &Registry,
        releases: &SignedReleases,
    ) -> Result<(), CoreError> {
        self.seen().keep(registry, News { releases: Some(releases), ..News::default() })
    }
}
