//! The worker's side: a process that runs one guest.

use std::io;

use bytes::Bytes;
use ext_abi::{ErrorCode, limits as caps};
use ext_host::{
    Artifact, Command, Fault, Instance, InstanceLimits, MemoryBudget, Module, Reply, WasiWorld,
    Watchdog, World,
};
use ext_process::SealedBytes;
use ext_sandbox::{Memory, SandboxStatus, Work, die_with_parent, enter_sandbox, restrict_files};

use crate::{
    Surroundings,
    link::Parent,
    port::Port,
    protocol::{Done, FromChild, ToChild, VERSION},
    surroundings::MAX_FILES,
};

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
    serve_in(|_| {
        Err(fault(ErrorCode::Internal, "this program runs no guests with files".to_owned()))
    })
}

/// The parts of a world that its process gives it.
pub struct WorldParts {
    /// The files and arguments of the guest.
    pub surroundings: Surroundings,
    /// The parent, which logs lines.
    pub parent: Parent,
    /// The calls of a program.
    pub port: Port,
}

#[cfg(feature = "testing")]
impl WorldParts {
    /// Makes the parts of a world without a parent: its lines are lost, and it must not ask.
    ///
    /// # Errors
    /// When the null device cannot be opened.
    pub fn apart(surroundings: Surroundings) -> io::Result<Self> {
        let null = std::fs::File::options().read(true).write(true).open("/dev/null")?;
        let parent = Parent::over(null.try_clone()?, null);
        let port = Port::new(parent.clone(), InstanceLimits::default().json_bytes);
        Ok(Self { surroundings, parent, port })
    }
}

/// Runs one guest as [`serve`] does, in a world with files where its limits say so.
///
/// # Errors
/// As [`serve`].
pub fn serve_in(make: impl FnOnce(WorldParts) -> Result<Box<dyn World>, Fault>) -> io::Result<()> {
    let _ = restrict_files(&[]);
    let _ = die_with_parent();
    let parent = Parent::open()?;
    parent.lock().to.say_version(VERSION)?;
    let Some(start) = Start::receive(&parent)? else { return Ok(()) };
    let guest = match start.run(&parent, make) {
        Ok((guest, sandbox)) => {
            parent.lock().send(&FromChild::Started(sandbox), &[])?;
            guest
        }
        Err(fault) => return parent.lock().send(&FromChild::Done(Done::Fault(fault)), &[]),
    };
    match guest {
        Guest::Module(mut instance) => serve_module(&parent, &mut instance),
        Guest::Program(program, port) => serve_program(&parent, *program, &port),
    }
}

/// Executes commands, each a call into the module.
fn serve_module(parent: &Parent, instance: &mut Instance) -> io::Result<()> {
    let mut tail = Vec::new();
    loop {
        // The lock is not held while the guest runs.
        let command = parent.lock().receive(&mut tail)?;
        let Some(command) = command else { return Ok(()) };
        let (done, answer) = perform(instance, command, &tail)?;
        parent.lock().send(&FromChild::Done(done), &answer)?;
    }
}

/// Runs a program, which takes the commands itself.
fn serve_program(parent: &Parent, program: Command, port: &Port) -> io::Result<()> {
    let Some(first) = parent.lock().receive(&mut Vec::new())? else { return Ok(()) };
    if first != ToChild::Init {
        return Err(unexpected(&first));
    }
    let fault = program.run();
    // A program that ends between two calls is the fault of the next one.
    if port.is_idle() && parent.lock().receive(&mut Vec::new())?.is_none() {
        return Ok(());
    }
    parent.lock().send(&FromChild::Done(Done::Fault(fault)), &[])
}

/// The guest of this process.
enum Guest {
    Module(Box<Instance>),
    Program(Box<Command>, Port),
}

/// The first messages of the parent: all that defines the guest.
struct Start {
    limits: InstanceLimits,
    head: [u8; Artifact::HEAD_BYTES],
    code: Code,
    surroundings: Surroundings,
}

/// Compiled code from the parent.
enum Code {
    Copied(Bytes),
    Sealed(SealedBytes),
}

impl Start {
    /// Receives it; `None` when there is no parent any more.
    fn receive(parent: &Parent) -> io::Result<Option<Self>> {
        let (mut tail, mut surroundings) = (Vec::new(), Surroundings::default());
        loop {
            match parent.lock().receive(&mut tail)? {
                None => return Ok(None),
                Some(ToChild::Start { limits, head, is_sealed }) => {
                    let code = match is_sealed {
                        true => Code::Sealed(SealedBytes::from_parent()?),
                        false => Code::Copied(Bytes::from(std::mem::take(&mut tail))),
                    };
                    return Ok(Some(Self { limits, head, code, surroundings }));
                }
                Some(ToChild::Surround { scratch_bytes, args }) => {
                    surroundings.scratch_bytes = scratch_bytes;
                    surroundings.args = args;
                }
                Some(ToChild::File { path }) => {
                    let content = Bytes::from(std::mem::take(&mut tail));
                    surroundings.files.push((path, content));
                }
                Some(other) => return Err(unexpected(&other)),
            }
            if surroundings.files.len() > MAX_FILES {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "too many files"));
            }
        }
    }

    /// Loads the code, enters the sandbox, and makes the instance, whose start function may run.
    fn run(
        self,
        parent: &Parent,
        make: impl FnOnce(WorldParts) -> Result<Box<dyn World>, Fault>,
    ) -> Result<(Guest, SandboxStatus), Fault> {
        let Self { limits, head, code, surroundings } = self;
        let lender = parent.clone();
        let budget = MemoryBudget::delegated(move |bytes| lender.borrow(bytes));
        let module = match code {
            Code::Copied(code) => Artifact::from_parent(&head, code),
            Code::Sealed(code) => Artifact::from_parent_sealed(&head, code),
        };
        let module = module.and_then(|artifact| artifact.deserialize(&limits, &budget));
        let module = module.map_err(|error| fault(ErrorCode::Io, error.to_string()))?;
        let watchdog = Watchdog::start();
        let sandbox = enter_sandbox(Work::Guest, memory(&limits, &surroundings));
        check_sandbox(&sandbox, limits.wasi)?;
        let port = Port::new(parent.clone(), limits.json_bytes);
        let parts = WorldParts { surroundings, parent: parent.clone(), port: port.clone() };
        let world = match limits.wasi {
            WasiWorld::None | WasiWorld::Minimal => None,
            WasiWorld::Files | WasiWorld::Command => Some(make(parts)?),
        };
        let guest = start(parent, &module, limits, &watchdog, world, port)?;
        Ok((guest, sandbox))
    }
}

/// Refuses a guest that is not confined: on Linux any, elsewhere one with files, whose system calls
/// are more than those of the engine.
fn check_sandbox(sandbox: &SandboxStatus, world: WasiWorld) -> Result<(), Fault> {
    let needed = cfg!(target_os = "linux") || world >= WasiWorld::Files;
    match needed && !sandbox.confines() {
        true => {
            let message = format!("the system does not sandbox the guest's process: {sandbox}");
            Err(fault(ErrorCode::Io, message))
        }
        false => Ok(()),
    }
}

fn start(
    parent: &Parent,
    module: &Module,
    limits: InstanceLimits,
    watchdog: &Watchdog,
    world: Option<Box<dyn World>>,
    port: Port,
) -> Result<Guest, Fault> {
    match (limits.wasi, world) {
        (WasiWorld::Command, Some(world)) => {
            let program = Command::start(module, &limits, watchdog, world)?;
            Ok(Guest::Program(Box::new(program), port))
        }
        (_, world) => {
            let host = Box::new(parent.clone());
            let instance = Instance::start_in(module, limits, host, watchdog, world)?;
            Ok(Guest::Module(Box::new(instance)))
        }
    }
}

fn memory(limits: &InstanceLimits, surroundings: &Surroundings) -> Memory {
    let tables = u64::from(limits.table_elements) * ELEMENT_BYTES;
    let stacks = (limits.stack_bytes as u64).saturating_mul(2);
    let parts = [limits.memory_bytes, tables, stacks, SLACK, surroundings.bytes()];
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

pub(crate) fn fault(code: ErrorCode, message: String) -> Fault {
    Fault { code, message, backtrace: Vec::new() }
}
