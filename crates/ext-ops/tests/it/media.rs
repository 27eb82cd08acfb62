//! The operations on pictures: what they ask of their reader, and of whom they take a picture.

use std::sync::Arc;

use ext_library_sqlite::Libraries;
use ext_manifest::Manifest;
use ext_perm::{Author, Engine, NumberedRule, Rule, RuleBackend};
use ext_services::{
    documents::DocumentError,
    pictures::{PictureMetadata, PictureReader, Thumbnail, ThumbnailOptions, Thumbnails},
};
use ext_wire::ErrorCode;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::library::Host;

const THUMBNAIL: &str = "query:media.thumbnail.v1";
const METADATA: &str = "query:media.metadata.v1";

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
}

fn host() -> (TempDir, Host) {
    let data = tempfile::tempdir().unwrap();
    let mut host = Host::new(Arc::new(Libraries::new(data.path()).unwrap()));
    host.services = host.services.with::<dyn PictureReader>(Arc::new(Reader));
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
