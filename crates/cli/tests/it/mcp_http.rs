//! Tools of assistants over the daemon's HTTP, as clients of the protocol ask for them.

use std::{
    net::{TcpListener, TcpStream},
    os::unix::net::UnixStream,
};

use serde_json::{Value, json};

use crate::{
    common::Spacedrive,
    daemon::{Daemon, socket},
    http_files::{Answer, exchange, request},
};

/// A daemon on a port, with one library that has one entry.
struct Served {
    spacedrive: Spacedrive,
    library: String,
    host: String,
    _daemon: Daemon,
}

impl Served {
    fn new() -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = free.local_addr().unwrap().to_string();
        drop(free);
        let spacedrive = Spacedrive::new();
        let library = spacedrive.library();
        let files = tempfile::tempdir().unwrap();
        std::fs::write(files.path().join("note.txt"), "milk and honey").unwrap();
        let imported = spacedrive.run([
            "import",
            files.path().to_str().unwrap(),
            "--into",
            "in",
            "--no-index",
        ]);
        assert_eq!(imported.code, Some(0), "{imported:?}");
        let _daemon = Daemon::start(&spacedrive, &["--listen", &host]);
        Self { spacedrive, library, host, _daemon }
    }

    fn token(&self, more: &[&str]) -> String {
        let create = ["token", "create", "assistant", "--for", "1d"].iter().chain(more);
        self.spacedrive.json(create)["text"].as_str().unwrap().to_owned()
    }

    /// Posts a message to the port.
    fn post(&self, headers: &[(&str, &str)], message: &Value) -> Answer {
        let stream = TcpStream::connect(&self.host).unwrap();
        exchange(stream, &request("POST", "/mcp", &self.host, headers, &body(message)))
    }

    fn ask(&self, token: &str, method: &str, params: Value) -> Value {
        let bearer = format!("Bearer {token}");
        let headers = [JSON, BOTH, ("authorization", bearer.as_str())];
        let answer = self.post(&headers, &message(method, params));
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    fn tools(&self, token: &str) -> Vec<String> {
        let listed = self.ask(token, "tools/list", json!({}));
        let tools = listed["result"]["tools"].as_array().unwrap();
        tools.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
    }

    /// Calls a tool; returns whether it failed, and its answer.
    fn call(&self, token: &str, name: &str, arguments: Value) -> (bool, Value) {
        let answer = self.ask(token, "tools/call", json!({ "name": name, "arguments": arguments }));
        let text = answer["result"]["content"][0]["text"].as_str();
        let text = text.unwrap_or_else(|| panic!("{answer}"));
        (answer["result"]["isError"] == true, serde_json::from_str(text).unwrap())
    }
}

const JSON: (&str, &str) = ("content-type", "application/json");
const BOTH: (&str, &str) = ("accept", "application/json, text/event-stream");

fn message(method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params })
}

fn body(message: &Value) -> Vec<u8> {
    message.to_string().into_bytes()
}

const LIST: &str = "query-vdfs-list_entries-v1";
const CREATE: &str = "action-vdfs-create_entry-input-v1";

#[test]
fn an_assistant_has_the_tools_of_its_token_until_it_is_revoked() {
    let served = Served::new();
    let token = served.token(&["--method", "query:vdfs.*", "--library", &served.library]);
    let hello = json!({
        "protocolVersion": "2025-06-18", "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" }
    });
    let hello = served.ask(&token, "initialize", hello);
    assert_eq!(hello["result"]["serverInfo"]["name"], "spacedrive", "{hello}");
    let tools = served.tools(&token);
    assert!(tools.contains(&LIST.into()), "{tools:?}");
    assert!(tools.iter().all(|tool| tool.starts_with("query-vdfs-")), "{tools:?}");
    for library in [json!(null), json!("TEST"), json!(served.library)] {
        let (failed, listed) =
            served.call(&token, LIST, json!({ "library": library, "input": { "limit": 1 } }));
        assert!(!failed, "{listed}");
        assert_eq!(listed["entries"][0]["path"], "in/note.txt", "{listed}");
    }
    let other = served.spacedrive.json(["library", "create", "Other"])["id"].clone();
    for (tool, arguments, code) in [
        (CREATE, json!({}), "E_UNKNOWN_METHOD"),
        ("query-search-entries-v1", json!({}), "E_UNKNOWN_METHOD"),
        (LIST, json!({ "library": "Other" }), "E_NOT_FOUND"),
        (LIST, json!({ "library": other }), "E_DENIED_LIBRARY"),
        (LIST, json!({ "input": { "limit": 0 } }), "E_BAD_INPUT"),
    ] {
        let (failed, error) = served.call(&token, tool, arguments);
        assert!(failed, "{tool}");
        assert_eq!(error["code"], code, "{tool}: {error}");
    }
    assert_eq!(served.spacedrive.run(["token", "revoke", "assistant"]).code, Some(0));
    let bearer = format!("Bearer {token}");
    let headers = [JSON, BOTH, ("authorization", bearer.as_str())];
    assert_eq!(served.post(&headers, &message("tools/list", json!({}))).status, 401);
}

#[test]
fn actions_are_tools_of_a_token_that_names_them_as_actions() {
    let served = Served::new();
    let broad = served.token(&["--method", "vdfs.*", "--method", "secrets.*"]);
    let tools = served.tools(&broad);
    assert!(tools.contains(&LIST.into()), "{tools:?}");
    assert!(tools.iter().all(|tool| tool.starts_with("query-vdfs-")), "{tools:?}");
    let entry = json!({ "input": { "name": "n", "path": "a/b", "entry_type": "note" } });
    let (failed, error) = served.call(&broad, CREATE, entry.clone());
    assert!(failed && error["code"] == "E_UNKNOWN_METHOD", "{error}");
    served.spacedrive.run(["token", "revoke", "assistant"]);
    let named = served.token(&["--method", "action:vdfs.create_entry"]);
    assert_eq!(served.tools(&named), [CREATE]);
    let (failed, made) = served.call(&named, CREATE, entry);
    assert!(!failed && made["created"] == true, "{made}");
}

#[test]
fn the_user_on_the_socket_has_queries_alone() {
    let served = Served::new();
    let listed = message("tools/list", json!({}));
    let asked = request("POST", "/mcp", "localhost", &[JSON, BOTH], &body(&listed));
    let stream = UnixStream::connect(socket(&served.spacedrive)).unwrap();
    let listed = exchange(stream, &asked).json();
    let tools = listed["result"]["tools"].as_array().unwrap();
    assert!(tools.iter().any(|tool| tool["name"] == "query-search-entries-v1"), "{listed}");
    for tool in tools {
        let name = tool["name"].as_str().unwrap();
        let is_secret =
            ["credentials", "secrets", "extensions", "locations", "permissions", "http", "mail"]
                .iter()
                .any(|family| name.contains(family));
        assert!(name.starts_with("query-") && !is_secret, "{name}");
        assert_eq!(tool["annotations"]["readOnlyHint"], true, "{tool}");
    }
}

#[test]
fn rpc_05_a_page_of_another_site_has_no_tools() {
    let served = Served::new();
    let token = format!("Bearer {}", served.token(&["--method", "query:vdfs.*"]));
    let bearer = ("authorization", token.as_str());
    let list = message("tools/list", json!({}));
    for (headers, status) in [
        (vec![JSON, BOTH], 401),
        (vec![JSON, BOTH, bearer, ("origin", "https://evil.example")], 403),
        (vec![JSON, BOTH, bearer, ("origin", "null")], 403),
        (vec![("content-type", "text/plain"), BOTH, bearer], 415),
        (vec![JSON, BOTH, bearer], 200),
    ] {
        let answer = served.post(&headers, &list);
        assert_eq!(answer.status, status, "{headers:?}: {answer:?}");
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
    let rebound = request("POST", "/mcp", "evil.example", &[JSON, BOTH, bearer], &body(&list));
    let rebound = exchange(TcpStream::connect(&served.host).unwrap(), &rebound);
    assert_eq!(rebound.status, 403, "{rebound:?}");
    // There are no sessions to follow or to take over.
    for method in ["GET", "DELETE"] {
        let asked = request(method, "/mcp", &served.host, &[BOTH, bearer], b"");
        let answer = exchange(TcpStream::connect(&served.host).unwrap(), &asked);
        assert_eq!(answer.status, 405, "{answer:?}");
    }
}
