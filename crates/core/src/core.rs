//! The facade: calls of operations, and a handle for each kind of work.

use std::{
    path::Path,
    sync::{Arc, atomic::AtomicBool},
};

use bytes::Bytes;
use ext_library_sqlite::Libraries;
use ext_manager::{CallError, CallObserver, Manager};
use ext_manifest::Manifest;
use ext_models::ModelStore;
use ext_ops_credentials_file::FileVault;
use ext_perm::Engine;
use ext_registry::{Call, Deadline, Progress, execute_json_operation, unknown_method};
use ext_services::http::HttpClient;
use ext_wire::{
    ErrorBody, ErrorCode, Method, Wire,
    body::{self, BlobStyle},
    ops::locations::Location,
};
use pollster::block_on;
use uuid::Uuid;

use crate::{
    auth::AuthConfig, catalogue::OfferedOperation, error::CoreError, extensions::Extensions,
    library::LibraryHandle, list_file::ListFile, network::Network, permissions::Permissions,
    reload::ConfigInForce, system::System, views,
};

/// The extension system over one data folder. All methods may be called from any thread.
pub struct Core {
    pub(crate) system: Arc<System>,
    pub(crate) models: ModelStore,
    pub(crate) network: Network,
    pub(crate) auth: AuthConfig,
    pub(crate) user: Engine,
    pub(crate) remote: Option<Box<dyn RemoteCalls>>,
    pub(crate) locations: ListFile<Location>,
    pub(crate) config: ConfigInForce,
}

/// The program that serves the data folder, as one that uses it sees it.
pub trait RemoteCalls: Send + Sync {
    /// Runs a call of the user there: with its progress, and until its deadline stops it.
    ///
    /// # Errors
    /// The error that the operation answers; [`ErrorCode::Stopped`] when the program does not answer.
    fn call(&self, call: Call<'_>) -> Result<Vec<u8>, ErrorBody>;
}

/// Whoever waits for a call that takes long.
#[derive(Clone, Default)]
pub struct Watcher<'a> {
    /// A flag that ends the call after the step at hand.
    pub stop: Option<Arc<AtomicBool>>,
    /// The listener to its steps.
    pub progress: Progress<'a>,
}

impl Core {
    /// Returns the libraries.
    #[must_use]
    pub fn libraries(&self) -> &Libraries {
        &self.system.libraries
    }

    /// Opens a library for import, delivery and jobs.
    ///
    /// # Errors
    /// [`CoreError::Library`] when there is no such library, or it cannot be opened.
    pub fn library(&self, id: Uuid) -> Result<LibraryHandle<'_>, CoreError> {
        LibraryHandle::open(&self.system, id)
    }

    /// Returns whether a path without links lies in the data folder, where what this program writes is
    /// not news of the user's files.
    #[must_use]
    pub fn is_own_file(&self, path: &Path) -> bool {
        self.system.own.holds(path)
    }

    /// Returns the handle of the installed extensions.
    #[must_use]
    pub fn extensions(&self) -> Extensions<'_> {
        Extensions::new(&self.system)
    }

    /// Returns the handle of what extensions may do.
    #[must_use]
    pub fn permissions(&self) -> Permissions<'_> {
        Permissions::new(&self.system)
    }

    /// Returns the model files.
    #[must_use]
    pub const fn models(&self) -> &ModelStore {
        &self.models
    }

    /// Returns the vault of credentials.
    #[must_use]
    pub fn vault(&self) -> &FileVault {
        &self.system.vault
    }

    /// Returns the providers that users sign in with.
    #[must_use]
    pub const fn auth(&self) -> &AuthConfig {
        &self.auth
    }

    /// Returns the client for requests of the user, which dials the addresses that the configuration
    /// allows.
    #[must_use]
    pub fn http_client(&self) -> &dyn HttpClient {
        self.network.http()
    }

    /// Returns the manager of the loaded extensions.
    #[must_use]
    pub fn manager(&self) -> &Manager {
        &self.system.manager
    }

    /// Tells whether another program, which serves the data folder, runs the calls of the user.
    #[must_use]
    pub const fn is_remote(&self) -> bool {
        self.remote.is_some()
    }

    /// Lets go of the loaded extensions that another program replaced by another version, or removed.
    /// They are loaded anew when they are needed. A program that runs for long calls this after
    /// something changed in the folder `extensions`.
    pub fn refresh_extensions(&self) {
        self.system.refresh_extensions();
    }

    /// Stops the loaded extensions that another program quarantined, and lets go of those that it
    /// released. A program that runs for long calls this after something changed in the folder
    /// `state`.
    pub fn refresh_health(&self) {
        self.system.refresh_health();
    }

    /// Lets an observer see the calls between extensions and this program, from now on. There is one at
    /// most: false when there was one before.
    pub fn observe_calls(&self, observer: Arc<dyn CallObserver>) -> bool {
        self.system.guests.calls.also.set(observer).is_ok()
    }

    /// Lists all operations that the user can call, by method: built-in, then those of extensions.
    #[must_use]
    pub fn operations(&self) -> Vec<OfferedOperation> {
        let manifests = self.system.installed.manifests();
        let offered = manifests.iter().flat_map(OfferedOperation::of_extension);
        self.system.registry.catalogue().map(OfferedOperation::from).chain(offered).collect()
    }

    /// Makes the error for a method that neither this program nor an installed extension offers; it
    /// names those that are written like it.
    #[must_use]
    pub fn unknown_method(&self, method: &str) -> ErrorBody {
        let manifests = self.system.installed.manifests();
        let of_extensions = manifests.iter().flat_map(|manifest| manifest.operations());
        let mut known: Vec<&str> = self.system.registry.methods().collect();
        known.extend(of_extensions.map(|operation| operation.method()));
        unknown_method(method, known.into_iter()).into_body()
    }

    /// Calls an operation for the user: a built-in one, or one that an installed extension offers.
    /// The reply is plain JSON, with bytes as base64.
    ///
    /// ```
    /// # let data = tempfile::tempdir()?;
    /// let core = spacedrive_core::Core::open(data.path())?;
    /// let reply = core.call("query:libraries.list.v1", None, b"{}".as_slice().into())?;
    /// assert_eq!(reply, br#"{"libraries":[]}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The error that the operation answers; [`ErrorCode::UnknownMethod`] when there is none;
    /// [`ErrorCode::NotFound`] when there is no such library; the reason when the extension cannot be
    /// loaded or fails.
    pub fn call(
        &self,
        method: &str,
        library: Option<Uuid>,
        payload: Bytes,
    ) -> Result<Vec<u8>, CallError> {
        let (blobs, deadline, progress) = (BlobStyle::Base64, Deadline::NONE, Progress::NONE);
        self.call_as_user(Call { method, library, payload, blobs, deadline, progress })
    }

    /// Calls an operation for somebody whose calls an engine decides about: the user, or the user
    /// with fewer rights, as whoever has a token ([`Engine::for_user`] and a backend beside it).
    ///
    /// ```
    /// use ext_perm::Engine;
    /// use ext_registry::{Call, Deadline, Progress};
    /// use ext_wire::body::BlobStyle;
    ///
    /// # let data = tempfile::tempdir()?;
    /// let core = spacedrive_core::Core::open(data.path())?;
    /// let call = Call {
    ///     method: "query:libraries.list.v1",
    ///     library: None,
    ///     payload: "{}".into(),
    ///     blobs: BlobStyle::Base64,
    ///     deadline: Deadline::NONE,
    ///     progress: Progress::NONE,
    /// };
    /// assert_eq!(core.call_with(&Engine::for_user(), call)?, br#"{"libraries":[]}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`call`](Self::call), and the refusal of the engine.
    pub fn call_with(&self, caller: &Engine, call: Call<'_>) -> Result<Vec<u8>, CallError> {
        let System { registry, services, installed, .. } = &*self.system;
        let family = Method::parse(call.method).map(Method::family).unwrap_or_default();
        if registry.get(call.method).is_none() && installed.dir(family).is_ok() {
            return self.call_extension(caller, family, call);
        }
        let method = call.method;
        let reply = block_on(execute_json_operation(registry, services, caller, call));
        Ok(reply.map_err(|error| match Method::parse(method) {
            // The registry knows no operations of extensions.
            Ok(_) if error.code() == ErrorCode::UnknownMethod && registry.get(method).is_none() => {
                self.unknown_method(method).into()
            }
            _ => error,
        })?)
    }

    /// Calls an operation for the user, in the program that serves the data folder, if there is one.
    fn call_as_user(&self, call: Call<'_>) -> Result<Vec<u8>, CallError> {
        match &self.remote {
            Some(remote) => Ok(remote.call(call)?),
            None => self.call_with(&self.user, call),
        }
    }

    /// Calls a built-in operation for the user, with its types; bytes cross as they are.
    ///
    /// ```
    /// use ext_wire::ops::{NoInput, libraries};
    ///
    /// # let data = tempfile::tempdir()?;
    /// let core = spacedrive_core::Core::open(data.path())?;
    /// let listed = core.call_typed::<libraries::List>(None, &NoInput {})?;
    /// assert!(listed.libraries.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The error that the operation answers; [`ErrorCode::BadJson`] when the input or the output
    /// cannot cross.
    pub fn call_typed<W: Wire>(
        &self,
        library: Option<Uuid>,
        input: &W::Input,
    ) -> Result<W::Output, CallError> {
        self.call_watched::<W>(library, input, Watcher::default())
    }

    /// Calls a built-in operation as [`call_typed`](Self::call_typed) does, for somebody who watches
    /// it: the operations `work.*` take long.
    ///
    /// ```
    /// use ext_wire::ops::{NoInput, libraries, work};
    /// use spacedrive_core::{Core, Progress, Watcher};
    ///
    /// let data = tempfile::tempdir()?;
    /// let core = Core::open(data.path())?;
    /// let library = core.call_typed::<libraries::Create>(
    ///     None, &libraries::CreateLibraryInput { name: "Papers".into() })?;
    /// let show = |step: work::WorkProgress<'_>| println!("{step:?}");
    /// let watcher = Watcher { progress: Progress::to(&show), ..Watcher::default() };
    /// let report = core.call_watched::<work::RunJobs>(Some(library.id), &NoInput {}, watcher)?;
    /// assert_eq!(report.jobs.done, 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`call_typed`](Self::call_typed).
    pub fn call_watched<W: Wire>(
        &self,
        library: Option<Uuid>,
        input: &W::Input,
        watcher: Watcher<'_>,
    ) -> Result<W::Output, CallError> {
        let payload = body::encode(input, BlobStyle::Attachment)?.into();
        let Watcher { stop, progress } = watcher;
        let deadline = stop.map_or(Deadline::NONE, |stop| Deadline::NONE.with_stop(stop));
        let (method, blobs) = (W::METHOD, BlobStyle::Attachment);
        let call = Call { method, library, payload, blobs, deadline, progress };
        Ok(body::decode(self.call_as_user(call)?.into())?)
    }

    fn call_extension(
        &self,
        caller: &Engine,
        id: &str,
        call: Call<'_>,
    ) -> Result<Vec<u8>, CallError> {
        let Call { method, library, payload, blobs, deadline, .. } = call;
        if let Some(library) = library {
            // A missing library is an error here, whatever the extension would make of it.
            self.system.libraries.open(library).map_err(CoreError::from)?;
        }
        let manifest = self.offering_manifest(id, method)?;
        self.system.ensure_loaded(id)?;
        let (manager, gone) = (&self.system.manager, deadline.stop_flag());
        let reply = manager.call_until(caller, method, library, payload, gone)?;
        let reply = views::vet_answer(&manifest, method, reply)?;
        match blobs {
            BlobStyle::Attachment => Ok(reply),
            BlobStyle::Base64 => Ok(body::to_plain(reply.into())?),
        }
    }

    /// Returns the manifest of the extension that offers a method, and refuses a wrong method before
    /// seconds are spent on compiling the extension.
    fn offering_manifest(&self, id: &str, method: &str) -> Result<Manifest, CallError> {
        let manifest = self.system.installed.manifest(id)?;
        match manifest.operation(method) {
            Some(_) => Ok(manifest),
            None => Err(self.unknown_method(method).into()),
        }
    }
}
