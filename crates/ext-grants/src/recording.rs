//! Recordings of extensions, to learn the smallest manifest that covers what they do.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use ext_fs::{create_private_folder, replace};
use ext_manifest::{LibraryScope, Manifest};
use ext_perm::{DecisionEvent, Observer, Principal, RECEIVE_EVENT, Target};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{GrantError, Grants};

/// Everything that an extension did while it was recorded. Neither payloads nor names of entries are
/// in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    /// Methods that it called and might call, with how often.
    pub called: BTreeMap<String, u64>,
    /// Methods that it was refused, with how often; they are in no manifest.
    pub refused: BTreeMap<String, u64>,
    /// Libraries that it used.
    pub libraries: BTreeSet<Uuid>,
    /// Servers that it reached, as a manifest names them.
    pub domains: BTreeSet<String>,
    /// Kinds of events that it received.
    pub events: BTreeSet<String>,
}

impl Recording {
    /// Joins two recordings.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        for (method, count) in other.called {
            *self.called.entry(method).or_default() += count;
        }
        for (method, count) in other.refused {
            *self.refused.entry(method).or_default() += count;
        }
        self.libraries.extend(other.libraries);
        self.domains.extend(other.domains);
        self.events.extend(other.events);
        self
    }

    /// Returns the manifest with no more permissions than what was recorded needs: each method by its full
    /// name, each library by its id. What is no permission stays as it is.
    #[must_use]
    pub fn least_privilege(&self, manifest: &Manifest) -> Value {
        let mut json = serde_json::to_value(manifest).unwrap_or_default();
        let rate_limits = json["permissions"]["rate_limits"].take();
        let methods: Vec<&String> =
            self.called.keys().filter(|method| *method != RECEIVE_EVENT).collect();
        json["permissions"] = json!({
            "methods": methods,
            "libraries": Vec::from(LibraryScope::Only(self.libraries.clone())),
            "allowed_domains": self.domains,
            "rate_limits": rate_limits,
        });
        json["events"] = json!(self.events);
        json
    }
}

/// Observer that records one extension.
#[derive(Debug)]
pub(crate) struct Recorder {
    extension: String,
    seen: Mutex<Recording>,
}

impl Recorder {
    pub(crate) fn new(extension: &str) -> Self {
        Self { extension: extension.to_owned(), seen: Mutex::default() }
    }

    pub(crate) fn extension(&self) -> &str {
        &self.extension
    }

    /// Records that the extension received an event.
    pub(crate) fn event_received(&self, kind: &str, library: Uuid) {
        let mut seen = self.seen.lock();
        seen.events.insert(kind.to_owned());
        seen.libraries.insert(library);
    }

    pub(crate) fn recording(&self) -> Recording {
        self.seen.lock().clone()
    }
}

impl Observer for Recorder {
    fn on_event(&self, event: DecisionEvent<'_>) {
        let DecisionEvent::Decided { request, response } = event else { return };
        if request.principal != Principal::Extension(&self.extension) {
            return;
        }
        let mut recording = self.seen.lock();
        match (response.is_allow(), request.target) {
            (true, Target::Unknown) => {
                *recording.called.entry(request.method.to_string()).or_default() += 1;
                recording.libraries.extend(request.library);
            }
            (true, Target::Origin(origin)) => {
                let domain = format!("{}://{}:{}", origin.scheme, origin.host, origin.port);
                let domain = ext_manifest::DomainPattern::parse(&domain);
                recording.domains.extend(domain.map(|domain| domain.to_string()));
            }
            (true, _) => {}
            (false, _) => *recording.refused.entry(request.method.to_string()).or_default() += 1,
        }
    }
}

/// The folder of recordings.
#[derive(Debug)]
pub(crate) struct Recordings {
    folder: PathBuf,
}

impl Recordings {
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    fn path(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }

    /// Reads what was recorded of an extension so far; `None` for nothing.
    pub(crate) fn load(&self, id: &str) -> Result<Option<Recording>, GrantError> {
        let path = self.path(id);
        match fs::read(&path) {
            Ok(json) => serde_json::from_slice(&json)
                .map(Some)
                .map_err(|error| GrantError::Corrupt { path, problem: error.to_string() }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(GrantError::Io { path, source }),
        }
    }

    /// Adds to what was recorded before.
    pub(crate) fn add(&self, id: &str, new: Recording) -> Result<Recording, GrantError> {
        create_private_folder(&self.folder)?;
        let all = self.load(id)?.unwrap_or_default().and(new);
        let bytes = serde_json::to_vec_pretty(&all).unwrap_or_default();
        replace(&self.path(id), &bytes)?;
        Ok(all)
    }
}

impl Grants {
    /// Starts to record an extension: each engine that is made for it from now on is observed. It gets
    /// no more permissions than it has.
    pub fn start_recording(&self, extension: &str) {
        *self.recorder.lock() = Some(Arc::new(Recorder::new(extension)));
    }

    /// Ends the recording of an extension, and keeps it together with what was recorded before.
    ///
    /// # Errors
    /// [`GrantError::NotRecorded`] when the extension is not being recorded; [`GrantError::Corrupt`]
    /// or [`GrantError::Io`] when the file cannot be read or written.
    pub fn stop_recording(&self, extension: &str) -> Result<Recording, GrantError> {
        let recorder = self.recorder.lock().take_if(|recorder| recorder.extension() == extension);
        let recorder = recorder.ok_or_else(|| GrantError::NotRecorded(extension.to_owned()))?;
        self.recordings.add(extension, recorder.recording())
    }

    /// Records that an extension receives an event, if it is being recorded.
    pub fn event_received(&self, extension: &str, kind: &str, library: Uuid) {
        if let Some(recorder) = self.recorder_of(extension) {
            recorder.event_received(kind, library);
        }
    }

    /// Returns the smallest manifest that covers what was recorded of an extension; with
    /// `any_library` it asks for all libraries as soon as one was used.
    ///
    /// # Errors
    /// [`GrantError::NotRecorded`]; [`GrantError::Corrupt`] or [`GrantError::Io`] when the recording
    /// cannot be read; [`GrantError::Manifest`] when the result is not a valid manifest.
    pub fn least_privilege(
        &self,
        manifest: &Manifest,
        any_library: bool,
    ) -> Result<Value, GrantError> {
        let recording = self.recordings.load(manifest.id())?;
        let recording =
            recording.ok_or_else(|| GrantError::NotRecorded(manifest.id().to_owned()))?;
        let mut least = recording.least_privilege(manifest);
        if any_library && !recording.libraries.is_empty() {
            least["permissions"]["libraries"] = json!(["*"]);
        }
        Manifest::parse(least.to_string().as_bytes())?;
        Ok(least)
    }

    pub(crate) fn recorder_of(&self, extension: &str) -> Option<Arc<Recorder>> {
        self.recorder.lock().clone().filter(|recorder| recorder.extension() == extension)
    }
}
