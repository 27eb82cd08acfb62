//! Reading documents, understanding texts.

use ext_wire::ops::ai::{
    ClassifyText, ClassifyTextInput, ClassifyTextOutput, Embed, EmbedInput, EmbedOutput,
    ExtractText, ExtractTextInput, ExtractTextOutput, Ocr, OcrInput, OcrOutput,
};

use schemars::{JsonSchema, generate::SchemaSettings};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::SpacedriveClient;
use crate::{
    error::{Error, Result},
    inputs::OcrOptions,
};

/// Documents and texts that models of the host read: [`SpacedriveClient::ai`] returns it.
#[derive(Debug, Clone, Copy)]
pub struct Ai<'a>(pub(super) &'a SpacedriveClient);

impl Ai<'_> {
    /// Reads the text in a picture, or in pages of a PDF.
    ///
    /// # Errors
    /// The `E_DOC_…` codes for documents that cannot be read,
    /// [`ErrorCode::ModelMissing`](crate::ErrorCode::ModelMissing).
    pub fn ocr(&self, data: &[u8], options: OcrOptions) -> Result<OcrOutput> {
        self.ocr_with(options.with_data(data.to_vec()))
    }

    /// Reads as [`Self::ocr`] does, without copying the document first.
    ///
    /// # Errors
    /// As [`Self::ocr`].
    pub fn ocr_with(&self, input: OcrInput) -> Result<OcrOutput> {
        self.0.call_op::<Ocr>(&input)
    }

    /// Takes the text that a document carries: PDF text layer, HTML, plain text.
    ///
    /// # Errors
    /// The `E_DOC_…` codes for documents that cannot be read.
    pub fn extract_text(&self, input: ExtractTextInput) -> Result<ExtractTextOutput> {
        self.0.call_op::<ExtractText>(&input)
    }

    /// Answers a question about a text, as JSON: a prompt for a receipt with its fields.
    ///
    /// # Errors
    /// [`ErrorCode::NeedsProvider`](crate::ErrorCode::NeedsProvider) when the question is beyond
    /// the engines of the host.
    pub fn classify_text(&self, text: &str, prompt: &str) -> Result<Value> {
        Ok(self.classify_text_with(ClassifyTextInput::new(text, prompt))?.answer)
    }

    /// Answers a question about a text as a `T`, whose JSON Schema is what is asked for. What the text
    /// does not say is `null`, so fields are mostly `Option`s; their documentation is part of the
    /// question.
    ///
    /// ```
    /// use serde_json::json;
    /// use spacedrive_sdk::{ops::ai, prelude::*, schemars, testing::FakeHost};
    ///
    /// #[derive(serde::Deserialize, schemars::JsonSchema)]
    /// #[schemars(crate = "spacedrive_sdk::schemars")]
    /// struct Receipt {
    ///     /// Total amount.
    ///     total: Option<f64>,
    /// }
    ///
    /// let host = FakeHost::new();
    /// host.on::<ai::ClassifyText>(|input| {
    ///     let schema = input.schema.unwrap_or_default();
    ///     assert_eq!(schema["properties"]["total"]["description"], "Total amount.");
    ///     let (evidence, engine) = (Default::default(), "fake".to_owned());
    ///     Ok(ai::ClassifyTextOutput { answer: json!({ "total": 9.5 }), evidence, engine })
    /// });
    /// let receipt: Receipt = host.client().ai().classify("TOTAL 9.50", "Extract receipt data")?;
    /// assert_eq!(receipt.total, Some(9.5));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Self::classify_text`]; [`ErrorCode::BadInput`](crate::ErrorCode::BadInput) when `T` is not
    /// an object, or the answer is not a `T`.
    pub fn classify<T: DeserializeOwned + JsonSchema>(
        &self,
        text: &str,
        prompt: &str,
    ) -> Result<T> {
        let settings = SchemaSettings::draft2020_12().with(|it| it.inline_subschemas = true);
        let schema = settings.into_generator().into_root_schema_for::<T>();
        let schema = schema.as_object().cloned();
        let input = ClassifyTextInput { schema, ..ClassifyTextInput::new(text, prompt) };
        let answer = self.classify_text_with(input)?.answer;
        serde_json::from_value(answer).map_err(|error| Error::from(error).context("the answer"))
    }

    /// Answers a question about a text, as JSON after a schema, with the evidence for it.
    ///
    /// # Errors
    /// As [`Self::classify_text`].
    pub fn classify_text_with(&self, input: ClassifyTextInput) -> Result<ClassifyTextOutput> {
        self.0.call_op::<ClassifyText>(&input)
    }

    /// Turns texts into vectors, near to each other when their meaning is.
    ///
    /// # Errors
    /// [`ErrorCode::BadInput`](crate::ErrorCode::BadInput) for texts out of range,
    /// [`ErrorCode::ModelMissing`](crate::ErrorCode::ModelMissing).
    pub fn embed(&self, input: EmbedInput) -> Result<EmbedOutput> {
        self.0.call_op::<Embed>(&input)
    }
}
