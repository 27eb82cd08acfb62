//! The settings of extensions: what the user set, by the schemas of their manifests.
//!
//! A value that does not fit the schema of another version is kept, and counts as not set: nothing is lost
//! by an update, nor by going back.

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
    ErrorBody, ErrorCode,
    ops::settings::{
        GetSettingsOutput, ListSettingsOutput, SetSettingsInput, SetSettingsOutput, Setting,
        SettingSource, SettingsRef,
    },
};
use serde_json::Value;
use uuid::Uuid;

use self::kept::{Kept, Scope};
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
        let SetSettingsInput { extension_id, library_id, values, secrets, reset } = input;
        let schema = self.schema(&extension_id)?;
        self.check_library(library_id)?;
        let find = |name: &str| schema.iter().find_map(|schema| schema.get(name));
        for (name, value) in &values {
            let setting =
                find(name).ok_or_else(|| unknown(&extension_id, name, schema.as_ref()))?;
            check_value(setting, value)?;
        }
        for (name, secret) in &secrets {
            let setting =
                find(name).ok_or_else(|| unknown(&extension_id, name, schema.as_ref()))?;
            check_is_secret(setting)?;
            secrets::check(setting, secret)?;
        }
        let owner = secrets::owner(&extension_id, library_id);
        let changed = self.kept(&extension_id).change(library_id, |kept| {
            let mut changed = BTreeSet::new();
            for name in &reset {
                let was = kept.remove(name).is_some();
                let was_secret = find(name).is_none_or(SettingDecl::is_secret)
                    && secrets::delete(&self.vault, &owner, name)?;
                if !was && !was_secret && find(name).is_none() {
                    return Err(unknown(&extension_id, name, schema.as_ref()));
                }
                changed.extend((was || was_secret).then(|| name.clone()));
            }
            for (name, value) in values {
                if kept.insert(name.clone(), value.clone()).as_ref() != Some(&value) {
                    changed.insert(name);
                }
            }
            for (name, secret) in secrets {
                secrets::put(&self.vault, &owner, &name, secret)?;
                changed.insert(name);
            }
            Ok(changed)
        })?;
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

fn check_value(setting: SettingDecl<'_>, value: &Value) -> Result<()> {
    let name = setting.name();
    if setting.is_secret() {
        let message = format!("the setting `{name}` is a secret, and stands under `secrets`");
        return Err(ErrorBody::new(ErrorCode::BadInput, message));
    }
    setting.check(value).map_err(|problem| {
        ErrorBody::new(ErrorCode::BadInput, format_args!("the setting `{name}`: {problem}"))
    })
}

fn check_is_secret(setting: SettingDecl<'_>) -> Result<()> {
    if setting.is_secret() {
        return Ok(());
    }
    let message =
        format!("the setting `{}` is not a secret, and stands under `values`", setting.name());
    Err(ErrorBody::new(ErrorCode::BadInput, message))
}

fn unknown(extension: &str, name: &str, schema: Option<&SettingsSchema>) -> ErrorBody {
    let known: Vec<&str> =
        schema.iter().flat_map(|schema| schema.iter()).map(SettingDecl::name).collect();
    let name = name.escape_debug();
    let message = match known.as_slice() {
        [] => format!("`{extension}` has no settings"),
        known => format!("`{extension}` has no setting `{name}`; it has {}", known.join(", ")),
    };
    ErrorBody::new(ErrorCode::NotFound, message)
}
