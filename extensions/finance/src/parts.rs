//! Record of all parts of a file, and of what came of each.

use std::collections::BTreeMap;

use ext_unpack::{Detected, UnpackError};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::wire::parts::{OPENED, Part, PartsRecord};

use crate::classify::Reason;
use crate::find::Findings;
use crate::inside::Inside;
use crate::text::clip;

/// Most parts that are recorded; the rest is counted.
const MAX_RECORDED: usize = 2000;
/// Longest text in a record, in bytes.
const MAX_TEXT_BYTES: usize = 500;

/// A part among those of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PartId(usize);

/// Label of a part: what others say of it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Label<'a> {
    pub(crate) name: Option<&'a str>,
    /// Its media type, in small letters.
    pub(crate) media_type: Option<&'a str>,
}

/// The parts of a file, each with what contains it.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    all: Vec<(Option<PartId>, Part)>,
    more: u64,
}

/// What came of a part.
#[derive(Debug, Clone)]
pub(crate) enum Verdict {
    /// A purchase stands in it.
    Receipt,
    /// It was read.
    NotAReceipt(Reason),
    /// It could not be read.
    Failed(ErrorCode, String),
    /// It is the text of an email whose documents are the receipts.
    BesideAReceipt,
}

/// What came of the parts that were looked at.
pub(crate) type Verdicts = BTreeMap<PartId, Verdict>;

impl Parts {
    /// Adds a part; it counts as one that was not looked at until something else is said.
    pub(crate) fn add(
        &mut self,
        inside: Option<PartId>,
        label: Label<'_>,
        found: Detected,
        size: usize,
    ) -> PartId {
        let id = PartId(self.all.len());
        if self.all.len() >= MAX_RECORDED {
            self.more += 1;
            return PartId(usize::MAX);
        }
        let declared = label.media_type.filter(|declared| *declared != found.media_type);
        let part = Part {
            name: label.name.map(|name| clip(name, MAX_TEXT_BYTES).to_owned()),
            declared: declared.map(|declared| clip(declared, MAX_TEXT_BYTES).to_owned()),
            ..Part::new(found.media_type, size as u64).unread("kind_not_read")
        };
        self.all.push((inside, part));
        id
    }

    /// Returns the part that was added last.
    pub(crate) const fn last(&self) -> PartId {
        PartId(self.all.len().saturating_sub(1))
    }

    /// Notes that a part is a container, and that what it contains was taken out.
    pub(crate) fn opened(&mut self, id: PartId) {
        self.note(id, true, OPENED, None);
    }

    /// Notes that a part was looked at, and why nothing came of it.
    pub(crate) fn unused(&mut self, id: PartId, reason: &str) {
        self.note(id, true, reason, None);
    }

    /// Notes why a part was not looked at.
    pub(crate) fn unread(&mut self, id: PartId, reason: &str, detail: &str) {
        self.note(id, false, reason, Some(detail));
    }

    fn note(&mut self, id: PartId, read: bool, reason: &str, detail: Option<&str>) {
        let Some((_, part)) = self.all.get_mut(id.0) else { return };
        part.read = read;
        part.reason = reason.to_owned();
        part.detail = detail.map(|detail| clip(detail, MAX_TEXT_BYTES).to_owned());
    }

    /// Makes the record. A file that is a container is left out: what it contains is its parts.
    pub(crate) fn record(&self, findings: &Findings<'_>, outcome: &str) -> PartsRecord {
        let mut inside: BTreeMap<Option<PartId>, Vec<Part>> = BTreeMap::new();
        // Whatever contains something stands before it.
        for (number, (container, part)) in self.all.iter().enumerate().rev() {
            let id = PartId(number);
            let mut part = part.clone();
            if let Some(verdict) = findings.verdicts.get(&id) {
                verdict.apply(&mut part);
            }
            if let Some(left_out) = findings.left_out.get(&id) {
                part.detail = [part.detail.take(), Some(left_out.clone())]
                    .into_iter()
                    .flatten()
                    .reduce(|one, two| format!("{one}; {two}"));
            }
            part.parts = inside.remove(&Some(id)).unwrap_or_default();
            part.parts.reverse();
            part.parts.extend(findings.inside.get(&id).into_iter().flatten().map(Inside::part));
            inside.entry(*container).or_default().push(part);
        }
        let mut parts = inside.remove(&None).unwrap_or_default();
        parts.reverse();
        let parts = match <[Part; 1]>::try_from(parts) {
            Ok([root]) if root.reason == OPENED && !root.parts.is_empty() => root.parts,
            Ok(root) => root.into(),
            Err(parts) => parts,
        };
        PartsRecord { outcome: outcome.to_owned(), parts, more: self.more }
    }
}

impl Verdict {
    fn apply(&self, part: &mut Part) {
        let (read, used, reason, detail) = match self {
            Self::Receipt => (true, true, "receipt", None),
            Self::NotAReceipt(why) => (true, false, "not_a_receipt", Some(*why)),
            Self::Failed(code, why) => (false, false, code.name(), Some(why.as_str())),
            Self::BesideAReceipt => {
                (true, false, "beside_a_receipt", Some("a document of the email is the receipt"))
            }
        };
        (part.read, part.used) = (read, used);
        part.reason = reason.to_owned();
        if let Some(detail) = detail {
            part.detail = Some(clip(detail, MAX_TEXT_BYTES).to_owned());
        }
    }
}

/// Returns the error of a container as that of a document.
pub(crate) fn error(error: &UnpackError) -> Error {
    let code = match error {
        UnpackError::Encrypted { .. } => ErrorCode::DocEncrypted,
        UnpackError::OverLimit { .. } => ErrorCode::DocLimit,
        UnpackError::Unsupported { .. } => ErrorCode::NeedsProvider,
        _ => ErrorCode::DocMalformed,
    };
    Error::new(code, error.to_string())
}

#[cfg(test)]
mod tests {
    use ext_unpack::detect;

    use super::*;

    #[test]
    fn parts_stand_in_what_contains_them() {
        let mut parts = Parts::default();
        let label = |name| Label { name: Some(name), media_type: None };
        let root = parts.add(None, label("a.eml"), detect(b"Subject: x\n\n"), 1);
        let zip = parts.add(Some(root), label("a.zip"), detect(b"PK\x03\x04"), 2);
        let pdf = parts.add(Some(zip), label("a.pdf"), detect(b"%PDF-1.4"), 3);
        parts.add(Some(zip), label("b.mp4"), detect(b"\0\0\0\x18ftypmp42\0\0\0\0"), 4);
        parts.opened(root);
        parts.opened(zip);
        let mut findings = Findings::new();
        findings.verdicts.insert(pdf, Verdict::Receipt);
        findings.left_out.insert(pdf, "page 11 was not read".into());
        let record = parts.record(&findings, "booked");
        assert_eq!(record.parts.len(), 1);
        let inner = &record.parts[0].parts;
        assert_eq!((inner[0].reason.as_str(), inner[0].used), ("receipt", true));
        assert_eq!(inner[0].detail.as_deref(), Some("page 11 was not read"));
        assert_eq!((inner[1].reason.as_str(), inner[1].read), ("kind_not_read", false));
        assert_eq!((record.count(Part::is_unread), record.count(Part::is_unused)), (1, 0));
    }
}
