//! A core that reads documents in real workers, and documents for it.

use std::io::Write;

use ext_models::ModelStore;
use ext_wire::{
    Blob, ErrorCode,
    ops::{
        ai::{ExtractText, ExtractTextInput, Ocr, OcrInput},
        libraries::{Create, CreateLibraryInput},
    },
};
use flate2::{Compression, Crc, write::ZlibEncoder};
use spacedrive_core::{Core, Isolation};
use tempfile::TempDir;
use uuid::Uuid;

/// A core whose documents go to workers, without models: a sound picture is `E_MODEL_MISSING`.
pub struct Host {
    pub core: Core,
    pub library: Uuid,
    pub models: ModelStore,
    _data: TempDir,
}

impl Host {
    pub fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let models = ModelStore::new(data.path().join("models"));
        let program = env!("CARGO_BIN_EXE_spacedrive").into();
        let isolation = Isolation::Worker(program);
        let core = Core::builder(data.path()).models(models.clone()).isolation(isolation);
        let core = core.build().unwrap();
        let input = CreateLibraryInput { name: "Test".into() };
        let library = core.call_typed::<Create>(None, &input).unwrap().id;
        Self { core, library, models, _data: data }
    }

    /// The code that reading a picture ends with.
    pub fn picture(&self, file: &[u8]) -> ErrorCode {
        let input = OcrInput::new(Blob::from(file.to_vec()));
        let read = self.core.call_typed::<Ocr>(Some(self.library), &input);
        read.map_or_else(|error| error.code(), |_| ErrorCode::OK)
    }

    pub fn pdf(&self, file: &[u8]) -> Result<String, ErrorCode> {
        self.text(file, Some("application/pdf"))
    }

    pub fn text(&self, file: &[u8], media_type: Option<&str>) -> Result<String, ErrorCode> {
        let data = Blob::from(file.to_vec());
        let media_type = media_type.map(str::to_owned);
        let input = ExtractTextInput { media_type, ..ExtractTextInput::new(data) };
        let read = self.core.call_typed::<ExtractText>(Some(self.library), &input);
        read.map(|read| read.text).map_err(|error| error.code())
    }
}

pub fn deflated(bytes: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    bytes.into_iter().for_each(|part| encoder.write_all(&part).unwrap());
    encoder.finish().unwrap()
}

pub fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(kind);
    crc.update(data);
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length, kind.as_slice(), data, &crc.sum().to_be_bytes()].concat()
}

/// A grey PNG of this size whose pixels are `rows` of zeros, with more chunks before them.
pub fn png(width: u32, height: u32, rows: u32, more: &[u8]) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
    let row = vec![0; usize::try_from(width).unwrap() + 1];
    let pixels = deflated((0..rows).map(|_| row.clone()));
    let chunks = [chunk(b"IHDR", &header), more.to_vec(), chunk(b"IDAT", &pixels)];
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunks.concat(), chunk(b"IEND", b"")].concat()
}

/// A PDF of one page that says "Total 3.20", with more objects and more of the catalogue.
pub fn pdf(objects: &str, catalogue: &str) -> Vec<u8> {
    let content = "BT /F1 12 Tf 72 700 Td (Total 3.20) Tj ET";
    let parts = [
        format!("1 0 obj\n<< /Type /Catalog /Pages 2 0 R {catalogue} >>\nendobj\n"),
        "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n".into(),
        "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>\nendobj\n"
            .into(),
        format!("4 0 obj\n<< /Length {} >>\nstream\n{content}\nendstream\nendobj\n", content.len()),
        "5 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n".into(),
        objects.into(),
    ];
    let trailer = "trailer\n<< /Root 1 0 R /Size 10 >>\n%%EOF\n";
    format!("%PDF-1.7\n{}{trailer}", parts.concat()).into_bytes()
}
