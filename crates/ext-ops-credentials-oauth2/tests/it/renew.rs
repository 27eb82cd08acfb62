//! Renewals, against a provider of which the test says what it answers.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

use ext_net::{AddressPolicy, NetError, Scheme};
use ext_ops_credentials_oauth2::Renewer;
use ext_services::{
    credentials::{
        Credential, CredentialError, CredentialVault, Owner, TokenCaller, TokenSource, UserCaller,
    },
    http::{HttpClient, HttpError, HttpFuture, HttpRequest, HttpResponse, PauseFuture},
    testing::MemoryVault,
};
use ext_wire::{
    ErrorBody, ErrorCode,
    ops::credentials::{OAuth2Tokens, Secret},
};
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

struct Case {
    vault: Arc<MemoryVault>,
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
        let vault = Arc::new(MemoryVault::default());
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
        self.token_for(&UserCaller)
    }

    fn token_for(&self, caller: &dyn TokenCaller) -> Result<String, CredentialError> {
        let token = pollster::block_on(self.renewer.access_token(&owner(), "gmail", caller))?;
        Ok(token.token.expose().to_owned())
    }

    fn other(&self, rejected: &str) -> Result<Option<String>, CredentialError> {
        let (owner, rejected) = (owner(), rejected.into());
        let token = self.renewer.other_token(&owner, "gmail", &rejected, &UserCaller);
        Ok(pollster::block_on(token)?.map(|token| token.token.expose().to_owned()))
    }

    /// Ends the pause after a failure, as time does.
    fn wait(&self) {
        let mut kept = self.kept();
        kept.pause = None;
        self.vault.put(&owner(), "gmail", &kept).unwrap();
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

/// The tokens `new-1`, `new-2` and so on, one for each request.
fn counted() -> Case {
    let count = AtomicU32::new(0);
    Case::new(i64::MAX, move |_| {
        let count = count.fetch_add(1, Ordering::Relaxed) + 1;
        Ok((200, granted(&format!("new-{count}"), "r2")))
    })
}

#[test]
fn cred_16_a_token_that_a_server_rejects_is_renewed_before_its_time() {
    let case = counted();
    assert_eq!(case.other("old-access").unwrap().as_deref(), Some("new-1"));
    assert_eq!(case.token().unwrap(), "new-1");
    // Whoever had the old one gets what came meanwhile.
    assert_eq!(case.other("old-access").unwrap().as_deref(), Some("new-1"));
    // A server that rejects them all does not cause a renewal for each request.
    assert_eq!(case.other("new-1").unwrap(), None);
    assert_eq!((case.requests(), case.kept().needs_login), (1, false));
}

#[test]
fn cred_16_callers_whose_token_was_rejected_cause_one_renewal() {
    let case = Arc::new(counted());
    let caller = |_| {
        let case = Arc::clone(&case);
        thread::spawn(move || case.other("old-access").unwrap())
    };
    let callers: Vec<_> = (0..20).map(caller).collect();
    let one =
        |caller: thread::JoinHandle<Option<String>>| caller.join().unwrap().unwrap() == "new-1";
    assert!(callers.into_iter().all(one));
    assert_eq!(case.requests(), 1);
}

#[test]
fn cred_16_a_rejected_token_that_cannot_be_renewed_ends_no_login() {
    let case = counted();
    let secret = OAuth2Tokens { refresh_token: None, ..case.tokens() };
    let kept = Credential::new(Vec::new(), Secret::OAuth2(secret));
    case.vault.put(&owner(), "gmail", &kept).unwrap();
    assert_eq!(case.other("old-access").unwrap(), None);
    assert_eq!((case.requests(), case.token().unwrap().as_str()), (0, "old-access"));
}

#[test]
fn cred_13_programs_that_need_one_login_at_once_renew_it_once() {
    let first = Case::new(0, |_| Ok((200, granted("new-access", "r2"))));
    let program = || {
        let (vault, provider) = (first.vault.clone(), first.provider.clone());
        let renewer = Renewer::new(vault.clone(), provider.clone());
        Case { vault, provider, renewer }
    };
    let ask = |program: Case| thread::spawn(move || program.token());
    let mut asked = vec![ask(program())];
    while first.requests() == 0 {
        thread::sleep(Duration::from_millis(1));
    }
    // These see the note that a renewal was begun.
    asked.extend((0..4).map(|_| ask(program())));
    assert!(asked.into_iter().all(|asked| asked.join().unwrap().unwrap() == "new-access"));
    assert_eq!(first.requests(), 1);
}

#[test]
fn cred_16_a_new_refresh_token_beside_a_token_of_no_use_is_kept() {
    let case = Case::new(0, |_| Ok((200, granted("new", "r2").replace("Bearer", "mac"))));
    assert_eq!(case.code(), "E_NET");
    assert_eq!(case.tokens().refresh_token, Some("r2".into()));
    assert_eq!(case.tokens().access_token, "old-access".into());
    assert_eq!((case.kept().unfinished_renewals, case.kept().pause.is_some()), (0, true));
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
fn cred_16_a_provider_in_trouble_is_asked_again_after_a_pause_and_ends_no_login() {
    for (status, body) in [
        (429, "<html>"),
        (500, "<html>"),
        (503, "<html>"),
        (504, r#"{"error":"invalid_grant"}"#),
        (302, ""),
        (200, "<html>sign in to the wifi</html>"),
        (200, r#"{"error":"temporarily_unavailable"}"#),
        (400, r#"{"error":"invalid_client"}"#),
    ] {
        let case = Case::new(0, move |_| Ok((status, body.to_owned())));
        for attempt in 1..=5 {
            for _ in 0..3 {
                assert_eq!(case.code(), "E_NET", "{status} {body}");
            }
            assert_eq!(case.requests(), attempt, "{status} {body}: one in each pause");
            case.wait();
        }
        let kept = case.kept();
        assert!(!kept.needs_login, "{status} {body}");
        assert_eq!(case.tokens().refresh_token, Some("r1".into()));
    }
}

#[test]
fn cred_16_the_caller_is_told_when_to_come_back() {
    let case = Case::new(0, |_| Ok((503, String::new())));
    for _ in 0..2 {
        let after = match case.token().unwrap_err() {
            CredentialError::Provider { retry_after, .. } => retry_after.unwrap(),
            other => panic!("{other}"),
        };
        assert!(after <= Duration::from_secs(1) && after > Duration::from_millis(500), "{after:?}");
    }
    assert_eq!(case.kept().pause.unwrap().length, 1000);
}

#[test]
fn cred_14_lost_answers_are_no_replay_storm_and_end_no_login() {
    let lost =
        |_: &str| Err(HttpError::Net(NetError::Timeout { host: "login.example.com".into() }));
    let case = Case::new(0, lost);
    let codes: Vec<_> = (0..5).map(|_| case.code()).collect();
    assert_eq!((codes, case.requests()), (vec!["E_NET"; 5], 1));
    assert_eq!((case.kept().unfinished_renewals, case.kept().needs_login), (1, false));
}

#[test]
fn cred_14_a_request_that_was_not_sent_changes_nothing() {
    let refused = |_: &str| {
        let (host, reason) = ("login.example.com".to_owned(), "no connection");
        Err(HttpError::Net(NetError::Unreachable { host, reason }))
    };
    let case = Case::new(0, refused);
    for _ in 0..10 {
        assert_eq!(case.code(), "E_NET");
        assert_eq!(case.kept().pause.unwrap().length, 1000, "the pause does not grow");
        case.wait();
    }
    assert_eq!((case.kept().unfinished_renewals, case.kept().needs_login), (0, false));
}

/// Changes the vault while the provider is asked.
fn changed_meanwhile(change: fn(&MemoryVault)) -> (Case, Result<String, CredentialError>) {
    let slot = Arc::new(Mutex::new(None::<Arc<MemoryVault>>));
    let vault = Arc::clone(&slot);
    let case = Case::new(0, move |_| {
        change(vault.lock().unwrap().as_ref().unwrap());
        Ok((200, granted("old-account", "r2")))
    });
    *slot.lock().unwrap() = Some(Arc::clone(&case.vault));
    let token = case.token();
    (case, token)
}

#[test]
fn what_the_user_removes_during_a_renewal_stays_removed() {
    let (case, token) = changed_meanwhile(|vault| {
        vault.delete(&owner(), "gmail").unwrap();
    });
    assert_eq!(token.unwrap_err().code().name(), "E_CRED_NOTFOUND");
    assert!(case.vault.get(&owner(), "gmail").is_err());
}

#[test]
fn a_login_during_a_renewal_is_not_replaced_by_the_one_before() {
    let (case, token) = changed_meanwhile(|vault| {
        let mut login = vault.get(&owner(), "gmail").unwrap().0;
        if let Secret::OAuth2(tokens) = &mut login.secret {
            tokens.access_token = "new-account".into();
            tokens.expires_at = Some(i64::MAX);
        }
        vault.put(&owner(), "gmail", &login).unwrap();
    });
    assert_eq!(token.unwrap(), "new-account");
    assert_eq!(case.tokens().access_token, "new-account".into());
    // Removed and stored again, it is another one as well.
    let (_, token) = changed_meanwhile(|vault| {
        let (mut login, _) = vault.get(&owner(), "gmail").unwrap();
        vault.delete(&owner(), "gmail").unwrap();
        if let Secret::OAuth2(tokens) = &mut login.secret {
            tokens.expires_at = Some(i64::MAX);
        }
        vault.put(&owner(), "gmail", &login).unwrap();
    });
    assert_eq!(token.unwrap(), "old-access");
}

/// A caller with these rights.
struct Caller {
    /// `None`: that cannot be decided.
    reaches: Option<bool>,
    left: Mutex<usize>,
}

impl TokenCaller for Caller {
    fn may_reach(&self, _: Scheme, _: &str, _: u16) -> Result<bool, ErrorBody> {
        self.reaches.ok_or_else(|| ErrorBody::new(ErrorCode::Internal, "no decision"))
    }

    fn charge(&self, bytes: usize) -> Result<(), ErrorBody> {
        let mut left = self.left.lock().unwrap();
        *left = left.checked_sub(bytes).ok_or_else(|| ErrorBody::new(ErrorCode::Rate, "spent"))?;
        Ok(())
    }
}

#[test]
fn a_server_that_was_denied_is_not_sent_the_refresh_token() {
    let answer = |_: &str| Ok((200, granted("new", "r2")));
    let case = Case::new(0, answer);
    let denied = Caller { reaches: Some(false), left: Mutex::new(1 << 20) };
    assert_eq!(case.token_for(&denied).unwrap_err().code().name(), "E_DENIED_NET");
    let undecided = Caller { reaches: None, left: Mutex::new(1 << 20) };
    assert_eq!(case.token_for(&undecided).unwrap_err().code().name(), "E_INTERNAL");
    assert_eq!(case.requests(), 0);
    // One that the user chose is reached all the same.
    let (vault, provider) = (case.vault.clone(), case.provider.clone());
    let trusting = Renewer::new(vault, provider).with_trusted(|tokens| tokens.client_id == "app");
    let trusting = Case { renewer: trusting, ..case };
    assert_eq!(trusting.token_for(&denied).unwrap(), "new");
}

#[test]
fn a_renewal_is_charged_to_its_caller() {
    let case = Case::new(0, |_| Ok((200, granted("new", "r2"))));
    let poor = Caller { reaches: Some(true), left: Mutex::new(10) };
    assert_eq!(case.token_for(&poor).unwrap_err().code().name(), "E_RATE");
    assert_eq!(case.requests(), 0);
    let rich = Caller { reaches: Some(true), left: Mutex::new(1000) };
    assert_eq!(case.token_for(&rich).unwrap(), "new");
    let body = "grant_type=refresh_token&refresh_token=r1&client_id=app".len();
    assert_eq!(*rich.left.lock().unwrap(), 1000 - body - granted("new", "r2").len());
}

#[test]
fn a_renewal_whose_caller_leaves_is_kept_all_the_same() {
    let case = Case::new(0, |_| Ok((200, granted("new", "r2"))));
    let (owner, caller) = (owner(), UserCaller);
    let mut left = case.renewer.access_token(&owner, "gmail", &caller);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(left.as_mut().poll(&mut context).is_pending());
    drop(left);
    assert_eq!(case.token().unwrap(), "new");
    assert_eq!((case.requests(), case.tokens().refresh_token), (1, Some("r2".into())));
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
    pollster::block_on(renewer.access_token(&owner(), "gmail", &UserCaller)).unwrap();
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
