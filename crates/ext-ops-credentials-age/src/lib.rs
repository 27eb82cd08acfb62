//! Credentials in one encrypted file that another machine can read.
//!
//! The file is one of [age](https://age-encryption.org/v1), locked with a passphrase or for public
//! keys. The content is JSON with a version of its own, described in `docs/credentials.md`. A file
//! is decrypted and checked whole before anything of it is returned.
//!
//! ```
//! use ext_services::credentials::{Credential, KeptCredential, Owner};
//! use ext_ops_credentials_age::{Export, Form, Identities, Protection, Unlock, export};
//! use ext_wire::ops::credentials::Secret;
//!
//! let owner = Owner { extension: "demo".into(), library: uuid::Uuid::nil() };
//! let secret = Secret::Basic { username: "ada".into(), password: "secret".into() };
//! let credential = Credential::new(vec!["https://api.example.com".into()], secret);
//! let kept = vec![KeptCredential { owner, name: "api".into(), credential }];
//!
//! let identities = Identities::parse(
//!     "AGE-SECRET-KEY-1GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33",
//! )?;
//! let for_whom = "age1t7rxyev2z3rw82stdlrrepyc39nvn86l5078zqkf5uasdy86jp6svpy7pa".parse()?;
//! let file = export(&kept, &Protection::Recipients(vec![for_whom]), Form::Binary)?;
//! assert_eq!(Export::read(&file)?.open(&Unlock::Identities(identities))?, kept);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Limits
//!
//! A file for public keys does not prove who wrote it: whoever knows them can. A buffer of the
//! crate `age` (64 KiB) is not overwritten when it goes.
//!
//! # Not in this crate
//!
//! The vault (`ext-ops-credentials-file`); files, and asking for a passphrase (`spacedrive-cli`).
#![forbid(unsafe_code)]

mod error;
mod format;
mod limits;
mod lock;

pub use error::ExportError;
pub use limits::{FORMAT, MAX_BYTES, MAX_WORK_FACTOR};
pub use lock::{Export, Form, Identities, Protection, Recipient, Unlock, export};
