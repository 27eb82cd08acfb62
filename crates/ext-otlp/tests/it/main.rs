//! The spans that a collector gets.

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread::{self, JoinHandle},
};

use ext_otlp::{Endpoint, Exporter};
use ext_wire::trace::TARGET;
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest, trace::v1::Span,
};
use prost::Message;
use tracing_subscriber::layer::SubscriberExt;

/// Listens for one request, and returns the spans in it.
fn collector() -> (Endpoint, JoinHandle<Vec<Span>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let taken = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        assert!(head.starts_with("POST /v1/traces HTTP/1.1"), "{head}");
        assert!(head.contains("content-type: application/x-protobuf"), "{head}");
        let length = head.split("content-length: ").nth(1).unwrap();
        let length = length.split('\r').next().unwrap().parse().unwrap();
        let mut body = vec![0; length];
        stream.read_exact(&mut body).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
        let request = ExportTraceServiceRequest::decode(&*body).unwrap();
        let scopes = request.resource_spans.into_iter().flat_map(|it| it.scope_spans);
        scopes.flat_map(|scope| scope.spans).collect()
    });
    (endpoint, taken)
}

#[test]
fn the_parts_of_a_call_are_one_trace_and_the_log_is_not_in_it() {
    let (endpoint, taken) = collector();
    let exporter = Exporter::start(&endpoint).unwrap();
    let subscriber = tracing_subscriber::registry().with(exporter.layer());
    tracing::subscriber::with_default(subscriber, || {
        let rpc = tracing::info_span!(target: TARGET, "rpc", method = "query:a.b.v1");
        let thread = rpc.in_scope(|| {
            let other = tracing::info_span!("password", secret = "canary");
            let guest = other.in_scope(|| {
                tracing::error!(secret = "canary", "canary");
                tracing::info_span!(target: TARGET, "guest", code = tracing::field::Empty)
            });
            guest.record("code", "OK");
            let dispatch = tracing::dispatcher::get_default(Clone::clone);
            thread::spawn(move || {
                tracing::dispatcher::with_default(&dispatch, || {
                    guest.in_scope(|| drop(tracing::info_span!(target: TARGET, "gate")));
                });
            })
        });
        thread.join().unwrap();
    });
    drop(exporter);
    let spans = taken.join().unwrap();
    let find = |name: &str| spans.iter().find(|span| span.name == name).unwrap();
    let (rpc, guest, gate) = (find("rpc"), find("guest"), find("gate"));
    assert_eq!(spans.len(), 3, "{spans:?}");
    assert!(rpc.parent_span_id.is_empty());
    assert_eq!((&guest.parent_span_id, &gate.parent_span_id), (&rpc.span_id, &guest.span_id));
    assert!([rpc, guest, gate].iter().all(|span| span.trace_id == rpc.trace_id));
    assert!(!format!("{spans:?}").contains("canary"), "{spans:?}");
}

#[test]
fn the_trace_of_a_client_goes_on_unless_it_records_none() {
    let (endpoint, taken) = collector();
    let exporter = Exporter::start(&endpoint).unwrap();
    let subscriber = tracing_subscriber::registry().with(exporter.layer());
    let (trace, parent) =
        (0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736_u128, 0x00f0_67aa_0ba9_02b7_u64);
    tracing::subscriber::with_default(subscriber, || {
        for (method, flags) in [("recorded", 1), ("not recorded", 0)] {
            let rpc = tracing::info_span!(target: TARGET, "rpc", method);
            ext_otlp::continue_trace(&rpc, trace, parent, flags);
            rpc.in_scope(|| drop(tracing::info_span!(target: TARGET, "gate")));
        }
    });
    drop(exporter);
    let spans = taken.join().unwrap();
    let find = |name: &str| spans.iter().find(|span| span.name == name).unwrap();
    let (rpc, gate) = (find("rpc"), find("gate"));
    assert_eq!(spans.len(), 2, "{spans:?}");
    assert_eq!(rpc.parent_span_id, parent.to_be_bytes());
    assert_eq!(gate.parent_span_id, rpc.span_id);
    for span in [rpc, gate] {
        assert_eq!(span.trace_id, trace.to_be_bytes());
    }
}

#[test]
fn a_collector_that_is_away_keeps_nobody() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint: Endpoint = format!("http://{}", free.local_addr().unwrap()).parse().unwrap();
    drop(free);
    let exporter = Exporter::start(&endpoint).unwrap();
    let subscriber = tracing_subscriber::registry().with(exporter.layer());
    tracing::subscriber::with_default(subscriber, || {
        for _ in 0..10_000 {
            drop(tracing::info_span!(target: TARGET, "rpc"));
        }
    });
    let began = std::time::Instant::now();
    drop(exporter);
    assert!(began.elapsed() < std::time::Duration::from_secs(10));
}
