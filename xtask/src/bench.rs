//! What the boundary between host and guest costs.

use anyhow::Result;

use crate::steps::{self, cargo, step};
use crate::workspace::Workspace;

/// The chore `bench`.
pub(crate) fn run(workspace: &Workspace, filter: Option<String>) -> Result<()> {
    step("bench", || {
        let mut command = cargo();
        command.args(["bench", "-p", "ext-host", "--bench", "host", "--"]).args(filter);
        steps::run(command.current_dir(&workspace.root))
    })
}
