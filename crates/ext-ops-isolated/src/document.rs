//! What the readers of documents have in common.

use ext_services::documents::{DocumentError, PageText};

use crate::pool::{Pool, PoolError};
use crate::protocol::{Reply, Request};
use crate::worker::Verdict;

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
    }
}

/// The pages of an answer that has some.
pub(crate) fn texts(answer: (Reply, Vec<u8>)) -> Result<Vec<PageText>, DocumentError> {
    match answer {
        (Reply::Texts(texts), _) => Ok(texts.into_iter().map(|text| PageText { text }).collect()),
        (other, _) => Err(unexpected(&other)),
    }
}

pub(crate) fn unexpected(reply: &Reply) -> DocumentError {
    let name = format!("{reply:?}");
    nonsense(name.split(['(', '{', ' ']).next().unwrap_or_default())
}

pub(crate) fn nonsense(what: &str) -> DocumentError {
    DocumentError::Engine(format!("the worker answered with {what}"))
}

/// What the document did to its reader.
fn error(verdict: Verdict) -> DocumentError {
    match verdict {
        Verdict::Exhausted(what) => DocumentError::Exhausted { what: what.to_owned() },
        Verdict::Crashed => DocumentError::Malformed { reason: "its reader crashed".to_owned() },
        Verdict::Fault(fault) => DocumentError::Engine(fault),
    }
}
