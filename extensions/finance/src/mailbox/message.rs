//! One message of a mailbox: kept in the library when it holds receipts.

use mail_parser::MessageParser;
use serde_json::Map;
use spacedrive_sdk::ops::vdfs::{Entry, NewEntry};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::wire::Blob;

use crate::book;
use crate::find::Findings;
use crate::imports::Import;
use crate::ledger::Ledger;
use crate::opened;
use crate::text;

/// Longest part of a subject that becomes a name, in bytes.
const MAX_NAME_BYTES: usize = 120;
/// Work of reading a document of a message; looking at the message is 1.
const WORK_OF_A_DOCUMENT: usize = 40;
/// The same for a page that goes through OCR.
const WORK_OF_A_SCAN: usize = 100;

/// A message that came out of a mailbox.
#[derive(Debug)]
pub(super) struct Incoming {
    /// Id of the message in its mailbox, for good: part of a path.
    pub(super) id: String,
    /// The message (RFC 5322).
    pub(super) raw: Blob,
    /// Time of arrival, in milliseconds since 1970; 0 where nobody needs it.
    pub(super) time_ms: u64,
}

/// Returns when a message was sent, in milliseconds since 1970, as its sender wrote it.
pub(super) fn received_ms(raw: &[u8]) -> Option<u64> {
    let headers = MessageParser::new().parse_headers(raw)?;
    u64::try_from(headers.date()?.to_timestamp()).ok().map(|seconds| seconds.saturating_mul(1000))
}

/// Outcome of a message.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// Receipts that were booked.
    pub(super) booked: u64,
    /// Reason why something could not be read.
    pub(super) failure: Option<String>,
    /// Cost of the message; one without documents costs 1.
    pub(super) work: usize,
}

impl Taken {
    pub(super) fn failed(why: impl Into<String>) -> Self {
        Self { failure: Some(why.into()), work: 1, ..Self::default() }
    }
}

/// Books what a message holds. It becomes an entry only when it holds something new, or something
/// that could not be read.
///
/// # Errors
/// The error that stops the work for now.
pub(super) fn take(
    client: &SpacedriveClient,
    message: &Incoming,
    mailbox: &str,
    import: &Import,
) -> Result<Taken> {
    let parsed = match opened::email(message.raw.as_bytes()) {
        Ok(parsed) => parsed,
        Err(error) => return Ok(Taken::failed(error.message())),
    };
    let ledger = Ledger::new(client);
    let findings = Findings::of(&ledger, &parsed)?;
    let documents: usize = parsed.messages.iter().map(|message| message.documents.len()).sum();
    let scans = findings.scanned_pages();
    let work = 1 + documents * WORK_OF_A_DOCUMENT + scans * WORK_OF_A_SCAN;
    let nothing_new = findings.new.is_empty() && findings.failures.is_empty();
    if nothing_new && parsed.left_out.is_empty() {
        return Ok(Taken { work, ..Taken::default() });
    }
    let subject =
        parsed.messages.first().map(|message| message.email.subject()).unwrap_or_default();
    let entry = keep(client, message, mailbox, subject)?;
    let finished = book::finish(&ledger, &entry, import, findings, &parsed)?;
    let failure = (!finished.failures.is_empty())
        .then(|| format!("{}: {}", entry.name, finished.failures.join("; ")));
    Ok(Taken { booked: finished.new as u64, failure, work })
}

/// Returns the entry of the message; made now, or when it was looked at before.
fn keep(
    client: &SpacedriveClient,
    message: &Incoming,
    mailbox: &str,
    subject: &str,
) -> Result<Entry> {
    let input = NewEntry {
        name: name(subject),
        path: format!("{}/{}.eml", folder(mailbox), message.id),
        entry_type: "file".to_owned(),
        metadata: Map::new(),
        content: Some(message.raw.clone()),
        media_type: Some("message/rfc822".to_owned()),
    };
    Ok(client.vdfs().create_entry_with(input)?.entry)
}

/// Returns the folder of the messages of a mailbox.
pub(crate) fn folder(mailbox: &str) -> String {
    format!("mail/{mailbox}")
}

/// Makes the name of a file from a subject.
fn name(subject: &str) -> String {
    match text::name(subject, MAX_NAME_BYTES).as_str() {
        "" => "mail.eml".to_owned(),
        name => format!("{name}.eml"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_become_names_that_a_library_takes() {
        assert_eq!(name("Your receipt 1/2\r\n"), "Your receipt 12.eml");
        assert_eq!(name(" \u{202e}gpj.exe "), "gpj.exe.eml");
        assert_eq!(name(""), "mail.eml");
        assert!(name(&"ä".repeat(1000)).len() <= MAX_NAME_BYTES + 4);
    }
}
