//! A vault for credentials in one encrypted file.
//!
//! Each record is sealed with XChaCha20-Poly1305; extension, library, name and version are its
//! associated data, so that a record in the place of another does not open. A sealed index lists the
//! version and hash of every record and counts generations; the last generation is also kept outside
//! the file, so that a rollback to an older record, or an older file, is detected.
//!
//! The key comes from a file that only its owner may read, from a passphrase by Argon2id, or from the
//! key store of the system.
//!
//! ```
//! use ext_services::credentials::{Credential, CredentialVault, Owner};
//! use ext_ops_credentials_file::{FileVault, KeySource};
//! use ext_wire::ops::credentials::Secret;
//!
//! let folder = tempfile::tempdir()?;
//! let key = KeySource::File(folder.path().join("key"));
//! let vault = FileVault::new(folder.path().join("vault"), key);
//! let owner = Owner { extension: "demo".into(), library: uuid::Uuid::nil() };
//! let secret = Secret::Basic { username: "ada".into(), password: "secret".into() };
//! let credential = Credential::new(vec!["https://api.example.com".into()], secret);
//! assert_eq!(vault.put(&owner, "api", &credential)?, 1);
//! assert_eq!(vault.get(&owner, "api")?, (credential, 1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Limits of the protection
//!
//! Names of extensions and credentials are not hidden. An attacker who can read the process's memory,
//! or both the key file and the vault, has the secrets. A rollback of the vault and the kept generation
//! together is not detected.
//!
//! # Not in this crate
//!
//! The renewal of OAuth 2.0 tokens (`ext-ops-credentials-oauth2`), the use of credentials in requests
//! (`ext-ops`).
#![forbid(unsafe_code)]

mod disk;
mod format;
mod key;
mod limits;
mod rollback;
mod transfer;
mod unlocked;
mod vault;

pub use key::KeySource;
pub use limits::VaultLimits;
pub use rollback::AcceptedRollback;
pub use transfer::SecretImport;
pub use vault::FileVault;
