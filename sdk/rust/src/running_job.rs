//! Jobs, as the functions see them that `#[job]` marks.

use std::marker::PhantomData;

use ext_wire::ops::jobs::ProgressReport;
use serde::{Serialize, de::DeserializeOwned};

use crate::{client::SpacedriveClient, error::Result};

/// A job that runs, with checkpoints of the type `C`.
///
/// ```
/// use spacedrive_sdk::{RunningJob, prelude::*, testing::FakeHost};
///
/// spacedrive_sdk::export!();
///
/// /// Counts to a hundred, and resumes where it stopped.
/// #[job("action:counting.count.input.v1")]
/// fn count(_: &SpacedriveClient, job: RunningJob<'_, u64>) -> Result<u64> {
///     let mut at = job.last_checkpoint()?.unwrap_or(0);
///     while at < 100 {
///         at += 1; // a part of the work
///         if job.checkpoint(&at, at, Some(100))? {
///             break; // the user cancelled it
///         }
///     }
///     Ok(at)
/// }
///
/// # fn main() -> Result<()> {
/// // A call runs it as well, without checkpoints.
/// let counted: u64 = FakeHost::new().call::<Extension, _, _>("action:counting.count.input.v1", &())?;
/// assert_eq!(counted, 100);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct RunningJob<'a, C> {
    client: &'a SpacedriveClient,
    checkpoint: PhantomData<C>,
}

impl<'a, C: Serialize + DeserializeOwned> RunningJob<'a, C> {
    pub(crate) const fn new(client: &'a SpacedriveClient) -> Self {
        Self { client, checkpoint: PhantomData }
    }

    /// Returns the checkpoint at which the job ended before; `None` for the first start.
    ///
    /// # Errors
    /// When the checkpoint is not a `C`, such as that of another version.
    pub fn last_checkpoint(&self) -> Result<Option<C>> {
        self.client.jobs().last_checkpoint()
    }

    /// Keeps where the job stands, and how much is done, of `total` where that is known. Returns whether
    /// the job should end because somebody cancelled it. Nothing is kept of a call that is not a job.
    ///
    /// # Errors
    /// The host's error.
    pub fn checkpoint(&self, at: &C, done: u64, total: Option<u64>) -> Result<bool> {
        if self.client.jobs().current().is_none() {
            return Ok(false);
        }
        let progress = ProgressReport { done, total, message: None };
        self.client.jobs().checkpoint(at, Some(progress))
    }
}
