//! Input of a scan: the mailbox, and the messages of it.

use serde::{Deserialize, Serialize};
use spacedrive_sdk::Uuid;

/// Input of the operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScanInput {
    /// Mailbox to scan.
    pub mailbox: Mailbox,
    /// Only messages that came on this day (`2026-01-31`) or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
}

/// A mailbox, and the credential that opens it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Mailbox {
    /// A folder of an IMAP server.
    Imap {
        /// URL of the server: `imaps://imap.example.com`.
        server: String,
        /// Name of the credential.
        auth: String,
        /// The user at the server, with a login of OAuth 2.0.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user: Option<String>,
        /// The folder.
        #[serde(default = "inbox")]
        folder: String,
    },
    /// A mailbox at Gmail, over its own interface.
    Gmail {
        /// Name of the credential.
        auth: String,
        /// URL of the interface.
        #[serde(default = "gmail_server")]
        server: String,
    },
    /// A mailbox on a server that speaks JMAP.
    Jmap {
        /// Name of the credential.
        auth: String,
        /// URL of the server: `https://api.fastmail.com`; with a path, that of its session.
        server: String,
    },
    /// A folder of a mailbox at Microsoft, over Microsoft Graph.
    Graph {
        /// Name of the credential.
        auth: String,
        /// URL of the interface.
        #[serde(default = "graph_server")]
        server: String,
        /// The folder, by its name.
        #[serde(default = "inbox")]
        folder: String,
    },
    /// A mailbox that is a file of the library: mbox, also packed with gzip, or an archive with
    /// mailboxes in it.
    File {
        /// Entry of the file.
        entry: Uuid,
        /// Hash of its content: with another one, all of it is read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content: Option<String>,
        /// Name of the file, for people.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
}

fn inbox() -> String {
    "INBOX".to_owned()
}

fn gmail_server() -> String {
    "https://gmail.googleapis.com".to_owned()
}

fn graph_server() -> String {
    "https://graph.microsoft.com".to_owned()
}
