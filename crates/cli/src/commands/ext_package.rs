//! `spacedrive ext package`, `inspect`, `new-key`, `sign` and `verify`: extensions as one file.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::Context;
use console::Term;
use ext_package::{
    EXTENSION, MAX_PACKAGE_BYTES, Package, PackageError, PublisherKey, SIGNATURE_EXTENSION,
    SigningKey, VerifiedPackage,
};
use ext_wire::ErrorCode;
use serde::Serialize;
use serde_json::json;
use spacedrive_core::Core;

use super::{ext_check, shipped};
use crate::{
    args::{ExtCommand, Output},
    failure::Hinted,
    output::{self, Warnings},
};

/// Most bytes of a file of a key or a signature.
pub(super) const MAX_TEXT_BYTES: u64 = 4096;

/// A package as it is shown.
#[derive(Serialize)]
struct Shown {
    id: String,
    version: String,
    name: String,
    publisher: Option<String>,
    signed: bool,
    bytes: usize,
    files: Vec<File>,
}

#[derive(Serialize)]
struct File {
    name: String,
    bytes: usize,
    blake3: String,
}

pub(super) fn run(command: ExtCommand, output: Output) -> anyhow::Result<()> {
    match command {
        ExtCommand::Inspect { file } => inspect(&file, output),
        ExtCommand::NewKey { file } => new_key(&file, output),
        ExtCommand::Sign { file, key } => sign(&file, &key, output),
        ExtCommand::Verify { file, publisher } => verify(&file, publisher.as_deref(), output),
        _ => Ok(()),
    }
}

/// Returns whether a path is the one of a package.
pub(super) fn is_package(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == EXTENSION) && !path.is_dir()
}

/// Writes the extension at a path as one file, unless it would not load or is older than its sources.
pub(super) fn package(
    core: &Core,
    path: &Path,
    key: Option<&Path>,
    out: &Path,
    output: Output,
) -> anyhow::Result<()> {
    let mut warnings = Warnings::new(output);
    let built = checked(core, path, &mut warnings)?;
    let package = Package::of_folder(&built)?.with_texts_of(path)?;
    let key = key.map(read_key).transpose()?;
    let package = match &key {
        Some(key) => package.with_publisher(&key.publisher()?),
        None => package,
    };
    let file = out.join(package.file_name());
    let bytes = package.to_bytes()?;
    write(&file, &bytes)?;
    if let Some(key) = key {
        write(&signature_of(&file), key.sign(&package)?.as_bytes())?;
    }
    let made = json!({ "file": file, "bytes": bytes.len(), "blake3": digest(&bytes) });
    warnings.print(&made, |_| format!("{}, {} bytes", file.display(), bytes.len()))
}

/// Returns the folder of a built extension that may be passed on.
fn checked(core: &Core, named: &Path, warnings: &mut Warnings) -> anyhow::Result<PathBuf> {
    let found = shipped::find(named)?;
    if found.is_package {
        let message = format_args!("{} is a package already", named.display());
        return Err(Hinted::error(ErrorCode::BadInput, message, "name the folder of an extension"));
    }
    if let Some(stale) = found.stale() {
        let hint = format_args!("`spacedrive ext build {}` makes it anew", named.display());
        return Err(Hinted::error(ErrorCode::Conflict, stale, hint));
    }
    ext_check::ensure_passes(&ext_check::of(core, &found)?, named, warnings)?;
    Ok(found.path)
}

fn inspect(file: &Path, output: Output) -> anyhow::Result<()> {
    let bytes = read(file)?;
    let package = Package::read(&bytes)?;
    let signed = verified(file).is_ok_and(|package| package.publisher().is_some());
    let manifest = package.manifest();
    let of_file = |(name, bytes): (&str, &[u8])| File {
        name: name.to_owned(),
        bytes: bytes.len(),
        blake3: digest(bytes),
    };
    let shown = Shown {
        id: manifest.id().to_owned(),
        version: manifest.version().to_string(),
        name: manifest.name().to_owned(),
        publisher: package.publisher()?.map(|key| key.to_string()),
        signed,
        bytes: bytes.len(),
        files: package.files().map(of_file).collect(),
    };
    output::print(output, &shown, describe)
}

fn describe(shown: &Shown) -> String {
    let publisher = match (&shown.publisher, shown.signed) {
        (Some(key), true) => key.clone(),
        (Some(key), false) => format!("{key}, says the package, which is NOT SIGNED by it"),
        (None, _) => "-".to_owned(),
    };
    let fields = output::fields(&[
        ("id", shown.id.clone()),
        ("version", shown.version.clone()),
        ("name", shown.name.clone()),
        ("publisher", publisher),
    ]);
    let line = |file: &File| format!("{}  {} bytes  {}", file.blake3, file.bytes, file.name);
    fields + &output::lines(shown.files.iter().map(line))
}

fn new_key(file: &Path, output: Output) -> anyhow::Result<()> {
    let key = SigningKey::generate()?;
    let public = with_extension(file, "pub");
    for file in [file, &public] {
        ensure_new(file)?;
    }
    create(file, key.to_file()?.as_bytes(), 0o600)?;
    create(&public, key.publisher()?.to_file().as_bytes(), 0o644)?;
    let publisher = key.publisher()?;
    let made = json!({ "key": file, "public": public, "publisher": publisher.as_str() });
    output::print(output, &made, |_| {
        format!(
            "made {}, which nobody else may see, and {}; the key {publisher} is yours from now on: \
             keep a copy",
            file.display(),
            public.display()
        )
    })
}

/// Refuses a file that is there, or that has no folder.
fn ensure_new(file: &Path) -> anyhow::Result<()> {
    let shown = file.display();
    if file.symlink_metadata().is_ok() {
        return Err(Hinted::error(
            ErrorCode::Conflict,
            format_args!("{shown} is there already, and no key is overwritten"),
            "choose another name, or move it away",
        ));
    }
    match file.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
        None => Ok(()),
        Some(folder) => Err(Hinted::error(
            ErrorCode::NotFound,
            format_args!("there is no folder {} for {shown} to be made in", folder.display()),
            "make the folder first",
        )),
    }
}

fn sign(file: &Path, key: &Path, output: Output) -> anyhow::Result<()> {
    let package = Package::read(&read(file)?)?;
    let key = read_key(key)?;
    let signature = key.sign(&package).map_err(|error| match error {
        PackageError::Signature(_) => Hinted::error(
            error.code(),
            error,
            "`spacedrive ext package PATH --key FILE` writes a package that names it, and signs it",
        ),
        error => error.into(),
    })?;
    let beside = signature_of(file);
    write(&beside, signature.as_bytes())?;
    let signed = json!({ "signature": beside, "publisher": key.publisher()?.as_str() });
    output::print(output, &signed, |_| format!("signed: {}", beside.display()))
}

fn verify(file: &Path, publisher: Option<&str>, output: Output) -> anyhow::Result<()> {
    let package = verified(file)?;
    let expected = publisher.map(read_publisher).transpose()?;
    let Some(signer) = package.publisher() else {
        let message = format!("{} is not signed, and names no publisher", file.display());
        let hint = "`spacedrive ext package PATH --key FILE` makes one that is";
        return Err(Hinted::error(ErrorCode::PkgSignature, message, hint));
    };
    if let Some(expected) = expected.filter(|expected| expected != signer) {
        let message = format!("it is signed by {signer}, not by {expected}");
        let hint = "fetch the package from its publisher";
        return Err(Hinted::error(ErrorCode::PkgSignature, message, hint));
    }
    let manifest = package.package().manifest();
    let (id, version) = (manifest.id(), manifest.version().to_string());
    let answer = json!({ "id": id, "version": version, "publisher": signer.as_str() });
    output::print(output, &answer, |_| format!("{id} {version} is signed by {signer}"))
}

pub(super) fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    ext_fs::read(file, MAX_PACKAGE_BYTES as u64).map_err(|error| unreadable(file, &error.source))
}

fn unreadable(file: &Path, error: &io::Error) -> anyhow::Error {
    let message = format!("{} cannot be read: {error}", file.display());
    let hint = "a package is a file that `spacedrive ext package` writes";
    Hinted::error(ext_wire::io_code(error.kind()), message, hint)
}

/// Reads a package and the signature beside it.
pub(super) fn verified(file: &Path) -> anyhow::Result<VerifiedPackage> {
    Package::open(file).map_err(|error| match error {
        PackageError::Io { source, .. } => unreadable(file, &source),
        PackageError::Signature(_) => Hinted::error(
            error.code(),
            error,
            format_args!(
                "fetch the package and {} from its publisher again, into one folder",
                signature_of(file).display()
            ),
        ),
        error => error.into(),
    })
}

pub(super) fn signature_of(file: &Path) -> PathBuf {
    with_extension(file, SIGNATURE_EXTENSION)
}

/// Returns the path with another extension behind its own.
fn with_extension(file: &Path, extension: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}

fn read_publisher(text: &str) -> anyhow::Result<PublisherKey> {
    match Path::new(text).is_file() {
        true => Ok(PublisherKey::parse(&ext_fs::read_text(Path::new(text), MAX_TEXT_BYTES)?)?),
        false => PublisherKey::parse(text).map_err(|error| unknown_publisher(text, error)),
    }
}

/// Tells the name of a file that is not there from a key that is none.
fn unknown_publisher(text: &str, error: PackageError) -> anyhow::Error {
    let is_path = text.contains(['/', '\\', '.']);
    let code = if is_path { ErrorCode::NotFound } else { error.code() };
    let message = match is_path {
        true => format!("there is no file {text}"),
        false => error.to_string(),
    };
    let hint = "name the .pub file of the publisher, or the key that stands in it";
    Hinted::error(code, message, hint)
}

pub(super) fn read_key(file: &Path) -> anyhow::Result<SigningKey> {
    let text = ext_fs::read_text(file, MAX_TEXT_BYTES)
        .with_context(|| format!("the key {} cannot be read", file.display()))?;
    if PublisherKey::parse(&text).is_ok() {
        let message =
            format!("{} is the public part of a key, which signs nothing", file.display());
        let hint = "name the file that `spacedrive ext new-key` made beside it, without `.pub`";
        return Err(Hinted::error(ErrorCode::BadInput, message, hint));
    }
    SigningKey::parse(&text, || -> anyhow::Result<String> {
        let mut terminal = Term::stderr();
        if !terminal.is_term() {
            let message = format!("{} is encrypted, and there is no terminal", file.display());
            let hint = "run this at a terminal, which asks for the password";
            return Err(Hinted::error(ErrorCode::BadInput, message, hint));
        }
        write!(terminal, "Password of {}: ", file.display())?;
        Ok(terminal.read_secure_line()?)
    })
}

fn write(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    ext_fs::replace(file, bytes).with_context(|| format!("{} cannot be written", file.display()))
}

/// Writes a file that is not there yet: no key is overwritten.
fn create(file: &Path, bytes: &[u8], mode: u32) -> anyhow::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    let written: io::Result<()> = options
        .open(file)
        .and_then(|mut open| open.write_all(bytes).and_then(|()| open.sync_all()));
    written.with_context(|| format!("{} cannot be made", file.display()))
}

fn digest(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}
