//! The client.

use std::{io, sync::Arc, time::Duration};

use ext_dial::{Dialler, NetRuntime, PoolLimits, Pools, Tls};
use ext_net::{AddressPolicy, Scheme};
use ext_services::http::{HttpClient, HttpError, HttpFuture, HttpRequest, PauseFuture};

use crate::exchange::{self, Sender};

/// Most servers close idle connections after some minutes.
const POOLS: PoolLimits = PoolLimits { calls: 8, idle: 8, idle_time: Duration::from_secs(30) };

/// Sends HTTP/1.1 requests.
pub struct HyperClient {
    inner: Arc<Inner>,
    runtime: NetRuntime,
}

/// What a connection is good for.
pub(crate) type Origin = (Scheme, String, u16);

pub(crate) struct Inner {
    pub(crate) dialler: Dialler,
    pub(crate) tls: Tls,
    pub(crate) pools: Pools<Origin, Sender>,
}

impl HyperClient {
    /// A client that reaches what `policy` lets through. It trusts the roots of the platform and
    /// `extra_roots`, certificates in DER.
    ///
    /// # Errors
    /// When its threads cannot be started.
    pub fn new(policy: AddressPolicy, extra_roots: &[Vec<u8>]) -> io::Result<Self> {
        Self::with_dialler(Dialler::new(policy), extra_roots)
    }

    /// As [`Self::new`], over a dialler that others may use as well.
    ///
    /// # Errors
    /// When its threads cannot be started.
    pub fn with_dialler(dialler: Dialler, extra_roots: &[Vec<u8>]) -> io::Result<Self> {
        let tls = Tls::new(extra_roots, &[b"http/1.1"]);
        let inner = Arc::new(Inner { dialler, tls, pools: Pools::new(POOLS) });
        Ok(Self { inner, runtime: NetRuntime::new("http")? })
    }
}

impl HttpClient for HyperClient {
    fn addresses(&self) -> &AddressPolicy {
        self.inner.dialler.policy()
    }

    fn send(&self, request: HttpRequest) -> HttpFuture<'_> {
        let work = self.runtime.spawn(exchange::run(Arc::clone(&self.inner), request));
        Box::pin(async move { work.await.unwrap_or_else(|ended| Err(HttpError::Internal(ended))) })
    }

    fn pause(&self, duration: Duration) -> PauseFuture<'_> {
        let pause = self.runtime.spawn(async move { tokio::time::sleep(duration).await });
        Box::pin(async { drop(pause.await) })
    }
}
