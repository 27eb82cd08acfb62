//! The port of a daemon: the section `[daemon]` of `config.toml`.

use std::{net::SocketAddr, path::PathBuf};

use serde::Deserialize;

/// The section `[daemon]` of `config.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DaemonConfig {
    /// Port to answer on as well [default: none].
    pub listen: Option<SocketAddr>,
    /// Certificate of this machine and those between it and a root that clients trust, in PEM; a path
    /// from the data folder on.
    pub tls_certificate: Option<PathBuf>,
    /// Key of the certificate, in PEM.
    pub tls_key: Option<PathBuf>,
    /// Names by which other machines call this one: `nas.local`.
    pub names: Vec<String>,
}
