//! Tools, as a client of the protocol sees them.

use std::sync::Arc;

use ext_mcp::{Handler, Offered, Tools, tool_name};
use ext_wire::{ErrorBody, ErrorCode};
use proptest::prelude::*;
use rmcp::{
    RoleClient, ServiceExt,
    model::{CallToolRequestParams, CallToolResult},
    service::RunningService,
};
use serde_json::{Map, Value, json};

/// Two operations: one that echoes, one that fails.
struct Two;

impl Tools for Two {
    fn list(&self) -> Vec<Offered> {
        let input = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
            "properties": { "word": { "$ref": "#/$defs/Word" } }, "required": ["word"],
            "$defs": { "Word": { "type": "string" } }
        });
        let offered = |method: &str, input, needs_library| Offered {
            method: method.into(),
            summary: format!("does {method}"),
            input,
            needs_library,
            is_open_world: method.contains("http"),
        };
        vec![
            offered("query:test.echo.v1", Some(input), Some(true)),
            offered("action:test.fail.input.v1", None, Some(false)),
            offered("query:http.request.v1", None, Some(false)),
            offered(&format!("query:test.{}.v1", "x".repeat(80)), None, None),
        ]
    }

    fn call(
        &self,
        tool: &Offered,
        library: Option<&str>,
        input: Value,
    ) -> Result<Value, ErrorBody> {
        match tool.method.as_str() {
            "query:test.echo.v1" if input["word"] == "large" => Ok("x".repeat(2 << 20).into()),
            "query:test.echo.v1" => Ok(json!({ "library": library, "input": input })),
            _ => Err(ErrorBody::new(ErrorCode::Busy, "later")),
        }
    }
}

async fn connect() -> RunningService<RoleClient, ()> {
    let (here, there) = tokio::io::duplex(1 << 16);
    tokio::spawn(async move {
        let running = Handler::new(Arc::new(Two)).serve(there).await.unwrap();
        running.waiting().await.unwrap();
    });
    ().serve(here).await.unwrap()
}

async fn call(
    client: &RunningService<RoleClient, ()>,
    name: &'static str,
    arguments: Value,
) -> CallToolResult {
    let Value::Object(arguments) = arguments else { panic!("no object") };
    let params = CallToolRequestParams::new(name).with_arguments(arguments);
    client.call_tool(params).await.unwrap()
}

fn text(result: &CallToolResult) -> Value {
    serde_json::from_str(&result.content[0].as_text().unwrap().text).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn operations_are_tools_with_their_schemas() {
    let client = connect().await;
    let tools = client.list_all_tools().await.unwrap();
    let names: Vec<_> = tools.iter().map(|tool| tool.name.as_ref()).collect();
    let expected = ["query-test-echo-v1", "action-test-fail-input-v1", "query-http-request-v1"];
    assert_eq!(names, expected, "one is too long");
    let schema = Value::Object(tools[0].input_schema.as_ref().clone());
    assert_eq!(schema["required"], json!(["input"]));
    assert_eq!(schema["properties"]["input"]["properties"]["word"]["$ref"], "#/$defs/Word");
    assert_eq!(schema["$defs"]["Word"]["type"], "string");
    assert_eq!(schema["properties"]["library"]["type"], "string");
    let schema = Value::Object(tools[1].input_schema.as_ref().clone());
    assert_eq!(schema["properties"].as_object().map(Map::len), Some(1), "it needs no library");
    let hints = tools.iter().map(|tool| tool.annotations.clone().unwrap());
    let hints: Vec<_> = hints.map(|of| (of.read_only_hint, of.open_world_hint)).collect();
    let hint = |read_only, open| (Some(read_only), Some(open));
    assert_eq!(hints, [hint(true, false), hint(false, false), hint(false, true)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_answered_and_an_error_is_told_to_the_assistant() {
    let client = connect().await;
    let arguments = json!({ "library": "Home", "input": { "word": "a" } });
    let answered = call(&client, "query-test-echo-v1", arguments.clone()).await;
    assert_eq!((answered.is_error, text(&answered)), (Some(false), arguments));
    for (name, arguments, code) in [
        ("action-test-fail-input-v1", json!({}), "E_BUSY"),
        ("query-test-nothing-v1", json!({}), "E_UNKNOWN_METHOD"),
        ("query:test.echo.v1", json!({}), "E_UNKNOWN_METHOD"),
        ("query-test-echo-v1", json!({ "word": "a" }), "E_BAD_INPUT"),
        ("query-test-echo-v1", json!({ "library": 1 }), "E_BAD_INPUT"),
        ("query-test-echo-v1", json!({ "input": { "word": "large" } }), "E_ABI_TOO_LARGE"),
    ] {
        let failed = call(&client, name, arguments).await;
        assert_eq!((failed.is_error, &text(&failed)["code"]), (Some(true), &json!(code)), "{name}");
    }
}

proptest! {
    #[test]
    fn two_methods_never_have_one_name(
        a in "(query|action):[a-z][a-z0-9_]{0,5}(\\.[a-z][a-z0-9_]{0,5}){1,3}\\.v[1-9]",
        b in "(query|action):[a-z][a-z0-9_]{0,5}(\\.[a-z][a-z0-9_]{0,5}){1,3}\\.v[1-9]",
    ) {
        let name = tool_name(&a).unwrap();
        prop_assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)));
        prop_assert_eq!(a == b, tool_name(&a) == tool_name(&b));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http_each_request_is_answered_by_itself() {
    let ask = async |body: Value| {
        let request = http::Request::post("/mcp")
            .header("host", "localhost")
            .header("accept", "application/json, text/event-stream")
            .header("content-type", "application/json");
        let request = request.body(body.to_string().into()).unwrap();
        let answer = ext_mcp::answer_http(Arc::new(Two), request).await;
        let value = serde_json::from_slice::<Value>(answer.body()).unwrap_or_default();
        (answer.status().as_u16(), value)
    };
    let (status, listed) = ask(json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" })).await;
    assert_eq!(status, 200, "{listed}");
    assert_eq!(listed["result"]["tools"][0]["name"], "query-test-echo-v1");
    let params = json!({ "name": "query-test-echo-v1", "arguments": { "input": { "word": "a" } } });
    let call = json!({ "jsonrpc": "2.0", "id": "x", "method": "tools/call", "params": params });
    let (_, called) = ask(call).await;
    assert_eq!((&called["id"], &called["result"]["isError"]), (&json!("x"), &json!(false)));
    let (status, _) = ask(json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })).await;
    assert_eq!(status, 202);
    let (status, refused) = ask(json!({ "no": "request" })).await;
    assert_eq!((status, &refused["error"]["code"]), (400, &json!(-32600)));
    for (method, code) in [("initialize", -32602), ("tools/call", -32602), ("no/method", -32601)] {
        let (_, refused) = ask(json!({ "jsonrpc": "2.0", "id": 1, "method": method })).await;
        assert_eq!((&refused["error"]["code"], &refused["id"]), (&json!(code), &json!(1)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http_a_body_that_is_not_json_is_told_so() {
    let request = http::Request::post("/mcp")
        .header("accept", "application/json, text/event-stream")
        .header("content-type", "application/json")
        .body("{".into());
    let answer = ext_mcp::answer_http(Arc::new(Two), request.unwrap()).await;
    let body: Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!((answer.status().as_u16(), &body["error"]["code"]), (400, &json!(-32700)));
}
