//! URLs and addresses that were vetted before they are dialled.
//!
//! A dialler takes values that only the checks of this crate make, so that dialling an unchecked
//! address does not compile:
//!
//! - [`VettedUrl`]: a URL whose one canonical host was granted. The same host is resolved, dialled,
//!   sent as `Host` and as TLS server name.
//! - [`VettedAddr`]: an address that [`AddressPolicy`] let through: a public one, or one that the
//!   user granted by its number and port.
//!
//! ```
//! use ext_net::{AddressError, AddressPolicy, Class, VettedUrl};
//!
//! let policy = AddressPolicy::public_only();
//! let granted = |_, host: &str, port| host == "api.example.com" && port == 443;
//! let url = VettedUrl::vet("https://API.example.com/v1?q=1#top", &policy, granted)?;
//! assert_eq!(url.as_str(), "https://api.example.com/v1?q=1");
//!
//! // `0x7f.1` is an address in one of its many spellings.
//! assert!(VettedUrl::vet("https://0x7f.1/", &policy, |_, _, _| true).is_err());
//! assert!(matches!(
//!     policy.vet("[::1]:443".parse()?),
//!     Err(AddressError::NotPublic { class: Class::Special("loopback"), .. })
//! ));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Not in this crate
//!
//! Permissions (`ext-perm`); name resolution and sockets (`ext-dial`); HTTP (`ext-ops-http-*`).
#![forbid(unsafe_code)]

mod class;
mod error;
mod local;
mod policy;
mod prefix;
mod reach;
mod vetted_url;

pub use class::{Class, classify};
pub use error::NetError;
pub use ext_manifest::{DomainPattern, Scheme};
pub use local::{LocalNetwork, SystemNetwork};
pub use policy::{AddressError, AddressPolicy, VettedAddr};
pub use prefix::{Prefix, PrefixError};
pub use reach::{Reach, VetError};
pub use vetted_url::{UrlError, VettedUrl};
