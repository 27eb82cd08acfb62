//! `spacedrive secret import`.

use std::{
    fs::File,
    io::{self, IsTerminal, Read},
    path::Path,
};

use anyhow::{Context, ensure};
use ext_ops_credentials_age::{Export, Identities, MAX_BYTES, Unlock};
use ext_ops_credentials_file::SecretImport;
use ext_services::credentials::{KeptCredential, check_name};
use ext_wire::ops::{
    NoInput,
    credentials::{MAX_SECRET_BYTES, Secret},
    libraries,
};
use serde::Serialize;
use spacedrive_core::Core;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::passphrase;
use crate::{
    args::{Output, SecretImportArgs},
    output::{self, Column},
};

/// Outcome for a secret of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Added,
    Replaced,
    Unchanged,
    /// Another of this name is here and stays.
    Kept,
    /// Its extension is not installed. It is left out: whatever is installed under this id later
    /// would get it.
    NotInstalled,
}

#[derive(Serialize)]
struct Line {
    extension: String,
    library: Uuid,
    name: String,
    kind: &'static str,
    outcome: Outcome,
    /// True when the library is here; a secret waits for one that is not.
    library_is_here: bool,
}

pub(super) fn run(core: &Core, args: &SecretImportArgs, output: Output) -> anyhow::Result<()> {
    let secrets = read(args)?;
    secrets.iter().try_for_each(check)?;
    let (wanted, left_out): (Vec<_>, Vec<_>) =
        secrets.into_iter().partition(|kept| has_owner(core, kept));
    let imported = core.vault().import(&wanted, args.replace)?;
    let here = core.call_typed::<libraries::List>(None, &NoInput {})?.libraries;
    let here: Vec<Uuid> = here.iter().map(|library| library.id).collect();
    let done = wanted.iter().zip(imported.into_iter().map(Outcome::from));
    let lines = done.chain(left_out.iter().map(|kept| (kept, Outcome::NotInstalled)));
    let lines: Vec<Line> = lines.map(|(kept, outcome)| line(kept, outcome, &here)).collect();
    lines.iter().for_each(warn);
    output::print(output, &lines, |lines| table(lines))
}

/// Opens the file whole, before anything is changed.
fn read(args: &SecretImportArgs) -> anyhow::Result<Vec<KeptCredential>> {
    let name = args.file.display();
    let bytes = read_bytes(&args.file).with_context(|| format!("{name} cannot be read"))?;
    let file = Export::read(&bytes).with_context(|| format!("{name} cannot be opened"))?;
    let unlock = match &args.identity {
        Some(path) => Unlock::Identities(identities(path)?),
        None if file.needs_passphrase() => Unlock::Passphrase(passphrase::old(&args.passphrase)?),
        None => anyhow::bail!("{name} is locked for an identity: name its file with --identity"),
    };
    file.open(&unlock).with_context(|| format!("{name} cannot be opened"))
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

fn identities(path: &Path) -> anyhow::Result<Identities> {
    let text = super::read(Some(path))?;
    Identities::parse(&text).with_context(|| format!("{} cannot be used", path.display()))
}

/// Checks the rules of every secret: anybody can write a file for a public key.
fn check(kept: &KeptCredential) -> anyhow::Result<()> {
    check_name(&kept.name)?;
    let says = || format!("the secret `{}` of the file cannot be kept", kept.name);
    super::check_hosts(&kept.credential.hosts, kept.owner.extension.is_empty())
        .with_context(says)?;
    let size = Zeroizing::new(serde_json::to_vec(&kept.credential.secret)?).len();
    ensure!(size <= MAX_SECRET_BYTES, "{}: it has more than {MAX_SECRET_BYTES} bytes", says());
    Ok(())
}

/// Returns whether the owner is here: an installed extension, or the program itself.
fn has_owner(core: &Core, kept: &KeptCredential) -> bool {
    kept.owner == spacedrive_core::program_secrets()
        || core.extensions().is_installed(&kept.owner.extension)
}

fn line(kept: &KeptCredential, outcome: Outcome, here: &[Uuid]) -> Line {
    let KeptCredential { owner, name, credential } = kept;
    Line {
        extension: owner.extension.clone(),
        library: owner.library,
        name: name.clone(),
        kind: Secret::kind(&credential.secret),
        outcome,
        library_is_here: owner.extension.is_empty() || here.contains(&owner.library),
    }
}

fn warn(line: &Line) {
    let Line { extension, library, name, outcome, library_is_here, .. } = line;
    if *outcome == Outcome::NotInstalled {
        tracing::warn!(extension, name, "left out: the extension is not installed");
    } else if !library_is_here {
        tracing::warn!(extension, name, %library, "kept for a library that is not here");
    }
}

impl From<SecretImport> for Outcome {
    fn from(imported: SecretImport) -> Self {
        match imported {
            SecretImport::Added => Self::Added,
            SecretImport::Replaced => Self::Replaced,
            SecretImport::Unchanged => Self::Unchanged,
            SecretImport::Kept => Self::Kept,
        }
    }
}

impl Outcome {
    const fn for_people(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Replaced => "replaced",
            Self::Unchanged => "is here already",
            Self::Kept => "another is here: add --replace to replace it",
            Self::NotInstalled => "left out: install the extension, then import again",
        }
    }
}

fn table(lines: &[Line]) -> String {
    let row = |line: &Line| {
        let library = match line.library_is_here {
            true => line.library.to_string(),
            false => format!("{} (not here)", line.library),
        };
        let outcome = line.outcome.for_people().to_owned();
        vec![line.name.clone(), line.kind.to_owned(), line.extension.clone(), library, outcome]
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
