//! Publishing: packages, their withdrawal, and revocations.

use ext_package::{Package, PackageError, PublisherKey, SigningKey, VerifiedPackage};
use jiff::SignedDuration;
use semver::Version;

use crate::{
    client::Client,
    digest::Digest,
    error::OciError,
    manifest::{Descriptor, Manifest, PACKAGE, PACKAGE_FILE, SIGNATURE, SIGNATURE_FILE},
    names::{ExtensionName, Registry},
    releases::{Release, Releases, SignedReleases},
    repository::Change,
    revocations::{Revocations, SignedRevocations},
    signed::{Signed, check_order},
};

/// The annotation that has the version.
const VERSION: &str = "org.opencontainers.image.version";
/// Number of characters of a description that the index has.
const MAX_DESCRIPTION: usize = 300;

/// The way in which statements are signed.
#[derive(Clone, Copy)]
pub struct Signing<'a> {
    /// The key.
    pub key: &'a SigningKey,
    /// Time for which the statement is believed; whoever signs the next one begins it anew.
    pub valid: SignedDuration,
    /// True to replace what another key signed.
    pub replaces_key: bool,
    /// Number of the list that was seen last, 0 for none. The next one has a greater number, and is not made of
    /// an older one: what was withdrawn or revoked meanwhile would be offered again.
    pub seen: u64,
    /// True to make it of an older one all the same, or anew where there is none any more.
    pub accepts_stale: bool,
}

impl Signing<'_> {
    /// Checks that a list of this number may be followed by the next one.
    fn check_order(
        &self,
        what: &str,
        registry: &Registry,
        found: Option<u64>,
    ) -> Result<(), OciError> {
        if self.accepts_stale {
            return Ok(());
        }
        check_order((what, &registry.to_string()), (self.seen, found))
    }
}

/// A version that was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The version.
    pub version: Version,
    /// Digest of its artefact.
    pub digest: Digest,
    /// The publisher.
    pub publisher: PublisherKey,
    /// The list of releases that has it.
    pub releases: SignedReleases,
}

/// Versions to revoke: one, or all of an extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationChange {
    /// Name of the extension.
    pub name: ExtensionName,
    /// The version; `None` for all.
    pub version: Option<Version>,
    /// The reason; `None` to take the revocation back.
    pub reason: Option<String>,
}

impl Client {
    /// Publishes a signed package. What is published does not change: the same package may be published
    /// again, which only signs the releases anew.
    ///
    /// # Errors
    /// [`OciError::Package`] when the package is not one, or not signed by this key;
    /// [`OciError::Published`] when the version is there with other content; [`OciError::Publisher`] when
    /// another key signed the releases; [`OciError::Stale`] when they are older than those that were seen;
    /// [`OciError`] when the registry does not take it.
    pub fn publish(
        &self,
        name: &ExtensionName,
        (bytes, signature): (&[u8], Option<&str>),
        signing: Signing<'_>,
    ) -> Result<Published, OciError> {
        let package = Package::verify(bytes, signature)?;
        let publisher = signing.key.publisher()?;
        let signature = match (package.publisher(), signature) {
            (Some(signer), Some(signature)) if *signer == publisher => signature,
            (Some(signer), _) => return Err(unsigned(&format!("it is by {signer}"))),
            (None, _) => return Err(unsigned("there is none")),
        };
        let artifact = Artifact::new(&package, bytes);
        let release = artifact.release()?;
        // What would be refused at the end is refused before anything is sent.
        let added = |releases: &mut Releases| add(releases, &package, &release);
        self.next(self.index()?.find(name), name, &signing, added)?;
        self.push(name, &artifact, &release, signature)?;
        let releases =
            self.change_entry(name, |before| self.next(before, name, &signing, added))?;
        Ok(Published { version: release.version, digest: release.digest, publisher, releases })
    }

    fn push(
        &self,
        name: &ExtensionName,
        artifact: &Artifact<'_>,
        release: &Release,
        signature: &str,
    ) -> Result<(), OciError> {
        let repository = self.repository(name);
        let tag = release.version.to_string().replace('+', "_");
        let file = (&artifact.file, artifact.bytes);
        let (subject, _) =
            repository.put_artifact(Some(&tag), &artifact.manifest, file, &Change::Any)?;
        let file = Descriptor::of(SIGNATURE_FILE, signature.as_bytes());
        let manifest = Manifest::new(SIGNATURE, file.clone());
        let file = (&file, signature.as_bytes());
        repository.put_referrer(&subject, SIGNATURE, manifest, file)
    }

    /// Withdraws a version, for this reason, or with `None` offers it again. Whoever has it keeps it. Returns
    /// the list of releases that says so.
    ///
    /// # Errors
    /// [`OciError::Missing`] when there is no such version; [`OciError::Publisher`] when another key
    /// signed the releases; [`OciError::Stale`] when they are older than those that were seen; [`OciError`]
    /// when the registry does not take it.
    pub fn yank(
        &self,
        name: &ExtensionName,
        version: &Version,
        reason: Option<&str>,
        signing: Signing<'_>,
    ) -> Result<SignedReleases, OciError> {
        self.change_entry(name, |before| {
            self.next(before, name, &signing, |releases| {
                let release = releases.find_mut(version);
                let missing = || OciError::Missing(format!("{name} {version}"));
                release.ok_or_else(missing)?.yanked = reason.map(str::to_owned);
                Ok(())
            })
        })
    }

    /// Revokes versions, or takes that back; without a change the list is signed anew. Returns the list.
    ///
    /// # Errors
    /// [`OciError::Missing`] when there is no revocation to take back; [`OciError::Publisher`] when
    /// another key signed the list; [`OciError::Stale`] when it is older than the one that was seen;
    /// [`OciError`] when the registry does not take it.
    pub fn revoke(
        &self,
        change: Option<&RevocationChange>,
        signing: Signing<'_>,
    ) -> Result<SignedRevocations, OciError> {
        let publisher = signing.key.publisher()?;
        self.change_revocations(|before| {
            let found = before.as_ref().map(|before| before.revocations.sequence);
            let mut revocations = match before {
                Some(SignedRevocations { key, revocations })
                    if key == publisher || signing.replaces_key =>
                {
                    revocations
                }
                Some(SignedRevocations { key, .. }) => {
                    let name = "the list of revocations";
                    return Err(other_key(name, &key, &publisher));
                }
                None => Revocations::new(),
            };
            signing.check_order("the list of revocations", self.registry(), found)?;
            revocations.sequence = revocations.sequence.max(signing.seen);
            change.map_or(Ok(()), |change| apply(&mut revocations, change))?;
            revocations.next(signing.valid);
            Signed::sign(&revocations, signing.key)
        })
    }

    /// Makes the next list of releases of the one before.
    fn next(
        &self,
        before: Result<Option<SignedReleases>, OciError>,
        name: &ExtensionName,
        signing: &Signing<'_>,
        change: impl FnOnce(&mut Releases) -> Result<(), OciError>,
    ) -> Result<Signed, OciError> {
        let found = before.as_ref().ok().map(|it| it.as_ref().map(|it| it.releases.sequence));
        let mut releases = counted_on(before, name, signing)?;
        if let Some(found) = found {
            let what = format!("the list of releases of `{name}`");
            signing.check_order(&what, self.registry(), found)?;
        }
        releases.sequence = releases.sequence.max(signing.seen);
        change(&mut releases)?;
        releases.next(signing.valid);
        Signed::sign(&releases, signing.key)
    }
}

/// Returns the releases that are there, or those that take their place.
fn counted_on(
    before: Result<Option<SignedReleases>, OciError>,
    name: &ExtensionName,
    signing: &Signing<'_>,
) -> Result<Releases, OciError> {
    let own = signing.key.publisher()?;
    match before {
        Ok(None) => Ok(Releases::new(name.clone())),
        Ok(Some(before)) if before.publisher == own => Ok(before.releases),
        Ok(Some(before)) if signing.replaces_key => {
            // Packages by the other key are not by this publisher.
            Ok(Releases::new(name.clone()).after(&before.releases))
        }
        Ok(Some(before)) => Err(other_key(&name.to_string(), &before.publisher, &own)),
        Err(_) if signing.replaces_key => Ok(Releases::new(name.clone())),
        Err(error) => Err(error),
    }
}

/// The artefact of a package.
struct Artifact<'a> {
    manifest: Manifest,
    file: Descriptor,
    bytes: &'a [u8],
    version: Version,
}

impl<'a> Artifact<'a> {
    fn new(package: &VerifiedPackage, bytes: &'a [u8]) -> Self {
        let package = package.package();
        let version = package.manifest().version().clone();
        let file = Descriptor::of(PACKAGE_FILE, bytes).titled(&package.file_name());
        let manifest = Manifest::new(PACKAGE, file.clone());
        let manifest = manifest.annotated(VERSION, &version.to_string());
        Self { manifest, file, bytes, version }
    }

    fn release(&self) -> Result<Release, OciError> {
        let digest = Digest::of(&crate::manifest::write(&self.manifest)?);
        let (version, bytes) = (self.version.clone(), self.file.size);
        Ok(Release { version, digest, bytes, yanked: None })
    }
}

/// Adds a version, and describes the extension as it does.
fn add(
    releases: &mut Releases,
    package: &VerifiedPackage,
    release: &Release,
) -> Result<(), OciError> {
    match releases.find(&release.version) {
        Some(found) if found.digest == release.digest => {}
        Some(_) => {
            let (name, version) = (releases.name.to_string(), release.version.to_string());
            return Err(OciError::Published { name, version });
        }
        None => releases.releases.push(release.clone()),
    }
    let manifest = package.package().manifest();
    let description = manifest.description().unwrap_or_default();
    releases.title = manifest.name().to_owned();
    releases.description = description.chars().take(MAX_DESCRIPTION).collect();
    Ok(())
}

fn apply(revocations: &mut Revocations, change: &RevocationChange) -> Result<(), OciError> {
    let RevocationChange { name, version, reason } = change;
    match reason {
        Some(reason) => revocations.add(name.clone(), version.clone(), reason.clone()),
        None if revocations.remove(name, version.as_ref()) => {}
        None => {
            let version = version.iter().map(|version| format!("@{version}")).collect::<String>();
            return Err(OciError::Missing(format!("revocation of {name}{version}")));
        }
    }
    Ok(())
}

fn other_key(name: &str, known: &PublisherKey, offered: &PublisherKey) -> OciError {
    let (known, offered) = (known.to_string(), offered.to_string());
    OciError::Publisher { name: name.to_owned(), known, offered }
}

fn unsigned(problem: &str) -> OciError {
    PackageError::Signature(format!("the package is not signed by this key: {problem}")).into()
}
