//! Frames of WebSockets that break the protocol, byte by byte.

use std::{
    io::{Read, Write},
    os::unix::net::UnixStream,
};

use ext_testing::open_web_socket;

use crate::common::Served;

const NORMAL: [u8; 4] = [0x88, 0x02, 0x03, 0xE8];
const PROTOCOL_ERROR: [u8; 4] = [0x88, 0x02, 0x03, 0xEA];

/// Opens a WebSocket.
fn open(served: &Served) -> UnixStream {
    let mut stream = served.connect();
    open_web_socket(&mut stream);
    stream
}

/// Returns the payload of the next short frame of text. A server that is slow asks meanwhile whether its
/// client is there.
fn next_text(stream: &mut UnixStream) -> Vec<u8> {
    loop {
        let mut head = [0; 2];
        stream.read_exact(&mut head).unwrap();
        let mut payload = vec![0; usize::from(head[1])];
        stream.read_exact(&mut payload).unwrap();
        match head[0] {
            0x81 => return payload,
            0x89 => {}
            other => panic!("a frame {other:#x} came: {payload:x?}"),
        }
    }
}

/// Returns what comes until the server closes.
fn rest(mut stream: UnixStream) -> Vec<u8> {
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).unwrap();
    rest
}

#[test]
fn rpc_a_broken_frame_closes_its_connection_with_a_protocol_error_and_no_other() {
    let served = Served::new();
    let mut other = open(&served);
    for (what, frame) in [
        ("an operation that is reserved", &b"\x83\x80abcd"[..]),
        ("a part of a message that did not begin", b"\x80\x80abcd"),
        ("a control frame in parts", b"\x09\x80abcd"),
        ("a control frame that is too long", b"\x89\xfe\x00\x80abcd"),
    ] {
        let mut stream = open(&served);
        stream.write_all(frame).unwrap();
        let rest = rest(stream);
        assert!(rest.ends_with(&PROTOCOL_ERROR), "{what}: {rest:x?}");
    }
    // A close of the client's own, masked with zeros, is answered with its own code.
    other.write_all(b"\x88\x82\x00\x00\x00\x00\x03\xe8").unwrap();
    let rest = rest(other);
    assert!(rest.ends_with(&NORMAL), "{rest:x?}");
}

#[test]
fn a_server_that_ends_closes_its_connections_normally() {
    let served = Served::new();
    let mut stream = open(&served);
    // It is heard, and answered.
    stream.write_all(b"\x81\x82\x00\x00\x00\x00{}").unwrap();
    let mut first = [0; 2];
    stream.read_exact(&mut first).unwrap();
    drop(served.server);
    let rest = rest(stream);
    assert!(rest.ends_with(&NORMAL), "{rest:x?}");
}

#[test]
fn a_text_that_is_not_utf_8_is_refused_as_one_that_is_not_json_and_its_connection_goes_on() {
    let served = Served::new();
    let mut stream = open(&served);
    for text in [&b"\x81\x82\x00\x00\x00\x00\xff\xff"[..], b"\x81\x82\x00\x00\x00\x00{{"] {
        stream.write_all(text).unwrap();
        let answer: serde_json::Value = serde_json::from_slice(&next_text(&mut stream)).unwrap();
        assert_eq!(answer["error"]["code"], -32700, "{answer}");
    }
}
