//! Finding and fetching of one version.

use std::path::PathBuf;

use ext_fs::{create_private_folder, remove_all_but, replace};
use ext_package::{PublisherKey, SIGNATURE_EXTENSION};
use ext_package_oci::{
    Client, ExtensionName, Index, OciError, Pulled, Reference, Registry, Release, SignedReleases,
    SignedRevocations,
};

use super::{
    Registries,
    origins::Origin,
    seen::{News, SeenRegistry},
};
use crate::error::CoreError;

/// Name of the folder of packages that were fetched, in the data folder.
const PACKAGES: &str = "packages";

/// Reason that the user gives, or an older one, by which a version is taken all the same.
#[derive(Debug, Clone, Copy, Default)]
pub struct Accepted {
    /// An index or a list of revocations that is expired, or older than one that was seen.
    pub stale: bool,
    /// Another publisher than the one that was seen.
    pub publisher: bool,
}

/// A version that a registry offers.
#[derive(Debug, Clone)]
pub struct Available {
    /// The registry.
    pub registry: Registry,
    /// Name of the extension.
    pub name: ExtensionName,
    /// The version.
    pub release: Release,
    /// Its publisher.
    pub publisher: PublisherKey,
    /// Everything that the user should know about it.
    pub warnings: Vec<String>,
}

/// A registry as it is now, with everything that was seen of it before.
pub(super) struct Look {
    pub(super) client: Client,
    pub(super) seen: SeenRegistry,
    pub(super) index: Index,
    pub(super) revocations: Option<SignedRevocations>,
    pub(super) warnings: Vec<String>,
}

impl Look {
    fn news(&self) -> News<'_> {
        let revocations = self.revocations.as_ref();
        News { index: Some(&self.index), revocations, releases: None }
    }
}

impl Registries<'_> {
    /// Finds the version that a reference means: the newest, unless it names one. Installed versions that
    /// the registry has revoked are stopped.
    ///
    /// # Errors
    /// [`CoreError::NoRegistry`]; [`CoreError::Oci`] when there is no such version, it was withdrawn or
    /// revoked, it is by another publisher, or the registry shows something old or does not answer.
    pub fn find(&self, wanted: &Reference, accepted: Accepted) -> Result<Available, CoreError> {
        let registry = self.named(wanted.registry.as_ref())?;
        let mut look = self.look(&registry, accepted)?;
        let mut found = self.available(&look, wanted, accepted)?;
        found.warnings.append(&mut look.warnings);
        Ok(found)
    }

    pub(super) fn available(
        &self,
        look: &Look,
        wanted: &Reference,
        accepted: Accepted,
    ) -> Result<Available, CoreError> {
        let (registry, name) = (look.client.registry(), &wanted.name);
        let missing = || OciError::Missing(format!("extension `{name}` in `{registry}`"));
        let found = look.index.find(name)?.ok_or_else(missing)?;
        let mut warnings = Vec::new();
        if !accepted.publisher {
            look.seen.check_publisher(&found)?;
        }
        tolerate(look.seen.check_releases(&found), accepted, &mut warnings)?;
        let release = chosen(&found, wanted)?;
        check_offered(look, name, release)?;
        self.seen().keep(registry, News { releases: Some(&found), ..look.news() })?;
        let (release, publisher) = (release.clone(), found.publisher.clone());
        let (registry, name) = (registry.clone(), name.clone());
        Ok(Available { registry, name, release, publisher, warnings })
    }

    /// Reads what a registry has, and stops what it has revoked.
    pub(super) fn look(&self, registry: &Registry, accepted: Accepted) -> Result<Look, CoreError> {
        let client = self.client(registry)?;
        let (index, revocations) = (client.index()?, client.revocations()?);
        let seen = self.seen().of(registry)?;
        let mut warnings = Vec::new();
        let config = self.config();
        let key = config.revocation_keys.get(&registry.to_string()).map(String::as_str);
        match seen.check_revocations(revocations.as_ref(), key) {
            Err(CoreError::Oci(error)) => tolerate(Err(error), accepted, &mut warnings)?,
            checked => checked?,
        }
        if let Some(revocations) = &revocations {
            warnings.extend(self.stop_revoked(registry, revocations)?);
        }
        tolerate(seen.check_index(&index), accepted, &mut warnings)?;
        let look = Look { client, seen, index, revocations, warnings };
        self.seen().keep(registry, look.news())?;
        Ok(look)
    }

    /// Stops the installed versions that a registry has revoked, each once; returns a warning for each.
    fn stop_revoked(
        &self,
        registry: &Registry,
        revocations: &SignedRevocations,
    ) -> Result<Vec<String>, CoreError> {
        let mut warnings = Vec::new();
        let origins = self.installed_origins()?.into_iter();
        for origin in origins.filter(|it| it.registry == *registry && !it.was_revoked) {
            let revoked = revocations.revocations.of(&origin.name, &origin.version);
            let Some(revoked) = revoked else { continue };
            let (id, reason) = (&origin.extension_id, &revoked.reason);
            let reason = format!("revoked by {registry}: {reason}");
            self.core.extensions().quarantine_version(id, &reason)?;
            self.origins().mark_revoked(&origin)?;
            warnings.push(format!("`{id}` {} is stopped: {reason}", origin.version));
        }
        Ok(warnings)
    }

    /// Returns the origins of the versions that are installed.
    pub(super) fn installed_origins(&self) -> Result<Vec<Origin>, CoreError> {
        let mut origins = self.origins().list()?;
        origins.retain(|origin| {
            let info = self.core.extensions().info(&origin.extension_id);
            info.is_ok_and(|info| origin.is_of(&info))
        });
        Ok(origins)
    }

    /// Fetches a version into the data folder, and returns the file of the package; its signature lies
    /// beside it. `progress` is told how many bytes of how many are here.
    ///
    /// # Errors
    /// [`CoreError::Oci`] when the registry does not have it, or something else than the publisher signed;
    /// [`CoreError::Io`] when it cannot be written.
    pub fn fetch(
        &self,
        found: &Available,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<PathBuf, CoreError> {
        let Available { registry, name, release, publisher, .. } = found;
        let pulled = self.client(registry)?.pull(name, release, publisher, progress)?;
        let file = self.write(&pulled)?;
        let candidate = self.core.extensions().candidate_of_package(&pulled.package)?;
        self.origins().keep(Origin {
            extension_id: name.id().to_owned(),
            wasm_hash: candidate.wasm_hash().to_owned(),
            registry: registry.clone(),
            name: name.clone(),
            version: release.version.clone(),
            digest: release.digest.clone(),
            was_revoked: false,
        })?;
        Ok(file)
    }

    /// Writes a package in the place of the one of the same extension that was fetched before.
    fn write(&self, pulled: &Pulled) -> Result<PathBuf, CoreError> {
        let package = pulled.package.package();
        let folder = self.folder().join(PACKAGES).join(package.manifest().id());
        create_private_folder(&folder)?;
        let name = package.file_name();
        let signature = format!("{name}.{SIGNATURE_EXTENSION}");
        let file = folder.join(&name);
        replace(&folder.join(&signature), pulled.signature.as_bytes())?;
        replace(&file, &pulled.bytes)?;
        remove_all_but(&folder, &[&name, &signature]);
        Ok(file)
    }
}

/// Makes a warning of something stale that the user accepts.
fn tolerate(
    checked: Result<(), OciError>,
    accepted: Accepted,
    warnings: &mut Vec<String>,
) -> Result<(), CoreError> {
    match checked {
        Err(error @ OciError::Stale { .. }) if accepted.stale => {
            warnings.push(error.to_string());
            Ok(())
        }
        checked => Ok(checked?),
    }
}

/// Chooses the version that is named, or the newest.
fn chosen<'a>(found: &'a SignedReleases, wanted: &Reference) -> Result<&'a Release, CoreError> {
    let name = &wanted.name;
    let (release, missing) = match &wanted.version {
        Some(version) => (found.releases.find(version), format!("{name} {version}")),
        None => (found.releases.newest(), format!("version of {name} that was not withdrawn")),
    };
    Ok(release.ok_or(OciError::Missing(missing))?)
}

/// Checks that a version was neither withdrawn nor revoked.
fn check_offered(look: &Look, name: &ExtensionName, release: &Release) -> Result<(), CoreError> {
    let revocations = look.revocations.as_ref().map(|list| &list.revocations);
    let revoked = revocations.and_then(|list| list.of(name, &release.version));
    let (by, reason) = match (revoked, &release.yanked) {
        (Some(revoked), _) => ("revoked by its registry", revoked.reason.clone()),
        (None, Some(reason)) => ("withdrawn by its publisher", reason.clone()),
        (None, None) => return Ok(()),
    };
    let (registry, version) = (look.client.registry(), release.version.to_string());
    let name = format!("{registry}/{name}");
    Err(OciError::Yanked { name, version, by, reason }.into())
}
