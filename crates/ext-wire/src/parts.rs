//! Records of the parts of an entry that an extension looked at, so that nothing that it did not use
//! is left out without a word.
//!
//! An extension writes one for each entry that it works on, as a sidecar; people list them, and the
//! report of an import counts what they say.
//!
//! ```
//! use ext_wire::parts::{Part, PartsRecord, extension_of, sidecar_name};
//!
//! let unread = Part::new("video/mp4", 4096).named("clip.mp4").unread("kind_not_read");
//! let record = PartsRecord { outcome: "nothing_found".into(), parts: vec![unread], more: 0 };
//! assert_eq!((record.count(Part::is_unread), record.is_used()), (1, false));
//!
//! assert_eq!(sidecar_name("finance"), "parts.finance.json");
//! assert_eq!(extension_of("parts.finance.json"), Some("finance"));
//! ```

use serde::{Deserialize, Serialize};

const PREFIX: &str = "parts.";
const SUFFIX: &str = ".json";

/// Reason code of a container whose contents stand below it.
pub const OPENED: &str = "opened";

/// A record of what an extension looked at in an entry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartsRecord {
    /// Outcome of the entry, in one snake-case word of the extension: `booked`.
    pub outcome: String,
    /// The parts of the entry, those in containers below these.
    pub parts: Vec<Part>,
    /// Parts that are left out of the record, because there are too many.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more: u64,
}

/// A part of an entry: the file itself, an attachment, a file in a container.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its name, as it was written; never a path to open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its media type, detected from its bytes.
    pub media_type: String,
    /// The media type that its label says, where that is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<String>,
    /// Its bytes, decoded.
    pub size: u64,
    /// True when its content was looked at.
    pub read: bool,
    /// True when something came of it.
    pub used: bool,
    /// A snake-case word or an error code: `receipt`, `not_a_receipt`, `E_DOC_MALFORMED`.
    pub reason: String,
    /// The reason in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The parts in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

impl Part {
    /// Makes a part of which nothing is known but its type and size.
    #[must_use]
    pub fn new(media_type: &str, size: u64) -> Self {
        Self { media_type: media_type.to_owned(), size, ..Self::default() }
    }

    /// Returns the part with a name.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// Returns the part as one that was not looked at, for this reason.
    #[must_use]
    pub fn unread(mut self, reason: &str) -> Self {
        (self.read, self.used) = (false, false);
        self.reason = reason.to_owned();
        self
    }

    /// Returns whether it was not looked at. A container counts by its contents.
    #[must_use]
    pub fn is_unread(&self) -> bool {
        !self.read
    }

    /// Returns whether nothing came of it, though it was looked at.
    #[must_use]
    pub fn is_unused(&self) -> bool {
        self.read && !self.used && self.reason != OPENED
    }

    fn count(&self, fits: fn(&Self) -> bool) -> u64 {
        u64::from(fits(self)) + self.parts.iter().map(|part| part.count(fits)).sum::<u64>()
    }
}

impl PartsRecord {
    /// Counts the parts that fit, at any depth.
    #[must_use]
    pub fn count(&self, fits: fn(&Part) -> bool) -> u64 {
        self.parts.iter().map(|part| part.count(fits)).sum()
    }

    /// Returns whether something came of the entry.
    #[must_use]
    pub fn is_used(&self) -> bool {
        self.count(|part| part.used) > 0
    }
}

/// Returns the name of the sidecar in which an extension keeps its record.
#[must_use]
pub fn sidecar_name(extension: &str) -> String {
    format!("{PREFIX}{extension}{SUFFIX}")
}

/// Returns the extension whose record a sidecar of this name holds; `None` for other sidecars.
#[must_use]
pub fn extension_of(sidecar: &str) -> Option<&str> {
    sidecar.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}
