//! Requests whose server the user revokes while the answer comes.

use std::{
    future::{pending, ready},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use ext_manifest::Manifest;
use ext_net::AddressPolicy;
use ext_perm::{Author, Effect, Engine, RuleBackend};
use ext_registry::{Call, Deadline, Progress, Registry, Services, execute_json_operation};
use ext_services::http::{HttpClient, HttpFuture, HttpRequest, HttpResponse, PauseFuture};
use ext_wire::{ErrorCode, body::BlobStyle};
use http::HeaderMap;
use uuid::Uuid;

use crate::common::grants;

/// A server that answers after some pauses, or never; at the second pause something happens.
struct Slow {
    policy: AddressPolicy,
    answers_after: Option<u32>,
    pauses: AtomicU32,
    stopped: Arc<AtomicBool>,
    meanwhile: Box<dyn Fn() + Send + Sync>,
}

/// Says that the transfer was dropped.
struct Transfer(Arc<AtomicBool>);

impl Drop for Transfer {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl HttpClient for Slow {
    fn addresses(&self) -> &AddressPolicy {
        &self.policy
    }

    fn send(&self, _: HttpRequest) -> HttpFuture<'_> {
        let transfer = Transfer(Arc::clone(&self.stopped));
        Box::pin(async move {
            let _transfer = transfer;
            let Some(after) = self.answers_after else { return pending().await };
            std::future::poll_fn(|wake| {
                wake.waker().wake_by_ref();
                let paused = self.pauses.load(Ordering::Relaxed);
                if paused < after { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
            })
            .await;
            Ok(HttpResponse { status: 200, headers: HeaderMap::new(), body: "late".into() })
        })
    }

    fn pause(&self, _: Duration) -> PauseFuture<'_> {
        if self.pauses.fetch_add(1, Ordering::Relaxed) == 1 {
            (self.meanwhile)();
        }
        Box::pin(ready(()))
    }
}

/// Code of the answer to one request, and whether the transfer was ended.
fn request(revoked: bool, answers_after: Option<u32>) -> (ErrorCode, bool) {
    ext_ops::link();
    let manifest = br#"{"id":"demo","name":"Demo","version":"1.0.0","wasm_file":"demo.wasm",
        "permissions":{"methods":["http.request"],"libraries":["*"],
                       "allowed_domains":["https://api.good.com"]}}"#;
    let manifest = Manifest::parse(manifest).unwrap();
    let user = RuleBackend::new(Author::User, "demo", grants(&[Effect::Allow]));
    let user = Arc::new(user);
    let engine = Engine::for_extension(&manifest).and(Arc::clone(&user));
    let stopped = Arc::new(AtomicBool::new(false));
    let client = Slow {
        policy: AddressPolicy::public_only(),
        answers_after,
        pauses: AtomicU32::new(0),
        stopped: Arc::clone(&stopped),
        meanwhile: Box::new(move || {
            user.replace(grants(if revoked { &[] } else { &[Effect::Allow] }))
        }),
    };
    let services = Services::default().with::<dyn HttpClient>(Arc::new(client));
    let call = Call {
        method: "query:http.request.v1",
        library: Some(Uuid::from_u128(1)),
        payload: br#"{"url":"https://api.good.com/"}"#.to_vec().into(),
        blobs: BlobStyle::Base64,
        deadline: Deadline::NONE,
        progress: Progress::NONE,
    };
    let registry = Registry::collect().unwrap();
    let reply = execute_json_operation(&registry, &services, &engine, call);
    let code =
        pollster::block_on(reply).map_or_else(|error| error.into_body().code, |_| ErrorCode::OK);
    (code, stopped.load(Ordering::Relaxed))
}

#[test]
fn perm_26_a_request_is_cut_when_its_server_is_taken_back() {
    assert_eq!(request(true, None), (ErrorCode::DeniedNet, true));
}

#[test]
fn perm_26_an_answer_that_comes_after_the_no_is_for_nobody() {
    assert_eq!(request(true, Some(2)), (ErrorCode::DeniedNet, true));
}

#[test]
fn perm_26_a_request_with_its_grants_waits_for_the_answer() {
    assert_eq!(request(false, Some(5)), (ErrorCode::OK, true));
}
