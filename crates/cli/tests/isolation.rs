//! Hostile documents, read by real workers of this program.

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
struct Host {
    core: Core,
    library: Uuid,
    _data: TempDir,
}

impl Host {
    fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let models = ModelStore::new(data.path().join("models"));
        let program = env!("CARGO_BIN_EXE_spacedrive").into();
        let core = Core::with_isolation(data.path(), models, Isolation::Worker(program)).unwrap();
        let input = CreateLibraryInput { name: "Test".into() };
        let library = core.call_typed::<Create>(None, &input).unwrap().id;
        Self { core, library, _data: data }
    }

    /// The code that reading a picture ends with.
    fn picture(&self, file: &[u8]) -> ErrorCode {
        let input = OcrInput::new(Blob::from(file.to_vec()));
        let read = self.core.call_typed::<Ocr>(Some(self.library), &input);
        read.map_or_else(|error| error.code, |_| ErrorCode::OK)
    }

    fn pdf(&self, file: &[u8]) -> Result<String, ErrorCode> {
        let data = Blob::from(file.to_vec());
        let input = ExtractTextInput { data, media_type: Some("application/pdf".into()) };
        let read = self.core.call_typed::<ExtractText>(Some(self.library), &input);
        read.map(|read| read.text).map_err(|error| error.code)
    }
}

fn deflated(bytes: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    bytes.into_iter().for_each(|part| encoder.write_all(&part).unwrap());
    encoder.finish().unwrap()
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(kind);
    crc.update(data);
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length, kind.as_slice(), data, &crc.sum().to_be_bytes()].concat()
}

/// A grey PNG of this size whose pixels are `rows` of zeros, with more chunks before them.
fn png(width: u32, height: u32, rows: u32, more: &[u8]) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
    let row = vec![0; usize::try_from(width).unwrap() + 1];
    let pixels = deflated((0..rows).map(|_| row.clone()));
    let chunks = [chunk(b"IHDR", &header), more.to_vec(), chunk(b"IDAT", &pixels)];
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunks.concat(), chunk(b"IEND", b"")].concat()
}

/// A PDF of one page that says "Total 3.20", with more objects and more of the catalogue.
fn pdf(objects: &str, catalogue: &str) -> Vec<u8> {
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

#[test]
fn sound_documents_are_read() {
    let host = Host::new();
    assert_eq!(host.pdf(&pdf("", "")).as_deref(), Ok("Total 3.20"));
    assert_eq!(host.picture(&png(40, 20, 20, b"")), ErrorCode::ModelMissing);
}

#[test]
fn doc_02_pictures_that_promise_too_much() {
    let host = Host::new();
    assert_eq!(host.picture(&png(60_000, 60_000, 1, b"")), ErrorCode::DocLimit);
    // 256 MiB of a colour profile, and of a comment, in a few hundred kilobytes.
    let bomb = deflated((0..256).map(|_| vec![0; 1 << 20]));
    for (kind, head) in [(b"iCCP", b"x\0\0".as_slice()), (b"zTXt", b"x\0\0")] {
        let file = png(40, 20, 20, &chunk(kind, &[head, &bomb].concat()));
        let code = host.picture(&file);
        let harmless = [ErrorCode::ModelMissing, ErrorCode::DocMalformed, ErrorCode::DocLimit];
        assert!(harmless.contains(&code), "{code}");
    }
    let many = chunk(b"tEXt", b"a\0b").repeat(10_000);
    assert_eq!(host.picture(&png(40, 20, 20, &many)), ErrorCode::ModelMissing);
}

#[test]
fn doc_03_documents_that_break_off() {
    let host = Host::new();
    let (picture, document) = (png(200, 100, 100, b""), pdf("", ""));
    for percent in (0..100).step_by(4) {
        let file = &picture[..picture.len() * percent / 100];
        let code = host.picture(file);
        let told = [ErrorCode::DocMalformed, ErrorCode::ModelMissing, ErrorCode::BadInput];
        assert!(told.contains(&code), "{percent} %: {code}");
        let read = host.pdf(&document[..document.len() * percent / 100]);
        let told = [ErrorCode::DocMalformed, ErrorCode::BadInput];
        assert!(read.is_ok() || read.is_err_and(|code| told.contains(&code)), "{percent} %");
    }
}

#[test]
fn doc_06_actions_of_a_document_are_not_taken() {
    let host = Host::new();
    let mark = tempfile::tempdir().unwrap();
    let mark = mark.path().join("launched");
    let launch = format!(
        "6 0 obj\n<< /S /Launch /F (/bin/sh) /Unix << /F (touch {0}) >> /Next << /S /JavaScript \
         /JS (app.launchURL\\(\"http://127.0.0.1:9/\"\\)) >> >>\nendobj\n",
        mark.display()
    );
    assert_eq!(host.pdf(&pdf(&launch, "/OpenAction 6 0 R")).as_deref(), Ok("Total 3.20"));
    assert!(!mark.exists());
}

#[test]
fn doc_05_a_document_that_refers_to_itself_ends() {
    let host = Host::new();
    let form = "/XObject << /F 6 0 R >>";
    let content = "/F Do /F Do";
    let recursive = format!(
        "6 0 obj\n<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << {form} >> \
         /Length {} >>\nstream\n{content}\nendstream\nendobj\n",
        content.len()
    );
    let file = String::from_utf8(pdf(&recursive, "")).unwrap();
    let file =
        file.replace("/Font <<", &format!("{form} /Font <<")).replace("BT /F1", "/F Do BT /F1");
    let read = host.pdf(file.as_bytes());
    let told = [ErrorCode::DocMalformed, ErrorCode::DocLimit];
    assert!(read.is_ok() || read.is_err_and(|code| told.contains(&code)));
    assert_eq!(host.pdf(&pdf("", "")).as_deref(), Ok("Total 3.20"));
}
