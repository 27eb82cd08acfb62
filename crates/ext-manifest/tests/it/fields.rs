//! Single fields: what each takes and what it refuses.

use crate::common::{blame, full, parse, with, without};
use ext_manifest::{Manifest, ManifestError, RESERVED_IDS, WasiKind};
use serde_json::{Value, json};

const REQUIRED: &[&str] = &["/id", "/name", "/version", "/wasm_file"];

/// Writes a pointer with dots, as in messages.
fn dotted(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

#[test]
fn man_02_every_field_can_be_there() {
    let manifest = parse(&full()).unwrap();
    assert_eq!(manifest.id(), "finance");
    assert_eq!(manifest.version().to_string(), "0.1.0");
    assert_eq!(manifest.author(), Some("Ann"));
    assert_eq!(manifest.permissions().rate_limits().requests_per_minute().get(), 6000);
    assert_eq!(manifest.limits().memory_bytes(), 512 << 20);
    assert_eq!(manifest.operations()[0].method(), "query:finance.export.v1");
}

#[test]
fn man_02_each_missing_required_field_is_named() {
    for pointer in REQUIRED {
        let (field, message) = blame(&without(pointer));
        assert_eq!(field, dotted(pointer));
        assert!(message.contains("missing field"), "{message}");
    }
    let mut operation = full();
    operation["operations"][0].as_object_mut().unwrap().remove("method");
    assert_eq!(blame(&operation).0, "operations[0].method");
}

#[test]
fn man_02_each_wrong_type_is_named() {
    let texts = ["/id", "/name", "/version", "/description", "/author", "/homepage", "/wasm_file"];
    let lists = ["/events", "/operations", "/permissions/methods", "/permissions/libraries"];
    let objects = ["/permissions", "/limits", "/permissions/rate_limits"];
    for (pointers, wrong) in [
        (&texts[..], json!([7, true, [], {}])),
        (&lists[..], json!([7, true, "x", {}])),
        (&objects[..], json!([7, true, "x", [], ["a"], [[]]])),
    ] {
        for pointer in pointers {
            for value in wrong.as_array().unwrap() {
                assert_eq!(blame(&with(pointer, value.clone())).0, dotted(pointer), "{value}");
            }
        }
    }
}

#[test]
fn man_02_an_array_is_no_manifest() {
    for text in ["[]", r#"["finance", "Finance", "0.1.0"]"#, "7", "null", r#""x""#] {
        let error = Manifest::parse(text.as_bytes()).unwrap_err();
        assert!(error.to_string().contains("expected an object"), "{error}");
    }
}

#[test]
fn man_03_unknown_fields_are_refused_everywhere_with_a_hint() {
    for (pointer, hint) in [
        ("/permisions", "did you mean `permissions`?"),
        ("/permissions/allowed_domain", "did you mean `allowed_domains`?"),
        ("/permissions/rate_limits/request_per_minute", "did you mean `requests_per_minute`?"),
        ("/limits/memory_MB", "did you mean `memory_mb`?"),
        ("/operations/0/zzzzzzzz", "known here: method, description"),
        ("/config_schema", "known here: $schema, id, name"),
    ] {
        let mut manifest = full();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = manifest.pointer_mut(parent).and_then(Value::as_object_mut).unwrap();
        parent.insert(key.into(), json!(null));
        let (field, message) = blame(&manifest);
        assert!(field.ends_with(key), "{field}");
        assert!(message.contains(hint), "{message}");
    }
}

#[test]
fn man_03_fields_that_are_there_twice_are_refused() {
    let text = full().to_string();
    for (once, twice, field) in [
        (r#""id":"finance""#, r#""id":"finance","id":"finance""#, "id"),
        (r#""methods":"#, r#""methods":[],"methods":"#, "permissions.methods"),
        (
            r#""allowed_domains":"#,
            r#""network_access":[],"allowed_domains":"#,
            "permissions.allowed_domains",
        ),
    ] {
        let text = text.replacen(once, twice, 1);
        match Manifest::parse(text.as_bytes()).unwrap_err() {
            ManifestError::Field { field: blamed, problem, .. } => {
                assert_eq!(blamed, field);
                assert!(problem.contains("duplicate field"), "{problem}");
            }
            other => panic!("{other}"),
        }
    }
}

#[test]
fn man_05_ids() {
    let long = "a".repeat(65);
    let bad = [
        "",
        "a",
        "A",
        "Finance",
        "a b",
        "a/b",
        "..",
        "a.b",
        "ä_b",
        "1a",
        "a-b",
        "a__b",
        "a_",
        &long,
        "fin\0ance",
        "finance ",
    ];
    for id in bad.iter().chain(RESERVED_IDS) {
        let (field, _) = blame(&with("/id", json!(id)));
        assert_eq!(field, "id", "{id:?}");
    }
    for id in ["ab", "finance2", "my_finance", &long[1..]] {
        let mut manifest = with("/id", json!(id));
        manifest["operations"] = json!([]);
        manifest["commands"] = json!([]);
        manifest["views"] = json!([]);
        assert_eq!(parse(&manifest).unwrap().id(), id);
    }
}

#[test]
fn man_06_wasm_file_is_a_plain_file_name() {
    let bad = [
        "",
        ".wasm",
        "finance",
        "finance.wasm.exe",
        "../finance.wasm",
        "a/b.wasm",
        "a\\b.wasm",
        "/etc/a.wasm",
        "C:a.wasm",
        "a..wasm",
        "a\0.wasm",
        "a.wasm\n",
        "a.WASM",
        "-a.wasm",
        "file:a.wasm",
        "ä.wasm",
        "%2e.wasm",
    ];
    for name in bad {
        assert_eq!(blame(&with("/wasm_file", json!(name))).0, "wasm_file", "{name:?}");
    }
    let manifest = parse(&with("/wasm_file", json!("my-finance_2.1.wasm"))).unwrap();
    let path = manifest.wasm_path(std::path::Path::new("folder"));
    assert_eq!(path, std::path::Path::new("folder").join("my-finance_2.1.wasm"));
}

#[test]
fn wasi_is_off_unless_it_is_written_out() {
    assert_eq!(parse(&full()).unwrap().wasi().kind(), WasiKind::Minimal);
    for manifest in [without("/wasi"), with("/wasi", json!(null)), with("/wasi", json!(false))] {
        assert_eq!(parse(&manifest).unwrap().wasi().kind(), WasiKind::None);
    }
    for wrong in [json!("true"), json!(1), json!([])] {
        assert_eq!(blame(&with("/wasi", wrong)).0, "wasi");
    }
    assert_eq!(blame(&with("/wasi", json!({ "preview": 1 }))).0, "wasi.preview");
}

#[test]
fn wasi_with_files_has_a_short_and_a_long_form() {
    let wasi = |value| parse(&with("/wasi", value)).unwrap().wasi().clone();
    let files = wasi(json!("files"));
    assert_eq!((files.kind(), files.scratch_bytes()), (WasiKind::Files, 64 << 20));
    assert_eq!(files, wasi(json!({ "world": "files", "scratch_mib": 64 })));
    assert_eq!(wasi(json!({ "world": "files", "scratch_mib": 1 })).scratch_bytes(), 1 << 20);
    let python = json!({ "world": "command", "args": ["/app/main.py"], "runtime": "python" });
    let python = wasi(python);
    assert_eq!((python.kind(), python.runtime()), (WasiKind::Command, Some("python")));
    assert_eq!(python.args(), ["/app/main.py"]);
    assert_eq!(wasi(json!(true)).scratch_bytes(), 0, "there is nothing to write to");
}

#[test]
fn wasi_with_files_is_checked() {
    for (field, wrong) in [
        ("wasi", json!("Files")),
        ("wasi", json!({ "world": "files", "args": ["a"] })),
        ("wasi", json!({ "world": "files", "runtime": "python" })),
        ("wasi.world", json!({ "world": "threads" })),
        ("wasi.scratch_mib", json!({ "world": "files", "scratch_mib": 257 })),
        ("wasi.scratch_mib", json!({ "world": "files", "scratch_mib": 0 })),
        ("wasi.runtime", json!({ "world": "command", "runtime": "../python" })),
        ("wasi.args", json!({ "world": "command", "args": vec!["a"; 33] })),
    ] {
        assert_eq!(blame(&with("/wasi", wrong.clone())).0, field, "{wrong}");
    }
}

/// A program has the stack and the tables that interpreters need, unless it asks for others.
#[test]
fn a_program_has_limits_of_its_own() {
    let mut manifest = without("/limits");
    assert_eq!(parse(&manifest).unwrap().limits().stack_kb(), 1024);
    assert_eq!(parse(&manifest).unwrap().max_wasm_bytes(), 16 << 20);
    manifest["wasi"] = json!("command");
    assert_eq!(parse(&manifest).unwrap().limits().stack_kb(), 4096);
    assert_eq!(parse(&manifest).unwrap().max_wasm_bytes(), 64 << 20);
}

#[test]
fn man_07_pkg_19_versions_are_bounded() {
    for field in ["/version", "/min_core_version"] {
        let long = format!("1.0.0-{}", "a".repeat(123));
        for bad in [long.as_str(), "1.0.1000000000", "18446744073709551615.0.0", "1.0.0-\n"] {
            assert_eq!(blame(&with(field, json!(bad))).0, field[1..], "{bad}");
        }
        for good in [&long[..128], "999999999.0.0", "20261127.1.0-rc.1+build.5"] {
            assert!(parse(&with(field, json!(good))).is_ok(), "{good}");
        }
    }
}

#[test]
fn man_10_null_is_left_out_and_grants_nothing() {
    let manifest = parse(&with("/permissions", json!(null))).unwrap();
    let left_out = parse(&without("/permissions")).unwrap();
    assert_eq!(manifest.permissions(), left_out.permissions());
    assert!(manifest.permissions().methods().is_empty());
}

#[test]
fn man_08_abi_and_core_version() {
    let (field, message) = blame(&with("/abi_version", json!(2)));
    assert_eq!(field, "abi_version");
    assert!(message.contains("needs ABI version 2, this host speaks 1"), "{message}");

    let manifest = parse(&with("/min_core_version", json!("1.2.0"))).unwrap();
    let error = manifest.check_core_version(&"1.1.9".parse().unwrap()).unwrap_err();
    assert!(
        error.to_string().contains("needs spacedrive 1.2.0 or newer, this is 1.1.9"),
        "{error}"
    );
    assert!(manifest.check_core_version(&"1.2.0".parse().unwrap()).is_ok());
    assert!(
        parse(&without("/min_core_version"))
            .unwrap()
            .check_core_version(&"0.0.1".parse().unwrap())
            .is_ok()
    );
}

#[test]
fn man_11_numbers_are_whole_and_in_range() {
    let numbers = [
        "-1",
        "1.5",
        "1e9",
        "1e2",
        "1e400",
        "9007199254740993",
        "18446744073709551616",
        r#""100""#,
        "NaN",
        "Infinity",
        "true",
        "[1]",
    ];
    let fields = ["memory_mb", "call_timeout_ms", "compute_timeout_ms", "max_json_bytes"];
    for number in numbers {
        for field in fields {
            let text = without("/limits").to_string().replacen(
                '{',
                &format!(r#"{{"limits":{{"{field}":{number}}},"#),
                1,
            );
            let error = Manifest::parse(text.as_bytes()).unwrap_err().to_string();
            let named =
                error.contains(&format!("limits.{field}")) && error.contains("a whole number from");
            assert!(named || error.contains("line 1"), "{error}");
        }
    }
}

#[test]
fn man_12_limits_have_ranges() {
    for (pointer, below, least, most, above) in [
        ("/limits/memory_mb", 0, 1, 4096, 4097_u64),
        ("/limits/call_timeout_ms", 0, 10_000, 3_600_000, 3_600_001),
        ("/limits/max_json_bytes", 1023, 1024, 16 << 20, (16 << 20) + 1),
        ("/limits/instances", 0, 1, 64, 65),
        ("/limits/queued_calls", 0, 1, 10_000, 10_001),
        ("/limits/table_elements", 0, 1, 10_000_000, 10_000_001),
        ("/limits/stack_kb", 63, 64, 16_384, 16_385),
        ("/limits/log_lines_per_second", 0, 1, 1000, 1001),
        ("/limits/compute_timeout_ms", 0, 1, 600_000, 600_001),
        ("/permissions/rate_limits/requests_per_minute", 0, 1, 1_000_000, 1 << 63),
        ("/permissions/rate_limits/concurrent_jobs", 0, 1, 64, 65),
        ("/permissions/rate_limits/open_core_jobs", 0, 1, 1000, 1001),
        ("/permissions/rate_limits/core_jobs_per_hour", 0, 1, 1000, 1001),
    ] {
        let mut base = without("/permissions/max_memory_mb");
        for (value, ok) in [(below, false), (least, true), (most, true), (above, false)] {
            *base.pointer_mut(pointer).unwrap() = json!(value);
            let parsed = parse(&base);
            assert_eq!(parsed.is_ok(), ok, "{pointer} {value}: {parsed:?}");
        }
    }
}

#[test]
fn man_12_memory_has_two_names_and_one_value() {
    let alias = |mb| {
        let mut m = with("/permissions/max_memory_mb", json!(mb));
        m["limits"] = json!(null);
        m
    };
    assert_eq!(parse(&alias(64)).unwrap().limits().memory_mb(), 64);
    assert_eq!(parse(&without("/permissions/max_memory_mb")).unwrap().limits().memory_mb(), 512);
    let (field, message) = blame(&with("/permissions/max_memory_mb", json!(64)));
    assert_eq!(field, "permissions.max_memory_mb");
    assert!(message.contains("write one of the two"), "{message}");
}

#[test]
fn man_12_a_short_call_timeout_shortens_the_compute_timeout() {
    let limits = |value| *parse(&with("/limits", value)).unwrap().limits();
    assert_eq!(limits(json!({"memory_mb": 512})).compute_timeout().as_millis(), 10_000);
    let short = limits(json!({"memory_mb": 512, "call_timeout_ms": 50}));
    assert_eq!((short.call_timeout().as_millis(), short.compute_timeout().as_millis()), (50, 50));
}

#[test]
fn man_17_comments_and_trailing_commas_are_refused_with_a_hint() {
    let good = full().to_string();
    for (text, hint) in [
        (good.replacen('{', "{ // a comment\n", 1), "JSON has no comments"),
        (good.replacen('{', "{\n  # a comment\n", 1), "JSON has no comments"),
        (good.replacen("\"*\"]", "\"*\",]", 1), "no comma after the last item"),
        (format!("\u{feff}{good}"), "without a byte-order mark"),
        (good[..good.len() / 2].to_owned(), "the file ends in the middle of a"),
    ] {
        let error = Manifest::parse(text.as_bytes()).unwrap_err();
        assert!(matches!(error, ManifestError::Syntax { .. }), "{error}");
        assert!(error.to_string().contains(hint), "{error}");
    }
    for text in [format!("{good}{good}"), good[..good.len() - 1].to_owned(), String::new()] {
        let error = Manifest::parse(text.as_bytes()).unwrap_err();
        assert!(matches!(error, ManifestError::Syntax { .. }), "{text:.20}: {error}");
    }
}

#[test]
fn man_17_too_long_is_refused_before_it_is_parsed() {
    let spaces = vec![b' '; ext_manifest::MAX_MANIFEST_BYTES + 1];
    assert!(matches!(Manifest::parse(&spaces), Err(ManifestError::TooLarge)));
    let mut padded = full().to_string().into_bytes();
    padded.resize(ext_manifest::MAX_MANIFEST_BYTES, b' ');
    assert!(Manifest::parse(&padded).is_ok());
}

#[test]
fn man_18_hidden_characters_are_refused_in_what_people_read() {
    for pointer in ["/name", "/description", "/author"] {
        for c in ['\u{202e}', '\u{0}', '\u{1b}', '\u{200b}', '\n', '\u{2066}', '\u{feff}'] {
            let (field, message) = blame(&with(pointer, json!(format!("a{c}b"))));
            assert_eq!(field, dotted(pointer));
            assert!(message.contains("hidden character"), "{message}");
        }
        assert!(parse(&with(pointer, json!("Fïnänz 財務"))).is_ok());
    }
    for name in ["", " ", " a", &"a".repeat(101)] {
        assert_eq!(blame(&with("/name", json!(name))).0, "name");
    }
}

#[test]
fn man_18_messages_carry_no_terminal_controls_and_are_short() {
    let nasty = format!("\u{1b}[31m\u{202e}{}", "x".repeat(100_000));
    let mut manifest = full();
    manifest[&nasty] = json!(1);
    for manifest in
        [manifest, with("/wasm_file", json!(nasty)), with("/permissions/methods", json!([nasty]))]
    {
        let (_, message) = blame(&manifest);
        assert!(message.len() < 2000, "{} bytes", message.len());
        assert!(!message.contains(['\u{1b}', '\u{202e}']), "{message}");
    }
}

#[test]
fn homepage_is_a_web_address() {
    for url in ["javascript:alert(1)", "https://", "example.com", "https://a b", "http://ä.de"] {
        assert_eq!(blame(&with("/homepage", json!(url))).0, "homepage");
    }
}

#[test]
fn events_are_known_and_there_once() {
    let (field, message) = blame(&with("/events", json!(["entry.crated"])));
    assert_eq!(field, "events[0]");
    assert!(message.contains("entry.created"), "{message}");
    assert!(
        blame(&with("/events", json!(["entry.created", "entry.created"])))
            .1
            .contains("listed twice")
    );
}

#[test]
fn operations_lie_under_the_own_id() {
    for method in [
        "query:vdfs.get_entry.v1",
        "query:finance2.export.v1",
        "query:finance.v1",
        "finance.export",
        "query:finance.export",
    ] {
        assert_eq!(
            blame(&with("/operations", json!([{ "method": method }]))).0,
            "operations[0].method"
        );
    }
    let one = json!({ "method": "query:finance.export.v1" });
    assert_eq!(blame(&with("/operations", json!([one, one]))).0, "operations");
}
