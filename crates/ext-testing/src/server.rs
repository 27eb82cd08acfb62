//! A server on loopback with answers that the test chooses.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// A server of HTTP/1.1 that records requests and connections. It ends with the test's process.
#[derive(Debug)]
pub struct TestServer {
    address: SocketAddr,
    received: Arc<Received>,
}

#[derive(Debug, Default)]
struct Received {
    requests: Mutex<Vec<String>>,
    connections: Mutex<usize>,
}

impl TestServer {
    /// Starts a server. `answer` gets a request, head and body, and returns all of the answer. Without
    /// any bytes the connection is closed.
    ///
    /// # Panics
    /// Where there is no loopback.
    pub fn start(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (received, answer) = (Arc::<Received>::default(), Arc::new(answer));
        let server = Self { address, received: Arc::clone(&received) };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                *received.connections.lock().unwrap() += 1;
                let (received, answer) = (Arc::clone(&received), Arc::clone(&answer));
                thread::spawn(move || serve(stream, &received, &*answer));
            }
        });
        server
    }

    /// Starts a server that answers each request with the next of these, with the last again and again.
    ///
    /// # Panics
    /// As [`Self::start`]; a request finds it without answers when there were none.
    #[must_use]
    pub fn in_turn(answers: Vec<Vec<u8>>) -> Self {
        let answers = Mutex::new(answers);
        Self::start(move |_| {
            let mut answers = answers.lock().unwrap();
            if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() }
        })
    }

    /// Returns the address on which the server listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the requests until now, each with head and body.
    ///
    /// # Panics
    /// After a panic in the answering function.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        self.received.requests.lock().unwrap().clone()
    }

    /// Counts the connections until now.
    ///
    /// # Panics
    /// After a panic in the answering function.
    #[must_use]
    pub fn connections(&self) -> usize {
        *self.received.connections.lock().unwrap()
    }
}

fn serve(mut stream: TcpStream, received: &Received, answer: &dyn Fn(&str) -> Vec<u8>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while let Some(request) = read(&mut reader) {
        received.requests.lock().unwrap().push(request.clone());
        let answer = answer(&request);
        if answer.is_empty() || stream.write_all(&answer).is_err() {
            return;
        }
    }
}

/// Reads head and body; `None` at the end of the connection.
fn read(reader: &mut BufReader<TcpStream>) -> Option<String> {
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

/// Makes an answer with this status, such as `200 OK`, and these lines of headers, each with its end.
#[must_use]
pub fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// Returns the body of a request.
#[must_use]
pub fn body_of(request: &str) -> &str {
    request.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}
