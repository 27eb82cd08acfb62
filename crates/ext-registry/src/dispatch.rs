//! Dispatch of calls to operations.

use std::pin::Pin;

use bytes::Bytes;
use ext_perm::{Engine, Granted};
use ext_wire::{ErrorCode, Method, body::BlobStyle, trace};
use tracing::{Instrument, Span, field::Empty, info_span};
use uuid::Uuid;

use crate::{
    Context, Deadline, OpError, Progress, Registration, Registry, Services, Wait,
    registry::unknown_method,
};

/// A call as it comes in, from a guest, the CLI or the daemon.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    /// The method, exactly as the caller wrote it.
    pub method: &'a str,
    /// The library that the caller named.
    pub library: Option<Uuid>,
    /// JSON or an attachment envelope; empty for `null`.
    pub payload: Bytes,
    /// Form in which blobs of the output are written.
    pub blobs: BlobStyle,
    /// End of the call: that of the guest's call within which it is made.
    pub deadline: Deadline,
    /// The listener to its steps.
    pub progress: Progress<'a>,
}

/// Checks, routes and runs a call; returns the encoded output.
///
/// The order is fixed: grammar, permission (which charges the rate limit, also for methods that do
/// not exist, so that a caller without a permission cannot probe), existence, scope, input, run.
///
/// # Errors
/// [`OpError`]: [`ErrorCode::UnknownMethod`] for a method outside the grammar or one that is not
/// registered, the refusal of the permission engine, [`ErrorCode::DeniedLibrary`] or
/// [`ErrorCode::BadInput`] for a library that is missing or too many, the codes of
/// [`BodyError`](ext_wire::body::BodyError) for the payload and the output, and the operation's own
/// error.
pub async fn execute_json_operation(
    registry: &Registry,
    services: &Services,
    engine: &Engine,
    call: Call<'_>,
) -> Result<Vec<u8>, OpError> {
    let (operation, granted) = admit(registry, engine, call.method, call.library)?;
    let context = Context::new(&granted, services, &call.deadline, call.progress);
    let span = operation_span(operation);
    let ended = (operation.run)(context, call.payload, call.blobs).instrument(span.clone()).await;
    record(&span, ended)
}

/// Runs a call as [`execute_json_operation`] does, on this thread to the end, for callers that may
/// block: a guest's thread, a command line. The encoded output replaces the content of `out`.
///
/// An operation that is ready at once costs neither an allocation for its future nor a waker. One
/// that is not parks this thread until it is.
///
/// # Errors
/// As [`execute_json_operation`]; `out` is then unspecified.
pub fn execute_json_operation_blocking(
    registry: &Registry,
    services: &Services,
    engine: &Engine,
    call: Call<'_>,
    out: &mut Vec<u8>,
) -> Result<(), OpError> {
    let wait = &mut |future: Pin<&mut (dyn Future<Output = ()> + Send)>| pollster::block_on(future);
    execute_json_operation_waiting(registry, services, engine, call, out, wait)
}

/// Runs a call as [`execute_json_operation_blocking`] does, but `wait` decides how the thread waits
/// for an operation that is not ready at once, and for how long.
///
/// # Errors
/// As [`execute_json_operation`]; [`ErrorCode::Stopped`] when `wait` gave up.
pub fn execute_json_operation_waiting(
    registry: &Registry,
    services: &Services,
    engine: &Engine,
    call: Call<'_>,
    out: &mut Vec<u8>,
    wait: &mut Wait<'_>,
) -> Result<(), OpError> {
    let (operation, granted) = admit(registry, engine, call.method, call.library)?;
    let context = Context::new(&granted, services, &call.deadline, call.progress);
    let span = operation_span(operation);
    let ended =
        span.in_scope(|| (operation.run_blocking)(context, call.payload, call.blobs, out, wait));
    record(&span, ended)
}

fn operation_span(operation: &Registration) -> Span {
    info_span!(target: trace::TARGET, "operation", method = operation.method, code = Empty)
}

/// Notes in a span how the call ended.
fn record<T>(span: &Span, ended: Result<T, OpError>) -> Result<T, OpError> {
    span.record("code", ended.as_ref().err().map_or(ErrorCode::OK, OpError::code).name());
    ended
}

/// Admits a call, and notes that in a span.
fn admit<'a>(
    registry: &Registry,
    engine: &'a Engine,
    method: &'a str,
    library: Option<Uuid>,
) -> Result<(&'static Registration, Granted<'a>), OpError> {
    let known = registry.get(method).map_or(trace::UNKNOWN, |operation| operation.method);
    let span = info_span!(target: trace::TARGET, "gate", method = known, code = Empty);
    let admitted = span.in_scope(|| check(registry, engine, method, library));
    record(&span, admitted)
}

/// Admits a call: everything before the input is read. A known method was parsed when it was
/// registered.
fn check<'a>(
    registry: &Registry,
    engine: &'a Engine,
    method: &'a str,
    library: Option<Uuid>,
) -> Result<(&'static Registration, Granted<'a>), OpError> {
    let Some((parsed, operation)) = registry.find(method) else {
        engine.check_unknown(Method::parse(method)?, library)?;
        return Err(unknown_method(method, registry.methods()));
    };
    let granted = engine.authorize(parsed, library, operation.audience())?;
    check_library(operation, library)?;
    Ok((operation, granted))
}

fn check_library(operation: &Registration, library: Option<Uuid>) -> Result<(), OpError> {
    match (operation.kind.needs_library(), library) {
        (true, None) => Err(OpError::new(
            ErrorCode::DeniedLibrary,
            format_args!("`{}` needs a library, the call names none", operation.method),
        )),
        (false, Some(_)) => Err(OpError::new(
            ErrorCode::BadInput,
            format_args!("`{}` takes no library, the call names one", operation.method),
        )),
        _ => Ok(()),
    }
}
