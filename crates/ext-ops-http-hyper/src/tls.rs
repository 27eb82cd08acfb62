//! TLS with the roots of the platform.

use std::sync::{Arc, OnceLock};

use ext_net::JudgedUrl;
use ext_ops::services::http::HttpError;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, ServerName},
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

/// Makes TLS connections. The roots are read when the first one is made.
pub(crate) struct Tls {
    extra_roots: Vec<CertificateDer<'static>>,
    connector: OnceLock<Result<TlsConnector, rustls::Error>>,
}

impl Tls {
    pub(crate) const fn new(extra_roots: Vec<CertificateDer<'static>>) -> Self {
        Self { extra_roots, connector: OnceLock::new() }
    }

    /// The server has to prove that it is the host of the URL: the same host that was judged.
    pub(crate) async fn connect(
        &self,
        url: &JudgedUrl,
        stream: TcpStream,
    ) -> Result<TlsStream<TcpStream>, HttpError> {
        let failed = |reason: String| HttpError::Tls { host: url.host(), reason };
        let name = ServerName::try_from(url.host()).map_err(|error| failed(error.to_string()))?;
        let connector = self.connector.get_or_init(|| connector(&self.extra_roots));
        let connector = connector.as_ref().map_err(|error| failed(error.to_string()))?;
        connector.connect(name, stream).await.map_err(|error| failed(describe(&error)))
    }
}

/// A configuration that logs no keys, whatever the environment says, and offers HTTP/1.1 only.
fn connector(extra_roots: &[CertificateDer<'static>]) -> Result<TlsConnector, rustls::Error> {
    let provider: Arc<CryptoProvider> = Arc::new(ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots(extra_roots)?)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}

/// The roots of the platform, of which those that cannot be read are left out, and extra ones.
fn roots(extra: &[CertificateDer<'static>]) -> Result<RootCertStore, rustls::Error> {
    let mut roots = RootCertStore::empty();
    extra.iter().cloned().try_for_each(|root| roots.add(root))?;
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    match roots.is_empty() {
        true => Err(rustls::Error::General("this system has no root certificates".into())),
        false => Ok(roots),
    }
}

fn describe(error: &std::io::Error) -> String {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    inner.map_or_else(|| "the TLS handshake broke off".to_owned(), ToString::to_string)
}
