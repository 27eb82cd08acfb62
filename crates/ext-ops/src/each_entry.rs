//! Long operations on entries, one after the other, which go on where a job stopped.

use std::sync::Arc;

use ext_abi::limits::MAX_ATTACHMENT_BYTES;
use ext_registry::{Context, OpError};
use ext_services::{
    job_steps::JobSteps,
    library::{Entries, LibraryError},
};
use ext_wire::{
    ErrorCode,
    ops::{
        jobs::ProgressReport,
        vdfs::{Entry, ListEntriesInput, ReadContentInput},
    },
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{authorized_library::AuthorizedLibrary, libraries::error_for};

/// Number of entries after which a checkpoint is kept.
const PAGE: u32 = 16;

/// The place at which a walk stands, and what came of it so far.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Place<T> {
    after: Option<u64>,
    done: u64,
    output: T,
}

/// Calls a function for each entry that the call may touch, at or below a path, from the last
/// checkpoint on. An entry may come twice, when the program ended in between.
pub(crate) fn each_entry<T>(
    context: Context<'_>,
    library: &AuthorizedLibrary<'_>,
    path_prefix: Option<&str>,
    mut visit: impl FnMut(&Entry, &mut T) -> Result<(), OpError>,
) -> Result<T, OpError>
where
    T: Default + Serialize + DeserializeOwned,
{
    let job = context.find_service::<dyn JobSteps>();
    let mut place = resume::<T>(job)?;
    loop {
        let path_prefix = path_prefix.map(str::to_owned);
        let limit = PAGE;
        let input =
            ListEntriesInput { path_prefix, after: place.after, limit, ..Default::default() };
        let page = library.list_entries(input).map_err(|error| error_for(context, error))?;
        // Who lost the right is shown no entry, which is not the end.
        job.map_or(Ok(()), |job| job.ensure_may_go_on())?;
        for entry in &page.entries {
            context.deadline().check()?;
            job.map_or(Ok(()), |job| job.ensure_may_go_on())?;
            visit(entry, &mut place.output)?;
            place.done += 1;
        }
        if page.next.is_none() {
            return Ok(place.output);
        }
        place.after = page.next;
        job.map_or(Ok(()), |job| keep(&**job, &place))?;
    }
}

/// Returns whether the call goes on where a job stopped.
pub(crate) fn is_resumed(context: Context<'_>) -> bool {
    context.find_service::<dyn JobSteps>().is_some_and(|job| job.checkpoint().is_some())
}

fn resume<T: Default + DeserializeOwned>(
    job: Option<&Arc<dyn JobSteps>>,
) -> Result<Place<T>, OpError> {
    let Some(checkpoint) = job.and_then(|job| job.checkpoint()) else {
        return Ok(Place { after: None, done: 0, output: T::default() });
    };
    // That of another version begins anew.
    Ok(serde_json::from_value(checkpoint).unwrap_or(Place {
        after: None,
        done: 0,
        output: T::default(),
    }))
}

fn keep<T: Serialize>(job: &dyn JobSteps, place: &Place<T>) -> Result<(), OpError> {
    let checkpoint = serde_json::to_value(place).map_err(OpError::internal)?;
    let progress = ProgressReport { done: place.done, total: None, message: None };
    Ok(job.keep(&checkpoint, &progress)?)
}

/// Reads a content in pieces; `None` when it is damaged, or gone.
pub(crate) fn read_pieces(
    context: Context<'_>,
    library: &AuthorizedLibrary<'_>,
    entry: &Entry,
    mut take: impl FnMut(&[u8]),
) -> Result<Option<()>, OpError> {
    let size = entry.size.unwrap_or_default();
    let mut offset = 0;
    while offset < size {
        context.deadline().check()?;
        let length = Some(u64::from(MAX_ATTACHMENT_BYTES).min(size - offset));
        let input = ReadContentInput { entry_id: entry.id, offset, length };
        match library.read_content(input) {
            Ok(read) if read.data.as_bytes().is_empty() => return Ok(None),
            Ok(read) => {
                take(read.data.as_bytes());
                offset += read.data.as_bytes().len() as u64;
            }
            Err(failure) if is_of_one(&failure) => return Ok(None),
            Err(failure) => return Err(error_for(context, failure)),
        }
    }
    Ok(Some(()))
}

/// Tells whether a failure is about one content, and the others can be read.
fn is_of_one(failure: &LibraryError) -> bool {
    use ErrorCode::{BadInput, Corrupt, NotFound};
    matches!(failure.code(), BadInput | Corrupt | NotFound)
}
