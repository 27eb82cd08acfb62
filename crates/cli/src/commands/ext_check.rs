//! `spacedrive ext check`, and the same before an extension is passed on.

use std::{path::Path, process::ExitCode};

use ext_package::Package;
use ext_wire::ErrorCode;
use serde_json::json;
use spacedrive_core::{Core, ExtensionCheck, Finding, PackageFiles, SectionSize, Severity};

use super::shipped::{self, Found};
use crate::{
    args::Output,
    build::python::{self, Syntax},
    failure::Hinted,
    output::{self, Column, Warnings, cells},
};

/// Folder of the files in a package, with the separator.
const FILES: &str = "files/";

pub(super) fn check(core: &Core, named: &Path, output: Output) -> anyhow::Result<ExitCode> {
    let found = shipped::find(named)?;
    let mut check = of(core, &found)?;
    if let Some(stale) = found.stale_advice(named) {
        check.add(Severity::Warning, stale);
    }
    output::print(output, &check, describe)?;
    Ok(if check.passes() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Checks an extension as `ext check` does, with the syntax of its scripts.
pub(super) fn of(core: &Core, found: &Found) -> anyhow::Result<ExtensionCheck> {
    let path = &found.path;
    let mut check = core.extensions().check(path)?;
    if check.runtime.as_deref() != Some(python::RUNTIME) {
        return Ok(check);
    }
    match found.is_package {
        // Whoever looks at the package of a stranger gives it to no interpreter.
        true => check.add(Severity::Note, python::unchecked("it is in a package")),
        false => {
            let manifest = ext_manifest::Manifest::from_dir(path)?;
            add_syntax(&mut check, python::syntax_of(&PackageFiles::read(&manifest, path)?));
        }
    }
    Ok(check)
}

/// Checks the package in a file that its publisher is about to offer to others.
pub(super) fn of_own_package(
    core: &Core,
    file: &Path,
    package: &Package,
) -> anyhow::Result<ExtensionCheck> {
    let mut check = core.extensions().check(file)?;
    if check.runtime.as_deref() == Some(python::RUNTIME) {
        let files = package.files();
        let files = files.filter_map(|(path, bytes)| Some((path.strip_prefix(FILES)?, bytes)));
        add_syntax(&mut check, python::syntax(files));
    }
    Ok(check)
}

fn add_syntax(check: &mut ExtensionCheck, syntax: Syntax) {
    match syntax {
        Syntax::Sound => {}
        Syntax::Fault(fault) => check.add(Severity::Error, fault),
        Syntax::Unknown(reason) => check.add(Severity::Note, python::unchecked(&reason)),
    }
}

/// Refuses an extension that would not load, with all that was found; warns of the rest.
pub(super) fn ensure_passes(
    check: &ExtensionCheck,
    path: &Path,
    warnings: &mut Warnings,
) -> anyhow::Result<()> {
    let of = |severity| check.findings.iter().filter(move |it| it.severity == severity);
    if check.passes() {
        warnings.extend(of(Severity::Warning).map(|finding| finding.message.clone()));
        return Ok(());
    }
    let reasons: Vec<_> = of(Severity::Error).map(|finding| finding.message.as_str()).collect();
    let message = format!("{} would not load: {}", path.display(), reasons.join("; "));
    let hint = format!("`spacedrive ext check {}` shows all that was found", path.display());
    let findings = json!({ "findings": check.findings });
    Err(Hinted::with_details(ErrorCode::BadInput, message, hint, findings))
}

fn describe(check: &ExtensionCheck) -> String {
    let facts = match &check.runtime {
        Some(runtime) => facts(check, &[("runtime", runtime.clone())], ""),
        None => facts(
            check,
            &[("imports", list(&check.imports)), ("exports", list(&check.exports))],
            &sections(check),
        ),
    };
    let risks = check.risks.iter().map(|risk| format!("RISK: {risk}"));
    let said = |finding: &Finding| {
        format!("{}: {}", finding.severity.name(), output::printable(&finding.message))
    };
    let findings = check.findings.iter().map(said);
    let verdict = if check.findings.is_empty() { verdict(check) } else { unchecked(check) };
    let lines = risks.chain(findings).chain(verdict.map(str::to_owned));
    format!("{facts}\n{}", output::lines(lines))
}

fn facts(check: &ExtensionCheck, more: &[(&str, String)], sections: &str) -> String {
    let operations = match &check.operations {
        Some(operations) => list(operations),
        None => "not named".to_owned(),
    };
    let mut rows = vec![("extension", format!("{} {}", check.id, check.version))];
    rows.extend(more.iter().cloned());
    rows.extend([("operations", operations), ("calls", list(&check.calls))]);
    let fields = output::fields(&rows);
    match sections {
        "" => fields,
        sections => format!("{fields}\n{}\n", sections.trim_end()),
    }
}

fn sections(check: &ExtensionCheck) -> String {
    let columns = [Column::text("SECTION"), Column::number("BYTES")];
    let row =
        |section: &SectionSize| vec![section.name.clone(), cells::bytes(section.bytes as u64)];
    output::table(&columns, check.sections.iter().map(row).collect(), "no section")
}

/// Says that all is well, as far as it was looked at.
fn verdict(check: &ExtensionCheck) -> Option<&'static str> {
    unchecked(check).or(Some("manifest and code fit"))
}

fn unchecked(check: &ExtensionCheck) -> Option<&'static str> {
    match &check.runtime {
        _ if !check.is_unchecked => None,
        Some(_) => Some("functions: not checked (scripts say what they have when they run)"),
        None => Some("functions: not checked (the wasm has no section `spacedrive.methods`)"),
    }
}

fn list(items: &[String]) -> String {
    match items {
        [] => "-".to_owned(),
        items => items.join(", "),
    }
}
