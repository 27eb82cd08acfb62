//! Worker processes of an app's own program: they compile modules, run guests and read documents.
//!
//! An app becomes its own worker program by one call in the first line of its `main`:
//!
//! ```no_run
//! // First in `main`:
//! ext_manager::worker::run_if_requested();
//! // … then the app.
//! ```
//!
//! A worker is this program, started with `--ext-worker=KIND` as its first argument. The call serves
//! what the argument asks for and ends the process; without the argument it returns at once. It has
//! to come first: whatever the app does before runs in each worker too, and outside of its sandbox.
//!
//! Of such a program, [`WorkerProgram`] makes what the other types of this crate start:
//!
//! ```no_run
//! use std::sync::Arc;
//! use ext_manager::{Cache, GuestIsolation, Isolations, Loader, ManagerConfig, worker::WorkerProgram};
//!
//! # let folder = std::path::Path::new("modules");
//! let program = WorkerProgram::current().ok_or("`run_if_requested` was not called")?;
//! let loader = Loader::default()
//!     .with_cache(Cache::open(folder)?)
//!     .with_compiler(program.compiler());
//! let others = GuestIsolation::Process;
//! let config = ManagerConfig {
//!     loader: Arc::new(loader),
//!     isolations: Isolations { others, program: Some(program.guest()), ..Isolations::default() },
//!     ..ManagerConfig::default()
//! };
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::{
    env,
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::Duration,
};

use ext_host::{CompilerLimits, CompilerProcess, serve_compiler};
use ext_host_process::{GuestProgram, serve as serve_guest};

/// The beginning of a worker's first argument; its kind follows.
const ARGUMENT: &str = "--ext-worker=";

/// The kind that compiles one module.
const COMPILER: &str = "compiler";
/// The kind that runs a guest.
const GUEST: &str = "guest";

/// Longest time for compiling one module; a megabyte takes about two seconds.
const COMPILE_TIME: Duration = Duration::from_secs(120);
/// Memory for compiling one module.
const COMPILE_MEMORY: u64 = 2 << 30;

/// Exit codes of a worker.
const FAILED: i32 = 1;
const UNKNOWN_KIND: i32 = 2;

/// True once this program serves as a worker: a program that does not would start itself, as a whole
/// app, and that one itself again.
static SERVES: AtomicBool = AtomicBool::new(false);

/// The request to a worker, from its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerRequest {
    kind: String,
    args: Vec<OsString>,
}

impl WorkerRequest {
    /// Reads the request in the arguments of a program, its name left out.
    fn read(args: impl IntoIterator<Item = OsString>) -> Option<Self> {
        let mut args = args.into_iter();
        let first = args.next()?;
        let kind = first.as_encoded_bytes().strip_prefix(ARGUMENT.as_bytes())?;
        let kind = String::from_utf8_lossy(kind).into_owned();
        Some(Self { kind, args: args.collect() })
    }

    /// Returns the kind of the worker: `guest`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Returns the arguments behind the kind.
    #[must_use]
    pub fn args(&self) -> &[OsString] {
        &self.args
    }

    /// Returns the first of the arguments, which is a folder for most kinds.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] when there is none.
    pub fn folder(&self) -> io::Result<&Path> {
        let missing = || io::Error::new(io::ErrorKind::InvalidInput, "the folder is missing");
        self.args.first().map(Path::new).ok_or_else(missing)
    }
}

/// Serves as a worker that compiles or runs a guest, and ends the process, when it was started as
/// one; returns at once when not. To be called first of all in `main`.
pub fn run_if_requested() {
    run_if_requested_or(|_| None);
}

/// Serves as [`run_if_requested`] does, for an app with more kinds of workers: `serve` gets the kinds
/// that this crate does not know, and returns `None` for those that it does not know either.
///
/// ```no_run
/// ext_manager::worker::run_if_requested_or(|request| match request.kind() {
///     "pdf" => Some(Ok(())), // here: ext_ops_isolated::serve(…)
///     _ => None,
/// });
/// ```
pub fn run_if_requested_or(serve: impl FnOnce(&WorkerRequest) -> Option<io::Result<()>>) {
    SERVES.store(true, Relaxed);
    if let Some(request) = WorkerRequest::read(env::args_os().skip(1)) {
        process::exit(exit_code(&request, run(&request, serve)));
    }
}

fn run(
    request: &WorkerRequest,
    serve: impl FnOnce(&WorkerRequest) -> Option<io::Result<()>>,
) -> Option<io::Result<()>> {
    match request.kind() {
        COMPILER => Some(serve_compiler(compiler_limits())),
        GUEST => Some(serve_guest()),
        _ => serve(request),
    }
}

/// Returns the limits of compiling. The processors may work side by side for as long as the parent waits.
fn compiler_limits() -> CompilerLimits {
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let cpu = COMPILE_TIME.saturating_mul(u32::try_from(cores).unwrap_or(u32::MAX));
    CompilerLimits { memory: COMPILE_MEMORY, cpu }
}

fn exit_code(request: &WorkerRequest, result: Option<io::Result<()>>) -> i32 {
    match result {
        Some(Ok(())) => 0,
        Some(Err(error)) => {
            eprintln!("the worker `{}` failed: {error}", request.kind.escape_debug());
            FAILED
        }
        None => {
            eprintln!("`{}` is not a kind of worker", request.kind.escape_debug());
            UNKNOWN_KIND
        }
    }
}

/// A program that calls [`run_if_requested`] first of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerProgram {
    path: PathBuf,
}

impl WorkerProgram {
    /// Names the program at this path, or with this name in the search path of the system.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Returns this very program; `None` when it did not call [`run_if_requested`], or cannot find its
    /// own path.
    #[must_use]
    pub fn current() -> Option<Self> {
        SERVES.load(Relaxed).then(env::current_exe)?.ok().map(Self::new)
    }

    /// Returns the path of the program.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the arguments of a worker of this kind, with more behind them.
    pub fn args<A: Into<OsString>>(kind: &str, more: impl IntoIterator<Item = A>) -> Vec<OsString> {
        let first = OsString::from(format!("{ARGUMENT}{kind}"));
        [first].into_iter().chain(more.into_iter().map(Into::into)).collect()
    }

    /// Returns the program of workers that run guests.
    #[must_use]
    pub fn guest(&self) -> GuestProgram {
        GuestProgram::new(&self.path, Self::args(GUEST, [""; 0]))
    }

    /// Returns the program of workers that compile modules.
    #[must_use]
    pub fn compiler(&self) -> CompilerProcess {
        let args = Self::args(COMPILER, [""; 0]);
        CompilerProcess { program: self.path.clone(), args, time: COMPILE_TIME }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(args: &[&str]) -> Option<WorkerRequest> {
        WorkerRequest::read(args.iter().map(OsString::from))
    }

    #[test]
    fn only_the_first_argument_makes_a_worker() {
        assert_eq!(read(&[]), None);
        assert_eq!(read(&["open", "--ext-worker=guest"]), None);
        assert_eq!(read(&["--ext-worker"]), None);
        let request = read(&["--ext-worker=pdf", "/models"]).unwrap();
        assert_eq!((request.kind(), request.folder().unwrap()), ("pdf", Path::new("/models")));
    }

    #[test]
    fn the_arguments_of_a_program_are_read_by_its_worker() {
        let args = WorkerProgram::args("ocr", ["a", "b"]);
        let request = WorkerRequest::read(args).unwrap();
        assert_eq!((request.kind(), request.args().len()), ("ocr", 2));
    }

    #[test]
    fn a_kind_that_nobody_knows_is_an_error() {
        let request = read(&["--ext-worker=no-such-kind"]).unwrap();
        let result = run(&request, |_| None);
        assert_eq!(exit_code(&request, result), UNKNOWN_KIND);
    }

    #[test]
    fn a_program_that_serves_no_workers_is_not_started_as_one() {
        assert_eq!(WorkerProgram::current(), None);
    }
}
