//! A server on loopback, a resolver and a dialler of which the test says what they do.
#![allow(dead_code, unreachable_pub, reason = "every test file uses a part of it")]

use std::{
    collections::HashMap,
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use bytes::Bytes;
use ext_dial::{Dial, DialFuture, Dialler, Resolve};
use ext_net::{AddressPolicy, JudgedAddr, JudgedUrl};
use ext_ops::services::http::{HttpClient, HttpError, HttpRequest, HttpResponse, Scrubber};
use ext_ops_http_hyper::HyperClient;
use http::{HeaderMap, Method};

/// A server that answers each request with what the test says. It records requests and connections.
pub struct Server {
    pub address: SocketAddr,
    pub requests: Arc<Mutex<Vec<String>>>,
    pub connections: Arc<Mutex<usize>>,
}

impl Server {
    /// `answer` gets the head of a request with its body, and returns the raw answer.
    pub fn start(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let connections = Arc::new(Mutex::new(0));
        let (seen, count, answer) =
            (Arc::clone(&requests), Arc::clone(&connections), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                *count.lock().unwrap() += 1;
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                thread::spawn(move || serve(stream, &seen, &*answer));
            }
        });
        Self { address, requests, connections }
    }

    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    pub fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }

    /// A client for which `server.test` is this server, and whose user granted its address.
    pub fn client(&self) -> HyperClient {
        client(vec![self.address], vec![self.address], Arc::new(Tcp))
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://server.test:{}{path}", self.address.port())
    }
}

fn serve(stream: TcpStream, seen: &Mutex<Vec<String>>, answer: &dyn Fn(&str) -> Vec<u8>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    while let Some(request) = read_request(&mut reader) {
        seen.lock().unwrap().push(request.clone());
        if stream.write_all(&answer(&request)).is_err() {
            return;
        }
    }
}

/// Head and body; `None` at the end of the connection.
fn read_request(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    Some(head + &String::from_utf8_lossy(&body))
}

/// An answer with status 200.
pub fn ok(headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n{headers}\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// Answers each question with the next of its lists, the last one again and again.
pub struct Answers(pub Mutex<Vec<io::Result<Vec<SocketAddr>>>>);

impl Resolve for Answers {
    fn resolve(&self, _: &str, _: u16) -> io::Result<Vec<SocketAddr>> {
        let mut answers = self.0.lock().unwrap();
        if answers.len() > 1 {
            return answers.remove(0);
        }
        match answers.first().unwrap() {
            Ok(addresses) => Ok(addresses.clone()),
            Err(error) => Err(error.kind().into()),
        }
    }
}

/// Dials by TCP.
pub struct Tcp;

impl Dial for Tcp {
    fn dial(&self, to: JudgedAddr) -> DialFuture {
        Box::pin(tokio::net::TcpStream::connect(to.get()))
    }
}

/// Records what it is told to dial, and refuses.
#[derive(Clone, Default)]
pub struct Recorder(pub Arc<Mutex<Vec<SocketAddr>>>);

impl Recorder {
    pub fn dialled(&self) -> Vec<SocketAddr> {
        self.0.lock().unwrap().clone()
    }
}

impl Dial for Recorder {
    fn dial(&self, to: JudgedAddr) -> DialFuture {
        self.0.lock().unwrap().push(to.get());
        Box::pin(async { Err(io::ErrorKind::ConnectionRefused.into()) })
    }
}

pub fn client(
    granted: Vec<SocketAddr>,
    addresses: Vec<SocketAddr>,
    dialler: Arc<dyn Dial>,
) -> HyperClient {
    let resolver = Arc::new(Answers(Mutex::new(vec![Ok(addresses)])));
    HyperClient::with_dialler(
        Dialler::with_parts(AddressPolicy::new(granted, Vec::new()), resolver, dialler),
        &[],
    )
    .unwrap()
}

pub fn request(client: &HyperClient, url: &str) -> HttpRequest {
    HttpRequest {
        url: JudgedUrl::judge(url, client.addresses(), |_, _, _| true).unwrap(),
        method: Method::GET,
        headers: HeaderMap::new(),
        body: Bytes::new(),
        pool: "demo".into(),
        deadline: Instant::now() + Duration::from_secs(60),
        max_body_bytes: 1 << 20,
        scrubber: Arc::new(Scrubber::default()),
    }
}

pub fn get(client: &HyperClient, url: &str) -> Result<HttpResponse, HttpError> {
    pollster::block_on(client.send(request(client, url)))
}

/// The addresses of names, for tests that need more than one.
pub struct Names(pub HashMap<String, Vec<SocketAddr>>);

impl Resolve for Names {
    fn resolve(&self, host: &str, _: u16) -> io::Result<Vec<SocketAddr>> {
        self.0.get(host).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}
