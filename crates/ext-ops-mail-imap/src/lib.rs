//! Mailboxes over IMAP with TLS, from the start or by `STARTTLS`.
//!
//! [`ImapReader`] logs in with a password (SASL PLAIN) or a token (SASL XOAUTH2), opens folders for
//! reading only, and never marks a message as read. A session is kept for a minute, for the next
//! call with the same login.
//!
//! ```no_run
//! use std::time::{Duration, Instant};
//! use ext_dial::Dialler;
//! use ext_net::{AddressPolicy, VettedUrl};
//! use ext_services::mail::{MailAccount, MailLogin, MailReader};
//! use ext_ops_mail_imap::ImapReader;
//!
//! let dialler = Dialler::new(AddressPolicy::public_only());
//! let reader = ImapReader::new(dialler.clone(), &[])?;
//! let server = "imaps://imap.example.com";
//! let account = MailAccount {
//!     server: VettedUrl::vet_mail_server(server, dialler.policy(), |_, _, _| true)?,
//!     login: MailLogin::Password { user: "ada".into(), password: "secret".into() },
//!     pool: "demo".into(),
//!     deadline: Instant::now() + Duration::from_secs(60),
//!     received: Default::default(),
//! };
//! for folder in pollster::block_on(reader.folders(account))? {
//!     println!("{}", folder.name);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Not in this crate
//!
//! The policy for servers (`ext-net`), and dialling (`ext-dial`); permissions for mailboxes
//! (`ext-ops`). Anything said without TLS: by `STARTTLS`, a server
//! gets nothing but that word before.
#![forbid(unsafe_code)]

mod commands;
pub mod folder_name;
mod login;
mod reader;
mod session;
mod starttls;
#[cfg(feature = "testing")]
pub mod testing;

pub use reader::ImapReader;
