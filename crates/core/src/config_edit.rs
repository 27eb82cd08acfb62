//! The service behind the operations `config.*`: the file `config.toml`, read and changed.

use std::path::{Path, PathBuf};

use ext_services::config::ConfigAdmin;
use ext_wire::{
    ErrorBody, ErrorCode,
    ops::config::{ConfigOutput, SetConfigInput},
};
use parking_lot::Mutex;
use serde_json::Value;
use toml::Table;
use toml_edit::{DocumentMut, Item, TableLike};

use crate::{
    config::Config,
    config_file::{self, CONFIG_FILE, ConfigError},
    config_settings::{self, Editable},
    error::CoreError,
};

/// The file of a data folder.
pub(crate) struct ConfigFile {
    path: PathBuf,
    /// Held while the file is changed.
    change: Mutex<()>,
}

impl ConfigFile {
    pub(crate) fn of(data_folder: &Path) -> Self {
        Self { path: data_folder.join(CONFIG_FILE), change: Mutex::default() }
    }

    fn text(&self) -> Result<String, ErrorBody> {
        let text = config_file::text(&self.path).map_err(|error| match error {
            ConfigError::Read { .. } => ErrorBody::new(ErrorCode::Io, error),
            error => ErrorBody::from(CoreError::from(error)),
        })?;
        Ok(text.unwrap_or_default())
    }

    /// Describes a file with this text.
    fn describe(&self, text: &str) -> ConfigOutput {
        let problem = problem(text);
        let file: Table = toml::from_str(text).unwrap_or_default();
        ConfigOutput {
            path: self.path.display().to_string(),
            version: version(text),
            problem,
            settings: config_settings::of_file(&file),
        }
    }

    /// Writes the file, also one that a link leads to.
    fn write(&self, text: &str) -> Result<(), ErrorBody> {
        let path = self.path.canonicalize().unwrap_or_else(|_| self.path.clone());
        let written = ext_fs::replace(&path, text.as_bytes());
        written.map_err(|error| ErrorBody::new(ErrorCode::Io, error))
    }
}

impl ConfigAdmin for ConfigFile {
    fn get(&self) -> Result<ConfigOutput, ErrorBody> {
        Ok(self.describe(&self.text()?))
    }

    fn set(&self, input: SetConfigInput) -> Result<ConfigOutput, ErrorBody> {
        let _change = self.change.lock();
        let before = self.text()?;
        if let Some(problem) = problem(&before) {
            let message = format!("{}: {problem}", self.path.display());
            return Err(ErrorBody::new(ErrorCode::Corrupt, message));
        }
        let seen = version(&before);
        if input.version.as_ref().is_some_and(|version| *version != seen) {
            let message = format!("{} is another one by now", self.path.display());
            return Err(ErrorBody::new(ErrorCode::Conflict, message));
        }
        let after = changed(&before, &input)?;
        if after != before {
            // An editor may have saved it meanwhile.
            if self.text()? != before {
                let message = format!("{} was changed meanwhile", self.path.display());
                return Err(ErrorBody::new(ErrorCode::Conflict, message));
            }
            self.write(&after)?;
        }
        Ok(self.describe(&after))
    }
}

fn version(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

/// Returns the problem of a text that is not a valid configuration.
fn problem(text: &str) -> Option<String> {
    Config::parse(text).err().map(|error| config_file::problem(text, &error))
}

/// Returns the text with the changes.
fn changed(text: &str, input: &SetConfigInput) -> Result<String, ErrorBody> {
    let mut document: DocumentMut =
        text.parse().map_err(|error| ErrorBody::new(ErrorCode::Corrupt, error))?;
    for name in &input.reset {
        editable(name)?;
        if input.values.contains_key(name) {
            return Err(bad(format!("`{name}` is changed and reset at once")));
        }
        remove(&mut document, name);
    }
    for (name, value) in &input.values {
        put(&mut document, name, value)?;
    }
    let text = document.to_string();
    match problem(&text) {
        None => Ok(text),
        Some(problem) => Err(bad(problem)),
    }
}

fn editable(name: &str) -> Result<&'static Editable, ErrorBody> {
    let unknown = || {
        bad(format!("`{name}` is not a setting that is changed here: it stands in {CONFIG_FILE}"))
    };
    Editable::named(name).ok_or_else(unknown)
}

fn put(document: &mut DocumentMut, name: &str, value: &Value) -> Result<(), ErrorBody> {
    let value = editable(name)?.value(value).map_err(bad)?;
    let (path, key) = name.rsplit_once('.').unwrap_or(("", name));
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for section in path.split('.').filter(|section| !section.is_empty()) {
        let item = table.entry(section).or_insert_with(new_section);
        let no_table = || bad(format!("`{section}` is not a section"));
        table = item.as_table_like_mut().ok_or_else(no_table)?;
    }
    match table.get_mut(key).and_then(Item::as_value_mut) {
        // What stands beside the value stays.
        Some(old) => {
            let decor = old.decor().clone();
            *old = value;
            *old.decor_mut() = decor;
        }
        None => drop(table.insert(key, Item::Value(value))),
    }
    Ok(())
}

/// Makes a section, which has no line of its own while it has other sections only.
fn new_section() -> Item {
    let mut table = toml_edit::Table::new();
    table.set_implicit(true);
    Item::Table(table)
}

fn remove(document: &mut DocumentMut, name: &str) {
    let (path, key) = name.rsplit_once('.').unwrap_or(("", name));
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for section in path.split('.').filter(|section| !section.is_empty()) {
        match table.get_mut(section).and_then(Item::as_table_like_mut) {
            Some(inner) => table = inner,
            None => return,
        }
    }
    table.remove(key);
}

fn bad(message: String) -> ErrorBody {
    ErrorBody::new(ErrorCode::BadInput, message)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::json;

    use super::*;

    const TEXT: &str = "# mine\n[storage] # room\nkeep_days = 10 # not long\n\n[auth.providers.work]\n\
        client_id = \"app\"\nclient_secret = \"canary\"\n";

    fn file(text: &str) -> (tempfile::TempDir, ConfigFile) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(CONFIG_FILE), text).unwrap();
        let file = ConfigFile::of(folder.path());
        (folder, file)
    }

    fn set(file: &ConfigFile, values: Value, reset: &[&str]) -> Result<ConfigOutput, ErrorBody> {
        let values = values.as_object().unwrap().clone();
        let reset = reset.iter().map(|name| (*name).to_owned()).collect();
        file.set(SetConfigInput { values, reset, version: None })
    }

    fn value(output: &ConfigOutput, name: &str) -> Option<Value> {
        output.settings.iter().find(|it| it.name == name).unwrap().value.clone()
    }

    #[test]
    fn a_change_keeps_comments_and_all_the_rest() {
        let (folder, file) = file(TEXT);
        let values = json!({
            "storage.keep_days": 20,
            "storage.bin_days": 7,
            "ai.embed.precision": "float32",
        });
        let after = set(&file, values, &[]).unwrap();
        assert_eq!(value(&after, "storage.keep_days"), Some(json!(20)));
        let text = fs::read_to_string(folder.path().join(CONFIG_FILE)).unwrap();
        let expected = TEXT
            .replace("keep_days = 10 # not long\n", "keep_days = 20 # not long\nbin_days = 7\n");
        assert_eq!(text, format!("{expected}\n[ai.embed]\nprecision = \"float32\"\n"));
        let after = set(&file, json!({}), &["storage.bin_days", "ai.embed.precision"]).unwrap();
        assert_eq!(value(&after, "storage.bin_days"), None);
        assert_eq!(after.version, file.get().unwrap().version);
    }

    #[test]
    fn a_file_is_made_where_there_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = ConfigFile::of(folder.path());
        assert_eq!(value(&file.get().unwrap(), "storage.bin_days"), None);
        set(&file, json!({ "storage.bin_days": 3 }), &[]).unwrap();
        let text = fs::read_to_string(folder.path().join(CONFIG_FILE)).unwrap();
        assert_eq!(text, "[storage]\nbin_days = 3\n");
    }

    #[test]
    fn what_is_refused_changes_nothing() {
        let (folder, file) = file(TEXT);
        for (values, reset, said) in [
            (json!({ "storage.keep_days": -1 }), vec![], "-1 is not a whole number from 0"),
            (json!({ "storage.keep_days": 1.5 }), vec![], "1.5 is not a whole number"),
            (json!({ "storage.keep_days": "1" }), vec![], "\"1\" is not a whole number"),
            (json!({ "storage.extension_bytes": u64::MAX }), vec![], "is not a whole number"),
            (json!({ "ai.text.timeout_seconds": 601 }), vec![], "from 1 to 600"),
            (json!({ "ai.embed.precision": "int4" }), vec![], "int8, float32"),
            (
                json!({ "ai.text.base_url": "http://x" }),
                vec![],
                "`ai.text.base_url` is not a setting",
            ),
            (json!({ "extensions.isolation": "in-process" }), vec![], "is not a setting"),
            (json!({ "auth.providers.work.client_id": "x" }), vec![], "is not a setting"),
            (json!({}), vec!["permissions.rules"], "is not a setting"),
            (json!({ "storage.bin_days": 1 }), vec!["storage.bin_days"], "at once"),
        ] {
            let error = set(&file, values, &reset).unwrap_err();
            assert_eq!(error.code, ErrorCode::BadInput, "{error:?}");
            assert!(error.error.contains(said), "{}", error.error);
        }
        assert_eq!(fs::read_to_string(folder.path().join(CONFIG_FILE)).unwrap(), TEXT);
    }

    #[test]
    fn a_file_that_was_changed_meanwhile_or_is_not_valid_is_left_alone() {
        let (folder, file) = file(TEXT);
        let version = file.get().unwrap().version;
        set(&file, json!({ "storage.bin_days": 3 }), &[]).unwrap();
        let values = json!({ "storage.bin_days": 4 }).as_object().unwrap().clone();
        let input = SetConfigInput { values, version: Some(version), ..SetConfigInput::default() };
        assert_eq!(file.set(input).unwrap_err().code, ErrorCode::Conflict);
        fs::write(folder.path().join(CONFIG_FILE), "[storge]\n").unwrap();
        let shown = file.get().unwrap();
        assert!(shown.problem.unwrap().starts_with("line 1"), "the line is named");
        let error = set(&file, json!({ "storage.bin_days": 5 }), &[]).unwrap_err();
        assert_eq!(error.code, ErrorCode::Corrupt);
    }

    #[test]
    fn secrets_are_not_shown_and_others_are_fixed() {
        let rules = "[[permissions.rules]]\neffect = \"allow\"\n";
        let (_folder, file) = file(&format!("{TEXT}{rules}"));
        let shown = file.get().unwrap();
        assert!(!serde_json::to_string(&shown).unwrap().contains("canary"));
        let of = |name: &str| shown.settings.iter().find(|it| it.name == name).unwrap();
        let secret = of("auth.providers.work.client_secret");
        assert!(secret.secret && secret.fixed.is_some() && secret.value.is_none());
        assert!(of("permissions.rules").fixed.is_some());
        assert!(of("storage.keep_days").fixed.is_none());
    }

    #[test]
    fn the_defaults_are_those_of_the_program() {
        let values = config_settings::of_file(&Table::new());
        let text: String = values
            .iter()
            .map(|it| format!("{} = {}\n", it.name, it.default.clone().unwrap_or_default()))
            .collect();
        let config = Config::parse(&text).unwrap();
        let (usual, storage) = (crate::storage::StorageConfig::default(), config.storage.unwrap());
        assert_eq!(storage.limits(), usual.limits());
        assert_eq!(config.ai.unwrap(), crate::ai::AiConfig::default());
    }
}
