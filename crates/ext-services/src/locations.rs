//! Locations: the folders that libraries follow.

use ext_wire::{
    ErrorBody,
    ops::locations::{AddLocationInput, Location, RescanInput},
};
use uuid::Uuid;

/// The folders that the libraries of a host follow. It only keeps them: a daemon does the following.
#[expect(clippy::missing_errors_doc, reason = "said once: `E_NOT_FOUND`, `E_CORRUPT`, `E_IO`")]
pub trait Locations: Send + Sync {
    /// Adds a folder; `E_PATH` when it is none or the place is not valid, `E_BAD_INPUT` for a pattern
    /// that is not valid, `E_CONFLICT` when its library follows it, or a folder above it, already.
    fn add(&self, input: AddLocationInput) -> Result<Location, ErrorBody>;

    /// Lists all, in the order in which they were added.
    fn list(&self) -> Result<Vec<Location>, ErrorBody>;

    /// Pauses one, or follows it again.
    fn set_paused(&self, id: Uuid, paused: bool) -> Result<Location, ErrorBody>;

    /// Asks for a look at the whole folder.
    fn rescan(&self, input: RescanInput) -> Result<Location, ErrorBody>;

    /// Keeps that a location was looked at as a whole, as `asked` said. What was asked for meanwhile stays
    /// asked for.
    fn note_look(&self, asked: &Location) -> Result<(), ErrorBody>;

    /// Removes one, and returns it.
    fn remove(&self, id: Uuid) -> Result<Location, ErrorBody>;
}
