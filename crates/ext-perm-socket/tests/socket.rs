//! A service in a thread, and what happens when it fails.
#![cfg(unix)]

use std::{
    io::{BufRead, BufReader, Write},
    os::unix::net::{UnixListener, UnixStream},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use ext_perm::{
    Author, Decision, DenialReason, NumberedRule, PermissionBackend, Principal, Request,
    RuleBackend, Target,
};
use ext_perm_conformance::{EXTENSION, check};
use ext_perm_socket::SocketBackend;
use ext_wire::{EntryPath, Method};
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

const LONG: Duration = Duration::from_secs(60);

type Answer = Arc<dyn Fn(Value) -> String + Send + Sync>;

/// Starts a service on a socket of its own; its threads end with the connections.
fn serve(answer: impl Fn(Value) -> String + Send + Sync + 'static) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("s");
    listen(&socket, Arc::new(answer));
    (folder, socket)
}

fn listen(socket: &Path, answer: Answer) {
    let listener = UnixListener::bind(socket).unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            thread::spawn(move || talk(stream, &answer));
        }
    });
}

fn talk(mut stream: UnixStream, answer: &Answer) {
    let lines = BufReader::new(stream.try_clone().unwrap()).lines();
    for line in lines.map_while(Result::ok) {
        let text = answer(serde_json::from_str(&line).unwrap());
        if stream.write_all(text.as_bytes()).is_err() {
            return;
        }
    }
}

fn ask(backend: &SocketBackend) -> (Decision, Option<DenialReason>) {
    let request = request();
    let response = backend.decide(&request);
    (response.decision(), response.reasons().first().map(|reason| reason.kind))
}

fn request() -> Request<'static> {
    let method = Method::parse("query:ai.ocr.v1").unwrap();
    Request::new(Principal::Extension(EXTENSION), method, Some(Uuid::max()))
}

#[test]
fn it_passes_the_conformance_suite() {
    check(16, |rules| {
        let numbered = (0..).zip(rules).map(|(id, rule)| NumberedRule {
            id,
            place: String::new(),
            rule: rule.to_rule(),
        });
        let rules = RuleBackend::new(Author::Administrator, EXTENSION, numbered);
        let (folder, socket) = serve(move |question| {
            let method = question["method"].as_str().unwrap().to_owned();
            let library = question["library"].as_str().map(|id| id.parse().unwrap());
            let extension = question["extension"].as_str().unwrap();
            let method = Method::parse(&method).unwrap();
            let request = Request::new(Principal::Extension(extension), method, library);
            let allow = rules.decide(&request).is_allow();
            format!("{}\n", json!({ "id": question["id"], "allow": allow }))
        });
        Box::new(Kept(SocketBackend::new(&socket, LONG), folder))
    });
}

/// A backend that keeps the folder of its socket.
struct Kept(SocketBackend, #[allow(dead_code, reason = "removed with it")] TempDir);

impl PermissionBackend for Kept {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn decide(&self, request: &Request<'_>) -> ext_perm::Response {
        self.0.decide(request)
    }
}

#[test]
fn the_question_has_all_that_is_known() {
    let (_folder, socket) = serve(|question| {
        let expected = json!({
            "id": 1, "extension": "finance", "kind": "query", "name": "ai.ocr", "version": 1,
            "method": "query:ai.ocr.v1", "library": Uuid::max(),
            "target": { "entry": "a.txt", "sidecar": "b.json" }, "at": "2027-01-31T08:30:00Z",
        });
        format!("{}\n", json!({ "id": 1, "allow": question == expected }))
    });
    let backend = SocketBackend::new(&socket, LONG);
    let entry = EntryPath::stored("a.txt");
    let target = Target::Sidecar { entry: &entry, name: "b.json" };
    let request = Request { at: "2027-01-31T08:30:00.9Z".parse().unwrap(), ..request() };
    assert!(backend.decide(&request.about(target)).is_allow());
}

#[test]
fn perm_32_anything_but_a_clear_yes_is_a_no() {
    for bad in [
        "\n",
        "{}\n",
        "yes\n",
        r#"{"id":1}"#,
        "{\"id\":2,\"allow\":true}\n",
        "{\"id\":1,\"allow\":\"true\"}\n",
        "{\"id\":1,\"allow\":true,\"allow\":true}\n",
        "{\"id\":1,\"allow\":true,\"x\":1}\n",
        "{\"id\":1,\"allow\":true}{}\n",
    ] {
        let (_folder, socket) = serve(move |_| bad.to_owned());
        let backend = SocketBackend::new(&socket, Duration::from_millis(300));
        assert_eq!(ask(&backend), (Decision::Deny, Some(DenialReason::Backend)), "{bad:?}");
    }
    let (_folder, socket) = serve(|_| "{\"id\":1,\"allow\":true}\n".to_owned());
    assert_eq!(ask(&SocketBackend::new(&socket, LONG)), (Decision::Allow, None));
}

#[test]
fn perm_32_a_service_that_is_away_or_late_denies() {
    let folder = tempfile::tempdir().unwrap();
    let away = SocketBackend::new(&folder.path().join("nobody"), LONG);
    assert_eq!(ask(&away), (Decision::Deny, Some(DenialReason::Backend)));
    let (_folder, socket) = serve(|_| {
        thread::sleep(Duration::from_secs(20));
        "{\"id\":1,\"allow\":true}\n".to_owned()
    });
    let (late, start) = (SocketBackend::new(&socket, Duration::from_millis(100)), Instant::now());
    assert_eq!(ask(&late), (Decision::Deny, Some(DenialReason::Backend)));
    assert!(start.elapsed() < Duration::from_secs(15));
}

#[test]
fn a_service_that_is_started_again_is_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("s");
    let yes = |question: Value| format!("{}\n", json!({ "id": question["id"], "allow": true }));
    let listener = UnixListener::bind(&socket).unwrap();
    let once = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut line = String::new();
        BufReader::new(stream.try_clone().unwrap()).read_line(&mut line).unwrap();
        stream.write_all(yes(serde_json::from_str(&line).unwrap()).as_bytes()).unwrap();
    });
    let backend = SocketBackend::new(&socket, LONG);
    assert_eq!(ask(&backend).0, Decision::Allow);
    once.join().unwrap();
    std::fs::remove_file(&socket).unwrap();
    assert_eq!(ask(&backend).0, Decision::Deny);
    listen(&socket, Arc::new(yes));
    assert_eq!(ask(&backend).0, Decision::Allow);
}

#[test]
fn the_reason_of_the_service_is_told() {
    let (_folder, socket) =
        serve(|q| format!("{}\n", json!({ "id": q["id"], "allow": false, "reason": "weekend" })));
    let response = SocketBackend::new(&socket, LONG).decide(&request());
    assert!(response.reasons()[0].message.ends_with("weekend"));
}

#[test]
fn perm_32_a_service_that_accepts_nothing_is_late_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("full.sock");
    let listener =
        socket2::Socket::new(socket2::Domain::UNIX, socket2::Type::STREAM, None).unwrap();
    listener.bind(&socket2::SockAddr::unix(&path).unwrap()).unwrap();
    listener.listen(0).unwrap();
    let (late, start) = (SocketBackend::new(&path, Duration::from_millis(200)), Instant::now());
    // The first ones fill the queue; they wait for an answer.
    for _ in 0..4 {
        assert_eq!(ask(&late), (Decision::Deny, Some(DenialReason::Backend)));
    }
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
}
