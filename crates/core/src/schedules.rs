//! Schedules: the file that keeps them, and the calls that are due.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use ext_library_sqlite::Libraries;
use ext_manager::CallError;
use ext_services::{library::LibraryDirectory, schedules::Schedules};
use ext_wire::{
    ErrorBody, ErrorCode, Method,
    ops::{
        jobs::{CoreJob, Dispatch, DispatchInput},
        schedules::{AddScheduleInput, Schedule},
    },
};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::{core::Core, cron::Timing, list_file::ListFile};

/// Time until the next call where it cannot be told.
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Time by which a clock may be set back without another look at what it set.
const A_MINUTE: SignedDuration = SignedDuration::from_mins(1);

type Result<T> = std::result::Result<T, ErrorBody>;

/// The schedules of a data folder.
pub(crate) struct SchedulesFile {
    pub(crate) file: ListFile<Schedule>,
    pub(crate) libraries: Arc<Libraries>,
}

impl Schedules for SchedulesFile {
    fn add(&self, input: AddScheduleInput) -> Result<Schedule> {
        let AddScheduleInput { method, library_id, input, every_s, cron, time_zone } = input;
        Method::parse(&method).map_err(|error| ErrorBody::new(ErrorCode::UnknownMethod, error))?;
        let timing = Timing::of(every_s, cron.as_deref(), time_zone.as_deref())?;
        if let Some(library) = library_id {
            let library = self.libraries.library(library);
            library.map_err(|error| ErrorBody::new(error.code(), error))?;
        }
        let (id, next_at) = (ext_services::new_id(), timing.first(Timestamp::now())?.to_string());
        let (time_zone, last_at, last_error) = (timing.time_zone(), None, None);
        let schedule = Schedule {
            id,
            method,
            library_id,
            input,
            every_s,
            cron,
            time_zone,
            next_at,
            last_at,
            last_error,
        };
        self.file.change(|schedules| {
            schedules.push(schedule.clone());
            Ok(schedule)
        })
    }

    fn list(&self) -> Result<Vec<Schedule>> {
        self.file.read()
    }

    fn remove(&self, id: Uuid) -> Result<Schedule> {
        self.file.remove(|schedule| schedule.id == id)?.ok_or_else(|| {
            ErrorBody::new(ErrorCode::NotFound, format_args!("there is no schedule `{id}`"))
        })
    }
}

/// Removes the schedules of an extension's operations: another extension of its id is not called by them.
///
/// # Errors
/// As [`ListFile::change`].
pub(crate) fn forget(schedules: &ListFile<Schedule>, extension: &str) -> Result<()> {
    let calls = |schedule: &Schedule| {
        Method::parse(&schedule.method).is_ok_and(|method| method.family() == extension)
    };
    while schedules.remove(calls)?.is_some() {}
    Ok(())
}

impl Core {
    /// Makes the calls of schedules that are due now, one after the other, each once however long it was
    /// due, and the one first that was due first; none begins once `stop` is set. Returns them as they
    /// are afterwards, with the error of those that failed.
    ///
    /// # Errors
    /// [`ErrorCode::Io`] and [`ErrorCode::Corrupt`] when the schedules cannot be read or written.
    pub fn run_due_schedules(
        &self,
        stop: &AtomicBool,
    ) -> std::result::Result<Vec<Schedule>, ErrorBody> {
        let mut made = Vec::new();
        for id in due_ids(self.system.schedules.read()?, Timestamp::now()) {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let Some(mut due) = self.take_due(id)? else { continue };
            if let Err(error) = self.make_call(&due) {
                due.last_error = Some(error.to_string());
                let kept = |schedule: &Schedule| schedule.id == due.id;
                let error = due.last_error.clone();
                self.system.schedules.change_one(kept, |schedule| schedule.last_error = error)?;
            }
            made.push(due);
        }
        Ok(made)
    }

    /// Makes the call of a schedule. A long one of the core becomes a job, so that others are not held up
    /// by it, and one that is still under way is not made again.
    fn make_call(&self, due: &Schedule) -> std::result::Result<(), CallError> {
        let (method, input) = (due.method.clone(), due.input.clone());
        match (CoreJob::find(&method), due.library_id) {
            (Some(_), Some(library)) => {
                let key = Some(format!("schedule {}", due.id));
                let input = DispatchInput { method, input, key, ..Default::default() };
                self.call_typed::<Dispatch>(Some(library), &input).map(drop)
            }
            _ => self.call(&method, due.library_id, input.to_string().into()).map(drop),
        }
    }

    /// Takes a schedule if it is due still, which is not due again before its time, also when the program
    /// ends in its call.
    fn take_due(&self, id: Uuid) -> Result<Option<Schedule>> {
        let now = Timestamp::now();
        self.system.schedules.change_one(
            |schedule| schedule.id == id && is_due(schedule, now),
            |due| {
                due.next_at = next_after(due, now).to_string();
                (due.last_at, due.last_error) = (Some(now.to_string()), None);
            },
        )
    }
}

/// Returns the ids of the schedules that are due, first of those that were due first.
fn due_ids(mut schedules: Vec<Schedule>, now: Timestamp) -> Vec<Uuid> {
    schedules.retain(|schedule| is_due(schedule, now));
    schedules.sort_by_key(|due| due.next_at.parse::<Timestamp>().ok());
    schedules.iter().map(|due| due.id).collect()
}

/// Returns the time of the next call. Where it cannot be told, as in a time zone that is gone, the
/// schedule is looked at again after a day.
fn next_after(schedule: &Schedule, now: Timestamp) -> Timestamp {
    Timing::of_kept(schedule).and_then(|timing| timing.next(now)).unwrap_or_else(|error| {
        tracing::warn!(method = schedule.method, %error, "the next call is in a day");
        now.checked_add(A_DAY).unwrap_or(Timestamp::MAX)
    })
}

/// A time that cannot be read is one that passed: the schedule gets a new one. Likewise one that a clock
/// set which was ahead: the call would wait for as long as it was wrong.
fn is_due(schedule: &Schedule, now: Timestamp) -> bool {
    let is_ahead = set_at(schedule).is_some_and(|at| at.duration_since(now) > A_MINUTE);
    is_ahead || schedule.next_at.parse::<Timestamp>().map_or(true, |next| next <= now)
}

/// Returns the time at which the time of the next call was set: that of the last one, or of the
/// schedule itself, which its id has.
fn set_at(schedule: &Schedule) -> Option<Timestamp> {
    let made =
        || Timestamp::from_second(schedule.id.get_timestamp()?.to_unix().0.cast_signed()).ok();
    schedule.last_at.as_ref().map_or_else(made, |at| at.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(made: &str, last_at: Option<&str>, next_at: &str) -> Schedule {
        let seconds = made.parse::<Timestamp>().unwrap().as_second().try_into().unwrap();
        let made = uuid::Timestamp::from_unix(uuid::NoContext, seconds, 0);
        Schedule {
            id: Uuid::new_v7(made),
            method: "action:finance.scan_mailbox.input.v1".to_owned(),
            library_id: None,
            input: serde_json::Value::Null,
            every_s: Some(3600),
            cron: None,
            time_zone: None,
            next_at: next_at.to_owned(),
            last_at: last_at.map(str::to_owned),
            last_error: None,
        }
    }

    #[test]
    fn what_was_due_first_is_first() {
        let made = "2026-03-01T00:00:00Z";
        let all = ["2026-03-01T02:00:00Z", "2026-03-02T00:00:00Z", "2026-03-01T01:00:00Z", "soon"];
        let all = all.map(|next_at| schedule(made, None, next_at));
        let expected = [3, 2, 0].map(|index| all[index].id);
        assert_eq!(due_ids(all.into(), "2026-03-01T03:00:00Z".parse().unwrap()), expected);
    }

    #[test]
    fn a_call_is_due_at_its_time_or_when_the_clock_that_set_it_was_ahead() {
        let made = "2026-03-01T00:00:00Z";
        for (last_at, next_at, now, due) in [
            (None, made, made, true),
            (Some("2026-03-02T00:00:00Z"), "2026-03-02T01:00:00Z", "2026-03-02T00:30:00Z", false),
            (Some("2026-03-02T00:00:00Z"), "2026-03-02T01:00:00Z", "2026-03-02T01:00:00Z", true),
            (Some("2026-03-02T00:00:00Z"), "2026-03-02T01:00:00Z", "2026-03-01T23:59:30Z", false),
            (Some("2031-01-01T00:00:00Z"), "2031-01-01T01:00:00Z", "2026-03-02T00:00:00Z", true),
            (None, "2026-03-01T07:00:00Z", "2026-03-01T06:00:00Z", false),
            (None, "2026-03-01T07:00:00Z", "2021-03-01T00:00:00Z", true),
            (None, "soon", made, true),
        ] {
            let schedule = schedule(made, last_at, next_at);
            assert_eq!(is_due(&schedule, now.parse().unwrap()), due, "{last_at:?} {next_at} {now}");
        }
    }
}
