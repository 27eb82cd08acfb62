//! A language model by configuration, from the outside.

use std::{fs, io::Write, net::SocketAddr, process::Stdio};

use crate::common::{Ran, Spacedrive, ran};
use ext_testing::{TestServer, answer};
use serde_json::{Value, json};
use walkdir::WalkDir;

const CANARY: &str = "canary-sk-9d02ee41";

/// A server that takes down requests and always says the same.
fn serve(status: &'static str, content: &str) -> TestServer {
    let body = json!({ "choices": [{ "message": { "content": content } }],
        "usage": { "total_tokens": 50 },
        "error": { "message": format!("no entry for {CANARY}") } })
    .to_string();
    TestServer::start(move |_| answer(status, "retry-after: 9\r\n", body.as_bytes()))
}

/// A program that is configured to ask this server with a secret as key.
fn configured(address: SocketAddr) -> Spacedrive {
    let spacedrive = Spacedrive::new();
    let config = format!(
        "[ai.text]\nprovider = \"openai\"\nbase_url = \"http://{address}/v1\"\nmodel = \"small\"\n\
         credential = \"llm\"\n"
    );
    fs::write(spacedrive.data.path().join("config.toml"), config).unwrap();
    spacedrive
}

fn set_key(spacedrive: &Spacedrive, address: SocketAddr) {
    let host = format!("http://{address}");
    let mut command =
        spacedrive.command(["secret", "set", "llm", "--program", "--host", host.as_str()]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(CANARY.as_bytes()).unwrap();
    let set = ran(child.wait_with_output().unwrap());
    assert_eq!(set.code, Some(0), "{set:?}");
}

fn classify(spacedrive: &Spacedrive) -> Ran {
    let library = spacedrive.library();
    let input = json!({ "text": "Acme Ltd\nTotal 3.20", "prompt": "Read it.", "schema": {
        "type": "object", "properties": { "mood": { "type": "string" } } } });
    let args = ["--output", "json", "op", "call", "query:ai.classify_text.v1", "--library"];
    let input = input.to_string();
    let mut command = spacedrive.command(args);
    command.args([library.as_str(), "--input", input.as_str()]);
    command.env("HTTP_PROXY", "http://127.0.0.1:9").env("http_proxy", "http://127.0.0.1:9");
    ran(command.output().unwrap())
}

#[test]
fn a_configured_model_answers_with_its_key_from_the_vault() {
    let server = serve("200 OK", r#"{"mood": "glad"}"#);
    let spacedrive = configured(server.address());
    set_key(&spacedrive, server.address());
    let answer = classify(&spacedrive);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let answer: Value = serde_json::from_slice(&answer.stdout).unwrap();
    assert_eq!(answer["answer"], json!({ "mood": "glad" }));
    assert_eq!(answer["engine"], "small (openai)");
    let request = server.requests().remove(0);
    assert!(request.starts_with("POST /v1/chat/completions HTTP/1.1\r\n"), "{request}");
    assert!(request.contains(&format!("authorization: Bearer {CANARY}\r\n")), "{request}");
    // U6: the key stands in no file as it is.
    let files = WalkDir::new(spacedrive.data.path()).into_iter().map(Result::unwrap);
    for file in files.filter(|file| file.file_type().is_file()) {
        let bytes = fs::read(file.path()).unwrap();
        let found = bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes());
        assert!(!found, "{}", file.path().display());
    }
}

#[test]
fn what_the_server_refuses_is_told_without_the_key() {
    for (status, code) in [
        ("401 Unauthorized", "E_NEEDS_PROVIDER"),
        ("429 Too Many Requests", "E_BUSY"),
        ("500 Internal Server Error", "E_NET"),
    ] {
        let server = serve(status, "");
        let spacedrive = configured(server.address());
        set_key(&spacedrive, server.address());
        let refused = classify(&spacedrive);
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(refused.stderr.contains(code), "{refused:?}");
        // The user sees in the log what the server said.
        assert!(refused.stderr.contains("no entry for [redacted]"), "{refused:?}");
        assert!(!refused.stderr.contains(CANARY), "{refused:?}");
    }
}

#[test]
fn a_missing_key_says_what_to_do() {
    let server = serve("200 OK", r#"{"mood": "glad"}"#);
    let refused = classify(&configured(server.address()));
    assert!(refused.stderr.contains("E_NEEDS_PROVIDER"), "{refused:?}");
    assert!(refused.stderr.contains("`llm`"), "{refused:?}");
    assert!(server.requests().is_empty());
}

#[test]
fn an_answer_that_breaks_the_schema_is_an_error_after_a_second_try() {
    let server = serve("200 OK", r#"{"mood": 3}"#);
    let spacedrive = configured(server.address());
    set_key(&spacedrive, server.address());
    let refused = classify(&spacedrive);
    assert!(refused.stderr.contains("E_MODEL_ANSWER"), "{refused:?}");
    assert!(refused.stderr.contains("/mood"), "{refused:?}");
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_configuration_that_is_half_of_one_is_told() {
    let spacedrive = Spacedrive::new();
    let config = "[ai.text]\nprovider = \"openai\"\nmodel = \"small\"\n";
    fs::write(spacedrive.data.path().join("config.toml"), config).unwrap();
    let refused = spacedrive.run(["library", "list"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("base_url"), "{refused:?}");
}
