//! Names that nearly every extension uses: `use spacedrive_sdk::prelude::*;`
//!
//! In a module that is marked `#[spacedrive_sdk::extension]`, that reads the attributes.

pub use crate::{
    Blob, CreateEntryInput, Error, ErrorCode, Event, OcrOptions, Result, RunningJob,
    SpacedriveClient, Uuid, action, cleanup, init, job,
    log::{debug, error, info, warn},
    on_event, operation,
    ops::{NoInput, vdfs::Entry},
    query, restore, save,
};

// Only the attribute: the module `view` has names of its own to import.
pub use spacedrive_sdk_macros::view;
