//! The address on this machine that a browser is sent back to (RFC 8252, section 7.3).

use std::{
    io::{self, ErrorKind, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    thread,
    time::{Duration, Instant},
};

use url::{Url, form_urlencoded};

use crate::{deadline::Deadline, error::LoginError};

/// Interval between two looks for requests.
const LOOK: Duration = Duration::from_millis(20);

/// Longest head of a request, in bytes.
const MAX_HEAD: usize = 16 << 10;

/// Longest time that a connection may take for its request. Browsers open some that they never use.
const MAX_SILENCE: Duration = Duration::from_secs(10);

/// Most connections at the same time; the oldest goes.
const MAX_CONNECTIONS: usize = 32;

const PATH: &str = "/callback";

/// Listener on 127.0.0.1 only, on a port that the system chose.
pub(crate) struct Loopback {
    listener: TcpListener,
    port: u16,
    waiting: Vec<Connection>,
}

struct Connection {
    stream: TcpStream,
    head: Vec<u8>,
    since: Instant,
}

/// A browser that was sent back here, and waits for a page.
pub(crate) struct Visit {
    stream: TcpStream,
    query: Vec<(String, String)>,
}

impl Loopback {
    pub(crate) fn bind() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        Ok(Self { listener, port, waiting: Vec::new() })
    }

    pub(crate) fn redirect_uri(&self) -> String {
        format!("http://127.0.0.1:{}{PATH}", self.port)
    }

    /// Waits for the next reply of a provider; everything else is turned away.
    pub(crate) fn visit(&mut self, deadline: &Deadline<'_>) -> Result<Visit, LoginError> {
        loop {
            deadline.check()?;
            self.accept();
            if let Some(visit) = self.read() {
                return Ok(visit);
            }
            thread::sleep(LOOK);
        }
    }

    fn accept(&mut self) {
        while let Ok((stream, _)) = self.listener.accept() {
            if stream.set_nonblocking(true).is_ok() {
                let since = Instant::now();
                self.waiting.push(Connection { stream, head: Vec::new(), since });
            }
        }
        let surplus = self.waiting.len().saturating_sub(MAX_CONNECTIONS);
        self.waiting.drain(..surplus);
        self.waiting.retain(|connection| connection.since.elapsed() < MAX_SILENCE);
    }

    fn read(&mut self) -> Option<Visit> {
        let mut index = 0;
        while let Some(connection) = self.waiting.get_mut(index) {
            match connection.read() {
                ReadState::Pending => index += 1,
                ReadState::Closed => drop(self.waiting.remove(index)),
                ReadState::Complete => {
                    let visit = Visit::new(self.waiting.remove(index), self.port);
                    if visit.is_some() {
                        return visit;
                    }
                }
            }
        }
        None
    }
}

/// State of the request on a connection.
enum ReadState {
    Pending,
    Complete,
    Closed,
}

impl Connection {
    fn read(&mut self) -> ReadState {
        let mut buffer = [0; 4096];
        loop {
            match self.stream.read(&mut buffer) {
                Ok(0) => return ReadState::Closed,
                Ok(count) => self.head.extend(buffer.iter().take(count)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return ReadState::Pending,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return ReadState::Closed,
            }
            if self.head.windows(4).any(|end| end == b"\r\n\r\n") {
                return ReadState::Complete;
            }
            if self.head.len() > MAX_HEAD {
                return ReadState::Closed;
            }
        }
    }
}

impl Visit {
    /// Makes a visit of a reply; answers what is not a reply of a provider, and returns `None`.
    fn new(connection: Connection, port: u16) -> Option<Self> {
        let query = reply(&connection.head, port);
        let visit = Self { stream: connection.stream, query: query.unwrap_or_default() };
        if visit.query.is_empty() {
            visit.answer(404, "There is nothing here.");
            return None;
        }
        Some(visit)
    }

    /// Returns a parameter, if it is there once.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let mut found = self.query.iter().filter(|(other, _)| other == name);
        let value = found.next().map(|(_, value)| value.as_str());
        value.filter(|_| found.next().is_none())
    }

    /// Shows the browser a page. That it may be gone already is not a failure.
    pub(crate) fn answer(mut self, status: u16, text: &str) {
        let page = format!(
            "HTTP/1.1 {status} -\r\ncontent-type: text/plain; charset=utf-8\r\n\
             content-length: {}\r\ncache-control: no-store\r\nreferrer-policy: no-referrer\r\n\
             x-content-type-options: nosniff\r\nconnection: close\r\n\r\n{text}",
            text.len()
        );
        let sent = self.stream.set_nonblocking(false);
        let sent = sent.and_then(|()| self.stream.set_write_timeout(Some(MAX_SILENCE)));
        let _ = sent.and_then(|()| self.stream.write_all(page.as_bytes()));
    }
}

/// Returns the parameters of `GET /callback?…`. `Host` has to be this very address: a web page that
/// had its own name point here would send that.
fn reply(head: &[u8], port: u16) -> Option<Vec<(String, String)>> {
    let head = std::str::from_utf8(head).ok()?;
    let mut lines = head.split("\r\n");
    let target = lines.next()?.strip_prefix("GET ")?.strip_suffix(" HTTP/1.1")?;
    let query = target.strip_prefix(PATH)?.strip_prefix('?')?;
    let host = format!("127.0.0.1:{port}");
    let headers = lines.filter_map(|line| line.split_once(':'));
    let mut hosts = headers.filter(|(name, _)| name.eq_ignore_ascii_case("host"));
    let first = hosts.next().map(|(_, value)| value.trim());
    if first != Some(host.as_str()) || hosts.next().is_some() {
        return None;
    }
    let url = Url::parse(&format!("http://{host}{PATH}?{query}")).ok()?;
    let pairs = form_urlencoded::parse(url.query()?.as_bytes());
    Some(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(head: &str) -> Option<String> {
        let pairs = reply(head.as_bytes(), 4321)?;
        pairs.into_iter().find(|(name, _)| name == "code").map(|(_, value)| value)
    }

    #[test]
    fn only_what_a_browser_sends_back_is_a_reply() {
        let host = "Host: 127.0.0.1:4321\r\n\r\n";
        let read = |line: &str| code(&format!("{line}\r\n{host}"));
        assert_eq!(read("GET /callback?state=s&code=a%2Fb HTTP/1.1"), Some("a/b".to_owned()));
        for line in [
            "POST /callback?code=a HTTP/1.1",
            "GET /other?code=a HTTP/1.1",
            "GET /callback HTTP/1.1",
            "GET /callback2?code=a HTTP/1.1",
            "GET /callback?code=a HTTP/1.0",
            "GET http://127.0.0.1:4321/callback?code=a HTTP/1.1",
            "",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
        for host in ["evil.com", "127.0.0.1:1", "localhost:4321", "127.0.0.1:4321\r\nHost: x"] {
            let head = format!("GET /callback?code=a HTTP/1.1\r\nHost: {host}\r\n\r\n");
            assert_eq!(code(&head), None, "{host}");
        }
        assert_eq!(code("GET /callback?code=a HTTP/1.1\r\n\r\n"), None, "no host");
    }
}
