//! Operations that read documents and understand texts.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::invoice::Invoice;
use super::{
    direction::{wire_input, wire_output},
    family::family,
};
use crate::Blob;

family! {
    "ai", include_str!("ai.md");

    /// Reads the text in a picture or in pages of a PDF.
    ///
    /// Pages are rendered at 200 dpi, and up to four are read in parallel. Pages that lie on their
    /// side are turned, and lines that are askew are read, unless `preprocessing` leaves that out;
    /// `contrast` is for faint pictures. The text is at most 1 MiB; control characters and marks of
    /// direction are taken out, and `flags` says so.
    ///
    /// Errors: `E_BAD_INPUT` for an empty picture, or no such page, engine, language, step or
    /// format; `E_DOC_MALFORMED`; `E_DOC_ENCRYPTED`; `E_DOC_LIMIT` over 50 pages in a call, too many
    /// pixels, too much time or memory; `E_MODEL_MISSING`; `E_NEEDS_PROVIDER` when tesseract is not
    /// installed; `E_BUSY`.
    LibraryQuery Ocr = "query:ai.ocr.v1", OcrInput => OcrOutput;
    /// Extracts the text that a document carries, and the electronic invoice in it.
    ///
    /// PDF with a text layer, Word (`docx`), Excel (`xlsx`), PowerPoint (`pptx`), OpenDocument texts,
    /// sheets and presentations (`odt`, `ods`, `odp`), HTML, XML, plain text.
    ///
    /// Errors: `E_BAD_INPUT` for an empty document, or a media type that carries no text;
    /// `E_DOC_MALFORMED`; `E_DOC_ENCRYPTED`; `E_DOC_LIMIT`.
    LibraryQuery ExtractText = "query:ai.extract_text.v1", ExtractTextInput => ExtractTextOutput;
    /// Draws a page of a PDF as a PNG, at 200 dpi: the boxes of [`Ocr`] are places in this picture.
    ///
    /// Errors: `E_BAD_INPUT` for no PDF or no such page; `E_DOC_MALFORMED`; `E_DOC_ENCRYPTED`;
    /// `E_DOC_LIMIT`; `E_BUSY`.
    CoreQuery(host_only) RenderPage = "query:ai.render_page.v1", RenderPageInput => RenderPageOutput;
    /// Turns texts into vectors, near to each other when their meaning is.
    ///
    /// The model was trained on English and reads the first 256 tokens, about 200 words.
    ///
    /// Errors: `E_BAD_INPUT` for none, too many, empty or too long texts; `E_MODEL_MISSING`.
    LibraryQuery Embed = "query:ai.embed.v1", EmbedInput => EmbedOutput;
    /// Answers a question about a text, as JSON after a schema.
    ///
    /// The built-in engine answers from what the text prints: dates, amounts, currencies,
    /// organisations, identifiers, line items, choices. It writes nothing of its own. A schema cannot
    /// refer to anything outside itself. Without one, a prompt for a receipt or an invoice is answered
    /// with `vendor`, `date`, `amount`, `currency`, `tax` and `items`, and one for a single value with
    /// `answer`.
    ///
    /// Errors: `E_BAD_INPUT` for a text or schema that is too large, or a schema that cannot be
    /// filled; `E_NEEDS_PROVIDER` when the engine has no recogniser for any of the properties, or
    /// there is no schema and the text does not print what the prompt asks for;
    /// `E_MODEL_ANSWER`; of a configured server `E_BUSY` (with `retry_after_ms` where it says so),
    /// `E_NET`, `E_NET_TIMEOUT`, `E_NET_SIZE`.
    LibraryQuery ClassifyText = "query:ai.classify_text.v1", ClassifyTextInput => ClassifyTextOutput;
}

/// Longest text of [`ClassifyText`], in bytes.
pub const MAX_TEXT_BYTES: usize = 512 << 10;

/// Most texts of one [`Embed`].
pub const MAX_EMBED_TEXTS: usize = 64;

/// Longest text of [`Embed`], in bytes; models read less of it.
pub const MAX_EMBED_BYTES: usize = 64 << 10;

wire_input! {
    /// Input of [`Ocr`].
    pub struct OcrInput {
        /// PNG, JPEG, WebP, TIFF, BMP, GIF or PDF.
        pub data: Blob,
        /// Pages of a PDF or TIFF to read, from 1; left out: all of them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub pages: Option<Vec<u32>>,
        /// True to return rows with boxes and confidences.
        #[serde(default)]
        pub lines: bool,
        /// Language of the text, ISO 639: `de`, `deu`; left out: whatever the engine reads.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub language: Option<String>,
        /// The engine that is to read it: `pp-ocr` or `tesseract`; left out: the host's default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub engine: Option<String>,
        /// Steps of preprocessing, of `orientation`, `deskew`, `contrast`; left out: orientation
        /// and deskew.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub preprocessing: Option<Vec<String>>,
        /// Name of a setting of the calling extension that is a secret, a text or a list of texts: passwords
        /// that are tried on an encrypted PDF.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub passwords: Option<String>,
        /// Another form to return as well: `hocr` or `tsv` (as Tesseract writes it).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub format: Option<String>,
    }
}

wire_output! {
    /// Output of [`Ocr`].
    pub struct OcrOutput {
        /// Rows from top to bottom joined by line feeds, cells of a row separated by two spaces,
        /// pages separated by a form feed.
        pub text: String,
        /// Mean confidence, 0 to 1.
        pub confidence: f32,
        /// Results per page.
        pub pages: Vec<OcrPage>,
        /// The engine that read it.
        pub engine: String,
        /// The form asked for by `format`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub formatted: Option<String>,
        /// Changes that made the text safe: `control_characters_removed`, `cut`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub flags: Vec<String>,
    }

    /// One page of [`OcrOutput`].
    pub struct OcrPage {
        /// Number of the page, from 1.
        pub page: u32,
        /// Width in pixels, upright.
        pub width: u32,
        /// Height in pixels, upright.
        pub height: u32,
        /// Degrees by which it was turned clockwise to read it: 0, 90, 180, 270.
        pub rotation: u16,
        /// Degrees by which its rows fall to the right, after that.
        #[serde(default)]
        pub skew: f32,
        /// Its rows, when asked for.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub lines: Vec<OcrLine>,
    }

    /// One row of an [`OcrPage`].
    pub struct OcrLine {
        /// Its text.
        pub text: String,
        /// Mean confidence, 0 to 1.
        pub confidence: f32,
        /// Left, top, width, height, in pixels of the picture as given.
        pub area: [f32; 4],
        /// Its words, from left to right.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub words: Vec<OcrWord>,
    }

    /// One word of an [`OcrLine`].
    pub struct OcrWord {
        /// Its characters.
        pub text: String,
        /// Mean confidence, 0 to 1.
        pub confidence: f32,
        /// Left, top, width, height, in pixels of the picture as given.
        pub area: [f32; 4],
    }
}

wire_input! {
    /// Input of [`RenderPage`].
    pub struct RenderPageInput {
        /// The PDF.
        pub data: Blob,
        /// Number of the page, from 1.
        pub page: u32,
    }
}

wire_output! {
    /// Output of [`RenderPage`].
    pub struct RenderPageOutput {
        /// The picture, a PNG.
        pub picture: Blob,
    }
}

wire_input! {
    /// Input of [`ExtractText`].
    pub struct ExtractTextInput {
        /// The document.
        pub data: Blob,
        /// Its media type, `application/pdf` or `text/html; charset=utf-8`; left out: detected from
        /// its first bytes. A PDF is read as one whatever this says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub media_type: Option<String>,
        /// Pages of a PDF whose text is wanted, from 1; left out: all. Those behind the last page are
        /// passed over, so that the beginning of a long document can be asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub pages: Option<Vec<u32>>,
        /// Name of a setting of the calling extension that is a secret, a text or a list of texts: passwords
        /// that are tried on an encrypted PDF.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub passwords: Option<String>,
    }
}

wire_output! {
    /// Output of [`ExtractText`].
    pub struct ExtractTextOutput {
        /// The pages in their order, separated by a form feed; rows and cells as in that of `ai.ocr`.
        pub text: String,
        /// The media type that it was read as.
        pub media_type: String,
        /// Pages in the document; 1 for texts without pages.
        pub pages: u32,
        /// Pages, from 1, that carry no text and may be scans: something for `ai.ocr`.
        pub pages_without_text: Vec<u32>,
        /// Pages, from 1, whose text may not be all or not what they show: a picture or outlines of
        /// letters cover them, characters are unknown, or a program read it in a scan. Something for
        /// `ai.ocr` as well.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub pages_in_doubt: Vec<u32>,
        /// Files inside the document (PDF attachments, such as the XML of an e-invoice).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub embedded: Vec<EmbeddedFile>,
        /// The electronic invoice that the document is or carries inside. It takes precedence over
        /// the text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub invoice: Option<Box<Invoice>>,
    }

    /// A file inside a document.
    pub struct EmbeddedFile {
        /// Its name there; never a path to open.
        pub name: String,
        /// Its bytes.
        pub data: Blob,
    }
}

wire_input! {
    /// Input of [`Embed`].
    pub struct EmbedInput {
        /// 1 to 64 texts, none empty, each at most 64 KiB. The model
        /// reads the beginning of a long one, about 200 words.
        pub texts: Vec<String>,
    }
}

wire_output! {
    /// Output of [`Embed`].
    pub struct EmbedOutput {
        /// One vector for each text, in order, each of length 1: a scalar product is a cosine.
        pub vectors: Vec<Vec<f32>>,
        /// Numbers in a vector.
        pub dimension: u32,
        /// The model; vectors of different models cannot be compared.
        pub engine: String,
    }
}

wire_input! {
    /// Input of [`ClassifyText`].
    pub struct ClassifyTextInput {
        /// The text, at most 512 KiB; rows and cells as in that of `ai.ocr`.
        pub text: String,
        /// The question, in words.
        pub prompt: String,
        /// JSON Schema of the answer, an object schema of at most 64 KiB; the answer validates
        /// against it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub schema: Option<Map<String, Value>>,
    }
}

wire_output! {
    /// Output of [`ClassifyText`].
    pub struct ClassifyTextOutput {
        /// The answer; a property that the text does not answer is `null`.
        pub answer: Value,
        /// Evidence per top-level property of the answer.
        pub evidence: BTreeMap<String, Evidence>,
        /// The engine that answered.
        pub engine: String,
    }

    /// Source of a value in the text.
    pub struct Evidence {
        /// Confidence of the engine, 0 to 1.
        pub confidence: f32,
        /// Line of the text, from 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub line: Option<u32>,
        /// That line.
        pub quote: String,
        /// Other values that the text may mean just as well, such as a thousand for `1.234`: the
        /// answer is the likeliest, and a person should look at it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub alternatives: Vec<Value>,
    }
}

impl OcrInput {
    /// Asks for all of a document, text only.
    pub fn new(data: impl Into<Blob>) -> Self {
        Self { data: data.into(), ..Self::default() }
    }
}

impl ExtractTextInput {
    /// Asks for the text of a document whose media type is detected.
    pub fn new(data: impl Into<Blob>) -> Self {
        Self { data: data.into(), ..Self::default() }
    }

    /// Asks for the text of a document of this media type.
    pub fn of_type(data: impl Into<Blob>, media_type: impl Into<String>) -> Self {
        Self { media_type: Some(media_type.into()), ..Self::new(data) }
    }
}

impl EmbedInput {
    /// Asks for the vectors of these texts.
    pub fn new<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self { texts: texts.into_iter().map(Into::into).collect() }
    }
}

impl ClassifyTextInput {
    /// Asks a question without a schema.
    pub fn new(text: impl Into<String>, prompt: impl Into<String>) -> Self {
        Self { text: text.into(), prompt: prompt.into(), schema: None }
    }
}
