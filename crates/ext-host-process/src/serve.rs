//! The worker's side: a process that runs one guest.

use std::{fs::File, io, process, sync::Arc, time::Duration};

use bytes::Bytes;
use ext_abi::{AbiError, ErrorCode, LogLevel, limits as caps};
use ext_host::{
    Artifact, Fault, Host, HostCall, Instance, InstanceLimits, MemoryBudget, Reply, Watchdog,
};
use ext_process::{Receiver, Sender, parent_pipes};
use ext_sandbox::{Memory, SandboxStatus, Work, die_with_parent, enter_sandbox, restrict_files};

use parking_lot::{Mutex, MutexGuard};

use crate::protocol::{Done, FromChild, MAX_LINE, ToChild, VERSION, cut};

/// Memory besides the guest's, in bytes: a payload and a reply on their way, each while it grows into
/// twice its room, and small change.
const SLACK: u64 = 4 * caps::MAX_BODY_BYTES as u64 + (64 << 20);
/// Addresses that the engine reserves for the memory of one instance, and no more is behind them than
/// is counted elsewhere.
const RESERVED: u64 = 16 << 30;
/// Bytes of one element of a table, at most.
const ELEMENT_BYTES: u64 = 32;

/// Runs one guest in this process: takes its code and its limits from stdin, enters the sandbox, and
/// executes the parent's commands until stdin ends. Call it first of all, while there is one thread,
/// and let nothing else write to stdout.
///
/// # Errors
/// When stdin or stdout fail, and when the parent violates the protocol.
pub fn serve() -> io::Result<()> {
    let _ = restrict_files(&[]);
    let _ = die_with_parent();
    let line = Line::open()?;
    line.lock().to.say_version(VERSION)?;
    let mut tail = Vec::new();
    let Some(first) = line.lock().receive(&mut tail)? else { return Ok(()) };
    let ToChild::Start { limits, head } = first else { return Err(unexpected(&first)) };
    let code = Bytes::from(std::mem::take(&mut tail));
    let mut instance = match start(&line, limits, &head, code) {
        Ok((instance, sandbox)) => {
            line.lock().send(&FromChild::Started(sandbox), &[])?;
            instance
        }
        Err(fault) => return line.lock().send(&FromChild::Done(Done::Fault(fault)), &[]),
    };
    loop {
        // The lock is not held while the guest runs.
        let command = line.lock().receive(&mut tail)?;
        let Some(command) = command else { return Ok(()) };
        let (done, answer) = perform(&mut instance, command, &tail)?;
        line.lock().send(&FromChild::Done(done), &answer)?;
    }
}

/// Loads the code, enters the sandbox, and makes the instance, whose start function may run.
fn start(
    line: &Line,
    limits: InstanceLimits,
    head: &[u8; Artifact::HEAD_BYTES],
    code: Bytes,
) -> Result<(Instance, SandboxStatus), Fault> {
    let lender = line.clone();
    let budget = MemoryBudget::delegated(move |bytes| lender.borrow(bytes));
    let module = Artifact::from_parent(head, code).and_then(|it| it.deserialize(&limits, &budget));
    let module = module.map_err(|error| fault(ErrorCode::Io, error.to_string()))?;
    let watchdog = Watchdog::start();
    let sandbox = enter_sandbox(Work::Guest, memory(&limits));
    if cfg!(target_os = "linux") && !sandbox.confines() {
        let message = format!("the system does not sandbox the guest's process: {sandbox}");
        return Err(fault(ErrorCode::Io, message));
    }
    let host = Box::new(Remote(line.clone()));
    let instance = Instance::start(&module, limits, host, &watchdog)?;
    Ok((instance, sandbox))
}

fn memory(limits: &InstanceLimits) -> Memory {
    let tables = u64::from(limits.table_elements) * ELEMENT_BYTES;
    let stacks = (limits.stack_bytes as u64).saturating_mul(2);
    let parts = [limits.memory_bytes, tables, stacks, SLACK];
    let data = parts.into_iter().fold(0, u64::saturating_add);
    Memory { data, address_space: data.saturating_add(RESERVED) }
}

fn perform(instance: &mut Instance, command: ToChild, tail: &[u8]) -> io::Result<(Done, Vec<u8>)> {
    let code = |code| (Done::Code(code), Vec::new());
    let reply = |Reply { status, body }| (Done::Reply(status), body);
    let missing = || (Done::Missing, Vec::new());
    let done = match command {
        ToChild::Init => instance.init().map(|()| (Done::Ready, Vec::new())),
        ToChild::Cleanup => instance.cleanup().map(code),
        ToChild::Call { method } => instance.call(&method, tail).map(reply),
        ToChild::Event => instance.on_event(tail).map(code),
        ToChild::Save => instance.save().map(|saved| saved.map_or_else(missing, reply)),
        ToChild::Restore => instance.restore(tail).map(|done| done.map_or_else(missing, code)),
        other => return Err(unexpected(&other)),
    };
    Ok(done.unwrap_or_else(|fault| (Done::Fault(fault), Vec::new())))
}

fn unexpected(said: &ToChild) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("`{said:?}` came out of turn"))
}

fn fault(code: ErrorCode, message: String) -> Fault {
    Fault { code, message, backtrace: Vec::new() }
}

/// The pipes to the parent. One thread uses them: the one that the guest runs on.
#[derive(Clone)]
struct Line(Arc<Mutex<Pipes>>);

struct Pipes {
    from: Receiver<File>,
    to: Sender<File>,
}

impl Line {
    fn open() -> io::Result<Self> {
        let ext_process::Pipes { from, to } = parent_pipes()?;
        Ok(Self(Arc::new(Mutex::new(Pipes { from, to }))))
    }

    fn lock(&self) -> MutexGuard<'_, Pipes> {
        self.0.lock()
    }

    fn borrow(&self, bytes: u64) -> bool {
        let answer = self.lock().ask(&FromChild::Borrow(bytes), &[], &mut Vec::new());
        answer == ToChild::Lend(true)
    }
}

impl Pipes {
    fn send(&mut self, what: &FromChild, tail: &[u8]) -> io::Result<()> {
        self.to.send(what, tail)
    }

    fn receive(&mut self, tail: &mut Vec<u8>) -> io::Result<Option<ToChild>> {
        self.from.receive(tail)
    }

    /// Sends a message that must arrive: without a parent there is nothing left to do.
    fn send_or_exit(&mut self, what: &FromChild, tail: &[u8]) {
        if self.send(what, tail).is_err() {
            process::exit(1);
        }
    }

    fn ask(&mut self, what: &FromChild, tail: &[u8], answer: &mut Vec<u8>) -> ToChild {
        self.send_or_exit(what, tail);
        match self.receive(answer) {
            Ok(Some(said)) => said,
            Ok(None) | Err(_) => process::exit(1),
        }
    }
}

/// The host of the guest: its parent.
struct Remote(Line);

impl Remote {
    fn ask(&self, what: &FromChild, tail: &[u8], out: &mut Vec<u8>) -> ErrorCode {
        match self.0.lock().ask(what, tail, out) {
            ToChild::Reply { status } => status,
            _ => process::exit(1),
        }
    }
}

impl Host for Remote {
    fn call(&mut self, call: HostCall<'_>) -> Reply {
        let mut body = Vec::new();
        let status = self.call_into(call, &mut body);
        Reply { status, body }
    }

    fn call_into(&mut self, call: HostCall<'_>, out: &mut Vec<u8>) -> ErrorCode {
        let what = FromChild::Call { method: call.method.to_owned(), library: call.library };
        self.ask(&what, &call.payload, out)
    }

    fn log(&mut self, level: LogLevel, message: &str) {
        self.0.lock().send_or_exit(&FromChild::Log(level), cut(message, MAX_LINE).as_bytes());
    }

    fn refuse(&mut self, error: &AbiError) -> Reply {
        let mut body = Vec::new();
        let status = self.ask(&FromChild::Refuse(error.clone()), &[], &mut body);
        Reply { status, body }
    }

    fn sleeps(&mut self, time: Duration) {
        self.0.lock().send_or_exit(&FromChild::Sleep(time), &[]);
    }
}
