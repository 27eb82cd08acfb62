//! Input of a scan: the mailbox, and the messages of it.

use serde::{Deserialize, Serialize};
use spacedrive_sdk::prelude::*;

/// Input of the operation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScanInput {
    /// Mailbox to scan.
    pub mailbox: MailboxInput,
    /// Only messages that came on this day (`2026-01-31`) or later.
    #[serde(default)]
    pub since: Option<String>,
    /// True for a job that goes on where another one has left a scan.
    #[serde(default)]
    pub continues: bool,
}

/// A mailbox as it is named: each kind has some of the fields.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailboxInput {
    /// Kind of the mailbox.
    pub kind: Kind,
    /// For all kinds but `file`: name of the credential.
    #[serde(default)]
    pub auth: Option<String>,
    /// For `imap` and `jmap`: URL of the server; for `gmail` and `graph`: that of the interface.
    #[serde(default)]
    pub server: Option<String>,
    /// For `imap`: the user at the server, with a login of OAuth 2.0.
    #[serde(default)]
    pub user: Option<String>,
    /// For `imap` and `graph`: the folder; left out: the inbox.
    #[serde(default)]
    pub folder: Option<String>,
    /// For `file`: entry of the file.
    #[serde(default)]
    pub entry: Option<Uuid>,
    /// For `file`: hash of its content: with another one, all of it is read.
    #[serde(default)]
    pub content: Option<String>,
    /// For `file`: name of the file, for people.
    #[serde(default)]
    pub name: Option<String>,
}

/// Kind of a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A folder of an IMAP server.
    Imap,
    /// A mailbox at Gmail.
    Gmail,
    /// A mailbox on a server that speaks JMAP.
    Jmap,
    /// A folder of a mailbox at Microsoft.
    Graph,
    /// A file of the library.
    File,
}

/// A scan that was asked for in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Scanned {
    pub(super) mailbox: Mailbox,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) since: Option<String>,
    /// It goes on where another job has left it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) continues: bool,
}

/// A mailbox, and the credential that opens it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Mailbox {
    /// A folder of an IMAP server.
    Imap {
        /// URL of the server: `imaps://imap.example.com`.
        server: String,
        /// Name of the credential.
        auth: String,
        /// The user at the server, with a login of OAuth 2.0.
        #[serde(skip_serializing_if = "Option::is_none")]
        user: Option<String>,
        /// The folder.
        folder: String,
    },
    /// A mailbox at Gmail, over its own interface.
    Gmail {
        /// Name of the credential.
        auth: String,
        /// URL of the interface.
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
        server: String,
        /// The folder, by its name.
        folder: String,
    },
    /// A mailbox that is a file of the library: mbox, also packed with gzip, or an archive with
    /// mailboxes in it.
    File {
        /// Entry of the file.
        entry: Uuid,
        /// Hash of its content: with another one, all of it is read.
        #[serde(skip_serializing_if = "Option::is_none")]
        content: Option<String>,
        /// Name of the file, for people.
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
}

impl ScanInput {
    /// Checks that the fields are those of the kind of mailbox, and fills in the usual ones.
    ///
    /// # Errors
    /// [`ErrorCode::BadInput`] for a field that is missing, not valid, or of another kind of mailbox.
    pub(super) fn checked(self) -> Result<Scanned> {
        let is_day = |text: &String| text.parse::<jiff::civil::Date>().is_ok();
        if let Some(since) = self.since.as_ref().filter(|since| !is_day(since)) {
            let message = format!("`since` is `{since}`, and not a day such as 2026-01-31");
            return Err(Error::bad_input(message));
        }
        let (mailbox, since) = (self.mailbox.checked()?, self.since);
        Ok(Scanned { mailbox, since, continues: self.continues })
    }
}

impl MailboxInput {
    fn checked(self) -> Result<Mailbox> {
        self.ensure_no_other_field()?;
        let Self { kind, auth, server, user, folder, entry, content, name } = self;
        let auth = || needed(kind, "auth", auth, "the name of a stored credential");
        let folder = || folder.unwrap_or_else(inbox);
        Ok(match kind {
            Kind::Imap => {
                let server = needed(kind, "server", server, "such as imaps://imap.example.com")?;
                ensure_imap(&server)?;
                Mailbox::Imap { server, auth: auth()?, user, folder: folder() }
            }
            Kind::Gmail => {
                let server = server.unwrap_or_else(gmail_server);
                ensure_web(&server)?;
                Mailbox::Gmail { auth: auth()?, server }
            }
            Kind::Jmap => {
                let server = needed(kind, "server", server, "such as https://api.fastmail.com")?;
                ensure_web(&server)?;
                Mailbox::Jmap { auth: auth()?, server }
            }
            Kind::Graph => {
                let server = server.unwrap_or_else(graph_server);
                ensure_web(&server)?;
                Mailbox::Graph { auth: auth()?, server, folder: folder() }
            }
            Kind::File => {
                let missing = || Error::bad_input("a mailbox of the kind file needs `entry`");
                Mailbox::File { entry: entry.ok_or_else(missing)?, content, name }
            }
        })
    }

    fn ensure_no_other_field(&self) -> Result<()> {
        let (is_file, kind) = (self.kind == Kind::File, self.kind);
        let has_folder = matches!(kind, Kind::Imap | Kind::Graph);
        let fields = [
            ("auth", self.auth.is_some(), !is_file),
            ("server", self.server.is_some(), !is_file),
            ("user", self.user.is_some(), kind == Kind::Imap),
            ("folder", self.folder.is_some(), has_folder),
            ("entry", self.entry.is_some(), is_file),
            ("content", self.content.is_some(), is_file),
            ("name", self.name.is_some(), is_file),
        ];
        match fields.into_iter().find(|(_, is_given, is_known)| *is_given && !is_known) {
            Some((field, ..)) => {
                let message = format!("a mailbox of the kind {} has no `{field}`", kind.name());
                Err(Error::bad_input(message))
            }
            None => Ok(()),
        }
    }
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Imap => "imap",
            Self::Gmail => "gmail",
            Self::Jmap => "jmap",
            Self::Graph => "graph",
            Self::File => "file",
        }
    }
}

fn needed(kind: Kind, field: &str, value: Option<String>, such_as: &str) -> Result<String> {
    value.filter(|value| !value.trim().is_empty()).ok_or_else(|| {
        let message = format!("a mailbox of the kind {} needs `{field}`, {such_as}", kind.name());
        Error::bad_input(message)
    })
}

fn ensure_imap(server: &str) -> Result<()> {
    let rest = server.strip_prefix("imaps://").or_else(|| server.strip_prefix("imap://"));
    let host = rest.map(|rest| rest.strip_suffix('/').unwrap_or(rest));
    if host.is_some_and(is_host) {
        return Ok(());
    }
    let message = format!(
        "`server` is `{server}`, and not imaps://HOST (TLS from the start) or imap://HOST (STARTTLS)"
    );
    Err(Error::bad_input(message))
}

fn ensure_web(server: &str) -> Result<()> {
    let host = |scheme: &str| {
        let host = server.strip_prefix(scheme)?.split('/').next()?;
        Some(host).filter(|host| is_host(host))
    };
    // Other hosts get no password in the clear.
    if host("https://").is_some() || host("http://").is_some_and(is_loopback) {
        return Ok(());
    }
    Err(Error::bad_input(format!("`server` is `{server}`, and not https://HOST")))
}

/// Returns whether a text may be a host, perhaps with a port.
fn is_host(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:[]".contains(&byte);
    text.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '[')
        && text.bytes().all(is_plain)
}

fn is_loopback(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    name == "localhost"
        || name.ends_with(".localhost")
        || name.starts_with("127.")
        || name == "[::1]"
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn checked(mailbox: &Value) -> Result<Scanned> {
        serde_json::from_value::<ScanInput>(json!({ "mailbox": mailbox })).unwrap().checked()
    }

    #[test]
    fn what_is_complete_passes_and_a_job_reads_what_it_was_given() {
        for (mailbox, server) in [
            (json!({ "kind": "imap", "server": "imaps://imap.example.com", "auth": "a" }), None),
            (
                json!({ "kind": "imap", "server": "imap://[::1]:143/", "auth": "a", "user": "b" }),
                None,
            ),
            (json!({ "kind": "gmail", "auth": "a" }), Some("https://gmail.googleapis.com")),
            (json!({ "kind": "graph", "auth": "a" }), Some("https://graph.microsoft.com")),
            (
                json!({ "kind": "jmap", "auth": "a", "server": "https://example.com/jmap/session" }),
                None,
            ),
            (json!({ "kind": "jmap", "auth": "a", "server": "http://mail.localhost:1" }), None),
            (json!({ "kind": "file", "entry": Uuid::from_u128(1) }), None),
        ] {
            let scanned = checked(&mailbox).unwrap();
            let input = serde_json::to_value(&scanned).unwrap();
            assert!(server.is_none_or(|server| input["mailbox"]["server"] == server), "{input}");
            let again: ScanInput = serde_json::from_value(input).unwrap();
            assert_eq!(again.checked().unwrap(), scanned, "{mailbox}");
        }
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let url = "https://x.example";
        for (mailbox, said) in [
            (json!({ "kind": "imap", "auth": "a" }), "needs `server`, such as imaps://"),
            (json!({ "kind": "imap", "server": "imaps://x.example" }), "needs `auth`"),
            (json!({ "kind": "imap", "server": url, "auth": "a" }), "not imaps://HOST"),
            (json!({ "kind": "imap", "server": "imaps://", "auth": "a" }), "not imaps://HOST"),
            (
                json!({ "kind": "imap", "server": "imaps://x/INBOX", "auth": "a" }),
                "not imaps://HOST",
            ),
            (json!({ "kind": "jmap", "auth": "a" }), "needs `server`, such as https://"),
            (json!({ "kind": "jmap", "server": "ftp://x", "auth": "a" }), "not https://HOST"),
            (
                json!({ "kind": "jmap", "server": "http://x.example", "auth": "a" }),
                "not https://HOST",
            ),
            (json!({ "kind": "jmap", "server": "https://a b", "auth": "a" }), "not https://HOST"),
            (
                json!({ "kind": "jmap", "server": url, "auth": "a", "folder": "b" }),
                "has no `folder`",
            ),
            (json!({ "kind": "gmail" }), "needs `auth`"),
            (json!({ "kind": "gmail", "auth": " " }), "needs `auth`"),
            (json!({ "kind": "gmail", "auth": "a", "user": "b" }), "has no `user`"),
            (json!({ "kind": "graph", "auth": "a", "entry": Uuid::nil() }), "has no `entry`"),
            (json!({ "kind": "file" }), "needs `entry`"),
            (json!({ "kind": "file", "entry": Uuid::nil(), "auth": "a" }), "has no `auth`"),
        ] {
            let error = checked(&mailbox).unwrap_err();
            assert_eq!(error.code(), ErrorCode::BadInput, "{mailbox}");
            assert!(error.message().contains(said), "{mailbox}: {}", error.message());
        }
    }
}
