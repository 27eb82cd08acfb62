//! The index of a registry: what there is, signed entry by entry.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    error::OciError,
    names::{ExtensionName, Registry},
    releases::{Releases, SignedReleases},
    signed::{FORMAT, Signed, check_fresh},
};

/// Most extensions in an index.
const MAX_ENTRIES: usize = 10_000;

/// The releases of all extensions of a registry. Its entries are signed by their publishers; what is
/// between them is not, and only counts changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    format: u8,
    /// Number of changes.
    pub sequence: u64,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    name: ExtensionName,
    #[serde(flatten)]
    signed: Signed,
}

impl Default for Index {
    fn default() -> Self {
        Self { format: FORMAT, sequence: 0, entries: Vec::new() }
    }
}

impl Index {
    /// Checks what cannot be read wrongly.
    pub(crate) fn checked(self) -> Result<Self, OciError> {
        if self.format != FORMAT {
            let (form, known) = (self.format, FORMAT);
            let problem = format!("the index has the form {form}, and this program reads {known}");
            return Err(OciError::Answer(problem));
        }
        match self.entries.len() {
            0..=MAX_ENTRIES => Ok(self),
            number => Err(OciError::answer(format_args!("the index has {number} entries"))),
        }
    }

    /// Returns the names of all extensions.
    pub fn names(&self) -> impl Iterator<Item = &ExtensionName> {
        self.entries.iter().map(|entry| &entry.name)
    }

    /// Returns the releases of an extension; `None` when it is not there.
    ///
    /// # Errors
    /// [`OciError::Package`] when they are not signed; [`OciError::Answer`] when they are not valid, or
    /// those of another extension.
    pub fn find(&self, name: &ExtensionName) -> Result<Option<SignedReleases>, OciError> {
        let entry = self.entries.iter().find(|entry| entry.name == *name);
        let Some(entry) = entry else { return Ok(None) };
        let (releases, publisher) = entry.signed.open::<Releases>()?;
        match releases.name == *name {
            true => Ok(Some(SignedReleases { releases, publisher })),
            false => Err(OciError::answer(format_args!(
                "the entry of `{name}` is the one of `{}`",
                releases.name
            ))),
        }
    }

    /// Checks that this is not older than one that was seen before.
    ///
    /// # Errors
    /// [`OciError::Stale`].
    pub fn check_order(&self, registry: &Registry, seen: u64) -> Result<(), OciError> {
        let names = ("the index", registry.to_string());
        check_fresh((names.0, &names.1), (seen, self.sequence), Timestamp::MAX)
    }

    /// Puts an entry in the place of the one before.
    pub(crate) fn put(&mut self, name: &ExtensionName, signed: Signed) {
        self.sequence = self.sequence.saturating_add(1);
        self.entries.retain(|entry| entry.name != *name);
        self.entries.push(Entry { name: name.clone(), signed });
        self.entries.sort_by(|a, b| a.name.cmp(&b.name));
    }
}
