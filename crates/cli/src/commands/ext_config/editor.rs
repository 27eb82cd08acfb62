//! The settings in the user's editor.

use std::{
    env,
    io::Write,
    process::{Command, Stdio},
};

use anyhow::Context;
use ext_wire::{
    ErrorCode,
    ops::settings::{SetSettingsInput, Setting},
};
use serde_json::{Map, Value};
use tempfile::NamedTempFile;

use crate::failure::Hinted;

/// Longest text that is read back, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// What the user wrote.
pub(super) struct Edited {
    file: NamedTempFile,
    input: SetSettingsInput,
}

impl Edited {
    /// Does something with it; when that fails, the file stays, so that nothing has to be written again.
    pub(super) fn keep(
        self,
        change: impl FnOnce(SetSettingsInput) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        change(self.input).map_err(|error| kept(self.file, error))
    }
}

/// Lets the user edit the values in force; `None` when nothing was changed.
pub(super) fn edit(id: &str, settings: &[Setting]) -> anyhow::Result<Option<Edited>> {
    let shown: Map<String, Value> = settings
        .iter()
        .filter(|setting| !setting.secret)
        .filter_map(|setting| Some((setting.name.clone(), setting.value.clone()?)))
        .collect();
    let prefix = format!("{id}-");
    let mut file =
        tempfile::Builder::new().prefix(&prefix).suffix(".json").tempfile().context("no file")?;
    file.write_all(serde_json::to_string_pretty(&shown)?.as_bytes())?;
    file.write_all(b"\n")?;
    open(&file)?;
    let text = ext_fs::read_text(file.path(), MAX_BYTES)?;
    let edited: Map<String, Value> = match serde_json::from_str(&text) {
        Ok(edited) => edited,
        Err(error) => {
            let error = anyhow::Error::from(error).context("the text is not a JSON object");
            return Err(kept(file, error));
        }
    };
    let input = changes(&shown, edited);
    let none = input.values.is_empty() && input.reset.is_empty();
    Ok((!none).then_some(Edited { file, input }))
}

/// Returns what is other than before: new values, and names that were taken out.
fn changes(shown: &Map<String, Value>, edited: Map<String, Value>) -> SetSettingsInput {
    let reset = shown.keys().filter(|name| !edited.contains_key(*name)).cloned().collect();
    let values =
        edited.into_iter().filter(|(name, value)| shown.get(name) != Some(value)).collect();
    SetSettingsInput { values, reset, ..SetSettingsInput::default() }
}

fn open(file: &NamedTempFile) -> anyhow::Result<()> {
    let editor = ["VISUAL", "EDITOR"].iter().find_map(|name| env::var(name).ok());
    let Some(editor) = editor.filter(|editor| !editor.trim().is_empty()) else {
        let hint = "name one, as in `EDITOR=nano`, or use `ext config ID set NAME=VALUE`";
        let message = "neither VISUAL nor EDITOR names an editor";
        return Err(Hinted::error(ErrorCode::BadInput, message, hint));
    };
    // As git does: the variable may hold arguments.
    let status = Command::new("sh")
        .args(["-c", &format!("{editor} \"$@\""), &editor])
        .arg(file.path())
        .stdout(Stdio::inherit())
        .status()
        .with_context(|| format!("the editor `{editor}` cannot be started"))?;
    if status.success() {
        return Ok(());
    }
    let message = format!("the editor `{editor}` ended with an error: nothing was changed");
    Err(Hinted::error(ErrorCode::BadInput, message, "VISUAL and EDITOR name the editor"))
}

/// Leaves the file, and says where it is.
fn kept(file: NamedTempFile, error: anyhow::Error) -> anyhow::Error {
    let message = format!("{error:#}");
    match file.keep() {
        Ok((_, path)) => {
            let hint = format!("what you wrote is in {}", path.display());
            Hinted::error(ErrorCode::BadInput, message, hint)
        }
        Err(_) => error,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_was_edited_is_set() {
        let object = |value: Value| value.as_object().cloned().unwrap();
        let shown = object(json!({ "a": 1, "b": "x", "c": [] }));
        let input = changes(&shown, object(json!({ "a": 1, "b": "y", "d": true })));
        assert_eq!(input.values, object(json!({ "b": "y", "d": true })));
        assert_eq!(input.reset, ["c"]);
    }
}
