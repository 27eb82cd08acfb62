//! Packages whose publisher is known.

use std::path::Path;

use minisign_verify::Signature;

use crate::{
    archive::MAX_PACKAGE_BYTES,
    error::PackageError,
    key::PublisherKey,
    package::{Package, SIGNATURE_EXTENSION},
};

/// Most bytes of the file of a signature.
const MAX_SIGNATURE_BYTES: u64 = 4096;

/// A package that its publisher signed, or that names none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedPackage {
    package: Package,
    publisher: Option<PublisherKey>,
}

impl Package {
    /// Reads a package and checks its signature, the text of its `.minisig` file. A package that names a
    /// publisher needs one; one that names none has nobody who could have signed it.
    ///
    /// # Errors
    /// [`PackageError::Signature`] when it is missing, or not one of this very file, extension and version
    /// by the key that the package names; as [`read`](Self::read).
    pub fn verify(bytes: &[u8], signature: Option<&str>) -> Result<VerifiedPackage, PackageError> {
        let package = Self::read(bytes)?;
        let publisher = package.publisher()?;
        match (&publisher, signature) {
            (Some(key), Some(signature)) => check(&package, bytes, key, signature)?,
            (None, None) => {}
            (Some(_), None) => {
                return Err(refuse("there is none, and the package names a publisher"));
            }
            (None, Some(_)) => return Err(refuse("the package names no publisher")),
        }
        Ok(VerifiedPackage { package, publisher })
    }
}

impl Package {
    /// Reads the file of a package and the signature beside it, if there is one, and checks them.
    ///
    /// # Errors
    /// [`PackageError::Io`] when a file cannot be read; as [`verify`](Self::verify).
    pub fn open(file: &Path) -> Result<VerifiedPackage, PackageError> {
        let bytes = ext_fs::read(file, MAX_PACKAGE_BYTES as u64)?;
        let mut beside = file.as_os_str().to_owned();
        beside.push(format!(".{SIGNATURE_EXTENSION}"));
        let signature = match Path::new(&beside).is_file() {
            true => Some(ext_fs::read_text(Path::new(&beside), MAX_SIGNATURE_BYTES)?),
            false => None,
        };
        Self::verify(&bytes, signature.as_deref())
    }
}

impl VerifiedPackage {
    /// Returns the package.
    #[must_use]
    pub const fn package(&self) -> &Package {
        &self.package
    }

    /// Returns the key that it was signed with.
    #[must_use]
    pub const fn publisher(&self) -> Option<&PublisherKey> {
        self.publisher.as_ref()
    }
}

fn check(
    package: &Package,
    bytes: &[u8],
    key: &PublisherKey,
    signature: &str,
) -> Result<(), PackageError> {
    let signature = Signature::decode(signature)
        .map_err(|_| refuse("it is not a signature in the format of minisign"))?;
    let verified = key.verifier()?.verify(bytes, &signature, false);
    verified.map_err(|_| refuse("it is one of other bytes, or by another key"))?;
    let (stated, is) = (signature.trusted_comment(), package.statement());
    if stated != is {
        let stated: String = stated.escape_debug().take(200).collect();
        return Err(refuse(&format!("it states `{stated}`, and this is `{is}`")));
    }
    Ok(())
}

fn refuse(problem: &str) -> PackageError {
    PackageError::Signature(problem.to_owned())
}
