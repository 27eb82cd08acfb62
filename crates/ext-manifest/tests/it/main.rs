//! Manifests from the outside.

mod commands;
mod common;
mod fields;
mod from_dir;
mod permissions;
mod prop_manifest;
mod schema;
mod settings;
mod views;
