//! The client.

use std::{io, sync::Arc, time::Duration};

use ext_dial::{Dialler, NetRuntime, Tls};
use ext_net::AddressPolicy;
use ext_services::http::{HttpClient, HttpError, HttpFuture, HttpRequest, PauseFuture};

use crate::{exchange, transport::Transport};

/// Client that sends HTTP/1.1 requests.
pub struct HyperClient {
    transport: Arc<Transport>,
    runtime: NetRuntime,
}

impl HyperClient {
    /// Creates a client that reaches what `policy` lets through. It trusts the roots of the
    /// platform and `extra_roots`, certificates in DER.
    ///
    /// # Errors
    /// When its threads cannot be started.
    pub fn new(policy: AddressPolicy, extra_roots: &[Vec<u8>]) -> io::Result<Self> {
        Self::with_dialler(Dialler::new(policy), extra_roots)
    }

    /// Works as [`Self::new`], over a dialler that others may use as well.
    ///
    /// # Errors
    /// When its threads cannot be started.
    pub fn with_dialler(dialler: Dialler, extra_roots: &[Vec<u8>]) -> io::Result<Self> {
        let tls = Tls::new(extra_roots, &[b"http/1.1"]);
        let transport = Arc::new(Transport::new(dialler, tls));
        let runtime = NetRuntime::new("http")?;
        runtime.sweep(&transport.pools);
        Ok(Self { transport, runtime })
    }
}

impl HttpClient for HyperClient {
    fn addresses(&self) -> &AddressPolicy {
        self.transport.dialler.policy()
    }

    fn send(&self, request: HttpRequest) -> HttpFuture<'_> {
        let work = self.runtime.spawn(exchange::run(Arc::clone(&self.transport), request));
        Box::pin(async move { work.await.unwrap_or_else(|ended| Err(HttpError::Internal(ended))) })
    }

    fn pause(&self, duration: Duration) -> PauseFuture<'_> {
        let pause = self.runtime.spawn(async move { tokio::time::sleep(duration).await });
        Box::pin(async { drop(pause.await) })
    }
}
