//! `spacedrive ext new`, `build`, `test` and `schema`: for authors of extensions.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use ext_manifest::FILES_FOLDER;
use ext_wire::ErrorCode;
use serde_json::json;

use super::shipped::DIST;
use crate::{
    args::{Format, Language, Output},
    build::{MAX_WASM_BYTES, Source},
    failure::Hinted,
    output::{self, Warnings},
    scaffold::{self, NewExtension},
};

pub(super) fn new(
    folder: &Path,
    language: Language,
    sdk: Option<&Path>,
    output: Output,
) -> anyhow::Result<()> {
    output::print(output, &scaffold::make(folder, language, sdk)?, describe_new)
}

/// Prints the JSON Schema of a format, which `docs/manifest.schema.json` or `docs/view.schema.json` has as
/// well.
pub(super) fn schema(of: Format) -> anyhow::Result<()> {
    let schema = match of {
        Format::Manifest => ext_manifest::schema(),
        Format::View => ext_wire::view::schema(),
    };
    output::json(&serde_json::to_string_pretty(&schema)?)
}

fn describe_new(made: &NewExtension) -> String {
    let NewExtension { folder, id, operation, files, sdk } = made;
    let folder = folder.display();
    let mut lines = vec![format!("made {folder}, the extension {id}: {}", files.join(", "))];
    if let Some(sdk) = sdk.as_ref().filter(|sdk| !sdk.starts_with('{')) {
        lines.push(format!(
            "it asks for version {sdk} of the SDK; `--sdk PATH` names a copy of it instead"
        ));
    }
    lines.push(format!("`spacedrive ext build {folder} --install` builds and installs it"));
    lines.push(format!("`spacedrive op call {operation}` asks it, after an import of some files"));
    output::lines(lines)
}

pub(super) fn build(folder: &Path, output: Output) -> anyhow::Result<()> {
    let mut warnings = Warnings::new(output);
    let dist = built(folder, &mut warnings)?;
    warnings.print(&json!({ "built": dist }), |_| {
        format!(
            "built {dist}: `spacedrive ext check {folder}` checks it, `spacedrive ext install {folder}` \
             installs it",
            dist = dist.display(),
            folder = folder.display(),
        )
    })
}

/// Runs the tests of the extension in a folder, and ends with their code.
pub(super) fn test(folder: &Path, output: Output) -> anyhow::Result<ExitCode> {
    let status = Source::find(folder)?.test(output.into())?;
    if output == Output::Json {
        output::print(output, &json!({ "passed": status.success() }), |_| String::new())?;
    }
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Builds the extension in a folder into its folder `dist`, and returns that.
pub(super) fn built(folder: &Path, warnings: &mut Warnings) -> anyhow::Result<PathBuf> {
    let source = Source::find(folder)?;
    if !source.is_built_here() {
        return Err(Hinted::error(
            ErrorCode::NotFound,
            format_args!(
                "{} has nothing to build: no Cargo.toml, go.mod, asconfig.json or file of C or Zig, and its \
                 manifest names no runtime",
                folder.display()
            ),
            format_args!(
                "put the .wasm of another tool beside manifest.json, and `spacedrive ext install {}` \
                 installs it",
                folder.display()
            ),
        ));
    }
    let built = source.build(warnings.output().into())?;
    warnings.extend(built.warnings);
    let dist = folder.join(DIST);
    let copied = copy(built.folder.path(), &dist);
    copied.with_context(|| format!("{} cannot be written", dist.display()))?;
    Ok(dist)
}

/// Copies the files of one folder into another, each in one step. What another build left there goes: a
/// module under another name, and files of guests that there are no more.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    copy_all(from, to)?;
    for entry in fs::read_dir(to)? {
        let entry = entry?;
        let is_wasm = Path::new(&entry.file_name()).extension().is_some_and(|it| it == "wasm");
        if is_wasm && !from.join(entry.file_name()).exists() {
            fs::remove_file(entry.path())?;
        }
    }
    remove_others(&from.join(FILES_FOLDER), &to.join(FILES_FOLDER))
}

fn copy_all(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        match from.is_dir() {
            true => copy_all(&from, &to)?,
            false => ext_fs::replace(&to, &ext_fs::read(&from, MAX_WASM_BYTES)?)?,
        }
    }
    Ok(())
}

/// Removes from a folder, if it is there, what the other one does not have.
fn remove_others(from: &Path, to: &Path) -> std::io::Result<()> {
    if !to.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(to)? {
        let entry = entry?;
        let (source, path) = (from.join(entry.file_name()), entry.path());
        let is_folder = entry.file_type()?.is_dir();
        match (is_folder, source.is_dir()) {
            (true, true) => remove_others(&source, &path)?,
            (true, false) => fs::remove_dir_all(path)?,
            (false, _) if source.is_file() => {}
            (false, _) => fs::remove_file(path)?,
        }
    }
    Ok(())
}
