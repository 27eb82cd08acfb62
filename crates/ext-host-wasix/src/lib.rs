//! The world of guests with files: `wasmer-wasix`, cut down to descriptors and paths.
//!
//! The program `spacedrive-wasix` serves it to extensions; see this crate's README.
#![forbid(unsafe_code)]

mod clocks;
mod files;
mod preview1;
mod runtime;
mod streams;
mod tasks;
mod world;

pub use world::{Layout, make, make_with};
