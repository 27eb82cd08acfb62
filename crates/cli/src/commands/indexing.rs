//! Reading files for search, behind an import or a run of jobs.

use std::{
    process::ExitCode,
    sync::{Arc, Once, atomic::AtomicBool},
};

use ext_wire::ops::{NoInput, work::Index};
use ext_wire::text::counted;
use spacedrive_core::{
    Core, IndexReport, Progress, UnindexedContent, Watcher, WorkProgress, WorkReport,
};
use uuid::Uuid;

use super::import;
use crate::{args::Output, output, progress::ImportBar};

/// Prints the report of an import, then indexes what came. JSON is one document, so it comes last.
pub(super) fn after_import(
    core: &Core,
    library: Uuid,
    stop: &Arc<AtomicBool>,
    mut report: WorkReport,
    output: Output,
) -> anyhow::Result<ExitCode> {
    match output {
        Output::Table => {
            let code = import::finish(&report, output)?;
            output::line(&describe(&run(core, library, stop)?))?;
            Ok(code)
        }
        Output::Json => {
            let index = run(core, library, stop);
            if let Ok(index) = &index {
                report.add_index(index.clone());
            }
            // What was imported is told, whatever became of the reading.
            let code = import::finish(&report, output)?;
            index.map(|_| code)
        }
    }
}

/// Indexes with a progress bar.
pub(super) fn run(
    core: &Core,
    library: Uuid,
    stop: &Arc<AtomicBool>,
) -> anyhow::Result<IndexReport> {
    let bar = ImportBar::new();
    let said = Once::new();
    let show = |step: WorkProgress<'_>| {
        said.call_once(|| {
            bar.say("Reading files for search. Ctrl-C stops that, and nothing is lost.");
        });
        bar.show(step);
    };
    let watcher = Watcher { stop: Some(Arc::clone(stop)), progress: Progress::to(&show) };
    Ok(core.call_watched::<Index>(Some(library), &NoInput {}, watcher)?)
}

/// Says what search knows now; nothing when there was nothing to do.
pub(super) fn describe(report: &IndexReport) -> String {
    if report.elsewhere {
        return "Another program reads the files of this library for search.".to_owned();
    }
    let mut lines = Vec::new();
    let without = match report.without_text {
        0 => String::new(),
        count => format!(", {count} without text"),
    };
    if report.read + report.without_text > 0 {
        lines.push(format!("{} read for search{without}", counted(report.read, "file", "files")));
    }
    if let Some(UnindexedContent { path, reason, .. }) = report.problems.iter().find(|it| it.again)
    {
        let files = counted(report.unread, "file waits", "files wait");
        lines.push(format!("{files} to be read for search: {path}: {reason}"));
    } else if report.stopped {
        lines.push(format!(
            "Stopped; {} not searched yet. `spacedrive job run` or the next import goes on.",
            counted(report.unread, "file is", "files are")
        ));
    }
    output::lines(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_said_with_the_way_to_go_on() {
        assert_eq!(describe(&IndexReport::default()), "");
        let done = IndexReport { read: 3, without_text: 1, ..IndexReport::default() };
        assert_eq!(describe(&done), "3 files read for search, 1 without text\n");
        let stopped = IndexReport { stopped: true, unread: 7, ..IndexReport::default() };
        assert!(describe(&stopped).contains("7 files are not searched yet. `spacedrive job run`"));
        let away = UnindexedContent {
            path: "a.png".into(),
            reason: "the model is missing".into(),
            again: true,
        };
        let away = IndexReport { unread: 1, problems: vec![away], ..IndexReport::default() };
        let said = "1 file waits to be read for search: a.png: the model is missing\n";
        assert_eq!(describe(&away), said);
    }
}
