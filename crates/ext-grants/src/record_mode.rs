//! Record mode: what an extension does is recorded, to learn the smallest manifest that covers it.

use std::sync::Arc;

use ext_manifest::Manifest;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    error::GrantError,
    grant_authority::GrantAuthority,
    recording::{Recorder, Recording},
};

impl GrantAuthority {
    /// Starts to record an extension: each engine that is made for it from now on is observed. Its
    /// permissions stay as they are.
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
    /// [`GrantError::NotRecorded`] when there is no recording; [`GrantError::Corrupt`] or
    /// [`GrantError::Io`] when it cannot be read; [`GrantError::Manifest`] when the result is not a valid manifest.
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
