//! Revocations: versions that a registry tells those to stop who have them.

use ext_package::PublisherKey;
use jiff::{SignedDuration, Timestamp};
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::{
    error::OciError,
    names::{ExtensionName, Registry},
    signed::{FORMAT, Statement, Validity, check_fresh},
};

/// A revocation of one version, or of an extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// Name of the extension.
    pub name: ExtensionName,
    /// The version; left out: all of them, also later ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    /// The reason.
    pub reason: String,
    /// Time of the revocation.
    pub since: Timestamp,
}

/// All revocations of a registry, signed by whoever runs it. Each change is a new statement with the next
/// number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocations {
    format: u8,
    /// Number of this statement.
    pub sequence: u64,
    /// Time of this statement.
    #[serde(flatten)]
    pub validity: Validity,
    /// The revocations.
    pub revoked: Vec<Revocation>,
}

/// Revocations, and the key that signed them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedRevocations {
    /// The revocations.
    pub revocations: Revocations,
    /// The key.
    pub key: PublisherKey,
}

impl Statement for Revocations {
    fn format(&self) -> u8 {
        self.format
    }

    fn purpose(&self) -> String {
        format!("spacedrive revocations {}", self.sequence)
    }
}

impl Revocations {
    /// Begins the list of a registry.
    pub(crate) fn new() -> Self {
        let (format, validity) = (FORMAT, Validity::of(SignedDuration::ZERO));
        Self { format, sequence: 0, validity, revoked: Vec::new() }
    }

    /// Makes the statement the next one, valid for this time.
    pub(crate) fn next(&mut self, valid: SignedDuration) {
        self.sequence = self.sequence.saturating_add(1);
        self.validity = Validity::of(valid);
    }

    /// Adds a revocation, in the place of one of the same version.
    pub(crate) fn add(&mut self, name: ExtensionName, version: Option<Version>, reason: String) {
        self.remove(&name, version.as_ref());
        let since = Timestamp::now();
        self.revoked.push(Revocation { name, version, reason, since });
    }

    /// Takes a revocation back; false when there is none.
    pub(crate) fn remove(&mut self, name: &ExtensionName, version: Option<&Version>) -> bool {
        let before = self.revoked.len();
        self.revoked.retain(|it| it.name != *name || it.version.as_ref() != version);
        self.revoked.len() < before
    }

    /// Returns the revocation of a version, if there is one.
    #[must_use]
    pub fn of(&self, name: &ExtensionName, version: &Version) -> Option<&Revocation> {
        let is_meant = |it: &&Revocation| {
            let covers = |revoked: &Version| revoked.cmp_precedence(version).is_eq();
            it.name == *name && it.version.as_ref().is_none_or(covers)
        };
        self.revoked.iter().find(is_meant)
    }

    /// Checks that this is not older than what was seen before, and not expired.
    ///
    /// # Errors
    /// [`OciError::Stale`].
    pub fn check_fresh(&self, registry: &Registry, seen: u64) -> Result<(), OciError> {
        let names = ("the list of revocations", registry.to_string());
        check_fresh((names.0, &names.1), (seen, self.sequence), self.validity.expires)
    }
}
