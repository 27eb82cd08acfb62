//! `spacedrive ext dev`: builds an extension whenever its sources change, and takes the new version
//! into use without stopping the old one.

mod calls;
mod watch;

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use anyhow::Context;
use ext_wire::text::counted;
use spacedrive_core::{Candidate, Core, Updated, WorkReport, permissions::Consent};
use uuid::Uuid;

use crate::{
    args::{ConsentArgs, Output},
    build, consent, output,
};

/// Interval of checks for changes, events and Ctrl-C.
const CHECK_INTERVAL: Duration = Duration::from_millis(200);

/// The arguments of `ext dev`.
pub(crate) struct Dev<'a> {
    pub(crate) core: &'a Core,
    pub(crate) folder: &'a Path,
    pub(crate) library: Option<Uuid>,
    /// True to deliver the events of all entries again to each version.
    pub(crate) replay: bool,
    pub(crate) yes: bool,
}

impl Dev<'_> {
    /// Builds and delivers until `stop` is set.
    ///
    /// # Errors
    /// The reason when the folder holds no extension, or cannot be watched.
    pub(crate) fn run(&self, stop: &Arc<AtomicBool>) -> anyhow::Result<()> {
        let source = build::Source::find(self.folder)?;
        let changes = watch::Changes::watch(self.folder)?;
        let mut asked = self.yes;
        let mut calls = calls::Calls::watch(self.core, self.folder);
        self.try_version(&source, &mut asked);
        say("watching; Ctrl-C ends");
        while !stop.load(SeqCst) {
            if changes.settled(CHECK_INTERVAL) {
                self.try_version(&source, &mut asked);
            }
            self.deliver();
            calls.show();
        }
        say("ended");
        Ok(())
    }

    /// Makes one attempt; when it fails, the version that runs stays.
    fn try_version(&self, source: &build::Source, asked: &mut bool) {
        if let Err(error) = self.build_and_load(source, asked) {
            say(&format!("NOT LOADED: {error:#}"));
        }
    }

    fn build_and_load(&self, source: &build::Source, asked: &mut bool) -> anyhow::Result<()> {
        let began = Instant::now();
        let staged = source.build()?;
        let built = began.elapsed();
        let candidate = self.core.extensions().candidate(staged.path())?;
        for advice in self.core.extensions().advice(&candidate) {
            say(&format!("warning: {advice}"));
        }
        let consent = self.consent(&candidate, asked)?;
        let began = Instant::now();
        let updated = self.core.extensions().update(candidate, consent);
        let updated = updated.context("the old version goes on")?;
        say(&loaded(&updated, built, began.elapsed()));
        self.replay(&updated.info.id)
    }

    /// Shows what the extension asks for once, at the start; more than that needs a new start.
    fn consent(&self, candidate: &Candidate, asked: &mut bool) -> anyhow::Result<Consent> {
        if self.yes {
            return Ok(Consent::All);
        }
        if *asked {
            return Ok(Consent::KeepPermissions);
        }
        let consent = consent::ask(self.core, candidate, &ConsentArgs::default(), Output::Table)?;
        *asked = true;
        consent.context("the version needs your consent")
    }

    /// Puts the events that an older version has dealt with back, for [`Self::deliver`].
    fn replay(&self, id: &str) -> anyhow::Result<()> {
        if let Some(library) = self.library.filter(|_| self.replay) {
            let count = self.core.library(library)?.deliver_again(id, None)?;
            say(&counted(count, "event is delivered again", "events are delivered again"));
        }
        Ok(())
    }

    fn deliver(&self) {
        let Some(library) = self.library else { return };
        let delivered =
            self.core.library(library).and_then(|library| library.import(&[], &mut |_| {}));
        match delivered {
            Ok(report) => show(&report),
            Err(error) => say(&format!("events: {error}")),
        }
    }
}

fn loaded(updated: &Updated, built: Duration, took: Duration) -> String {
    let Updated { info, pause, state_bytes } = updated;
    let how = match (pause, state_bytes) {
        (Some(pause), Some(bytes)) => {
            format!("reloaded with {bytes} bytes of state, pause {pause:.1?}")
        }
        (Some(pause), None) => format!("reloaded afresh, pause {pause:.1?}"),
        _ => "loaded".to_owned(),
    };
    format!("{} {} {how}; built in {built:.1?}, loaded in {took:.1?}", info.id, info.version)
}

fn show(report: &WorkReport) {
    for (extension, count) in &report.processed {
        say(&format!("{extension} worked on {}", counted(*count, "event", "events")));
    }
    for failure in &report.failures {
        say(&format!("{}: {} [{}]", failure.path, failure.error, failure.code));
    }
}

fn say(line: &str) {
    eprintln!("dev: {}", output::message(line));
}
