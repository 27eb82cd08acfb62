//! Pages for a browser, and the sessions that they call with.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::atomic::Ordering,
    time::Duration,
};

use ext_rpc::Page;
use serde_json::{Value, json};

use crate::common::{Answer, Served, TOKEN, request};

const CALLER: &str = r#"{"jsonrpc":"2.0","id":1,"method":"query:test.caller.v1"}"#;
const OPEN: &str = r#"{"jsonrpc":"2.0","id":1,"method":"daemon.open_console"}"#;
const SESSION: &str = "/console/session";

fn page(name: &str) -> Option<Page> {
    let media_type = "text/html; charset=utf-8";
    (name.is_empty() || name == "app.js")
        .then_some(Page { media_type, content: b"<!doctype html>" })
}

fn with_pages() -> Served {
    Served::with(|options| {
        options.port = Some("127.0.0.1:0".parse().unwrap());
        options.pages = Some(page);
    })
}

/// A browser that has a session.
struct Browser<'s> {
    served: &'s Served,
    cookie: String,
    token: String,
}

impl<'s> Browser<'s> {
    fn open(served: &'s Served) -> Self {
        let answer = exchange_code(served, &code(served));
        assert_eq!(answer.status, 200, "{answer:?}");
        let cookie = answer.head.lines().find_map(|line| line.strip_prefix("set-cookie: "));
        let cookie = cookie.unwrap().to_owned();
        assert!(cookie.contains("; HttpOnly; SameSite=Strict"), "{cookie}");
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let token = answer.json()["token"].as_str().unwrap().to_owned();
        Self { served, cookie, token }
    }

    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let host = self.served.port().to_string();
        self.served.raw_port(&request(method, path, &host, headers, body))
    }

    fn call(&self) -> Answer {
        let headers = [("cookie", self.cookie.as_str()), ("x-session", self.token.as_str())];
        self.send("POST", "/", &headers, CALLER)
    }
}

/// Asks for a code over the socket, as the command does.
fn code(served: &Served) -> String {
    let answer = served.post(OPEN).json();
    let url = answer["result"]["url"].as_str().unwrap_or_else(|| panic!("{answer}"));
    let (address, code) = url.split_once("/#code=").unwrap();
    assert_eq!(address, format!("http://{}", served.port()));
    code.to_owned()
}

fn exchange_code(served: &Served, code: &str) -> Answer {
    let body = json!({ "code": code }).to_string();
    let host = served.port().to_string();
    served.raw_port(&request("POST", SESSION, &host, &[], &body))
}

#[test]
fn a_code_becomes_a_session_which_acts_as_the_user() {
    let served = with_pages();
    let browser = Browser::open(&served);
    assert_eq!(browser.call().json()["result"], "User");
    let headers = [("cookie", browser.cookie.as_str()), ("x-session", browser.token.as_str())];
    let ended = browser.send("DELETE", SESSION, &headers, "");
    assert!(ended.status == 200 && ended.head.contains("Max-Age=0"), "{ended:?}");
    assert_eq!(browser.call().status, 401);
}

#[test]
fn a_code_is_spent_and_a_wrong_one_opens_nothing() {
    let served = with_pages();
    let code = code(&served);
    assert_eq!(exchange_code(&served, "wrong").status, 401);
    assert_eq!(exchange_code(&served, &code).status, 200);
    assert_eq!(exchange_code(&served, &code).status, 401);
    let host = served.port().to_string();
    for body in ["", "{}", "[]", r#"{"code":1}"#] {
        let answer = served.raw_port(&request("POST", SESSION, &host, &[], body));
        assert_eq!(answer.status, 400, "{body}");
    }
}

#[test]
fn rpc_05_a_cookie_alone_is_no_session() {
    let served = with_pages();
    let browser = Browser::open(&served);
    let (cookie, token) = (browser.cookie.as_str(), browser.token.as_str());
    for headers in [
        vec![("cookie", cookie)],
        vec![("x-session", token)],
        vec![("cookie", cookie), ("x-session", "wrong")],
        vec![("cookie", cookie), ("x-session", "")],
        vec![("cookie", cookie), ("authorization", "Bearer wrong")],
    ] {
        assert_eq!(browser.send("POST", "/", &headers, CALLER).status, 401, "{headers:?}");
    }
    for origin in ["http://127.0.0.1:1", "https://evil.example", "null"] {
        let headers = [("cookie", cookie), ("x-session", token), ("origin", origin)];
        assert_eq!(browser.send("POST", "/", &headers, CALLER).status, 403, "{origin}");
        assert_eq!(browser.send("DELETE", SESSION, &headers, "").status, 403, "{origin}");
    }
    assert_eq!(served.backend.calls.load(Ordering::Relaxed), 0);
    let several = format!("theme=dark; {cookie}; other=1");
    let headers = [("cookie", several.as_str()), ("x-session", token)];
    assert_eq!(browser.send("POST", "/", &headers, CALLER).json()["result"], "User");
}

#[test]
fn only_the_user_is_given_a_code() {
    let served = with_pages();
    let bearer = format!("Bearer {TOKEN}");
    let answer = served.raw(&request("POST", "/", "x", &[("authorization", &bearer)], OPEN));
    assert_eq!(answer.json()["error"]["data"]["code"], "E_DENIED_METHOD");
    let host = served.port().to_string();
    assert_eq!(served.raw_port(&request("POST", "/", &host, &[], OPEN)).status, 401);
    let without = Served::new();
    assert_eq!(without.post(OPEN).json()["error"]["data"]["code"], "E_NOT_FOUND");
}

#[test]
fn pages_are_shown_under_a_strict_policy() {
    let served = with_pages();
    let host = served.port().to_string();
    let get = |method: &str, path: &str| served.raw_port(&request(method, path, &host, &[], ""));
    for path in ["/", "/console/", "/console/app.js"] {
        let answer = get("GET", path);
        assert_eq!((answer.status, answer.body.as_str()), (200, "<!doctype html>"), "{path}");
        for part in [
            "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self';",
            "frame-ancestors 'none'",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            "cross-origin-opener-policy: same-origin",
        ] {
            assert!(answer.head.contains(part), "{part}: {answer:?}");
        }
        assert!(!answer.head.contains("unsafe"), "{answer:?}");
    }
    assert_eq!(get("GET", "/console/../secret").status, 404);
    assert_eq!(get("GET", "/console/other.js").status, 404);
    assert_eq!(get("POST", "/console/app.js").status, 405);
    assert_eq!(get("GET", SESSION).status, 405);
    // A server without pages shows none.
    let without = Served::new();
    let host = without.port().to_string();
    assert_eq!(without.raw_port(&request("GET", "/", &host, &[], "")).status, 401);
}

/// Begins a WebSocket as a browser does; returns it and the head of the answer.
fn upgrade(served: &Served, headers: &[(&str, &str)]) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(served.port()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut head = format!(
        "GET / HTTP/1.1\r\nhost: {}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        served.port()
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        answer.extend(byte);
    }
    (stream, String::from_utf8(answer).unwrap())
}

#[test]
fn a_websocket_ends_with_its_session() {
    let served = with_pages();
    let browser = Browser::open(&served);
    let protocols = format!("spacedrive, session.{}", browser.token);
    let own = format!("http://{}", served.port());
    let headers = [
        ("cookie", browser.cookie.as_str()),
        ("origin", own.as_str()),
        ("sec-websocket-protocol", protocols.as_str()),
    ];
    let (_, refused) = upgrade(&served, &headers[..2]);
    assert!(refused.starts_with("HTTP/1.1 401"), "{refused}");
    let (mut stream, head) = upgrade(&served, &headers);
    assert!(head.starts_with("HTTP/1.1 101"), "{head}");
    assert!(head.contains("sec-websocket-protocol: spacedrive\r\n"), "{head}");
    let headers = [("cookie", browser.cookie.as_str()), ("x-session", browser.token.as_str())];
    browser.send("DELETE", SESSION, &headers, "");
    // A close frame, or the end; pings may come before.
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).unwrap();
    let mut last = rest.as_slice();
    while let Some(behind) = last.strip_prefix(&[0x89, 0]) {
        last = behind;
    }
    assert!(last.is_empty() || last[0] == 0x88, "{rest:?}");
}

#[test]
fn a_session_ends_with_the_server() {
    let served = with_pages();
    let browser = Browser::open(&served);
    let (cookie, token) = (browser.cookie.clone(), browser.token.clone());
    let again = with_pages();
    let host = again.port().to_string();
    let port = |served: &Served| served.port().port().to_string();
    let cookie = cookie.replace(&port(&served), &port(&again));
    let headers = [("cookie", cookie.as_str()), ("x-session", token.as_str())];
    let answer = again.raw_port(&request("POST", "/", &host, &headers, CALLER));
    assert_eq!(answer.status, 401);
    assert_ne!(answer.json()["error"], Value::Null);
}
