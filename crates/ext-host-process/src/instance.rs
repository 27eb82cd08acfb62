//! An instance in another process, seen from the parent.

use std::{
    io::{self, ErrorKind},
    marker::PhantomData,
    panic::{AssertUnwindSafe, catch_unwind},
    process::{ChildStdin, ChildStdout},
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use ext_abi::{AbiError, ErrorCode, LogLevel, attachment, limits as caps};
use ext_host::{Artifact, Fault, Host, HostCall, InstanceLimits, MemoryShare, Reply, WasiWorld};
use ext_process::{EndReason, Exit, Pipes, Process, Receiver, Sender};
use uuid::Uuid;

use crate::{
    GRACE, ProcessInterruptHandle, Surroundings,
    protocol::{Done, FromChild, ToChild, VERSION},
};

/// Time limit for loading the code in a process, besides that of the start function.
const START_TIME: Duration = Duration::from_secs(60);

/// The largest buffer that is kept for the next reply, in bytes.
const MAX_KEPT: usize = 4 << 20;

/// One running copy of a module, in a process of its own. It stays on the thread that made it: the
/// process ends with that thread.
///
/// After any [`Fault`] the instance is spent, and its process is gone: every further call is refused
/// with [`ErrorCode::Stopped`]. Drop it and start another.
pub struct ProcessInstance {
    process: Arc<Process>,
    to: Sender<ChildStdin>,
    from: Receiver<ChildStdout>,
    host: Box<dyn Host>,
    limits: InstanceLimits,
    memory: MemoryShare,
    /// The most that it may take of the budget, in bytes: its linear memory and its tables.
    most_memory: u64,
    reply: Vec<u8>,
    spent: bool,
    stays: PhantomData<*const ()>,
}

impl ProcessInstance {
    pub(crate) fn new(
        (process, Pipes { from, to }): (Arc<Process>, Pipes<ChildStdout, ChildStdin>),
        limits: InstanceLimits,
        host: Box<dyn Host>,
        memory: MemoryShare,
    ) -> Self {
        let (reply, spent, stays) = (Vec::new(), false, PhantomData);
        let most_memory = limits.memory_bytes;
        Self { process, to, from, host, limits, memory, most_memory, reply, spent, stays }
    }

    /// Sends the code and waits until the instance is made.
    pub(crate) fn start(
        &mut self,
        artifact: &Artifact,
        surroundings: &Surroundings,
    ) -> Result<(), Fault> {
        self.most_memory = self.limits.memory_bytes.saturating_add(artifact.table_bytes());
        let is_sealed = artifact.sealed().is_some();
        let (limits, head) = (self.limits.clone(), artifact.head());
        let start = ToChild::Start { limits, head, is_sealed };
        let code: &[u8] = if is_sealed { &[] } else { artifact.code() };
        let turn = Turn::begin(&self.limits, START_TIME);
        let began = self.surround(surroundings, &turn);
        match began.and_then(|()| self.handshake(&start, code, turn)) {
            Ok((FromChild::Started(sandbox), _)) => {
                sandbox.log("guest");
                Ok(())
            }
            Ok((FromChild::Done(Done::Fault(fault)), _)) => self.fail(fault),
            Ok((other, _)) => self.violates(&name(&other)),
            Err(fault) => self.fail(fault),
        }
    }

    /// Initializes the guest, as [`ext_host::Instance::init`] does.
    ///
    /// # Errors
    /// A [`Fault`], as for [`Self::cleanup`]; [`ErrorCode::Init`] when `plugin_init` returns anything
    /// but 0.
    pub fn init(&mut self) -> Result<(), Fault> {
        match self.command(&ToChild::Init, &[])? {
            (Done::Ready, _) => Ok(()),
            (other, _) => self.violates(&name(&other)),
        }
    }

    /// Runs `plugin_cleanup`, as [`ext_host::Instance::cleanup`] does.
    ///
    /// # Errors
    /// A [`Fault`]: that of the guest; [`ErrorCode::Trap`] when its process ends or violates the
    /// protocol; [`ErrorCode::Cpu`] and [`ErrorCode::Deadline`] when it is killed at a time limit;
    /// [`ErrorCode::Stopped`] when it was interrupted, or the instance is spent.
    pub fn cleanup(&mut self) -> Result<i32, Fault> {
        self.code(&ToChild::Cleanup, &[])
    }

    /// Calls an operation, as [`ext_host::Instance::call`] does.
    ///
    /// # Errors
    /// A [`Fault`], as for [`Self::cleanup`]; [`ErrorCode::AbiTooLarge`] when the payload is too long. An
    /// error that the extension answers with is a [`Reply`].
    pub fn call(&mut self, method: &str, payload: &[u8]) -> Result<Reply, Fault> {
        let call = ToChild::Call { method: method.to_owned() };
        match self.command(&call, payload)? {
            (Done::Reply(status), body) => self.checked(status, body),
            (other, _) => self.violates(&name(&other)),
        }
    }

    /// Delivers an event, as [`ext_host::Instance::on_event`] does.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub fn on_event(&mut self, event: &[u8]) -> Result<i32, Fault> {
        self.code(&ToChild::Event, event)
    }

    /// Asks the guest for its state, as [`ext_host::Instance::save`] does.
    ///
    /// # Errors
    /// A [`Fault`], as for [`Self::cleanup`]; an error that the extension answers with is a [`Reply`].
    pub fn save(&mut self) -> Result<Option<Reply>, Fault> {
        match self.command(&ToChild::Save, &[])? {
            (Done::Reply(status), body) => self.checked(status, body).map(Some),
            (Done::Missing, _) => Ok(None),
            (other, _) => self.violates(&name(&other)),
        }
    }

    /// Gives the guest its state, as [`ext_host::Instance::restore`] does.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub fn restore(&mut self, state: &[u8]) -> Result<Option<i32>, Fault> {
        match self.command(&ToChild::Restore, state)? {
            (Done::Code(code), _) => Ok(Some(code)),
            (Done::Missing, _) => Ok(None),
            (other, _) => self.violates(&name(&other)),
        }
    }

    /// Returns a handle that ends this instance from another thread.
    #[must_use]
    pub fn interrupt_handle(&self) -> ProcessInterruptHandle {
        ProcessInterruptHandle { process: Arc::downgrade(&self.process) }
    }

    /// Returns the bytes of linear memory and tables that the guest was given.
    #[must_use]
    pub const fn memory_bytes(&self) -> u64 {
        self.memory.bytes()
    }

    /// Returns the number of the process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    fn code(&mut self, command: &ToChild, tail: &[u8]) -> Result<i32, Fault> {
        match self.command(command, tail)? {
            (Done::Code(code), _) => Ok(code),
            (other, _) => self.violates(&name(&other)),
        }
    }

    /// Sends a command and waits until it is done.
    fn command(&mut self, command: &ToChild, tail: &[u8]) -> Result<(Done, Vec<u8>), Fault> {
        if self.spent {
            return Err(fault(ErrorCode::Stopped, "the instance failed before"));
        }
        match self.converse(command, tail, Turn::begin(&self.limits, Duration::ZERO)) {
            Ok((FromChild::Done(Done::Fault(fault)), _)) | Err(fault) => self.fail(fault),
            Ok((FromChild::Done(done), tail)) => Ok((done, tail)),
            Ok((other, _)) => self.violates(&name(&other)),
        }
    }

    /// Sends the files of a guest that has some.
    fn surround(&mut self, surroundings: &Surroundings, turn: &Turn) -> Result<(), Fault> {
        if self.limits.wasi < WasiWorld::Files {
            return Ok(());
        }
        turn.wait_for(&self.process, Duration::ZERO);
        let Surroundings { files, scratch_bytes, args } = surroundings;
        let (scratch_bytes, args) = (*scratch_bytes, args.clone());
        self.send(&ToChild::Surround { scratch_bytes, args }, &[])?;
        files.iter().try_for_each(|(path, content)| {
            self.send(&ToChild::File { path: path.clone() }, content)
        })
    }

    /// Sends the start command to a process that has to send its version first, and waits for the
    /// answer.
    fn handshake(
        &mut self,
        start: &ToChild,
        code: &[u8],
        turn: Turn,
    ) -> Result<(FromChild, Vec<u8>), Fault> {
        turn.wait_for(&self.process, Duration::ZERO);
        self.send(start, code)?;
        let said = self.from.expect_version(VERSION);
        self.settle(said.map(Some), &turn)?;
        self.listen(turn)
    }

    /// Sends a command, and answers requests until a message comes that needs no answer.
    fn converse(
        &mut self,
        command: &ToChild,
        tail: &[u8],
        turn: Turn,
    ) -> Result<(FromChild, Vec<u8>), Fault> {
        turn.wait_for(&self.process, Duration::ZERO);
        self.send(command, tail)?;
        self.listen(turn)
    }

    /// Answers requests until a message comes that needs no answer.
    fn listen(&mut self, turn: Turn) -> Result<(FromChild, Vec<u8>), Fault> {
        let mut tail = Vec::new();
        loop {
            let said = self.receive(&mut tail, &turn)?;
            match said {
                FromChild::Started(_) | FromChild::Done(_) => return Ok((said, tail)),
                FromChild::Sleep(time) => turn.wait_for(&self.process, time),
                other => self.answer(other, &mut tail, &turn)?,
            }
        }
    }

    fn send(&mut self, what: &ToChild, tail: &[u8]) -> Result<(), Fault> {
        match self.to.send(what, tail) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::InvalidData => {
                Err(fault(ErrorCode::AbiTooLarge, &format!("the message is too long: {error}")))
            }
            Err(_) => Err(self.exit_fault()),
        }
    }

    /// Receives the next message, after which no deadline is set.
    fn receive(&mut self, tail: &mut Vec<u8>, turn: &Turn) -> Result<FromChild, Fault> {
        let said = self.from.receive(tail);
        self.settle(said, turn)
    }

    /// Decides whether what was read counts.
    fn settle<T>(&self, said: io::Result<Option<T>>, turn: &Turn) -> Result<T, Fault> {
        self.process.wait_no_more();
        if turn.is_over() {
            self.process.end(EndReason::Late);
        }
        match said {
            // A message that came after the deadline does not count.
            Ok(Some(_)) if self.process.ended().is_some() => Err(self.exit_fault()),
            Ok(Some(said)) => Ok(said),
            Err(error) if error.kind() == ErrorKind::InvalidData => {
                Err(violation(&error.to_string()))
            }
            Ok(None) | Err(_) => Err(self.exit_fault()),
        }
    }

    /// Answers a request, and sets the deadline of the next message.
    fn answer(&mut self, said: FromChild, tail: &mut Vec<u8>, turn: &Turn) -> Result<(), Fault> {
        match said {
            FromChild::Call { method, library } => {
                let payload = std::mem::take(tail);
                let status = self.answer_call(&method, library, payload, turn.call_end)?;
                // The process would find out by itself, after it has gone on for a while.
                match turn.call_end.is_some_and(|end| Instant::now() >= end) {
                    true => Err(fault(ErrorCode::Deadline, "the call ran out of time")),
                    false => self.reply(status, turn),
                }
            }
            FromChild::Refuse(error) => {
                let status = self.refuse(&error)?;
                self.reply(status, turn)
            }
            FromChild::Log(level) => {
                self.log(level, tail)?;
                turn.wait_for(&self.process, Duration::ZERO);
                Ok(())
            }
            FromChild::Borrow(bytes) => {
                let granted = self.grow_memory(bytes);
                turn.wait_for(&self.process, Duration::ZERO);
                self.send(&ToChild::Lend(granted), &[])
            }
            other => Err(violation(&name(&other))),
        }
    }

    /// Lets the host answer into `self.reply`.
    fn answer_call(
        &mut self,
        method: &str,
        library: Option<Uuid>,
        payload: Vec<u8>,
        deadline: Option<Instant>,
    ) -> Result<ErrorCode, Fault> {
        if payload.len() > self.body_limit(&payload) {
            return Err(violation("a payload over its limit"));
        }
        let call = HostCall { method, library, payload: Bytes::from(payload), deadline };
        let (host, reply) = (&mut self.host, &mut self.reply);
        reply.clear();
        let status = catch_unwind(AssertUnwindSafe(|| host.call_into(call, reply)));
        let status = status.map_err(|_| fault(ErrorCode::Internal, "a host operation panicked"))?;
        let (got, limit) = (self.reply.len() as u64, u64::from(caps::MAX_BODY_BYTES));
        if got > limit {
            return self.refuse(&AbiError::TooLarge { what: "reply", got, limit });
        }
        Ok(status)
    }

    fn refuse(&mut self, error: &AbiError) -> Result<ErrorCode, Fault> {
        let host = &mut self.host;
        let refused = catch_unwind(AssertUnwindSafe(|| host.refuse(error)));
        let Reply { status, body } =
            refused.map_err(|_| fault(ErrorCode::Internal, "a host operation panicked"))?;
        self.reply = body;
        Ok(status)
    }

    /// Sends what stands in `self.reply`.
    fn reply(&mut self, status: ErrorCode, turn: &Turn) -> Result<(), Fault> {
        turn.wait_for(&self.process, Duration::ZERO);
        let reply = std::mem::take(&mut self.reply);
        let said = self.send(&ToChild::Reply { status }, &reply);
        if reply.capacity() <= MAX_KEPT {
            self.reply = reply;
        }
        said
    }

    fn log(&mut self, level: LogLevel, line: &[u8]) -> Result<(), Fault> {
        let line = String::from_utf8_lossy(line);
        let host = &mut self.host;
        catch_unwind(AssertUnwindSafe(|| host.log(level, &line)))
            .map_err(|_| fault(ErrorCode::Internal, "the host's log panicked"))
    }

    fn grow_memory(&mut self, bytes: u64) -> bool {
        let after = self.memory.bytes().checked_add(bytes);
        after.is_some_and(|after| after <= self.most_memory) && self.memory.grow(bytes)
    }

    fn checked(&mut self, status: ErrorCode, body: Vec<u8>) -> Result<Reply, Fault> {
        if body.len() > self.body_limit(&body) {
            return self.violates("a reply over its limit");
        }
        Ok(Reply { status, body })
    }

    /// Returns the limit of a body: an envelope may be as large as its attachments, anything else as
    /// large as JSON may be.
    fn body_limit(&self, body: &[u8]) -> usize {
        let large = attachment::is_envelope(body);
        (if large { caps::MAX_BODY_BYTES } else { self.limits.json_bytes }) as usize
    }

    fn violates<T>(&mut self, what: &str) -> Result<T, Fault> {
        self.fail(violation(what))
    }

    fn fail<T>(&mut self, fault: Fault) -> Result<T, Fault> {
        self.spent = true;
        self.process.kill_and_wait();
        Err(fault)
    }

    /// Makes the fault of a process whose pipe has ended.
    fn exit_fault(&self) -> Fault {
        match self.process.wait_for_exit() {
            Exit::Killed(EndReason::Stopped) => {
                fault(ErrorCode::Stopped, "the extension was stopped")
            }
            Exit::Killed(EndReason::Silent) => {
                let message = "the guest's process was killed: it ran too long without a message";
                fault(ErrorCode::Cpu, message)
            }
            Exit::Killed(EndReason::Late) => {
                let message = "the guest's process was killed: the call ran out of time";
                fault(ErrorCode::Deadline, message)
            }
            exit => fault(ErrorCode::Trap, &format!("the guest's process {exit}")),
        }
    }
}

impl Drop for ProcessInstance {
    fn drop(&mut self) {
        self.process.kill_and_wait();
    }
}

/// The time of one command.
struct Turn {
    compute: Duration,
    /// The deadline of the command.
    late: Instant,
    /// The end of the guest's call, which the process notices by itself before it is late.
    call_end: Option<Instant>,
}

impl Turn {
    /// Begins a turn of a guest with these limits, which may take `more` time.
    fn begin(limits: &InstanceLimits, more: Duration) -> Self {
        let [compute, call] =
            [limits.compute_timeout, limits.call_timeout].map(|time| time.saturating_add(more));
        let call_end = Instant::now().checked_add(call);
        Self { compute, late: after(call.saturating_add(GRACE)), call_end }
    }

    /// Sets the deadline of the next message: as long as the guest may compute, and sleep.
    fn wait_for(&self, process: &Process, sleeps: Duration) {
        let silent = after(self.compute.saturating_add(sleeps).saturating_add(GRACE));
        match silent < self.late {
            true => process.wait_until(silent, EndReason::Silent),
            false => process.wait_until(self.late, EndReason::Late),
        }
    }

    fn is_over(&self) -> bool {
        Instant::now() > self.late
    }
}

/// Returns the moment after `time`, or in a hundred years, if that is earlier.
fn after(time: Duration) -> Instant {
    const LONG: Duration = Duration::from_secs(100 * 365 * 86_400);
    Instant::now() + time.min(LONG)
}

fn fault(code: ErrorCode, message: &str) -> Fault {
    Fault { code, message: message.to_owned(), backtrace: Vec::new() }
}

/// Makes the fault of a process that violates the protocol: a guest may have taken it over.
fn violation(what: &str) -> Fault {
    let message = format!("the guest's process was killed: it violated the protocol ({what})");
    fault(ErrorCode::Trap, &message)
}

/// Returns the name of a message, without its fields.
fn name(said: &impl std::fmt::Debug) -> String {
    let text = format!("{said:?}");
    text.split(['{', ' ']).next().unwrap_or_default().to_owned()
}
