//! Checks of an extension that is not installed yet, for its author.

use ext_manager::{LoadError, Loader, ModuleContents, check_wasm};
use ext_manifest::{Manifest, OperationDecl};
use ext_wire::{DeclaredHandlers, Method, Wire, ops::jobs::Dispatch};
use serde::Serialize;

use crate::{candidate::Candidate, catalogue::OfferedOperation, manifest_advice};

/// Result of [`Extensions::check`](crate::Extensions::check): what the extension is made of, and what is
/// wrong with it.
#[derive(Debug, Clone, Serialize)]
pub struct ExtensionCheck {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Sections of the wasm, in order.
    pub sections: Vec<SectionSize>,
    /// Imports of the wasm, as `module.name`.
    pub imports: Vec<String>,
    /// Exports of the wasm.
    pub exports: Vec<String>,
    /// Operations that the wasm says it has functions for; `None` when it says nothing of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operations: Option<Vec<String>>,
    /// Operations of the host whose methods stand in the wasm.
    pub calls: Vec<String>,
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
    /// Returns whether the extension loads, as far as this tells.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity != Severity::Error)
    }
}

/// Checks a candidate; `operations` are those that this program and its extensions offer.
pub(crate) fn check(
    candidate: &Candidate,
    loader: &Loader,
    operations: &[OfferedOperation],
) -> ExtensionCheck {
    let manifest = candidate.manifest();
    let checked = check_wasm(manifest, candidate.folder(), loader);
    let checked = checked.map_err(|error| candidate.at_source(error));
    let error = checked.as_ref().err().map(refusal);
    // What cannot be loaded may be read all the same.
    let contents = checked.or_else(|_| candidate.contents()).unwrap_or_default();
    let declared = contents.methods.as_deref().map(DeclaredHandlers::parse);
    let offered = operations.iter().filter(|operation| !operation.host_only);
    let calls = offered.map(|operation| operation.method.as_str());
    let calls: Vec<_> = calls.filter(|method| contents.mentions(method)).collect();
    let warnings = manifest_advice::advise(manifest, operations).into_iter();
    let warnings = warnings
        .chain(undeclared(manifest, declared.as_ref()))
        .chain(not_asked_for(manifest, &calls));
    let notes = never_called(manifest, operations, &calls);
    let with = |severity| move |message| Finding { severity, message };
    let findings = error.into_iter().map(with(Severity::Error));
    let findings = findings.chain(warnings.map(with(Severity::Warning)));
    let findings = findings.chain(notes.into_iter().map(with(Severity::Note))).collect();
    let calls = calls.into_iter().map(str::to_owned).collect();
    let operations = declared.map(|all| all.operations().map(str::to_owned).collect());
    let ModuleContents { sections, imports, exports, .. } = contents;
    let sections = sections.into_iter().map(|(name, bytes)| SectionSize { name, bytes }).collect();
    let (id, version) = (manifest.id().to_owned(), manifest.version().to_string());
    ExtensionCheck { id, version, sections, imports, exports, operations, calls, findings }
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
fn not_asked_for(manifest: &Manifest, calls: &[&str]) -> Vec<String> {
    let missing = calls.iter().filter(|method| !asks_for(manifest, method));
    let said = |method| {
        format!("`permissions.methods` lacks `{method}`, which stands in the wasm as a call")
    };
    missing.map(said).collect()
}

/// Describes permissions for operations that the wasm does not name.
fn never_called(
    manifest: &Manifest,
    operations: &[OfferedOperation],
    calls: &[&str],
) -> Vec<String> {
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
        format!("`{pattern}` is asked for, and no such method stands in the wasm: is it called?")
    };
    patterns.map(said).collect()
}
