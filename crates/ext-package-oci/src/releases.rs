//! The releases of an extension, as its publisher signs them.

use std::cmp::Ordering;

use ext_package::PublisherKey;
use jiff::{SignedDuration, Timestamp};
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::{
    digest::Digest,
    error::OciError,
    names::{ExtensionName, Registry},
    signed::{FORMAT, Statement, Validity, check_fresh},
};

/// One version of an extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// The version.
    pub version: Version,
    /// Digest of its artefact.
    pub digest: Digest,
    /// Size of its package, in bytes.
    pub bytes: u64,
    /// Reason for which its publisher withdrew it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yanked: Option<String>,
}

/// All releases of an extension. Each change of them is a new statement with the next number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Releases {
    format: u8,
    /// Name of the extension.
    pub name: ExtensionName,
    /// Name of the extension for people.
    pub title: String,
    /// Purpose of the extension.
    pub description: String,
    /// Number of this statement.
    pub sequence: u64,
    /// Time of this statement.
    #[serde(flatten)]
    pub validity: Validity,
    /// The releases, in the order in which they were published.
    pub releases: Vec<Release>,
}

/// Releases, and the key that signed them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedReleases {
    /// The releases.
    pub releases: Releases,
    /// The key.
    pub publisher: PublisherKey,
}

impl Statement for Releases {
    fn format(&self) -> u8 {
        self.format
    }

    fn purpose(&self) -> String {
        format!("spacedrive releases {} {}", self.name, self.sequence)
    }
}

impl Releases {
    /// Begins the releases of an extension.
    pub(crate) fn new(name: ExtensionName) -> Self {
        Self {
            format: FORMAT,
            name,
            title: String::new(),
            description: String::new(),
            sequence: 0,
            validity: Validity::of(SignedDuration::ZERO),
            releases: Vec::new(),
        }
    }

    /// Counts on from other releases.
    pub(crate) fn after(self, before: &Self) -> Self {
        Self { sequence: before.sequence, ..self }
    }

    /// Makes the statement the next one, valid for this time.
    pub(crate) fn next(&mut self, valid: SignedDuration) {
        self.sequence = self.sequence.saturating_add(1);
        self.validity = Validity::of(valid);
    }

    /// Returns a version. Versions that differ in their build only are one.
    #[must_use]
    pub fn find(&self, version: &Version) -> Option<&Release> {
        self.releases.iter().find(|release| is_same(&release.version, version))
    }

    pub(crate) fn find_mut(&mut self, version: &Version) -> Option<&mut Release> {
        self.releases.iter_mut().find(|release| is_same(&release.version, version))
    }

    /// Returns the newest version that was not withdrawn; one before a release (`1.0.0-rc.1`) only where
    /// there is no other.
    #[must_use]
    pub fn newest(&self) -> Option<&Release> {
        let offered = self.releases.iter().filter(|release| release.yanked.is_none());
        let rank = |release: &&Release| (release.version.pre.is_empty(), release.version.clone());
        offered.max_by_key(rank)
    }

    /// Checks that this is not older than what was seen before, and not expired.
    ///
    /// # Errors
    /// [`OciError::Stale`].
    pub fn check_fresh(&self, registry: &Registry, seen: u64) -> Result<(), OciError> {
        let what = format!("the list of releases of `{}`", self.name);
        let expires: Timestamp = self.validity.expires;
        check_fresh((&what, &registry.to_string()), (seen, self.sequence), expires)
    }
}

fn is_same(a: &Version, b: &Version) -> bool {
    a.cmp_precedence(b) == Ordering::Equal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn releases(versions: &[&str]) -> Releases {
        let mut releases = Releases::new("acme/notes".parse().unwrap());
        releases.releases = versions
            .iter()
            .map(|text| Release {
                version: text.trim_end_matches('!').parse().unwrap(),
                digest: Digest::of(text.as_bytes()),
                bytes: 1,
                yanked: text.ends_with('!').then(|| "broken".to_owned()),
            })
            .collect();
        releases
    }

    #[test]
    fn the_newest_is_a_release_that_was_not_withdrawn() {
        for (versions, newest) in [
            (vec!["1.0.0", "1.10.0", "1.9.0"], Some("1.10.0")),
            (vec!["1.0.0", "2.0.0!"], Some("1.0.0")),
            (vec!["1.0.0", "2.0.0-rc.1"], Some("1.0.0")),
            (vec!["2.0.0-rc.1", "2.0.0-rc.2"], Some("2.0.0-rc.2")),
            (vec!["1.0.0!"], None),
            (vec![], None),
        ] {
            let releases = releases(&versions);
            let found = releases.newest().map(|release| release.version.to_string());
            assert_eq!(found.as_deref(), newest, "{versions:?}");
        }
    }

    #[test]
    fn pkg_15_versions_that_differ_in_their_build_are_one() {
        let releases = releases(&["1.0.0+a"]);
        assert!(releases.find(&"1.0.0".parse().unwrap()).is_some());
        assert!(releases.find(&"1.0.0+b".parse().unwrap()).is_some());
        assert!(releases.find(&"1.0.0-a".parse().unwrap()).is_none());
    }

    #[test]
    fn pkg_16_what_is_expired_or_rolled_back_is_said() {
        let registry = Registry::parse("r.example.com").unwrap();
        let mut releases = releases(&[]);
        releases.next(SignedDuration::from_hours(1));
        assert!(releases.check_fresh(&registry, 0).is_ok());
        assert!(releases.check_fresh(&registry, 1).is_ok());
        let error = releases.check_fresh(&registry, 2).unwrap_err().to_string();
        assert!(error.contains("rolled back"), "{error}");
        releases.next(SignedDuration::ZERO);
        let error = releases.check_fresh(&registry, 0).unwrap_err().to_string();
        assert!(error.contains("is expired since"), "{error}");
    }
}
