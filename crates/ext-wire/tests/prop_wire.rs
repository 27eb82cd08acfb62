//! Properties of methods, blobs and bodies.

use ext_wire::{
    Blob, ErrorBody, ErrorCode, Event, Method, MethodKind, PluginCall, Wire, body, ops,
};
use proptest::{collection::vec, prelude::*};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct WithBlobs {
    title: String,
    blobs: Vec<Blob>,
    last: Option<Blob>,
}

fn name() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9]{0,8}(_[a-z0-9]{1,5}){0,2}(\\.[a-z][a-z0-9]{0,8}(_[a-z0-9]{1,5}){0,2}){1,3}"
}

fn kind() -> impl Strategy<Value = MethodKind> {
    prop_oneof![Just(MethodKind::Query), Just(MethodKind::Action)]
}

fn with_blobs() -> impl Strategy<Value = WithBlobs> {
    let blob = || vec(any::<u8>(), 0..50).prop_map(Blob::from);
    (".{0,20}", vec(blob(), 0..4), proptest::option::of(blob()))
        .prop_map(|(title, blobs, last)| WithBlobs { title, blobs, last })
}

/// Text that is JSON, or nearly: every notation of a number, escaped keys, keys that stand twice.
fn json_text() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| format!("{number:e}")),
        "-?[0-9]{1,25}(\\.[0-9]{1,25})?([eE][+-]?[0-9]{1,4})?",
    ];
    let text = prop_oneof![
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        r#""(a|\\\\u0061|\\\\u00e4|\\\\ud83d\\\\ude39|\\\\ud800|\\\\n|limit|prefix|metadata)""#,
    ];
    let leaf = prop_oneof![number, text.clone(), "null|true|false|nul|NaN"];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        let list = vec(inner.clone(), 0..5).prop_map(|all| format!("[{}]", all.join(" ,")));
        let pair = (text.clone(), inner).prop_map(|(key, value)| format!("{key} : {value}"));
        let object = vec(pair, 0..5).prop_map(|all| format!("{{ {} }}", all.join(",\n")));
        prop_oneof![list, object]
    })
}

proptest! {
    /// What is checked is what the operation reads: an input that passes is the same for both, and when
    /// it is written and read again.
    #[test]
    fn json_16_the_gate_and_the_operation_read_the_same(text in json_text()) {
        let Ok(value) = body::decode_input::<serde_json::Value>(text.clone().into()) else {
            return Ok(());
        };
        let written = serde_json::to_vec(&value)?;
        let again = body::decode_input::<serde_json::Value>(written.into());
        prop_assert_eq!(again.ok(), Some(value.clone()));
        let typed = body::decode_input::<ops::vdfs::ListEntriesInput>(text.into()).ok();
        let from_value = serde_json::from_value::<ops::vdfs::ListEntriesInput>(value).ok();
        let shown = |input| serde_json::to_value::<Option<ops::vdfs::ListEntriesInput>>(input);
        prop_assert_eq!(shown(typed)?, shown(from_value)?);
    }

    #[test]
    fn methods_print_and_parse(kind in kind(), name in name(), version in 1_u16..) {
        let method = Method::new(kind, &name, version)?;
        let text = method.to_string();
        prop_assert_eq!(Method::parse(&text)?, method);
    }

    #[test]
    fn what_parses_prints_the_same(text in "(query|action|QUERY)?:?[a-z0-9_.:]{0,30}(\\.input)?\\.v[0-9]{1,6}") {
        if let Ok(method) = Method::parse(&text) {
            prop_assert_eq!(method.to_string(), text);
        }
    }

    #[test]
    fn arbitrary_text_never_panics(text in ".{0,300}") {
        if let Ok(method) = Method::parse(&text) {
            prop_assert_eq!(method.to_string(), text);
        }
    }

    #[test]
    fn bodies_come_back(value in with_blobs()) {
        for style in [body::BlobStyle::Attachment, body::BlobStyle::Base64] {
            let bytes = body::encode(&value, style)?;
            prop_assert_eq!(&body::decode::<WithBlobs>(bytes.into())?, &value);
        }
    }

    #[test]
    fn a_plain_body_says_the_same(value in with_blobs()) {
        let envelope = body::encode(&value, body::BlobStyle::Attachment)?;
        let plain = body::to_plain(envelope.into())?;
        prop_assert!(!ext_abi::attachment::is_envelope(&plain));
        prop_assert_eq!(&body::decode::<WithBlobs>(plain.into())?, &value);
    }

    #[test]
    fn arbitrary_bodies_never_panic(bytes in vec(any::<u8>(), 0..100)) {
        let _ = body::decode::<WithBlobs>(bytes.clone().into());
        let mut envelope = ext_abi::attachment::MAGIC.to_vec();
        envelope.extend(bytes);
        let _ = body::decode::<WithBlobs>(envelope.clone().into());
        let _ = body::to_plain(envelope.into());
    }

    #[test]
    fn errors_come_back(message in ".{0,50}", retry in proptest::option::of(any::<u64>())) {
        for code in ErrorCode::ALL {
            let mut error = ErrorBody::new(*code, &message);
            error.retry_after_ms = retry;
            prop_assert_eq!(&ErrorBody::from_reply(ErrorCode::Internal, &error.to_json()), &error);
        }
    }
}

#[test]
fn built_in_methods_are_in_the_grammar_and_unique() {
    let mut all: Vec<&str> = ops::methods().collect();
    for method in &all {
        assert_eq!(Method::parse(method).map(|parsed| parsed.to_string()).as_deref(), Ok(*method));
    }
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), count);
}

#[test]
fn perm_04_05_07_13_only_exact_bytes_are_a_method() {
    for text in [
        "",
        ":",
        ".",
        "query:",
        "query:ai",
        "query:ai.v1",
        "QUERY:ai.ocr.v1",
        "Query:AI.OCR.v1",
        "query:ai.ocr.v1 ",
        "\u{feff}query:ai.ocr.v1",
        "query:ai.ocr\0.v1",
        "query:ai.ocr.v1\n",
        "query:ai%2eocr.v1",
        "query:ai.ocr",
        "query:ai.ocr.v01",
        "query:ai.ocr.v0",
        "query:ai.ocr.v+1",
        "query:ai.ocr.v1.0",
        "query:ai.ocr.v1;v2",
        "query:ai.ocr@latest",
        "query:ai.*.v1",
        "query:ai.[o]cr.v1",
        "query:ai.{ocr}.v1",
        "query:ai..ocr.v1",
        "query:.ai.ocr.v1",
        "query:ai.ocr_.v1",
        "query:ai._ocr.v1",
        "query:ai.o__cr.v1",
        "query:1ai.ocr.v1",
        "action:ai.ocr.v1",
        "query:ai.ocr.v65536",
    ] {
        assert!(Method::parse(text).is_err(), "{text:?}");
    }
    assert!(Method::parse("query:ai.ocr.v1").is_ok());
}

#[test]
fn json_10_unknown_fields_are_refused() {
    let with = br#"{"entry_id":"00000000-0000-0000-0000-000000000001","force":true}"#;
    let error = body::decode::<ops::vdfs::EntryRef>(with.to_vec().into()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::BadInput);
    let without = br#"{"entry_id":"00000000-0000-0000-0000-000000000001"}"#;
    assert!(body::decode::<ops::vdfs::EntryRef>(without.to_vec().into()).is_ok());
}

/// A JSON object with one more field.
fn grown(mut value: serde_json::Value) -> bytes::Bytes {
    value["a_field_of_a_later_version"] = serde_json::json!([1]);
    value.to_string().into()
}

#[test]
fn what_a_host_says_may_grow() {
    let parsed = |bytes: bytes::Bytes| serde_json::from_slice::<serde_json::Value>(&bytes).unwrap();
    let id = "00000000-0000-4000-8000-000000000007";
    let entry = serde_json::json!({ "id": id, "name": "a", "path": "a", "entry_type": "file",
        "metadata": {}, "created_at": "", "updated_at": "" });
    let event = serde_json::json!({ "id": 7, "kind": "entry.created", "library_id": id,
        "entry": parsed(grown(entry)) });
    assert_eq!(body::decode::<Event>(grown(event)).unwrap().entry.name, "a");

    let job = parsed(grown(serde_json::json!({ "id": id, "attempt": 1 })));
    let call = serde_json::json!({ "library_id": null, "input": 5, "job": job });
    let call = body::decode::<PluginCall<u8>>(grown(call)).unwrap();
    assert_eq!((call.input, call.job.unwrap().attempt), (5, 1));

    let error = serde_json::json!({ "error": "no", "code": "E_BUSY" });
    let error = ErrorBody::from_reply(ErrorCode::Internal, &grown(error));
    assert_eq!(error, ErrorBody::new(ErrorCode::Busy, "no"));
}

#[test]
fn json_04_duplicate_keys_are_refused() {
    let twice = br#"{"name":"a","name":"b"}"#;
    assert!(body::decode::<ops::libraries::CreateLibraryInput>(twice.to_vec().into()).is_err());
    let escaped = br#"{"name":"a","\u006eame":"b"}"#;
    assert!(body::decode::<ops::libraries::CreateLibraryInput>(escaped.to_vec().into()).is_err());
}

#[test]
fn json_07_trailing_data_is_refused() {
    for text in ["{}{}", "{} x", "\u{feff}{}", "{} // no"] {
        let error = body::decode::<ops::NoInput>(text.to_owned().into()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::BadJson, "{text}");
    }
    for text in ["", "null", "{}", " {} \n"] {
        assert!(body::decode::<ops::NoInput>(text.to_owned().into()).is_ok(), "{text:?}");
    }
}

#[test]
fn json_01_deep_nesting_is_an_error_not_a_crash() {
    let text = "[".repeat(100_000);
    assert!(body::decode::<serde_json::Value>(text.into()).is_err());
}

#[test]
fn blobs_share_the_memory_of_their_body() {
    let input = ops::ai::OcrInput::new(Blob::from(vec![7; 1000]));
    let body = bytes::Bytes::from(body::encode(&input, body::BlobStyle::Attachment).unwrap());
    let read: ops::ai::OcrInput = body::decode(body.clone()).unwrap();
    assert!(body.as_ptr_range().contains(&read.data.as_bytes().as_ptr()));
}

#[test]
fn a_blob_index_without_a_blob_is_refused() {
    let text = r#"{"data":{"$blob":0}}"#;
    assert!(body::decode::<ops::ai::OcrInput>(text.into()).is_err());
    assert_eq!(ops::ai::Ocr::METHOD, "query:ai.ocr.v1");
}

#[test]
fn a_plain_body_is_json_or_an_error() {
    assert_eq!(body::to_plain("[1, 2]".into()).unwrap(), b"[1, 2]");
    assert_eq!(body::to_plain("".into()).unwrap(), b"null");
    assert!(body::to_plain("no JSON".into()).is_err());
    let no_blobs: [&[u8]; 0] = [];
    let dangling = ext_abi::attachment::encode(br#"{"$blob":0}"#, &no_blobs).unwrap();
    assert!(body::to_plain(dangling.into()).is_err());
}
