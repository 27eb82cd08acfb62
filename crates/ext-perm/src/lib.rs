//! May this extension call this method on this library?
//!
//! There is one [`Engine`] for each principal (an extension, or the user). It asks a
//! [`PermissionBackend`] and turns an allow into [`Granted`], a value that only it can make. What
//! needs a permission takes a `Granted`, so a call that nobody checked does not compile.
//!
//! ```
//! use ext_manifest::Manifest;
//! use ext_perm::{Audience, Engine, Granted, Principal};
//! use ext_wire::{ErrorCode, Method};
//! use uuid::Uuid;
//!
//! let manifest = Manifest::parse(br#"{
//!     "id": "finance", "name": "Finance", "version": "0.1.0", "wasm_file": "finance.wasm",
//!     "permissions": { "methods": ["query:ai.ocr"], "libraries": ["*"] }
//! }"#)?;
//! let engine = Engine::for_extension(&manifest);
//! let library = Some(Uuid::max());
//!
//! let granted: Granted<'_> = engine.authorize(Method::parse("query:ai.ocr.v1")?, library, Audience::Everyone)?;
//! assert_eq!(granted.principal(), Principal::Extension("finance"));
//!
//! let delete = Method::parse("action:vdfs.delete_entry.input.v1")?;
//! let refusal = engine.authorize(delete, library, Audience::Everyone).unwrap_err();
//! assert_eq!(refusal.code(), ErrorCode::DeniedMethod);
//! assert_eq!(
//!     refusal.to_string(),
//!     "finance may not call `action:vdfs.delete_entry.input.v1`: no pattern in its \
//!      permissions.methods matches"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What always holds
//!
//! - No rule means no; deny beats allow; a backend that panics means no.
//! - An operation for the user only is refused to every extension, whatever backend decides.
//! - The rate limit is charged before the decision, so refused calls cost as much as allowed ones.
//! - A denial says which rule, which backend, and what in the manifest would allow the call.
//! - A method outside the grammar cannot even be asked for: the question takes an
//!   [`ext_wire::Method`].
//!
//! # Not in this crate
//!
//! Which operations exist, which are for the user only and which need a library (`ext-registry`); who the
//! caller is (whoever holds the engine); what is in the manifest (`ext-manifest`).
#![forbid(unsafe_code)]

mod backend;
mod budget;
mod combine;
mod engine;
mod glob;
mod granted;
mod index;
mod limiter;
mod manifest_backend;
mod observer;
mod question;
mod refusal;
mod response;
mod rule;
mod rule_backend;
mod rule_set;
mod user_backend;

pub use backend::{Audience, Origin, PermissionBackend, Principal, Request, Reservation, Target};
pub use budget::{Allowances, Budget, BudgetLeft, BudgetStore, Budgets, MemoryBudgets, Used};
pub use combine::{All, Any};
pub use engine::Engine;
pub use glob::{Glob, GlobError, MAX_GLOB_BYTES};
pub use granted::{Granted, Quota};
pub use limiter::{JobSlot, Rate};
pub use manifest_backend::{ManifestBackend, RECEIVE_EVENT};
pub use observer::{DecisionEvent, Observer};
pub use question::Question;
pub use refusal::Refusal;
pub use response::{Decision, DenialReason, Reason, Response, RuleSource};
pub use rule::{Effect, Expiry, ExpiryError, Rule};
pub use rule_backend::{Author, ConsumedGrant, NumberedRule, OnConsume, RuleBackend, all_that};
pub use user_backend::UserBackend;
