//! The operation `http.request`, and parts of it for other operations that reach servers.

mod budget;
mod caller;
mod errors;
mod headers;
#[cfg(test)]
mod props;
mod redirect;
mod request;
mod revocation;

pub(crate) use budget::{Abandoned, charge_bytes, charge_received};
pub(crate) use caller::{pool, vetted};
pub(crate) use errors::{net_error, url_error};
pub(crate) use headers::may_hold_a_key;
pub(crate) use revocation::while_granted;
