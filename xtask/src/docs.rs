//! Pages that are made of the code.

use anyhow::Result;

use crate::steps::{self, cargo, step};
use crate::workspace::Workspace;

/// With it set, the tests that compare the pages with the code write them instead.
const WRITE: &str = "SPACEDRIVE_WRITE_DOCS";

/// Runs the chore `docs`.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    step("docs", || {
        let mut command = cargo();
        command.args(["test", "--package", "ext-ops", "--test", "it", "the_page_of_"]);
        steps::run(command.env(WRITE, "1").current_dir(&workspace.root))
    })
}
