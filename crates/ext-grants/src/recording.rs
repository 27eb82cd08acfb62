//! Recordings of extensions, to learn the smallest manifest that covers what they do.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
};

use ext_fs::{create_private_folder, replace};
use ext_manifest::{LibraryScope, Manifest};
use ext_perm::{DecisionEvent, Observer, Principal, RECEIVE_EVENT, Target};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::error::GrantError;
use crate::store::{check_size, remove_file};

/// The longest file, in bytes.
const MAX_BYTES: u64 = 4 << 20;

/// The recorded behaviour of an extension: methods, libraries, servers and events, without payloads and
/// names of entries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    /// The methods that it called and was allowed, with the number of calls.
    pub called: BTreeMap<String, u64>,
    /// The methods that it was refused, with the number of calls; they are in no manifest.
    pub refused: BTreeMap<String, u64>,
    /// The libraries that it used.
    pub libraries: BTreeSet<Uuid>,
    /// The servers that it reached, as a manifest names them.
    pub domains: BTreeSet<String>,
    /// The kinds of events that it received.
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

    /// Returns the manifest with no more permissions than the recording needs: each method by its full
    /// name, each library by its id. The other fields stay as they are.
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

/// An observer that records one extension.
#[derive(Debug)]
pub(crate) struct Recorder {
    extension: String,
    recording: Mutex<Recording>,
}

impl Recorder {
    pub(crate) fn new(extension: &str) -> Self {
        Self { extension: extension.to_owned(), recording: Mutex::default() }
    }

    pub(crate) fn extension(&self) -> &str {
        &self.extension
    }

    /// Records that the extension received an event.
    pub(crate) fn event_received(&self, kind: &str, library: Uuid) {
        let mut recording = self.recording.lock();
        recording.events.insert(kind.to_owned());
        recording.libraries.insert(library);
    }

    pub(crate) fn recording(&self) -> Recording {
        self.recording.lock().clone()
    }
}

impl Observer for Recorder {
    fn on_event(&self, event: DecisionEvent<'_>) {
        let DecisionEvent::Decided { request, response } = event else { return };
        if request.principal != Principal::Extension(&self.extension) {
            return;
        }
        let mut recording = self.recording.lock();
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
        match ext_fs::read(&path, MAX_BYTES).map_err(io::Error::from) {
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
        let path = self.path(id);
        let bytes = serde_json::to_vec_pretty(&all).unwrap_or_default();
        check_size(&path, &bytes, MAX_BYTES)?;
        replace(&path, &bytes)?;
        Ok(all)
    }

    /// Forgets what was recorded of an extension.
    pub(crate) fn remove(&self, id: &str) -> Result<(), GrantError> {
        remove_file(self.path(id))
    }
}
