//! Every test, from nothing: plain `cargo test`, so that a fresh machine needs nothing else.

use anyhow::Result;

use crate::cli::Cli;
use crate::steps::{self, cargo, step};
use crate::wasm::installable;
use crate::workspace::Workspace;
use crate::{setup, wasm};

/// With it set, a test that needs a model fails where the model is missing, instead of skipping.
const REQUIRE_MODELS: &str = "SPACEDRIVE_REQUIRE_MODELS";

/// Variable by which tests find the built extensions.
const EXTENSIONS: &str = "SPACEDRIVE_TEST_EXTENSIONS";

/// Runs the chore `test`.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    setup::run_for_tests()?;
    wasm::run(workspace)?;
    Cli::build(workspace)?.pull_models()?;
    step("test", || {
        let mut command = cargo();
        command.args(["test", "--workspace"]).current_dir(&workspace.root);
        steps::run(command.env(REQUIRE_MODELS, "1").env(EXTENSIONS, installable(workspace)))
    })
}
