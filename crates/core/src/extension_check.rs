//! Checks of an extension that is not installed yet, for its author.

use std::path::Path;

use ext_grants::PermissionRequest;
use ext_manager::{LoadError, Loader, ModuleContents, check_functions, check_wasm};
use ext_manifest::{Manifest, OperationDecl};
use ext_wire::{DeclaredHandlers, Method, Wire, ops::jobs::Dispatch};
use serde::Serialize;

use crate::{catalogue::OfferedOperation, code_texts::CodeTexts, manifest_advice};

/// Result of [`Extensions::check`](crate::Extensions::check): what the extension is made of, and what is
/// wrong with it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ExtensionCheck {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// The runtime that runs it, for one of scripts: it has no wasm of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime: Option<String>,
    /// Sections of the wasm, in order.
    pub sections: Vec<SectionSize>,
    /// Imports of the wasm, as `module.name`.
    pub imports: Vec<String>,
    /// Exports of the wasm.
    pub exports: Vec<String>,
    /// Operations that the wasm says it has functions for; `None` when it says nothing of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operations: Option<Vec<String>>,
    /// True when the manifest names operations or events, and the code does not say what it has functions
    /// for.
    pub is_unchecked: bool,
    /// Operations of the host whose methods stand in the code.
    pub calls: Vec<String>,
    /// Risks of what it asks for, as users are told.
    pub risks: Vec<String>,
    /// Findings, the worst first.
    pub findings: Vec<Finding>,
}

/// A section of a wasm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SectionSize {
    /// Its name; in quotes that of a custom section.
    pub name: String,
    /// Bytes of its content.
    pub bytes: usize,
}

/// A finding about an extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Its weight.
    pub severity: Severity,
    /// Its text, without a full stop.
    pub message: String,
}

/// Weight of a [`Finding`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The extension does not load.
    Error,
    /// Something does not work, or cannot help.
    Warning,
    /// Something to look at, which may be intended.
    Note,
}

impl Severity {
    /// Returns its name, for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

impl ExtensionCheck {
    /// Begins with what the code is made of.
    fn of_code(code: CodeTexts) -> Self {
        let CodeTexts::Wasm(contents) = code else { return Self::default() };
        let ModuleContents { sections, imports, exports, .. } = contents;
        let sections = sections.into_iter().map(|(name, bytes)| SectionSize { name, bytes });
        Self { sections: sections.collect(), imports, exports, ..Self::default() }
    }

    /// Adds something that is wrong, in front of what weighs less.
    pub fn add(&mut self, severity: Severity, message: String) {
        let at = self.findings.partition_point(|found| found.severity <= severity);
        self.findings.insert(at, Finding { severity, message });
    }

    /// Returns whether the extension loads, as far as this tells.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity != Severity::Error)
    }
}

/// The place of an extension that is checked: its folder, and the path that its author knows that by.
pub(crate) struct Place<'a> {
    pub(crate) folder: &'a Path,
    pub(crate) named: &'a Path,
}

/// Checks an extension; `operations` are those that this program and its extensions offer.
pub(crate) fn check(
    manifest: &Manifest,
    place: &Place<'_>,
    loader: &Loader,
    operations: &[OfferedOperation],
) -> ExtensionCheck {
    let (code, error) = read(manifest, place, loader);
    let declared = declared(&code);
    let offered = operations.iter().filter(|operation| !operation.host_only);
    let calls = offered.map(|operation| operation.method.as_str());
    let calls: Vec<_> = calls.filter(|method| code.may_call(method)).collect();
    let warnings = manifest_advice::advise(manifest, operations).into_iter();
    let warnings = warnings
        .chain(undeclared(manifest, declared.as_ref()))
        .chain(not_asked_for(manifest, &calls, &code));
    let (unnamed, never) =
        (unnamed(manifest, &code), never_called(manifest, operations, &calls, &code));
    let (sure, unsure) = match &code {
        CodeTexts::Scripts(_) => (unnamed, Vec::new()),
        CodeTexts::Wasm(_) => (Vec::new(), unnamed),
    };
    let with = |severity| move |message| Finding { severity, message };
    let findings = error.into_iter().map(with(Severity::Error));
    let findings = findings.chain(warnings.chain(sure).map(with(Severity::Warning)));
    let notes = unsure.into_iter().chain(never).map(with(Severity::Note));
    ExtensionCheck {
        id: manifest.id().to_owned(),
        version: manifest.version().to_string(),
        runtime: manifest.wasi().runtime().map(str::to_owned),
        calls: calls.iter().map(|&method| method.to_owned()).collect(),
        risks: PermissionRequest::all(manifest).risks(manifest),
        is_unchecked: declared.is_none() && promises(manifest),
        operations: declared.map(|all| all.operations().map(str::to_owned).collect()),
        findings: findings.chain(notes).collect(),
        ..ExtensionCheck::of_code(code)
    }
}

/// Checks whether an extension loads, and reads its code; what cannot be loaded may be read all the same.
fn read(manifest: &Manifest, place: &Place<'_>, loader: &Loader) -> (CodeTexts, Option<String>) {
    let Place { folder, named } = *place;
    let checked = check_wasm(manifest, folder, loader);
    let (contents, error) = match checked {
        Ok(contents) => (contents, None),
        Err(error) => (contents(manifest, folder), Some(error)),
    };
    let nothing = || CodeTexts::Wasm(ModuleContents::default());
    let (code, unreadable) = match CodeTexts::of(manifest, contents, folder) {
        Ok(code) => (code, None),
        Err(error) => (nothing(), Some(error)),
    };
    (code, error.or(unreadable).map(|error| refusal(&error.with_folder(folder, named))))
}

fn contents(manifest: &Manifest, folder: &Path) -> ModuleContents {
    let path = manifest.wasm_path(folder);
    let wasm = ext_fs::read(&path, manifest.max_wasm_bytes().into()).unwrap_or_default();
    ModuleContents::read(&wasm).unwrap_or_default()
}

fn declared(code: &CodeTexts) -> Option<DeclaredHandlers> {
    let CodeTexts::Wasm(contents) = code else { return None };
    contents.methods.as_deref().map(DeclaredHandlers::parse)
}

fn promises(manifest: &Manifest) -> bool {
    !manifest.operations().is_empty() || !manifest.events().is_empty()
}

/// Compares what the manifest of a built extension names with the functions that its code has, and returns
/// what does not fit, or may not.
///
/// # Errors
/// [`LoadError`]: as the extension would not load for that reason, or because it cannot be read.
pub fn compare_functions(manifest: &Manifest, folder: &Path) -> Result<Vec<String>, LoadError> {
    let code = CodeTexts::of(manifest, check_functions(manifest, folder)?, folder)?;
    let mut warnings = undeclared(manifest, declared(&code).as_ref());
    warnings.extend(unnamed(manifest, &code));
    Ok(warnings)
}

/// Describes operations of the manifest that nothing in the code names, where it does not say what it has
/// functions for.
fn unnamed(manifest: &Manifest, code: &CodeTexts) -> Vec<String> {
    if declared(code).is_some() {
        return Vec::new();
    }
    let offered = manifest.operations().iter().map(OperationDecl::method);
    let said = |method| {
        format!(
            "`operations` of the manifest names `{method}`, which stands nowhere in {}: is there a function \
             for it?",
            code.place()
        )
    };
    offered.filter(|method| !code.may_offer(method)).map(said).collect()
}

fn refusal(error: &LoadError) -> String {
    format!("{error} [{}]", error.code())
}

/// Describes functions of the wasm that nobody reaches, because the manifest does not name them.
pub(crate) fn undeclared(manifest: &Manifest, declared: Option<&DeclaredHandlers>) -> Vec<String> {
    let Some(declared) = declared else { return Vec::new() };
    let offered = |method: &str| manifest.operations().iter().any(|one| one.method() == method);
    let operations = declared.operations().filter(|method| !offered(method)).map(|method| {
        format!("`operations` of the manifest lacks `{method}`, for which the wasm has a function")
    });
    let shown = |method: &str| manifest.operation(method).is_none_or(OperationDecl::answers_view);
    let views = declared.views().filter(|method| !shown(method)).map(|method| {
        format!(
            "`{method}` answers a view: name it as the `query` of one of `views` in the manifest, or say \
             `\"answers\": \"view\"`"
        )
    });
    let named = |kind: &str| manifest.events().iter().any(|one| one == kind);
    let kinds = declared.kinds().filter(|kind| !named(kind)).map(|kind| {
        format!("`events` of the manifest lacks `{kind}`, for which the wasm has a function")
    });
    operations.chain(views).chain(kinds).collect()
}

fn asks_for(manifest: &Manifest, method: &str) -> bool {
    let patterns = manifest.permissions().methods();
    Method::parse(method).is_ok_and(|method| patterns.iter().any(|one| one.matches(method)))
}

/// Describes calls that are refused, because the manifest does not ask for them.
fn not_asked_for(manifest: &Manifest, calls: &[&str], code: &CodeTexts) -> Vec<String> {
    let place = code.place();
    let missing = calls.iter().filter(|method| !asks_for(manifest, method));
    let said = |method| {
        format!("`permissions.methods` lacks `{method}`, which stands in {place} as a call")
    };
    missing.map(said).collect()
}

/// Describes permissions for operations that the wasm does not name.
fn never_called(
    manifest: &Manifest,
    operations: &[OfferedOperation],
    calls: &[&str],
    code: &CodeTexts,
) -> Vec<String> {
    let place = code.place();
    let reaches = |pattern: &ext_manifest::MethodPattern, method: &str| {
        Method::parse(method).is_ok_and(|method| pattern.matches(method))
    };
    let patterns = manifest.permissions().methods().iter();
    // What matches nothing is a warning of its own. Events need no call, nor do jobs that the user starts.
    let patterns = patterns.filter(|pattern| {
        let runs_jobs = reaches(pattern, Dispatch::METHOD) && !manifest.operations().is_empty();
        !reaches(pattern, ext_perm::RECEIVE_EVENT) && !runs_jobs
    });
    let patterns = patterns.filter(|pattern| {
        operations.iter().any(|one| !one.host_only && reaches(pattern, &one.method))
            && !calls.iter().any(|method| reaches(pattern, method))
    });
    let said = |pattern| {
        format!("`{pattern}` is asked for, and no such method stands in {place}: is it called?")
    };
    patterns.map(said).collect()
}
