//! The error of registries.

use std::fmt;

use ext_net::UrlError;
use ext_package::PackageError;
use ext_services::{credentials::CredentialError, http::HttpError};
use ext_wire::ErrorCode;
use thiserror::Error;

use crate::digest::Digest;

/// Failure to talk with a registry, or to believe it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OciError {
    /// A text does not name a registry, a namespace or an extension.
    #[error("`{}` is not the name of {what}: {problem}", text.escape_debug())]
    Name {
        /// Kind of the name.
        what: &'static str,
        /// The text.
        text: String,
        /// The problem.
        problem: &'static str,
    },
    /// A package or a signature is not valid.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// The request failed.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// An address must not be asked.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// The login cannot be used.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// The registry asks for a login, and there is none.
    #[error("the registry `{registry}` asks for a login")]
    LoginNeeded {
        /// Host of the registry.
        registry: String,
    },
    /// The registry does not accept the login.
    #[error("the registry `{registry}` refuses the login")]
    LoginRefused {
        /// Host of the registry.
        registry: String,
    },
    /// The registry wants the login to be sent to another server.
    #[error("the registry `{registry}` wants its login to be sent to {server}")]
    ForeignLogin {
        /// Host of the registry.
        registry: String,
        /// Origin of the other server.
        server: String,
    },
    /// The registry leads elsewhere, where nothing may be sent.
    #[error("the registry `{registry}` leads {what} to another server")]
    Redirect {
        /// Host of the registry.
        registry: String,
        /// Kind of the request.
        what: &'static str,
    },
    /// The registry refuses a request, or cannot answer it.
    #[error("the registry `{registry}` answers {what} with status {status}{}", detail(code))]
    Status {
        /// Host of the registry.
        registry: String,
        /// Kind of the request.
        what: &'static str,
        /// The status.
        status: u16,
        /// Code of the registry's own.
        code: Option<String>,
    },
    /// An answer is not as the specification has it.
    #[error("the registry does not answer as it should: {0}")]
    Answer(String),
    /// Bytes are not those that were named.
    #[error("{what} has the digest {found}, and it should have {expected}")]
    Digest {
        /// Kind of the bytes.
        what: &'static str,
        /// The digest that they were named by.
        expected: Digest,
        /// The digest that they have.
        found: Digest,
    },
    /// There is no such extension, version, or part of one.
    #[error("there is no {0}")]
    Missing(String),
    /// A version is there already, with other content.
    #[error(
        "{name} {version} is published already, and a version that is published does not change"
    )]
    Published {
        /// Name of the extension.
        name: String,
        /// The version.
        version: String,
    },
    /// Another publisher signed what is there.
    #[error("`{name}` is signed by {offered}, and its publisher is {known}")]
    Publisher {
        /// Name of what is signed.
        name: String,
        /// The key that was known before.
        known: String,
        /// The key that it is signed with.
        offered: String,
    },
    /// Others change the index all the time.
    #[error("the index of `{registry}` was changed by others each time")]
    Contended {
        /// The registry.
        registry: String,
    },
    /// A signed list is expired, or older than one that was seen before.
    #[error("{what} of `{registry}` {problem}")]
    Stale {
        /// Kind of the list.
        what: String,
        /// The registry.
        registry: String,
        /// The problem.
        problem: String,
    },
    /// The publisher withdrew a version, or the registry revoked it.
    #[error("{name} {version} was {by}: {reason}")]
    Yanked {
        /// Name of the extension.
        name: String,
        /// The version.
        version: String,
        /// Description of the withdrawal: `withdrawn by its publisher`, `revoked by its registry`.
        by: &'static str,
        /// The reason.
        reason: String,
    },
}

impl OciError {
    pub(crate) fn name(what: &'static str, text: &str, problem: &'static str) -> Self {
        Self::Name { what, text: text.chars().take(200).collect(), problem }
    }

    pub(crate) fn answer(problem: impl fmt::Display) -> Self {
        Self::Answer(problem.to_string())
    }

    /// Returns whether the registry denies the request to this caller, or says so.
    pub(crate) const fn is_denial(&self) -> bool {
        matches!(
            self,
            Self::LoginNeeded { .. } | Self::LoginRefused { .. } | Self::Status { status: 403, .. }
        )
    }

    /// Returns the stable code.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Name { .. } => ErrorCode::BadInput,
            Self::Package(error) => error.code(),
            Self::Http(error) => of_http(error),
            Self::Url(_) => ErrorCode::NetAddr,
            Self::Credential(error) => error.code(),
            Self::LoginNeeded { .. } => ErrorCode::CredNotFound,
            Self::LoginRefused { .. } => ErrorCode::CredReauth,
            Self::ForeignLogin { .. } => ErrorCode::DeniedNet,
            Self::Redirect { .. } => ErrorCode::NetRedirect,
            Self::Status { status: 404, .. } | Self::Missing(_) => ErrorCode::NotFound,
            Self::Status { .. } | Self::Answer(_) => ErrorCode::Net,
            Self::Digest { .. } => ErrorCode::PkgHash,
            Self::Published { .. } => ErrorCode::Conflict,
            Self::Contended { .. } => ErrorCode::Busy,
            Self::Publisher { .. } => ErrorCode::PkgSignature,
            Self::Stale { .. } => ErrorCode::PkgStale,
            Self::Yanked { .. } => ErrorCode::PkgYanked,
        }
    }
}

fn of_http(error: &HttpError) -> ErrorCode {
    use ext_net::NetError;
    match error {
        HttpError::Net(NetError::Address { .. }) => ErrorCode::NetAddr,
        HttpError::Net(NetError::Dns { .. }) => ErrorCode::NetDns,
        HttpError::Net(NetError::Tls { .. }) => ErrorCode::NetTls,
        HttpError::Net(NetError::Timeout { .. }) => ErrorCode::NetTimeout,
        HttpError::Size { .. } | HttpError::Header { .. } => ErrorCode::NetSize,
        HttpError::Busy => ErrorCode::Busy,
        HttpError::Internal(_) => ErrorCode::Internal,
        _ => ErrorCode::Net,
    }
}

fn detail(code: &Option<String>) -> String {
    code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default()
}
