//! Schedules: the file that keeps them, and the calls that are due.

use std::{sync::Arc, time::Duration};

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
use jiff::Timestamp;
use uuid::Uuid;

use crate::{core::Core, cron::Timing, list_file::ListFile};

/// Time until the next call where it cannot be told.
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

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
        let (id, next_at) = (Uuid::now_v7(), timing.first(Timestamp::now())?.to_string());
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
    /// Makes the calls of schedules that are due, one after the other, each once however long it was
    /// due. Returns them as they are afterwards, with the error of those that failed.
    ///
    /// # Errors
    /// [`ErrorCode::Io`] and [`ErrorCode::Corrupt`] when the schedules cannot be read or written.
    pub fn run_due_schedules(&self) -> std::result::Result<Vec<Schedule>, ErrorBody> {
        let mut made = Vec::new();
        while let Some(mut due) = self.take_due()? {
            if let Err(error) = self.make_call(&due) {
                due.last_error = Some(format!("{} ({})", error, error.code()));
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

    /// Takes a schedule that is due, which is not due again before its time, also when the program ends
    /// in its call.
    fn take_due(&self) -> Result<Option<Schedule>> {
        let now = Timestamp::now();
        // Without the lock, which cannot be made where nothing can be written.
        if !self.system.schedules.read()?.iter().any(|schedule| is_due(schedule, now)) {
            return Ok(None);
        }
        self.system.schedules.change_one(
            |schedule| is_due(schedule, now),
            |due| {
                due.next_at = next_after(due, now).to_string();
                (due.last_at, due.last_error) = (Some(now.to_string()), None);
            },
        )
    }
}

/// Returns the time of the next call. Where it cannot be told, as in a time zone that is gone, the
/// schedule is looked at again after a day.
fn next_after(schedule: &Schedule, now: Timestamp) -> Timestamp {
    Timing::of_kept(schedule).and_then(|timing| timing.next(now)).unwrap_or_else(|error| {
        tracing::warn!(method = schedule.method, %error, "the next call is in a day");
        now.checked_add(A_DAY).unwrap_or(Timestamp::MAX)
    })
}

/// A time that cannot be read is one that passed: the schedule gets a new one.
fn is_due(schedule: &Schedule, now: Timestamp) -> bool {
    schedule.next_at.parse::<Timestamp>().map_or(true, |next| next <= now)
}
