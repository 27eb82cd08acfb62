//! Compiling in a process of its own, with limits of time and memory.
//!
//! What strangers give to a compiler may cost it any time and memory, or bring it down. So a host can
//! start a process for each module ([`CompilerProcess`]), in which the same crate compiles
//! ([`serve_compiler`]). The code does not come back through a pipe: the process puts it into the
//! cache of compiled modules, whose MAC the host checks as for every other artifact.
//!
//! The host writes to stdin whether steps are counted, and the wasm. The process writes lines to
//! stdout: `compiler: ready` and what its code depends on when its limits are in force, then
//! `compiler: done`, or `compiler: ` with the reason why not. A program whose code depends on
//! something else is another version of this one, and is not used.

use std::{
    ffi::OsString,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use ext_sandbox::{Memory, limit_memory};

use crate::{Cache, Limits, LoadError, Module, limits::MAX_MODULE_BYTES, module::fingerprint};

const PREFIX: &str = "compiler: ";
const DONE: &str = "done";

/// Most bytes that are read of what the process says.
const MAX_SAID_BYTES: u64 = 64 << 10;

/// How often the host looks whether the process has ended.
const TICK: Duration = Duration::from_millis(5);

/// How a process is started that compiles one module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompilerProcess {
    /// The program.
    pub program: PathBuf,
    /// Its arguments; with them it calls [`serve_compiler`] for the folder of the loader's cache.
    pub args: Vec<OsString>,
    /// Longest time for one module; then the process is killed.
    pub time: Duration,
}

/// What became of a module.
pub(crate) enum Outcome {
    /// Its code is in the cache.
    Done,
    /// It cannot be compiled, or not within the limits.
    Refused(LoadError),
    /// There is no such process here.
    Absent(String),
}

impl CompilerProcess {
    pub(crate) fn compile(&self, wasm: &[u8], counts_steps: bool) -> Outcome {
        let mut command = Command::new(&self.program);
        command.args(&self.args).stdin(Stdio::piped()).stdout(Stdio::piped());
        match command.stderr(Stdio::null()).spawn() {
            Ok(child) => self.watch(child, wasm, counts_steps),
            Err(error) => Outcome::Absent(error.to_string()),
        }
    }

    fn watch(&self, mut child: Child, wasm: &[u8], counts_steps: bool) -> Outcome {
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        thread::scope(|scope| {
            // Both end when the process does.
            scope.spawn(|| write(stdin, wasm, counts_steps));
            let said = scope.spawn(|| read(stdout));
            let ended = self.wait(&mut child);
            let said = said.join().unwrap_or_default();
            judge(ended, &said, self.time)
        })
    }

    /// Waits for the process; `None` when it had to be killed.
    fn wait(&self, child: &mut Child) -> Option<String> {
        let began = Instant::now();
        while began.elapsed() < self.time {
            match child.try_wait() {
                Ok(Some(status)) => return Some(status.to_string()),
                Ok(None) => thread::sleep(TICK),
                Err(error) => return Some(error.to_string()),
            }
        }
        // It may have ended by itself meanwhile.
        let _ = child.kill();
        let _ = child.wait();
        None
    }
}

/// A process that ends early does not read all.
fn write(stdin: Option<impl Write>, wasm: &[u8], counts_steps: bool) {
    if let Some(mut stdin) = stdin {
        let _ = stdin.write_all(&[u8::from(counts_steps)]).and_then(|()| stdin.write_all(wasm));
    }
}

fn read(stdout: Option<impl Read>) -> String {
    let mut said = Vec::new();
    let read = stdout.map(|mut stdout| {
        let read = stdout.by_ref().take(MAX_SAID_BYTES).read_to_end(&mut said);
        // The rest goes nowhere, so that the process is not held up by it.
        read.and_then(|_| io::copy(&mut stdout, &mut io::sink()))
    });
    if let Some(Err(error)) = read {
        tracing::debug!(%error, "what the compiler says cannot be read");
    }
    String::from_utf8_lossy(&said).into_owned()
}

fn judge(ended: Option<String>, said: &str, time: Duration) -> Outcome {
    let mut words = said.lines().filter_map(|line| line.strip_prefix(PREFIX));
    match words.next().map(|word| word == ready()) {
        Some(true) => {}
        Some(false) => return Outcome::Absent("it is another version".to_owned()),
        None => return Outcome::Absent(format!("it ended ({ended:?}) before it was ready")),
    }
    let refused = |reason| Outcome::Refused(LoadError::CompileLimit { reason });
    match (words.next(), ended) {
        (Some(DONE), _) => Outcome::Done,
        (Some(reason), _) => Outcome::Refused(LoadError::Compile(reason.to_owned())),
        (None, None) => refused(format!("it takes longer than {} ms", time.as_millis())),
        (None, Some(status)) => refused(format!("the compiler ended ({status})")),
    }
}

/// Makes this process a compiler for one module: takes it from stdin and puts its code into the cache
/// in `folder`. `memory` is how many bytes the process may take besides what it has.
///
/// # Errors
/// When stdin, stdout or the cache fail. That a module is refused is no error here.
pub fn serve_compiler(folder: &Path, memory: u64) -> io::Result<()> {
    match limit_memory(Memory::address_space(memory)) {
        // Such a system limits the time only.
        Err(error) if error.kind() != io::ErrorKind::Unsupported => return Err(error),
        _ => {}
    }
    say(&ready())?;
    let mut request = Vec::new();
    io::stdin().lock().take(MAX_MODULE_BYTES as u64 + 2).read_to_end(&mut request)?;
    let (counts, wasm) = request.split_first().ok_or(io::ErrorKind::UnexpectedEof)?;
    let steps = if *counts == 1 { 1 } else { u64::MAX };
    // The host has checked the module against the limits of its instances.
    let limits = Limits { steps, ..Limits::MAX };
    match Module::load(wasm, &limits, Some(&Cache::open(folder)?)) {
        Ok(_) => say(DONE),
        Err(error) => say(&error.to_string()),
    }
}

fn ready() -> String {
    format!("ready {}", fingerprint().to_hex())
}

/// Says something on a line of its own, whatever else was written.
fn say(what: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "\n{PREFIX}{}", what.replace('\n', " "))?;
    stdout.flush()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// A program that says that it is ready, and then does this.
    fn compile(then: &str, ms: u64) -> Outcome {
        run(&format!("echo '{PREFIX}{}'; {then}", ready()), ms)
    }

    fn run(script: &str, ms: u64) -> Outcome {
        let args = vec!["-c".into(), script.into()];
        let time = Duration::from_millis(ms);
        CompilerProcess { program: "sh".into(), args, time }.compile(b"wasm", false)
    }

    fn refusal(outcome: Outcome) -> LoadError {
        match outcome {
            Outcome::Refused(error) => error,
            Outcome::Done => panic!("it is done"),
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
        let said = |word: &str| compile(&format!("echo '{PREFIX}{word}'"), 30_000);
        assert!(matches!(said(DONE), Outcome::Done));
        assert_eq!(refusal(said("no")), LoadError::Compile("no".to_owned()));
    }

    #[test]
    fn another_program_or_version_is_as_none() {
        for script in ["exit 2", "echo hello", "echo 'compiler: ready of old'; exit 0"] {
            assert!(matches!(run(script, 30_000), Outcome::Absent(_)), "{script}");
        }
    }

    /// A compiler that talks without end is not listened to without end.
    #[test]
    fn a_compiler_that_floods_its_output_is_ended_all_the_same() {
        let error = refusal(compile("exec yes", 300));
        assert!(error.to_string().contains("longer than"), "{error}");
    }
}
