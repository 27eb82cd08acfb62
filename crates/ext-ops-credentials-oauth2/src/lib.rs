//! Logins with OAuth 2.0: signing in, and renewing access tokens.
//!
//! [`Login`] gets the first tokens: with a browser (authorization code with PKCE, RFC 6749, 7636 and
//! 8252), or with another device (RFC 8628). [`revoke()`] revokes them (RFC 7009). [`Renewer`] renews
//! them (RFC 6749, section 6):
//!
//! - A token that expires within a minute is renewed before it is given out.
//! - One renewal serves all callers that come meanwhile; another program waits as well. Renewals of
//!   different logins do not wait for each other.
//! - The endpoint is reached with the rights that the caller has now, or as one that the user chose.
//! - A renewal is written down before it is sent, and new tokens before they are used. Each of these
//!   writes is bound to the version that was read, so what the user does meanwhile stays.
//! - A failure that passes (no network, a provider in trouble, a captive portal, a lost answer) ends no
//!   login. The next attempt has to wait, for longer each time or as long as the provider asks.
//! - A login that the provider does not accept any more becomes a state of the credential, and no
//!   request is sent until the user has logged in again.
//!
//! ```no_run
//! # use std::sync::Arc;
//! # use ext_services::http::HttpClient;
//! # use ext_services::credentials::{CredentialVault, Owner, TokenSource, UserCaller};
//! use ext_ops_credentials_oauth2::Renewer;
//!
//! # fn demo(vault: Arc<dyn CredentialVault>, client: Arc<dyn HttpClient>, owner: Owner) {
//! let renewer = Renewer::new(vault, client);
//! let token = pollster::block_on(renewer.access_token(&owner, "gmail", &UserCaller));
//! # }
//! ```
//!
//! # Not in this crate
//!
//! The list of providers (`spacedrive-core`); opening a browser (`spacedrive-cli`); keeping tokens
//! (`ext-ops-credentials-*`); requests (`ext-ops-http-*`).
#![forbid(unsafe_code)]

mod answer;
mod clock;
mod code;
mod deadline;
mod device;
mod endpoint;
mod error;
mod exchange;
mod login;
mod loopback;
mod pause;
mod proof;
mod provider;
mod renewer;
mod revoke;
mod sign_in;

pub use device::DeviceCode;
pub use error::LoginError;
pub use login::Login;
pub use provider::{Provider, ProviderError};
pub use renewer::Renewer;
pub use revoke::revoke;
