//! State of a scan: the metadata of an entry for the mailbox.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use spacedrive_sdk::ops::vdfs::{Entry, ListEntriesInput, NewEntry};
use spacedrive_sdk::prelude::*;

use super::input::Mailbox;
use crate::imports::Import;
use crate::ledger::OWN;
use crate::text;

/// Type of the entries.
const ENTRY_TYPE: &str = "mailbox";
/// Longest name of an entry, in bytes.
const MAX_NAME_BYTES: usize = 120;
/// Hex digits of an id.
const ID_DIGITS: usize = 16;

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

/// Last messages that were seen.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Seen {
    /// IMAP: the UIDVALIDITY of the folder (RFC 9051), for which `uid` counts. States that exist have
    /// it as `validity`.
    #[serde(rename = "validity", alias = "uid_validity")]
    pub(super) uid_validity: u32,
    /// IMAP: number of the last message.
    pub(super) uid: u32,
    /// Gmail: when the newest message came, in milliseconds since 1970.
    pub(super) time_ms: u64,
    /// Gmail: the last messages, the newest at the end.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) recent: Vec<String>,
}

/// Returns the id of a mailbox. A new password or login changes nothing of it.
pub(super) fn id(mailbox: &Mailbox) -> String {
    let what = match mailbox {
        Mailbox::Imap { server, auth, user, folder } => {
            let user = user.as_ref().unwrap_or(auth);
            format!("imap\0{server}\0{user}\0{folder}")
        }
        Mailbox::Gmail { auth, server } => format!("gmail\0{server}\0{auth}"),
    };
    blake3::hash(what.as_bytes()).to_hex().chars().take(ID_DIGITS).collect()
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
        let entry = client.vdfs().list_entries(input)?.into_iter().next();
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
            seen: serde_json::from_value(seen).unwrap_or_default(),
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

    fn create(&mut self, client: &SpacedriveClient, metadata: Map<String, Value>) -> Result<bool> {
        let input = NewEntry { metadata, ..NewEntry::new(&self.name, path(&self.id), ENTRY_TYPE) };
        let made = client.vdfs().create_entry_with(input)?;
        self.entry = Some(made.entry);
        Ok(made.created)
    }
}

/// Returns the path of the entry of a mailbox.
pub(crate) fn path(id: &str) -> String {
    format!("mailboxes/{id}")
}

/// Returns the name by which a person calls the mailbox.
fn name(mailbox: &Mailbox) -> String {
    let (server, what) = match mailbox {
        Mailbox::Imap { server, user, folder, .. } => (server, user.as_ref().unwrap_or(folder)),
        Mailbox::Gmail { server, auth } => (server, auth),
    };
    let host = server.split_once("://").map_or(server.as_str(), |(_, host)| host);
    text::name(&format!("{what} at {host}"), MAX_NAME_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn seen_keeps_the_name_that_saved_states_have() {
        let saved = json!({ "validity": 7, "uid": 3, "time_ms": 0 });
        let seen: Seen = serde_json::from_value(saved.clone()).unwrap();
        assert_eq!((seen.uid_validity, seen.uid), (7, 3));
        assert_eq!(serde_json::to_value(&seen).unwrap(), saved);
    }
}
