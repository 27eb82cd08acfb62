//! A daemon that was built without metrics.

use std::time::Duration;

use ext_wire::{ErrorBody, ErrorCode};
use spacedrive_core::Core;

use crate::shared::Shared;

/// The metrics of a daemon: none.
pub(crate) struct DaemonMetrics;

impl DaemonMetrics {
    pub(crate) const fn of(_: &Core) -> Self {
        Self
    }

    pub(crate) const fn count_call(&self, _: &str, _: ErrorCode, _: Duration) {}

    pub(crate) fn describe(&self, _: &Shared) -> Result<(&'static str, String), ErrorBody> {
        let message = "this program was built without metrics";
        Err(ErrorBody::new(ErrorCode::UnknownMethod, message))
    }
}
