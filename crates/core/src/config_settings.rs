//! The settings of `config.toml`: which of them can be changed by an operation, and what the file says.
//!
//! Only the settings of [`EDITABLE`] can be changed that way. All others stay in the hand of whoever
//! writes the file: they run programs, name servers, loosen the isolation or change rights, and whoever
//! gets into a session of the user must not get those as well.

use ext_wire::ops::config::{ConfigApplies, ConfigKind, ConfigSetting, FixedReason};
use serde_json::Value;
use toml::Table;

use crate::config::Section;

/// The name of values that are secrets.
const SECRET: &str = "client_secret";
/// Largest number that TOML has.
const MAX: u64 = i64::MAX as u64;

/// A setting that an operation can change.
pub(crate) struct Editable {
    name: &'static str,
    about: &'static str,
    values: Values,
    /// The value without the file; `""` where a choice has none.
    default: Default,
}

enum Values {
    Number { min: u64, max: u64 },
    Choice(&'static [&'static str]),
}

enum Default {
    Number(u64),
    Text(&'static str),
}

/// The settings that an operation can change.
pub(crate) const EDITABLE: &[Editable] = &[
    number(
        "storage.extension_bytes",
        "Bytes that an extension may keep in a library",
        0,
        MAX,
        4 << 30,
    ),
    number(
        "storage.keep_versions",
        "Former versions that are kept of an imported file",
        0,
        U32,
        20,
    ),
    number(
        "storage.keep_days",
        "Days that a former version is kept, but for the newest",
        0,
        U32,
        365,
    ),
    number("storage.bin_days", "Days that a deleted entry stays in the bin", 0, U32, 30),
    number(
        "ai.text.timeout_seconds",
        "Longest wait for the model of texts, in seconds",
        1,
        600,
        120,
    ),
    Editable {
        name: "ai.embed.precision",
        about: "Precision of the model of search; the models of 32 bits have to be fetched by name",
        values: Values::Choice(&["int8", "float32"]),
        default: Default::Text("int8"),
    },
];

/// Largest number of 32 bits.
const U32: u64 = u32::MAX as u64;

const fn number(
    name: &'static str,
    about: &'static str,
    min: u64,
    max: u64,
    default: u64,
) -> Editable {
    Editable { name, about, values: Values::Number { min, max }, default: Default::Number(default) }
}

impl Editable {
    /// Finds a setting that can be changed.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        EDITABLE.iter().find(|it| it.name == name)
    }

    /// Checks a value, and writes it as TOML has it.
    ///
    /// # Errors
    /// The problem of a value that the setting cannot have.
    pub(crate) fn value(&self, value: &Value) -> Result<toml_edit::Value, String> {
        let name = self.name;
        match self.values {
            Values::Number { min, max } => {
                let number = value.as_u64().filter(|number| (min..=max).contains(number));
                let number = number.and_then(|number| i64::try_from(number).ok());
                number.map(Into::into).ok_or_else(|| {
                    format!("`{name}`: {value} is not a whole number from {min} to {max}")
                })
            }
            Values::Choice(choices) => {
                let chosen = value.as_str().filter(|text| choices.contains(text));
                chosen.map(Into::into).ok_or_else(|| {
                    format!("`{name}`: {value} is not one of {}", choices.join(", "))
                })
            }
        }
    }

    fn setting(&self, value: Option<Value>) -> ConfigSetting {
        let mut setting = plain(self.name, value);
        setting.about = Some(self.about.to_owned());
        setting.default = Some(match self.default {
            Default::Number(number) => number.into(),
            Default::Text(text) => text.into(),
        });
        match self.values {
            Values::Number { min, max } => {
                setting.kind = Some(ConfigKind::Number);
                (setting.min, setting.max) = (Some(min), Some(max));
            }
            Values::Choice(choices) => {
                setting.kind = Some(ConfigKind::Choice);
                setting.choices = choices.iter().map(|choice| (*choice).to_owned()).collect();
            }
        }
        setting
    }
}

/// Lists the settings: those that can be changed, then the others that the file has.
pub(crate) fn of_file(file: &Table) -> Vec<ConfigSetting> {
    let mut written = Vec::new();
    collect("", file, &mut written);
    let value = |name: &str| written.iter().find(|(it, _)| it == name).map(|(_, it)| it.clone());
    let mut settings: Vec<_> = EDITABLE.iter().map(|it| it.setting(value(it.name))).collect();
    let others = written.iter().filter(|(name, _)| Editable::named(name).is_none());
    settings.extend(others.map(|(name, value)| fixed(name, value.clone())));
    settings
}

fn fixed(name: &str, value: Value) -> ConfigSetting {
    let is_secret = name.rsplit('.').next() == Some(SECRET);
    let mut setting = plain(name, (!is_secret).then_some(value));
    setting.secret = is_secret;
    setting.fixed = Some(match name.split('.').next().unwrap_or_default() {
        "permissions" => FixedReason::Rights,
        "extensions" | "documents" => FixedReason::Isolation,
        "http" | "auth" | "ai" | "daemon" => FixedReason::Servers,
        "vault" => FixedReason::Key,
        _ => FixedReason::Other,
    });
    setting
}

fn plain(name: &str, value: Option<Value>) -> ConfigSetting {
    ConfigSetting {
        name: name.to_owned(),
        about: None,
        value,
        default: None,
        kind: None,
        min: None,
        max: None,
        choices: Vec::new(),
        secret: false,
        fixed: None,
        applies: applies(name),
    }
}

/// Returns from when on a change of a setting counts: a daemon reads some sections again by itself.
fn applies(name: &str) -> ConfigApplies {
    let section = name.split('.').next().unwrap_or_default();
    let is_of = |it: &&Section| it.name().trim_matches(['[', ']']) == section;
    match Section::ALL.iter().find(is_of).is_some_and(|it| it.is_reloaded()) {
        true => ConfigApplies::AtOnce,
        false => ConfigApplies::AfterRestart,
    }
}

/// Lists the values of a table by their whole names. What is in a list stays together.
fn collect(before: &str, table: &Table, found: &mut Vec<(String, Value)>) {
    for (key, value) in table {
        let name = if before.is_empty() { key.clone() } else { format!("{before}.{key}") };
        match value {
            toml::Value::Table(table) => collect(&name, table, found),
            value => found.push((name, json(value))),
        }
    }
}

fn json(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => (*number).into(),
        toml::Value::Boolean(is) => (*is).into(),
        toml::Value::Datetime(time) => time.to_string().into(),
        toml::Value::Array(values) => values.iter().map(json).collect(),
        toml::Value::Table(table) => {
            let shown = table.iter().filter(|(key, _)| *key != SECRET);
            shown.map(|(key, value)| (key.clone(), json(value))).collect()
        }
    }
}
