//! Names that nearly every extension uses: `use spacedrive_sdk::prelude::*;`
//!
//! The attributes `#[init]`, `#[on_event]`, `#[on_event("…")]`, `#[operation("…")]`, `#[view("…")]`,
//! `#[cleanup]`, `#[save]` and `#[restore]` need no import:
//! `#[spacedrive_sdk::extension]` reads them.

pub use crate::{
    Blob, CreateEntryInput, Error, ErrorCode, Event, OcrOptions, Result, SpacedriveClient, Uuid,
    log::{debug, error, info, warn},
    ops::{NoInput, vdfs::Entry},
};
