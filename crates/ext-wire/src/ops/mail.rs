//! Operations that read mailboxes over IMAP. Nothing is changed there, not even the marks of read
//! messages.

use super::{
    direction::{wire_input, wire_input_with_constructor, wire_output},
    family::family,
};
use crate::Blob;

family! {
    "mail", include_str!("mail.md");

    /// Lists the folders of a mailbox that hold messages.
    LibraryQuery ListFolders = "query:mail.list_folders.v1", ListFoldersInput => ListFoldersOutput;
    /// Lists messages of a folder, the oldest first.
    ///
    /// Errors: `E_NOT_FOUND` when there is no such folder.
    LibraryQuery ListMessages = "query:mail.list_messages.v1", ListMessagesInput => ListMessagesOutput;
    /// Returns a message as it is.
    ///
    /// Errors: `E_NOT_FOUND` with its number as `details.message` when it is gone, and without when the
    /// folder is; `E_CONFLICT` when the folder was renumbered: list it again; `E_NET_SIZE` when it is
    /// larger than `max_bytes`; `E_NET` with its number as `details.message` when the server has it and
    /// does not send it, which says nothing about others.
    LibraryQuery FetchMessage = "query:mail.fetch_message.v1", FetchMessageInput => FetchMessageOutput;
}

/// Most messages of a page.
pub const MAX_PAGE: u32 = 1000;
/// Most bytes of a message.
pub const MAX_MESSAGE_BYTES: u32 = 48 << 20;
/// Longest name of a folder, in bytes.
pub const MAX_FOLDER_BYTES: usize = 1024;
/// Longest name of a user, in bytes.
pub const MAX_USER_BYTES: usize = 320;

const fn page() -> u32 {
    100
}

const fn message_bytes() -> u32 {
    MAX_MESSAGE_BYTES
}

fn inbox() -> String {
    "INBOX".to_owned()
}

wire_input! {
    /// A mailbox: its server and its login.
    pub struct Mailbox {
        /// The server: `imaps://imap.example.com`, with a port where it is not 993. The manifest has
        /// to allow it in `permissions.allowed_domains`.
        pub server: String,
        /// Name of the caller's credential: `basic` for a password, or `oauth2`.
        pub auth: String,
        /// The user at the server: needed with `oauth2`, where it is mostly an email address; a
        /// `basic` credential has it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub user: Option<String>,
    }

    /// Input of [`ListFolders`].
    pub struct ListFoldersInput {
        /// The mailbox.
        pub mailbox: Mailbox,
    }
}

wire_output! {
    /// Output of [`ListFolders`].
    pub struct ListFoldersOutput {
        /// The folders that hold messages, in the server's order.
        pub folders: Vec<Folder>,
    }

    /// A folder.
    pub struct Folder {
        /// Its name, with all folders above it.
        pub name: String,
        /// Character between the parts of names.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub delimiter: Option<char>,
    }
}

wire_input_with_constructor! {
    /// Input of [`ListMessages`].
    pub struct ListMessagesInput {
        /// The mailbox.
        pub mailbox: Mailbox,
        /// The folder.
        #[serde(default = "inbox")]
        pub folder: String,
        /// Only messages with a greater number than this.
        #[serde(default)]
        pub after: u32,
        /// Only messages that came on this day (`2026-01-31`) or later, by the server's clock.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub since: Option<String>,
        /// Most messages to return; 1 to 1000.
        #[serde(default = "page")]
        pub limit: u32,
    }
}

wire_output! {
    /// Output of [`ListMessages`].
    pub struct ListMessagesOutput {
        /// The folder's `UIDVALIDITY` (RFC 9051): as long as it stays the same, numbers stand for
        /// the same messages.
        #[serde(rename = "validity")]
        pub uid_validity: u32,
        /// Number of messages that fit, on this page and behind it.
        pub total: u32,
        /// The messages, by number.
        pub messages: Vec<MessageInfo>,
    }

    /// A message, without its content.
    pub struct MessageInfo {
        /// Its number in the folder (`UID`). A message that comes later has a greater one.
        pub uid: u32,
        /// Its size in bytes; 0 where the server does not say it.
        pub bytes: u32,
        /// When it came, RFC 3339, UTC, where the server says it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub received_at: Option<String>,
    }
}

wire_input_with_constructor! {
    /// Input of [`FetchMessage`].
    pub struct FetchMessageInput {
        /// The mailbox.
        pub mailbox: Mailbox,
        /// The folder.
        #[serde(default = "inbox")]
        pub folder: String,
        /// The folder's `UIDVALIDITY`, from `mail.list_messages`.
        #[serde(rename = "validity")]
        pub uid_validity: u32,
        /// The message's number, from `mail.list_messages`.
        pub uid: u32,
        /// Most bytes of the message; up to 48 MiB.
        #[serde(default = "message_bytes")]
        pub max_bytes: u32,
    }
}

wire_output! {
    /// Output of [`FetchMessage`].
    pub struct FetchMessageOutput {
        /// The message (RFC 5322).
        pub data: Blob,
    }
}

impl Mailbox {
    /// Names the server, and the credential of the caller to log in with.
    pub fn new(server: impl Into<String>, auth: impl Into<String>) -> Self {
        Self { server: server.into(), auth: auth.into(), user: None }
    }
}

impl ListMessagesInput {
    /// Asks for the first page of the inbox.
    #[must_use]
    pub fn new(mailbox: Mailbox) -> Self {
        Self { mailbox, folder: inbox(), after: 0, since: None, limit: page() }
    }
}

impl Default for ListMessagesInput {
    /// Asks for the first page of the inbox of a mailbox that is still to be set.
    fn default() -> Self {
        Self::new(Mailbox::default())
    }
}

impl FetchMessageInput {
    /// Asks for the message of this number in the inbox.
    #[must_use]
    pub fn new(mailbox: Mailbox, uid_validity: u32, uid: u32) -> Self {
        Self { mailbox, folder: inbox(), uid_validity, uid, max_bytes: message_bytes() }
    }
}

impl Default for FetchMessageInput {
    /// Asks for a message of the inbox that is still to be set.
    fn default() -> Self {
        Self::new(Mailbox::default(), 0, 0)
    }
}
