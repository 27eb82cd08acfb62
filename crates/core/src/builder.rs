//! Putting the core together.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use ext_audit::AuditLog;
use ext_fs::{create_private_folder, is_read_only};
use ext_grants::{GrantAuthority, PermissionsConfig};
use ext_library_sqlite::Libraries;
use ext_manager::{
    Cache, CompilerProcess, InstanceLimits, Isolations, Loader, Manager, MemoryBudget,
};
use ext_models::ModelStore;
use ext_ops_credentials_file::FileVault;
use ext_perm::Engine;
use ext_registry::{Registry, Services};
use ext_services::{
    config::ConfigAdmin,
    credentials::CredentialVault,
    extensions::ExtensionDirectory,
    host::HostInfo,
    library::LibraryDirectory,
    locations::Locations,
    schedules::Schedules,
    secret_store::{SecretAdmin, SignInAdmin},
    settings::Settings,
    text_model::TextModel,
};

use crate::{
    ai::{self, AiConfig},
    call_file::CallFile,
    call_tapes::CallTapes,
    config::Config,
    config_edit::ConfigFile,
    core::{Core, RemoteCalls},
    engines,
    error::CoreError,
    installed::Installed,
    isolation::{DocumentsConfig, Isolation},
    list_file::ListFile,
    locations::LocationsFile,
    network::Network,
    own_folder::OwnFolder,
    reload::ConfigInForce,
    schedules::SchedulesFile,
    services::{self, SystemRef, UserSecrets, UserSignIns},
    settings::SettingsFiles,
    storage::StorageConfig,
    system::{Guests, System},
    vault,
};

/// Bytes of linear memory and tables of all extensions together: the largest instance that a manifest
/// can ask for fits.
const GUEST_MEMORY: u64 = (4 << 30) + (256 << 20);

impl Core {
    /// Begins with a data folder, which is made when it is missing. Extensions are loaded when they
    /// are needed.
    ///
    /// ```
    /// use ext_models::ModelStore;
    /// use spacedrive_core::{Core, Isolation};
    ///
    /// let data = tempfile::tempdir()?;
    /// let core = Core::builder(data.path())
    ///     .models(ModelStore::new(data.path().join("shared-models")))
    ///     .isolation(Isolation::InProcess)
    ///     .build()?;
    /// assert!(core.extensions().list().is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn builder(data_folder: &Path) -> CoreBuilder {
        CoreBuilder::new(data_folder)
    }

    /// Opens a data folder with all defaults: `Core::builder(data_folder).build()`.
    ///
    /// # Errors
    /// As [`CoreBuilder::build`].
    pub fn open(data_folder: &Path) -> Result<Self, CoreError> {
        Self::builder(data_folder).build()
    }
}

/// Adds a service of the app to the built-in ones.
type AddService = Box<dyn FnOnce(Services) -> Services>;

/// A [`Core`] that is not open yet; [`Core::builder`] begins one.
#[must_use]
pub struct CoreBuilder {
    data_folder: PathBuf,
    models: Option<ModelStore>,
    isolation: Option<Isolation>,
    services: Vec<AddService>,
    remote: Option<Box<dyn RemoteCalls>>,
}

impl CoreBuilder {
    pub(crate) fn new(data_folder: &Path) -> Self {
        let (models, isolation, services, remote) = Default::default();
        Self { data_folder: data_folder.to_owned(), models, isolation, services, remote }
    }

    /// Sets the store of models, which several data folders may share; by default it is the folder
    /// `models` in the data folder.
    pub fn models(mut self, models: ModelStore) -> Self {
        self.models = Some(models);
        self
    }

    /// Sets the place where documents are read and modules compiled; by default the one that
    /// [`Isolation::find`] finds. Extensions that `config.toml` gives processes of their own need a
    /// program there.
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = Some(isolation);
        self
    }

    /// Lets another program that serves the data folder run the calls of the user. This one opens no
    /// library then.
    pub fn remote(mut self, remote: impl RemoteCalls + 'static) -> Self {
        self.remote = Some(Box::new(remote));
        self
    }

    /// Adds a service for operations, or replaces the built-in one of the same type, such as
    /// `dyn TextModel`.
    pub fn service<T: ?Sized + Send + Sync + 'static>(mut self, service: Arc<T>) -> Self {
        self.services.push(Box::new(|services| services.with::<T>(service)));
        self
    }

    /// Opens the data folder, which is made when it is missing.
    ///
    /// # Errors
    /// [`CoreError::Io`] when a folder cannot be made or a client cannot be started,
    /// [`CoreError::Config`] when `config.toml` is not valid, [`CoreError::Library`] when the folder
    /// of libraries cannot be made, [`CoreError::Registry`] when operations contradict each other,
    /// [`CoreError::Audit`] and [`CoreError::Grants`] when the audit log or the grants cannot be
    /// opened, [`CoreError::Service`] when an operation lacks its service.
    pub fn build(self) -> Result<Core, CoreError> {
        let folder = self.data_folder;
        create_private_folder(&folder)?;
        let own = OwnFolder::new(&folder)?;
        let config = Config::load(&folder)?;
        let in_force = ConfigInForce::new(&folder, config.clone());
        let models = self.models.unwrap_or_else(|| ModelStore::new(folder.join("models")));
        let isolation = self.isolation.unwrap_or_else(Isolation::find);
        let place = Place { folder: &folder, models: &models, isolation: &isolation };

        let libraries = libraries(&folder, config.storage.unwrap_or_default())?;
        // A client asks the program that has them open, and never opens them beside it.
        let libraries = Arc::new(libraries.served_elsewhere(self.remote.is_some()));
        let installed = Installed::new(&folder)?;
        ext_ops::link();
        let registry = Arc::new(Registry::collect()?);
        let vault = Arc::new(vault::open(config.vault.unwrap_or_default(), &folder));
        let credentials = Arc::clone(&vault) as Arc<dyn CredentialVault>;
        let network = Network::open(&folder, &config.http.unwrap_or_default())?;

        let services = directories(&libraries, &installed, &registry);
        let locations = ListFile::new(&folder, "locations");
        let locations_file = LocationsFile {
            file: locations.clone(),
            libraries: Arc::clone(&libraries),
            own: own.clone(),
        };
        let services = services.with::<dyn Locations>(Arc::new(locations_file));
        let schedules = ListFile::new(&folder, "schedules");
        let schedules_file =
            SchedulesFile { file: schedules.clone(), libraries: Arc::clone(&libraries) };
        let services = services.with::<dyn Schedules>(Arc::new(schedules_file));
        let services = services.with::<dyn ConfigAdmin>(Arc::new(ConfigFile::of(&folder)));
        let system_ref = SystemRef::default();
        let services = services::add(services, &system_ref);
        let (settings, services) = settings(&folder, &installed, &libraries, &vault, services);
        let auth = config.auth.unwrap_or_default();
        let secrets = UserSecrets {
            vault: Arc::clone(&vault),
            installed: installed.clone(),
            libraries: Arc::clone(&libraries),
            auth: auth.clone(),
            http: network.shared_http(),
        };
        let secrets = Arc::new(secrets);
        let sign_ins = UserSignIns::new(Arc::clone(&secrets));
        let services = services.with::<dyn SecretAdmin>(secrets);
        let services = services.with::<dyn SignInAdmin>(Arc::new(sign_ins));
        let services = network.add_to(services, Arc::clone(&credentials), auth.clone());
        let services = place.add_engines(services, config.ai, config.documents, credentials)?;
        let services = self.services.into_iter().fold(services, |services, add| add(services));
        let isolations = config.extensions.unwrap_or_default().isolations(&isolation);
        warn_of_unknown_ids(&isolations, &installed);
        let guests = place.guests(isolations, config.permissions.unwrap_or_default())?;
        let manager = guests.config(Some(folder.join("state")));
        let manager = Manager::with_config(Arc::clone(&registry), services.clone(), manager)?;

        let (loading, replacing) = Default::default();
        let system = Arc::new(System {
            own,
            libraries,
            installed,
            registry,
            services,
            vault,
            settings,
            schedules,
            guests,
            manager,
            loading,
            replacing,
        });
        system_ref.set(&system);
        let (user, remote) = (Engine::for_user(), self.remote);
        let config = in_force;
        Ok(Core { system, models, network, auth, user, remote, locations, config })
    }
}

/// The surroundings of a core.
struct Place<'a> {
    folder: &'a Path,
    models: &'a ModelStore,
    isolation: &'a Isolation,
}

impl Place<'_> {
    /// Adds the credentials and the engines that read documents and use models.
    fn add_engines(
        &self,
        services: Services,
        ai: Option<AiConfig>,
        documents: Option<DocumentsConfig>,
        vault: Arc<dyn CredentialVault>,
    ) -> Result<Services, CoreError> {
        let (ai, limits) = (ai.unwrap_or_default(), documents.unwrap_or_default().limits());
        let precision = ai.embed.precision;
        let services = engines::add(services, self.models, self.isolation, precision, &limits);
        let services = services.with::<dyn CredentialVault>(Arc::clone(&vault));
        let text = ai::text_model(ai.text, vault, self.folder)?;
        Ok(services.with::<dyn TextModel>(text))
    }

    fn guests(
        &self,
        isolations: Isolations,
        permissions: PermissionsConfig,
    ) -> Result<Guests, CoreError> {
        let audit = Arc::new(AuditLog::open(&self.folder.join("audit"))?);
        let grants = GrantAuthority::open(self.folder, permissions, audit)?;
        let compiler = engines::compiler(self.isolation);
        let loader = Arc::new(loader(&self.folder.join(engines::MODULES), compiler));
        let calls = Arc::new(CallFile::new(self.folder));
        let tapes = Arc::<CallTapes>::default();
        Ok(Guests { loader, isolations, grants, calls, tapes })
    }
}

fn libraries(folder: &Path, config: StorageConfig) -> Result<Libraries, CoreError> {
    Ok(Libraries::new(folder)?.with_limits(config.limits()))
}

fn settings(
    folder: &Path,
    installed: &Installed,
    libraries: &Arc<Libraries>,
    vault: &Arc<FileVault>,
    services: Services,
) -> (Arc<SettingsFiles>, Services) {
    let (libraries, vault) = (Arc::clone(libraries), Arc::clone(vault));
    let settings = Arc::new(SettingsFiles::new(folder, installed.clone(), libraries, vault));
    let services = services.with::<dyn Settings>(Arc::clone(&settings) as Arc<dyn Settings>);
    (settings, services)
}

fn directories(libraries: &Arc<Libraries>, installed: &Installed, registry: &Registry) -> Services {
    let host = HostInfo { version: env!("CARGO_PKG_VERSION").to_owned(), methods: registry.len() };
    Services::default()
        .with::<dyn LibraryDirectory>(Arc::clone(libraries) as Arc<dyn LibraryDirectory>)
        .with::<dyn ExtensionDirectory>(Arc::new(installed.clone()))
        .with::<HostInfo>(Arc::new(host))
}

/// Warns of ids that no installed extension has: they may be misspelt.
fn warn_of_unknown_ids(isolations: &Isolations, installed: &Installed) {
    for id in isolations.by_id.keys().filter(|id| installed.dir(id).is_err()) {
        tracing::warn!(
            id,
            "`isolation_of` in config.toml names an extension that is not installed"
        );
    }
}

/// Makes the loader, whose cache keeps compiled modules. Without its cache a program starts slower,
/// so that a folder that cannot be used is a warning.
fn loader(folder: &Path, compiler: Option<CompilerProcess>) -> Loader {
    let loader = Loader::new(InstanceLimits::MAX, MemoryBudget::new(GUEST_MEMORY));
    let loader = match compiler {
        Some(compiler) => loader.with_compiler(compiler),
        None => loader,
    };
    // Code is not taken from a folder of somebody else, and nothing new can be kept.
    if is_read_only(folder) {
        tracing::debug!("compiled modules are not kept: the data folder is read-only");
        return loader;
    }
    match Cache::open(folder) {
        Ok(cache) => loader.with_cache(cache),
        Err(error) => {
            tracing::warn!(%error, "compiled modules cannot be kept");
            loader
        }
    }
}
