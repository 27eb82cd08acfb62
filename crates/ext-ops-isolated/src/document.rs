//! The common part of the readers of documents.

use ext_sandbox::SandboxStatus;
use ext_services::documents::{DocumentError, PageText};

use crate::pool::{Pool, PoolError};
use crate::protocol::{Reply, Request};
use crate::worker::Cause;

pub(crate) fn call(
    pool: &Pool,
    request: Request,
    document: &[u8],
) -> Result<(Reply, Vec<u8>), DocumentError> {
    match pool.call(request, document) {
        Ok((Reply::Document(fault), _)) => Err(fault.into()),
        Ok(answer) => Ok(answer),
        Err(PoolError::Busy) => Err(DocumentError::Busy),
        Err(PoolError::Failed(failure)) => Err(error(failure.into())),
        Err(PoolError::Unconfined(status)) => Err(DocumentError::Engine(unconfined(status))),
    }
}

/// Returns the pages of an answer that has some.
pub(crate) fn texts(answer: (Reply, Vec<u8>)) -> Result<Vec<PageText>, DocumentError> {
    match answer {
        (Reply::Texts(texts), _) => Ok(texts),
        (other, _) => Err(unexpected(&other)),
    }
}

pub(crate) fn unexpected(reply: &Reply) -> DocumentError {
    let name = format!("{reply:?}");
    not_valid(name.split(['(', '{', ' ']).next().unwrap_or_default())
}

pub(crate) fn not_valid(what: &str) -> DocumentError {
    DocumentError::Engine(format!("the worker answered with {what}"))
}

/// Describes a worker that gets no documents.
pub(crate) fn unconfined(status: SandboxStatus) -> String {
    format!("the system does not confine the readers of documents: {status}")
}

/// Makes the error of a document whose worker failed.
fn error(cause: Cause) -> DocumentError {
    match cause {
        Cause::Exhausted(what) => DocumentError::Exhausted { what: what.to_owned() },
        Cause::Crashed => DocumentError::Malformed { reason: "its reader crashed".to_owned() },
        Cause::Fault(fault) => DocumentError::Engine(fault),
    }
}
