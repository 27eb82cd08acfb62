//! Access tokens that a server rejects before their time.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use ext_manifest::Manifest;
use ext_net::AddressPolicy;
use ext_perm::Engine;
use ext_registry::{Call, Deadline, Progress, Registry, Services, execute_json_operation};
use ext_services::{
    credentials::{Credential, CredentialVault, Owner, TokenSource},
    http::{HttpClient, HttpFuture, HttpRequest, HttpResponse, PauseFuture},
    testing::MemoryVault,
};
use ext_wire::{
    body::BlobStyle,
    ops::credentials::{OAuth2Tokens, Secret},
};
use http::{HeaderMap, header::AUTHORIZATION};
use serde_json::{Value, json};

use crate::common::{LIBRARY, TOKEN, Tokens};

/// A request as a server sees it: method and path, and its authorization.
type Seen = (String, String);

/// Server that accepts one authorization. What is sent to `/form` is done, and answered with a redirect.
struct Server {
    policy: AddressPolicy,
    accepts: &'static str,
    seen: Mutex<Vec<Seen>>,
}

impl HttpClient for Server {
    fn addresses(&self) -> &AddressPolicy {
        &self.policy
    }

    fn send(&self, request: HttpRequest) -> HttpFuture<'_> {
        let path = request.url.path_and_query().to_owned();
        let authorization = request.headers.get(AUTHORIZATION);
        let authorization = authorization.map_or("", |value| value.to_str().unwrap()).to_owned();
        let mut headers = HeaderMap::new();
        let status = match (path.as_str(), authorization == self.accepts) {
            ("/form", _) => {
                headers.insert("location", "/done".parse().unwrap());
                303
            }
            (_, true) => 200,
            (_, false) => 401,
        };
        self.seen.lock().unwrap().push((format!("{} {path}", request.method), authorization));
        Box::pin(async move { Ok(HttpResponse { status, headers, body: "".into() }) })
    }

    fn pause(&self, _: Duration) -> PauseFuture<'_> {
        Box::pin(std::future::pending())
    }
}

fn credentials(vault: &MemoryVault) {
    let owner = Owner { extension: "odd".into(), library: LIBRARY };
    let tokens = OAuth2Tokens {
        access_token: TOKEN.into(),
        expires_at: None,
        refresh_token: Some("r".into()),
        token_url: "https://api.example.com/token".into(),
        client_id: "app".into(),
        client_secret: None,
        scopes: Vec::new(),
    };
    let basic = Secret::Basic { username: "ada".into(), password: "pass".into() };
    for (name, secret) in [("login", Secret::OAuth2(tokens)), ("password", basic)] {
        let credential = Credential::new(vec!["https://api.example.com".to_owned()], secret);
        vault.put(&owner, name, &credential).unwrap();
    }
}

/// The status of the answer to a request, and what the server saw. In place of a rejected token there is
/// `other`.
fn ask(other: Option<&'static str>, accepts: &'static str, input: &Value) -> (u64, Vec<Seen>) {
    ext_ops::link();
    let manifest = br#"{"id":"odd","name":"Odd","version":"1.0.0","wasm_file":"o.wasm",
        "permissions":{"methods":["http.request"],"libraries":["*"],
        "allowed_domains":["https://api.example.com"]}}"#;
    let engine = Engine::for_extension(&Manifest::parse(manifest).unwrap());
    let vault = Arc::new(MemoryVault::default());
    credentials(&vault);
    let policy = AddressPolicy::public_only();
    let server = Arc::new(Server { policy, accepts, seen: Mutex::default() });
    let services = Services::default()
        .with::<dyn HttpClient>(server.clone())
        .with::<dyn TokenSource>(Arc::new(Tokens { other, ..Tokens::of(&vault) }))
        .with::<dyn CredentialVault>(vault);
    let call = Call {
        method: "query:http.request.v1",
        library: Some(LIBRARY),
        payload: input.to_string().into_bytes().into(),
        blobs: BlobStyle::Base64,
        deadline: Deadline::NONE,
        progress: Progress::NONE,
    };
    let registry = Registry::collect().unwrap();
    let reply = pollster::block_on(execute_json_operation(&registry, &services, &engine, call));
    let reply: Value = serde_json::from_slice(&reply.unwrap()).unwrap();
    let seen = server.seen.lock().unwrap().clone();
    (reply["status"].as_u64().unwrap(), seen)
}

fn seen(requests: &[(&str, &str)]) -> Vec<Seen> {
    requests.iter().map(|(line, token)| ((*line).to_owned(), format!("Bearer {token}"))).collect()
}

#[test]
fn the_request_is_sent_again_with_another_token() {
    let input = json!({ "url": "https://api.example.com/mail", "auth": "login" });
    let (status, requests) = ask(Some("other"), "Bearer other", &input);
    assert_eq!(status, 200);
    assert_eq!(requests, seen(&[("GET /mail", TOKEN), ("GET /mail", "other")]));
}

#[test]
fn an_answer_without_another_token_is_given_as_it_is() {
    let input = json!({ "url": "https://api.example.com/mail", "auth": "login" });
    let (status, requests) = ask(None, "Bearer other", &input);
    assert_eq!((status, requests), (401, seen(&[("GET /mail", TOKEN)])));
    let (status, requests) = ask(Some("bad"), "Bearer other", &input);
    assert_eq!((status, requests), (401, seen(&[("GET /mail", TOKEN), ("GET /mail", "bad")])));
    let (status, requests) = ask(Some("other"), &*format!("Bearer {TOKEN}").leak(), &input);
    assert_eq!((status, requests), (200, seen(&[("GET /mail", TOKEN)])));
}

#[test]
fn a_password_is_sent_once() {
    let input = json!({ "url": "https://api.example.com/mail", "auth": "password" });
    let (status, requests) = ask(Some("other"), "Bearer other", &input);
    assert_eq!((status, requests.len()), (401, 1));
}

#[test]
fn what_was_done_before_a_redirect_is_not_done_again() {
    let url = "https://api.example.com/form";
    let input = json!({ "url": url, "method": "POST", "auth": "login", "redirects": 1 });
    let (status, requests) = ask(Some("other"), "Bearer other", &input);
    assert_eq!(status, 200);
    let expected = [("POST /form", TOKEN), ("GET /done", TOKEN), ("GET /done", "other")];
    assert_eq!(requests, seen(&expected));
}
