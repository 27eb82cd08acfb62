//! The commands, one file for each noun.

mod audit;
mod auth;
mod entry;
mod event;
mod ext;
mod history;
mod import;
mod indexing;
mod job;
mod library;
mod models;
mod op;
mod parts;
mod permission;
mod search;
mod secret;
mod sidecar;

use std::process::ExitCode;

use anyhow::Context;
use ext_models::ModelStore;
use spacedrive_core::{Core, Isolation};

use crate::{
    args::{Cli, Command, Global},
    external,
};

/// Runs a command and returns the exit code.
pub(crate) fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let Global { output, .. } = cli.global;
    if let Command::Models(command) = cli.command {
        return models::run(&models_store(&cli.global)?, command, output);
    }
    let core = Core::builder(&cli.global.data_folder()?)
        .models(models_store(&cli.global)?)
        .isolation(isolation()?)
        .build()?;
    match cli.command {
        Command::Library(command) => return library::run(&core, command, output),
        Command::Ext(command) => ext::run(&core, command, output)?,
        Command::Permission(command) => permission::run(&core, command, output)?,
        Command::Audit(command) => return audit::run(&core, command, output),
        Command::Import(args) => return import::run(&core, &args, output),
        Command::Event(command) => return event::run(&core, command, output),
        Command::Job(command) => return job::run(&core, command, output),
        Command::Entry(command) => entry::run(&core, command, output)?,
        Command::Sidecar(command) => sidecar::run(&core, command, output)?,
        Command::Auth(command) => auth::run(&core, command, output)?,
        Command::Secret(command) => secret::run(&core, command, output)?,
        Command::Op(command) => op::run(&core, command, output)?,
        Command::Search(args) => search::run(&core, &args, output)?,
        Command::External(call) => external::run(&core, &call, output)?,
        Command::Models(_) => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns this very program, whose workers read documents and run isolated extensions.
fn isolation() -> anyhow::Result<Isolation> {
    let program = std::env::current_exe().context("the path of this program is unknown")?;
    Ok(Isolation::Worker(program))
}

fn models_store(global: &Global) -> anyhow::Result<ModelStore> {
    let folder = global.models_dir.clone().or_else(ModelStore::default_folder);
    let folder = folder
        .context("there is no home folder: set the folder of models with --models-dir DIR")?;
    Ok(ModelStore::new(folder))
}
