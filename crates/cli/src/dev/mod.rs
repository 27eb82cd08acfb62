//! `spacedrive ext dev`: builds an extension whenever its sources change, and takes the new version
//! into use without stopping the old one.

mod calls;
mod logs;
mod watch;

use std::{
    io::{self, IsTerminal},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use anyhow::Context;
use ext_manifest::Manifest;
use ext_wire::{
    ErrorCode,
    ops::{
        NoInput,
        extensions::{Update, UpdatedExtension},
        work::{Deliver, DeliverAgain, DeliverAgainInput},
    },
    text::counted,
};
use spacedrive_core::{Core, Watcher, WorkReport, permissions::Consent};
use uuid::Uuid;

use crate::{
    args::{ConsentArgs, Output},
    build::{self, Built, Messages},
    consent,
    failure::Hinted,
    offered::Offered,
    output,
};

/// Interval of checks for changes, events and Ctrl-C.
const CHECK_INTERVAL: Duration = Duration::from_millis(200);

/// The arguments of `ext dev`.
pub(crate) struct Dev<'a> {
    pub(crate) core: &'a Core,
    pub(crate) data_folder: &'a Path,
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
        if !self.yes && !io::stdin().is_terminal() {
            let hint = "`--yes` agrees to all that the extension asks for";
            return Err(Hinted::error(ErrorCode::BadInput, "there is no terminal to ask at", hint));
        }
        let source = build::Source::find(self.folder)?;
        let changes = watch::Changes::watch(self.folder)?;
        let mut asked = self.yes;
        let mut logs = logs::Logs::follow(self.data_folder)?;
        let mut calls = calls::Calls::watch(self.core);
        let mut runs = self.try_version(&source, &mut asked, false);
        say("watching; Ctrl-C ends");
        while !stop.load(SeqCst) {
            if changes.settled(CHECK_INTERVAL) {
                runs = self.try_version(&source, &mut asked, runs);
            }
            self.deliver(stop);
            // The id is that of the sources as they are, while they can be read.
            let id = Manifest::from_dir(self.folder).ok().map(|manifest| manifest.id().to_owned());
            logs.show(id.as_deref());
            calls.show(id.as_deref());
        }
        say("ended");
        Ok(())
    }

    /// Makes one attempt; when it fails, the version that runs stays. Returns whether one runs.
    fn try_version(&self, source: &build::Source, asked: &mut bool, runs: bool) -> bool {
        let loaded = self.build_and_load(source, asked);
        if let Err(error) = &loaded {
            let old = if runs { ", the old version goes on" } else { "" };
            say(&format!("NOT LOADED{old}: {error:#}"));
        }
        runs || loaded.is_ok()
    }

    fn build_and_load(&self, source: &build::Source, asked: &mut bool) -> anyhow::Result<()> {
        let began = Instant::now();
        let Built { folder, warnings } = source.build(Messages::Terminal)?;
        let built = began.elapsed();
        let offered = Offered::at(self.core, folder.path(), false)?;
        let advice = offered.candidate.advice.iter();
        for advice in warnings.iter().chain(advice.filter(|it| !warnings.contains(it))) {
            say(&format!("warning: {advice}"));
        }
        let consent = self.consent(&offered, asked)?;
        let began = Instant::now();
        let updated = self.core.call_typed::<Update>(None, &offered.agreed(consent, true)?);
        let updated = updated?;
        say(&loaded(&updated, built, began.elapsed()));
        self.replay(&updated.info.id)
    }

    /// Shows what the extension asks for once, at the start; more than that needs a new start.
    fn consent(&self, offered: &Offered, asked: &mut bool) -> anyhow::Result<Consent> {
        if self.yes {
            return Ok(Consent::All);
        }
        if *asked {
            return Ok(Consent::KeepPermissions);
        }
        let consent = consent::ask(offered, &ConsentArgs::default(), Output::Table)?;
        *asked = true;
        consent.context("the version needs your consent")
    }

    /// Puts the events that an older version has dealt with back, for [`Self::deliver`].
    fn replay(&self, id: &str) -> anyhow::Result<()> {
        if let Some(library) = self.library.filter(|_| self.replay) {
            let input = DeliverAgainInput { extension: id.to_owned(), under: None };
            let again = self.core.call_typed::<DeliverAgain>(Some(library), &input)?;
            say(&counted(again.events, "event is delivered again", "events are delivered again"));
        }
        Ok(())
    }

    fn deliver(&self, stop: &Arc<AtomicBool>) {
        let Some(library) = self.library else { return };
        let watcher = Watcher { stop: Some(Arc::clone(stop)), ..Watcher::default() };
        match self.core.call_watched::<Deliver>(Some(library), &NoInput {}, watcher) {
            Ok(report) => show(&report),
            Err(error) => say(&format!("events: {error}")),
        }
    }
}

fn loaded(updated: &UpdatedExtension, built: Duration, took: Duration) -> String {
    let UpdatedExtension { info, pause_us, state_bytes } = updated;
    let how = match (pause_us.map(Duration::from_micros), state_bytes) {
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
    tell!("dev: {}", output::message(line));
}
