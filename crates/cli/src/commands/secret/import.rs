//! `spacedrive secret import`.

use std::{
    fs::File,
    io::{self, IsTerminal, Read},
    path::Path,
};

use anyhow::Context;
use ext_ops_credentials_age::{Export, Identities, MAX_BYTES};
use ext_wire::{
    SecretText,
    ops::secret_store::{Import, ImportSecretsInput, ImportedSecret, SecretOutcome},
};
use serde::Serialize;
use spacedrive_core::Core;
use uuid::Uuid;

use super::passphrase;
use crate::{
    args::{Output, SecretImportArgs},
    output::{self, Column},
};

/// A secret of the file, for programs.
#[derive(Serialize)]
struct Line {
    extension: String,
    library: Uuid,
    name: String,
    kind: String,
    outcome: SecretOutcome,
    library_is_here: bool,
}

pub(super) fn run(core: &Core, args: &SecretImportArgs, output: Output) -> anyhow::Result<()> {
    let input = read(args)?;
    let imported = core.call_typed::<Import>(None, &input);
    let says = || format!("{} cannot be imported", args.file.display());
    let lines: Vec<Line> =
        imported.with_context(says)?.secrets.into_iter().map(Line::from).collect();
    lines.iter().for_each(warn);
    output::print(output, &lines, |lines| table(lines))
}

/// Reads the file, and what opens it.
fn read(args: &SecretImportArgs) -> anyhow::Result<ImportSecretsInput> {
    let name = args.file.display();
    let bytes = read_bytes(&args.file).with_context(|| format!("{name} cannot be read"))?;
    let file = Export::read(&bytes).with_context(|| format!("{name} cannot be opened"))?;
    let needs_passphrase = file.needs_passphrase();
    drop(file);
    let mut input = ImportSecretsInput::new(bytes);
    match &args.identity {
        Some(path) => input.identities = Some(identities(path)?),
        None if needs_passphrase => input.passphrase = Some(passphrase::old(&args.passphrase)?),
        None => anyhow::bail!("{name} is locked for an identity: name its file with --identity"),
    }
    input.replace = args.replace;
    Ok(input)
}

fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let limit = MAX_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    if path != Path::new("-") {
        File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    } else if io::stdin().is_terminal() {
        return Err(io::Error::other("stdin is a terminal"));
    } else {
        io::stdin().lock().take(limit).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// Reads private keys; what is wrong with them is said with the name of their file.
fn identities(path: &Path) -> anyhow::Result<SecretText> {
    let text = super::read(Some(path))?;
    Identities::parse(&text).with_context(|| format!("{} cannot be used", path.display()))?;
    Ok(text.as_str().into())
}

impl From<ImportedSecret> for Line {
    fn from(secret: ImportedSecret) -> Self {
        let ImportedSecret { extension, library_id, name, kind, outcome, library_is_here } = secret;
        Self { extension, library: library_id, name, kind, outcome, library_is_here }
    }
}

fn warn(line: &Line) {
    let Line { extension, library, name, outcome, library_is_here, .. } = line;
    if *outcome == SecretOutcome::NotInstalled {
        tracing::warn!(extension, name, "left out: the extension is not installed");
    } else if !library_is_here {
        tracing::warn!(extension, name, %library, "kept for a library that is not here");
    }
}

const fn for_people(outcome: SecretOutcome) -> &'static str {
    match outcome {
        SecretOutcome::Added => "added",
        SecretOutcome::Replaced => "replaced",
        SecretOutcome::Unchanged => "is here already",
        SecretOutcome::Kept => "another is here: add --replace to replace it",
        SecretOutcome::NotInstalled => "left out: install the extension, then import again",
    }
}

fn table(lines: &[Line]) -> String {
    let row = |line: &Line| {
        let library = match line.library_is_here {
            true => line.library.to_string(),
            false => format!("{} (not here)", line.library),
        };
        let outcome = for_people(line.outcome).to_owned();
        vec![line.name.clone(), line.kind.clone(), line.extension.clone(), library, outcome]
    };
    let rows = lines.iter().map(row).collect();
    let columns = [
        Column::text("NAME"),
        Column::text("KIND"),
        Column::text("EXTENSION"),
        Column::whole("LIBRARY"),
        Column::text("OUTCOME"),
    ];
    output::table(&columns, rows, "no secret")
}
