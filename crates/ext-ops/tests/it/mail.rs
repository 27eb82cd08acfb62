//! `mail.*`, through the registry, as an extension calls them. A reader records whose mailbox it is
//! asked for; nothing is dialled.

use std::{
    future::{pending, ready},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use crate::common::{LIBRARY, TOKEN, Tokens, grants};
use bytes::Bytes;
use ext_manifest::Manifest;
use ext_net::{AddressPolicy, NetError};
use ext_perm::{
    Author, Budget, BudgetStore, Budgets, DailyBudgets, Effect, Engine, MemoryBudgets, RuleBackend,
};
use ext_registry::{Call, Deadline, Progress, Registry, Services, execute_json_operation};
use ext_services::{
    credentials::{Credential, CredentialVault, Owner, TokenSource},
    http::{HttpClient, HttpFuture, HttpRequest, PauseFuture},
    mail::{MailAccount, MailError, MailFuture, MailLogin, MailReader, MessageQuery, MessageRef},
    testing::MemoryVault,
};
use ext_wire::{
    ErrorBody, ErrorCode, SecretText,
    body::BlobStyle,
    ops::{
        credentials::{OAuth2Tokens, Secret},
        mail::{Folder, ListMessagesOutput},
    },
};
use serde_json::{Value, json};

const SERVER: &str = "imaps://imap.good.com";

/// Vets addresses, and lets no time pass; at the tenth pause the user takes everything back.
struct Network {
    policy: AddressPolicy,
    pauses: AtomicU32,
    user: Arc<RuleBackend>,
}

impl HttpClient for Network {
    fn addresses(&self) -> &AddressPolicy {
        &self.policy
    }

    fn send(&self, _: HttpRequest) -> HttpFuture<'_> {
        Box::pin(pending())
    }

    fn pause(&self, _: Duration) -> PauseFuture<'_> {
        if self.pauses.fetch_add(1, Ordering::Relaxed) == 9 {
            self.user.replace(grants(&[]));
        }
        Box::pin(ready(()))
    }
}

/// Behaviour of a reader that is asked.
type Answer = Box<dyn Fn() -> Option<Result<Bytes, MailError>> + Send + Sync>;

struct Reader {
    asked: Mutex<Vec<MailAccount>>,
    /// `None`: it never answers.
    answer: Answer,
}

impl Reader {
    fn ask<T: Send + 'static>(&self, account: MailAccount, value: T) -> MailFuture<'_, T> {
        account.received.add(400);
        self.asked.lock().unwrap().push(account);
        match (self.answer)() {
            None => Box::pin(pending()),
            Some(result) => Box::pin(ready(result.map(|_| value))),
        }
    }
}

impl MailReader for Reader {
    fn folders(&self, account: MailAccount) -> MailFuture<'_, Vec<Folder>> {
        self.ask(account, vec![Folder { name: "INBOX".into(), delimiter: Some('/') }])
    }

    fn messages(
        &self,
        account: MailAccount,
        _: MessageQuery,
    ) -> MailFuture<'_, ListMessagesOutput> {
        self.ask(account, ListMessagesOutput { uid_validity: 1, total: 0, messages: Vec::new() })
    }

    fn message(&self, account: MailAccount, _: MessageRef) -> MailFuture<'_, Bytes> {
        self.ask(account, Bytes::from_static(b"mail"))
    }
}

struct Host {
    reader: Arc<Reader>,
    services: Services,
    registry: Registry,
    engine: Engine,
}

impl Host {
    fn new(answer: Answer) -> Self {
        Self::with_other_token(None, answer)
    }

    fn with_other_token(other: Option<&'static str>, answer: Answer) -> Self {
        ext_ops::link();
        let manifest = br#"{"id":"finance","name":"Finance","version":"1.0.0","wasm_file":"f.wasm",
            "permissions":{"methods":["mail.*"],"libraries":["*"],"allowed_domains":["imaps://*"]}}"#;
        let manifest = Manifest::parse(manifest).unwrap();
        let user = Arc::new(RuleBackend::new(Author::User, "finance", grants(&[Effect::Allow])));
        let engine = Engine::for_extension(&manifest).and(Arc::clone(&user));
        let network =
            Network { policy: AddressPolicy::public_only(), pauses: AtomicU32::new(0), user };
        let reader = Arc::new(Reader { asked: Mutex::default(), answer });
        let vault = Arc::new(MemoryVault::default());
        keep(&*vault);
        let services = Services::default()
            .with::<dyn HttpClient>(Arc::new(network))
            .with::<dyn TokenSource>(Arc::new(Tokens { other, ..Tokens::of(&vault) }))
            .with::<dyn CredentialVault>(vault)
            .with::<dyn MailReader>(reader.clone());
        Self { reader, services, registry: Registry::collect().unwrap(), engine }
    }

    fn answering() -> Self {
        Self::new(Box::new(|| Some(Ok(Bytes::new()))))
    }

    fn call(&self, method: &str, input: &Value) -> Result<Value, ErrorBody> {
        let payload = input.to_string().into_bytes().into();
        let call = Call {
            method,
            library: Some(LIBRARY),
            payload,
            blobs: BlobStyle::Base64,
            deadline: Deadline::NONE,
            progress: Progress::NONE,
        };
        let reply = execute_json_operation(&self.registry, &self.services, &self.engine, call);
        let reply = pollster::block_on(reply).map_err(ext_registry::OpError::into_body)?;
        Ok(serde_json::from_slice(&reply).unwrap())
    }

    fn folders(&self, mailbox: &Value) -> Result<Value, ErrorBody> {
        self.call("query:mail.list_folders.v1", &json!({ "mailbox": mailbox }))
    }

    fn code(&self, mailbox: &Value) -> &'static str {
        self.folders(mailbox).map_or_else(|error| error.code.name(), |_| "OK")
    }

    fn logins(&self) -> Vec<MailLogin> {
        self.reader.asked.lock().unwrap().iter().map(|account| account.login.clone()).collect()
    }
}

/// One credential of each kind, for the server and for another one.
fn keep(vault: &dyn CredentialVault) {
    let owner = Owner { extension: "finance".into(), library: LIBRARY };
    let basic = Secret::Basic { username: "ada".into(), password: "pass".into() };
    let key = Secret::ApiKey { key: "k".into(), header: "x-key".into(), prefix: String::new() };
    let tokens = Secret::OAuth2(OAuth2Tokens {
        access_token: SecretText::default(),
        expires_at: None,
        refresh_token: None,
        token_url: "https://login.good.com/token".into(),
        client_id: "app".into(),
        client_secret: None,
        scopes: Vec::new(),
    });
    for (name, host, secret) in [
        ("password", SERVER, basic.clone()),
        ("login", SERVER, tokens),
        ("key", SERVER, key),
        ("elsewhere", "imaps://imap.other.com", basic.clone()),
        ("web", "https://imap.good.com:993", basic),
    ] {
        vault.put(&owner, name, &Credential::new(vec![host.into()], secret)).unwrap();
    }
}

#[test]
fn the_host_logs_in_with_the_credential_that_is_named() {
    let host = Host::answering();
    let found = host.folders(&json!({ "server": SERVER, "auth": "password" })).unwrap();
    assert_eq!(found["folders"][0]["name"], "INBOX");
    host.folders(&json!({ "server": SERVER, "auth": "password", "user": "eve" })).unwrap();
    host.folders(&json!({ "server": SERVER, "auth": "login", "user": "ada@good.com" })).unwrap();
    let password = |user: &str| MailLogin::Password { user: user.into(), password: "pass".into() };
    let token = MailLogin::Token { user: "ada@good.com".into(), token: TOKEN.into() };
    assert_eq!(host.logins(), [password("ada"), password("eve"), token]);
    let account = format!("{:?}", host.reader.asked.lock().unwrap());
    assert!(!account.contains("pass\"") && !account.contains(TOKEN), "CRED-20: {account}");
}

#[test]
fn net_02_cred_01_only_servers_and_credentials_of_the_caller() {
    let host = Host::answering();
    let code = |server: &str, auth: &str| {
        host.code(&json!({ "server": server, "auth": auth, "user": "ada" }))
    };
    for (server, auth, expected) in [
        ("https://imap.good.com", "password", "E_NET_SCHEME"),
        ("imap://imap.good.com", "password", "E_DENIED_NET"),
        ("imaps://imap.good.com:143", "password", "E_DENIED_NET"),
        ("imaps://127.0.0.1", "password", "E_NET_ADDR"),
        ("imaps://localhost", "password", "E_NET_ADDR"),
        (SERVER, "elsewhere", "E_CRED_NOTFOUND"),
        (SERVER, "web", "E_CRED_NOTFOUND"),
        (SERVER, "nothing", "E_CRED_NOTFOUND"),
        (SERVER, "../password", "E_BAD_INPUT"),
        (SERVER, "key", "E_BAD_INPUT"),
    ] {
        assert_eq!(code(server, auth), expected, "{server} {auth}");
    }
    assert_eq!(host.logins(), [], "nothing was asked for");
    assert_eq!(code(SERVER, "password"), "OK");
}

#[test]
fn what_a_protocol_has_no_place_for_is_refused() {
    let host = Host::answering();
    for user in ["", "a\u{1}auth=Bearer x", "a\r\nb", "a\0b", &"a".repeat(321)] {
        let mailbox = json!({ "server": SERVER, "auth": "password", "user": user });
        assert_eq!(host.code(&mailbox), "E_BAD_INPUT", "{user:?}");
    }
    let mailbox = json!({ "server": SERVER, "auth": "password" });
    let list = |more: Value| {
        let mut input = json!({ "mailbox": mailbox });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        host.call("query:mail.list_messages.v1", &input).map_err(|error| error.code)
    };
    for wrong in [
        json!({ "folder": "" }),
        json!({ "folder": "a\r\nb" }),
        json!({ "folder": "a".repeat(1025) }),
        json!({ "limit": 0 }),
        json!({ "limit": 1001 }),
        json!({ "folders": "INBOX" }),
    ] {
        assert_eq!(list(wrong.clone()), Err(ErrorCode::BadInput), "{wrong}");
    }
    assert!(list(json!({ "folder": "Entw\u{fc}rfe", "limit": 1000 })).is_ok());
    let fetch = |max_bytes: u32| {
        let input = json!({ "mailbox": mailbox, "validity": 1, "uid": 1, "max_bytes": max_bytes });
        host.call("query:mail.fetch_message.v1", &input).map_err(|error| error.code)
    };
    assert_eq!(fetch(0), Err(ErrorCode::BadInput));
    assert_eq!(fetch(u32::MAX), Err(ErrorCode::BadInput));
    assert_eq!(fetch(10).unwrap()["data"], "bWFpbA==");
    let oauth2 = json!({ "server": SERVER, "auth": "login" });
    assert_eq!(host.code(&oauth2), "E_BAD_INPUT", "a token does not say whose it is");
}

#[test]
fn what_goes_wrong_has_its_code() {
    let host = || "imap.good.com".to_owned();
    type Make = fn(String) -> MailError;
    let cases: [(Make, &str); 9] = [
        (|host| MailError::Login { host }, "E_CRED_REAUTH"),
        (|host| MailError::Mechanism { host, mechanism: "PLAIN" }, "E_BAD_INPUT"),
        (|host| MailError::Folder { host, folder: "x".into() }, "E_NOT_FOUND"),
        (|_| MailError::Renumbered { expected: 1, now: 2 }, "E_CONFLICT"),
        (|_| MailError::Size { limit: 1 }, "E_NET_SIZE"),
        (|host| MailError::Withheld { host, uid: 7 }, "E_NET"),
        (|_| MailError::Busy, "E_BUSY"),
        (|host| NetError::Timeout { host }.into(), "E_NET_TIMEOUT"),
        (|host| NetError::Connection { host, reason: "gone" }.into(), "E_NET"),
    ];
    for (error, code) in cases {
        let failing = Host::new(Box::new(move || Some(Err(error(host())))));
        assert_eq!(failing.code(&json!({ "server": SERVER, "auth": "password" })), code);
    }
}

#[test]
fn what_goes_wrong_with_one_message_names_it_and_what_goes_wrong_with_its_folder_does_not() {
    let host = || "imap.good.com".to_owned();
    type Make = fn(String) -> MailError;
    let cases: [(Make, ErrorCode, Value); 3] = [
        (|_| MailError::Message(7), ErrorCode::NotFound, json!(7)),
        (|host| MailError::Withheld { host, uid: 7 }, ErrorCode::Net, json!(7)),
        (|host| MailError::Folder { host, folder: "x".into() }, ErrorCode::NotFound, Value::Null),
    ];
    let mailbox = json!({ "server": SERVER, "auth": "password" });
    let input = json!({ "mailbox": mailbox, "folder": "INBOX", "validity": 1, "uid": 7 });
    for (error, code, uid) in cases {
        let failing = Host::new(Box::new(move || Some(Err(error(host())))));
        let error = failing.call("query:mail.fetch_message.v1", &input).unwrap_err();
        assert_eq!(error.code, code);
        assert_eq!(error.details.unwrap_or_default()["message"], uid);
    }
}

#[test]
fn a_rejected_token_is_replaced_once_and_a_password_never() {
    let reject = || MailError::Login { host: "imap.good.com".into() };
    let login = json!({ "server": SERVER, "auth": "login", "user": "ada" });
    let replaced = Host::with_other_token(Some("other"), Box::new(move || Some(Err(reject()))));
    assert_eq!(replaced.code(&login), "E_CRED_REAUTH");
    let token = |token: &str| MailLogin::Token { user: "ada".into(), token: token.into() };
    assert_eq!(replaced.logins(), [token(TOKEN), token("other")]);
    let password = json!({ "server": SERVER, "auth": "password" });
    assert_eq!(replaced.code(&password), "E_CRED_REAUTH");
    assert_eq!(replaced.logins().len(), 3);
    let without = Host::new(Box::new(move || Some(Err(reject()))));
    assert_eq!((without.code(&login), without.logins().len()), ("E_CRED_REAUTH", 1));
    let times = AtomicU32::new(0);
    let first = move || times.fetch_add(1, Ordering::Relaxed) == 0;
    let answer = move || Some(if first() { Err(reject()) } else { Ok(Bytes::new()) });
    let mended = Host::with_other_token(Some("other"), Box::new(answer));
    assert_eq!((mended.code(&login), mended.logins().len()), ("OK", 2));
}

#[test]
fn perm_26_a_server_that_the_user_takes_back_is_not_read_any_longer() {
    let host = Host::new(Box::new(|| None));
    assert_eq!(host.code(&json!({ "server": SERVER, "auth": "password" })), "E_DENIED_NET");
    assert_eq!(host.logins().len(), 1, "it was asked before");
}

/// A host whose extension has 800 bytes of the network left, and what keeps their use.
fn poor(answer: Answer) -> (Host, Arc<MemoryBudgets>) {
    let mut host = Host::new(answer);
    let used = Arc::new(MemoryBudgets::default());
    let limits =
        DailyBudgets { http_bytes: 800, ocr_pages: 0, embedding_tokens: 0, model_tokens: 0 };
    host.engine = host.engine.with_budgets(Budgets::new(limits, used.clone()));
    (host, used)
}

#[test]
fn call_02_what_came_of_an_answer_that_failed_is_charged() {
    let late = || NetError::Timeout { host: "imap.good.com".into() };
    let (host, _) = poor(Box::new(move || Some(Err(late().into()))));
    let code = || host.code(&json!({ "server": SERVER, "auth": "password" }));
    assert_eq!([code(), code(), code()], ["E_NET_TIMEOUT", "E_NET_TIMEOUT", "E_RATE"]);
    assert_eq!(host.logins().len(), 2);
}

#[test]
fn call_02_what_came_of_an_answer_that_nobody_waits_for_is_charged() {
    let (host, used) = poor(Box::new(|| None));
    assert_eq!(host.code(&json!({ "server": SERVER, "auth": "password" })), "E_DENIED_NET");
    let mut bytes = 0;
    used.update(&mut |usage| {
        bytes = usage.get(Budget::HttpBytes);
        true
    });
    assert!((400..600).contains(&bytes), "{bytes}");
}
