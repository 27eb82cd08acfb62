//! `spacedrive ext install`, `update` and `build --install`.

use std::path::Path;

use ext_wire::ops::extensions::{Defer, ExtensionInfo, Install};
use serde::Serialize;
use serde_json::{Value, json};
use spacedrive_core::{Core, permissions::Consent};

use super::{ext_author, ext_config, newly_installed::NewlyInstalled, shipped};
use crate::{
    args::{ConsentArgs, Output},
    consent, external,
    offered::Offered,
    output::Warnings,
    progress::Spinner,
};

/// The arguments of an installation, and where it is done.
pub(super) struct Installation<'a> {
    pub(super) core: &'a Core,
    pub(super) args: &'a ConsentArgs,
    pub(super) output: Output,
}

/// The outcome of an installation, which is to be shown.
pub(super) struct Outcome {
    answer: Value,
    text: String,
    warnings: Warnings,
}

impl Outcome {
    fn new<T: Serialize>(
        answer: &T,
        text: impl FnOnce(&T) -> String,
        warnings: Warnings,
    ) -> anyhow::Result<Self> {
        Ok(Self { answer: serde_json::to_value(answer)?, text: text(answer), warnings })
    }

    /// Prints it as the answer of a command.
    pub(super) fn print(&self) -> anyhow::Result<()> {
        self.warnings.print(&self.answer, |_| self.text.clone())
    }

    /// Returns the answer for programs, as one of several.
    pub(super) fn to_value(&self) -> anyhow::Result<Value> {
        self.warnings.to_value(&self.answer)
    }
}

impl Installation<'_> {
    pub(super) fn of_path(
        &self,
        path: &Path,
        defers: bool,
        warnings: Warnings,
    ) -> anyhow::Result<()> {
        self.outcome_of_path(path, defers, warnings)?.print()
    }

    /// Installs what is at a path, and shows nothing but questions and warnings.
    pub(super) fn outcome_of_path(
        &self,
        path: &Path,
        defers: bool,
        mut warnings: Warnings,
    ) -> anyhow::Result<Outcome> {
        let found = shipped::find(path)?;
        warnings.extend(found.stale_advice(path));
        let offered = Offered::at(self.core, &found.path, self.args.accept_publisher)?;
        self.ensure_newer(&offered, &mut warnings)?;
        match defers && offered.is_update() {
            true => self.defer(&offered, warnings),
            false => self.install(&offered, warnings),
        }
    }

    /// Builds the extension in a folder first.
    pub(super) fn of_sources(&self, folder: &Path) -> anyhow::Result<()> {
        let mut warnings = Warnings::new(self.output);
        let dist = ext_author::built(folder, &mut warnings)?;
        self.of_path(&dist, false, warnings)
    }

    pub(super) fn of_pending(&self, id: &str) -> anyhow::Result<()> {
        let offered = Offered::pending(self.core, id, self.args.accept_publisher)?;
        let mut warnings = Warnings::new(self.output);
        self.ensure_newer(&offered, &mut warnings)?;
        self.install(&offered, warnings)?.print()
    }

    /// Goes back to the version before the installed one, which may be older.
    pub(super) fn of_previous(&self, id: &str) -> anyhow::Result<()> {
        let offered = Offered::previous(self.core, id, self.args.accept_publisher)?;
        self.install(&offered, Warnings::new(self.output))?.print()
    }

    /// Refuses a version that is older than the installed one before anything is asked, or says that it
    /// is.
    fn ensure_newer(&self, offered: &Offered, warnings: &mut Warnings) -> anyhow::Result<()> {
        match offered.downgrade() {
            Some(error) if self.args.allow_downgrade => warnings.add(error.to_string()),
            Some(error) => return Err(error.into()),
            None => {}
        }
        Ok(())
    }

    fn install(&self, offered: &Offered, mut warnings: Warnings) -> anyhow::Result<Outcome> {
        let Self { core, args, output } = *self;
        warnings.extend(external::clashes(core, &offered.manifest));
        warnings.extend(offered.candidate.advice.clone());
        let Some(consent) = consent::ask(offered, args, output)? else {
            return self.defer(offered, warnings);
        };
        warnings.extend(consent::receives_nothing(&offered.manifest, &consent));
        let info = self.agree(offered, consent)?;
        warnings.extend(ext_config::unfit(core, &info.id));
        Outcome::new(&NewlyInstalled::new(core, info), NewlyInstalled::describe, warnings)
    }

    fn agree(&self, offered: &Offered, consent: Consent) -> anyhow::Result<ExtensionInfo> {
        let _spinner = Spinner::new("compiling and checking …");
        let input = offered.agreed(consent, self.args.allow_downgrade)?;
        Ok(self.core.call_typed::<Install>(None, &input)?)
    }

    fn defer(&self, offered: &Offered, warnings: Warnings) -> anyhow::Result<Outcome> {
        if offered.candidate.request.is_empty {
            let info = self.agree(offered, Consent::KeepPermissions)?;
            let done = |info: &ExtensionInfo| format!("installed {} {}", info.id, info.version);
            return Outcome::new(&info, done, warnings);
        }
        if let Some(input) = offered.deferred() {
            self.core.call_typed::<Defer>(None, &input)?;
        }
        let id = offered.id();
        let text = |_: &Value| {
            format!("deferred: `spacedrive ext update {id}` shows what the update asks for")
        };
        Outcome::new(&json!({ "waiting": id }), text, warnings)
    }
}
