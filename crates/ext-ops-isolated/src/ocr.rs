//! The proxy for a reader of pictures.

use std::sync::Arc;

use ext_services::ocr::{
    OcrEngine, OcrError, OcrOptions, OcrPage, PicturePreparer, PreparedPicture, Preprocessing,
};

use crate::document::unconfined;
use crate::pool::{Pool, PoolError};
use crate::protocol::{Reply, Request};
use crate::worker::Cause;

/// An `OcrEngine` and `PicturePreparer` that lives in a worker.
#[derive(Clone)]
pub struct IsolatedOcr {
    pool: Arc<Pool>,
    name: String,
}

impl IsolatedOcr {
    /// Makes an engine whose calls go to `pool`, with the name of the one in the worker.
    pub fn new(pool: Arc<Pool>, name: impl Into<String>) -> Self {
        Self { pool, name: name.into() }
    }

    fn call(&self, request: Request, image: &[u8]) -> Result<(Reply, Vec<u8>), OcrError> {
        match self.pool.call(request, image) {
            Ok((Reply::Ocr(fault), _)) => Err(fault.into()),
            Ok(answer) => Ok(answer),
            Err(PoolError::Busy) => Err(OcrError::Busy),
            Err(PoolError::Failed(failure)) => Err(error(failure.into())),
            Err(PoolError::Unconfined(status)) => Err(OcrError::Engine(unconfined(status))),
        }
    }
}

impl OcrEngine for IsolatedOcr {
    fn name(&self) -> &str {
        &self.name
    }

    fn recognize(&self, image: &[u8], options: &OcrOptions) -> Result<OcrPage, OcrError> {
        match self.call(Request::Recognize(options.clone()), image)? {
            (Reply::Page(page), _) => Ok(page),
            _ => Err(unexpected()),
        }
    }
}

impl PicturePreparer for IsolatedOcr {
    fn prepare(&self, image: &[u8], steps: Preprocessing) -> Result<PreparedPicture, OcrError> {
        match self.call(Request::Prepare(steps), image)? {
            (Reply::Prepared { rotation, skew, scale }, png) => {
                Ok(PreparedPicture { png, rotation, skew, scale })
            }
            _ => Err(unexpected()),
        }
    }
}

fn unexpected() -> OcrError {
    OcrError::Engine("the worker answered another question".to_owned())
}

/// Makes the error of a picture whose worker failed.
fn error(cause: Cause) -> OcrError {
    match cause {
        Cause::Exhausted(what) => OcrError::Exhausted { what: what.to_owned() },
        Cause::Crashed => OcrError::Malformed { reason: "its reader crashed".to_owned() },
        Cause::Fault(fault) => OcrError::Engine(fault),
    }
}
