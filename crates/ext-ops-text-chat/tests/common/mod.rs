//! A server on loopback of which the test says what it answers.
#![allow(dead_code, unreachable_pub, reason = "every test file uses a part of it")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use ext_net::AddressPolicy;
use ext_ops::services::text_model::{TextAnswer, TextModel, TextModelError, TextQuestion};
use ext_ops_http_hyper::HyperClient;
use ext_ops_text_chat::{ChatModel, KeySource, Protocol, Server};
use serde_json::{Map, Value, json};

/// A request: its head, and its body as JSON.
#[derive(Debug, Clone)]
pub struct Request {
    pub head: String,
    pub body: Value,
}

/// A server that takes down requests and answers with the next of its raw answers, the last one
/// again and again.
pub struct Loopback {
    pub address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Loopback {
    pub fn start(answers: Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        let answers = Arc::new(Mutex::new(answers));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, answers) = (Arc::clone(&seen), Arc::clone(&answers));
                thread::spawn(move || serve(stream, &seen, &answers));
            }
        });
        Self { address, requests }
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    pub fn model(&self, protocol: Protocol, key: Option<KeySource>) -> ChatModel {
        model(protocol, &format!("http://{}", self.address), Duration::from_secs(20), key)
    }
}

pub fn model(
    protocol: Protocol,
    base: &str,
    timeout: Duration,
    key: Option<KeySource>,
) -> ChatModel {
    let client = HyperClient::new(AddressPolicy::for_server_of_the_user(), &[]).unwrap();
    let base_url = base.to_owned();
    let server = Server { protocol, base_url, model: "small".into(), timeout };
    ChatModel::new(server, Arc::new(client), key).unwrap()
}

fn serve(stream: TcpStream, seen: &Mutex<Vec<Request>>, answers: &Mutex<Vec<Vec<u8>>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    while let Some(request) = read(&mut reader) {
        seen.lock().unwrap().push(request);
        let answer = {
            let mut answers = answers.lock().unwrap();
            if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() }
        };
        if answer.is_empty() || stream.write_all(&answer).is_err() {
            return;
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    Some(Request { head, body: serde_json::from_slice(&body).unwrap() })
}

pub fn status(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{headers}\r\n{body}").into_bytes()
}

/// What a server says when its model says `content`.
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

/// Refuses amounts that are no numbers, as the operation does after the schema.
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
