//! The user's grants and the administrator's policy: on disk, in force, and recorded.
//!
//! [`GrantAuthority`] is made from a data folder, the section [`permissions`](PermissionsConfig) of the
//! configuration, and an audit log. It makes the engine of each extension that is loaded and keeps it
//! up to date with the files:
//!
//! ```text
//! <data folder>/
//!     grants/<id>.json       the grants of an extension, for the digest of its wasm
//!     usage/<id>             its use of today's budgets
//!     recordings/<id>.json   its recorded behaviour
//! ```
//!
//! ```
//! use std::sync::Arc;
//!
//! use ext_audit::AuditLog;
//! use ext_grants::{ExtensionVersion, GrantAuthority, PermissionsConfig};
//! use ext_manifest::Manifest;
//! use ext_perm::{Principal, Request};
//! use ext_wire::Method;
//!
//! let data = tempfile::tempdir()?;
//! let audit = Arc::new(AuditLog::open(&data.path().join("audit"))?);
//! let grants = GrantAuthority::open(data.path(), PermissionsConfig::default(), audit)?;
//!
//! let manifest = Manifest::parse(br#"{
//!     "id": "notes", "name": "Notes", "version": "1.0.0", "wasm_file": "notes.wasm",
//!     "permissions": { "methods": ["query:ai.ocr"], "libraries": ["*"] }
//! }"#)?;
//! let version = ExtensionVersion { manifest: &manifest, wasm_hash: "c0ffee" };
//! let call = Request::new(Principal::Extension("notes"), Method::parse("query:ai.ocr.v1")?, None);
//! assert!(!grants.explain(version, &call).allowed);
//!
//! let number = grants.grant_all(version)?;
//! assert!(grants.explain(version, &call).allowed);
//!
//! grants.revoke(version, number)?;
//! assert!(!grants.explain(version, &call).allowed);
//! assert_eq!(grants.audit().tail(10, Some("notes"))?.len(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Policy languages
//!
//! The features `cedar` and `rego` add the languages of that name; both are off by default. A
//! configuration that names a language which the program was built without denies every call of every
//! extension, and says which feature is missing.
//!
//! # Not in this crate
//!
//! Decisions (`ext-perm`), installed extensions (`spacedrive-core`), questions to the user
//! (`spacedrive-cli`).
#![forbid(unsafe_code)]

mod authorizer;
mod broken_policy;
mod carry_over;
mod config;
mod consent;
mod error;
mod explain;
mod grant_authority;
mod live_engines;
mod live_policy;
mod policy;
mod record_mode;
mod recording;
mod request;
mod session;
mod store;
mod usage;

pub use config::{
    BackendName, CedarConfig, DailyBudgetsConfig, PermissionsConfig, PolicyExpr, RegoConfig,
    SocketConfig,
};
pub use consent::{Consent, ExtensionVersion};
pub use error::GrantError;
pub use explain::{Decided, Explanation};
pub use grant_authority::GrantAuthority;
pub use recording::Recording;
pub use request::PermissionRequest;
pub use store::Grant;
