//! Logins, and where they go.

use ext_package::SigningKey;
use ext_package_oci::{Client, OciError};
use ext_services::credentials::Credential;
use ext_testing::oci::{Answer, Login, Options, PASSWORD, Request, TOKEN, TestRegistry, USER};
use ext_wire::{ErrorCode, ops::credentials::Secret};

use crate::world::{client, publish, pull};

fn with(login: Login) -> TestRegistry {
    TestRegistry::with(Options { login, ..Options::default() })
}

/// Makes a client with a login that is kept for these registries.
fn logged_in(registry: &TestRegistry, also: &[&TestRegistry], password: &str) -> Client {
    let own = [registry];
    let hosts = own.iter().chain(also).map(|registry| format!("http://{}", registry.name()));
    let secret = Secret::Basic { username: USER.to_owned(), password: password.into() };
    client(&registry.name(), Some(Credential::new(hosts.collect(), secret)))
}

/// Returns whether a request carries something secret.
fn is_secret(request: &Request) -> bool {
    request.header("authorization").is_some()
}

#[test]
fn a_registry_gets_the_login_in_the_way_that_it_asks_for() {
    for login in [Login::Basic, Login::Bearer(None)] {
        let registry = with(login.clone());
        let client = logged_in(&registry, &[], PASSWORD);
        assert!(client.check().unwrap(), "the login was tried");
        publish(&client, &SigningKey::generate().unwrap(), "1.0.0").unwrap();
        pull(&client).unwrap();
        let sent = registry.requests().iter().filter_map(|it| it.header("authorization")).count();
        assert!(sent > 0, "{login:?}");
    }
}

#[test]
fn a_registry_that_asks_for_no_login_tries_none() {
    let registry = with(Login::None);
    assert!(!logged_in(&registry, &[], "wrong").check().unwrap());
    assert!(!registry.requests().iter().any(is_secret));
}

#[test]
fn without_a_login_or_with_a_wrong_one_there_is_an_error_that_says_so() {
    for login in [Login::Basic, Login::Bearer(None)] {
        let registry = with(login);
        let error = client(&registry.name(), None).check().unwrap_err();
        assert!(matches!(error, OciError::LoginNeeded { .. }), "{error}");
        assert_eq!(error.code(), ErrorCode::CredNotFound);
        let error = logged_in(&registry, &[], "wrong").check().unwrap_err();
        assert!(matches!(error, OciError::LoginRefused { .. }), "{error}");
        assert_eq!(error.code(), ErrorCode::CredReauth);
    }
}

#[test]
fn pkg_34_the_login_goes_to_no_server_that_only_the_registry_names() {
    let thief = with(Login::None);
    let registry = with(Login::Bearer(Some(format!("http://{}", thief.name()))));
    let error = logged_in(&registry, &[], PASSWORD).check().unwrap_err();
    assert_eq!(error.code(), ErrorCode::DeniedNet, "{error}");
    assert!(error.to_string().contains(&thief.name()), "{error}");
    assert!(thief.requests().is_empty());
    // The user named the server of tokens as well.
    let client = logged_in(&registry, &[&thief], PASSWORD);
    client.check().unwrap();
    assert_eq!(client.token_server().unwrap(), Some(format!("http://{}", thief.name())));
    assert!(thief.requests().iter().all(|request| request.path == "/token"));
}

#[test]
fn net_35_redirects_of_files_are_followed_without_the_login() {
    let storage = with(Login::None);
    let registry = with(Login::Bearer(None));
    let client = logged_in(&registry, &[], PASSWORD);
    publish(&client, &SigningKey::generate().unwrap(), "1.0.0").unwrap();
    // The file lies on another server.
    let place = format!("http://{}", storage.name());
    let bytes = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let kept = std::sync::Arc::clone(&bytes);
    registry.spoil(move |request, own| {
        let is_file = request.method == "GET" && request.path.contains("/acme/notes/blobs/");
        is_file.then(|| match own() {
            answer if answer.status == 200 => {
                *kept.lock().unwrap() = answer.body;
                Answer::new(307).header("location", &format!("{place}/file?signed=x"))
            }
            answer => answer,
        })
    });
    storage.spoil(move |_, _| Some(Answer::new(200).body(&bytes.lock().unwrap())));
    pull(&client).unwrap();
    assert!(!storage.requests().is_empty());
    assert!(!storage.requests().iter().any(is_secret), "{:?}", storage.requests());
}

#[test]
fn net_35_redirects_of_uploads_are_not_followed() {
    let thief = with(Login::None);
    let registry = with(Login::Basic);
    let client = logged_in(&registry, &[], PASSWORD);
    let place = format!("http://{}/v2/acme/notes/blobs/uploads/1", thief.name());
    let leads_away = place.clone();
    registry.spoil(move |request, _| {
        let begins = request.method == "POST" && is_secret(request);
        begins.then(|| Answer::new(202).header("location", &leads_away))
    });
    let error = publish(&client, &SigningKey::generate().unwrap(), "1.0.0").unwrap_err();
    assert_eq!(error.code(), ErrorCode::NetRedirect, "{error}");
    registry.spoil(move |request, _| {
        let begins = request.method == "POST" && is_secret(request);
        begins.then(|| Answer::new(307).header("location", &place))
    });
    let error = publish(&client, &SigningKey::generate().unwrap(), "1.0.0").unwrap_err();
    assert_eq!(error.code(), ErrorCode::NetRedirect, "{error}");
    assert!(thief.requests().is_empty());
}

#[test]
fn a_list_of_revocations_that_is_denied_is_none() {
    let registry = with(Login::Basic);
    let clients = [client(&registry.name(), None), logged_in(&registry, &[], PASSWORD)];
    registry.spoil(|request, _| request.path.contains("revocations").then(|| Answer::new(403)));
    for client in clients {
        assert!(client.revocations().unwrap().is_none());
    }
    registry.spoil(|request, _| request.path.contains("revocations").then(|| Answer::new(500)));
    assert!(client(&registry.name(), None).revocations().is_err());
}

#[test]
fn three_redirects_are_followed() {
    let registry = with(Login::None);
    publish(&client(&registry.name(), None), &SigningKey::generate().unwrap(), "1.0.0").unwrap();
    let left = std::sync::atomic::AtomicUsize::new(3);
    registry.spoil(move |request, _| {
        use std::sync::atomic::Ordering::SeqCst;
        let is_first = request.path.contains("extensions-index");
        let more =
            is_first && left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok();
        more.then(|| Answer::new(302).header("location", &request.path))
    });
    assert_eq!(client(&registry.name(), None).index().unwrap().names().count(), 1);
}

#[test]
fn redirects_in_a_circle_end() {
    let registry = with(Login::None);
    registry.spoil(|request, _| Some(Answer::new(302).header("location", &request.path)));
    let error = client(&registry.name(), None).index().unwrap_err();
    assert_eq!(error.code(), ErrorCode::NetRedirect, "{error}");
}

#[test]
fn cred_20_what_a_registry_says_of_an_error_holds_no_secret() {
    let registry = with(Login::Basic);
    registry.spoil(|request, _| {
        let text = format!(r#"{{"errors":[{{"code":"{PASSWORD} {TOKEN}"}}]}}"#);
        is_secret(request).then(|| Answer::new(500).body(text.as_bytes()))
    });
    let error = logged_in(&registry, &[], PASSWORD).check().unwrap_err();
    let said = format!("{error} {error:?}");
    assert!(said.contains("500") && !said.contains(PASSWORD) && !said.contains(TOKEN), "{said}");
}
