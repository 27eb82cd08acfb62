//! A server on loopback of which the test says what it answers.
#![allow(dead_code, unreachable_pub, reason = "every test file uses a part of it")]

use std::{net::SocketAddr, sync::Arc, time::Duration};

use ext_net::AddressPolicy;
use ext_ops_http_hyper::HyperClient;
use ext_ops_text_chat::{ApiKeySource, ChatModel, Protocol};
use ext_services::text_model::{TextAnswer, TextModel, TextModelError, TextQuestion};
use ext_testing::{TestServer, answer, body_of};
use serde_json::{Map, Value, json};

/// A request: its head, and its body as JSON.
#[derive(Debug, Clone)]
pub struct Request {
    pub head: String,
    pub body: Value,
}

/// A server that takes down requests and answers with the next of its raw answers, the last one
/// again and again.
pub struct Loopback(TestServer);

impl Loopback {
    pub fn start(answers: Vec<Vec<u8>>) -> Self {
        Self(TestServer::in_turn(answers))
    }

    pub fn address(&self) -> SocketAddr {
        self.0.address()
    }

    pub fn requests(&self) -> Vec<Request> {
        self.0.requests().iter().map(|request| parsed(request)).collect()
    }

    pub fn model(&self, protocol: Protocol, key: Option<ApiKeySource>) -> ChatModel {
        model(protocol, &format!("http://{}", self.address()), Duration::from_secs(20), key)
    }
}

fn parsed(request: &str) -> Request {
    let body = body_of(request);
    let head = request[..request.len() - body.len()].to_owned();
    Request { head, body: serde_json::from_str(body).unwrap() }
}

pub fn model(
    protocol: Protocol,
    base: &str,
    timeout: Duration,
    key: Option<ApiKeySource>,
) -> ChatModel {
    let client = HyperClient::new(AddressPolicy::for_server_of_the_user(), &[]).unwrap();
    let base_url = base.to_owned();
    let server =
        ext_ops_text_chat::ChatServer { protocol, base_url, model: "small".into(), timeout };
    ChatModel::new(server, Arc::new(client), key).unwrap()
}

pub fn status(status: &str, headers: &str, body: &str) -> Vec<u8> {
    answer(status, headers, body.as_bytes())
}

/// Makes the body of a server whose model says `content`.
pub fn says(protocol: Protocol, content: &str) -> Vec<u8> {
    let body = match protocol {
        Protocol::OpenAi => json!({
            "choices": [{ "message": { "role": "assistant", "content": content },
                "finish_reason": "stop" }],
            "usage": { "prompt_tokens": 70, "completion_tokens": 7, "total_tokens": 77 },
        }),
        Protocol::Ollama => json!({
            "message": { "role": "assistant", "content": content }, "done": true,
            "done_reason": "stop", "prompt_eval_count": 70, "eval_count": 7,
        }),
    };
    status("200 OK", "content-type: application/json\r\n", &body.to_string())
}

pub fn receipt() -> Map<String, Value> {
    let schema = json!({ "type": "object", "properties": {
        "vendor": { "type": "string" }, "amount": { "type": "number" } } });
    schema.as_object().cloned().unwrap()
}

/// Refuses amounts that are not numbers, as the operation does after the schema.
pub fn amounts_are_numbers(value: &Value) -> Result<(), String> {
    match &value["amount"] {
        Value::Null | Value::Number(_) => Ok(()),
        other => Err(format!("`/amount`: {other} is not of type \"number\"")),
    }
}

pub fn ask(model: &ChatModel, text: &str) -> Result<TextAnswer, TextModelError> {
    let schema = receipt();
    let question = TextQuestion {
        check: Some(&amounts_are_numbers),
        ..TextQuestion::new(text, "Read the receipt.", Some(&schema))
    };
    pollster::block_on(model.answer(question))
}
