//! `http.request` and `credentials.*`, through the registry, as an extension calls them. A client
//! records what it is asked to send; nothing is dialled.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use crate::common::{LIBRARY, TOKEN, Tokens};
use ext_manifest::Manifest;
use ext_net::AddressPolicy;
use ext_perm::Engine;
use ext_registry::{Call, Deadline, Progress, Registry, Services, execute_json_operation};
use ext_services::{
    credentials::{CredentialVault, TokenSource},
    http::{HttpClient, HttpFuture, HttpRequest, HttpResponse, PauseFuture},
    testing::MemoryVault,
};
use ext_wire::{ErrorBody, body::BlobStyle};
use http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

/// Answers by host and path; scrubs as a client has to.
struct Client {
    policy: AddressPolicy,
    sent: Mutex<Vec<HttpRequest>>,
    answers: BTreeMap<&'static str, (u16, &'static str)>,
    /// Header of each answer, whatever its URL.
    location: Mutex<Option<HeaderValue>>,
}

impl HttpClient for Client {
    fn addresses(&self) -> &AddressPolicy {
        &self.policy
    }

    fn send(&self, request: HttpRequest) -> HttpFuture<'_> {
        let (status, location) =
            self.answers.get(&*request.url.as_str()).copied().unwrap_or((200, ""));
        let mut headers = HeaderMap::new();
        if !location.is_empty() {
            headers.insert("location", location.parse().unwrap());
        }
        if let Some(location) = &*self.location.lock().unwrap() {
            headers.insert("location", location.clone());
        }
        let echo: Vec<u8> =
            request.headers.values().flat_map(|value| value.as_bytes()).copied().collect();
        let body = request.scrubber.scrub(&echo).into();
        self.sent.lock().unwrap().push(request);
        Box::pin(async move { Ok(HttpResponse { status, headers, body }) })
    }

    fn pause(&self, _: Duration) -> PauseFuture<'_> {
        Box::pin(std::future::pending())
    }
}

pub(crate) struct Host {
    client: Arc<Client>,
    pub(crate) services: Services,
    registry: Registry,
}

impl Host {
    pub(crate) fn new(answers: &[(&'static str, (u16, &'static str))]) -> Self {
        ext_ops::link();
        let client = Arc::new(Client {
            policy: AddressPolicy::public_only(),
            sent: Mutex::default(),
            answers: answers.iter().copied().collect(),
            location: Mutex::default(),
        });
        let vault = Arc::new(MemoryVault::default());
        let tokens = Tokens::of(&vault);
        let services = Services::default()
            .with::<dyn HttpClient>(client.clone())
            .with::<dyn CredentialVault>(vault)
            .with::<dyn TokenSource>(Arc::new(tokens));
        Self { client, services, registry: Registry::collect().unwrap() }
    }

    pub(crate) fn call(
        &self,
        engine: &Engine,
        method: &str,
        input: &Value,
    ) -> Result<Value, ErrorBody> {
        let payload = input.to_string().into_bytes().into();
        let call = Call {
            method,
            library: Some(LIBRARY),
            payload,
            blobs: BlobStyle::Base64,
            deadline: Deadline::NONE,
            progress: Progress::NONE,
        };
        let reply = execute_json_operation(&self.registry, &self.services, engine, call);
        let reply = pollster::block_on(reply).map_err(ext_registry::OpError::into_body)?;
        Ok(serde_json::from_slice(&reply).unwrap())
    }

    fn request(&self, input: &Value) -> Result<Value, ErrorBody> {
        self.call(&finance(), "query:http.request.v1", input)
    }

    fn code(&self, input: &Value) -> &'static str {
        self.request(input).map_or_else(|error| error.code.name(), |_| "OK")
    }

    pub(crate) fn sent(&self) -> Vec<HttpRequest> {
        self.client.sent.lock().unwrap().clone()
    }

    fn store(&self, secret: Value) {
        let input = json!({ "name": "api", "hosts": ["https://api.good.com"], "secret": secret });
        self.call(&finance(), "action:credentials.store.input.v1", &input).unwrap();
    }
}

fn extension(id: &str, methods: &[&str]) -> Engine {
    engine(manifest(id, methods))
}

pub(crate) fn engine(manifest: Value) -> Engine {
    Engine::for_extension(&Manifest::parse(manifest.to_string().as_bytes()).unwrap())
}

pub(crate) fn manifest(id: &str, methods: &[&str]) -> Value {
    json!({
        "id": id, "name": "Demo", "version": "1.0.0", "wasm_file": "demo.wasm",
        "permissions": {
            "methods": methods,
            "libraries": ["*"],
            "allowed_domains": ["https://api.good.com", "https://files.good.com", "http://plain.good.com"]
        }
    })
}

fn finance() -> Engine {
    extension("finance", &["http.request", "credentials.*"])
}

fn key() -> Value {
    json!({ "type": "api_key", "key": TOKEN })
}

pub(crate) fn get(url: &str) -> Value {
    json!({ "url": url })
}

#[test]
fn net_02_net_14_only_what_was_granted_is_sent() {
    let host = Host::new(&[]);
    for (url, code) in [
        ("https://api.good.com/v1", "OK"),
        ("http://api.good.com/", "E_DENIED_NET"),
        ("https://api.good.com:8443/", "E_DENIED_NET"),
        ("https://evil.com/", "E_DENIED_NET"),
        ("https://127.0.0.1/", "E_NET_ADDR"),
        ("https://metadata.google.internal/", "E_NET_ADDR"),
        ("file:///etc/passwd", "E_NET_SCHEME"),
        ("https://user@api.good.com/", "E_BAD_INPUT"),
    ] {
        assert_eq!(host.code(&get(url)), code, "{url}");
    }
    assert_eq!(host.sent().len(), 1);
    let denied = host.request(&get("https://evil.com:8443/")).unwrap_err();
    let line = r#""permissions": {"allowed_domains": ["https://evil.com:8443"]}"#;
    assert_eq!(denied.details.unwrap()["would_allow"], json!([line]));
}

#[test]
fn net_38_net_39_methods_sizes_and_times() {
    let host = Host::new(&[]);
    let with = |field: &str, value: Value| {
        let mut input = get("https://api.good.com/");
        input[field] = value;
        host.code(&input)
    };
    for method in ["CONNECT", "TRACE", "get", "PURGE", "", &"A".repeat(10 << 10)] {
        assert_eq!(with("method", method.into()), "E_BAD_INPUT", "{method}");
    }
    for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] {
        assert_eq!(with("method", method.into()), "OK", "{method}");
    }
    for timeout in [0, 300_001] {
        assert_eq!(with("timeout_ms", timeout.into()), "E_BAD_INPUT");
    }
    assert_eq!(with("max_body_bytes", (1_u64 << 40).into()), "E_BAD_INPUT");
    assert_eq!(with("redirects", 11.into()), "E_BAD_INPUT");
    assert_eq!(with("body", "YQ==".into()), "E_BAD_INPUT", "GET has no body");
    assert_eq!(with("headers", json!([{ "name": "host", "value": "evil.com" }])), "E_NET_HEADER");
    assert_eq!(with("proxy", "http://evil.com".into()), "E_BAD_INPUT", "unknown field");
}

#[test]
fn net_32_each_hop_is_judged() {
    let host = Host::new(&[
        ("https://api.good.com/a", (302, "https://files.good.com/b")),
        ("https://api.good.com/evil", (302, "https://evil.com/")),
        ("https://api.good.com/inside", (307, "http://169.254.169.254/latest/")),
        ("https://api.good.com/down", (301, "http://plain.good.com/")),
        ("https://api.good.com/loop", (302, "/loop")),
        ("https://api.good.com/odd", (200, "https://evil.com/")),
        ("https://api.good.com/blank", (302, "/a b")),
        ("https://api.good.com/user", (302, "https://ann@files.good.com/b")),
        ("https://api.good.com/back", (302, "\\\\files.good.com\\b")),
    ]);
    let answer = host.request(&get("https://api.good.com/a")).unwrap();
    assert_eq!(answer["url"], "https://files.good.com/b");
    for (path, code) in [
        ("evil", "E_DENIED_NET"),
        ("inside", "E_NET_ADDR"),
        ("down", "E_NET_REDIRECT"),
        ("loop", "E_NET_REDIRECT"),
        ("odd", "OK"),
        ("blank", "E_BAD_INPUT"),
        ("user", "E_BAD_INPUT"),
        ("back", "E_BAD_INPUT"),
    ] {
        assert_eq!(host.code(&get(&format!("https://api.good.com/{path}"))), code, "{path}");
    }
    assert!(host.sent().iter().all(|request| request.url.host().ends_with("good.com")));
    assert!(host.sent().iter().all(|request| request.url.host() != "plain.good.com"));
    let mut as_it_is = get("https://api.good.com/evil");
    as_it_is["redirects"] = 0.into();
    assert_eq!(host.request(&as_it_is).unwrap()["status"], 302);
    let blamed = host.request(&get("https://api.good.com/blank")).unwrap_err();
    assert!(blamed.error.starts_with("a redirect is not followed: its target"), "{blamed}");
}

#[test]
fn headers_that_are_not_ascii_are_read_and_followed() {
    let (utf_8, latin_1) = ("/caf\u{e9}".as_bytes(), b"/caf\xe9".as_slice());
    for (location, url) in [(utf_8, "/caf%C3%A9"), (latin_1, "/caf%E9")] {
        let host = Host::new(&[("https://api.good.com/a", (302, ""))]);
        *host.client.location.lock().unwrap() = Some(HeaderValue::from_bytes(location).unwrap());
        let answer = host.request(&get("https://api.good.com/a")).unwrap();
        assert_eq!(answer["url"], format!("https://api.good.com{url}"));
        let told = json!([{ "name": "location", "value": "/caf\u{e9}" }]);
        assert_eq!(answer["headers"], told);
    }
}

#[test]
fn net_35_bodies_and_secrets_stay_at_their_origin() {
    let host = Host::new(&[
        ("https://api.good.com/across", (307, "https://files.good.com/")),
        ("https://api.good.com/within", (307, "/there")),
        ("https://api.good.com/see", (303, "https://files.good.com/")),
    ]);
    let post = |path: &str| {
        let header = |name: &str, value: &str| json!({ "name": name, "value": value });
        json!({
            "method": "POST", "url": format!("https://api.good.com/{path}"), "body": "c2VjcmV0",
            "headers": [header("authorization", "own"), header("x-api-key", "own"),
                        header("cookie", "a=b"), header("accept", "text/plain"),
                        header("content-type", "text/plain")],
        })
    };
    assert_eq!(host.code(&post("across")), "E_NET_REDIRECT");
    assert_eq!(host.code(&post("within")), "OK");
    assert_eq!(host.code(&post("see")), "OK");
    let sent = host.sent();
    assert_eq!(sent.len(), 5);
    assert_eq!((sent[2].method.as_str(), sent[2].body.as_ref()), ("POST", b"secret".as_slice()));
    let (last, names) = (&sent[4], |request: &HttpRequest| {
        request.headers.keys().map(|name| name.as_str().to_owned()).collect::<Vec<_>>()
    });
    assert_eq!(
        (last.method.as_str(), last.body.len(), names(last)),
        ("GET", 0, vec!["accept".into()])
    );
    assert_eq!(names(&sent[2]).len(), 5);
}

#[test]
fn cred_25_the_host_attaches_a_credential_and_the_guest_does_not_see_it() {
    let host = Host::new(&[("https://api.good.com/away", (302, "https://files.good.com/"))]);
    host.store(key());
    let with_auth = |url: &str| json!({ "url": url, "auth": "api" });
    let answer = host.request(&with_auth("https://api.good.com/")).unwrap();
    assert_eq!(host.sent()[0].headers["authorization"], format!("Bearer {TOKEN}"));
    // The client echoed the header into the body.
    assert_eq!(answer["body"], "QmVhcmVyIFtyZWRhY3RlZF0=", "Bearer [redacted]");
    assert!(!format!("{:?}", host.sent()).contains(TOKEN));
    host.request(&with_auth("https://api.good.com/away")).unwrap();
    let sent = host.sent();
    assert!(sent[1].headers.contains_key("authorization"));
    assert!(!sent[2].headers.contains_key("authorization"), "dropped on the way to another origin");
    for url in ["https://files.good.com/", "http://plain.good.com/"] {
        assert_eq!(host.code(&with_auth(url)), "E_CRED_NOTFOUND", "{url}");
    }
    let mut both = with_auth("https://api.good.com/");
    both["headers"] = json!([{ "name": "authorization", "value": "own" }]);
    assert_eq!(host.code(&both), "E_BAD_INPUT");
    assert_eq!(
        host.code(&json!({ "url": "https://api.good.com/", "auth": "none" })),
        "E_CRED_NOTFOUND"
    );
}

#[test]
fn every_kind_of_secret_goes_where_it_belongs() {
    let host = Host::new(&[]);
    let send = |secret: Value, header: &str| {
        host.store(secret);
        host.request(&json!({ "url": "https://api.good.com/", "auth": "api" })).unwrap();
        host.sent().last().unwrap().headers[header].to_str().unwrap().to_owned()
    };
    let key = json!({ "type": "api_key", "key": "k1-secret", "header": "x-api-key", "prefix": "" });
    assert_eq!(send(key, "x-api-key"), "k1-secret");
    let basic = json!({ "type": "basic", "username": "ada", "password": "secret" });
    assert_eq!(send(basic, "authorization"), "Basic YWRhOnNlY3JldA==");
    let tokens = json!({ "type": "oauth2", "access_token": "old", "refresh_token": "r",
                         "token_url": "https://api.good.com/token", "client_id": "app" });
    assert_eq!(send(tokens, "authorization"), format!("Bearer {TOKEN}"));
    host.store(json!({ "type": "custom", "fields": { "a": "b" } }));
    assert_eq!(host.code(&json!({ "url": "https://api.good.com/", "auth": "api" })), "E_BAD_INPUT");
}

#[test]
fn cred_01_an_extension_has_its_own_credentials_only() {
    let host = Host::new(&[]);
    host.store(key());
    let other = extension("other", &["http.request", "credentials.*"]);
    let input = json!({ "url": "https://api.good.com/", "auth": "api" });
    let refused = host.call(&other, "query:http.request.v1", &input).unwrap_err();
    assert_eq!(refused.code.name(), "E_CRED_NOTFOUND");
    assert_eq!(
        host.call(&other, "query:credentials.list.v1", &json!({})).unwrap(),
        json!({ "credentials": [] })
    );
    let listed = host.call(&finance(), "query:credentials.list.v1", &json!({})).unwrap();
    assert_eq!(listed["credentials"][0]["name"], "api");
    assert!(!listed.to_string().contains(TOKEN));
}

#[test]
fn cred_25_revealing_has_a_permission_of_its_own() {
    let host = Host::new(&[]);
    host.store(key());
    let reveal =
        |engine: &Engine| host.call(engine, "query:secrets.reveal.v1", &json!({ "name": "api" }));
    assert_eq!(reveal(&finance()).unwrap_err().code.name(), "E_DENIED_METHOD");
    let allowed = extension("finance", &["secrets.reveal"]);
    assert_eq!(reveal(&allowed).unwrap(), json!({ "fields": { "key": TOKEN } }));
    let info =
        host.call(&finance(), "query:credentials.get.v1", &json!({ "name": "api" })).unwrap();
    assert!(!info.to_string().contains(TOKEN), "{info}");
    host.store(json!({ "type": "oauth2", "access_token": "old", "refresh_token": "canary-refresh",
                       "token_url": "https://api.good.com/token", "client_id": "app",
                       "client_secret": "canary-client" }));
    assert_eq!(reveal(&allowed).unwrap(), json!({ "fields": { "access_token": TOKEN } }));
}

#[test]
fn cred_17_refresh_tokens_go_only_where_the_extension_may_send_requests() {
    let host = Host::new(&[]);
    let store = |url: &str| {
        let secret =
            json!({ "type": "oauth2", "access_token": "a", "token_url": url, "client_id": "app" });
        let input = json!({ "name": "api", "secret": secret });
        host.call(&finance(), "action:credentials.store.input.v1", &input)
            .map_or_else(|error| error.code.name(), |_| "OK")
    };
    assert_eq!(store("https://api.good.com/token"), "OK");
    assert_eq!(store("https://evil.com/token"), "E_DENIED_NET");
    assert_eq!(store("https://127.0.0.1/token"), "E_NET_ADDR");
}

#[test]
fn what_is_stored_is_checked() {
    let host = Host::new(&[]);
    let code = |name: &str, hosts: Value, secret: Value| {
        let input = json!({ "name": name, "hosts": hosts, "secret": secret });
        host.call(&finance(), "action:credentials.store.input.v1", &input)
            .map_or_else(|error| error.code.name(), |_| "OK")
    };
    assert_eq!(code("a.b-c_1", json!([]), key()), "OK");
    assert_eq!(code("../b", json!([]), key()), "E_BAD_INPUT");
    assert_eq!(code("a", json!(["*"]), key()), "E_BAD_INPUT");
    assert_eq!(code("a", json!(["127.0.0.1"]), key()), "E_BAD_INPUT");
    let header = |name: &str| json!({ "type": "api_key", "key": "k", "header": name });
    assert_eq!(code("a", json!([]), header("host")), "E_BAD_INPUT");
    assert_eq!(code("a", json!([]), header("X-Token")), "OK");
    let long = json!({ "type": "custom", "fields": { "a": "x".repeat(65 << 10) } });
    assert_eq!(code("a", json!([]), long), "E_BAD_INPUT");
}

#[test]
fn time_02_denials_and_missing_credentials_do_not_differ_in_time() {
    let host = Host::new(&[]);
    host.store(key());
    let mut manifest = manifest("finance", &["http.request", "credentials.*"]);
    manifest["permissions"]["rate_limits"] = json!({ "requests_per_minute": 1_000_000 });
    let engine = engine(manifest);
    let median = |input: &Value, code: &str| {
        let mut times: Vec<_> = (0..1000)
            .map(|_| {
                let began = std::time::Instant::now();
                let result = host.call(&engine, "query:http.request.v1", input);
                let took = began.elapsed();
                assert_eq!(result.unwrap_err().code.name(), code);
                took
            })
            .collect();
        times.sort();
        times[times.len() / 2]
    };
    let with = |url: &str, name: &str| json!({ "url": url, "auth": name });
    // One that exists, for another host, and one that does not.
    let there = median(&with("https://files.good.com/", "api"), "E_CRED_NOTFOUND");
    let missing = median(&with("https://files.good.com/", "nothing"), "E_CRED_NOTFOUND");
    assert!(there.abs_diff(missing).as_millis() < 1, "{there:?} {missing:?}");
    let granted_elsewhere = median(&get("https://api.good.com:8443/"), "E_DENIED_NET");
    let never = median(&get("https://evil.com/"), "E_DENIED_NET");
    assert!(granted_elsewhere.abs_diff(never).as_millis() < 1);
}
