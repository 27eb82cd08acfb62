//! A change of an extension's settings, in one library or for all: checked as a whole, then made.

use std::collections::BTreeSet;

use ext_manifest::{SettingDecl, SettingsSchema};
use ext_ops_credentials_file::FileVault;
use ext_services::credentials::Owner;
use ext_wire::{ErrorBody, ErrorCode, ops::settings::SetSettingsInput};
use serde_json::{Map, Value};

use super::secrets;

type Result<T> = std::result::Result<T, ErrorBody>;

/// A change that the user asks for.
pub(super) struct Change<'a> {
    pub(super) vault: &'a FileVault,
    pub(super) schema: Option<&'a SettingsSchema>,
    pub(super) input: SetSettingsInput,
}

impl<'a> Change<'a> {
    /// Checks the values and secrets by the schema.
    pub(super) fn check(&self) -> Result<()> {
        for (name, value) in &self.input.values {
            check_value(self.declared(name)?, value)?;
        }
        for (name, secret) in &self.input.secrets {
            let setting = self.declared(name)?;
            check_is_secret(setting)?;
            secrets::check(setting, secret)?;
        }
        Ok(())
    }

    /// Makes the change, and returns the names of the settings that have another value now.
    pub(super) fn apply(self, kept: &mut Map<String, Value>) -> Result<BTreeSet<String>> {
        let owner = secrets::owner(&self.input.extension_id, self.input.library_id);
        self.check_reset(kept, &owner)?;
        let mut changed = BTreeSet::new();
        for name in &self.input.reset {
            let was = kept.remove(name).is_some();
            let was_secret = self.may_be_secret(name) && secrets::delete(self.vault, &owner, name)?;
            changed.extend((was || was_secret).then(|| name.clone()));
        }
        for (name, value) in self.input.values {
            if kept.insert(name.clone(), value.clone()).as_ref() != Some(&value) {
                changed.insert(name);
            }
        }
        for (name, secret) in self.input.secrets {
            secrets::put(self.vault, &owner, &name, secret)?;
            changed.insert(name);
        }
        Ok(changed)
    }

    /// Checks the names whose values are taken back before anything changes. One of another version is
    /// known by its value.
    fn check_reset(&self, kept: &Map<String, Value>, owner: &Owner) -> Result<()> {
        for name in &self.input.reset {
            let known = self.find(name).is_some()
                || kept.contains_key(name)
                || secrets::names(self.vault, owner)?.contains(name);
            if !known {
                return Err(self.unknown(name));
            }
        }
        Ok(())
    }

    fn may_be_secret(&self, name: &str) -> bool {
        self.find(name).is_none_or(SettingDecl::is_secret)
    }

    fn find(&self, name: &str) -> Option<SettingDecl<'a>> {
        self.schema?.get(name)
    }

    fn declared(&self, name: &str) -> Result<SettingDecl<'a>> {
        self.find(name).ok_or_else(|| self.unknown(name))
    }

    fn unknown(&self, name: &str) -> ErrorBody {
        let (extension, name) = (&self.input.extension_id, name.escape_debug());
        let all = self.schema.into_iter().flat_map(SettingsSchema::iter);
        let known: Vec<&str> = all.map(SettingDecl::name).collect();
        let message = match known.as_slice() {
            [] => format!("`{extension}` has no settings"),
            known => format!("`{extension}` has no setting `{name}`; it has {}", known.join(", ")),
        };
        ErrorBody::new(ErrorCode::NotFound, message)
    }
}

fn check_value(setting: SettingDecl<'_>, value: &Value) -> Result<()> {
    let name = setting.name();
    if setting.is_secret() {
        return Err(bad_input(format!(
            "the setting `{name}` is a secret, and stands under `secrets`"
        )));
    }
    setting.check(value).map_err(|problem| bad_input(format!("the setting `{name}`: {problem}")))
}

fn check_is_secret(setting: SettingDecl<'_>) -> Result<()> {
    let name = setting.name();
    match setting.is_secret() {
        true => Ok(()),
        false => {
            let other = format!("the setting `{name}` is not a secret, and stands under `values`");
            Err(bad_input(other))
        }
    }
}

fn bad_input(message: String) -> ErrorBody {
    ErrorBody::new(ErrorCode::BadInput, message)
}
