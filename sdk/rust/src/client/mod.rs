//! The client: an extension's way to the host.

mod ai;
mod events;
mod http;
mod jobs;
mod mail;
mod vdfs;

use std::{fmt, rc::Rc};

use bytes::Bytes;
use ext_wire::{Wire, body, body::BlobStyle, ops::jobs::JobContext};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::error::{Error, Result};

/// Carrier of a call to the host and of its reply: the imports of the ABI in a guest, a fake host
/// in a native test.
pub trait Transport {
    /// Calls `method` with the body `payload` and returns the body of the reply.
    ///
    /// # Errors
    /// The host's error when it refused or failed; an error for a reply that is malformed.
    fn call(&self, method: &str, library_id: Option<Uuid>, payload: &[u8]) -> Result<Bytes>;
}

/// Client that calls operations of the host, in one library or in none. Cheap to clone.
///
/// Every method is one call of the host, which checks each time whether the extension may do it:
/// the manifest names the methods and libraries. All of them fail with the host's error; beyond
/// what the methods document, [`ErrorCode::DeniedMethod`](crate::ErrorCode::DeniedMethod),
/// [`ErrorCode::DeniedLibrary`](crate::ErrorCode::DeniedLibrary) and
/// [`ErrorCode::Rate`](crate::ErrorCode::Rate) may come from any.
#[derive(Clone)]
pub struct SpacedriveClient {
    transport: Rc<dyn Transport>,
    library_id: Option<Uuid>,
    job: Option<Rc<JobContext>>,
}

impl SpacedriveClient {
    /// Creates a client without a library.
    #[must_use]
    pub fn new(transport: Rc<dyn Transport>) -> Self {
        Self { transport, library_id: None, job: None }
    }

    /// Returns the library that calls go to.
    #[must_use]
    pub const fn library_id(&self) -> Option<Uuid> {
        self.library_id
    }

    /// Returns the same client for another library.
    #[must_use]
    pub fn with_library(&self, library_id: Uuid) -> Self {
        self.bound_to(Some(library_id))
    }

    pub(crate) fn bound_to(&self, library_id: Option<Uuid>) -> Self {
        Self { transport: Rc::clone(&self.transport), library_id, job: self.job.clone() }
    }

    pub(crate) fn in_job(mut self, job: Option<JobContext>) -> Self {
        self.job = job.map(Rc::new);
        self
    }

    /// Calls any method, of the host or of another extension. Blobs in input and output cross
    /// without base64.
    ///
    /// # Errors
    /// The host's error; [`ErrorCode::BadInput`](crate::ErrorCode::BadInput) when the reply is not an
    /// `O`.
    pub fn call<I, O>(&self, method: &str, input: &I) -> Result<O>
    where
        I: Serialize + ?Sized,
        O: DeserializeOwned,
    {
        let payload = body::encode(input, BlobStyle::Attachment)?;
        let reply = self.transport.call(method, self.library_id, &payload)?;
        body::decode(reply)
            .map_err(|error| Error::from(error).context(format!("reply of {method}")))
    }

    /// Calls an operation whose types are known.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub fn call_op<W: Wire>(&self, input: &W::Input) -> Result<W::Output> {
        self.call(W::METHOD, input)
    }
}

impl fmt::Debug for SpacedriveClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpacedriveClient")
            .field("library_id", &self.library_id)
            .finish_non_exhaustive()
    }
}
