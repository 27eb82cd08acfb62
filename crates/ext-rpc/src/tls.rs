//! TLS for a port that other machines reach.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio_rustls::TlsAcceptor;

use crate::error::ServeError;

/// Largest file of certificates or of a key, in bytes.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// The files by which a server proves that it is who its clients call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// Its certificate and those between it and a root that clients trust, in PEM.
    pub certificate: PathBuf,
    /// Its key, in PEM, which others must not read.
    pub key: PathBuf,
    /// The names by which clients call it.
    pub names: Vec<String>,
}

impl TlsFiles {
    /// Makes what accepts connections.
    pub(crate) fn acceptor(&self) -> Result<TlsAcceptor, ServeError> {
        let chain = chain(&self.certificate)?;
        let key = key(&self.key)?;
        let wrong = |error: rustls::Error| wrong(&self.certificate, &error);
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(wrong)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(wrong)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, ServeError> {
    let pem = read(path)?;
    let chain = CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>();
    match chain {
        Ok(chain) if chain.is_empty() => Err(wrong(path, &"it holds no certificate in PEM")),
        chain => chain.map_err(|error| wrong(path, &error)),
    }
}

fn key(path: &Path) -> Result<PrivateKeyDer<'static>, ServeError> {
    let found = fs::metadata(path).map_err(|error| ServeError::io(path, error))?;
    if found.permissions().mode() & 0o007 != 0 {
        let why =
            "every user of this machine can read the key: take that right away with chmod o-rwx";
        return Err(wrong(path, &why));
    }
    PrivateKeyDer::from_pem_slice(&read(path)?).map_err(|error| wrong(path, &error))
}

fn read(path: &Path) -> Result<Vec<u8>, ServeError> {
    let read = ext_fs::read(path, MAX_FILE_BYTES).map_err(io::Error::from);
    read.map_err(|error| ServeError::io(path, error))
}

fn wrong(path: &Path, problem: &dyn std::fmt::Display) -> ServeError {
    ServeError::Tls { path: path.to_owned(), problem: problem.to_string() }
}
