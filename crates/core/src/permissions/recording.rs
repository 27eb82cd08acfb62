//! Watching an extension, to learn the smallest manifest that covers what it does.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use ext_fs::{create_private_folder, replace};
use ext_manifest::{LibraryScope, Manifest};
use ext_perm::{HEAR, Observer, Principal, Seen, Target};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::CoreError;

/// What an extension did while it was watched. Neither payloads nor names of entries are in it.
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
    /// Kinds of events that it was told of.
    pub events: BTreeSet<String>,
}

impl Recording {
    /// Everything that is in one of both.
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

    /// The manifest with no more permissions than what was recorded needs: each method by its full
    /// name, each library by its id. What is no permission stays as it is.
    #[must_use]
    pub fn least_privilege(&self, manifest: &Manifest) -> Value {
        let mut json = serde_json::to_value(manifest).unwrap_or_default();
        let rate_limits = json["permissions"]["rate_limits"].take();
        let methods: Vec<&String> = self.called.keys().filter(|method| *method != HEAR).collect();
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

/// Watches one extension.
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

    /// It was told of an event.
    pub(crate) fn heard(&self, kind: &str, library: Uuid) {
        let mut seen = self.lock();
        seen.events.insert(kind.to_owned());
        seen.libraries.insert(library);
    }

    pub(crate) fn recording(&self) -> Recording {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Recording> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Recorder {
    fn seen(&self, seen: Seen<'_>) {
        let Seen::Decided { request, response } = seen else { return };
        if request.principal != Principal::Extension(&self.extension) {
            return;
        }
        let mut recording = self.lock();
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

/// The recordings of a data folder.
#[derive(Debug)]
pub(crate) struct Recordings {
    folder: PathBuf,
}

impl Recordings {
    pub(crate) fn new(data_folder: &Path) -> Self {
        Self { folder: data_folder.join("recordings") }
    }

    fn path(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }

    /// What was recorded of an extension so far; `None` for nothing.
    pub(crate) fn load(&self, id: &str) -> Result<Option<Recording>, CoreError> {
        let path = self.path(id);
        match fs::read(&path) {
            Ok(json) => serde_json::from_slice(&json)
                .map(Some)
                .map_err(|error| CoreError::Grants { path, problem: error.to_string() }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(CoreError::Io { path, source }),
        }
    }

    /// Adds to what was recorded before.
    pub(crate) fn add(&self, id: &str, new: Recording) -> Result<Recording, CoreError> {
        create_private_folder(&self.folder)?;
        let all = self.load(id)?.unwrap_or_default().and(new);
        let bytes = serde_json::to_vec_pretty(&all).unwrap_or_default();
        replace(&self.path(id), &bytes)?;
        Ok(all)
    }
}
