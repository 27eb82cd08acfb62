//! The state of the system, for people.

use std::path::PathBuf;

use ext_wire::text::counted;
use ext_wire::{
    ErrorBody,
    ops::{
        NoInput, jobs,
        jobs::{JobState, ListJobsInput},
        libraries, locations,
        schedules::{self, Schedule},
    },
};
use jiff::Timestamp;
use serde::Serialize;
use spacedrive_core::Core;
use uuid::Uuid;

use crate::{
    settings,
    shared::{LocationState, Shared, WorkState},
};

/// The state of a data folder.
#[derive(Debug, Clone, Serialize)]
pub struct Status {
    /// The daemon; `None` when none runs.
    pub daemon: Option<DaemonStatus>,
    /// The libraries.
    pub libraries: Vec<LibraryStatus>,
    /// The installed extensions.
    pub extensions: Vec<ExtensionStatus>,
    /// The folders that are followed.
    pub locations: Vec<LocationStatus>,
    /// The calls that are made again and again.
    pub schedules: Vec<Schedule>,
    /// Sentences on what the user should look at.
    pub attention: Vec<String>,
}

/// A daemon that runs.
#[derive(Debug, Clone, Serialize)]
pub struct DaemonStatus {
    /// Its version.
    pub version: &'static str,
    /// Its process.
    pub pid: u32,
    /// The time at which it began.
    pub since: Timestamp,
    /// Its data folder.
    pub data_folder: PathBuf,
}

/// A library and the work on it.
#[derive(Debug, Clone, Serialize)]
pub struct LibraryStatus {
    /// Its id.
    pub id: Uuid,
    /// Its name; empty when it cannot be read.
    pub name: String,
    /// The reason for which it cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Events that wait for an extension.
    pub waiting_events: u64,
    /// Events that are not delivered again without being asked.
    pub dead_letters: u64,
    /// Jobs that wait, run or are parked.
    pub open_jobs: u64,
    /// Jobs that are parked.
    pub parked_jobs: u64,
    /// The work at this moment, in a daemon.
    #[serde(flatten)]
    pub work: WorkState,
}

/// An installed extension and its health.
#[derive(Debug, Clone, Serialize)]
pub struct ExtensionStatus {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// The reason of its quarantine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quarantine: Option<String>,
    /// Its last fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_fault: Option<String>,
    /// Calls and events that it worked on.
    pub calls: u64,
}

/// A folder that is followed.
#[derive(Debug, Clone, Serialize)]
pub struct LocationStatus {
    /// As it was added.
    #[serde(flatten)]
    pub location: locations::Location,
    /// Its state, in a daemon.
    #[serde(flatten)]
    pub state: LocationState,
}

/// Returns the state of a data folder that no daemon serves.
///
/// # Errors
/// The error of the libraries when they cannot be listed.
pub fn of_core(core: &Core) -> Result<Status, ErrorBody> {
    let (mut status, broken) = gather(core)?;
    status.attention = attention(&status, broken);
    Ok(status)
}

/// Gathers the state, without what the user should look at; and the lists that cannot be read.
fn gather(core: &Core) -> Result<(Status, Vec<String>), ErrorBody> {
    let mut broken = Vec::new();
    let locations = readable(locations(core), &mut broken);
    let schedules = readable(schedules(core), &mut broken);
    let (libraries, extensions) = (libraries(core)?, extensions(core));
    let (daemon, attention) = (None, Vec::new());
    Ok((Status { daemon, libraries, extensions, locations, schedules, attention }, broken))
}

fn readable<T>(list: Result<Vec<T>, ErrorBody>, broken: &mut Vec<String>) -> Vec<T> {
    list.unwrap_or_else(|error| {
        broken.push(error.to_string());
        Vec::new()
    })
}

pub(crate) fn of_daemon(shared: &Shared) -> Result<Status, ErrorBody> {
    let (mut status, broken) = gather(&shared.core)?;
    let (version, pid) = (env!("CARGO_PKG_VERSION"), std::process::id());
    let (since, data_folder) = (shared.since, shared.data_folder.clone());
    status.daemon = Some(DaemonStatus { version, pid, since, data_folder });
    let work = shared.work.lock();
    for library in &mut status.libraries {
        library.work = work.get(&library.id).cloned().unwrap_or_default();
    }
    drop(work);
    let states = shared.locations.lock();
    for location in &mut status.locations {
        location.state = states.get(&location.location.id).cloned().unwrap_or_default();
    }
    drop(states);
    status.attention = attention(&status, broken);
    status.attention.extend(settings::attention(shared));
    Ok(status)
}

fn libraries(core: &Core) -> Result<Vec<LibraryStatus>, ErrorBody> {
    let listed = core.call_typed::<libraries::List>(None, &NoInput {})?;
    let readable = listed.libraries.into_iter().map(|info| library(core, info.id, info.name));
    let unreadable = listed.unreadable.into_iter().map(|unreadable| LibraryStatus {
        error: Some(unreadable.error),
        ..empty(unreadable.id, String::new())
    });
    Ok(readable.chain(unreadable).collect())
}

fn library(core: &Core, id: Uuid, name: String) -> LibraryStatus {
    let status = empty(id, name);
    match work_left(core, &status) {
        Ok(status) => status,
        Err(error) => LibraryStatus { error: Some(error.error), ..status },
    }
}

fn work_left(core: &Core, status: &LibraryStatus) -> Result<LibraryStatus, ErrorBody> {
    let handle = core.library(status.id)?;
    let mut waiting_events = 0;
    for manifest in core.extensions().manifests() {
        waiting_events += handle.waiting_events(manifest.id())?;
    }
    let input = ListJobsInput { state: None, limit: None };
    let jobs = core.call_typed::<jobs::List>(Some(status.id), &input)?.jobs;
    let count =
        |states: &[JobState]| jobs.iter().filter(|job| states.contains(&job.state)).count() as u64;
    Ok(LibraryStatus {
        waiting_events,
        dead_letters: handle.dead_letters()?.len() as u64,
        open_jobs: count(&[JobState::Waiting, JobState::Running, JobState::Parked]),
        parked_jobs: count(&[JobState::Parked]),
        ..status.clone()
    })
}

fn empty(id: Uuid, name: String) -> LibraryStatus {
    let (waiting_events, dead_letters, open_jobs, parked_jobs) = (0, 0, 0, 0);
    let (error, work) = (None, WorkState::default());
    LibraryStatus { id, name, error, waiting_events, dead_letters, open_jobs, parked_jobs, work }
}

pub(crate) fn extensions(core: &Core) -> Vec<ExtensionStatus> {
    let status = |info: ext_wire::ops::extensions::ExtensionInfo| {
        let state = core.extensions().state(&info.id).unwrap_or_default();
        ExtensionStatus {
            id: info.id,
            version: info.version,
            quarantine: state.quarantine,
            last_fault: state.last_fault.map(|fault| fault.message),
            calls: state.calls,
        }
    };
    core.extensions().list().into_iter().map(status).collect()
}

fn locations(core: &Core) -> Result<Vec<LocationStatus>, ErrorBody> {
    let listed = core.call_typed::<locations::List>(None, &NoInput {})?.locations;
    let status = |location| LocationStatus { location, state: LocationState::default() };
    Ok(listed.into_iter().map(status).collect())
}

fn schedules(core: &Core) -> Result<Vec<Schedule>, ErrorBody> {
    Ok(core.call_typed::<schedules::List>(None, &NoInput {})?.schedules)
}

/// Lists what the user should look at, the worst first.
fn attention(status: &Status, broken: Vec<String>) -> Vec<String> {
    let mut lines = broken;
    for library in &status.libraries {
        let name =
            if library.name.is_empty() { library.id.to_string() } else { library.name.clone() };
        lines.extend(library.error.iter().map(|error| format!("library {name}: {error}")));
        lines.extend(
            library.work.failures.values().map(|failure| format!("library {name}: {failure}")),
        );
        if library.dead_letters > 0 {
            lines.push(format!(
                "library {name}: {} for good: spacedrive event dead-letters",
                counted(library.dead_letters, "event failed", "events failed")
            ));
        }
        if library.parked_jobs > 0 {
            lines.push(format!(
                "library {name}: {} parked: spacedrive job list --state parked",
                counted(library.parked_jobs, "job is", "jobs are")
            ));
        }
    }
    for extension in &status.extensions {
        let id = &extension.id;
        let line =
            |reason| format!("extension {id} is stopped: {reason}: spacedrive ext release {id}");
        lines.extend(extension.quarantine.as_ref().map(line));
    }
    for location in &status.locations {
        let folder = &location.location.folder;
        lines.extend(location.state.failure.iter().map(|failure| format!("{folder}: {failure}")));
        let (one, many) = ("entry whose file is gone is", "entries whose files are gone are");
        let missing = counted(location.state.missing, one, many);
        let line = |reason| {
            format!(
                "{folder}: {missing} kept, since {reason}. If that was deleted: spacedrive location \
                 rescan {} --accept-deletions",
                location.location.id
            )
        };
        lines.extend(location.state.missing_because.as_ref().map(line));
    }
    for schedule in &status.schedules {
        let method = &schedule.method;
        lines
            .extend(schedule.last_error.iter().map(|error| format!("scheduled {method}: {error}")));
    }
    lines
}
