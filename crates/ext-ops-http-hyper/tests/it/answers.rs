//! Answers of servers that mean no good.

use std::{
    io::Write,
    sync::{Arc, Mutex, mpsc},
    thread,
    time::{Duration, Instant},
};

use crate::common::{Reach, get, ok, request};
use ext_net::NetError;
use ext_ops_http_hyper::HyperClient;
use ext_services::http::{HttpClient, HttpError, HttpRequest, HttpResponse, Scrubber};
use ext_testing::{TestServer, answer};
use flate2::{
    Compression,
    write::{GzEncoder, ZlibEncoder},
};

fn send(client: &dyn HttpClient, request: HttpRequest) -> Result<HttpResponse, HttpError> {
    pollster::block_on(client.send(request))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn answering(answer: Vec<u8>) -> (TestServer, Result<HttpResponse, HttpError>) {
    let server = TestServer::start(move |_| answer.clone());
    let result = get(&server.client(), &server.url("/secret-path?token=secret-query"));
    (server, result)
}

#[test]
fn a_plain_answer() {
    let (server, answer) = answering(ok("X-Kind: demo\r\n", b"hello"));
    let answer = answer.unwrap();
    assert_eq!((answer.status, answer.body.as_ref()), (200, b"hello".as_slice()));
    assert_eq!(answer.headers["x-kind"], "demo");
    let sent = &server.requests()[0];
    assert!(sent.starts_with("GET /secret-path?token=secret-query HTTP/1.1\r\n"), "{sent}");
    assert!(sent.contains(&format!("host: server.test:{}\r\n", server.address().port())), "{sent}");
}

#[test]
fn net_41_bodies_are_decoded_up_to_their_size() {
    let bomb = vec![0; 8 << 20];
    let (_, refused) = answering(ok("content-encoding: gzip\r\n", &gzip(&bomb)));
    assert!(matches!(refused, Err(HttpError::Size { what: "the body", .. })), "{refused:?}");
    let (_, refused) = answering(ok("", &bomb));
    assert!(matches!(refused, Err(HttpError::Size { what: "the body", .. })), "{refused:?}");
    let whole = vec![7; 1 << 20];
    let (_, answer) = answering(ok("Content-Encoding: GZIP\r\n", &gzip(&whole)));
    let answer = answer.unwrap();
    assert_eq!(answer.body, whole);
    assert!(!answer.headers.contains_key("content-encoding"));
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(b"deflated").unwrap();
    let (_, answer) = answering(ok("content-encoding: deflate\r\n", &zlib.finish().unwrap()));
    assert_eq!(answer.unwrap().body, "deflated");
}

#[test]
fn net_41_one_layer_of_an_encoding_that_was_asked_for() {
    let twice = gzip(&gzip(b"x"));
    for headers in
        ["content-encoding: gzip, gzip\r\n", "content-encoding: gzip\r\ncontent-encoding: gzip\r\n"]
    {
        let (_, refused) = answering(ok(headers, &twice));
        assert!(refused.unwrap_err().to_string().contains("`gzip, gzip`"));
    }
    for plain in ["gzip, identity", "identity, gzip", "identity,, GZIP"] {
        let header = format!("content-encoding: {plain}\r\n");
        let (_, answer) = answering(ok(&header, &gzip(b"x")));
        assert_eq!(answer.unwrap().body, "x", "{plain}");
    }
    for coding in ["br", "zstd", "gzip", "deflate"] {
        let header = format!("content-encoding: {coding}\r\n");
        let (_, refused) = answering(ok(&header, b"not what it says"));
        let refused = refused.unwrap_err();
        assert!(matches!(refused, HttpError::Coding { .. }), "{refused:?}");
        assert!(refused.to_string().contains(&format!("`{coding}`")), "{refused}");
    }
}

#[test]
fn net_33_net_45_net_50_nothing_is_followed_kept_or_switched() {
    let hints = "Refresh: 0; url=http://evil.test/\r\nLocation: http://evil.test/\r\nAlt-Svc: h3=\":1\"\r\n\
                 Link: <http://evil.test/x>; rel=preload\r\nSet-Cookie: a=b\r\n";
    let server = TestServer::start(move |_| {
        [b"HTTP/1.1 103 Early Hints\r\nlink: <http://evil.test/>\r\n\r\n".to_vec(), ok(hints, b"x")]
            .concat()
    });
    let client = server.client();
    for _ in 0..2 {
        assert_eq!(get(&client, &server.url("/")).unwrap().headers["set-cookie"], "a=b");
    }
    assert_eq!((server.requests().len(), server.connections()), (2, 1));
    assert!(server.requests().iter().all(|request| !request.contains("cookie")));
    let (_, refused) = answering(
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n".to_vec(),
    );
    assert!(matches!(refused, Err(HttpError::Net(NetError::Connection { .. }))), "{refused:?}");
}

#[test]
fn net_39_headers_of_answers_are_bounded() {
    let long = format!("x-long: {}\r\n", "a".repeat(1 << 20));
    let (_, refused) = answering(ok(&long, b""));
    assert!(matches!(refused, Err(HttpError::Header { .. })), "{refused:?}");
    // A little more than the limit came at once with the rest.
    let long = format!("x-long: {}\r\n", "a".repeat(70_000));
    let (_, refused) = answering(ok(&long, b""));
    let refused = refused.unwrap_err().to_string();
    assert!(refused.ends_with("more than 65536 bytes, or 1024 lines"), "{refused}");
    let many = "x-a: 1\r\n".repeat(10_000);
    let (_, refused) = answering(ok(&many, b""));
    assert!(matches!(refused, Err(HttpError::Header { .. })), "{refused:?}");
    let (_, answer) = answering(ok(&"x-a: 1\r\n".repeat(500), b""));
    assert_eq!(answer.unwrap().headers.get_all("x-a").iter().count(), 500);
}

#[test]
fn a_request_without_a_body_tells_its_length_where_servers_want_it() {
    let server = TestServer::start(|_| ok("", b""));
    let client = server.client();
    for method in [http::Method::POST, http::Method::PUT, http::Method::PATCH, http::Method::GET] {
        let mut request = request(&client, &server.url("/"));
        request.method = method;
        send(&client, request).unwrap();
    }
    let told = |request: &String| request.matches("content-length: 0\r\n").count();
    let counts: Vec<_> = server.requests().iter().map(told).collect();
    assert_eq!(counts, [1, 1, 1, 0]);
}

#[test]
fn a_part_is_asked_for_as_it_is_and_refused_when_it_is_encoded() {
    let server = TestServer::start(|request| match request.contains("accept-encoding: identity") {
        true => answer("206 Partial Content", "content-range: bytes 0-1/9\r\n", b"ab"),
        false => ok("", b"abcdefghi"),
    });
    let client = server.client();
    let part = |client: &HyperClient, server: &TestServer| {
        let mut request = request(client, &server.url("/"));
        request.headers.insert("range", "bytes=0-1".parse().unwrap());
        send(client, request)
    };
    assert_eq!(part(&client, &server).unwrap().body, "ab");
    let packed = gzip(b"abcdefghi");
    let server = TestServer::start(move |_| {
        let headers = "content-encoding: gzip\r\ncontent-range: bytes 0-1/29\r\n";
        answer("206 Partial Content", headers, &packed[..2])
    });
    let refused = part(&server.client(), &server).unwrap_err().to_string();
    assert!(refused.ends_with("a part of an encoded body cannot be decoded"), "{refused}");
}

#[test]
fn a_transfer_in_a_coding_that_was_not_asked_for_is_refused() {
    let packed = gzip(b"text");
    let chunk = [format!("{:x}\r\n", packed.len()).as_bytes(), &packed, b"\r\n0\r\n\r\n"].concat();
    let head = |coding| format!("HTTP/1.1 200 OK\r\ntransfer-encoding: {coding}\r\n\r\n");
    let (_, refused) = answering([head("gzip, chunked").as_bytes(), &chunk].concat());
    assert!(matches!(refused, Err(HttpError::Coding { .. })), "{refused:?}");
    let (_, plain) = answering([head("Chunked").as_bytes(), b"1\r\na\r\n0\r\n\r\n"].concat());
    assert_eq!(plain.unwrap().body, "a");
}

#[test]
fn net_42_what_is_no_http_1_1_is_refused() {
    for answer in [
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "SSH-2.0-OpenSSH_9.9\r\n",
        "\0\0\0\u{4}",
        "HTTP/1.1 99999 x\r\n\r\n",
    ] {
        let (_, refused) = answering(answer.as_bytes().to_vec());
        assert!(
            matches!(
                refused,
                Err(HttpError::Net(NetError::Connection { .. })
                    | HttpError::Net(NetError::Timeout { .. }))
            ),
            "{refused:?}"
        );
    }
}

#[test]
fn net_47_echoes_of_secrets_are_taken_out() {
    let server = TestServer::start(|request| {
        let sent = request
            .lines()
            .find_map(|line| line.strip_prefix("authorization: "))
            .unwrap()
            .to_owned();
        ok(
            &format!("x-echo: {sent}\r\ncontent-encoding: gzip\r\n"),
            &gzip(sent.repeat(3).as_bytes()),
        )
    });
    let client = server.client();
    let with_secret = |scrubber| {
        let mut request = request(&client, &server.url("/"));
        request.headers.insert("authorization", "Bearer canary-token".parse().unwrap());
        request.scrubber = Arc::new(scrubber);
        send(&client, request).unwrap()
    };
    let answer = with_secret(Scrubber::new([b"canary-token".as_slice()]));
    assert_eq!(answer.headers["x-echo"], "Bearer [redacted]");
    assert_eq!(answer.body, "Bearer [redacted]".repeat(3));
    assert_eq!(with_secret(Scrubber::default()).headers["x-echo"], "Bearer canary-token");
}

#[test]
fn net_48_errors_name_the_host_and_nothing_else() {
    let broken: [Vec<u8>; 3] = [
        b"secret-answer\r\n\r\n".to_vec(),
        Vec::new(),
        b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nsecr".to_vec(),
    ];
    for answer in broken {
        let server = TestServer::start(move |_| answer.clone());
        let client = server.client();
        let mut request = request(&client, &server.url("/secret-path?token=secret-query"));
        request.deadline = Instant::now() + Duration::from_millis(500);
        let failed = send(&client, request).unwrap_err();
        for text in [failed.to_string(), format!("{failed:?}")] {
            assert!(text.contains("server.test") && !text.contains("secret"), "{text}");
        }
    }
}

#[test]
fn net_30_servers_that_are_silent_or_slow_are_given_up() {
    let silent = TestServer::start(|_| {
        std::thread::sleep(Duration::from_secs(600));
        Vec::new()
    });
    let client = silent.client();
    let mut request = request(&client, &silent.url("/"));
    request.deadline = Instant::now() + Duration::from_millis(300);
    let started = Instant::now();
    assert!(matches!(send(&client, request), Err(HttpError::Net(NetError::Timeout { .. }))));
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[test]
fn only_safe_requests_are_sent_a_second_time() {
    // Each connection answers once, and ends at the second request.
    let server =
        TestServer::start(
            |request| {
                if request.contains("x-second: 1") { Vec::new() } else { ok("", b"x") }
            },
        );
    let client = server.client();
    assert_eq!(get(&client, &server.url("/")).unwrap().status, 200);
    let mut post = request(&client, &server.url("/"));
    post.method = http::Method::POST;
    post.headers.insert("x-second", "1".parse().unwrap());
    post.deadline = Instant::now() + Duration::from_millis(500);
    send(&client, post).unwrap_err();
    let posts = server.requests().iter().filter(|request| request.starts_with("POST")).count();
    assert_eq!(posts, 1);
}

#[test]
fn too_many_requests_at_the_same_time_are_refused() {
    let server = TestServer::start(|_| {
        std::thread::sleep(Duration::from_millis(1500));
        ok("", b"x")
    });
    let client = Arc::new(server.client());
    let url = server.url("/");
    let threads: Vec<_> = (0..32)
        .map(|_| {
            let (client, url) = (Arc::clone(&client), url.clone());
            std::thread::spawn(move || get(&client, &url))
        })
        .collect();
    let results: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert!(results.iter().any(|result| matches!(result, Err(HttpError::Busy))));
    assert!(results.iter().filter(|result| result.is_ok()).count() >= 8);
    assert_eq!(get(&client, &url).unwrap().status, 200, "the others are done");
}

#[test]
fn time_05_nothing_that_one_extension_fetched_is_kept_for_another() {
    let fresh = "Cache-Control: public, max-age=3600\r\nETag: \"1\"\r\n";
    let server = TestServer::start(move |_| ok(fresh, b"x"));
    let client = server.client();
    for pool in ["a", "b", "a"] {
        let mut request = request(&client, &server.url("/same"));
        request.pool = pool.into();
        assert_eq!(pollster::block_on(client.send(request)).unwrap().body, "x");
    }
    assert_eq!(server.requests().len(), 3, "each request reaches the server");
    assert!(server.requests().iter().all(|request| !request.contains("if-none-match")));
}

#[test]
fn time_04_requests_of_one_extension_do_not_hold_up_another() {
    let (hold, held) = mpsc::channel::<()>();
    let held = Mutex::new(held);
    let server = TestServer::start(move |request| {
        if request.contains("/slow") {
            let _ = held.lock().unwrap().recv();
        }
        ok("", b"x")
    });
    let client = Arc::new(server.client());
    let send = |pool: &str, path: &str| {
        let mut request = request(&client, &server.url(path));
        request.pool = pool.into();
        request
    };
    let slow: Vec<_> = (0..8)
        .map(|_| {
            let (client, request) = (Arc::clone(&client), send("a", "/slow"));
            thread::spawn(move || pollster::block_on(client.send(request)).map(|r| r.status))
        })
        .collect();
    while server.requests().len() < 8 {
        thread::sleep(Duration::from_millis(5));
    }
    let refused = pollster::block_on(client.send(send("a", "/quick")));
    assert!(matches!(refused, Err(HttpError::Busy)), "{refused:?}");
    assert_eq!(pollster::block_on(client.send(send("b", "/quick"))).unwrap().status, 200);
    drop(hold);
    assert!(slow.into_iter().all(|thread| thread.join().unwrap().unwrap() == 200));
}

#[test]
fn net_40_a_body_that_is_announced_too_large_is_not_waited_for() {
    // Nothing of the body ever comes.
    let announced = |length: u64| {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
        let server = TestServer::start(move |_| head.clone().into_bytes());
        let client = server.client();
        let mut request = request(&client, &server.url("/"));
        (request.max_body_bytes, request.deadline) =
            (1000, Instant::now() + Duration::from_secs(5));
        send(&client, request).unwrap_err()
    };
    for length in [1001, 1 << 40] {
        match announced(length) {
            HttpError::Size { what: "the body", limit: 1000, .. } => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(!matches!(announced(1000), HttpError::Size { .. }));
}

#[test]
fn net_40_informational_answers_have_an_end() {
    let hints = |count: usize| {
        let server = TestServer::start(move |_| {
            let hint = b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n".repeat(count);
            [hint, ok("", b"x")].concat()
        });
        let client = server.client();
        get(&client, &server.url("/"))
    };
    assert_eq!(hints(8).unwrap().body, "x");
    let refused = hints(1000);
    assert!(matches!(refused, Err(HttpError::Net(NetError::Connection { .. }))), "{refused:?}");
}

#[test]
fn call_02_what_came_of_an_answer_that_breaks_off_is_counted() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 9000\r\n\r\n".as_slice();
    let server = TestServer::start(move |_| [cut, &[b'a'; 5000]].concat());
    let client = server.client();
    let deadline = Instant::now() + Duration::from_secs(1);
    let request = HttpRequest { deadline, ..request(&client, &server.url("/")) };
    let answer = pollster::block_on(client.send(request.clone()));
    assert!(matches!(answer, Err(HttpError::Net(_))), "{answer:?}");
    assert!((5000..6000).contains(&request.received.take()));
}
