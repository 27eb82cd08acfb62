//! A client as cheap as it can be, so that what is measured is the server.

use std::{
    io::{BufRead, BufReader, Read, Write},
    os::unix::net::UnixStream,
    path::Path,
};

/// A connection that is kept.
pub(crate) struct Client {
    stream: BufReader<UnixStream>,
    body: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(socket: &Path) -> Self {
        let stream = BufReader::with_capacity(256 << 10, UnixStream::connect(socket).unwrap());
        Self { stream, body: Vec::new() }
    }

    /// Posts a body, and returns that of the answer.
    pub(crate) fn post(&mut self, path: &str, headers: &str, body: &[u8]) -> &[u8] {
        let length = body.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\n{headers}\r\n"
        );
        self.ask(&[head.as_bytes(), body].concat())
    }

    /// Gets the body at a path.
    pub(crate) fn get(&mut self, path: &str) -> &[u8] {
        let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        self.ask(head.as_bytes())
    }

    fn ask(&mut self, request: &[u8]) -> &[u8] {
        self.stream.get_mut().write_all(request).unwrap();
        let (mut line, mut length) = (String::new(), 0);
        self.stream.read_line(&mut line).unwrap();
        assert!(line.starts_with("HTTP/1.1 200"), "{line}");
        loop {
            line.clear();
            self.stream.read_line(&mut line).unwrap();
            match line.trim_end().split_once(": ") {
                None => break,
                Some(("content-length", value)) => length = value.parse().unwrap(),
                Some(_) => {}
            }
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body).unwrap();
        &self.body
    }
}
