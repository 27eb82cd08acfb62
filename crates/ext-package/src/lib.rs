//! Extensions as one file: packages that are the same byte for byte, and their signatures.
//!
//! A package (`finance-0.1.0.sdx`) is a zip archive of the manifest, the wasm, and what belongs to them. It
//! has exactly one form: the files in order of their names, stored, all with the same time and mode. Reading
//! one makes that form again and compares, so that nothing else hides in an archive: no second file of one
//! name, no link, no header that says something else than another, no bytes that become more.
//!
//! A signature lies beside it (`finance-0.1.0.sdx.minisig`), in the format of minisign. It covers the whole
//! file, and its trusted comment says which extension and version it is for. The package names the key of
//! its publisher, in the file `publisher.pub`; a host keeps the key of the first installation and takes no
//! other one later.
//!
//! ```
//! use ext_package::{Package, SigningKey};
//!
//! # let folder = tempfile::tempdir()?;
//! # let manifest = r#"{ "id": "notes", "name": "Notes", "version": "0.1.0", "wasm_file": "notes.wasm" }"#;
//! # std::fs::write(folder.path().join("manifest.json"), manifest)?;
//! # std::fs::write(folder.path().join("notes.wasm"), b"\0asm")?;
//! let key = SigningKey::generate()?;
//! let package = Package::of_folder(folder.path())?.with_publisher(&key.publisher()?);
//! let bytes = package.to_bytes()?;
//! let signature = key.sign(&package)?;
//!
//! let verified = Package::verify(&bytes, Some(&signature))?;
//! assert_eq!(verified.package().file_name(), "notes-0.1.0.sdx");
//! assert_eq!(verified.publisher(), Some(&key.publisher()?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Not in this crate
//!
//! Whose key is trusted, and installing (`spacedrive-core`).
#![forbid(unsafe_code)]

mod archive;
mod error;
mod key;
mod package;
mod statement;
mod verified;

pub use archive::{MAX_FILES, MAX_PACKAGE_BYTES};
pub use error::PackageError;
pub use key::{PublisherKey, SigningKey};
pub use package::{EXTENSION, PUBLISHER_FILE, Package, SIGNATURE_EXTENSION};
pub use verified::VerifiedPackage;
