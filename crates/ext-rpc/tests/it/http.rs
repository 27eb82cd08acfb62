//! Requests before JSON-RPC: tokens, browsers, limits.

use std::{
    io::{Read, Write},
    sync::atomic::Ordering,
};

use ext_rpc::{Client, ClientError, MAX_REQUEST_BYTES};
use ext_wire::ErrorCode;
use serde_json::json;
use uuid::Uuid;

use crate::common::{Served, TOKEN, request};

const CALLER: &str = r#"{"jsonrpc":"2.0","id":1,"method":"query:test.caller.v1"}"#;

#[test]
fn a_port_asks_for_a_token_and_the_socket_does_not() {
    let served = Served::new();
    let host = served.port().to_string();
    let bearer = format!("Bearer {TOKEN}");
    let ask =
        |headers: &[(&str, &str)]| served.raw_port(&request("POST", "/", &host, headers, CALLER));
    for headers in [
        vec![],
        vec![("authorization", "Bearer wrong")],
        vec![("authorization", "Bearer ")],
        vec![("authorization", TOKEN)],
        vec![("authorization", "Basic c2R0X3Rlc3Q=")],
    ] {
        let answer = ask(&headers);
        assert_eq!(answer.status, 401, "{headers:?}");
        assert!(answer.head.contains("www-authenticate: Bearer"), "{answer:?}");
    }
    assert_eq!(served.backend.calls.load(Ordering::Relaxed), 0);
    let answer = ask(&[("authorization", &bearer)]);
    assert_eq!(answer.json()["result"], r#"Token("test")"#);
    let over_socket = request("POST", "/", "localhost", &[("authorization", &bearer)], CALLER);
    assert_eq!(served.raw(&over_socket).json()["result"], r#"Token("test")"#);
    assert_eq!(served.post(CALLER).json()["result"], "User");
    served.backend.revoked.store(true, Ordering::Relaxed);
    assert_eq!(ask(&[("authorization", &bearer)]).status, 401);
}

#[test]
fn rpc_23_a_token_ends_no_daemon() {
    let served = Served::new();
    let bearer = format!("Bearer {TOKEN}");
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"daemon.shut_down"}"#;
    let answer = served.raw(&request("POST", "/", "x", &[("authorization", &bearer)], body));
    assert_eq!(answer.json()["error"]["data"]["code"], "E_DENIED_METHOD");
    assert_eq!(served.post(body).json()["error"], serde_json::Value::Null);
}

#[test]
fn rpc_05_a_page_in_a_browser_has_no_effect() {
    let served = Served::new();
    let host = served.port().to_string();
    let bearer = format!("Bearer {TOKEN}");
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("content-type", "text/plain"),
        ("content-type", "application/x-www-form-urlencoded"),
    ] {
        let headers = [("authorization", bearer.as_str()), (name, value)];
        let text = String::from_utf8(request("POST", "/", &host, &headers, CALLER)).unwrap();
        let text = match name {
            "content-type" => text.replacen("content-type: application/json\r\n", "", 1),
            _ => text,
        };
        let answer = served.raw_port(text.as_bytes());
        assert!([403, 415].contains(&answer.status), "{name}: {value}: {answer:?}");
    }
    assert_eq!(served.backend.calls.load(Ordering::Relaxed), 0);
    let own = format!("http://{host}");
    let headers = [("authorization", bearer.as_str()), ("origin", own.as_str())];
    assert_eq!(served.raw_port(&request("POST", "/", &host, &headers, CALLER)).status, 200);
}

#[test]
fn rpc_09_no_answer_opens_the_server_to_other_sites() {
    let served = Served::new();
    let host = served.port().to_string();
    let headers = [
        ("origin", "https://evil.example"),
        ("access-control-request-method", "POST"),
        ("access-control-request-private-network", "true"),
    ];
    for path in ["/", "/health", "/call/query:test.echo.v1"] {
        let answer = served.raw_port(&request("OPTIONS", path, &host, &headers, ""));
        assert_eq!(answer.status, 403, "{path}");
        assert!(!answer.head.contains("access-control-allow"), "{answer:?}");
    }
}

#[test]
fn rpc_03_only_loopback_is_bound() {
    for address in ["0.0.0.0:0", "[::]:0", "192.168.1.1:0"] {
        let data = tempfile::tempdir().unwrap();
        let mut options = ext_rpc::ServerOptions::new(data.path());
        options.port = Some(address.parse().unwrap());
        let served = Served::new();
        let backend = std::sync::Arc::clone(&served.backend) as _;
        let refused = ext_rpc::Server::start(&options, backend).unwrap_err();
        assert!(matches!(refused, ext_rpc::ServeError::NotLoopback(_)), "{address}: {refused}");
        assert!(ext_rpc::find_socket(data.path()).is_none());
    }
}

#[test]
fn rpc_11_what_is_too_large_is_refused() {
    let served = Served::new();
    let length = MAX_REQUEST_BYTES + 1;
    let head = format!(
        "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         connection: close\r\ncontent-length: {length}\r\n\r\n"
    );
    for bytes in [length, 2 * length] {
        let head = head.replace(&length.to_string(), &bytes.to_string());
        let answer = served.raw(&[head.into_bytes(), vec![b' '; bytes]].concat());
        assert_eq!(answer.status, 413, "{answer:?}");
    }
    // Who asks first is told before anything is sent, and so is who says nothing of the length.
    let asks = head.replace("\r\n\r\n", "\r\nexpect: 100-continue\r\n\r\n");
    assert_eq!(served.raw(asks.as_bytes()).status, 413);
    let chunked = head.replace(&format!("content-length: {length}"), "transfer-encoding: chunked");
    let chunk = [format!("{length:x}\r\n").into_bytes(), vec![b' '; length]].concat();
    let answer = served.raw(&[chunked.as_bytes(), &chunk, b"\r\n0\r\n\r\n"].concat());
    assert_eq!(answer.status, 413, "{answer:?}");
    let many: Vec<(String, String)> =
        (0..2000).map(|number| (format!("x-{number}"), "a".repeat(200))).collect();
    let many: Vec<(&str, &str)> =
        many.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = served.raw(&request("POST", "/", "localhost", &many, CALLER));
    assert!([400, 431, 0].contains(&answer.status), "{answer:?}");
    assert_eq!(served.backend.calls.load(Ordering::Relaxed), 0);
    assert_eq!(served.post(CALLER).status, 200);
}

#[test]
fn rpc_12_one_connection_too_many_is_told() {
    let served = Served::with(|options| options.connections = 3);
    let held: Vec<_> = (0..3)
        .map(|_| {
            let mut stream = served.connect();
            stream.write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
            let mut answer = [0; 12];
            stream.read_exact(&mut answer).unwrap();
            assert_eq!(&answer, b"HTTP/1.1 200");
            stream
        })
        .collect();
    let answer = served.post(CALLER);
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(answer.body.contains("too many connections"), "{answer:?}");
    let found = Client::find(served.data.path());
    match found {
        Err(ClientError::Answer(error)) => assert_eq!(error.code, ErrorCode::Busy, "{error}"),
        // It may be turned away before it has asked.
        found => assert!(matches!(found, Err(ClientError::Connection(_))), "{found:?}"),
    }
    drop(held);
    for _ in 0..1000 {
        if served.post(CALLER).status == 200 {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    panic!("the places are not free again");
}

#[test]
fn rpc_12_a_websocket_is_a_connection_as_long_as_it_lasts() {
    let served = Served::with(|options| options.connections = 2);
    let upgrade = "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\n\
        upgrade: websocket\r\nsec-websocket-version: 13\r\n\
        sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    let held = [(); 2].map(|()| {
        let mut stream = served.connect();
        stream.write_all(upgrade.as_bytes()).unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 101");
        stream
    });
    std::thread::sleep(std::time::Duration::from_millis(100));
    let answer = served.post(CALLER);
    assert_eq!(answer.status, 503, "{answer:?}");
    drop(held);
    for _ in 0..1000 {
        if served.post(CALLER).status == 200 {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    panic!("the places are not free again");
}

#[test]
#[ignore = "takes more than a minute; `cargo xtask ci --full` runs it"]
fn rpc_12_a_client_that_takes_no_answer_loses_its_connection() {
    let served = Served::with(|options| options.connections = 1);
    let mut stream = served.connect();
    let input = format!("[{}1]", "1,".repeat(4 << 20));
    let body = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"query:test.echo.v1","params":{{"input":{input}}}}}"#
    );
    stream.write_all(&request("POST", "/", "localhost", &[], &body)).unwrap();
    for _ in 0..900 {
        std::thread::sleep(std::time::Duration::from_millis(100));
        if served.post(CALLER).status == 200 {
            return;
        }
    }
    panic!("it is kept");
}

#[test]
fn everybody_may_ask_whether_it_works() {
    let served = Served::new();
    let host = served.port().to_string();
    let answer = served.raw_port(&request("GET", "/health", &host, &[], ""));
    assert_eq!((answer.status, answer.json()["status"].as_str()), (200, Some("ok")));
    assert_eq!(served.raw_port(&request("POST", "/health", &host, &[], "")).status, 405);
    assert_eq!(served.raw(&request("GET", "/nothing", "localhost", &[], "")).status, 404);
}

#[test]
fn a_client_calls_without_json_rpc() {
    let served = Served::new();
    let client = Client::find(served.data.path()).unwrap().unwrap();
    let large = vec![7; 3 << 20];
    assert_eq!(client.call("query:test.echo.v1", None, large.clone().into()).unwrap(), large);
    let library = Uuid::new_v4();
    let answer = client.call("query:test.library.v1", Some(library), "".into()).unwrap();
    assert_eq!(answer, json!(library).to_string().into_bytes());
    match client.call("query:test.busy.v1", None, "".into()).unwrap_err() {
        ClientError::Answer(error) => {
            assert_eq!((error.code, error.retry_after_ms), (ErrorCode::Busy, Some(7)));
        }
        other => panic!("{other}"),
    }
    assert_eq!(client.request("daemon.status").unwrap()["caller"], "User");
    assert_eq!(client.request("daemon.version").unwrap()["protocol"], 1);
    drop(served);
    let gone = client.call("query:test.echo.v1", None, "".into()).unwrap_err();
    assert!(matches!(gone, ClientError::Connection(_)), "{gone}");
}

#[test]
fn a_client_keeps_its_connection_and_finds_the_next_daemon_without_it() {
    // One for the question who serves, whose end the daemon sees when it may.
    let served = Served::with(|options| options.connections = 2);
    let client = Client::find(served.data.path()).unwrap().unwrap();
    for _ in 0..500 {
        assert_eq!(client.call("query:test.echo.v1", None, "1".into()).unwrap(), b"1");
    }
    let Served { data, backend, server } = served;
    drop(server);
    let options = ext_rpc::ServerOptions::new(data.path());
    let _next = ext_rpc::Server::start(&options, backend).unwrap();
    assert_eq!(client.call("query:test.echo.v1", None, "2".into()).unwrap(), b"2");
}

#[test]
fn a_client_may_be_dropped_by_a_task_of_another_runtime() {
    let served = Served::new();
    let client = Client::find(served.data.path()).unwrap().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async move { drop(client) });
}
