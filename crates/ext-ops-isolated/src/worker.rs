//! One worker process, seen from the host.

use std::ffi::OsString;
use std::io::{self, BufReader, BufWriter};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::frame;
use crate::protocol::{Reply, Request, version};

/// How long a worker whose pipe has ended may take to be gone.
const EXIT_TIME: Duration = Duration::from_secs(2);

/// How a worker is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerCommand {
    program: PathBuf,
    args: Vec<OsString>,
}

impl WorkerCommand {
    /// `program` with `args`; it must call [`serve`](crate::serve), and print nothing else.
    pub fn new<A: Into<OsString>>(
        program: impl Into<PathBuf>,
        args: impl IntoIterator<Item = A>,
    ) -> Self {
        Self { program: program.into(), args: args.into_iter().map(Into::into).collect() }
    }

    /// Without the environment: a worker has no use for it, and it may hold secrets.
    fn spawn(&self) -> io::Result<Child> {
        let mut command = Command::new(&self.program);
        command.args(&self.args).env_clear();
        if let Some(root) = std::env::var_os("SystemRoot") {
            // Windows programs do not start without it.
            command.env("SystemRoot", root);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()
    }
}

/// Why a worker is no more.
#[derive(Debug)]
pub(crate) enum Death {
    /// It took too long and was killed.
    Time,
    /// It ended by itself.
    Exit(Option<ExitStatus>),
    /// It could not be started, or is not one of ours.
    Start(String),
    /// It answered nonsense.
    Nonsense(String),
}

impl Death {
    /// What the document took too much of; `Err(None)` when it brought the worker down otherwise,
    /// `Err(Some(…))` when it is not to blame.
    pub(crate) fn verdict(self) -> Result<&'static str, Option<String>> {
        match self {
            Self::Time => Ok("time"),
            Self::Exit(status) if ran_out(status) => Ok("memory or stack"),
            Self::Exit(_) => Err(None),
            Self::Start(reason) => Err(Some(format!("the worker does not start: {reason}"))),
            Self::Nonsense(reason) => Err(Some(format!("the worker answered nonsense: {reason}"))),
        }
    }
}

/// Whether the process ended as programs do that get no more memory or stack: Rust aborts, and the
/// system kills.
fn ran_out(status: Option<ExitStatus>) -> bool {
    #[cfg(unix)]
    {
        const SIGABRT: i32 = 6;
        const SIGKILL: i32 = 9;
        let signal =
            status.and_then(|status| std::os::unix::process::ExitStatusExt::signal(&status));
        matches!(signal, Some(SIGABRT | SIGKILL))
    }
    #[cfg(not(unix))]
    {
        // STATUS_STACK_OVERFLOW, and what `abort` gives.
        status
            .and_then(|status| status.code())
            .is_some_and(|code| matches!(code as u32, 0xC000_00FD | 0xC000_0409))
    }
}

type Answer = io::Result<Option<(Reply, Vec<u8>)>>;

/// A process and the thread that talks to it.
pub(crate) struct Worker {
    child: Child,
    calls: SyncSender<(Request, Vec<u8>)>,
    answers: Receiver<Answer>,
    /// Calls so far.
    pub(crate) served: u32,
}

impl Worker {
    /// Starts a worker and waits until it is ready.
    pub(crate) fn start(command: &WorkerCommand, time: Duration) -> Result<Self, Death> {
        let started = command.spawn().and_then(|mut child| match pipes(&mut child) {
            Some(pipes) => Ok((child, pipes)),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        });
        let (child, (stdin, stdout)) = started.map_err(|error| Death::Start(error.to_string()))?;
        let (calls, next) = sync_channel(1);
        let (sender, answers) = sync_channel(1);
        let talk = move || talk(stdin, stdout, &next, &sender);
        let thread = thread::Builder::new().name("worker-pipe".to_owned());
        let mut worker = Self { child, calls, answers, served: 0 };
        if let Err(error) = thread.spawn(talk) {
            return Err(worker.end(Death::Start(error.to_string())));
        }
        worker.greet(time)?;
        Ok(worker)
    }

    fn greet(&mut self, time: Duration) -> Result<(), Death> {
        match self.answer(Instant::now() + time)? {
            (Reply::Ready { version: theirs, sandbox }, _) if theirs == version() => {
                sandbox.log("reader of documents");
                Ok(())
            }
            (other, _) => Err(self.end(Death::Start(format!("it began with {other:?}")))),
        }
    }

    /// Makes one call. After an error the worker is gone.
    pub(crate) fn call(
        &mut self,
        request: Request,
        body: Vec<u8>,
        time: Duration,
    ) -> Result<(Reply, Vec<u8>), Death> {
        self.served = self.served.saturating_add(1);
        // A failure to send shows as a failure to answer.
        let _ = self.calls.send((request, body));
        self.answer(Instant::now() + time)
    }

    fn answer(&mut self, deadline: Instant) -> Result<(Reply, Vec<u8>), Death> {
        let left = deadline.saturating_duration_since(Instant::now());
        match self.answers.recv_timeout(left) {
            Ok(Ok(Some(answer))) => Ok(answer),
            Ok(Err(error)) if error.kind() == io::ErrorKind::InvalidData => {
                Err(self.end(Death::Nonsense(error.to_string())))
            }
            Ok(_) | Err(RecvTimeoutError::Disconnected) => {
                let status = self.wait();
                Err(self.end(Death::Exit(status)))
            }
            Err(RecvTimeoutError::Timeout) => Err(self.end(Death::Time)),
        }
    }

    /// How the process ended, if it does so soon.
    fn wait(&mut self) -> Option<ExitStatus> {
        let deadline = Instant::now() + EXIT_TIME;
        while Instant::now() < deadline {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            thread::sleep(Duration::from_millis(5));
        }
        None
    }

    fn end(&mut self, death: Death) -> Death {
        self.kill();
        death
    }

    fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.kill();
    }
}

fn pipes(child: &mut Child) -> Option<(ChildStdin, ChildStdout)> {
    child.stdin.take().zip(child.stdout.take())
}

/// Talks to the process until one side is gone. It is the only one that waits for the pipes, so
/// that the host can wait with a time limit.
fn talk(
    stdin: ChildStdin,
    stdout: ChildStdout,
    calls: &Receiver<(Request, Vec<u8>)>,
    answers: &SyncSender<Answer>,
) {
    let (mut stdin, mut stdout) = (BufWriter::new(stdin), BufReader::new(stdout));
    loop {
        let answer = frame::read(&mut stdout);
        let is_last = !matches!(answer, Ok(Some(_)));
        if answers.send(answer).is_err() || is_last {
            return;
        }
        let Ok((request, body)) = calls.recv() else { return };
        if let Err(error) = frame::write(&mut stdin, &request, &body) {
            let _ = answers.send(Err(error));
            return;
        }
    }
}
