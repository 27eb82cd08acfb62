//! Payload of `plugin_call`, which runs an operation that an extension offers.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ops::jobs::JobContext;

/// Arguments of the guest's `plugin_call` besides the method: the caller's library and input.
///
/// The ABI of `plugin_call` has no place for a library id, so the host wraps the caller's payload:
/// `{"library_id": "<uuid>" | null, "input": <payload>}`. An empty payload becomes `null`; blobs of
/// an attachment envelope keep their indices. When it runs as a job, `job` is there as well. It goes
/// from host to guest, as an output does, so unknown fields are ignored; the caller's input refuses
/// them if its own type does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PluginCall<I> {
    /// The library that the caller named.
    pub library_id: Option<Uuid>,
    /// The caller's input.
    pub input: I,
    /// The job as which the operation runs; `None` for a call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<JobContext>,
}
