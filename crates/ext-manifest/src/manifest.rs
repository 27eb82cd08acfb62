//! The manifest, checked as a whole.

use std::{
    collections::BTreeSet,
    fmt, fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use ext_abi::{
    ABI_VERSION,
    limits::{MAX_MODULE_BYTES, MAX_PROGRAM_BYTES},
};
use ext_wire::{Method, write_only};
use semver::Version;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    commands::{self, CommandDecl},
    domain::DomainPattern,
    error::ManifestError,
    library::LibraryScope,
    limits::{ManifestLimits, RateLimits},
    pattern::MethodPattern,
    raw::{RawManifest, RawOperation, RawPermissions},
    read,
    settings::SettingsSchema,
    size::MAX_MANIFEST_BYTES,
    value::Object,
    views::{self, Answers, ViewDecl},
    wasi::{Wasi, WasiKind},
};

/// The name of the file in an extension's folder.
pub const MANIFEST_FILE: &str = "manifest.json";

/// Name of the folder in an extension's folder whose files its guests find at `/app`.
pub const FILES_FOLDER: &str = "files";

/// The most items of a list in the manifest.
const MAX_ITEMS: usize = 256;

/// The manifest of an extension: its identity, the permissions it asks for, the operations it offers.
///
/// Serialized, it is a manifest again, with all defaults spelled out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Manifest {
    id: String,
    name: String,
    version: Version,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    homepage: Option<String>,
    abi_version: u32,
    wasi: Wasi,
    wasm_file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_core_version: Option<Version>,
    permissions: Permissions,
    events: Vec<String>,
    operations: Vec<OperationDecl>,
    commands: Vec<CommandDecl>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    views: Vec<ViewDecl>,
    #[serde(skip_serializing_if = "Option::is_none")]
    settings: Option<SettingsSchema>,
    limits: ManifestLimits,
}

/// The permissions that an extension asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Permissions {
    methods: Vec<MethodPattern>,
    libraries: LibraryScope,
    allowed_domains: Vec<DomainPattern>,
    rate_limits: RateLimits,
}

/// An operation that an extension offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OperationDecl {
    method: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answers: Option<Answers>,
}

impl Manifest {
    /// Parses a manifest.
    ///
    /// ```
    /// let manifest = ext_manifest::Manifest::parse(br#"{
    ///     "id": "notes", "name": "Notes", "version": "0.1.0", "wasm_file": "notes.wasm"
    /// }"#)?;
    /// assert_eq!(manifest.id(), "notes");
    /// assert!(manifest.permissions().methods().is_empty());
    /// # Ok::<(), ext_manifest::ManifestError>(())
    /// ```
    ///
    /// # Errors
    /// [`ManifestError::TooLarge`], [`ManifestError::Syntax`] when it is not JSON, or
    /// [`ManifestError::Field`] when a field is not valid.
    pub fn parse(json: &[u8]) -> Result<Self, ManifestError> {
        read::read(json)?.try_into()
    }

    /// Checks the fields of a manifest that a build will complete. What fields say about each other is left
    /// to [`Self::parse`], because they may refer to what the code declares.
    ///
    /// ```
    /// use ext_manifest::Manifest;
    ///
    /// let source = br#"{
    ///     "id": "notes", "name": "Notes", "version": "0.1.0", "wasm_file": "notes.wasm",
    ///     "views": [{ "id": "all", "title": "All notes", "query": "query:notes.all.v1" }]
    /// }"#;
    /// Manifest::check_source(source)?;
    /// assert!(Manifest::parse(source).is_err(), "no operation answers the view yet");
    /// # Ok::<(), ext_manifest::ManifestError>(())
    /// ```
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn check_source(json: &[u8]) -> Result<(), ManifestError> {
        read::read(json).map(drop)
    }

    /// Reads `manifest.json` of an extension's folder.
    ///
    /// # Errors
    /// [`ManifestError::NoFolder`], [`ManifestError::NotFolder`] or [`ManifestError::NoManifest`] when
    /// there is none, [`ManifestError::Read`] when it cannot be read; as [`Self::parse`].
    pub fn from_dir(dir: &Path) -> Result<Self, ManifestError> {
        match fs::metadata(dir) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => return Err(ManifestError::NotFolder(dir.into())),
            Err(error) if is_absent(&error) => return Err(ManifestError::NoFolder(dir.into())),
            Err(source) => {
                return Err(ManifestError::Read { path: dir.into(), source });
            }
        }
        let path = dir.join(MANIFEST_FILE);
        match read_capped(&path) {
            Ok(json) => Self::parse(&json),
            Err(error) if is_absent(&error) => Err(ManifestError::NoManifest(dir.into())),
            Err(source) => Err(ManifestError::Read { path, source }),
        }
    }

    /// Checks whether a host of this version may run the extension.
    ///
    /// # Errors
    /// [`ManifestError::Field`] when `min_core_version` is newer.
    pub fn check_core_version(&self, core: &Version) -> Result<(), ManifestError> {
        match &self.min_core_version {
            Some(needed) if needed > core => Err(ManifestError::field(
                "min_core_version",
                format_args!("{} needs spacedrive {needed} or newer, this is {core}", self.id),
            )),
            _ => Ok(()),
        }
    }

    /// Returns the id: one method segment of 2 to 64 bytes.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the name for people, without hidden characters.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the extension's version.
    #[must_use]
    pub const fn version(&self) -> &Version {
        &self.version
    }

    /// Returns the description, for people.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// Returns the author, for people.
    #[must_use]
    pub fn author(&self) -> Option<&str> {
        self.author.as_deref()
    }

    /// Returns the homepage: an `http://` or `https://` URL.
    #[must_use]
    pub fn homepage(&self) -> Option<&str> {
        self.homepage.as_deref()
    }

    /// Returns the ABI version that the wasm was built for; always one that `ext-abi` describes.
    #[must_use]
    pub const fn abi_version(&self) -> u32 {
        self.abi_version
    }

    /// Returns the functions of WASI that the wasm may import.
    #[must_use]
    pub const fn wasi(&self) -> &Wasi {
        &self.wasi
    }

    /// Returns the most bytes that the wasm may have.
    #[must_use]
    pub fn max_wasm_bytes(&self) -> u32 {
        match self.wasi.kind() {
            WasiKind::Command => MAX_PROGRAM_BYTES,
            _ => MAX_MODULE_BYTES,
        }
    }

    /// Returns the file name of the wasm: no folder, no `..`, ends in `.wasm`.
    #[must_use]
    pub fn wasm_file(&self) -> &str {
        &self.wasm_file
    }

    /// Returns the path of the wasm when the manifest is in `dir`. The file need not exist.
    #[must_use]
    pub fn wasm_path(&self, dir: &Path) -> PathBuf {
        dir.join(&self.wasm_file)
    }

    /// Returns the version of the oldest host that the extension works with.
    #[must_use]
    pub const fn min_core_version(&self) -> Option<&Version> {
        self.min_core_version.as_ref()
    }

    /// Returns the permissions that it asks for.
    #[must_use]
    pub const fn permissions(&self) -> &Permissions {
        &self.permissions
    }

    /// Returns the kinds of events that it receives, each one of [`ext_wire::event::KINDS`] or an
    /// event of an extension.
    #[must_use]
    pub fn events(&self) -> &[String] {
        &self.events
    }

    /// Returns the operations that it offers, all under its id.
    #[must_use]
    pub fn operations(&self) -> &[OperationDecl] {
        &self.operations
    }

    /// Finds one of these operations by its method.
    #[must_use]
    pub fn operation(&self, method: &str) -> Option<&OperationDecl> {
        self.operations.iter().find(|operation| operation.method == method)
    }

    /// Returns the commands that it brings to the command line.
    #[must_use]
    pub fn commands(&self) -> &[CommandDecl] {
        &self.commands
    }

    /// Returns the views that it has.
    #[must_use]
    pub fn views(&self) -> &[ViewDecl] {
        &self.views
    }

    /// Returns the settings that it has, if it has any.
    #[must_use]
    pub const fn settings(&self) -> Option<&SettingsSchema> {
        self.settings.as_ref()
    }

    /// Returns the limits of its instances and calls.
    #[must_use]
    pub const fn limits(&self) -> &ManifestLimits {
        &self.limits
    }
}

impl Permissions {
    /// Returns the patterns of the methods that it may call; empty for none.
    #[must_use]
    pub fn methods(&self) -> &[MethodPattern] {
        &self.methods
    }

    /// Returns the libraries that it may use.
    #[must_use]
    pub const fn libraries(&self) -> &LibraryScope {
        &self.libraries
    }

    /// Returns the servers that it may reach; empty for none.
    #[must_use]
    pub fn allowed_domains(&self) -> &[DomainPattern] {
        &self.allowed_domains
    }

    /// Returns the rates and daily budgets of its host calls.
    #[must_use]
    pub const fn rate_limits(&self) -> &RateLimits {
        &self.rate_limits
    }
}

impl OperationDecl {
    /// Returns the full method, in the grammar of [`Method`].
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Returns the description, for people; may be empty.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Returns the JSON Schema of the input, where the manifest has it.
    #[must_use]
    pub const fn input(&self) -> Option<&Value> {
        self.input.as_ref()
    }

    /// Returns whether its answer is a view, which a host checks and draws.
    #[must_use]
    pub fn answers_view(&self) -> bool {
        self.answers == Some(Answers::View)
    }

    /// Returns whether nothing keeps its input and its answer, as a job and a schedule would: it takes
    /// secrets, or answers a view, which is for people who look at it.
    #[must_use]
    pub fn is_kept_nowhere(&self) -> bool {
        self.takes_secrets() || self.answers_view()
    }

    pub(crate) fn set_answers_view(&mut self) {
        self.answers = Some(Answers::View);
    }

    /// Returns whether its input has a secret, marked `writeOnly`: it is never a job, and never told
    /// to an assistant.
    #[must_use]
    pub fn takes_secrets(&self) -> bool {
        self.input.as_ref().is_some_and(write_only::takes_secrets)
    }
}

impl TryFrom<RawManifest> for Manifest {
    type Error = ManifestError;

    fn try_from(raw: RawManifest) -> Result<Self, ManifestError> {
        let permissions = raw.permissions.map(|Object(raw)| raw).unwrap_or_default();
        let limits = raw.limits.map(|Object(raw)| raw).unwrap_or_default();
        let wasi: Wasi = raw.wasi.map_or(Ok(Wasi::default()), TryInto::try_into)?;
        let max_memory = permissions.max_memory_mb.map(|n| n.get());
        let mut operations = operations(&raw.id.0, raw.operations.unwrap_or_default())?;
        let views = views::check(raw.views.unwrap_or_default(), &mut operations)?;
        let events = raw.events.unwrap_or_default().into_iter().map(|kind| kind.0);
        Ok(Self {
            abi_version: abi_version(raw.abi_version.map_or(ABI_VERSION, |n| n.get()))?,
            limits: ManifestLimits::new(&limits, max_memory, wasi.kind())?,
            commands: commands::check(raw.commands.unwrap_or_default(), &operations)?,
            operations,
            views,
            settings: raw.settings.map(SettingsSchema::new).transpose()?,
            permissions: permissions.try_into()?,
            events: list("events", events.collect())?,
            id: raw.id.0,
            name: raw.name.0,
            version: raw.version.0,
            description: raw.description.map(|text| text.0),
            author: raw.author.map(|text| text.0),
            homepage: raw.homepage.map(|text| text.0),
            wasm_file: raw.wasm_file.0,
            min_core_version: raw.min_core_version.map(|version| version.0),
            wasi,
        })
    }
}

impl TryFrom<RawPermissions> for Permissions {
    type Error = ManifestError;

    fn try_from(raw: RawPermissions) -> Result<Self, ManifestError> {
        let rate_limits = raw.rate_limits.map(|Object(raw)| raw).unwrap_or_default();
        let domains = raw.allowed_domains.unwrap_or_default();
        Ok(Self {
            methods: list("permissions.methods", raw.methods.unwrap_or_default())?,
            libraries: raw.libraries.unwrap_or_default(),
            allowed_domains: list("permissions.allowed_domains", domains)?,
            rate_limits: RateLimits::new(&rate_limits)?,
        })
    }
}

fn abi_version(version: u32) -> Result<u32, ManifestError> {
    match version {
        ABI_VERSION => Ok(version),
        _ => Err(ManifestError::field(
            "abi_version",
            format_args!(
                "the extension needs ABI version {version}, this host speaks {ABI_VERSION}"
            ),
        )),
    }
}

fn operations(
    id: &str,
    raw: Vec<Object<RawOperation>>,
) -> Result<Vec<OperationDecl>, ManifestError> {
    for (index, Object(operation)) in raw.iter().enumerate() {
        check_method(id, &operation.method).map_err(|problem| {
            ManifestError::field(format_args!("operations[{index}].method"), problem)
        })?;
    }
    check_inputs(&raw)?;
    list("operations", raw.iter().map(|Object(raw)| raw.method.as_str()).collect())?;
    Ok(raw.into_iter().map(|Object(raw)| declare(raw)).collect())
}

fn declare(raw: RawOperation) -> OperationDecl {
    let description = raw.description.map(|text| text.0).unwrap_or_default();
    let input = raw.input.map(Value::Object);
    OperationDecl { method: raw.method, description, input, answers: raw.answers }
}

fn check_inputs(raw: &[Object<RawOperation>]) -> Result<(), ManifestError> {
    for (index, Object(operation)) in raw.iter().enumerate() {
        let of_object =
            |schema: &Map<String, Value>| schema.get("type").is_some_and(|kind| kind == "object");
        if !operation.input.as_ref().is_none_or(of_object) {
            let problem = "it is not the schema of an object: write `\"type\": \"object\"`";
            return Err(ManifestError::field(format_args!("operations[{index}].input"), problem));
        }
    }
    Ok(())
}

fn check_method(id: &str, text: &str) -> Result<(), String> {
    match Method::parse(text) {
        Ok(method) if method.family() == id => Ok(()),
        Ok(_) => {
            Err(format!("`{text}` is not under the extension's id: its name starts with `{id}.`"))
        }
        Err(error) => Err(format!("`{text}`: {error}")),
    }
}

/// Checks that a list is not too long and has each item once.
fn list<T: Ord + fmt::Display>(field: &str, items: Vec<T>) -> Result<Vec<T>, ManifestError> {
    if items.len() > MAX_ITEMS {
        let problem = format!("it has {} items, the limit is {MAX_ITEMS}", items.len());
        return Err(ManifestError::field(field, problem));
    }
    let mut seen = BTreeSet::new();
    match items.iter().find(|item| !seen.insert(*item)) {
        Some(twice) => Err(ManifestError::field(field, format_args!("`{twice}` is listed twice"))),
        None => Ok(items),
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Reads at most one byte more than allowed, so that the parser sees that the file is too long.
fn read_capped(path: &Path) -> io::Result<Vec<u8>> {
    // A named pipe would block the open, a device never end.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    let mut json = Vec::new();
    let cap = MAX_MANIFEST_BYTES as u64 + 1;
    fs::File::open(path)?.take(cap).read_to_end(&mut json)?;
    Ok(json)
}
