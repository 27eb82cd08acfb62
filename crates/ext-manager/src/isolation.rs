//! The isolation of extensions: in this process, or in processes of their own.

use std::collections::BTreeMap;

use ext_host_process::{GuestProgram, Processes};
use serde::{Deserialize, Serialize};

use crate::worker::WorkerProgram;

/// Name of the program of guests with files.
pub const FILES_PROGRAM: &str = "spacedrive-wasix";

/// The place of an extension's instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GuestIsolation {
    /// In this process, in the sandbox of the wasm engine. A call costs least.
    #[default]
    InProcess,
    /// Each in a sandboxed process of its own. What breaks out of the engine, or brings it down,
    /// is still outside of this process.
    Process,
}

impl GuestIsolation {
    /// Returns the name: `in-process`, `process`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InProcess => "in-process",
            Self::Process => "process",
        }
    }
}

/// The isolation of each extension.
///
/// ```
/// use ext_manager::{GuestIsolation, Isolations, worker::WorkerProgram};
///
/// let isolations = Isolations {
///     by_id: [("finance".to_owned(), GuestIsolation::Process)].into(),
///     program: Some(WorkerProgram::new("my-app").guest()),
///     ..Isolations::default()
/// };
/// assert_eq!(isolations.of("finance"), GuestIsolation::Process);
/// assert_eq!(isolations.of("hello"), GuestIsolation::InProcess);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Isolations {
    /// The isolation of all extensions that are not named below.
    pub others: GuestIsolation,
    /// The isolation of single extensions, by their ids.
    pub by_id: BTreeMap<String, GuestIsolation>,
    /// The worker program; `None` for this program, which has to call
    /// [`worker::run_if_requested`](crate::worker::run_if_requested) first of all. Where neither is
    /// there, an extension that is to have a process does not load.
    pub program: Option<GuestProgram>,
    /// The program of guests with files, which is another one (`ext-host-wasix`). Such an extension
    /// has a process of its own in any case; where there is no program, it does not load.
    pub files_program: Option<GuestProgram>,
}

impl Isolations {
    /// Returns the isolation of this extension.
    #[must_use]
    pub fn of(&self, id: &str) -> GuestIsolation {
        self.by_id.get(id).copied().unwrap_or(self.others)
    }

    /// Returns the starter of processes for guests with files, if its program is there.
    pub(crate) fn files_processes(&self) -> Option<Processes> {
        let there = self.files_program.as_ref().filter(|program| program.path().is_file());
        there.cloned().map(Processes::new)
    }

    /// Returns the name of the program of guests with files.
    pub(crate) fn files_program_name(&self) -> String {
        let path = self.files_program.as_ref().map(|program| program.path().display().to_string());
        path.unwrap_or_else(|| FILES_PROGRAM.to_owned())
    }

    /// Returns the starter of processes, if any extension needs it.
    pub(crate) fn processes(&self) -> Option<Processes> {
        let mut all = self.by_id.values().chain([&self.others]);
        let used = all.any(|isolation| *isolation == GuestIsolation::Process);
        let own = || WorkerProgram::current().map(|program| program.guest());
        used.then(|| self.program.clone().or_else(own))?.map(Processes::new)
    }
}
