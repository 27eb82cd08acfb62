//! Schedules: the file that keeps them, and the calls that are due.

use std::{sync::Arc, time::Duration};

use ext_library_sqlite::Libraries;
use ext_services::{library::LibraryDirectory, schedules::Schedules};
use ext_wire::{
    ErrorBody, ErrorCode, Method,
    ops::schedules::{AddScheduleInput, MAX_EVERY_S, MIN_EVERY_S, Schedule},
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{core::Core, list_file::ListFile};

type Result<T> = std::result::Result<T, ErrorBody>;

/// The schedules of a data folder.
pub(crate) struct SchedulesFile {
    pub(crate) file: ListFile<Schedule>,
    pub(crate) libraries: Arc<Libraries>,
}

impl Schedules for SchedulesFile {
    fn add(&self, input: AddScheduleInput) -> Result<Schedule> {
        let AddScheduleInput { method, library_id, input, every_s } = input;
        Method::parse(&method).map_err(|error| ErrorBody::new(ErrorCode::UnknownMethod, error))?;
        if !(MIN_EVERY_S..=MAX_EVERY_S).contains(&every_s) {
            let message = format!(
                "`every_s` is {every_s}, and must be between {MIN_EVERY_S} and {MAX_EVERY_S}"
            );
            return Err(ErrorBody::new(ErrorCode::BadInput, message));
        }
        if let Some(library) = library_id {
            let library = self.libraries.library(library);
            library.map_err(|error| ErrorBody::new(error.code(), error))?;
        }
        let (id, next_at) = (Uuid::now_v7(), Timestamp::now().to_string());
        let (last_at, last_error) = (None, None);
        let schedule =
            Schedule { id, method, library_id, input, every_s, next_at, last_at, last_error };
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

impl Core {
    /// Makes the calls of schedules that are due, one after the other, each once however long it was
    /// due. Returns them as they are afterwards, with the error of those that failed.
    ///
    /// # Errors
    /// [`ErrorCode::Io`] and [`ErrorCode::Corrupt`] when the schedules cannot be read or written.
    pub fn run_due_schedules(&self) -> std::result::Result<Vec<Schedule>, ErrorBody> {
        let mut made = Vec::new();
        while let Some(mut due) = self.take_due()? {
            let input = due.input.to_string().into();
            if let Err(error) = self.call(&due.method, due.library_id, input) {
                due.last_error = Some(format!("{} ({})", error, error.code()));
                let kept = |schedule: &Schedule| schedule.id == due.id;
                let error = due.last_error.clone();
                self.schedules.change_one(kept, |schedule| schedule.last_error = error)?;
            }
            made.push(due);
        }
        Ok(made)
    }

    /// Takes a schedule that is due, which is not due again before its time, also when the program ends
    /// in its call.
    fn take_due(&self) -> Result<Option<Schedule>> {
        let now = Timestamp::now();
        // Without the lock, which cannot be made where nothing can be written.
        if !self.schedules.read()?.iter().any(|schedule| is_due(schedule, now)) {
            return Ok(None);
        }
        self.schedules.change_one(
            |schedule| is_due(schedule, now),
            |due| {
                let next = now.checked_add(Duration::from_secs(due.every_s));
                due.next_at = next.unwrap_or(Timestamp::MAX).to_string();
                (due.last_at, due.last_error) = (Some(now.to_string()), None);
            },
        )
    }
}

/// A time that cannot be read is one that passed: the schedule gets a new one.
fn is_due(schedule: &Schedule, now: Timestamp) -> bool {
    schedule.next_at.parse::<Timestamp>().map_or(true, |next| next <= now)
}
