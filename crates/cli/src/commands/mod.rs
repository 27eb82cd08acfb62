//! The commands, one file for each noun.

mod arrange;
mod audit;
mod auth;
mod bin;
mod completions;
mod console;
mod doctor;
mod entry;
mod event;
mod event_tail;
mod ext;
mod ext_author;
mod ext_check;
mod ext_config;
mod ext_install;
mod ext_package;
mod ext_registry;
mod history;
mod import;
mod indexing;
mod job;
mod library;
mod library_backup;
mod library_bin;
mod library_check;
mod library_export;
mod location;
mod mcp;
mod models;
mod newly_installed;
mod op;
mod parts;
mod paths;
mod permission;
mod runtime;
mod schedule;
mod search;
mod secret;
mod serve;
mod shipped;
mod sidecar;
mod status;
mod token;
mod uninstall;
mod view;

use std::process::ExitCode;

use spacedrive_core::{Core, CoreBuilder, Isolation};

use crate::{
    args::{Cli, Command, ExtCommand, Global, SystemCommand},
    daemon_client::{self, DaemonCalls},
    external,
    places::{self, Places},
};

/// Runs a command and returns the exit code.
pub(crate) fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let Global { output, .. } = cli.global;
    let command = match cli.command {
        Command::Models(command) => {
            return models::run(&places::models(&cli.global)?, command, output);
        }
        Command::Runtime(command) => {
            return runtime::run(&places::data_folder(&cli.global)?, command, output);
        }
        Command::System(command) => return run_system(&cli.global, command),
        Command::Serve(args) => {
            return serve::run(&cli.global, &args, || Ok(builder(&cli.global)?.build()?));
        }
        Command::Console(args) => {
            console::run(&places::data_folder(&cli.global)?, &args, output)?;
            return Ok(ExitCode::SUCCESS);
        }
        Command::Ext(ExtCommand::New { folder, lang, sdk }) => {
            ext_author::new(&folder, lang, sdk.as_deref(), output)?;
            return Ok(ExitCode::SUCCESS);
        }
        Command::Ext(ExtCommand::Build { path, install: false, .. }) => {
            ext_author::build(&path, output)?;
            return Ok(ExitCode::SUCCESS);
        }
        Command::Ext(ExtCommand::Test { path }) => return ext_author::test(&path, output),
        // As cargo fetches what an extension in Rust is built with.
        Command::Ext(command @ ExtCommand::Build { .. }) => {
            if let ExtCommand::Build { path, .. } = &command {
                runtime::ensure_for(path, &places::data_folder(&cli.global)?)?;
            }
            Command::Ext(command)
        }
        Command::Ext(ExtCommand::Schema { of }) => {
            ext_author::schema(of)?;
            return Ok(ExitCode::SUCCESS);
        }
        Command::Ext(
            command @ (ExtCommand::Inspect { .. }
            | ExtCommand::NewKey { .. }
            | ExtCommand::Sign { .. }
            | ExtCommand::Verify { .. }),
        ) => {
            ext_package::run(command, output)?;
            return Ok(ExitCode::SUCCESS);
        }
        command => command,
    };
    let core = open(&cli.global)?;
    match command {
        Command::Mcp(args) => return mcp::run(core, &args),
        Command::Library(command) => return library::run(&core, command, output),
        Command::Ext(ExtCommand::Check { path }) => {
            return ext_check::check(&core, &path, output);
        }
        Command::Ext(ExtCommand::Package { path, key, out }) => {
            ext_package::package(&core, &path, key.as_deref(), &out, output)?;
        }
        Command::Ext(command) => {
            ext::run(&core, &places::data_folder(&cli.global)?, command, output)?;
        }
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
        Command::View(args) => view::run(&core, &args, output)?,
        Command::External(call) => external::run(&core, &call, output)?,
        Command::Status => status::run(&core, &places::data_folder(&cli.global)?, output)?,
        Command::Location(command) => location::run(&core, command, output)?,
        Command::Token(command) => {
            token::run(&core, &places::data_folder(&cli.global)?, command, output)?;
        }
        Command::Models(_)
        | Command::Runtime(_)
        | Command::System(_)
        | Command::Serve(_)
        | Command::Console(_) => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs a command about the program itself, which works where the data folder does not.
fn run_system(global: &Global, command: SystemCommand) -> anyhow::Result<ExitCode> {
    let output = global.output;
    match command {
        SystemCommand::Doctor => return doctor::run(global, output),
        SystemCommand::Paths => paths::run(&Places::of(global)?, output)?,
        SystemCommand::Completions { shell } => completions::run(shell)?,
        SystemCommand::Uninstall(args) => uninstall::run(&Places::of(global)?, &args, output)?,
        SystemCommand::ManPages { folder } => completions::manual(&folder)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Opens the data folder. When a daemon serves it, the daemon runs the calls of operations.
fn open(global: &Global) -> anyhow::Result<Core> {
    let builder = builder(global)?;
    let core = match daemon_client::find(&places::data_folder(global)?)? {
        Some(client) => builder.remote(DaemonCalls(client)).build()?,
        None => builder.build()?,
    };
    Ok(core)
}

/// Begins with the data folder; this very program reads documents and runs isolated extensions.
fn builder(global: &Global) -> anyhow::Result<CoreBuilder> {
    Ok(Core::builder(&places::data_folder(global)?)
        .models(places::models(global)?)
        .isolation(Isolation::Worker(places::program()?)))
}
