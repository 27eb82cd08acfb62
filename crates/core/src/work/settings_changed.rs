//! The event of changed settings, which comes from no library: one for all changes since the last one.

use ext_library_sqlite::SqliteLibrary;
use ext_manifest::Manifest;
use ext_wire::{ErrorBody, ErrorCode, Event, event::SETTINGS_CHANGED, ops::vdfs::Entry};
use serde_json::Map;
use uuid::Uuid;

use super::{delivery::deliver_one, retry};
use crate::system::System;

/// Tells an extension that its settings in a library changed, if it has not been told and wants to be.
/// Encrypted documents that it could not read are tried again, as the settings may have a password.
///
/// # Errors
/// Those of the settings and of the library; the reason why it could not be told. It is told by the next
/// delivery, unless it failed for good.
pub(super) fn tell(
    system: &System,
    store: &SqliteLibrary,
    manifest: &Manifest,
    library: Uuid,
) -> Result<(), ErrorBody> {
    let (id, settings) = (manifest.id(), &system.settings);
    let Some(revision) = settings.untold(id, library)? else { return Ok(()) };
    let locked = store.retry_failed_with(id, ErrorCode::DocEncrypted);
    locked.map_err(|error| ErrorBody::new(error.code(), error))?;
    if !manifest.events().iter().any(|kind| kind == SETTINGS_CHANGED) {
        return settings.note_told(id, library, revision);
    }
    system.ensure_loaded(id)?;
    let event = event(library, revision);
    if system.manager.receives(id, &event)? {
        system.grants().event_received(id, &event.kind, library);
        if let Err(error) = deliver_one(&system.manager, id, &event) {
            if !retry::may_pass(error.code) && !is_stopped(&error) {
                settings.note_told(id, library, revision)?;
            }
            return Err(error);
        }
    }
    settings.note_told(id, library, revision)
}

/// Returns whether the extension was stopped before it was told.
fn is_stopped(error: &ErrorBody) -> bool {
    matches!(error.code, ErrorCode::Stopped | ErrorCode::NotFound)
}

fn event(library_id: Uuid, revision: u64) -> Event {
    let entry = Entry {
        id: Uuid::nil(),
        name: String::new(),
        path: String::new(),
        entry_type: String::new(),
        media_type: None,
        size: None,
        content_hash: None,
        created_by: None,
        metadata: Map::new(),
        created_at: String::new(),
        updated_at: String::new(),
    };
    Event { id: revision, kind: SETTINGS_CHANGED.to_owned(), library_id, entry, data: None }
}
