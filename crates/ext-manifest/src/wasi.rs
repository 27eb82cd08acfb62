//! The functions of WASI that an extension asks for, and what is behind them.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, value::MapAccessDeserializer},
    ser::SerializeStruct,
};

use crate::{
    error::ManifestError,
    raw::RawWasiWorld,
    value::{Id, Text},
};

/// Memory for files of its own that an extension gets unless it says how much.
pub(crate) const DEFAULT_SCRATCH_MIB: u32 = 64;
/// The most arguments of a program.
const MAX_ARGS: usize = 32;

/// The kinds of WASI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum WasiKind {
    /// None: the wasm imports nothing of it.
    #[default]
    None,
    /// Functions behind which there are no files, network, environment and arguments.
    Minimal,
    /// Files: those of the package at `/app`, and memory for more at `/tmp`.
    Files,
    /// The same for a program with a `main` of its own, which runs once and asks for its calls.
    Command,
}

/// The functions of WASI that the wasm may import, and what is behind them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wasi {
    kind: WasiKind,
    scratch_mib: u32,
    args: Vec<String>,
    runtime: Option<String>,
}

impl Default for Wasi {
    /// Makes the one of an extension without WASI.
    fn default() -> Self {
        Self::of(WasiKind::None)
    }
}

impl Wasi {
    const fn of(kind: WasiKind) -> Self {
        Self { kind, scratch_mib: DEFAULT_SCRATCH_MIB, args: Vec::new(), runtime: None }
    }

    /// Returns the kind.
    #[must_use]
    pub const fn kind(&self) -> WasiKind {
        self.kind
    }

    /// Returns true if there are files behind the functions.
    #[must_use]
    pub fn has_files(&self) -> bool {
        self.kind >= WasiKind::Files
    }

    /// Returns the memory for files of its own, in bytes; at most 256 MiB.
    #[must_use]
    pub fn scratch_bytes(&self) -> u64 {
        match self.has_files() {
            true => u64::from(self.scratch_mib) << 20,
            false => 0,
        }
    }

    /// Returns the arguments of a program, after its name.
    #[must_use]
    pub fn args(&self) -> &[String] {
        &self.args
    }

    /// Returns the id of the runtime that runs the extension, such as `python`. The wasm file of the
    /// extension is then that of the runtime, which is installed once and is not in the package.
    #[must_use]
    pub fn runtime(&self) -> Option<&str> {
        self.runtime.as_deref()
    }

    fn new(raw: RawWasiWorld) -> Result<Self, ManifestError> {
        let kind = raw.world.kind();
        let args: Vec<String> = raw.args.unwrap_or_default().into_iter().map(|arg| arg.0).collect();
        if kind != WasiKind::Command && (!args.is_empty() || raw.runtime.is_some()) {
            let problem = "only the world `command` has arguments and a runtime";
            return Err(ManifestError::field("wasi", problem));
        }
        if args.len() > MAX_ARGS {
            let problem = format!("it has {} arguments, the limit is {MAX_ARGS}", args.len());
            return Err(ManifestError::field("wasi.args", problem));
        }
        let scratch_mib = raw.scratch_mib.map_or(DEFAULT_SCRATCH_MIB, |mib| mib.get());
        Ok(Self { kind, scratch_mib, args, runtime: raw.runtime.map(|Id(id)| id) })
    }
}

impl TryFrom<RawWasi> for Wasi {
    type Error = ManifestError;

    fn try_from(raw: RawWasi) -> Result<Self, ManifestError> {
        match raw {
            RawWasi::Flag(false) => Ok(Self::of(WasiKind::None)),
            RawWasi::Flag(true) => Ok(Self::of(WasiKind::Minimal)),
            RawWasi::Name(world) => Ok(Self::of(world.kind())),
            RawWasi::World(raw) => Self::new(raw),
        }
    }
}

impl Serialize for Wasi {
    /// Writes the shortest form that a manifest may have, with all defaults spelled out.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let world = match self.kind {
            WasiKind::None => return to.serialize_bool(false),
            WasiKind::Minimal => return to.serialize_bool(true),
            WasiKind::Files => "files",
            WasiKind::Command => "command",
        };
        let mut object = to.serialize_struct("Wasi", 4)?;
        object.serialize_field("world", world)?;
        object.serialize_field("scratch_mib", &self.scratch_mib)?;
        if self.kind == WasiKind::Command {
            object.serialize_field("args", &self.args)?;
        }
        if let Some(runtime) = &self.runtime {
            object.serialize_field("runtime", runtime)?;
        }
        object.end()
    }
}

/// WASI as it is written: `true`, the name of a world, or an object.
pub(crate) enum RawWasi {
    Flag(bool),
    Name(RawWorldName),
    World(RawWasiWorld),
}

/// The name of a world.
#[derive(Clone, Copy, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RawWorldName {
    /// A module of the ABI that has files.
    Files,
    /// A program with a `main` of its own.
    Command,
}

impl RawWorldName {
    const fn kind(self) -> WasiKind {
        match self {
            Self::Files => WasiKind::Files,
            Self::Command => WasiKind::Command,
        }
    }
}

/// An argument of a program.
pub(crate) type Argument = Text<0, 1000>;

impl<'de> Deserialize<'de> for RawWasi {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(WasiVisitor)
    }
}

struct WasiVisitor;

impl<'de> de::Visitor<'de> for WasiVisitor {
    type Value = RawWasi;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`true`, \"files\", \"command\", or an object with `world`")
    }

    fn visit_bool<E: de::Error>(self, on: bool) -> Result<RawWasi, E> {
        Ok(RawWasi::Flag(on))
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<RawWasi, E> {
        match name {
            "files" => Ok(RawWasi::Name(RawWorldName::Files)),
            "command" => Ok(RawWasi::Name(RawWorldName::Command)),
            other => Err(E::invalid_value(de::Unexpected::Str(other), &self)),
        }
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<RawWasi, A::Error> {
        RawWasiWorld::deserialize(MapAccessDeserializer::new(map)).map(RawWasi::World)
    }
}
