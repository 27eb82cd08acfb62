//! Everything put together, over one data folder.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use ext_audit::AuditLog;
use ext_fs::create_private_folder;
use ext_grants::Grants;
use ext_library_sqlite::Libraries;
use ext_manager::{
    Authority, Cache, CallError, CompilerProcess, GuestIsolation, InstanceLimits, Isolations,
    LoadError, Loader, Manager, ManagerConfig, MemoryBudget, SavedState,
};
use ext_models::ModelStore;
use ext_ops_credentials_file::FileVault;
use ext_perm::{Audience, Engine};
use ext_registry::{Call, Registry, Services, execute_json_operation};
use ext_services::{
    credentials::CredentialVault, extensions::ExtensionDirectory, host::HostInfo, http::HttpClient,
    library::LibraryDirectory, text_model::TextModel,
};
use ext_wire::{
    ErrorBody, ErrorCode, Method, Wire,
    body::{self, BlobStyle},
    ops::extensions::ExtensionInfo,
};
use pollster::block_on;
use uuid::Uuid;

use crate::{
    Candidate, CoreError, Isolation, OfferedOperation, ai, auth::AuthConfig, config::Config,
    engines, extensions::Installed, guests, network::Network,
};

/// The extension system over one data folder. All methods may be called from any thread.
pub struct Core {
    libraries: Arc<Libraries>,
    installed: Installed,
    registry: Arc<Registry>,
    services: Services,
    loader: Arc<Loader>,
    isolations: Isolations,
    manager: Manager,
    models: ModelStore,
    network: Network,
    user: Engine,
    grants: Arc<Grants>,
    /// ConsumedGrant while an extension is loaded, so that two callers do not compile the same one.
    loading: Mutex<()>,
}

impl Core {
    /// Opens a data folder, which is made when missing, with the built-in engines; models are looked
    /// for in its folder `models`. Extensions are loaded when they are needed.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(data_folder: &Path) -> Result<Self, CoreError> {
        Self::with_models(data_folder, ModelStore::new(data_folder.join("models")))
    }

    /// As [`Self::open`], with models that are kept elsewhere, for several data folders together.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn with_models(data_folder: &Path, models: ModelStore) -> Result<Self, CoreError> {
        Self::with_isolation(data_folder, models, Isolation::find())
    }

    /// As [`Self::with_models`], with documents read where `isolation` says. Extensions that
    /// `config.toml` gives processes of their own need a program there.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn with_isolation(
        data_folder: &Path,
        models: ModelStore,
        isolation: Isolation,
    ) -> Result<Self, CoreError> {
        create_private_folder(data_folder)?;
        let config = Config::load(data_folder)?;
        let storage = config.storage.unwrap_or_default();
        let libraries = Libraries::new(data_folder)?.with_quota(storage.extension_bytes());
        let libraries = Arc::new(libraries);
        let installed = Installed::new(data_folder)?;
        ext_ops::link();
        let registry = Arc::new(Registry::collect()?);
        let services = services(&libraries, &installed, &registry);
        let compiler = engines::compiler(&isolation, data_folder);
        let isolations = config.extensions.unwrap_or_default().isolations(&isolation);
        guests::warn_of_strangers(&isolations, &installed);
        let ai = config.ai.unwrap_or_default();
        let services = engines::add(services, &models, isolation, ai.embed.precision);
        let (http, vault) = (config.http.unwrap_or_default(), config.vault.unwrap_or_default());
        let auth = config.auth.unwrap_or_default();
        let network = Network::open(data_folder, &http, vault, auth)?;
        let services = network.add_to(services);
        let vault = Arc::clone(network.shared_vault()) as Arc<dyn CredentialVault>;
        let services = services.with::<dyn TextModel>(ai::text_model(ai.text, vault, data_folder)?);
        let audit = Arc::new(AuditLog::open(&data_folder.join("audit"))?);
        let policy = config.permissions.unwrap_or_default();
        let grants = Grants::open(data_folder, policy, audit)?;
        let loader = Arc::new(loader(&data_folder.join(engines::MODULES), compiler));
        let config = ManagerConfig {
            state_folder: Some(data_folder.join("state")),
            loader: Arc::clone(&loader),
            isolations: isolations.clone(),
            authority: Arc::clone(&grants) as Arc<dyn Authority>,
            ..ManagerConfig::default()
        };
        let manager = Manager::with_config(Arc::clone(&registry), services.clone(), config)?;
        let user = Engine::for_user();
        let loading = Mutex::default();
        Ok(Self {
            libraries,
            installed,
            registry,
            services,
            loader,
            isolations,
            manager,
            models,
            network,
            user,
            grants,
            loading,
        })
    }

    /// The libraries.
    #[must_use]
    pub fn libraries(&self) -> &Libraries {
        &self.libraries
    }

    /// The model files.
    #[must_use]
    pub const fn models(&self) -> &ModelStore {
        &self.models
    }

    /// The credentials of extensions.
    #[must_use]
    pub fn vault(&self) -> &FileVault {
        self.network.vault()
    }

    /// Who users sign in with.
    #[must_use]
    pub const fn auth(&self) -> &AuthConfig {
        self.network.auth()
    }

    /// Sends requests for the user: to the addresses that the configuration lets through.
    #[must_use]
    pub fn http_client(&self) -> &dyn HttpClient {
        self.network.client()
    }

    /// The loaded extensions.
    #[must_use]
    pub const fn manager(&self) -> &Manager {
        &self.manager
    }

    pub(crate) const fn services(&self) -> &Services {
        &self.services
    }

    pub(crate) const fn installed(&self) -> &Installed {
        &self.installed
    }

    /// All operations that the user can call, by method: built-in, then those of extensions.
    #[must_use]
    pub fn operations(&self) -> Vec<OfferedOperation> {
        let manifests = self.installed.manifests();
        let offered = manifests.iter().flat_map(OfferedOperation::of_extension);
        self.registry.catalogue().map(OfferedOperation::from).chain(offered).collect()
    }

    /// Calls an operation for the user: a built-in one, or one that an installed extension offers.
    /// The reply is plain JSON, with bytes as base64.
    ///
    /// # Errors
    /// What the operation answers; [`ErrorCode::UnknownMethod`] when there is none.
    pub fn call(
        &self,
        method: &str,
        library: Option<Uuid>,
        payload: Bytes,
    ) -> Result<Vec<u8>, CallError> {
        let family = Method::parse(method).map(Method::family).unwrap_or_default();
        if self.registry.get(method).is_none() && self.installed.dir(family).is_ok() {
            return self.call_extension(family, method, library, payload);
        }
        self.call_built_in(method, library, payload, BlobStyle::Base64)
    }

    /// Calls a built-in operation for the user, with its types; bytes cross as they are.
    ///
    /// # Errors
    /// What the operation answers.
    pub fn call_typed<W: Wire>(
        &self,
        library: Option<Uuid>,
        input: &W::Input,
    ) -> Result<W::Output, CallError> {
        let payload = body::encode(input, BlobStyle::Attachment)?;
        let reply =
            self.call_built_in(W::METHOD, library, payload.into(), BlobStyle::Attachment)?;
        Ok(body::decode(reply.into())?)
    }

    fn call_built_in(
        &self,
        method: &str,
        library: Option<Uuid>,
        payload: Bytes,
        blobs: BlobStyle,
    ) -> Result<Vec<u8>, CallError> {
        let call = Call { method, library, payload, blobs };
        let reply = execute_json_operation(&self.registry, &self.services, &self.user, call);
        Ok(block_on(reply)?)
    }

    fn call_extension(
        &self,
        id: &str,
        method: &str,
        library: Option<Uuid>,
        payload: Bytes,
    ) -> Result<Vec<u8>, CallError> {
        if let Some(library) = library {
            // A library that does not exist is told here, not by whatever the extension makes of it.
            self.libraries.open(library).map_err(CoreError::from)?;
        }
        self.ensure_offered(id, method)?;
        self.ensure_loaded(id)?;
        let reply = self.manager.call(&self.user, method, library, payload)?;
        Ok(body::to_plain(reply.into())?)
    }

    /// Tells a wrong method before seconds are spent on compiling the extension.
    fn ensure_offered(&self, id: &str, method: &str) -> Result<(), CallError> {
        let manifest = self.installed.manifest(id)?;
        let offered: Vec<&str> = manifest.operations().iter().map(|op| op.method()).collect();
        if offered.contains(&method) {
            return Ok(());
        }
        let message = format!("`{id}` has no operation `{method}`; it has {}", offered.join(", "));
        Err(ErrorBody::new(ErrorCode::UnknownMethod, message).into())
    }

    /// Loads an installed extension unless it is loaded.
    pub(crate) fn ensure_loaded(&self, id: &str) -> Result<(), CoreError> {
        let dir = self.installed.dir(id)?;
        let _one_at_a_time = self.loading.lock().unwrap_or_else(PoisonError::into_inner);
        match self.manager.load(&dir) {
            Ok(_) | Err(LoadError::Loaded { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes a copy of the extension in a folder, to be shown to the user and then installed.
    ///
    /// # Errors
    /// When the folder has no manifest, a wrong one, or no wasm.
    pub fn candidate(&self, dir: &Path) -> Result<Candidate, CoreError> {
        self.installed.candidate(dir)
    }

    /// Loads and initialises a candidate once, to see that it works, with the rights that it has now.
    pub(crate) fn try_out(&self, candidate: &Candidate) -> Result<(), CoreError> {
        let config = ManagerConfig {
            loader: Arc::clone(&self.loader),
            isolations: self.isolations.clone(),
            authority: Arc::clone(&self.grants) as Arc<dyn Authority>,
            ..ManagerConfig::default()
        };
        let trial =
            Manager::with_config(Arc::clone(&self.registry), self.services.clone(), config)?;
        trial.load(candidate.folder())?;
        Ok(())
    }

    pub(crate) fn audience_of(&self, method: &str) -> Audience {
        self.registry.get(method).map(|operation| operation.audience()).unwrap_or_default()
    }

    pub(crate) const fn grant_service(&self) -> &Arc<Grants> {
        &self.grants
    }

    /// An installed extension.
    ///
    /// # Errors
    /// [`CoreError::NotInstalled`].
    pub fn extension(&self, id: &str) -> Result<ExtensionInfo, CoreError> {
        self.installed.info(id)
    }

    /// Where the instances of an extension live, as the configuration says.
    #[must_use]
    pub fn isolation_of(&self, id: &str) -> GuestIsolation {
        self.isolations.of(id)
    }

    /// How an installed extension fares, over restarts of the program.
    ///
    /// # Errors
    /// [`CoreError::NotInstalled`].
    pub fn extension_state(&self, id: &str) -> Result<SavedState, CoreError> {
        self.installed.dir(id)?;
        Ok(self.manager.saved_state(id))
    }

    /// Stops an installed extension until it is released, also over restarts of the program.
    ///
    /// # Errors
    /// [`CoreError::NotInstalled`].
    pub fn quarantine(&self, id: &str, reason: &str) -> Result<(), CoreError> {
        self.installed.dir(id)?;
        self.manager.quarantine(id, reason);
        Ok(())
    }

    /// Lets a quarantined extension run again; false when it was not quarantined.
    ///
    /// # Errors
    /// [`CoreError::NotInstalled`].
    pub fn release(&self, id: &str) -> Result<bool, CoreError> {
        self.installed.dir(id)?;
        Ok(self.manager.release(id))
    }

    /// Removes an installed extension, after its cleanup when it is loaded, with its credentials
    /// and what the user granted it. What it wrote into libraries stays.
    ///
    /// # Errors
    /// [`CoreError::NotInstalled`]; when it cannot be removed.
    pub fn remove(&self, id: &str) -> Result<(), CoreError> {
        // An unknown id must not reach the vault: the empty one is the user's own.
        self.installed.dir(id)?;
        let _ = self.manager.unload(id);
        self.vault().delete_extension(id)?;
        self.installed.remove(id)?;
        self.manager.forget(id);
        self.grants.remove(id)?;
        Ok(())
    }
}

/// Modules of this data folder, compiled once. Without its cache a program starts slower, so a folder
/// that cannot be used is no reason not to start.
fn loader(folder: &Path, compiler: Option<CompilerProcess>) -> Loader {
    let loader = Loader::new(InstanceLimits::MAX, MemoryBudget::new(GUEST_MEMORY));
    let loader = match compiler {
        Some(compiler) => loader.with_compiler(compiler),
        None => loader,
    };
    match Cache::open(folder) {
        Ok(cache) => loader.with_cache(cache),
        Err(error) => {
            tracing::warn!(%error, "compiled modules cannot be kept");
            loader
        }
    }
}

/// What [`Core::update`] did.
#[derive(Debug, Clone)]
pub struct Updated {
    /// What is installed now.
    pub info: ExtensionInfo,
    /// How long the extension took no calls; `None` when it did not run before.
    pub pause: Option<Duration>,
    /// Bytes of state that were handed over, if any were.
    pub state_bytes: Option<usize>,
}

/// Bytes of linear memory of all extensions together.
const GUEST_MEMORY: u64 = 4 << 30;

fn services(libraries: &Arc<Libraries>, installed: &Installed, registry: &Registry) -> Services {
    let host = HostInfo { version: env!("CARGO_PKG_VERSION").to_owned(), methods: registry.len() };
    Services::default()
        .with::<dyn LibraryDirectory>(Arc::clone(libraries) as Arc<dyn LibraryDirectory>)
        .with::<dyn ExtensionDirectory>(Arc::new(installed.clone()))
        .with::<HostInfo>(Arc::new(host))
}
