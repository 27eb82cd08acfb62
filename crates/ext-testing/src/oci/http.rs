//! As much of HTTP/1.1 as a registry on loopback needs, with bodies of bytes.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
};

/// A request.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query.
    pub query: String,
    headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// Returns a header, by its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(found, _)| found == name);
        found.map(|(_, value)| value.as_str())
    }

    fn read(reader: &mut BufReader<TcpStream>) -> Option<Self> {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|bytes| *bytes > 0)?;
        let mut words = line.split_whitespace();
        let (method, target) = (words.next()?.to_owned(), words.next()?);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut this =
            Self { method, path: path.to_owned(), query: query.to_owned(), ..Self::default() };
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            this.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let length = this.header("content-length").and_then(|length| length.parse().ok());
        this.body = vec![0; length.unwrap_or(0)];
        reader.read_exact(&mut this.body).ok()?;
        Some(this)
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// Number of bytes that the answer says to have, where that is not true.
    pub says_length: Option<usize>,
}

impl Answer {
    /// Makes an answer without headers and body.
    #[must_use]
    pub const fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), says_length: None }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, body: &[u8]) -> Self {
        self.body = body.to_vec();
        self
    }

    fn write(&self, stream: &mut TcpStream, is_head: bool) -> std::io::Result<()> {
        let length = self.says_length.unwrap_or(self.body.len());
        let mut head = format!("HTTP/1.1 {} X\r\ncontent-length: {length}\r\n", self.status);
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        stream.write_all(format!("{head}\r\n").as_bytes())?;
        if is_head { Ok(()) } else { stream.write_all(&self.body) }
    }
}

/// Answers the requests on a connection.
pub(super) fn serve(mut stream: TcpStream, answer: impl Fn(Request) -> Answer) {
    let Ok(reading) = stream.try_clone() else { return };
    let mut reader = BufReader::new(reading);
    while let Some(request) = Request::read(&mut reader) {
        let is_head = request.method == "HEAD";
        let answer = answer(request);
        let is_cut = answer.says_length.is_some_and(|length| length != answer.body.len());
        if answer.write(&mut stream, is_head).is_err() || is_cut {
            return;
        }
    }
}
