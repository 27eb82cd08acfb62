//! `spacedrive ext config`.

mod editor;
mod value;

use ext_wire::{
    ErrorCode,
    ops::settings::{
        List, Set, SetSettingsInput, SetSettingsOutput, Setting, SettingSource, SettingsRef,
    },
};
use serde_json::Value;
use spacedrive_core::Core;
use uuid::Uuid;

use crate::{
    args::{ConfigArgs, ConfigCommand, Output},
    failure::Hinted,
    names,
    output::{self, Column, printable},
};

pub(super) fn run(core: &Core, args: ConfigArgs, output: Output) -> anyhow::Result<()> {
    let ConfigArgs { id, library, command } = args;
    let library = library.map(|text| names::library(core, &text)).transpose()?;
    let config = Config { core, id: &id, library, output };
    match command.unwrap_or(ConfigCommand::List) {
        ConfigCommand::List => output::print(output, &config.list()?, |all| table(&id, all)),
        ConfigCommand::Get { name } => config.get(&name),
        ConfigCommand::Set { settings } => {
            let all = config.list()?;
            let input = value::read(&config, &all, &settings)?;
            config.change(input)
        }
        ConfigCommand::Edit => match editor::edit(&id, &config.list()?)? {
            Some(edited) => edited.keep(|input| config.change(input)),
            None => config.say(&SetSettingsOutput { changed: Vec::new() }),
        },
        ConfigCommand::Reset { names: reset } => {
            config.change(SetSettingsInput { reset, ..SetSettingsInput::default() })
        }
    }
}

/// Lists what the settings of an extension lack that was just installed: values that do not fit it.
pub(super) fn unfit(core: &Core, id: &str) -> Vec<String> {
    let config = Config { core, id, library: None, output: Output::Table };
    let all = config.list().unwrap_or_default();
    let line = |setting: Setting| {
        let Setting { name, problem, schema, .. } = setting;
        let mend = match schema {
            Some(_) => format!("set {name}=VALUE` sets it again"),
            None => format!("reset {name}` removes it"),
        };
        let problem = problem?;
        Some(format!(
            "the setting `{name}` is not in force: {problem}; `spacedrive ext config {id} {mend}"
        ))
    };
    all.into_iter().filter_map(line).collect()
}

/// The settings of one extension, in one library or for all.
struct Config<'a> {
    core: &'a Core,
    id: &'a str,
    library: Option<Uuid>,
    output: Output,
}

impl Config<'_> {
    fn list(&self) -> anyhow::Result<Vec<Setting>> {
        let of = SettingsRef { extension_id: self.id.to_owned(), library_id: self.library };
        Ok(self.core.call_typed::<List>(None, &of)?.settings)
    }

    fn get(&self, name: &str) -> anyhow::Result<()> {
        let all = self.list()?;
        let setting = self.find(&all, name)?;
        if setting.secret {
            let message = format!("`{name}` is a secret: only the extension gets it");
            let hint = format!("`spacedrive ext config {} set {name}` sets it anew", self.id);
            return Err(Hinted::error(ErrorCode::BadInput, message, hint));
        }
        output::print(self.output, &setting.value, |value| match value {
            Some(Value::String(text)) => output::steady(text).into_owned(),
            Some(value) => value.to_string(),
            None => String::new(),
        })
    }

    fn find<'a>(&self, all: &'a [Setting], name: &str) -> anyhow::Result<&'a Setting> {
        let declared = |setting: &&Setting| setting.name == name && setting.schema.is_some();
        all.iter().find(declared).ok_or_else(|| {
            let message = format!("{} has no setting `{name}`", self.id);
            let hint = format!("`spacedrive ext config {}` lists its settings", self.id);
            Hinted::error(ErrorCode::NotFound, message, hint)
        })
    }

    fn change(&self, input: SetSettingsInput) -> anyhow::Result<()> {
        let (extension_id, library_id) = (self.id.to_owned(), self.library);
        let input = SetSettingsInput { extension_id, library_id, ..input };
        self.say(&self.core.call_typed::<Set>(None, &input)?)
    }

    fn say(&self, done: &SetSettingsOutput) -> anyhow::Result<()> {
        output::print(self.output, done, |done| match done.changed.as_slice() {
            [] => "nothing changed".to_owned(),
            changed => format!("changed {}", changed.join(", ")),
        })
    }
}

fn table(id: &str, settings: &[Setting]) -> String {
    let row = |setting: &Setting| {
        let about = setting.problem.as_ref().map(|problem| format!("NOT IN FORCE: {problem}"));
        let about = about.or_else(|| setting.description.clone()).or_else(|| setting.title.clone());
        vec![
            setting.name.clone(),
            shown(setting),
            source(setting.source).to_owned(),
            about.unwrap_or_default(),
        ]
    };
    let columns =
        [Column::text("NAME"), Column::text("VALUE"), Column::text("FROM"), Column::text("ABOUT")];
    let none = format!("{} has no settings", printable(id));
    output::table(&columns, settings.iter().map(row).collect(), &none)
}

fn shown(setting: &Setting) -> String {
    match (&setting.value, setting.secret, setting.source) {
        (_, true, SettingSource::Unset) | (None, false, _) => "-".to_owned(),
        (_, true, _) => "(secret)".to_owned(),
        (Some(Value::String(text)), ..) => text.clone(),
        (Some(value), ..) => value.to_string(),
    }
}

const fn source(source: SettingSource) -> &'static str {
    match source {
        SettingSource::Library => "this library",
        SettingSource::All => "all libraries",
        SettingSource::Default => "default",
        SettingSource::Unset => "-",
    }
}
