//! The client.

use std::{
    future::Future,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use ext_net::AddressPolicy;
use ext_ops::services::http::{
    HttpClient, HttpError, HttpFuture, HttpRequest, HttpResponse, PauseFuture,
};
use rustls::pki_types::CertificateDer;
use tokio::{
    runtime::{Builder, Runtime},
    task::JoinHandle,
};

use crate::{
    connect::{Dial, TcpDialler},
    exchange,
    pool::Pools,
    resolve::{Resolve, SystemResolver},
    tls::Tls,
};

/// Most threads that wait for the resolver at the same time.
const MAX_BLOCKING_THREADS: usize = 16;

/// Sends HTTP/1.1 requests.
pub struct HyperClient {
    inner: Arc<Inner>,
    /// `None` only while the client is dropped.
    runtime: Option<Runtime>,
}

pub(crate) struct Inner {
    pub(crate) policy: AddressPolicy,
    pub(crate) resolver: Arc<dyn Resolve>,
    pub(crate) dialler: Box<dyn Dial>,
    pub(crate) tls: Tls,
    pub(crate) pools: Pools,
}

impl HyperClient {
    /// A client that dials what `policy` lets through. It trusts the roots of the platform and
    /// `extra_roots`, certificates in DER.
    ///
    /// # Errors
    /// When its threads cannot be started.
    pub fn new(policy: AddressPolicy, extra_roots: &[Vec<u8>]) -> io::Result<Self> {
        Self::with_parts(policy, extra_roots, Arc::new(SystemResolver), Box::new(TcpDialler))
    }

    /// As [`Self::new`], with another resolver and dialler. The judge stands between them all the
    /// same.
    ///
    /// # Errors
    /// When its threads cannot be started.
    pub fn with_parts(
        policy: AddressPolicy,
        extra_roots: &[Vec<u8>],
        resolver: Arc<dyn Resolve>,
        dialler: Box<dyn Dial>,
    ) -> io::Result<Self> {
        let roots = extra_roots.iter().map(|der| CertificateDer::from(der.clone())).collect();
        let tls = Tls::new(roots);
        let inner = Arc::new(Inner { policy, resolver, dialler, tls, pools: Pools::default() });
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(MAX_BLOCKING_THREADS)
            .thread_name("http")
            .enable_io()
            .enable_time()
            .build()?;
        Ok(Self { inner, runtime: Some(runtime) })
    }
}

impl HttpClient for HyperClient {
    fn addresses(&self) -> &AddressPolicy {
        &self.inner.policy
    }

    fn send(&self, request: HttpRequest) -> HttpFuture<'_> {
        let work = exchange::run(Arc::clone(&self.inner), request);
        match &self.runtime {
            Some(runtime) => Box::pin(Work(runtime.spawn(work))),
            None => Box::pin(async { Err(HttpError::Internal("it has ended".into())) }),
        }
    }

    fn pause(&self, duration: Duration) -> PauseFuture<'_> {
        let pause = async move { tokio::time::sleep(duration).await };
        let Some(pause) = self.runtime.as_ref().map(|runtime| runtime.spawn(pause)) else {
            return Box::pin(std::future::ready(()));
        };
        Box::pin(async { drop(pause.await) })
    }
}

impl Drop for HyperClient {
    /// Without waiting for a resolver that hangs.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Work on the client's own runtime, to be awaited anywhere; it ends when nobody waits any more.
struct Work(JoinHandle<Result<HttpResponse, HttpError>>);

impl Future for Work {
    type Output = Result<HttpResponse, HttpError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let failed = |error: tokio::task::JoinError| HttpError::Internal(error.to_string());
        Pin::new(&mut self.0).poll(context).map(|result| result.map_err(failed)?)
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.0.abort();
    }
}
