//! Isolation of documents, modules and extensions: the section `[extensions]` of `config.toml`, and
//! the program whose processes do the work.

use std::{
    collections::BTreeMap,
    env::consts::EXE_EXTENSION,
    path::{Path, PathBuf},
};

use ext_manager::{FILES_PROGRAM, GuestIsolation, GuestProgram, Isolations, worker::WorkerProgram};
use ext_ops_isolated::WorkerPoolLimits;
use serde::{Deserialize, Deserializer, de::Error};

use crate::worker;

/// The program that can be a worker; it stands beside the others.
const PROGRAM: &str = "spacedrive";

/// Place where documents from strangers are read, and modules compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Isolation {
    /// Sandboxed worker processes of this program, which must call
    /// [`worker::run_if_requested`](crate::worker::run_if_requested) first of all.
    Worker(PathBuf),
    /// This process: a document that brings down its reader brings down the program, and so does
    /// a module that brings down the compiler. For trusted ones.
    InProcess,
}

impl Isolation {
    /// Finds the program of the workers: this one, when it called
    /// [`worker::run_if_requested`](crate::worker::run_if_requested) first of all. Otherwise the
    /// program `spacedrive` in the folder of this one, and nowhere else: another one may be anybody's.
    /// Where there is none, documents are not read.
    #[must_use]
    pub fn find() -> Self {
        if let Some(own) = worker::own_program() {
            return Self::Worker(own);
        }
        let own = std::env::current_exe().unwrap_or_default();
        Self::Worker(beside(&own, cfg!(debug_assertions)))
    }
}

/// Returns the place of the worker program of another one, by its absolute path. Cargo puts the tests
/// that it builds one folder deeper than the programs (`is_test_build`).
fn beside(own: &Path, is_test_build: bool) -> PathBuf {
    let name = format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX);
    let folder = own.parent().unwrap_or(Path::new("/"));
    let is_deeper = folder.file_name().is_some_and(|name| name == "deps" || name == "examples");
    match folder.parent() {
        Some(above) if is_test_build && is_deeper => above.join(name),
        _ => folder.join(name),
    }
}

/// The section `[extensions]` of `config.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionsConfig {
    /// Isolation of all extensions: `in-process` or `process` [default: in-process].
    pub isolation: Option<GuestIsolation>,
    /// Isolation of single extensions, by their ids.
    #[serde(default, deserialize_with = "by_id")]
    pub isolation_of: BTreeMap<String, GuestIsolation>,
}

/// The section `[documents]` of `config.toml`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentsConfig {
    /// True if documents are read only in workers that the system confines [default: on Linux, where it
    /// can].
    pub require_sandbox: Option<bool>,
}

impl DocumentsConfig {
    /// Returns the limits of workers that read documents.
    pub(crate) fn limits(self) -> WorkerPoolLimits {
        let default = WorkerPoolLimits::default();
        let require_sandbox = self.require_sandbox.unwrap_or(default.require_sandbox);
        WorkerPoolLimits { require_sandbox, ..default }
    }
}

/// Refuses an id that no extension can have: the mistake must not leave one without its process.
fn by_id<'de, D: Deserializer<'de>>(
    section: D,
) -> Result<BTreeMap<String, GuestIsolation>, D::Error> {
    let by_id = BTreeMap::<String, GuestIsolation>::deserialize(section)?;
    match by_id.keys().find(|id| !ext_wire::is_segment(id)) {
        Some(id) => Err(D::Error::custom(format_args!("`{id}` is not a valid extension id"))),
        None => Ok(by_id),
    }
}

impl ExtensionsConfig {
    /// Returns the same for the manager. Processes of guests are started of the program whose workers
    /// read documents, and those of guests with files of the program beside it; without it, an
    /// extension that is to have a process does not load.
    pub(crate) fn isolations(self, documents: &Isolation) -> Isolations {
        let program = match documents {
            Isolation::Worker(program) => Some(WorkerProgram::new(program).guest()),
            Isolation::InProcess => None,
        };
        let files_program = match documents {
            Isolation::Worker(program) => {
                let path = program.with_file_name(FILES_PROGRAM).with_extension(EXE_EXTENSION);
                Some(GuestProgram::new(path, [""; 0]))
            }
            Isolation::InProcess => None,
        };
        let others = self.isolation.unwrap_or_default();
        Isolations { others, by_id: self.isolation_of, program, files_program }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config_file::section;

    fn parsed(text: &str) -> Result<ExtensionsConfig, toml::de::Error> {
        section(text, "extensions")
    }

    fn isolations(text: &str, documents: &Isolation) -> Isolations {
        parsed(text).unwrap().isolations(documents)
    }

    #[test]
    fn extensions_live_in_this_process_unless_the_configuration_says_otherwise() {
        let worker = Isolation::Worker("spacedrive".into());
        assert_eq!(isolations("", &worker).of("finance"), GuestIsolation::InProcess);
        let all = isolations("[extensions]\nisolation = \"process\"\n", &worker);
        assert_eq!(all.of("finance"), GuestIsolation::Process);
        let text = "[extensions]\nisolation_of = { finance = \"process\" }\n";
        let one = isolations(text, &worker);
        assert_eq!(one.of("finance"), GuestIsolation::Process);
        assert_eq!(one.of("hello"), GuestIsolation::InProcess);
        let text = "[extensions]\nisolation = \"process\"\nisolation_of.hello = \"in-process\"\n";
        let but_one = isolations(text, &worker);
        assert_eq!(but_one.of("finance"), GuestIsolation::Process);
        assert_eq!(but_one.of("hello"), GuestIsolation::InProcess);
    }

    #[test]
    fn without_workers_there_is_no_program_and_the_wish_stays() {
        let text = "[extensions]\nisolation = \"process\"\n";
        let isolations = isolations(text, &Isolation::InProcess);
        assert_eq!((isolations.of("finance"), isolations.program), (GuestIsolation::Process, None));
    }

    #[test]
    fn doc_06_readers_of_documents_need_a_sandbox_unless_the_configuration_says_otherwise() {
        let parsed = |text: &str| section::<DocumentsConfig>(text, "documents").unwrap().limits();
        assert_eq!(parsed("").require_sandbox, cfg!(target_os = "linux"));
        for value in [true, false] {
            let text = format!("[documents]\nrequire_sandbox = {value}\n");
            assert_eq!(parsed(&text).require_sandbox, value);
        }
    }

    #[test]
    fn the_program_of_the_workers_is_looked_for_beside_this_one_only() {
        for (own, is_test_build, expected) in [
            ("/opt/app/app", false, "/opt/app/spacedrive"),
            ("/opt/app/app", true, "/opt/app/spacedrive"),
            ("/opt/examples/app", false, "/opt/examples/spacedrive"),
            ("/target/debug/deps/it-0f", true, "/target/debug/spacedrive"),
            ("", false, "/spacedrive"),
        ] {
            assert_eq!(beside(Path::new(own), is_test_build), PathBuf::from(expected), "{own}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_an_error() {
        for text in [
            "[extensions]\nisolation = \"none\"\n",
            "[extensions]\nisolation = true\n",
            "[extensions]\nisolation_of = { \"no such id\" = \"process\" }\n",
            "[extensions]\nisolation_of = { finance = \"prozess\" }\n",
            "[extensions]\nisolations = \"process\"\n",
        ] {
            assert!(parsed(text).is_err(), "{text}");
        }
    }
}
