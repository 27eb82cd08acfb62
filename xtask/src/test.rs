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
pub(crate) const EXTENSIONS: &str = "SPACEDRIVE_TEST_EXTENSIONS";

/// A part of the name of the test that is ignored because it writes, and not because it takes long.
const WRITES_FIXTURES: &str = "compat::";

/// Runs the chore `test`.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    setup::run_for_tests()?;
    wasm::run(workspace)?;
    Cli::build(workspace)?.pull_models()?;
    // Not in one call, which would link the examples and benches as well.
    step("test", || cargo_test(workspace, &["--tests"]))?;
    step("test of examples in documentation", || cargo_test(workspace, &["--doc"]))?;
    // The default build leaves them out.
    let languages = ["--tests", "--features", "spacedrive-cli/cedar,spacedrive-cli/rego", "polic"];
    step("test of policy languages", || cargo_test(workspace, &languages))
}

/// Runs the tests that take long, and are ignored otherwise. The one that is skipped writes fixtures.
pub(crate) fn run_long(workspace: &Workspace) -> Result<()> {
    setup::run_for_long_tests()?;
    let long = ["--tests", "--", "--ignored", "--skip", WRITES_FIXTURES];
    step("long tests", || cargo_test(workspace, &long))
}

fn cargo_test(workspace: &Workspace, args: &[&str]) -> Result<()> {
    let mut command = cargo();
    // A run takes long: it ends with all that is wrong, and not with the first.
    command.args(["test", "--workspace", "--no-fail-fast"]).args(args).current_dir(&workspace.root);
    steps::run(command.env(REQUIRE_MODELS, "1").env(EXTENSIONS, installable(workspace)))
}
