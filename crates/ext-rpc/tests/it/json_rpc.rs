//! JSON-RPC 2.0 by POST.

use std::{sync::atomic::Ordering, time::Duration};

use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::common::{Served, request};

#[test]
fn a_call_has_library_and_input() {
    let served = Served::new();
    let input = json!({ "a": [1, 2.5, null], "b": "ü\u{1F600}" });
    let answer = served.call("query:test.echo.v1", &json!({ "input": input }));
    assert_eq!(answer, json!({ "jsonrpc": "2.0", "id": 1, "result": input }));
    let library = Uuid::new_v4();
    let answer = served.call("query:test.library.v1", &json!({ "library": library }));
    assert_eq!(answer["result"], json!(library));
    assert_eq!(served.call("query:test.echo.v1", &json!({}))["result"], Value::Null);
}

#[test]
fn an_error_has_our_code_in_its_data() {
    let served = Served::new();
    let error = &served.call("query:test.busy.v1", &json!({}))["error"];
    assert_eq!(error["code"], -32000);
    assert_eq!(error["data"]["code"], "E_BUSY");
    assert_eq!(error["data"]["retry_after_ms"], 7);
    for (method, code, name) in [
        ("query:test.nothing.v1", -32601, "E_UNKNOWN_METHOD"),
        ("query:test.panic.v1", -32603, "E_INTERNAL"),
        ("query:test.no_json.v1", -32603, "E_INTERNAL"),
    ] {
        let error = &served.call(method, &json!({}))["error"];
        assert_eq!((&error["code"], &error["data"]["code"]), (&json!(code), &json!(name)));
    }
    for wrong in [json!([1]), json!({ "librari": 1 }), json!({ "library": "x" })] {
        let error = &served.call("query:test.echo.v1", &wrong)["error"];
        assert_eq!(error["code"], -32602, "{wrong}");
    }
}

#[test]
fn rpc_06_lines_of_json_are_no_requests_neither_alone_nor_in_a_body() {
    let served = Served::new();
    let line = r#"{"jsonrpc":"2.0","id":1,"method":"query:test.echo.v1"}"#;
    let lines = format!("{line}\n{line}\n");
    assert_ne!(served.raw(lines.as_bytes()).status, 200, "the socket speaks HTTP");
    let inner = String::from_utf8(request("POST", "/", "localhost", &[], line)).unwrap();
    for body in [&*lines, &format!("a=b\r\n{line}\r\n"), &inner] {
        let answer = served.raw(&request("POST", "/", "localhost", &[], body)).json();
        assert_eq!(answer["error"]["code"], -32700, "{body}");
    }
    let lengths = [("content-length", "0")];
    assert_eq!(served.raw(&request("POST", "/", "localhost", &lengths, &inner)).status, 400);
    assert_eq!(served.backend.calls.load(Ordering::Relaxed), 0);
    assert_eq!(served.post(line).json()["id"], 1, "a request runs");
}

#[test]
fn rpc_14_an_id_comes_back_as_it_was() {
    let served = Served::new();
    let large = "x".repeat(1 << 20);
    for id in [json!(0), json!(u64::MAX), json!("a"), json!(large), Value::Null] {
        let body = json!({ "jsonrpc": "2.0", "id": id, "method": "query:test.echo.v1" });
        assert_eq!(served.post(&body.to_string()).json()["id"], id);
    }
    for id in ["1.5", "-1", "{}", "[1]", "true"] {
        let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"query:test.echo.v1"}}"#);
        let answer = served.post(&body);
        assert!(answer.body.is_empty() || answer.json()["error"]["code"].is_i64(), "{answer:?}");
    }
    assert_eq!(served.backend.calls.load(Ordering::Relaxed), 5, "the wrong ones ran nothing");
}

#[test]
fn rpc_15_what_is_no_request_has_the_code_of_the_specification() {
    let served = Served::new();
    for (body, code) in [
        ("", -32700),
        ("{", -32700),
        ("[1", -32700),
        ("\u{0}", -32700),
        (r#"{"jsonrpc":"1.0","id":1,"method":"query:test.echo.v1"}"#, -32600),
        (r#"{"id":1,"method":"query:test.echo.v1"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1}"#, -32600),
        ("[]", -32600),
        ("1", -32600),
        (r#"{"jsonrpc":"2.0","id":1,"method":"nothing"}"#, -32601),
    ] {
        let answer = served.post(body).json();
        let found = answer["error"]["code"].as_i64().unwrap();
        // The library takes some texts that are JSON, but no request, for no JSON.
        let fits = found == code || (code == -32600 && found == -32700);
        assert!(fits, "{body}: {answer}");
    }
    assert_eq!(served.backend.calls.load(Ordering::Relaxed), 0);
}

#[test]
fn a_batch_answers_each_and_a_notification_runs_nothing() {
    let served = Served::new();
    let call = |id: u32| json!({ "jsonrpc": "2.0", "id": id, "method": "query:test.echo.v1" });
    let told = json!({ "jsonrpc": "2.0", "method": "query:test.echo.v1" });
    let answers = served.post(&json!([call(1), told, call(2), 7]).to_string()).json();
    let ids: Vec<_> = answers.as_array().unwrap().iter().map(|answer| &answer["id"]).collect();
    assert_eq!(ids, [&json!(1), &json!(2), &Value::Null]);
    assert_eq!(served.backend.calls.load(Ordering::Relaxed), 2, "the notification ran nothing");
    assert_eq!(served.post(&told.to_string()).body, "");
    assert_eq!(served.post(&json!([told]).to_string()).body, "");
    assert_eq!(served.post(&json!([told, told]).to_string()).body, "");
    for id in [json!(1.5), json!(-1), json!(true), json!({}), json!([1])] {
        let call = json!({ "jsonrpc": "2.0", "id": id, "method": "query:test.echo.v1" });
        let answer = served.post(&call.to_string()).json();
        assert_eq!(
            (&answer["error"]["code"], &answer["id"]),
            (&json!(-32600), &Value::Null),
            "{id}"
        );
    }
    assert_eq!(served.backend.calls.load(Ordering::Relaxed), 2, "none of these ran");
    let many: Vec<_> = (0..10_000).map(call).collect();
    let answer = served.post(&json!(many).to_string()).json();
    assert!(answer["error"]["message"].is_string(), "{answer}");
    assert_eq!(served.backend.calls.load(Ordering::Relaxed), 2, "none of the batch ran");
}

#[test]
fn rpc_21_an_answer_beyond_the_limit_is_an_error_and_the_next_call_works() {
    let served = Served::new();
    let error = &served.call("query:test.large.v1", &json!({}))["error"];
    assert!(error["message"].as_str().unwrap().contains("too big"), "{error}");
    assert_eq!(served.call("query:test.echo.v1", &json!({ "input": 1 }))["result"], 1);
}

#[test]
fn rpc_17_nobody_says_who_he_is() {
    let served = Served::new();
    for params in [json!({ "extension": "finance" }), json!({ "caller": "user" })] {
        let answer = served.call("query:test.caller.v1", &params);
        assert_eq!(answer["error"]["data"]["code"], "E_BAD_INPUT", "{answer}");
    }
    assert_eq!(served.call("query:test.caller.v1", &json!({}))["result"], "User");
}

#[test]
fn the_methods_are_described_under_the_name_that_openrpc_has_for_it() {
    let served = Served::new();
    assert_eq!(served.call("rpc.discover", &json!({}))["result"]["openrpc"], "1.3.2");
}

#[test]
fn a_call_ends_when_its_client_goes() {
    let served = Served::new();
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"query:test.wait.v1"}"#;
    let mut stream = served.connect();
    let bytes = crate::common::request("POST", "/", "localhost", &[], body);
    std::io::Write::write_all(&mut stream, &bytes).unwrap();
    while served.backend.calls.load(Ordering::Relaxed) == 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    drop(stream);
    for _ in 0..2000 {
        if served.backend.stopped.load(Ordering::Relaxed) {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("it runs on");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn rpc_24_no_bytes_end_the_server(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let served = shared();
        let text = String::from_utf8_lossy(&bytes);
        served.post(&text);
        served.raw(&[&bytes[..], b"\r\n\r\n"].concat());
        prop_assert_eq!(&served.call("query:test.echo.v1", &json!({ "input": 1 }))["result"], 1);
    }
}

/// One server for all cases.
fn shared() -> &'static Served {
    static SERVED: std::sync::OnceLock<Served> = std::sync::OnceLock::new();
    SERVED.get_or_init(Served::new)
}
