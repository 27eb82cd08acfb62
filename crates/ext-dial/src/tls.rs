//! TLS with the roots of the platform.

use std::sync::{Arc, OnceLock};

use ext_net::{NetError, VettedUrl};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, ServerName},
};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// A connection with TLS.
pub type TlsStream = tokio_rustls::client::TlsStream<TcpStream>;

/// Maker of TLS connections. The roots are read when the first one is made.
pub struct Tls {
    extra_roots: Vec<CertificateDer<'static>>,
    alpn: Vec<Vec<u8>>,
    connector: OnceLock<Result<TlsConnector, rustls::Error>>,
}

impl Tls {
    /// Trusts the roots of the platform and `extra_roots`, certificates in DER. `alpn` are the
    /// protocols that servers are offered (RFC 7301); none: they are not asked.
    #[must_use]
    pub fn new(extra_roots: &[Vec<u8>], alpn: &[&[u8]]) -> Self {
        let extra_roots = extra_roots.iter().map(|der| CertificateDer::from(der.clone())).collect();
        let alpn = alpn.iter().map(|name| name.to_vec()).collect();
        Self { extra_roots, alpn, connector: OnceLock::new() }
    }

    /// Starts TLS. The server has to prove that it is the host of the URL: the same host that was
    /// vetted.
    ///
    /// # Errors
    /// [`NetError::Tls`]; [`NetError::Connection`] when the connection ends before TLS is agreed on, as
    /// with a server that restarts.
    pub async fn connect(&self, url: &VettedUrl, stream: TcpStream) -> Result<TlsStream, NetError> {
        let failed = |reason: String| NetError::Tls { host: url.host(), reason };
        let name = ServerName::try_from(url.host()).map_err(|error| failed(error.to_string()))?;
        let connector = self.connector.get_or_init(|| connector(&self.extra_roots, &self.alpn));
        let connector = connector.as_ref().map_err(|error| failed(error.to_string()))?;
        connector.connect(name, stream).await.map_err(|error| match reason(&error) {
            Some(reason) => failed(reason),
            None => {
                NetError::Connection { host: url.host(), reason: "the TLS handshake broke off" }
            }
        })
    }
}

/// Makes a configuration that logs no keys, whatever the environment says.
fn connector(
    extra_roots: &[CertificateDer<'static>],
    alpn: &[Vec<u8>],
) -> Result<TlsConnector, rustls::Error> {
    let provider: Arc<CryptoProvider> = Arc::new(ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots(extra_roots)?)
        .with_no_client_auth();
    config.alpn_protocols = alpn.to_vec();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Collects the roots of the platform, of which those that cannot be read are left out, and extra
/// ones.
fn roots(extra: &[CertificateDer<'static>]) -> Result<RootCertStore, rustls::Error> {
    let mut roots = RootCertStore::empty();
    extra.iter().cloned().try_for_each(|root| roots.add(root))?;
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    match roots.is_empty() {
        true => Err(rustls::Error::General("this system has no root certificates".into())),
        false => Ok(roots),
    }
}

/// Returns why TLS was not agreed on; `None` when the connection ended.
fn reason(error: &std::io::Error) -> Option<String> {
    error.get_ref()?.downcast_ref::<rustls::Error>().map(ToString::to_string)
}
