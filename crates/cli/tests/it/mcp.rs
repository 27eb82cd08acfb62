//! `spacedrive mcp`, line by line as a client of the protocol writes it.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Stdio},
};

use serde_json::{Value, json};

use crate::{common::Spacedrive, views};

/// A client of a program that runs.
struct Client {
    program: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    last: u64,
}

impl Client {
    fn connect(spacedrive: &Spacedrive, more: &[&str]) -> Self {
        let mut command = spacedrive.command(["mcp"]);
        command.args(more).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut program = command.spawn().unwrap();
        let (to, from) = (program.stdin.take().unwrap(), program.stdout.take().unwrap());
        let mut client = Self { program, to, from: BufReader::new(from), last: 0 };
        let hello = client.ask(
            "initialize",
            json!({
                "protocolVersion": "2025-06-18", "capabilities": {},
                "clientInfo": { "name": "test", "version": "1" }
            }),
        );
        assert_eq!(hello["result"]["serverInfo"]["name"], "spacedrive", "{hello}");
        client.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        client
    }

    fn send(&mut self, message: &Value) {
        writeln!(self.to, "{message}").unwrap();
        self.to.flush().unwrap();
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.last += 1;
        let id = self.last;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let mut line = String::new();
            assert!(self.from.read_line(&mut line).unwrap() > 0, "the program ended");
            let answer: Value = serde_json::from_str(&line).unwrap();
            if answer["id"] == id {
                return answer;
            }
        }
    }

    fn tools(&mut self) -> Vec<String> {
        let listed = self.ask("tools/list", json!({}));
        let tools = listed["result"]["tools"].as_array().unwrap();
        tools.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
    }

    /// Calls a tool; returns whether it failed, and its answer.
    fn call(&mut self, name: &str, arguments: Value) -> (bool, Value) {
        let answer = self.ask("tools/call", json!({ "name": name, "arguments": arguments }));
        let text = answer["result"]["content"][0]["text"].as_str();
        let text = text.unwrap_or_else(|| panic!("{answer}"));
        (answer["result"]["isError"] == true, serde_json::from_str(text).unwrap())
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

#[test]
fn an_assistant_searches_and_reads_and_does_nothing_else() {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    let files = tempfile::tempdir().unwrap();
    fs::write(files.path().join("note.txt"), "milk and honey").unwrap();
    let ran = spacedrive.run(["import", files.path().to_str().unwrap(), "--into", "notes"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let mut client = Client::connect(&spacedrive, &[]);
    let tools = client.tools();
    assert!(tools.contains(&"query-search-entries-v1".into()), "{tools:?}");
    assert!(tools.iter().all(|tool| tool.starts_with("query-")), "{tools:?}");
    for never in ["credentials", "secrets", "extensions", "locations", "http", "mail"] {
        assert!(tools.iter().all(|tool| !tool.contains(never)), "{never}: {tools:?}");
    }
    // With one library none needs to be named.
    let query = json!({ "input": { "text": "honey" } });
    let (failed, found) = client.call("query-search-entries-v1", query);
    assert!(!failed, "{found}");
    assert_eq!(found["hits"][0]["entry"]["path"], "notes/note.txt", "{found}");
    let (failed, listed) =
        client.call("query-vdfs-list_entries-v1", json!({ "library": "test", "input": {} }));
    assert!(!failed && listed["entries"].as_array().unwrap().len() == 1, "{listed}");
    for (tool, arguments, code) in [
        ("action-vdfs-delete_entry-input-v1", json!({}), "E_UNKNOWN_METHOD"),
        ("query-secrets-reveal-v1", json!({}), "E_UNKNOWN_METHOD"),
        ("query-search-entries-v1", json!({ "input": { "quer": 1 } }), "E_BAD_INPUT"),
    ] {
        let (failed, error) = client.call(tool, arguments);
        assert!(failed, "{tool}");
        assert_eq!(error["code"], code, "{tool}: {error}");
    }
    let (failed, error) = client.call("query-vdfs-list_entries-v1", json!({ "library": "other" }));
    assert!(failed && error["error"].as_str().unwrap().contains("other"), "{error}");
}

#[test]
fn the_library_of_the_command_is_that_of_calls_that_name_none() {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    assert_eq!(spacedrive.run(["library", "create", "Other"]).code, Some(0));
    let files = tempfile::tempdir().unwrap();
    fs::write(files.path().join("note.txt"), "milk and honey").unwrap();
    let into = ["import", files.path().to_str().unwrap(), "--into", "notes", "--library", "Other"];
    assert_eq!(spacedrive.run(into).code, Some(0));
    let mut client = Client::connect(&spacedrive, &["--library", "test"]);
    let mut entries = |arguments| {
        let (failed, listed) = client.call("query-vdfs-list_entries-v1", arguments);
        assert!(!failed, "{listed}");
        listed["entries"].as_array().unwrap().len()
    };
    assert_eq!(entries(json!({ "input": {} })), 0);
    assert_eq!(entries(json!({ "library": "Other", "input": {} })), 1, "it is a default");
}

#[test]
fn a_view_is_no_tool_whatever_is_named() {
    let spacedrive = views::shop(&views::goods("Tea"));
    let mut client = Client::connect(&spacedrive, &["--method", "shop.*"]);
    let tools = client.tools();
    assert!(tools.iter().any(|tool| tool == "query-shop-raw-v1"), "{tools:?}");
    assert!(tools.iter().all(|tool| !tool.contains("view")), "{tools:?}");
}

#[test]
fn what_is_not_a_tool_is_not_done_later_by_a_job() {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    let mut client = Client::connect(&spacedrive, &["--method", "jobs.*", "--method", "search.*"]);
    let mut dispatch = |method: &str, input: Value| {
        let arguments = json!({ "input": { "method": method, "input": input } });
        client.call("action-jobs-dispatch-input-v1", arguments)
    };
    let to = spacedrive.data.path().join("copy");
    let (failed, error) = dispatch("action:copies.back_up.input.v1", json!({ "to": to }));
    assert!(failed && error["code"] == "E_DENIED_METHOD", "{error}");
    let (failed, made) = dispatch("action:search.read_again.input.v1", json!({}));
    assert!(!failed && made["created"] == true, "{made}");
}

#[test]
fn what_another_program_does_to_an_extension_holds_for_its_tools() {
    let spacedrive = views::shop(&views::goods("Tea"));
    let mut client = Client::connect(&spacedrive, &["--method", "shop.*"]);
    let mut call = || client.call("query-shop-raw-v1", json!({ "input": {} }));
    assert!(!call().0);
    assert_eq!(spacedrive.run(["ext", "quarantine", "shop"]).code, Some(0));
    let (failed, error) = call();
    assert!(failed && error["code"] == "E_STOPPED", "{error}");
    assert_eq!(spacedrive.run(["ext", "release", "shop"]).code, Some(0));
    assert!(!call().0);
}

#[test]
fn what_reaches_servers_is_a_tool_when_it_is_named_and_is_not_said_to_read_only() {
    let spacedrive = Spacedrive::new();
    let mut client = Client::connect(&spacedrive, &["--method", "http.request"]);
    let listed = client.ask("tools/list", json!({}));
    let tool = &listed["result"]["tools"][0];
    assert_eq!(tool["name"], "query-http-request-v1");
    let hints = &tool["annotations"];
    let hints = ["readOnlyHint", "destructiveHint", "openWorldHint"].map(|hint| &hints[hint]);
    assert_eq!(hints, [&json!(false), &json!(true), &json!(true)]);
}

#[test]
fn actions_are_tools_when_they_are_named() {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    let named = ["--method", "action:vdfs.create_entry", "--method", "secrets.*"];
    let mut client = Client::connect(&spacedrive, &named);
    assert_eq!(client.tools(), ["action-vdfs-create_entry-input-v1"]);
    let input = json!({ "name": "n", "path": "a/b", "entry_type": "note" });
    let (failed, made) =
        client.call("action-vdfs-create_entry-input-v1", json!({ "input": input }));
    assert!(!failed && made["created"] == true, "{made}");
    let wrong = spacedrive.run(["mcp", "--method", "*"]);
    assert!(wrong.code == Some(1) && wrong.stderr.contains("op list"), "{wrong:?}");
}
