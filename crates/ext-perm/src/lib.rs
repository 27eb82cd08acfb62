//! Permission engines: may this extension call this method on this library?
//!
//! There is one [`Engine`] for each principal (an extension, or the user). It asks a
//! [`PermissionBackend`] and turns an allow into [`Granted`], a value that only it can make. Code that
//! needs a permission takes a `Granted`, so an unchecked call does not compile.
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
//! # Guarantees
//!
//! - Decisions are default-deny; deny beats allow; a backend that panics denies.
//! - An operation for the user only is refused to every extension, whatever backend decides.
//! - The rate limit is charged before the decision, so refused calls cost as much as allowed ones.
//! - A denial names its reason, its backend, and what in the manifest would allow the call.
//! - A method outside the grammar cannot be asked about: the question takes an [`ext_wire::Method`].
//!
//! # Not in this crate
//!
//! The operations, and which of them are for the user only or need a library (`ext-registry`); the
//! identity of the caller (whoever holds the engine); the fields of a manifest (`ext-manifest`).
#![forbid(unsafe_code)]

mod backend;
mod budget;
mod budgets;
mod combine;
mod compiled_rule;
mod engine;
mod glob;
mod granted;
mod index;
mod limiter;
mod manifest_backend;
mod observer;
mod question;
mod quota;
mod refusal;
mod request;
mod response;
mod rule;
mod rule_backend;
mod rule_match;
mod rule_set;
mod user_backend;
mod user_only;

pub use backend::{PermissionBackend, Reservation};
pub use budget::{Budget, BudgetUsage};
pub use budgets::{BudgetLeft, BudgetStore, Budgets, MemoryBudgets};
pub use combine::{All, Any};
pub use compiled_rule::ConsumedGrant;
pub use engine::Engine;
pub use ext_manifest::DailyBudgets;
pub use glob::{Glob, GlobError, MAX_GLOB_BYTES};
pub use granted::Granted;
pub use limiter::{JobSlot, Rate};
pub use manifest_backend::{ManifestBackend, RECEIVE_EVENT, RECEIVE_EVENT_PATTERN};
pub use observer::{DecisionEvent, Observer};
pub use question::Question;
pub use quota::Quota;
pub use refusal::Refusal;
pub use request::{Audience, Origin, Principal, Request, Target};
pub use response::{Decision, DenialReason, Reason, Response, RuleSource};
pub use rule::{Effect, Expiry, ExpiryError, Rule};
pub use rule_backend::{Author, NumberedRule, OnConsume, RuleBackend, all_that};
pub use user_backend::UserBackend;

/// The page about permissions, whose code is compiled.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/permissions.md")]
mod permissions_page {}
