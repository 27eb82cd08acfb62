//! Fetching of packages.

use ext_package::{MAX_PACKAGE_BYTES, Package, PackageError, PublisherKey, VerifiedPackage};

use crate::{
    client::Client,
    digest::Digest,
    error::OciError,
    manifest::{PACKAGE, SIGNATURE},
    names::ExtensionName,
    releases::Release,
    repository::Repository,
};

/// Most bytes of a signature.
const MAX_SIGNATURE_BYTES: u64 = 4096;

/// A package that was fetched, and is what its publisher signed.
#[derive(Debug, Clone)]
pub struct Pulled {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its signature.
    pub signature: String,
    /// The package.
    pub package: VerifiedPackage,
}

impl Client {
    /// Fetches a version that a publisher's list of releases names; `progress` is told how many bytes of
    /// how many are here.
    ///
    /// # Errors
    /// [`OciError::Missing`] when it is not there; [`OciError::Digest`] and [`OciError::Answer`] when it
    /// is something else; [`OciError::Package`] when the publisher did not sign it, or it is another
    /// extension or version.
    pub fn pull(
        &self,
        name: &ExtensionName,
        release: &Release,
        publisher: &PublisherKey,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Pulled, OciError> {
        let repository = self.repository(name);
        let found = repository.manifest(release.digest.as_str())?;
        let missing = || OciError::Missing(format!("{name} {}", release.version));
        let found = found.ok_or_else(missing)?;
        let most = MAX_PACKAGE_BYTES as u64;
        let (_, bytes) = repository.file_of("the package", &found, PACKAGE, most, progress)?;
        let (signature, package) = signed(&repository, &found.digest, &bytes)?;
        let manifest = package.package().manifest();
        let is = (manifest.id(), manifest.version(), package.publisher());
        if is != (name.id(), &release.version, Some(publisher)) {
            let (id, version) = (manifest.id(), manifest.version());
            let by = package.publisher().map(ToString::to_string).unwrap_or_default();
            return Err(PackageError::Signature(format!(
                "it is one of {id} {version} by {by}, not of {name} {} by {publisher}",
                release.version
            ))
            .into());
        }
        Ok(Pulled { bytes, signature, package })
    }
}

/// Finds the signature of a package: whoever may write into the repository can add others.
fn signed(
    repository: &Repository<'_>,
    digest: &Digest,
    bytes: &[u8],
) -> Result<(String, VerifiedPackage), OciError> {
    let mut problem = PackageError::Signature("there is none".to_owned()).into();
    for referrer in repository.referrers(digest, SIGNATURE)? {
        match one(repository, digest, &referrer.digest, bytes) {
            Ok(found) => return Ok(found),
            Err(error) => problem = error,
        }
    }
    Err(problem)
}

fn one(
    repository: &Repository<'_>,
    subject: &Digest,
    referrer: &Digest,
    bytes: &[u8],
) -> Result<(String, VerifiedPackage), OciError> {
    let found = repository.manifest(referrer.as_str())?;
    let found = found.ok_or_else(|| OciError::Missing("signature under its digest".to_owned()))?;
    let quiet = &mut |_, _| {};
    let most = MAX_SIGNATURE_BYTES;
    let (manifest, file) = repository.file_of("the signature", &found, SIGNATURE, most, quiet)?;
    if manifest.subject() != Some(subject) {
        return Err(PackageError::Signature("it refers to another package".to_owned()).into());
    }
    let signature = String::from_utf8(file)
        .map_err(|_| PackageError::Signature("it is not a text".to_owned()))?;
    let package = Package::verify(bytes, Some(&signature))?;
    Ok((signature, package))
}
