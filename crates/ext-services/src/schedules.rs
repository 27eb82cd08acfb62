//! Schedules: calls that are made again and again.

use ext_wire::{
    ErrorBody,
    ops::schedules::{AddScheduleInput, Schedule},
};
use uuid::Uuid;

/// The schedules of a host. It only keeps them: the host makes the calls.
#[expect(clippy::missing_errors_doc, reason = "said once: `E_NOT_FOUND`, `E_CORRUPT`, `E_IO`")]
pub trait Schedules: Send + Sync {
    /// Adds one, which is due at once; `E_UNKNOWN_METHOD`, `E_BAD_INPUT` when it cannot be.
    fn add(&self, input: AddScheduleInput) -> Result<Schedule, ErrorBody>;

    /// Lists all, in the order in which they were added.
    fn list(&self) -> Result<Vec<Schedule>, ErrorBody>;

    /// Removes one, and returns it.
    fn remove(&self, id: Uuid) -> Result<Schedule, ErrorBody>;
}
