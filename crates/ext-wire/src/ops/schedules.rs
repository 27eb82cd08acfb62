//! Operations on schedules: calls that are made again and again.

use serde_json::Value;
use uuid::Uuid;

use super::{
    direction::{wire_input, wire_output},
    family::family,
    no_input::NoInput,
};

family! {
    "schedules", include_str!("schedules.md");

    /// Adds a call that the user has made again and again.
    ///
    /// It is made every so often, the first time at once, or at the times of a pattern of cron. A time that the clock leaves out when it is put forward is made up for at once, and one that it
    /// passes twice counts once. One that was due while nobody could make it is made once, as soon as somebody can.
    ///
    /// Errors: `E_UNKNOWN_METHOD` when `method` is none; `E_NOT_FOUND` when there is no such library;
    /// `E_BAD_INPUT` when there is not either `every_s` or `cron`, or it is not
    /// valid.
    CoreAction(host_only) Add = "action:schedules.add.input.v1", AddScheduleInput => Schedule;
    /// Lists the schedules, in the order in which they were added.
    ///
    /// Errors: `E_CORRUPT`; `E_IO`.
    CoreQuery(host_only) List = "query:schedules.list.v1", NoInput => ListSchedulesOutput;
    /// Removes a schedule. A call that runs goes on.
    ///
    /// Errors: `E_NOT_FOUND`.
    CoreAction(host_only) Remove = "action:schedules.remove.input.v1", ScheduleRef => Schedule;
}

/// Shortest time between two calls, in seconds.
pub const MIN_EVERY_S: u64 = 60;
/// Longest time between two calls, in seconds.
pub const MAX_EVERY_S: u64 = 366 * 24 * 60 * 60;

/// Most bytes of a pattern of cron.
pub const MAX_CRON_BYTES: usize = 256;

wire_input! {
    /// Input of [`Add`].
    pub struct AddScheduleInput {
        /// The method.
        pub method: String,
        /// The library, for a method that needs one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub library_id: Option<Uuid>,
        /// The input of each call. It is kept in the data folder as it is, so no secret belongs here.
        #[serde(default)]
        pub input: Value,
        /// Seconds between two calls, 60 to 31622400.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub every_s: Option<u64>,
        /// A pattern of cron with five parts: minute, hour, day, month, day of the week (`0 7 * * 1-5`).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cron: Option<String>,
        /// The time zone of the pattern, such as `Europe/Berlin` [default: that of the host].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub time_zone: Option<String>,
    }

    /// A schedule, of which an operation is about nothing else.
    pub struct ScheduleRef {
        /// The schedule.
        pub schedule_id: Uuid,
    }
}

wire_output! {
    /// A call that is made again and again.
    pub struct Schedule {
        /// Its id.
        pub id: Uuid,
        /// The method.
        pub method: String,
        /// The library.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub library_id: Option<Uuid>,
        /// The input of each call.
        pub input: Value,
        /// Seconds between two calls.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub every_s: Option<u64>,
        /// The pattern of cron.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cron: Option<String>,
        /// The time zone of the pattern.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub time_zone: Option<String>,
        /// Time of the next call, RFC 3339, UTC.
        pub next_at: String,
        /// Time of the last call, if there was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub last_at: Option<String>,
        /// The error that the last call ended with, if it did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub last_error: Option<String>,
    }

    /// Output of [`List`].
    pub struct ListSchedulesOutput {
        /// The schedules, in the order in which they were added.
        pub schedules: Vec<Schedule>,
    }
}
