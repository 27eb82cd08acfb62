//! A process that compiles one module, with limits of time and memory.
//!
//! A hostile module may cost a compiler any time and memory, or bring it down. So a host can
//! start a process for each module ([`CompilerProcess`]), in which the same crate compiles
//! ([`serve_compiler`]). The code comes back through the pipe, so the process needs no file: it has
//! neither the cache of compiled modules nor the key of its MAC.
//!
//! The process says which code it makes, as its version, and enters its sandbox. The host sends
//! whether fuel is metered, with the wasm, and the process answers with the code, or with the reason why not. A
//! program whose code depends on something else is another version of this one, and is not used.

use std::{
    ffi::OsString,
    io,
    path::PathBuf,
    time::{Duration, Instant},
};

use bytes::Bytes;
use ext_process::{
    EndReason, Exit, Failure, Message, Program, Worker, exit_with_parent, parent_pipes,
};
use ext_sandbox::{Memory, Work, die_with_parent, enter_sandbox, limit_cpu, restrict_files};

use crate::{
    InstanceLimits, ModuleError,
    caps::MAX_PROGRAM_BYTES,
    codegen::{compile as compile_here, fingerprint},
};

/// Largest code of one module, in bytes.
const MAX_CODE_BYTES: u32 = 512 << 20;

/// Longest reason for which a module is refused, in bytes.
const MAX_REASON: usize = 16 << 10;

/// The command that starts a process which compiles one module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompilerProcess {
    /// The path of the program, or its name in the search path.
    pub program: PathBuf,
    /// Its arguments; with them it calls [`serve_compiler`].
    pub args: Vec<OsString>,
    /// Longest time for one module; then the process is killed.
    pub time: Duration,
}

/// The outcome of compiling a module.
pub(crate) enum Outcome {
    /// Its code.
    Done(Bytes),
    /// It cannot be compiled, or not within the limits, or not now.
    Refused(ModuleError),
    /// There is no such process here.
    Absent(String),
}

/// The limits of a process that compiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompilerLimits {
    /// Bytes of memory, besides what the process has when it begins.
    pub memory: u64,
    /// Time of all processors together.
    pub cpu: Duration,
}

/// A module to compile; the wasm is its tail.
struct Request {
    meters_fuel: bool,
}

/// The answer of the process.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    /// The code is the tail.
    Done,
    /// The module cannot be compiled, for this reason.
    Refused(String),
}

impl CompilerProcess {
    pub(crate) fn compile(&self, wasm: &[u8], meters_fuel: bool) -> Outcome {
        let deadline = Instant::now() + self.time;
        let program = Program::new(&self.program, &self.args);
        let mut worker = match Worker::start(&program, &version(), deadline) {
            Ok(worker) => worker,
            Err(failure) if is_other_program(&failure) => {
                return Outcome::Absent(failure.to_string());
            }
            Err(failure) => {
                return Outcome::Refused(ModuleError::Io { reason: failure.to_string() });
            }
        };
        let (request, mut code) = (Request { meters_fuel }, Vec::new());
        match worker.exchange(&request, wasm, &mut code, deadline) {
            Ok(Answer::Done) => Outcome::Done(code.into()),
            Ok(Answer::Refused(reason)) => Outcome::Refused(ModuleError::Compile(reason)),
            Err(failure) => Outcome::Refused(self.limit(&failure)),
        }
    }

    /// Returns the limit that a process met which has not answered.
    fn limit(&self, failure: &Failure) -> ModuleError {
        let reason = match failure {
            Failure::Ended(Exit::Killed(EndReason::Late)) => {
                format!("it takes longer than {} ms", self.time.as_millis())
            }
            Failure::Ended(Exit::Status(status)) => format!("the compiler ended ({status})"),
            other => other.to_string(),
        };
        ModuleError::CompileLimit { reason }
    }
}

/// Returns true if the program that was started is none that compiles this version's code. Whatever
/// else keeps a process from starting is a fault of the moment, and the module is not compiled
/// without limits for it.
fn is_other_program(failure: &Failure) -> bool {
    match failure {
        Failure::Start(error) => error.kind() == io::ErrorKind::NotFound,
        Failure::Stranger(_) => true,
        Failure::Ended(Exit::Status(status)) => status.code().is_some(),
        _ => false,
    }
}

/// Makes this process a compiler for one module: takes it from stdin and answers with its code on
/// stdout. Call it first of all, while there is one thread.
///
/// # Errors
/// When the limits cannot be set on a system that has them; when stdin or stdout fail; when the
/// parent's message is not a request; when the system gives no thread. A module that is refused is
/// not an error here.
pub fn serve_compiler(limits: CompilerLimits) -> io::Result<()> {
    let _ = restrict_files(&[]);
    let _ = die_with_parent();
    let mut parent = parent_pipes()?;
    parent.to.say_version(&version())?;
    confine(limits)?;
    let mut wasm = Vec::new();
    let request = parent.from.receive(&mut wasm)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    exit_with_parent(parent.from)?;
    let (answer, code) = compile(&request, &wasm);
    parent.to.send(&answer, &code)
}

/// Enters the sandbox; such systems as have no limits limit the time from outside only.
fn confine(limits: CompilerLimits) -> io::Result<()> {
    match limit_cpu(limits.cpu) {
        Err(error) if error.kind() != io::ErrorKind::Unsupported => return Err(error),
        _ => {}
    }
    let sandbox = enter_sandbox(Work::Compiling, Memory::address_space(limits.memory));
    match sandbox.memory || !cfg!(unix) {
        true => Ok(()),
        false => Err(io::Error::other("the system does not limit the memory of a compiler")),
    }
}

fn compile(request: &Request, wasm: &[u8]) -> (Answer, Bytes) {
    let fuel = if request.meters_fuel { 1 } else { u64::MAX };
    // The host has checked the module against the limits of its instances.
    let limits = InstanceLimits { fuel, ..InstanceLimits::MAX };
    match compile_here(wasm, &limits) {
        Ok(code) => (Answer::Done, code),
        Err(error) => (Answer::Refused(error.to_string().replace('\n', " ")), Bytes::new()),
    }
}

/// Names all that the code depends on which a process makes, and the form of its answer.
fn version() -> String {
    format!("compiler 2 {}", fingerprint().to_hex())
}

impl Message for Request {
    const MAX_HEAD: u32 = 1;

    fn kind(&self) -> u8 {
        1
    }

    fn write(&self, head: &mut Vec<u8>) -> io::Result<()> {
        head.push(self.meters_fuel.into());
        Ok(())
    }

    fn read(kind: u8, head: &[u8]) -> Option<Self> {
        match (kind, head) {
            (1, [meters_fuel @ (0 | 1)]) => Some(Self { meters_fuel: *meters_fuel == 1 }),
            _ => None,
        }
    }

    fn max_tail(_: u8) -> u32 {
        MAX_PROGRAM_BYTES
    }
}

impl Message for Answer {
    const MAX_HEAD: u32 = MAX_REASON as u32;

    fn kind(&self) -> u8 {
        match self {
            Self::Done => 2,
            Self::Refused(_) => 3,
        }
    }

    fn write(&self, head: &mut Vec<u8>) -> io::Result<()> {
        if let Self::Refused(reason) = self {
            let end = reason.floor_char_boundary(MAX_REASON);
            head.extend(reason.bytes().take(end));
        }
        Ok(())
    }

    fn read(kind: u8, head: &[u8]) -> Option<Self> {
        match kind {
            2 if head.is_empty() => Some(Self::Done),
            3 => str::from_utf8(head).ok().map(|reason| Self::Refused(reason.to_owned())),
            _ => None,
        }
    }

    fn max_tail(kind: u8) -> u32 {
        if kind == 2 { MAX_CODE_BYTES } else { 0 }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use ext_process::Sender;

    use super::*;

    /// The handshake of a process, as text that `printf` turns into bytes.
    fn ready(version: &str) -> String {
        let mut to = Sender::new(Vec::new());
        to.say_version(version).unwrap();
        printed(&to.into_inner())
    }

    fn said(answer: &Answer) -> String {
        let mut to = Sender::new(Vec::new());
        to.send(answer, &[]).unwrap();
        printed(&to.into_inner())
    }

    fn printed(bytes: &[u8]) -> String {
        let octal: String = bytes.iter().map(|byte| format!("\\{byte:03o}")).collect();
        format!("printf '{octal}'")
    }

    /// A program that says that it is ready, and then does this.
    fn compile(then: &str, ms: u64) -> Outcome {
        run(&format!("{}; {then}", ready(&version())), ms)
    }

    fn run(script: &str, ms: u64) -> Outcome {
        let args = vec!["-c".into(), script.into()];
        let time = Duration::from_millis(ms);
        CompilerProcess { program: "sh".into(), args, time }.compile(b"wasm", false)
    }

    fn refusal(outcome: Outcome) -> ModuleError {
        match outcome {
            Outcome::Refused(error) => error,
            Outcome::Done(_) => panic!("it is done"),
            Outcome::Absent(reason) => panic!("it is absent: {reason}"),
        }
    }

    #[test]
    fn res_05_a_compiler_that_takes_too_long_is_ended() {
        let began = Instant::now();
        let error = refusal(compile("exec sleep 600", 300));
        assert_eq!(error.code(), ext_abi::ErrorCode::ModuleLimit);
        assert!(error.to_string().contains("longer than 300 ms"), "{error}");
        assert!(began.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn res_05_a_compiler_that_crashes_costs_one_module() {
        let error = refusal(compile("kill -ABRT $$", 30_000));
        assert_eq!(error.code(), ext_abi::ErrorCode::ModuleLimit);
        assert!(error.to_string().contains("the compiler ended"), "{error}");
    }

    #[test]
    fn what_a_compiler_says_is_its_answer() {
        let answers = |answer: &Answer| compile(&said(answer), 30_000);
        assert!(matches!(answers(&Answer::Done), Outcome::Done(_)));
        let no = answers(&Answer::Refused("no".to_owned()));
        assert_eq!(refusal(no), ModuleError::Compile("no".to_owned()));
    }

    #[test]
    fn another_program_or_version_is_as_none() {
        let old = ready("compiler of old") + "; exit 0";
        for script in ["exit 2", "echo hello", &old] {
            assert!(matches!(run(script, 30_000), Outcome::Absent(_)), "{script}");
        }
    }

    /// A fault of the moment must not cost the module its limits, nor is the module to blame.
    #[test]
    fn res_07_a_compiler_that_does_not_get_to_start_is_a_fault_of_the_system() {
        let folder = std::env::temp_dir();
        let not_executable =
            CompilerProcess { program: folder, args: Vec::new(), time: Duration::from_secs(30) };
        let killed = run("kill -KILL $$", 30_000);
        let late = run("exec sleep 600", 100);
        for outcome in [not_executable.compile(b"wasm", false), killed, late] {
            let error = refusal(outcome);
            assert_eq!(error.code(), ext_abi::ErrorCode::Io, "{error}");
        }
    }

    /// The passphrase of the vault may stand in the environment. Cargo sets the variable.
    #[test]
    fn a_compiler_inherits_no_environment() {
        assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
        let done = said(&Answer::Done);
        let script = format!("test -z \"$CARGO_MANIFEST_DIR\" && {done}");
        assert!(matches!(compile(&script, 30_000), Outcome::Done(_)));
    }

    /// A compiler that talks without end is not listened to without end.
    #[test]
    fn a_compiler_that_floods_its_output_is_ended_all_the_same() {
        let began = Instant::now();
        let error = refusal(compile("exec yes", 300));
        assert_eq!(error.code(), ext_abi::ErrorCode::ModuleLimit);
        assert!(error.to_string().contains("is not valid"), "{error}");
        assert!(began.elapsed() < Duration::from_secs(20));
    }
}
