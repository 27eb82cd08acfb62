//! The bytes that an extension may send and get in a day.

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ext_net::{AddressPolicy, NetError};
use ext_perm::Engine;
use ext_services::http::{HttpClient, HttpFuture, HttpRequest, PauseFuture};
use serde_json::json;

use crate::http::{Host, engine, get, manifest};

/// Bytes that `finance` may send and get in a day.
fn with_daily_bytes(bytes: u64) -> Engine {
    let mut manifest = manifest("finance", &["http.request", "credentials.*"]);
    manifest["permissions"]["rate_limits"] = json!({ "daily": { "http_bytes": bytes } });
    engine(manifest)
}

#[test]
fn call_02_the_bytes_of_a_day_are_bounded_in_both_directions() {
    let host = Host::new(&[]);
    let send = |engine: &Engine, body: &str| {
        let body = STANDARD.encode(body);
        let input = json!({ "url": "https://api.good.com/", "method": "POST", "body": body });
        host.call(engine, "query:http.request.v1", &input)
    };
    // Path, host and version of a request count as well.
    let head = "/api.good.com HTTP/1.1\r\n".len() as u64;
    let engine = with_daily_bytes(2 * head + 10);
    send(&engine, "123456").unwrap();
    assert_eq!(host.sent().len(), 1);
    send(&engine, "1234").unwrap();
    let refused = send(&engine, "1").unwrap_err();
    assert_eq!(refused.code.name(), "E_RATE");
    assert!(
        refused.retry_after_ms.is_some() && refused.error.contains("http_bytes"),
        "{refused:?}"
    );
    assert_eq!(host.sent().len(), 2, "what is over the budget is not sent");
    // More than a whole day's bytes will never fit, so waiting is not advised.
    let never = send(&with_daily_bytes(head + 10), "12345678901").unwrap_err();
    assert_eq!((never.code.name(), never.retry_after_ms), ("E_DENIED_ARG", None));
    // What comes back counts as well: the server echoes the headers.
    let header = "x-text: a text of 20 letters\r\n".len() as u64;
    let engine = with_daily_bytes(2 * (head + header) + 20 + 19);
    let mut echo = get("https://api.good.com/");
    echo["headers"] = json!([{ "name": "x-text", "value": "a text of 20 letters" }]);
    host.call(&engine, "query:http.request.v1", &echo).unwrap();
    let refused = host.call(&engine, "query:http.request.v1", &echo).unwrap_err();
    assert_eq!(refused.code.name(), "E_RATE");
    assert!(host.call(&Engine::for_user(), "query:http.request.v1", &echo).is_ok());
}

/// Counts what came of an answer, and fails.
struct Broken(AddressPolicy);

impl HttpClient for Broken {
    fn addresses(&self) -> &AddressPolicy {
        &self.0
    }

    fn send(&self, request: HttpRequest) -> HttpFuture<'_> {
        request.received.add(400);
        let error = NetError::Timeout { host: request.url.host() };
        Box::pin(async move { Err(error.into()) })
    }

    fn pause(&self, _: Duration) -> PauseFuture<'_> {
        Box::pin(std::future::pending())
    }
}

#[test]
fn call_02_what_came_of_an_answer_that_failed_is_charged() {
    let mut host = Host::new(&[]);
    let broken: Arc<dyn HttpClient> = Arc::new(Broken(AddressPolicy::public_only()));
    host.services = host.services.with::<dyn HttpClient>(broken);
    let engine = with_daily_bytes(800);
    let request = || {
        let input = json!({ "method": "GET", "url": "https://api.good.com/" });
        host.call(&engine, "query:http.request.v1", &input).unwrap_err().code.name()
    };
    assert_eq!([request(), request(), request()], ["E_NET_TIMEOUT", "E_NET_TIMEOUT", "E_RATE"]);
}

#[test]
fn call_02_an_answer_over_the_budget_uses_it_up() {
    let host = Host::new(&[]);
    let engine = with_daily_bytes(2000);
    let request = |header: String| {
        let headers = json!([{ "name": "x-a", "value": header }]);
        let input = json!({ "method": "GET", "url": "https://api.good.com/", "headers": headers });
        host.call(&engine, "query:http.request.v1", &input).map_err(|error| error.code.name())
    };
    // It comes back as the body of the answer.
    assert_eq!(request("a".repeat(1200)), Err("E_RATE"));
    assert_eq!(request(String::new()), Err("E_RATE"));
    assert_eq!(host.sent().len(), 1);
}
