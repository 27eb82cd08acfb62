//! The part of a manifest that the code of an extension declares.
//!
//! `#[query]`, `#[action]`, `#[job]`, `#[view]` and `#[on_event]` of the SDK write lines of JSON into the
//! custom section `spacedrive.manifest` of the wasm. A build reads them and completes the author's
//! `manifest.json`, which holds what code cannot know: permissions, limits, texts.
//!
//! ```
//! use ext_declared::Declared;
//!
//! let section = br#"{"operation":{"method":"query:notes.count.v1","description":"Counts notes"}}
//! {"event":"entry.created"}
//! "#;
//! let source = br#"{ "id": "notes", "name": "Notes", "version": "0.1.0", "wasm_file": "notes.wasm" }"#;
//! let manifest = Declared::parse(section)?.complete(source)?;
//! let manifest: serde_json::Value = serde_json::from_slice(&manifest)?;
//! assert_eq!(manifest["operations"][0]["description"], "Counts notes");
//! assert_eq!(manifest["events"][0], "entry.created");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Not in this crate
//!
//! The rules of a manifest (`ext-manifest`), which checks both the source and what this makes of it.
#![forbid(unsafe_code)]

mod complete;
mod section;

pub use complete::{Declared, DeclaredError};
pub use section::custom_section;

/// Name of the custom section in which a module declares its part of the manifest, as lines of JSON.
pub const SECTION: &str = "spacedrive.manifest";
