//! Renewals, against a provider of which the test says what it answers.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use ext_net::{AddressPolicy, NetError};
use ext_ops_credentials_oauth2::Renewer;
use ext_services::{
    credentials::{Credential, CredentialError, CredentialVault, Owner, TokenSource},
    http::{HttpClient, HttpError, HttpFuture, HttpRequest, HttpResponse, PauseFuture},
};
use ext_wire::ops::credentials::{CredentialInfo, OAuth2Tokens, Secret};
use uuid::Uuid;

type Answer = Box<dyn Fn(&str) -> Result<(u16, String), HttpError> + Send + Sync>;

/// Provider that takes down the bodies of requests.
struct Provider {
    policy: AddressPolicy,
    requests: Mutex<Vec<String>>,
    answer: Answer,
}

impl HttpClient for Provider {
    fn addresses(&self) -> &AddressPolicy {
        &self.policy
    }

    fn send(&self, request: HttpRequest) -> HttpFuture<'_> {
        assert_eq!(request.url.as_str(), "https://login.example.com/token");
        let body = String::from_utf8(request.body.to_vec()).unwrap();
        assert!(!format!("{request:?}").contains("r1"), "a refresh token is not shown");
        self.requests.lock().unwrap().push(body.clone());
        // Long enough that all who come meanwhile have to wait.
        thread::sleep(Duration::from_millis(50));
        let answer = (self.answer)(&body).map(|(status, body)| HttpResponse {
            status,
            headers: http::HeaderMap::new(),
            body: body.into(),
        });
        Box::pin(async { answer })
    }

    fn pause(&self, _: Duration) -> PauseFuture<'_> {
        Box::pin(std::future::pending())
    }
}

/// Vault that keeps credentials in memory.
#[derive(Default)]
struct Memory {
    kept: Mutex<BTreeMap<String, (Credential, u64)>>,
    renewing: Arc<Mutex<bool>>,
}

struct Renewing(Arc<Mutex<bool>>);

impl Drop for Renewing {
    fn drop(&mut self) {
        *self.0.lock().unwrap() = false;
    }
}

impl CredentialVault for Memory {
    fn put(&self, _: &Owner, name: &str, credential: &Credential) -> Result<u64, CredentialError> {
        let mut kept = self.kept.lock().unwrap();
        let version = kept.get(name).map_or(0, |(_, version)| *version) + 1;
        kept.insert(name.to_owned(), (credential.clone(), version));
        Ok(version)
    }

    fn get(&self, _: &Owner, name: &str) -> Result<(Credential, u64), CredentialError> {
        let kept = self.kept.lock().unwrap();
        kept.get(name).cloned().ok_or_else(|| CredentialError::NotFound(name.to_owned()))
    }

    fn delete(&self, _: &Owner, name: &str) -> Result<bool, CredentialError> {
        Ok(self.kept.lock().unwrap().remove(name).is_some())
    }

    fn list(&self, _: &Owner) -> Result<Vec<CredentialInfo>, CredentialError> {
        Ok(Vec::new())
    }

    fn delete_extension(&self, _: &str) -> Result<usize, CredentialError> {
        Ok(0)
    }

    fn lock_renewals(&self) -> Result<Box<dyn Send>, CredentialError> {
        let mut renewing = self.renewing.lock().unwrap();
        assert!(!std::mem::replace(&mut *renewing, true), "two renewals at the same time");
        Ok(Box::new(Renewing(Arc::clone(&self.renewing))))
    }
}

struct Case {
    vault: Arc<Memory>,
    provider: Arc<Provider>,
    renewer: Renewer,
}

fn owner() -> Owner {
    Owner { extension: "finance".into(), library: Uuid::nil() }
}

impl Case {
    /// Makes a login whose token expires at `expires_at`, and a provider.
    fn new(
        expires_at: i64,
        answer: impl Fn(&str) -> Result<(u16, String), HttpError> + Send + Sync + 'static,
    ) -> Self {
        let vault = Arc::new(Memory::default());
        let tokens = OAuth2Tokens {
            access_token: "old-access".into(),
            expires_at: Some(expires_at),
            refresh_token: Some("r1".into()),
            token_url: "https://login.example.com/token".into(),
            client_id: "app".into(),
            client_secret: None,
            scopes: vec!["mail".into()],
        };
        vault.put(&owner(), "gmail", &Credential::new(Vec::new(), Secret::OAuth2(tokens))).unwrap();
        let (policy, requests) = (AddressPolicy::public_only(), Mutex::default());
        let provider = Arc::new(Provider { policy, requests, answer: Box::new(answer) });
        let renewer = Renewer::new(vault.clone(), provider.clone());
        Self { vault, provider, renewer }
    }

    fn token(&self) -> Result<String, CredentialError> {
        let token = pollster::block_on(self.renewer.access_token(&owner(), "gmail"))?;
        Ok(token.expose().to_owned())
    }

    fn code(&self) -> &'static str {
        self.token().unwrap_err().code().name()
    }

    fn requests(&self) -> usize {
        self.provider.requests.lock().unwrap().len()
    }

    fn kept(&self) -> Credential {
        self.vault.get(&owner(), "gmail").unwrap().0
    }

    fn tokens(&self) -> OAuth2Tokens {
        match self.kept().secret {
            Secret::OAuth2(tokens) => tokens,
            _ => panic!("no tokens"),
        }
    }
}

fn granted(access: &str, refresh: &str) -> String {
    format!(
        r#"{{"access_token":"{access}","token_type":"Bearer","expires_in":3600,"refresh_token":"{refresh}"}}"#
    )
}

#[test]
fn a_token_that_is_good_for_a_while_is_given_as_it_is() {
    let case = Case::new(i64::MAX, |_| Ok((500, String::new())));
    assert_eq!((case.token().unwrap().as_str(), case.requests()), ("old-access", 0));
}

#[test]
fn cred_13_a_thousand_callers_cause_one_renewal() {
    let case = Arc::new(Case::new(0, |_| Ok((200, granted("new-access", "r2")))));
    let caller = |_| {
        let case = Arc::clone(&case);
        thread::Builder::new().stack_size(256 << 10).spawn(move || case.token().unwrap()).unwrap()
    };
    let callers: Vec<_> = (0..1000).map(caller).collect();
    assert!(callers.into_iter().all(|caller| caller.join().unwrap() == "new-access"));
    assert_eq!(case.requests(), 1);
    let sent = case.provider.requests.lock().unwrap()[0].clone();
    assert_eq!(sent, "grant_type=refresh_token&refresh_token=r1&client_id=app");
    let tokens = case.tokens();
    assert_eq!(tokens.refresh_token, Some("r2".into()));
    assert_eq!((tokens.scopes, case.kept().unfinished_renewals), (vec!["mail".to_owned()], 0));
}

#[test]
fn cred_16_a_provider_that_keeps_the_refresh_token() {
    let body = r#"{"access_token":"new","token_type":"bearer","scope":"less"}"#;
    let case = Case::new(0, move |_| Ok((200, body.to_owned())));
    assert_eq!(case.token().unwrap(), "new");
    assert_eq!(case.tokens().refresh_token, Some("r1".into()));
    assert_eq!(case.tokens().scopes, ["less"]);
}

#[test]
fn cred_16_a_rejected_login_is_a_state_and_not_asked_again() {
    let case = Case::new(0, |_| Ok((400, r#"{"error":"invalid_grant"}"#.to_owned())));
    for _ in 0..3 {
        assert_eq!(case.code(), "E_CRED_REAUTH");
    }
    assert_eq!(case.requests(), 1);
    assert!(case.kept().needs_login && case.kept().info("gmail", 1).needs_login);
}

#[test]
fn cred_16_a_provider_in_trouble_may_be_asked_again() {
    for status in [429, 500, 503, 302] {
        let case = Case::new(0, move |_| Ok((status, "<html>".to_owned())));
        for _ in 0..5 {
            assert_eq!(case.code(), "E_NET", "{status}");
        }
        assert_eq!((case.requests(), case.kept().unfinished_renewals), (5, 0), "{status}");
    }
}

#[test]
fn cred_14_lost_answers_are_no_replay_storm() {
    let lost =
        |_: &str| Err(HttpError::Net(NetError::Timeout { host: "login.example.com".into() }));
    let case = Case::new(0, lost);
    let codes: Vec<_> = (0..5).map(|_| case.code()).collect();
    assert_eq!(codes, ["E_NET", "E_NET", "E_CRED_REAUTH", "E_CRED_REAUTH", "E_CRED_REAUTH"]);
    assert_eq!(case.requests(), 2);
}

#[test]
fn cred_14_that_a_renewal_was_begun_is_known_before_it_is_sent() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let case = Case::new(0, |_| Ok((200, granted("new", "r2"))));
    // The provider looks into the vault while it is asked.
    let (vault, taken) = (Arc::clone(&case.vault), Arc::clone(&seen));
    let look = move |_: &str| {
        taken.lock().unwrap().push(vault.get(&owner(), "gmail").unwrap().0.unfinished_renewals);
        Ok((200, granted("new", "r2")))
    };
    let (policy, requests) = (AddressPolicy::public_only(), Mutex::default());
    let provider = Arc::new(Provider { policy, requests, answer: Box::new(look) });
    let renewer = Renewer::new(case.vault.clone(), provider);
    pollster::block_on(renewer.access_token(&owner(), "gmail")).unwrap();
    assert_eq!(*seen.lock().unwrap(), [1]);
    assert_eq!(case.kept().unfinished_renewals, 0);
}

#[test]
fn cred_14_a_login_recovers_after_one_lost_answer() {
    let case = Case::new(0, |body| match body.contains("refresh_token=r1") {
        true => Ok((200, granted("new", "r2"))),
        false => Ok((400, r#"{"error":"invalid_grant"}"#.to_owned())),
    });
    let mut interrupted = case.kept();
    interrupted.unfinished_renewals = 1;
    case.vault.put(&owner(), "gmail", &interrupted).unwrap();
    assert_eq!(case.token().unwrap(), "new");
    assert_eq!(case.kept().unfinished_renewals, 0);
}

#[test]
fn other_kinds_of_secrets_have_no_token() {
    let case = Case::new(0, |_| Ok((500, String::new())));
    let custom = Credential::new(Vec::new(), Secret::Custom { fields: BTreeMap::new() });
    case.vault.put(&owner(), "gmail", &custom).unwrap();
    assert_eq!((case.code(), case.requests()), ("E_BAD_INPUT", 0));
}
