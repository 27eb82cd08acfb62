//! Dialler, TLS and pools of a client.

use std::{sync::Arc, time::Duration};

use ext_dial::{ConnectionLimits, Dialler, Pools, Tls};
use ext_net::Scheme;

use crate::connect::Sender;

/// Most servers close idle connections after some minutes.
const POOLS: ConnectionLimits =
    ConnectionLimits { calls: 8, idle: 8, idle_time: Duration::from_secs(30) };

/// The server that a connection leads to.
pub(crate) type Origin = (Scheme, String, u16);

/// Everything that the requests of a client share.
pub(crate) struct Transport {
    pub(crate) dialler: Dialler,
    pub(crate) tls: Tls,
    pub(crate) pools: Arc<Pools<Origin, Sender>>,
}

impl Transport {
    /// Makes a transport without connections.
    pub(crate) fn new(dialler: Dialler, tls: Tls) -> Self {
        Self { dialler, tls, pools: Arc::new(Pools::new(POOLS)) }
    }
}
