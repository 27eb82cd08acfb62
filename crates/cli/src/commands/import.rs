//! `spacedrive import`.

use std::{
    process::ExitCode,
    sync::{Arc, atomic::AtomicBool},
};

use ext_wire::text::counted;
use ext_wire::{
    Wire,
    ops::{
        NoInput,
        work::{self, ImportInput},
    },
};
use spacedrive_core::{
    Core, Failure, Followed, PartsReport, Progress, Undecided, Watcher, WorkProgress, WorkReport,
};
use uuid::Uuid;

use super::{indexing, parts::in_words};
use crate::{
    advice,
    args::{ImportArgs, Output},
    given_paths::GivenPaths,
    names, output,
    progress::ImportBar,
    stop,
};

/// Exit code of an import that finished with failures, or was stopped.
const PARTIAL: u8 = 3;
/// The way to go on with an import.
const AGAIN: &str = "Import the same files again";

pub(crate) fn run(core: &Core, args: &ImportArgs, output: Output) -> anyhow::Result<ExitCode> {
    let library = names::chosen(core, &args.library)?;
    let stop = stop::on_ctrl_c()?;
    let paths = GivenPaths::of(&args.paths)?;
    let into = args.into.as_ref().map(|place| place.trim_end_matches('/').to_owned());
    let input = ImportInput { paths: paths.absolute(), into };
    let mut report = with_bar::<work::Import>(core, library, &input, Some(Arc::clone(&stop)))?;
    paths.restore(&mut report);
    if args.no_index || report.stopped {
        return finish(&report, output);
    }
    indexing::after_import(core, library, &stop, report, output)
}

/// Runs work on a library, and shows its progress in a bar until it is done.
pub(super) fn with_bar<W: Wire>(
    core: &Core,
    library: Uuid,
    input: &W::Input,
    stop: Option<Arc<AtomicBool>>,
) -> anyhow::Result<W::Output> {
    let bar = ImportBar::new();
    let show = |step: WorkProgress<'_>| bar.show(step);
    let watcher = Watcher { stop, progress: Progress::to(&show) };
    Ok(core.call_watched::<W>(Some(library), input, watcher)?)
}

/// Prints the report and returns the exit code.
pub(super) fn finish(report: &WorkReport, output: Output) -> anyhow::Result<ExitCode> {
    output::print(output, report, |report| describe(report, AGAIN))?;
    Ok(exit_code(report))
}

/// Returns the exit code of an import: it says nothing about the indexing after it.
pub(super) fn exit_code(report: &WorkReport) -> ExitCode {
    let clean = report.failures.is_empty() && !report.stopped;
    if clean { ExitCode::SUCCESS } else { ExitCode::from(PARTIAL) }
}

/// Lets extensions work on what waits for them; prints the part of `only`.
pub(super) fn deliver(
    core: &Core,
    library: Uuid,
    only: &str,
    output: Output,
) -> anyhow::Result<()> {
    let mut report = with_bar::<work::Deliver>(core, library, &NoInput {}, None)?;
    report.processed.retain(|extension, _| extension == only);
    report.failures.retain(|failure| failure.extension.as_deref() == Some(only));
    output::print(output, &report, |report| describe(report, AGAIN))
}

/// Describes what was done, and with `again` how to go on with the rest.
pub(super) fn describe(report: &WorkReport, again: &str) -> String {
    let WorkReport { created, updated, unchanged, .. } = report;
    let followed = report.followed.len() as u64;
    let seconds = report.duration_ms as f64 / 1000.0;
    let mut lines = vec![format!(
        "{created} new, {updated} changed, {unchanged} there already ({seconds:.1} s)"
    )];
    let placed = report.placed.iter();
    lines.extend(placed.map(|it| format!("{} is in `{}` of the library", it.folder, it.place)));
    let processed = report.processed.iter();
    let processed = processed.filter(|(extension, _)| !report.parts.contains_key(*extension));
    lines.extend(processed.map(|(extension, count)| format!("{extension} worked on {count}")));
    for (extension, parts) in &report.parts {
        lines.extend(describe_parts(extension, parts));
    }
    let jobs = &report.jobs;
    if jobs.done + jobs.failed + jobs.again + jobs.parked > 0 {
        lines.push(format!("{} done, {} failed", counted(jobs.done, "job", "jobs"), jobs.failed));
    }
    if report.stopped {
        let stopped = match report.left {
            0 => "Stopped; all files are there, and not all work on them is done.".to_owned(),
            left => format!("Stopped; {} not looked at.", counted(left, "file was", "files were")),
        };
        lines.extend([String::new(), stopped, format!("{again} to go on.")]);
    }
    lines.extend(describe_followed(report));
    if !report.skipped.is_empty() {
        lines.extend([String::new(), format!("{} skipped:", report.skipped.len())]);
        lines.extend(report.skipped.iter().map(|it| format!("  {}: it is {}", it.path, it.kind)));
    }
    if !report.in_bin.is_empty() {
        let count = report.in_bin.len();
        lines.extend([
            String::new(),
            format!(
                "{}:",
                counted(
                    count,
                    "was deleted and stays in the bin",
                    "were deleted and stay in the bin"
                )
            ),
        ]);
        lines.extend(report.in_bin.iter().map(|path| format!("  {path}")));
        lines.push("`spacedrive entry restore ENTRY` brings one back.".to_owned());
    }
    if !report.mended.is_empty() {
        let count = report.mended.len();
        lines.extend([
            String::new(),
            format!("{count} lost or damaged in the library, now put back:"),
        ]);
        lines.extend(report.mended.iter().map(|path| format!("  {path}")));
    }
    if !report.empty.is_empty() {
        lines.extend([String::new(), format!("{} without content:", report.empty.len())]);
        lines.extend(report.empty.iter().map(|path| format!("  {path}")));
    }
    if !report.failures.is_empty() {
        let count = report.failures.len();
        let rest =
            if created + updated + unchanged + followed > 0 { ", the rest is done" } else { "" };
        lines.extend([String::new(), format!("{count} failed{rest}:")]);
        lines.extend(report.failures.iter().map(line));
        lines.extend([String::new(), format!("{again} to try them again.")]);
    }
    output::lines(lines)
}

/// Names the entries that went with their files, and those of which that cannot be told.
fn describe_followed(report: &WorkReport) -> Vec<String> {
    let mut lines = Vec::new();
    if !report.followed.is_empty() {
        let count = report.followed.len();
        lines.extend([String::new(), format!("{count} renamed or moved on the disk:")]);
        lines.extend(report.followed.iter().map(|Followed { from, to }| match from == to {
            true => format!("  {from} stays there in the library"),
            false => format!("  {from} is now {to}"),
        }));
    }
    if !report.undecided.is_empty() {
        let count = report.undecided.len();
        let head = counted(
            count,
            "new one that may be a renamed file",
            "new ones that may be renamed files",
        );
        let head = format!("{head}, of several with the same content:");
        lines.extend([String::new(), head]);
        let others = |it: &Undecided| format!("  {}: as {}", it.path, it.before.join(", "));
        lines.extend(report.undecided.iter().map(others));
        lines.push("`spacedrive entry delete ENTRY` removes those that are gone.".to_owned());
    }
    lines
}

/// Says what came of the entries, and how to list the parts that were not used.
fn describe_parts(extension: &str, report: &PartsReport) -> Vec<String> {
    let list = |counts: Vec<String>| format!("{extension}: {}", counts.join(", "));
    let outcomes = report.outcomes.iter();
    let outcomes = outcomes.map(|(outcome, count)| format!("{count} {}", in_words(outcome)));
    let mut lines = vec![list(outcomes.collect())];
    if let Some(entry) = report.entries.first() {
        let counts = [(report.unread, "not looked at"), (report.unused, "looked at and not used")];
        let counts = counts.into_iter().filter(|(count, _)| *count > 0);
        let counts =
            counts.map(|(count, what)| format!("{} {what}", counted(count, "part", "parts")));
        lines.push(format!(
            "{}: `spacedrive entry parts ENTRY` lists them, as for `{}`",
            list(counts.collect()),
            entry.path
        ));
    }
    lines
}

fn line(failure: &Failure) -> String {
    let by = failure.extension.as_ref().map(|id| format!("{id}: ")).unwrap_or_default();
    let separator = if failure.path.is_empty() { "" } else { ": " };
    // An error of the SDK ends with its code.
    let said = failure.error.contains(&failure.code);
    let code = if said { String::new() } else { format!(" [{}]", failure.code) };
    let advice = advice::on(&failure.code, &failure.error);
    let advice = advice.map(|advice| format!(": {advice}")).unwrap_or_default();
    format!("  {}{separator}{by}{}{advice}{code}", failure.path, failure.error)
}

#[cfg(test)]
mod tests {
    use spacedrive_core::UnusedParts;

    use super::*;

    #[test]
    fn what_nothing_came_of_is_not_said_to_be_worked_on() {
        let entry =
            UnusedParts { entry_id: Uuid::nil(), path: "mails/a.eml".into(), unused: 1, unread: 2 };
        let outcomes = [("booked".into(), 2), ("not_a_receipt".into(), 1)].into();
        let parts = PartsReport { outcomes, unused: 1, unread: 2, entries: vec![entry] };
        let report = WorkReport {
            processed: [("finance".into(), 2), ("hello".into(), 3)].into(),
            parts: [("finance".into(), parts)].into(),
            ..WorkReport::default()
        };
        let text = describe(&report, AGAIN);
        assert!(text.contains("hello worked on 3\n"), "{text}");
        assert!(text.contains("finance: 2 booked, 1 not a receipt\n"), "{text}");
        assert!(text.contains("finance: 2 parts not looked at, 1 part looked at and not used: "));
        assert!(text.contains("`spacedrive entry parts ENTRY` lists them, as for `mails/a.eml`"));
    }

    #[test]
    fn a_stopped_import_says_what_is_left() {
        let stopped = |left| WorkReport { stopped: true, left, ..WorkReport::default() };
        for (left, words) in [
            (0, "Stopped; all files are there, and not all work on them is done.\n"),
            (1, "Stopped; 1 file was not looked at.\n"),
            (2, "Stopped; 2 files were not looked at.\n"),
        ] {
            let text = describe(&stopped(left), AGAIN);
            assert!(text.contains(words) && text.contains("Import the same files again"), "{text}");
        }
    }

    #[test]
    fn the_rest_is_done_only_where_there_is_one() {
        let failure = Failure {
            path: "/no/such".into(),
            entry_id: None,
            extension: None,
            code: "E_IO".into(),
            error: "there is no such file or folder".into(),
        };
        let mut report = WorkReport { failures: vec![failure], ..WorkReport::default() };
        assert!(describe(&report, AGAIN).contains("\n1 failed:\n"));
        report.unchanged = 1;
        assert!(describe(&report, AGAIN).contains("\n1 failed, the rest is done:\n"));
    }

    #[test]
    fn failures_name_file_extension_and_code() {
        let failure = Failure {
            path: "mails/a.eml".into(),
            entry_id: None,
            extension: Some("finance".into()),
            code: "E_DOC_MALFORMED".into(),
            error: "a.pdf is damaged".into(),
        };
        assert_eq!(line(&failure), "  mails/a.eml: finance: a.pdf is damaged [E_DOC_MALFORMED]");
        let sdk = Failure { error: "it is damaged (E_DOC_MALFORMED)".into(), ..failure.clone() };
        assert_eq!(line(&sdk), "  mails/a.eml: finance: it is damaged (E_DOC_MALFORMED)");
        let whole = Failure { path: String::new(), ..failure };
        assert_eq!(line(&whole), "  finance: a.pdf is damaged [E_DOC_MALFORMED]");
    }
}
