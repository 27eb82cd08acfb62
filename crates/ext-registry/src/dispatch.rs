//! The one way into an operation.

use bytes::Bytes;
use ext_perm::Engine;
use ext_wire::{ErrorCode, Method, body::BlobStyle};
use uuid::Uuid;

use crate::{Context, OpError, Registration, Registry, Scope, Services};

/// A call as it comes in, from a guest, the CLI or the daemon.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    /// The method, exactly as the caller wrote it.
    pub method: &'a str,
    /// The library that the caller named.
    pub library: Option<Uuid>,
    /// JSON or an attachment envelope; empty for `null`.
    pub payload: Bytes,
    /// How blobs of the output are to be written.
    pub blobs: BlobStyle,
}

/// Checks, routes and runs a call; gives back the encoded output.
///
/// The order is fixed: grammar, permission (which charges the rate limit, also for methods that do
/// not exist, so that a caller without a permission cannot probe), existence, scope, input, run.
///
/// # Errors
/// [`OpError`]: what the caller is told.
pub async fn execute_json_operation(
    registry: &Registry,
    services: &Services,
    engine: &Engine,
    call: Call<'_>,
) -> Result<Vec<u8>, OpError> {
    let method = Method::parse(call.method)?;
    let operation = registry.get(call.method);
    let host_only = operation.is_some_and(|operation| operation.host_only);
    let granted = engine.authorize(method, call.library, host_only)?;
    let operation = operation.ok_or_else(|| unknown(registry, call.method))?;
    check_scope(operation, call.library)?;
    (operation.run)(Context::new(&granted, services), call.payload, call.blobs).await
}

fn check_scope(operation: &Registration, library: Option<Uuid>) -> Result<(), OpError> {
    match (operation.scope, library) {
        (Scope::Library, None) => Err(OpError::new(
            ErrorCode::DeniedLibrary,
            format_args!("`{}` needs a library, the call names none", operation.method),
        )),
        (Scope::Core, Some(_)) => Err(OpError::new(
            ErrorCode::BadInput,
            format_args!("`{}` takes no library, the call names one", operation.method),
        )),
        _ => Ok(()),
    }
}

fn unknown(registry: &Registry, method: &str) -> OpError {
    let similar = registry.similar(method);
    let hint = if similar.is_empty() {
        String::new()
    } else {
        format!("; there is {}", similar.join(", "))
    };
    OpError::new(ErrorCode::UnknownMethod, format_args!("there is no method `{method}`{hint}"))
}
