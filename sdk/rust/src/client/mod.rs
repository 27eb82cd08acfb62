//! The client: an extension's way to the host.

mod ai;
mod credentials;
mod events;
mod flat;
mod http;
mod jobs;
mod mail;
mod media;
mod search;
mod settings;
mod vdfs;

use std::{fmt, rc::Rc};

use bytes::Bytes;
use ext_wire::{Wire, body, body::BlobStyle, ops::jobs::JobContext};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

pub use self::{
    ai::Ai,
    credentials::Credentials,
    events::Events,
    http::{Http, RequestBuilder, Response},
    jobs::Jobs,
    mail::Mail,
    media::Media,
    search::Search,
    settings::Settings,
    vdfs::Vdfs,
};
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
/// The operations stand in families, as [`vdfs`](Self::vdfs) and [`ai`](Self::ai); those of the shortest
/// programs stand here as well. Every method is one call of the host, which checks each time whether the extension may do it:
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

    /// Returns the operations on entries, their content, metadata and sidecar files.
    #[must_use]
    pub const fn vdfs(&self) -> Vdfs<'_> {
        Vdfs(self)
    }

    /// Returns the operations that read documents and texts.
    #[must_use]
    pub const fn ai(&self) -> Ai<'_> {
        Ai(self)
    }

    /// Returns the operations on the extension's credentials.
    #[must_use]
    pub const fn credentials(&self) -> Credentials<'_> {
        Credentials(self)
    }

    /// Returns the requests to servers.
    #[must_use]
    pub const fn http(&self) -> Http<'_> {
        Http(self)
    }

    /// Returns the operations on jobs.
    #[must_use]
    pub const fn jobs(&self) -> Jobs<'_> {
        Jobs(self)
    }

    /// Returns the operations on events of extensions.
    #[must_use]
    pub const fn events(&self) -> Events<'_> {
        Events(self)
    }

    /// Returns the search.
    #[must_use]
    pub const fn search(&self) -> Search<'_> {
        Search(self)
    }

    /// Returns the operations on mailboxes.
    #[must_use]
    pub const fn mail(&self) -> Mail<'_> {
        Mail(self)
    }

    /// Returns the operations on pictures.
    #[must_use]
    pub const fn media(&self) -> Media<'_> {
        Media(self)
    }

    /// Returns the settings that the user made for the extension.
    #[must_use]
    pub const fn settings(&self) -> Settings<'_> {
        Settings(self)
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
