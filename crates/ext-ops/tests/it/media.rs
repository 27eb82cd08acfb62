//! The operations on pictures: what they ask of their reader, and of whom they take a picture.

use std::sync::Arc;

use ext_library_sqlite::Libraries;
use ext_manifest::Manifest;
use ext_perm::{Author, Engine, NumberedRule, Rule, RuleBackend};
use ext_services::settings::Settings;
use ext_services::{
    documents::{DocumentError, PageText, PdfReader, SecretText},
    pictures::{
        FoundCode, PictureMetadata, PictureReader, Thumbnail, ThumbnailOptions, Thumbnails,
    },
};
use ext_wire::{
    ErrorBody, ErrorCode,
    ops::settings::{
        GetSettingsOutput, ListSettingsOutput, SecretValue, SetSettingsInput, SetSettingsOutput,
        SettingsRef,
    },
};
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use crate::library::Host;

const THUMBNAIL: &str = "query:media.thumbnail.v1";
const METADATA: &str = "query:media.metadata.v1";
const CODES: &str = "query:media.codes.v1";

/// A reader whose pictures begin with `picture`.
struct Reader;

impl PictureReader for Reader {
    fn metadata(&self, file: &[u8]) -> Result<PictureMetadata, DocumentError> {
        if !file.starts_with(b"picture") {
            return Err(DocumentError::Malformed { reason: "not a picture".into() });
        }
        Ok(PictureMetadata { format: "jpeg".into(), ..PictureMetadata::default() })
    }

    fn thumbnails(
        &self,
        file: &[u8],
        options: &ThumbnailOptions,
    ) -> Result<Thumbnails, DocumentError> {
        if file.ends_with(b"heic") {
            return Err(DocumentError::Unsupported { reason: "HEIF cannot be decoded".into() });
        }
        let one = |size: &u32| Thumbnail { size: *size, width: *size, height: 1, bytes: vec![1] };
        Ok(Thumbnails {
            width: 9,
            height: 9,
            thumbnails: options.sizes.iter().map(one).collect(),
            luma: options.luma.map(|side| vec![0; side as usize]),
        })
    }

    fn codes(&self, file: &[u8]) -> Result<Vec<FoundCode>, DocumentError> {
        let text = String::from_utf8_lossy(file).into_owned();
        Ok(vec![FoundCode { page: 1, format: "qr".into(), text, area: [0.0; 4] }])
    }
}

/// A reader of PDFs of two pages, which opens those that end with its password alone.
#[derive(Default)]
struct Pdfs(Vec<SecretText>);

impl Pdfs {
    fn open(&self, pdf: &[u8]) -> Result<(), DocumentError> {
        let is_open = pdf.ends_with(b"open");
        let opens = |password: &SecretText| pdf.ends_with(password.expose().as_bytes());
        if is_open || self.0.iter().any(opens) { Ok(()) } else { Err(DocumentError::Encrypted) }
    }
}

impl PdfReader for Pdfs {
    fn text(&self, pdf: &[u8]) -> Result<Vec<PageText>, DocumentError> {
        self.open(pdf)?;
        Ok(vec!["one".to_owned().into(), "two".to_owned().into()])
    }

    fn render_png(&self, pdf: &[u8], page: u32, _: u32) -> Result<Vec<u8>, DocumentError> {
        self.open(pdf)?;
        match page {
            1 | 2 => Ok(format!("page {page}").into_bytes()),
            _ => Err(DocumentError::NoSuchPage { page, pages: 2 }),
        }
    }

    fn embedded_files(&self, pdf: &[u8]) -> Result<Vec<(String, Vec<u8>)>, DocumentError> {
        self.open(pdf).map(|()| Vec::new())
    }

    fn with_passwords(&self, passwords: &[SecretText]) -> Option<Box<dyn PdfReader>> {
        Some(Box::new(Self(passwords.to_vec())))
    }
}

/// Settings of the extension `demo`: the passwords `no` and `yes`.
struct Passwords;

impl Settings for Passwords {
    fn get(&self, extension: &str, _: Uuid) -> Result<GetSettingsOutput, ErrorBody> {
        assert_eq!(extension, "demo");
        let passwords = SecretValue::List(vec!["no".into(), "yes".into()]);
        let secrets = [("pdfs".to_owned(), passwords)].into();
        Ok(GetSettingsOutput { values: Map::new(), secrets })
    }

    fn list(&self, _: &SettingsRef) -> Result<ListSettingsOutput, ErrorBody> {
        Err(ErrorBody::new(ErrorCode::NotFound, "no list"))
    }

    fn set(&self, _: SetSettingsInput) -> Result<SetSettingsOutput, ErrorBody> {
        Err(ErrorBody::new(ErrorCode::NotFound, "nothing is set"))
    }
}

fn host() -> (TempDir, Host) {
    let data = tempfile::tempdir().unwrap();
    let mut host = Host::new(Arc::new(Libraries::new(data.path()).unwrap()));
    host.services = host
        .services
        .with::<dyn PictureReader>(Arc::new(Reader))
        .with::<dyn PdfReader>(Arc::new(Pdfs::default()))
        .with::<dyn Settings>(Arc::new(Passwords));
    (data, host)
}

fn add(host: &Host, path: &str, content: &str) -> Value {
    let input = json!({
        "name": "x", "path": path, "entry_type": "note", "content": content,
    });
    let method = "action:vdfs.create_entry.input.v1";
    host.call(&Engine::for_user(), method, &input).unwrap()["entry"]["id"].clone()
}

fn thumbnail(host: &Host, entry: &Value, mut input: Value) -> Result<Value, ErrorCode> {
    input["entry_id"] = entry.clone();
    host.call(&Engine::for_user(), THUMBNAIL, &input).map_err(|error| error.code)
}

/// `picture` in base64, and with `.heic` behind it.
const PICTURE: &str = "cGljdHVyZQ==";
const HEIC: &str = "cGljdHVyZS5oZWlj";

#[test]
fn sizes_and_formats_out_of_range_are_refused_and_others_are_not() {
    let (_data, host) = host();
    let entry = add(&host, "a.jpg", PICTURE);
    let made = thumbnail(&host, &entry, json!({ "sizes": [16, 4096], "luma": 8 })).unwrap();
    assert_eq!(made["thumbnails"][1]["width"], 4096);
    assert_eq!(made["thumbnails"][0]["media_type"], "image/jpeg");
    let png = thumbnail(&host, &entry, json!({ "sizes": [16], "format": "png" })).unwrap();
    assert_eq!(png["thumbnails"][0]["media_type"], "image/png");
    for wrong in [
        json!({}),
        json!({ "sizes": [] }),
        json!({ "sizes": [15] }),
        json!({ "sizes": [4097] }),
        json!({ "sizes": vec![16; 9] }),
        json!({ "sizes": [16], "luma": 7 }),
        json!({ "luma": 129 }),
        json!({ "sizes": [16], "format": "heic" }),
        json!({ "sizes": [16], "wrong": 1 }),
    ] {
        assert_eq!(thumbnail(&host, &entry, wrong.clone()), Err(ErrorCode::BadInput), "{wrong}");
    }
}

#[test]
fn failures_have_codes_that_say_who_is_to_blame() {
    let (_data, host) = host();
    let note = host.add("note");
    let sizes = json!({ "sizes": [64] });
    assert_eq!(thumbnail(&host, &note, sizes.clone()), Err(ErrorCode::BadInput));
    let gone = json!("00000000-0000-4000-8000-000000000000");
    assert_eq!(thumbnail(&host, &gone, sizes.clone()), Err(ErrorCode::NotFound));
    let heic = add(&host, "a.heic", HEIC);
    assert_eq!(thumbnail(&host, &heic, sizes), Err(ErrorCode::NeedsProvider));
    let text = add(&host, "a.txt", "dGV4dA==");
    let input = json!({ "entry_id": text });
    let error = host.call(&Engine::for_user(), METADATA, &input).unwrap_err();
    assert_eq!(error.code, ErrorCode::DocMalformed);
}

#[test]
fn a_picture_in_a_denied_folder_is_not_shown_small_either() {
    let (_data, host) = host();
    let (open, denied) = (add(&host, "open/a.jpg", PICTURE), add(&host, "secret/a.jpg", PICTURE));
    let manifest = br#"{"id":"demo","name":"Demo","version":"1.0.0","wasm_file":"demo.wasm",
        "permissions":{"methods":["media.*"],"libraries":["*"]}}"#;
    let rules = json!([{ "effect": "allow" }, { "effect": "deny", "entries": ["secret/**"] }]);
    let rules: Vec<Rule> = serde_json::from_value(rules).unwrap();
    let numbered = |(id, rule)| NumberedRule { id, place: format!("grant {id}"), rule };
    let grants = RuleBackend::new(Author::User, "demo", (1..).zip(rules).map(numbered));
    let engine = Engine::for_extension(&Manifest::parse(manifest).unwrap()).and(grants);
    let call = |method: &str, entry: &Value| {
        let input = match method {
            THUMBNAIL => json!({ "entry_id": entry, "sizes": [64] }),
            _ => json!({ "entry_id": entry }),
        };
        host.call(&engine, method, &input).map(drop).map_err(|error| error.code)
    };
    for method in [THUMBNAIL, METADATA] {
        assert_eq!(call(method, &open), Ok(()));
        assert_eq!(call(method, &denied), Err(ErrorCode::DeniedArg));
    }
}

/// The engine of the extension `demo`, which may call everything about documents.
fn demo() -> Engine {
    let manifest = br#"{"id":"demo","name":"Demo","version":"1.0.0","wasm_file":"demo.wasm",
        "permissions":{"methods":["media.*","ai.*"],"libraries":["*"]}}"#;
    Engine::for_extension(&Manifest::parse(manifest).unwrap())
}

/// A PDF that is open, and one that needs the password `yes`, in base64.
const OPEN: &str = "JVBERi0xLjcgb3Blbg==";
const LOCKED: &str = "JVBERi0xLjcgeWVz";

fn texts(host: &Host, engine: &Engine, input: Value) -> Result<Vec<String>, ErrorCode> {
    let found = host.call(engine, CODES, &input).map_err(|error| error.code)?;
    let codes = found["codes"].as_array().unwrap().iter();
    Ok(codes.map(|code| format!("{} {}", code["page"], code["text"].as_str().unwrap())).collect())
}

#[test]
fn codes_are_read_of_a_picture_or_of_the_pages_of_a_pdf() {
    let (_data, host) = host();
    let user = Engine::for_user();
    let entry = add(&host, "a.jpg", PICTURE);
    assert_eq!(texts(&host, &user, json!({ "entry_id": entry })).unwrap(), ["1 picture"]);
    assert_eq!(texts(&host, &user, json!({ "data": PICTURE })).unwrap(), ["1 picture"]);
    let pages = ["1 page 1", "2 page 2"];
    assert_eq!(texts(&host, &user, json!({ "data": OPEN })).unwrap(), pages);
    assert_eq!(
        texts(&host, &user, json!({ "data": OPEN, "pages": [2, 2, 7] })).unwrap(),
        pages[1..]
    );
    let wrong = [
        json!({}),
        json!({ "data": PICTURE, "entry_id": entry }),
        json!({ "data": OPEN, "pages": (1..=11).collect::<Vec<_>>() }),
        json!({ "data": OPEN, "pages": [0] }),
        json!({ "data": LOCKED, "passwords": "pdfs" }),
    ];
    for input in wrong {
        assert_eq!(texts(&host, &user, input.clone()), Err(ErrorCode::BadInput), "{input}");
    }
}

#[test]
fn a_locked_pdf_is_opened_by_a_setting_of_the_extension_that_asks() {
    let (_data, host) = host();
    let demo = demo();
    let locked = |passwords: Option<&str>| json!({ "data": LOCKED, "passwords": passwords });
    assert_eq!(texts(&host, &demo, locked(Some("pdfs"))).unwrap().len(), 2);
    for passwords in [None, Some("other")] {
        let read = texts(&host, &demo, locked(passwords));
        assert_eq!(read, Err(ErrorCode::DocEncrypted), "{passwords:?}");
    }
    let text = |passwords: Option<&str>| {
        let read = host.call(&demo, "query:ai.extract_text.v1", &locked(passwords));
        read.map(|read| read["pages"].clone()).map_err(|error| error.code)
    };
    assert_eq!(text(Some("pdfs")), Ok(json!(2)));
    assert_eq!(text(Some("other")), Err(ErrorCode::DocEncrypted));
    let error = host.call(&demo, CODES, &locked(Some("other"))).unwrap_err();
    assert!(!error.to_string().contains("yes"), "{error}");
}
