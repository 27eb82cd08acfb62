//! Names that nearly every extension uses: `use spacedrive_sdk::prelude::*;`
//!
//! The attributes `#[init]`, `#[on_event]`, `#[operation("…")]`, `#[cleanup]`, `#[save]` and
//! `#[restore]` need no import:
//! `#[spacedrive_sdk::extension]` reads them.

pub use crate::{
    Blob, Error, ErrorCode, Event, Result, SpacedriveClient, Uuid,
    log::{debug, error, info, warn},
};
