//! Reading documents, understanding texts, searching.

use ext_wire::ops::{
    ai::{
        ClassifyText, ClassifyTextInput, ClassifyTextOutput, Embed, EmbedInput, EmbedOutput,
        ExtractText, ExtractTextInput, ExtractTextOutput, Ocr, OcrInput, OcrOutput,
    },
    search::{Entries, SearchInput, SearchOutput},
};

use super::SpacedriveClient;
use crate::error::Result;

impl SpacedriveClient {
    /// Reads the text in a picture, or in pages of a PDF that have no text layer.
    ///
    /// # Errors
    /// The `E_DOC_…` codes for documents that cannot be read,
    /// [`ErrorCode::ModelMissing`](crate::ErrorCode::ModelMissing).
    pub fn ocr(&self, input: OcrInput) -> Result<OcrOutput> {
        self.call_op::<Ocr>(&input)
    }

    /// Takes the text that a document carries: PDF text layer, HTML, plain text.
    ///
    /// # Errors
    /// The `E_DOC_…` codes for documents that cannot be read.
    pub fn extract_text(&self, input: ExtractTextInput) -> Result<ExtractTextOutput> {
        self.call_op::<ExtractText>(&input)
    }

    /// Answers a question about a text, as JSON after a schema.
    ///
    /// # Errors
    /// [`ErrorCode::NeedsProvider`](crate::ErrorCode::NeedsProvider) when the question is beyond
    /// the engines of the host.
    pub fn classify_text(&self, input: ClassifyTextInput) -> Result<ClassifyTextOutput> {
        self.call_op::<ClassifyText>(&input)
    }

    /// Turns texts into vectors, near to each other when their meaning is.
    ///
    /// # Errors
    /// [`ErrorCode::BadInput`](crate::ErrorCode::BadInput) for texts out of range,
    /// [`ErrorCode::ModelMissing`](crate::ErrorCode::ModelMissing).
    pub fn embed(&self, input: EmbedInput) -> Result<EmbedOutput> {
        self.call_op::<Embed>(&input)
    }

    /// Searches names, metadata and text sidecars, by words and by meaning.
    ///
    /// # Errors
    /// [`ErrorCode::BadInput`](crate::ErrorCode::BadInput) for a limit out of range.
    pub fn search(&self, input: SearchInput) -> Result<SearchOutput> {
        self.call_op::<Entries>(&input)
    }
}
