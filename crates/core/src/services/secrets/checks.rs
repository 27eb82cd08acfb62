//! Rules of what the user keeps: anybody can write a file that the user imports.

use ext_manifest::DomainPattern;
use ext_net::{AddressPolicy, VettedUrl};
use ext_services::credentials::check_name;
use ext_wire::{
    ErrorBody, ErrorCode,
    ops::credentials::{MAX_SECRET_BYTES, Secret},
};
use zeroize::Zeroizing;

/// Checks the name and the size of a secret, and the header that a key goes into.
pub(super) fn secret(name: &str, secret: &Secret) -> Result<(), ErrorBody> {
    check_name(name).map_err(super::failed)?;
    let json = serde_json::to_vec(secret).map(Zeroizing::new);
    let size = json.map_err(|error| ErrorBody::new(ErrorCode::Internal, error))?.len();
    if size > MAX_SECRET_BYTES {
        let message = format_args!("`{name}` has {size} bytes, the limit is {MAX_SECRET_BYTES}");
        return Err(ErrorBody::new(ErrorCode::BadInput, message));
    }
    match secret {
        Secret::ApiKey { header, .. } => ext_ops::check_key_header(header).map_err(|why| {
            let header: String = header.chars().take(64).collect();
            let message = format_args!("the header `{}`: {why}", header.escape_debug());
            ErrorBody::new(ErrorCode::BadInput, message)
        }),
        _ => Ok(()),
    }
}

/// Checks the hosts. A server that the user configured may be an address, or a name of the local
/// network.
pub(super) fn hosts(hosts: &[String], of_program: bool) -> Result<(), ErrorBody> {
    let policy = AddressPolicy::for_server_of_the_user();
    let is_origin = |host: &str| {
        let url = VettedUrl::vet(host, &policy, |_, _, _| true);
        url.is_ok_and(|url| url.origin() == host)
    };
    hosts.iter().filter(|host| !(of_program && is_origin(host))).try_for_each(|host| {
        let wrong = |error| ErrorBody::new(ErrorCode::BadInput, error);
        DomainPattern::parse(host).map(drop).map_err(wrong)
    })
}
