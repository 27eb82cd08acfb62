//! The methods of the shortest programs, which stand on the client itself as well as in their families.

use ext_wire::ops::{
    ai::OcrOutput,
    vdfs::{NewEntry, SidecarInfo},
};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use super::SpacedriveClient;
use crate::{error::Result, inputs::OcrOptions};

impl SpacedriveClient {
    /// Makes an entry as [`Vdfs::create_entry`](super::Vdfs::create_entry) does.
    ///
    /// # Errors
    /// As there.
    pub fn create_entry(&self, input: impl Into<NewEntry>) -> Result<Uuid> {
        self.vdfs().create_entry(input)
    }

    /// Writes a sidecar file as [`Vdfs::write_sidecar`](super::Vdfs::write_sidecar) does.
    ///
    /// # Errors
    /// As there.
    pub fn write_sidecar(
        &self,
        entry_id: Uuid,
        name: &str,
        data: impl AsRef<[u8]>,
    ) -> Result<SidecarInfo> {
        self.vdfs().write_sidecar(entry_id, name, data)
    }

    /// Reads a document as [`Ai::ocr`](super::Ai::ocr) does.
    ///
    /// # Errors
    /// As there.
    pub fn ocr(&self, data: &[u8], options: OcrOptions) -> Result<OcrOutput> {
        self.ai().ocr(data, options)
    }

    /// Answers a question about a text as [`Ai::classify_text`](super::Ai::classify_text) does.
    ///
    /// # Errors
    /// As there.
    pub fn classify_text(&self, text: &str, prompt: &str) -> Result<Value> {
        self.ai().classify_text(text, prompt)
    }

    /// Answers a question about a text as a `T`, as [`Ai::classify`](super::Ai::classify) does.
    ///
    /// # Errors
    /// As there.
    pub fn classify<T: DeserializeOwned + JsonSchema>(
        &self,
        text: &str,
        prompt: &str,
    ) -> Result<T> {
        self.ai().classify(text, prompt)
    }
}
