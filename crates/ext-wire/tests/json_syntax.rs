//! JSON as inputs may be written: what RFC 8259 says is read, the rest is refused, whatever its length.

use std::thread;

use ext_wire::{ErrorBody, ErrorCode, body, ops};
use serde_json::Value;

/// Reads JSON as the input of an operation, on a thread with a small stack.
fn read(json: impl Into<Vec<u8>>) -> Result<Value, ErrorCode> {
    let json = json.into();
    let decode = move || body::decode_input::<Value>(json.into());
    let thread = thread::Builder::new().stack_size(512 << 10).spawn(decode).unwrap();
    thread.join().unwrap().map_err(|error| ErrorBody::from(error).code)
}

#[test]
fn json_08_what_the_grammar_says_is_read() {
    for right in [
        "[]",
        "{}",
        "[1]",
        "[[] ]",
        "[\"\"]",
        "[null,false,true]",
        "[1\n]",
        " [1]",
        "[2] ",
        "\t\r\n[]\n",
        "[1,null,null,2]",
        "null",
        "true",
        "false",
        "\"\"",
        "\"a\"",
        "42",
        "-0.1",
        "[-0]",
        "[-123]",
        "[0e1]",
        "[0e+1]",
        "[1E22]",
        "[1E-2]",
        "[1E+2]",
        "[123.456e7]",
        "[123.5]",
        "[-0.000000000000000000000000000000000000000000000000000000000000000000000000000001]",
        r#"["\u0060\u012a\u12AB"]"#,
        r#"["\uD801\udc37"]"#,
        r#"["\ud83d\ude39\ud83d\udc8d"]"#,
        r#"["\"\\\/\b\f\n\r\t"]"#,
        r#"["\\u0000"]"#,
        r#"["\""]"#,
        r#"["a/*b*/c/*d//e"]"#,
        r#"["\\a"]"#,
        r#"["\\n"]"#,
        r#"["\u0012"]"#,
        r#"["\uFFFF"]"#,
        r#"["\u0000"]"#,
        r#"["\u002c"]"#,
        r#"["new\u000Aline"]"#,
        r#"["\u0061\u30af"]"#,
        r#"["\uA66D"]"#,
        r#"["\u0022"]"#,
        r#"["\uDBFF\uDFFE"]"#,
        r#"["\u200B"]"#,
        r#"["\uFDD0"]"#,
        "[\"\u{10ffff}\"]",
        "[\"\u{7f}\"]",
        "[\"\u{2028}\u{2029}\"]",
        "[\"\u{feff}\"]",
        "[\"€𝄞\"]",
        "[\"asd \"]",
        r#"{"asd":"sdf","dfg":"fgh"}"#,
        r#"{"":0}"#,
        r#"{"a":[]}"#,
        "{\n\"a\": \"b\"\n}",
        r#"{"min":-1.0e+28,"max":1.0e+28}"#,
        r#"{"title":"\u041f\u043e\u043b"}"#,
    ] {
        let value = read(right).unwrap_or_else(|code| panic!("{code:?}: {right}"));
        assert_eq!(read(value.to_string()), Ok(value), "{right}");
    }
}

#[test]
fn json_08_what_it_does_not_say_is_refused() {
    for wrong in [
        // Arrays.
        "[1 true]",
        "[\"\": 1]",
        "[\"\"],",
        "[,1]",
        "[1,,2]",
        "[\"x\",,]",
        "[\"x\"]]",
        "[\"\",]",
        "[\"x\"",
        "[x",
        "[3[4]]",
        "[1:2]",
        "[,]",
        "[-]",
        "[   , \"\"]",
        "[\"a\",\n4\n,1,",
        "[1,]",
        "[1,,]",
        "[*]",
        "[\"\"",
        "[1,",
        "[1,\n1\n,1",
        "[{}",
        "[",
        "]",
        "][",
        "[1]x",
        "[1]]",
        // Words.
        "[fals]",
        "[nul]",
        "[tru]",
        "[True]",
        "[NULL]",
        "[nullx]",
        "nul",
        "undefined",
        "[undefined]",
        // Numbers.
        "[++1234]",
        "[+1]",
        "[+Inf]",
        "[-01]",
        "[-1.0.]",
        "[-2.]",
        "[-NaN]",
        "[.-1]",
        "[.2e-3]",
        "[0.1.2]",
        "[0.3e+]",
        "[0.3e]",
        "[0.e1]",
        "[0E+]",
        "[0E]",
        "[0e]",
        "[1.0e+]",
        "[1.0e-]",
        "[1.0e]",
        "[1 000.0]",
        "[1eE2]",
        "[2.e+3]",
        "[2.e-3]",
        "[2.e3]",
        "[9.e+]",
        "[Inf]",
        "[NaN]",
        "[Infinity]",
        "[-Infinity]",
        "[1+2]",
        "[0x1]",
        "[0x42]",
        "[-foo]",
        "[- 1]",
        "[-012]",
        "[-.123]",
        "[-1x]",
        "[1ea]",
        "[1.]",
        "[.123]",
        "[1.2a-3]",
        "[1.8011670033376514H-308]",
        "[012]",
        "[00]",
        "[1_000]",
        "[\u{ff11}]",
        "2.",
        "-",
        "01",
        // Texts.
        "[\"\u{0}\"]",
        "[\"new\nline\"]",
        "[\"\t\"]",
        "[\"\u{1f}\"]",
        r#"["\x00"]"#,
        r#"["\\\"]"#,
        "[\"\\\t\"]",
        r#"["\🌀"]"#,
        r#"["\"]"#,
        r#"["\u00A"]"#,
        r#"["\uD834\uDd"]"#,
        r#"["\a"]"#,
        r#"["\uqqqq"]"#,
        r#"["\U0041"]"#,
        r#"["\u"]"#,
        r#"["\v"]"#,
        r#"["\'"]"#,
        r#"["\0"]"#,
        "[\u{20}\\u0020\"asd\"]",
        "['a']",
        "\"",
        "\"a",
        "[\"asd]",
        "\\n",
        "[\\n]",
        "a\"",
        "['single']",
        // Surrogates that are alone.
        r#"["\uD800"]"#,
        r#"["\uDd1e\uD834"]"#,
        r#"["\uD800\n"]"#,
        r#"["\uD800\uD800"]"#,
        r#"["\uDADA"]"#,
        r#"{"\uDFAA":0}"#,
        r#"["\uD800\u0041"]"#,
        // Objects.
        "[\"x\", truth]",
        "{[: \"x\"}",
        "{\"x\", null}",
        "{\"x\"::\"b\"}",
        "{\"a\":\"a\" 123}",
        "{key: 'value'}",
        "{\"a\" b}",
        "{:\"b\"}",
        "{\"a\" \"b\"}",
        "{\"a\":",
        "{\"a\"",
        "{1:1}",
        "{9E9:1}",
        "{null:null,null:null}",
        "{\"id\":0,,,,,}",
        "{'a':0}",
        "{\"id\":0,}",
        "{",
        "{\"a\":\"b\"}/**/",
        "{\"a\":\"b\"}//",
        "{\"a\":\"b\"}#",
        "{\"a\":\"b\",,\"c\":\"d\"}",
        "{a: \"b\"}",
        "{\"a\":\"a",
        "{ \"foo\" : \"bar\", \"a\" }",
        "{\"a\":\"b\"}#{}",
        "}",
        "{]",
        "[}",
        "{}}",
        "{,}",
        // Around it.
        "\u{feff}{}",
        "<.>",
        "[<null>]",
        "<null>",
        "[1]//",
        "/*a*/[]",
        "[a\u{2060}]",
        "\u{c}[]",
        "[\u{a0}1]",
        "\u{2060}",
        "*",
        "{} {}",
        "1 2",
        "[\u{c}]",
        "[],[]",
        "å",
        "[é]",
        "aå",
        "@",
        "#",
        "{\u{0}}",
    ] {
        assert_eq!(read(wrong), Err(ErrorCode::BadJson), "{wrong:?}");
    }
    // Its number is refused first.
    assert_eq!(read("{9999E9999:1}"), Err(ErrorCode::BadInput));
}

#[test]
fn json_08_bytes_that_are_not_utf_8_are_refused() {
    for bytes in [
        &b"[\"\xff\"]"[..],
        b"[\"\xe0\xff\"]",
        b"[\"\xc0\xaf\"]",
        b"[\"\xed\xa0\x80\"]",
        b"[\"\x81\"]",
        b"[\"\xf4\xbf\xbf\xbf\"]",
        b"[\"\xfc\x80\x80\x80\x80\x80\"]",
        b"{\"\xb9\":0}",
        b"[\xff]",
        b"\xff",
        b"[\"\xe5\"]",
        b"\xff\xfe[\0]\0",
        b"\0[\0]",
        b"[1e1\xe5]",
        b"\xef\xbb{}",
        b"[\"\\u\xe5\"]",
    ] {
        assert!(read(bytes).is_err(), "{bytes:?}");
    }
}

#[test]
fn json_01_json_02_a_limit_of_levels_holds_on_a_small_stack() {
    let nested = |open: &str, close: &str, n: usize| {
        [open.repeat(n), "0".to_owned(), close.repeat(n)].concat()
    };
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        assert!(read(nested(open, close, 127)).is_ok(), "{open}");
        for n in [128, 129, 1_000, 100_000, 1_000_000] {
            assert_eq!(read(nested(open, close, n)), Err(ErrorCode::BadJson), "{open} {n}");
            assert_eq!(read(open.repeat(n)), Err(ErrorCode::BadJson), "{open} {n}");
        }
    }
    assert_eq!(read(r#"[{"a":"#.repeat(100_000)), Err(ErrorCode::BadJson));
}

#[test]
fn json_13_ids_are_uuids_and_nothing_like_them() {
    let code = |id: &str| {
        let json = serde_json::json!({ "entry_id": id }).to_string();
        let input = body::decode_input::<ops::vdfs::EntryRef>(json.into());
        input.map(drop).map_err(|error| ErrorBody::from(error).code)
    };
    for id in ["00000000-0000-4000-8000-000000000007", "0198F7A0-0000-7000-8000-00000000000A"] {
        assert_eq!(code(id), Ok(()), "{id}");
    }
    for wrong in [
        "",
        "7",
        "null",
        "*",
        "../x",
        "00000000-0000-4000-8000-00000000000",
        "00000000-0000-4000-8000",
        "00000000-0000-4000-8000-0000000000077",
        "0000000g-0000-4000-8000-000000000007",
        " 00000000-0000-4000-8000-000000000007",
        "00000000-0000-4000-8000-000000000007\n",
        "00000000_0000_4000_8000_000000000007",
        "0000-00000000-4000-8000-000000000007",
        "００000000-0000-4000-8000-000000000007",
        "00000000-0000-4000-8000-000000000007\0",
        "{00000000-0000-4000-8000-000000000007",
        "urn:uuid:7",
    ] {
        assert_eq!(code(wrong), Err(ErrorCode::BadInput), "{wrong:?}");
    }
}
