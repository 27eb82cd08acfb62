//! The settings of extensions: what the user set, by the schemas of their manifests.
//!
//! A value that does not fit the schema of another version is kept, and counts as not set: nothing is lost
//! by an update, nor by going back.

mod change;
mod kept;
mod secrets;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use ext_library_sqlite::Libraries;
use ext_manifest::{SettingDecl, SettingsSchema};
use ext_ops_credentials_file::FileVault;
use ext_services::{credentials::CredentialVault, library::LibraryDirectory, settings::Settings};
use ext_wire::{
    ErrorBody,
    ops::settings::{
        GetSettingsOutput, ListSettingsOutput, SetSettingsInput, SetSettingsOutput, Setting,
        SettingSource, SettingsRef,
    },
};
use serde_json::Value;
use uuid::Uuid;

use self::{
    change::Change,
    kept::{Kept, Scope},
};
use crate::{error::CoreError, installed::Installed};

type Result<T> = std::result::Result<T, ErrorBody>;

/// The settings of all extensions of a data folder.
pub(crate) struct SettingsFiles {
    folder: PathBuf,
    installed: Installed,
    libraries: Arc<Libraries>,
    vault: Arc<FileVault>,
}

impl SettingsFiles {
    pub(crate) fn new(
        data_folder: &Path,
        installed: Installed,
        libraries: Arc<Libraries>,
        vault: Arc<FileVault>,
    ) -> Self {
        Self { folder: data_folder.join(kept::FOLDER), installed, libraries, vault }
    }

    /// Removes all that was set for an extension.
    pub(crate) fn forget(&self, extension: &str) -> std::result::Result<(), CoreError> {
        self.vault.delete_extension(&secrets::owner(extension, None).extension)?;
        let removed = self.kept(extension).remove();
        removed.map_err(|source| CoreError::Io { path: self.folder.clone(), source })
    }

    /// Returns the number of the last change in a library that an extension was not told of.
    pub(crate) fn untold(&self, extension: &str, library: Uuid) -> Result<Option<u64>> {
        self.kept(extension).untold(library)
    }

    /// Notes that an extension was told of a change.
    pub(crate) fn note_told(&self, extension: &str, library: Uuid, revision: u64) -> Result<()> {
        self.kept(extension).note_told(library, revision)
    }

    /// Checks that the files of an extension can be read.
    pub(crate) fn check_files(&self, extension: &str) -> Result<()> {
        self.kept(extension).check_files()
    }

    fn kept(&self, extension: &str) -> Kept {
        Kept::of(&self.folder, extension)
    }

    fn schema(&self, extension: &str) -> Result<Option<SettingsSchema>> {
        Ok(self.installed.manifest(extension)?.settings().cloned())
    }

    fn check_library(&self, library: Option<Uuid>) -> Result<()> {
        let Some(library) = library else { return Ok(()) };
        let found = self.libraries.library(library);
        found.map(drop).map_err(|error| ErrorBody::new(error.code(), error))
    }

    /// Returns the secrets that are set, in the order in which they win.
    fn secrets_set(&self, of: &SettingsRef) -> Result<Vec<(SettingSource, Vec<String>)>> {
        let places = places(of.library_id);
        let names = |(source, library): (SettingSource, Option<Uuid>)| {
            let owner = secrets::owner(&of.extension_id, library);
            Ok((source, secrets::names(&self.vault, &owner)?))
        };
        places.into_iter().map(names).collect()
    }
}

impl Settings for SettingsFiles {
    fn get(&self, extension: &str, library: Uuid) -> Result<GetSettingsOutput> {
        let mut output =
            GetSettingsOutput { values: Default::default(), secrets: Default::default() };
        let Some(schema) = self.schema(extension)? else { return Ok(output) };
        let scopes = self.kept(extension).read()?;
        for setting in schema.iter() {
            let name = setting.name().to_owned();
            if !setting.is_secret() {
                let value = in_force(setting, &scopes, Some(library)).value;
                output.values.extend(value.map(|value| (name, value.clone())));
                continue;
            }
            for (_, library) in places(Some(library)) {
                let owner = secrets::owner(extension, library);
                if let Some(secret) = secrets::get(&self.vault, &owner, setting)? {
                    output.secrets.insert(name, secret);
                    break;
                }
            }
        }
        Ok(output)
    }

    fn list(&self, of: &SettingsRef) -> Result<ListSettingsOutput> {
        let schema = self.schema(&of.extension_id)?;
        self.check_library(of.library_id)?;
        let scopes = self.kept(&of.extension_id).read()?;
        let declared = || schema.iter().flat_map(SettingsSchema::iter);
        let secrets = match declared().any(SettingDecl::is_secret) {
            true => self.secrets_set(of)?,
            false => Vec::new(),
        };
        let show = |setting: SettingDecl<'_>| match setting.is_secret() {
            true => shown_secret(setting, &secrets),
            false => shown(setting, in_force(setting, &scopes, of.library_id)),
        };
        let known: BTreeSet<&str> = declared().map(SettingDecl::name).collect();
        let mut settings: Vec<Setting> = declared().map(show).collect();
        settings.extend(of_other_versions(&known, &scopes, of.library_id));
        Ok(ListSettingsOutput { settings })
    }

    fn set(&self, input: SetSettingsInput) -> Result<SetSettingsOutput> {
        let schema = self.schema(&input.extension_id)?;
        self.check_library(input.library_id)?;
        let (kept, library) = (self.kept(&input.extension_id), input.library_id);
        let change = Change { vault: &self.vault, schema: schema.as_ref(), input };
        change.check()?;
        let changed = kept.change(library, |values| change.apply(values))?;
        Ok(SetSettingsOutput { changed: changed.into_iter().collect() })
    }
}

/// Returns the places of values, the one that wins first.
fn places(library: Option<Uuid>) -> Vec<(SettingSource, Option<Uuid>)> {
    let own = library.map(|library| (SettingSource::Library, Some(library)));
    own.into_iter().chain([(SettingSource::All, None)]).collect()
}

/// The value of a setting that is in force.
struct InForce<'a> {
    value: Option<&'a Value>,
    source: SettingSource,
    /// The reason why a value that was set is not.
    problem: Option<String>,
}

fn in_force<'a>(
    setting: SettingDecl<'a>,
    scopes: &'a [Scope],
    library: Option<Uuid>,
) -> InForce<'a> {
    let mut problem = None;
    for (source, library) in places(library) {
        let scope = scopes.iter().find(|scope| scope.library_id == library);
        let Some(value) = scope.and_then(|scope| scope.values.get(setting.name())) else {
            continue;
        };
        match setting.check(value) {
            Ok(()) => return InForce { value: Some(value), source, problem },
            Err(why) => problem = problem.or(Some(why)),
        }
    }
    let value = setting.default();
    let source = if value.is_some() { SettingSource::Default } else { SettingSource::Unset };
    InForce { value, source, problem }
}

fn shown(setting: SettingDecl<'_>, in_force: InForce<'_>) -> Setting {
    let InForce { value, source, problem } = in_force;
    Setting {
        name: setting.name().to_owned(),
        title: setting.title().map(str::to_owned),
        description: setting.description().map(str::to_owned),
        schema: Some(setting.schema().clone()),
        secret: setting.is_secret(),
        value: value.cloned(),
        source,
        problem,
    }
}

fn shown_secret(setting: SettingDecl<'_>, set: &[(SettingSource, Vec<String>)]) -> Setting {
    let holds = |names: &Vec<String>| names.iter().any(|name| name == setting.name());
    let source = set.iter().find(|(_, names)| holds(names)).map(|(source, _)| *source);
    let source = source.unwrap_or(SettingSource::Unset);
    shown(setting, InForce { value: None, source, problem: None })
}

/// Lists values for settings that this version of the extension has not.
fn of_other_versions(
    known: &BTreeSet<&str>,
    scopes: &[Scope],
    library: Option<Uuid>,
) -> Vec<Setting> {
    let mut settings = Vec::new();
    let mut seen = known.clone();
    for (source, library) in places(library) {
        let scope = scopes.iter().find(|scope| scope.library_id == library);
        for name in scope.iter().flat_map(|scope| scope.values.keys()) {
            if seen.insert(name) {
                let problem = "this version of the extension has no such setting".to_owned();
                let (name, problem) = (name.clone(), Some(problem));
                let (title, description, schema, value) = Default::default();
                let secret = false;
                settings.push(Setting {
                    name,
                    title,
                    description,
                    schema,
                    secret,
                    value,
                    source,
                    problem,
                });
            }
        }
    }
    settings
}
