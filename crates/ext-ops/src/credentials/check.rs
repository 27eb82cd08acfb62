//! Checks of new credentials.

use ext_net::{DomainPattern, VettedUrl};
use ext_registry::{Context, OpError};
use ext_wire::ops::credentials::{MAX_SECRET_BYTES, OAuth2Tokens, Secret, StoreInput};
use http::HeaderName;

use crate::{
    bad_input::bad_input,
    http::{may_hold_a_key, vetted},
    provider::provider,
};
use ext_services::http::HttpClient;

/// Most origins of a credential.
const MAX_HOSTS: usize = 64;

pub(super) fn check(input: &StoreInput, context: Context<'_>) -> Result<(), OpError> {
    check_hosts(&input.hosts)?;
    let size = serde_json::to_vec(&input.secret).map(|json| json.len()).unwrap_or(usize::MAX);
    if size > MAX_SECRET_BYTES {
        return Err(bad_input(format!("the secret has more than {MAX_SECRET_BYTES} bytes")));
    }
    match &input.secret {
        Secret::ApiKey { header, .. } => check_key_header(header).map_err(bad_input),
        Secret::OAuth2(tokens) => check_token_url(tokens, context),
        Secret::Basic { .. } | Secret::Custom { .. } => Ok(()),
    }
}

fn check_hosts(hosts: &[String]) -> Result<(), OpError> {
    if hosts.len() > MAX_HOSTS {
        return Err(bad_input(format!("more than {MAX_HOSTS} hosts")));
    }
    hosts.iter().try_for_each(|host| DomainPattern::parse(host).map(drop).map_err(bad_input))
}

/// Checks that the host may put a key into a header: one that callers may set, and that does not follow to
/// other origins.
///
/// ```
/// assert!(ext_ops::check_key_header("x-api-key").is_ok());
/// assert!(ext_ops::check_key_header("user-agent").is_err());
/// ```
///
/// # Errors
/// What is wrong with the header.
pub fn check_key_header(name: &str) -> Result<(), &'static str> {
    let parsed: Option<HeaderName> = name.parse().ok();
    match parsed.filter(|name| may_hold_a_key(name.as_str())) {
        Some(_) => Ok(()),
        None => Err("a key goes into `authorization` or a header of the server's own"),
    }
}

/// Checks that refresh tokens go only to a server that the caller may send requests to.
fn check_token_url(tokens: &OAuth2Tokens, context: Context<'_>) -> Result<(), OpError> {
    let client = &**provider::<dyn HttpClient>(context, "HTTP client")?;
    vetted(context, |reach| VettedUrl::vet(&tokens.token_url, client.addresses(), reach)).map(drop)
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;

    proptest! {
        /// Each origin that is accepted is one that requests can be compared with.
        #[test]
        fn cred_17_origins_that_pass_are_patterns(hosts in vec("(https?://)?[a-z0-9.*:-]{0,20}", 0..4)) {
            let passes = check_hosts(&hosts).is_ok();
            prop_assert_eq!(passes, hosts.iter().all(|host| DomainPattern::parse(host).is_ok()));
        }

        /// A key goes into no header that a redirect would take along, or that only others set.
        #[test]
        fn cred_17_a_key_stays_at_its_origin(
            name in prop_oneof![
                select(&["authorization", "apikey", "X-Api-Key", "accept", "Host", "range", "x-forwarded-for"])
                    .prop_map(str::to_owned),
                "[a-zA-Z_-]{0,12}",
            ]
        ) {
            if check_key_header(&name).is_ok() {
                let name = name.to_ascii_lowercase();
                prop_assert!(!["accept", "host", "range", "x-forwarded-for", ""].contains(&name.as_str()));
            }
            prop_assert!(check_key_header("authorization").is_ok() && check_key_header("apikey").is_ok());
        }
    }

    #[test]
    fn more_origins_than_a_credential_may_have_are_refused() {
        let hosts = |count: usize| vec!["https://api.example.com".to_owned(); count];
        assert!(
            check_hosts(&hosts(MAX_HOSTS)).is_ok() && check_hosts(&hosts(MAX_HOSTS + 1)).is_err()
        );
    }
}
