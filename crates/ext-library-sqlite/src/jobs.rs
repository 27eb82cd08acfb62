//! The role of jobs: durable background work.

use ext_services::library::{
    ClaimedJob, CoreJobLimits, Dispatched, JobEnd, JobSignal, Jobs, NewJob, Result,
};
use ext_wire::ops::jobs::{Job, JobState, ProgressReport};
use serde_json::Value;
use uuid::Uuid;

use crate::{library::SqliteLibrary, sqlite::jobs};

impl Jobs for SqliteLibrary {
    fn add_job(&self, new: &NewJob) -> Result<Dispatched> {
        self.store.write(|db| jobs::add(db, new))
    }

    fn add_core_job(&self, new: &NewJob, limits: CoreJobLimits) -> Result<Dispatched> {
        self.store.write(|db| jobs::add_core(db, new, limits))
    }

    fn job(&self, id: Uuid) -> Result<Option<Job>> {
        self.store.read(|db| jobs::get(db, id))
    }

    fn list_jobs(
        &self,
        extension: Option<&str>,
        state: Option<JobState>,
        limit: u32,
    ) -> Result<Vec<Job>> {
        self.store.read(|db| jobs::list(db, extension, state, limit))
    }

    fn cancel_job(&self, id: Uuid) -> Result<bool> {
        self.store.write(|db| jobs::cancel(db, id))
    }

    fn checkpoint_job(
        &self,
        id: Uuid,
        checkpoint: Option<&Value>,
        progress: Option<&ProgressReport>,
    ) -> Result<Option<JobSignal>> {
        self.store.write(|db| jobs::checkpoint(db, id, checkpoint, progress))
    }

    fn recover_jobs(&self) -> Result<()> {
        self.store.write(|db| jobs::recover(db, true))
    }

    fn claim_job(&self, full: &[&str]) -> Result<Option<ClaimedJob>> {
        self.store.write(|db| jobs::claim(db, full))
    }

    fn end_job(&self, id: Uuid, end: &JobEnd) -> Result<()> {
        self.store.write(|db| jobs::end(db, id, end))
    }

    fn next_job_at(&self) -> Result<Option<String>> {
        self.store.read(jobs::next_run)
    }
}

impl SqliteLibrary {
    /// Puts back the jobs that ran when the program ended, and leaves those that are parked: nothing
    /// that they wait for has changed.
    ///
    /// # Errors
    /// As [`Jobs::recover_jobs`].
    pub fn recover_running_jobs(&self) -> Result<()> {
        self.store.write(|db| jobs::recover(db, false))
    }
}
