//! The spans of calls, as a collector of OpenTelemetry gets them.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::net::UnixStream,
    sync::{Arc, Mutex},
};

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest, common::v1::any_value::Value as Attribute,
    trace::v1::Span,
};
use prost::Message;

use crate::{
    common::Spacedrive,
    daemon::{Daemon, socket, wait_for},
    http_files::{exchange, request},
};

/// A collector that keeps what it gets.
struct Collector {
    url: String,
    bodies: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Collector {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let bodies: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
        let kept = Arc::clone(&bodies);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                kept.lock().unwrap().push(take(stream.unwrap()));
            }
        });
        Self { url, bodies }
    }

    fn spans(&self) -> Vec<Span> {
        let bodies = self.bodies.lock().unwrap();
        let requests = bodies.iter().map(|it| ExportTraceServiceRequest::decode(&**it).unwrap());
        let scopes = requests.flat_map(|it| it.resource_spans).flat_map(|it| it.scope_spans);
        scopes.flat_map(|scope| scope.spans).collect()
    }
}

fn take(mut stream: TcpStream) -> Vec<u8> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let length = head.split("content-length: ").nth(1).unwrap().split('\r').next().unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).unwrap();
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
    body
}

fn field<'a>(span: &'a Span, name: &str) -> Option<&'a str> {
    let found = span.attributes.iter().find(|attribute| attribute.key == name)?;
    match found.value.as_ref()?.value.as_ref()? {
        Attribute::StringValue(text) => Some(text),
        _ => None,
    }
}

#[test]
fn a_call_is_one_trace_from_the_client_to_the_guest_and_back() {
    let Some((spacedrive, library)) = Spacedrive::with_extension("finance") else { return };
    let collector = Collector::start();
    let mut command = spacedrive.command(["serve", "--otlp", &collector.url]);
    let _daemon = Daemon::spawn(&spacedrive, command.env("OTEL_BSP_SCHEDULE_DELAY", "200"));
    let (id, secret) = ("01a21a77-a9e0-4000-8000-000000000001", "hunter2");
    let call = |method: &str, headers: &[(&str, &str)], body: &str| {
        let path = format!("/call/{method}");
        let asked = request("POST", &path, "localhost", headers, body.as_bytes());
        exchange(UnixStream::connect(socket(&spacedrive)).unwrap(), &asked)
    };
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let headers = [("x-library", library.as_str()), ("x-call", id), ("traceparent", parent)];
    let answer = call("query:finance.summary.v1", &headers, "{}");
    assert_eq!((answer.status, answer.header("x-call")), (200, Some(id)), "{answer:?}");
    // What is refused may hold anything, and errors may repeat it.
    let wrong = format!("{{\"{secret}\": \"{secret}\"}}");
    let refused = call("query:libraries.list.v1", &[], &wrong);
    assert!(refused.status == 422 && refused.header("x-call").is_some(), "{refused:?}");
    assert_eq!(call(&format!("query:{secret}"), &[], &wrong).status, 404);

    let is_there = |spans: &[Span], code: &str| {
        spans.iter().any(|it| it.name == "rpc" && field(it, "code") == Some(code))
    };
    wait_for("the spans", || {
        let spans = collector.spans();
        is_there(&spans, "OK") && is_there(&spans, "E_UNKNOWN_METHOD")
    });
    let spans = collector.spans();
    let is_asked = |it: &&Span| it.name == "rpc" && field(it, "request") == Some(id);
    let rpc = spans.iter().find(is_asked).unwrap();
    assert_eq!(field(rpc, "method"), Some("query:finance.summary.v1"));
    assert_eq!(field(rpc, "code"), Some("OK"));
    // The trace of the client goes on.
    assert_eq!(rpc.trace_id, 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736_u128.to_be_bytes());
    assert_eq!(rpc.parent_span_id, 0x00f0_67aa_0ba9_02b7_u64.to_be_bytes());
    let below = |parent: &Span, name: &str| {
        let found = spans.iter().find(|it| it.parent_span_id == parent.span_id && it.name == name);
        found.unwrap_or_else(|| panic!("no `{name}` below `{}`: {spans:#?}", parent.name))
    };
    let (gate, guest) = (below(rpc, "gate"), below(rpc, "guest"));
    assert_eq!(field(guest, "extension"), Some("finance"));
    let (asked, operation) = (below(guest, "gate"), below(guest, "operation"));
    assert_eq!(field(asked, "method"), field(operation, "method"));
    assert!([gate, guest, asked, operation].iter().all(|it| it.trace_id == rpc.trace_id));
    assert!(spans.iter().all(|it| it.name != "rpc" || field(it, "code").is_some()), "{spans:#?}");
    assert!(!format!("{spans:?}").contains(secret), "{spans:#?}");
}

#[test]
fn spans_leave_this_machine_by_a_collector_only() {
    let spacedrive = Spacedrive::new();
    for url in ["http://192.0.2.1:4318", "https://127.0.0.1:4318", "collector"] {
        let refused = spacedrive.run(["serve", "--otlp", url]);
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(refused.stderr.contains("collector on this machine"), "{refused:?}");
    }
}
