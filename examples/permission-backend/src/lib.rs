//! A permission backend of one's own: extensions work in office hours only.
//!
//! ```
//! use ext_perm::Engine;
//! use permission_backend::OfficeHours;
//!
//! # let manifest = ext_manifest::Manifest::parse(br#"{
//! #     "id": "notes", "name": "Notes", "version": "0.1.0", "wasm_file": "notes.wasm"
//! # }"#)?;
//! // What the manifest asks for, from 8:00 to 17:59.
//! let engine = Engine::for_extension(&manifest).and(OfficeHours::new(8..18));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

use std::ops::Range;

use ext_perm::{DenialReason, PermissionBackend, Reason, Request, Response};
use jiff::tz::TimeZone;

/// Allows calls whose time is within some hours of the day, UTC. Other backends decide
/// which calls those are: it is made to be added to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeHours {
    hours: Range<i8>,
}

impl OfficeHours {
    /// Makes a backend for the hours from `hours.start`, up to the minute before `hours.end`.
    #[must_use]
    pub const fn new(hours: Range<i8>) -> Self {
        Self { hours }
    }
}

impl PermissionBackend for OfficeHours {
    fn name(&self) -> &str {
        "office-hours"
    }

    /// Decides by the time in the request: a backend that looks at a clock would not be pure.
    fn decide(&self, request: &Request<'_>) -> Response {
        let hour = request.at.to_zoned(TimeZone::UTC).hour();
        if self.hours.contains(&hour) {
            return Response::allow();
        }
        let Range { start, end } = self.hours;
        let message = format!("{request} now: office hours are {start}:00 to {end}:00");
        Response::deny(Reason::new(self.name(), DenialReason::Denied, message))
    }

    /// Returns false: the answer is the same whatever a call touches.
    fn is_target_sensitive(&self) -> bool {
        false
    }
}
