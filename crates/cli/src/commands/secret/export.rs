//! `spacedrive secret export`.

use std::{
    io::{self, IsTerminal},
    path::Path,
};

use anyhow::{Context, ensure};
use ext_fs::{create_new, replace};
use ext_wire::{
    ErrorCode,
    ops::secret_store::{Export, ExportSecretsInput},
    text::counted,
};
use serde_json::json;
use spacedrive_core::Core;

use super::passphrase;
use crate::{
    args::{ExportArgs, Output},
    failure::Hinted,
    output,
};

pub(super) fn run(core: &Core, args: &ExportArgs, output: Output) -> anyhow::Result<()> {
    let to_stdout = args.to == Path::new("-");
    check_target(args, to_stdout)?;
    let written = core.call_typed::<Export>(None, &protection(args)?)?;
    if to_stdout {
        return output::bytes(written.file.as_bytes());
    }
    write(&args.to, written.file.as_bytes(), args.force)?;
    let done = json!({ "file": args.to, "secrets": written.secrets });
    output::print(output, &done, |_| {
        format!("wrote {} to {}", counted(written.secrets, "secret", "secrets"), args.to.display())
    })
}

/// Checks the target before the user types a passphrase.
fn check_target(args: &ExportArgs, to_stdout: bool) -> anyhow::Result<()> {
    if to_stdout {
        let shown = io::stdout().is_terminal() && !args.armor;
        ensure!(!shown, "a terminal cannot show the file: write it with --to FILE, or add --armor");
    } else if !args.force && args.to.exists() {
        return Err(exists(&args.to));
    }
    Ok(())
}

fn protection(args: &ExportArgs) -> anyhow::Result<ExportSecretsInput> {
    let recipients: Vec<String> = args.recipients.iter().map(ToString::to_string).collect();
    let passphrase = match recipients.is_empty() {
        true => Some(passphrase::new(&args.passphrase)?),
        false => None,
    };
    Ok(ExportSecretsInput { passphrase, recipients, armor: args.armor })
}

/// Writes a file for its owner only, whole or not at all.
fn write(path: &Path, bytes: &[u8], force: bool) -> anyhow::Result<()> {
    let written = if force { replace(path, bytes) } else { create_new(path, bytes) };
    match written.map_err(io::Error::from) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(exists(path)),
        Err(error) => Err(error).with_context(|| format!("{} cannot be written", path.display())),
    }
}

fn exists(path: &Path) -> anyhow::Error {
    let message = format_args!("{} is there already", path.display());
    Hinted::error(ErrorCode::Conflict, message, "add --force to replace it")
}
