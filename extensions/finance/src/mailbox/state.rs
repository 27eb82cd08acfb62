//! State of a scan: the metadata of an entry for the mailbox.

use ext_unpack::{Bookmark, MailPlace};
use serde::Serialize;
use serde_json::{Map, Value, json};
use spacedrive_sdk::ops::vdfs::{Entry, ListEntriesInput, NewEntry};
use spacedrive_sdk::prelude::*;

use super::input::Mailbox;
use super::seen::Seen;
use crate::corrections;
use crate::imports::Import;
use crate::ledger::OWN;
use crate::own;
use crate::text;

/// Sidecar of an archive that is read by several jobs: the state of unpacking, for the next job.
const BOOKMARK: &str = "bookmark.bin";
/// Type of the entries.
const ENTRY_TYPE: &str = "mailbox";
/// Longest name of an entry, in bytes.
const MAX_NAME_BYTES: usize = 120;

/// State of a scan.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct State {
    /// The mailbox's id, which follows from what it is.
    pub(super) id: String,
    name: String,
    /// The entry as it was read or written last; `None` before the first message.
    entry: Option<Entry>,
    /// Messages that were looked at so far.
    pub(super) messages: u64,
    /// Receipts that were booked so far.
    pub(super) booked: u64,
    /// State of the kind of mailbox.
    pub(super) seen: Seen,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
pub(super) const fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Reads a day as the milliseconds since 1970 at which it begins; 0 without one.
pub(super) fn day_ms(day: Option<&str>) -> u64 {
    day.map_or(0, |day| time_ms(&format!("{day}T00:00:00Z")))
}

/// Reads a time as milliseconds since 1970; 0 for one that is not valid.
pub(super) fn time_ms(text: &str) -> u64 {
    let time = text.parse::<jiff::Timestamp>().map(jiff::Timestamp::as_millisecond);
    time.ok().and_then(|time| u64::try_from(time).ok()).unwrap_or_default()
}

/// Writes a time for a server; `None` for 0.
pub(super) fn rfc3339(time_ms: u64) -> Option<String> {
    let time = i64::try_from(time_ms).ok().filter(|time| *time > 0)?;
    jiff::Timestamp::from_millisecond(time).ok().map(|time| time.to_string())
}

/// A mailbox that was scanned.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScannedMailbox {
    /// Name by which a person calls it.
    pub name: String,
    /// Messages that were looked at so far.
    pub messages: u64,
    /// Receipts that were booked so far.
    pub booked: u64,
    /// When a message of it was looked at last (RFC 3339).
    pub scanned_at: String,
    /// Path of the entry that holds where the next scan begins: without it, a scan begins anew.
    pub path: String,
}

/// Returns the id of a mailbox. A new password or login changes nothing of it.
pub(super) fn id(mailbox: &Mailbox) -> String {
    let what = match mailbox {
        Mailbox::Imap { server, auth, user, folder } => {
            let user = user.as_ref().unwrap_or(auth);
            format!("imap\0{server}\0{user}\0{folder}")
        }
        Mailbox::Gmail { auth, server } => format!("gmail\0{server}\0{auth}"),
        Mailbox::Jmap { auth, server } => format!("jmap\0{server}\0{auth}"),
        Mailbox::Graph { auth, server, folder } => format!("graph\0{server}\0{auth}\0{folder}"),
        Mailbox::File { entry, content, .. } => {
            // Wherever the same content is, it was read.
            let content = content.clone().unwrap_or_else(|| entry.to_string());
            format!("file\0{content}")
        }
    };
    text::short_hash(&what)
}

/// Returns when the job at hand was made, by its id (RFC 9562, version 7).
fn now_ms(client: &SpacedriveClient) -> Option<u64> {
    let id = client.jobs().current()?.id;
    u64::try_from(id.as_u128() >> 80).ok().filter(|_| id.get_version_num() == 7)
}

impl State {
    /// Reads it.
    ///
    /// # Errors
    /// Those of `vdfs.list_entries`.
    pub(super) fn open(client: &SpacedriveClient, mailbox: &Mailbox) -> Result<Self> {
        let id = id(mailbox);
        let input =
            ListEntriesInput { path_prefix: Some(path(&id)), ..ListEntriesInput::default() };
        let entry = own::entries(client, input)?.into_iter().next();
        let own = entry.as_ref().and_then(|entry| entry.metadata.get(OWN)).cloned();
        let own = own.unwrap_or_default();
        let count = |name: &str| own.get(name).and_then(Value::as_u64).unwrap_or_default();
        let seen = own.get("seen").cloned().unwrap_or_default();
        Ok(Self {
            id,
            name: name(mailbox),
            entry,
            messages: count("messages"),
            booked: count("booked"),
            seen: serde_json::from_value::<Seen>(seen)
                .unwrap_or_default()
                .taken_up_at(now_ms(client)),
        })
    }

    /// Returns the import by which the receipts of the mailbox are booked.
    pub(super) fn import(&self) -> Import {
        Import::of_mailbox(&self.id, &self.name)
    }

    /// Writes it down; a mailbox gets its entry with its first message. Returns false, with nothing
    /// written, when another scan of the mailbox wrote its own state since: that one is ahead, and goes
    /// on.
    ///
    /// # Errors
    /// Those of `vdfs.create_entry` and `vdfs.update_metadata`.
    pub(super) fn save(&mut self, client: &SpacedriveClient) -> Result<bool> {
        let own = json!({ "messages": self.messages, "booked": self.booked, "seen": self.seen });
        let metadata = Map::from_iter([(OWN.to_owned(), own)]);
        let Some(entry) = &mut self.entry else { return self.create(client, metadata) };
        match client.vdfs().update_unchanged_metadata(entry, metadata) {
            Ok(metadata) => entry.metadata = metadata,
            Err(error) if error.is_conflict() => return Ok(false),
            Err(error) => return Err(error),
        }
        Ok(true)
    }

    /// Returns the place in a file at which the next message begins.
    pub(super) const fn place(&self) -> MailPlace {
        MailPlace { file: self.seen.file, offset: self.seen.offset }
    }

    /// Reads where a job stopped unpacking an archive. Without it, the next job finds the same emails.
    ///
    /// # Errors
    /// Those of `vdfs.read_sidecar`, but for one that is not there.
    pub(super) fn bookmark(&self, client: &SpacedriveClient) -> Result<Bookmark> {
        let begins = self.place() == MailPlace::default();
        let Some(entry) = self.entry.as_ref().filter(|_| !begins) else {
            return Ok(Bookmark::default());
        };
        match client.vdfs().read_sidecar(entry.id, BOOKMARK) {
            Ok(bytes) => Ok(postcard::from_bytes(bytes.as_bytes()).unwrap_or_default()),
            Err(error) if corrections::is_damaged(&error) => Ok(Bookmark::default()),
            Err(error) => Err(error),
        }
    }

    /// Keeps where this job stops unpacking an archive.
    ///
    /// # Errors
    /// Those of `vdfs.write_sidecar`.
    pub(super) fn keep_bookmark(
        &self,
        client: &SpacedriveClient,
        bookmark: &Bookmark,
    ) -> Result<()> {
        let Some(entry) = &self.entry else { return Ok(()) };
        if *bookmark != Bookmark::default() {
            let bytes = postcard::to_allocvec(bookmark).map_err(Error::failed)?;
            client.vdfs().write_sidecar(entry.id, BOOKMARK, bytes)?;
        }
        Ok(())
    }

    fn create(&mut self, client: &SpacedriveClient, metadata: Map<String, Value>) -> Result<bool> {
        let input = NewEntry { metadata, ..NewEntry::new(&self.name, path(&self.id), ENTRY_TYPE) };
        let made = client.vdfs().create_entry_with(input)?;
        self.entry = Some(made.entry);
        Ok(made.created)
    }
}

/// Lists the mailboxes that were scanned, by name.
///
/// # Errors
/// Those of `vdfs.list_entries`.
pub(super) fn list(client: &SpacedriveClient) -> Result<Vec<ScannedMailbox>> {
    let entry_type = Some(ENTRY_TYPE.to_owned());
    let input = ListEntriesInput { entry_type, ..ListEntriesInput::default() };
    let scanned = own::entries(client, input)?.into_iter().filter_map(|entry| {
        let own = entry.metadata.get(OWN)?;
        let count = |name: &str| own.get(name).and_then(Value::as_u64).unwrap_or_default();
        let (messages, booked) = (count("messages"), count("booked"));
        let (name, path, scanned_at) = (entry.name, entry.path, entry.updated_at);
        Some(ScannedMailbox { name, messages, booked, scanned_at, path })
    });
    let mut scanned: Vec<ScannedMailbox> = scanned.collect();
    scanned.sort_by(|one, two| (&one.name, &one.path).cmp(&(&two.name, &two.path)));
    Ok(scanned)
}

/// Returns the path of the entry of a mailbox.
pub(crate) fn path(id: &str) -> String {
    format!("mailboxes/{id}")
}

/// Returns the name by which a person calls the mailbox.
fn name(mailbox: &Mailbox) -> String {
    let (server, what) = match mailbox {
        Mailbox::Imap { server, user, folder, .. } => (server, user.as_ref().unwrap_or(folder)),
        Mailbox::Gmail { server, auth }
        | Mailbox::Jmap { server, auth }
        | Mailbox::Graph { server, auth, .. } => (server, auth),
        Mailbox::File { entry, name, .. } => {
            let name = name.clone().unwrap_or_else(|| format!("file {entry}"));
            return text::name(&name, MAX_NAME_BYTES);
        }
    };
    let host = server.split_once("://").map_or(server.as_str(), |(_, host)| host);
    text::name(&format!("{what} at {host}"), MAX_NAME_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use spacedrive_sdk::testing::FakeHost;

    fn imap(auth: &str, user: Option<&str>, folder: &str) -> Mailbox {
        Mailbox::Imap {
            server: "imaps://imap.example.com".into(),
            auth: auth.into(),
            user: user.map(str::to_owned),
            folder: folder.into(),
        }
    }

    #[test]
    fn a_mailbox_stays_the_same_with_another_login() {
        assert_eq!(id(&imap("a", Some("ada"), "INBOX")), id(&imap("b", Some("ada"), "INBOX")));
        assert_ne!(id(&imap("a", Some("ada"), "INBOX")), id(&imap("a", Some("eve"), "INBOX")));
        assert_ne!(id(&imap("a", None, "INBOX")), id(&imap("a", None, "Archive")));
    }

    #[test]
    fn what_is_over_is_not_in_the_state_that_is_read_again() {
        let host = FakeHost::new();
        let client = host.client();
        let mailbox = imap("a", None, "INBOX");
        let mut state = State::open(&client, &mailbox).unwrap();
        let seen = &mut state.seen;
        (seen.listing, seen.floor_ms) = (true, 9);
        (seen.anchor, seen.cursor) = ("a".into(), "c".into());
        seen.remember("r", 9);
        seen.withheld = vec![json!({ "id": 1 })];
        assert!(state.save(&client).unwrap());
        state.seen = Seen::default();
        assert!(state.save(&client).unwrap());
        assert_eq!(State::open(&client, &mailbox).unwrap().seen, Seen::default());
    }
}
