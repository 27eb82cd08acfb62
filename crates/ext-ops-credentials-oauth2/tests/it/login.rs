//! Signing in and renewing, against a real OpenID provider on loopback that changes refresh tokens.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use ext_net::AddressPolicy;
use ext_ops_credentials_file::{FileVault, KeySource};
use ext_ops_credentials_oauth2::{Login, LoginError, Provider, Renewer, revoke};
use ext_ops_http_hyper::HyperClient;
use ext_services::credentials::{
    Credential, CredentialError, CredentialVault, Owner, TokenSource, UserCaller,
};
use ext_testing::oidc::{Browser, Oidc};
use ext_wire::ops::credentials::{OAuth2Tokens, Secret};
use tempfile::TempDir;
use url::Url;
use uuid::Uuid;

struct Case {
    oidc: Oidc,
    provider: Provider,
    client: Arc<HyperClient>,
    vault: Arc<FileVault>,
    _folder: TempDir,
}

fn owner() -> Owner {
    Owner { extension: "finance".into(), library: Uuid::nil() }
}

fn patience() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

fn provider(oidc: &Oidc) -> Provider {
    Provider {
        client_id: "public".into(),
        client_secret: None,
        authorization_url: format!("{}/auth", oidc.issuer),
        token_url: format!("{}/token", oidc.issuer),
        device_url: Some(format!("{}/device/auth", oidc.issuer)),
        revocation_url: Some(format!("{}/token/revocation", oidc.issuer)),
        issuer: Some(oidc.issuer.clone()),
        scopes: vec!["openid".into(), "mail.read".into()],
        hosts: vec![oidc.api.clone()],
        authorization_params: BTreeMap::new(),
    }
}

impl Case {
    fn new() -> Option<Self> {
        let oidc = Oidc::start(env!("CARGO_TARGET_TMPDIR"))?;
        let folder = tempfile::tempdir().unwrap();
        let policy = AddressPolicy::new(oidc.addresses.to_vec(), Vec::new());
        let client = Arc::new(HyperClient::new(policy, &[]).unwrap());
        let key = KeySource::File(folder.path().join("key"));
        let vault = Arc::new(FileVault::new(folder.path().join("vault"), key));
        let provider = provider(&oidc);
        provider.check().unwrap();
        Some(Self { oidc, provider, client, vault, _folder: folder })
    }

    /// Signs in; `user` gets the address that a user would open.
    fn login_as(
        &self,
        provider: &Provider,
        until: Instant,
        user: impl FnOnce(String) + Send + 'static,
    ) -> Result<Credential, LoginError> {
        let stop = AtomicBool::new(false);
        let login = Login { client: &*self.client, provider, until, stop: &stop };
        let mut at_work = None;
        let done = login.with_browser(|url| {
            let url = url.to_owned();
            at_work = Some(thread::spawn(move || user(url)));
        });
        at_work.unwrap().join().unwrap();
        done
    }

    fn login(&self, user: impl FnOnce(String) + Send + 'static) -> Result<Credential, LoginError> {
        self.login_as(&self.provider, patience(), user)
    }

    fn signed_in(&self) -> Credential {
        self.login(sign_in).unwrap()
    }

    /// Keeps a credential as if its access token had expired.
    fn keep_expired(&self, name: &str, credential: &Credential) {
        let mut expired = credential.clone();
        let Secret::OAuth2(tokens) = &mut expired.secret else { panic!("no tokens") };
        tokens.expires_at = Some(0);
        self.vault.put(&owner(), name, &expired).unwrap();
    }

    fn renewer(&self) -> Renewer {
        Renewer::new(self.vault.clone(), self.client.clone())
    }

    fn token(&self, name: &str) -> Result<String, CredentialError> {
        let token = pollster::block_on(self.renewer().access_token(&owner(), name, &UserCaller))?;
        Ok(token.token.expose().to_owned())
    }
}

fn sign_in(url: String) {
    let mut browser = Browser::default();
    let back = browser.sign_in(&url);
    let page = browser.get(&back);
    assert_eq!((page.status, page.body.contains("Signed in")), (200, true), "{page:?}");
}

fn tokens(credential: &Credential) -> &OAuth2Tokens {
    match &credential.secret {
        Secret::OAuth2(tokens) => tokens,
        _ => panic!("no tokens"),
    }
}

/// Replaces the value of a parameter in an address.
fn with(url: &str, name: &str, value: &str) -> String {
    let mut url = Url::parse(url).unwrap();
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    assert!(pairs.iter().any(|(other, _)| other == name), "{url}");
    let changed = pairs.iter().map(|(n, v)| (n, if n == name { value } else { v }));
    url.query_pairs_mut().clear().extend_pairs(changed);
    url.into()
}

#[test]
fn a_sign_in_gives_tokens_for_what_was_asked() {
    let Some(case) = Case::new() else { return };
    let credential = case.signed_in();
    let got = tokens(&credential);
    assert_eq!(credential.hosts, std::slice::from_ref(&case.oidc.api));
    assert_eq!(got.token_url, case.provider.token_url);
    assert_eq!(got.scopes, ["openid", "mail.read"]);
    assert!(got.refresh_token.is_some() && got.expires_at.is_some());
    assert_eq!(case.oidc.stat("codes"), 1);
}

#[test]
fn a_client_with_a_secret_signs_in_too() {
    let Some(case) = Case::new() else { return };
    let client_id = "confidential".to_owned();
    let with_secret = |secret: &str| Provider {
        client_id: client_id.clone(),
        client_secret: Some(secret.into()),
        ..case.provider.clone()
    };
    let provider = with_secret("secret of the: client");
    let credential = case.login_as(&provider, patience(), sign_in).unwrap();
    case.keep_expired("work", &credential);
    case.token("work").unwrap();
    let fails = |url: String| {
        let mut browser = Browser::default();
        let back = browser.sign_in(&url);
        assert_eq!(browser.get(&back).status, 400);
    };
    let wrong = case.login_as(&with_secret("other"), patience(), fails).unwrap_err();
    assert!(wrong.to_string().contains("does not know this client"), "{wrong}");
}

#[test]
fn cred_13_a_thousand_callers_cause_one_renewal_at_a_real_provider() {
    let Some(case) = Case::new() else { return };
    let credential = case.signed_in();
    case.keep_expired("work", &credential);
    let renewer = Arc::new(case.renewer());
    let caller = |_| {
        let renewer = Arc::clone(&renewer);
        let call = move || {
            pollster::block_on(renewer.access_token(&owner(), "work", &UserCaller)).unwrap()
        };
        thread::Builder::new().stack_size(256 << 10).spawn(call).unwrap()
    };
    let callers: Vec<_> = (0..1000).map(caller).collect();
    let mut got: Vec<_> = callers.into_iter().map(|caller| caller.join().unwrap()).collect();
    got.dedup();
    assert_eq!((got.len(), case.oidc.stat("refreshes")), (1, 1));
    let (renewed, _) = case.vault.get(&owner(), "work").unwrap();
    assert_eq!(tokens(&renewed).access_token, got[0].token);
    assert_ne!(got[0].token, tokens(&credential).access_token);
    assert_ne!(tokens(&renewed).refresh_token, tokens(&credential).refresh_token, "rotated");
}

#[test]
fn cred_16_a_refresh_token_that_was_used_ends_the_login() {
    let Some(case) = Case::new() else { return };
    let credential = case.signed_in();
    case.keep_expired("work", &credential);
    case.token("work").unwrap();
    let (renewed, _) = case.vault.get(&owner(), "work").unwrap();
    // Somebody has a copy of the first refresh token.
    case.keep_expired("stolen", &credential);
    assert!(matches!(case.token("stolen"), Err(CredentialError::LoginNeeded(_))));
    assert!(case.vault.get(&owner(), "stolen").unwrap().0.needs_login);
    // The provider ends the login of both, as it cannot tell who is who.
    case.keep_expired("work", &renewed);
    assert!(matches!(case.token("work"), Err(CredentialError::LoginNeeded(_))));
    let refused = case.oidc.stat("refused");
    assert!(matches!(case.token("work"), Err(CredentialError::LoginNeeded(_))));
    assert_eq!((refused, case.oidc.stat("refused")), (2, 2), "it is not asked again");
}

#[test]
fn replies_with_another_state_are_refused_and_do_not_end_the_wait() {
    let Some(case) = Case::new() else { return };
    let credential = case.login(|url| {
        let mut browser = Browser::default();
        let back = browser.sign_in(&url);
        assert_eq!(browser.get(&with(&back, "state", "other")).status, 400);
        assert_eq!(browser.get(&back.replace("state=", "sstate=")).status, 400);
        assert_eq!(browser.get(&format!("{back}&state=other")).status, 400, "twice");
        assert_eq!(browser.get(&back.replace("/callback", "/")).status, 404);
        assert_eq!(browser.get(&back).status, 200);
    });
    assert!(credential.is_ok() && case.oidc.stat("refused") == 0);
    let soon = Instant::now() + Duration::from_secs(2);
    let nobody = case.login_as(&case.provider, soon, |url| {
        let mut browser = Browser::default();
        let back = browser.sign_in(&url);
        assert_eq!(browser.get(&with(&back, "state", "other")).status, 400);
    });
    assert!(matches!(nobody, Err(LoginError::Strangers(1))), "{nobody:?}");
    assert_eq!(case.oidc.stat("codes"), 1, "a code with another state is not exchanged");
}

#[test]
fn a_code_of_another_sign_in_is_refused_by_pkce() {
    let Some(case) = Case::new() else { return };
    // Somebody puts a code in here that was made for a verifier of their own.
    let refused = case.login(|url| {
        let mut browser = Browser::default();
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        let back = browser.sign_in(&with(&url, "code_challenge", challenge));
        assert_eq!(browser.get(&back).status, 400);
    });
    assert!(matches!(refused, Err(LoginError::Code)), "{refused:?}");
    assert_eq!((case.oidc.stat("codes"), case.oidc.stat("refused")), (0, 1));
}

#[test]
fn replies_that_say_no_or_come_from_elsewhere_end_it() {
    let Some(case) = Case::new() else { return };
    let denied = case.login(|url| {
        let url = Url::parse(&url).unwrap();
        let pairs: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        let (back, state) = (&pairs["redirect_uri"], &pairs["state"]);
        let page = Browser::default().get(&format!("{back}?error=access_denied&state={state}"));
        assert_eq!(page.status, 400);
    });
    assert!(matches!(&denied, Err(LoginError::Refused(why)) if why == "access_denied"));
    let other = Provider { issuer: Some("http://evil.localhost".into()), ..case.provider.clone() };
    let mixed_up = case.login_as(&other, patience(), |url| {
        let mut browser = Browser::default();
        let back = browser.sign_in(&url);
        assert_eq!(browser.get(&back).status, 400);
    });
    assert!(matches!(mixed_up, Err(LoginError::Issuer)), "{mixed_up:?}");
    assert_eq!(case.oidc.stat("codes"), 0);
}

#[test]
fn another_device_signs_in() {
    let Some(case) = Case::new() else { return };
    let stop = AtomicBool::new(false);
    let client = &*case.client;
    let login = Login { client, provider: &case.provider, until: patience(), stop: &stop };
    let mut user = None;
    let credential = login.with_device(|shown| {
        let shown = shown.clone();
        assert!(shown.url_with_code.unwrap().contains(&shown.code));
        let type_it = move || Browser::default().enter_code(&shown.url, &shown.code);
        user = Some(thread::spawn(type_it));
    });
    user.unwrap().join().unwrap();
    assert!(tokens(&credential.unwrap()).refresh_token.is_some());
    let nowhere = Provider { device_url: None, ..case.provider.clone() };
    let login = Login { client, provider: &nowhere, until: patience(), stop: &stop };
    assert!(matches!(login.with_device(|_| ()), Err(LoginError::NoDevice)));
}

#[test]
fn a_login_that_was_given_back_is_of_no_use() {
    let Some(case) = Case::new() else { return };
    let credential = case.signed_in();
    let url = case.provider.revocation_url.clone().unwrap();
    revoke(&*case.client, &url, tokens(&credential)).unwrap();
    case.keep_expired("work", &credential);
    assert!(matches!(case.token("work"), Err(CredentialError::LoginNeeded(_))));
    let elsewhere = format!("{}/nowhere", case.oidc.issuer);
    assert!(revoke(&*case.client, &elsewhere, tokens(&credential)).is_err());
}

#[test]
fn a_wait_ends_when_it_is_stopped_and_leaves_no_port_open() {
    let client = HyperClient::new(AddressPolicy::public_only(), &[]).unwrap();
    let provider = Provider {
        client_id: "app".into(),
        client_secret: None,
        authorization_url: "https://login.example.com/auth".into(),
        token_url: "https://login.example.com/token".into(),
        device_url: None,
        revocation_url: None,
        issuer: None,
        scopes: Vec::new(),
        hosts: vec!["https://api.example.com".into()],
        authorization_params: BTreeMap::new(),
    };
    let stop = AtomicBool::new(false);
    let login = Login { client: &client, provider: &provider, until: patience(), stop: &stop };
    let mut port = 0;
    let stopped = login.with_browser(|url| {
        let url = Url::parse(url).unwrap();
        let back = url.query_pairs().find(|(name, _)| name == "redirect_uri").unwrap().1;
        port = Url::parse(&back).unwrap().port().unwrap();
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
        stop.store(true, Ordering::SeqCst);
    });
    assert!(matches!(stopped, Err(LoginError::Stopped)), "{stopped:?}");
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
}
