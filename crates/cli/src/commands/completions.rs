//! `spacedrive completions` and the manual pages: both are made of the arguments.

use std::{fs, path::Path};

use anyhow::Context;
use clap::CommandFactory;
use clap_complete::Shell;

use crate::{args::Cli, output};

/// Name under which the program is called.
const NAME: &str = "spacedrive";

pub(crate) fn run(shell: Shell) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command_with_external().0, NAME, &mut script);
    output::bytes(&script)
}

/// Writes a page for the program and one for each command.
pub(crate) fn manual(folder: &Path) -> anyhow::Result<()> {
    let name = || folder.display().to_string();
    fs::create_dir_all(folder).with_context(name)?;
    clap_mangen::generate_to(Cli::command(), folder).with_context(name)
}
