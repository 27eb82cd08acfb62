//! One running copy of a module.

use std::sync::Arc;

use ext_abi::{
    AbiError, ByteLen, ErrorCode, FrameHeader, GuestMemory, GuestPtr, GuestRange, frame, names,
};
use wasmer::{
    FunctionEnv, InstantiationError, LinkError, Memory, RuntimeError, Store, TypedFunction,
};

use crate::{
    Fault, Host, InstanceLimits, InterruptHandle, MemoryShare, Module, Reply, Watchdog, World,
    clock::{CallClock, Expired},
    engine::START,
    env::{Env, Guest},
    fault::{fault_of, fault_of_trap, timeout_fault},
    imports,
    memory::{StoreMemory, forget_globals},
    wasi,
    wasi_names::INITIALIZE,
};

/// One running copy of a module, on the thread that made it.
///
/// After any [`Fault`] the instance is spent: every further call is refused with
/// [`ErrorCode::Stopped`]. Drop it and start another.
pub struct Instance {
    store: Store,
    env: FunctionEnv<Env>,
    clock: Arc<CallClock>,
    guest: Guest,
    exports: Exports,
    limits: InstanceLimits,
    world: Option<Box<dyn World>>,
    /// The share of the tables in the budget; that of the memory goes with the memory.
    _tables: MemoryShare,
    /// The compute time that is left to the call that runs, in nanoseconds; `None` before its first
    /// part. A call has several: the allocator, the operation itself, freeing the blocks.
    left: Option<u64>,
    spent: bool,
}

/// The typed exports; the optional ones as far as the module has them.
struct Exports {
    free: Option<TypedFunction<(u32, u32), ()>>,
    initialize: Option<TypedFunction<(), ()>>,
    init: TypedFunction<(), i32>,
    cleanup: Option<TypedFunction<(), i32>>,
    call: Option<TypedFunction<(u32, u32, u32, u32), u32>>,
    on_event: Option<TypedFunction<(u32, u32), i32>>,
    save: Option<TypedFunction<(), u32>>,
    restore: Option<TypedFunction<(u32, u32), i32>>,
}

impl Instance {
    /// Starts an instance; a start function of the module runs here, under the limits of a call.
    ///
    /// # Errors
    /// A [`Fault`]: [`ErrorCode::Busy`] when the budget or the machine has no room for the instance;
    /// [`ErrorCode::AbiExport`] when an export is not of
    /// the ABI; [`ErrorCode::Internal`] when the module was compiled without the fuel metering that
    /// `limits` need; whatever ends the start function.
    pub fn start(
        module: &Module,
        limits: InstanceLimits,
        host: Box<dyn Host>,
        watchdog: &Watchdog,
    ) -> Result<Self, Fault> {
        Self::start_in(module, limits, host, watchdog, None)
    }

    /// Starts an instance as [`start`](Self::start) does, in a world that defines what the module
    /// imports besides the ABI.
    ///
    /// # Errors
    /// As [`start`](Self::start), and what the world returns.
    pub fn start_in(
        module: &Module,
        limits: InstanceLimits,
        host: Box<dyn Host>,
        watchdog: &Watchdog,
        mut world: Option<Box<dyn World>>,
    ) -> Result<Self, Fault> {
        let clock = watchdog.clock(limits.compute_timeout, limits.call_timeout);
        module.ensure_fits(&limits)?;
        let tables = module.take_tables()?;
        let mut store = Store::new(module.engine.clone());
        let env = Env::new(host, Arc::clone(&clock), &limits);
        let env = FunctionEnv::new(&mut store, env);
        let surroundings = world.as_deref_mut().map(|world| world as &mut dyn World);
        let imports = imports::imports(&module.inner, &mut store, &env, surroundings)?;
        forget_globals();
        // No code of the guest runs in here: the start function became an export.
        let instance = wasmer::Instance::new(&mut store, &module.inner, &imports)
            .map_err(|error| start_fault(&error))?;
        clock.fuel.attach();
        if let Some(world) = &mut world {
            world.settle(&mut store, &instance)?;
        }
        let exports = Exports::find(&instance, &store)?;
        let guest = find_guest(&instance, &mut store)?;
        let mut started = Self {
            store,
            env,
            clock,
            guest,
            exports,
            limits,
            world,
            _tables: tables,
            left: None,
            spent: false,
        };
        started.run_start(&instance)?;
        let guest = Some(started.guest.clone());
        started.env.as_mut(&mut started.store).guest = guest;
        Ok(started)
    }

    /// Runs the module's start function, if it has one.
    fn run_start(&mut self, instance: &wasmer::Instance) -> Result<(), Fault> {
        let start = instance.exports.get_typed_function::<(), ()>(&self.store, START);
        start.map_or(Ok(()), |start| self.run(|store| start.call(store)))
    }

    /// Runs `_initialize`, if there is one (Go and other languages start their runtime in it), and
    /// `plugin_init`. To be called once, before all else.
    ///
    /// # Errors
    /// A [`Fault`], as for [`Self::cleanup`]; [`ErrorCode::Init`] when `plugin_init` returns anything
    /// but 0.
    pub fn init(&mut self) -> Result<(), Fault> {
        self.begin();
        if let Some(initialize) = self.exports.initialize.take() {
            self.run(|store| initialize.call(store))?;
        }
        let init = self.exports.init.clone();
        match self.run(|store| init.call(store))? {
            0 => Ok(()),
            code => {
                let message = format!("`{}` returned {code}", names::PLUGIN_INIT);
                self.fail(Fault::new(ErrorCode::Init, message))
            }
        }
    }

    /// Runs `plugin_cleanup`, if there is one, and returns its code.
    ///
    /// # Errors
    /// A [`Fault`]: a trap, a limit that was met, an allocator that malfunctions, a spent instance.
    pub fn cleanup(&mut self) -> Result<i32, Fault> {
        self.begin();
        match self.exports.cleanup.clone() {
            Some(cleanup) => self.run(|store| cleanup.call(store)),
            None => Ok(0),
        }
    }

    /// Calls an operation that the extension offers.
    ///
    /// # Errors
    /// A [`Fault`], as for [`Self::cleanup`], also when the reply is not a frame within its limits; an
    /// error that the extension answers with is a [`Reply`].
    pub fn call(&mut self, method: &str, payload: &[u8]) -> Result<Reply, Fault> {
        let Some(call) = self.exports.call.clone() else {
            let message = format!("the extension has no `{}`", names::PLUGIN_CALL);
            return Err(Fault::new(ErrorCode::AbiExport, message));
        };
        self.begin();
        let (method_ptr, method_len) = self.copy_in(method.as_bytes())?;
        let (payload_ptr, payload_len) = self.copy_in(payload)?;
        let ptr = self.run(|store| {
            call.call(store, method_ptr.0, method_len.0, payload_ptr.0, payload_len.0)
        })?;
        let reply = match self.take_frame(GuestPtr(ptr)) {
            Ok(reply) => reply,
            Err(error) => return self.fail(error.into()),
        };
        self.free(method_ptr, method_len)?;
        self.free(payload_ptr, payload_len)?;
        self.free(GuestPtr(ptr), ByteLen(frame_len(&reply)))?;
        Ok(reply)
    }

    /// Passes an event to `plugin_on_event` and returns its code: 0 when the event was handled.
    ///
    /// # Errors
    /// A [`Fault`]: a trap, a limit that was met, an allocator that malfunctions, a spent instance.
    pub fn on_event(&mut self, event: &[u8]) -> Result<i32, Fault> {
        let Some(on_event) = self.exports.on_event.clone() else {
            let message = format!("the extension has no `{}`", names::PLUGIN_ON_EVENT);
            return Err(Fault::new(ErrorCode::AbiExport, message));
        };
        self.begin();
        let (ptr, len) = self.copy_in(event)?;
        let code = self.run(|store| on_event.call(store, ptr.0, len.0))?;
        self.free(ptr, len)?;
        Ok(code)
    }

    /// Asks `plugin_save` for the state that the next version shall get; `None` when the module has
    /// no such export.
    ///
    /// # Errors
    /// A [`Fault`], as for [`Self::cleanup`], also when the reply is not a frame within its limits; an
    /// error that the extension answers with is a [`Reply`].
    pub fn save(&mut self) -> Result<Option<Reply>, Fault> {
        let Some(save) = self.exports.save.clone() else { return Ok(None) };
        self.begin();
        let ptr = self.run(|store| save.call(store))?;
        let reply = match self.take_frame(GuestPtr(ptr)) {
            Ok(reply) => reply,
            Err(error) => return self.fail(error.into()),
        };
        self.free(GuestPtr(ptr), ByteLen(frame_len(&reply)))?;
        Ok(Some(reply))
    }

    /// Gives the state of an older version to `plugin_restore` and returns its code, 0 when it was
    /// taken; `None` when the module has no such export.
    ///
    /// # Errors
    /// A [`Fault`]: a trap, a limit that was met, an allocator that malfunctions, a spent instance.
    pub fn restore(&mut self, state: &[u8]) -> Result<Option<i32>, Fault> {
        let Some(restore) = self.exports.restore.clone() else { return Ok(None) };
        self.begin();
        let (ptr, len) = self.copy_in(state)?;
        let code = self.run(|store| restore.call(store, ptr.0, len.0))?;
        self.free(ptr, len)?;
        Ok(Some(code))
    }

    /// Returns a handle that ends this instance from another thread.
    #[must_use]
    pub fn interrupt_handle(&self) -> InterruptHandle {
        InterruptHandle::new(Arc::clone(&self.clock))
    }

    /// Returns the bytes of linear memory that the instance has now.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        StoreMemory::new(&self.guest.memory, &self.store).size()
    }

    /// Begins a call, whose parts share its time. Fuel is for each: it counts the same on every machine,
    /// whatever the allocator does.
    const fn begin(&mut self) {
        self.left = None;
    }

    /// Runs a part of a call under the clock.
    fn run<T>(
        &mut self,
        code: impl FnOnce(&mut Store) -> Result<T, RuntimeError>,
    ) -> Result<T, Fault> {
        if self.spent {
            return Err(Fault::new(ErrorCode::Stopped, "the instance failed before"));
        }
        if self.clock.is_stopped() {
            return self.fail(timeout_fault(Expired::Stopped));
        }
        match self.left.take() {
            None => self.clock.begin(),
            Some(left) => {
                if let Err(expired) = self.clock.resume(left) {
                    return self.fail(timeout_fault(expired));
                }
            }
        }
        self.clock.fuel.refill(self.limits.fuel);
        let result = code(&mut self.store);
        wasi::flush(self.env.as_mut(&mut self.store));
        if let Some(world) = &mut self.world {
            world.flush();
        }
        match result {
            Ok(value) => match self.clock.end() {
                Ok(left) => {
                    self.left = Some(left);
                    Ok(value)
                }
                Err(expired) => self.fail(timeout_fault(expired)),
            },
            Err(error) => {
                let explained = self.world.as_ref().and_then(|world| world.explain(&error));
                let mut fault = explained.unwrap_or_else(|| fault_of(&error, &self.clock));
                let _ = self.clock.end();
                if fault.code == ErrorCode::Trap && self.is_out_of_memory() {
                    fault.code = ErrorCode::Memory;
                    fault.message = self.memory_message();
                }
                self.fail(fault)
            }
        }
    }

    fn fail<T>(&mut self, fault: Fault) -> Result<T, Fault> {
        self.spent = true;
        Err(fault)
    }

    /// Guesses that a trap came from a failed allocation, which cannot be told from outside: a trap at
    /// (nearly) the limit is taken for one.
    fn is_out_of_memory(&self) -> bool {
        self.memory_bytes() >= self.limits.memory_bytes / 16 * 15
    }

    fn memory_message(&self) -> String {
        let (used, limit) = (self.memory_bytes() >> 20, self.limits.memory_bytes >> 20);
        format!("the guest trapped with {used} MiB of memory, the limit is {limit} MiB")
    }

    /// Copies bytes into a block from the guest's allocator.
    fn copy_in(&mut self, bytes: &[u8]) -> Result<(GuestPtr, ByteLen), Fault> {
        let len = ByteLen::of(bytes)?;
        if len.0 == 0 {
            return Ok((GuestPtr::NULL, len));
        }
        let alloc = self.guest.alloc.clone();
        let ptr = self.run(|store| alloc.call(store, len.0))?;
        let written = self.write(GuestPtr(ptr), len, bytes);
        match written {
            Ok(()) => Ok((GuestPtr(ptr), len)),
            Err(_) => self.fail(AbiError::Alloc { ptr, len: len.0 }.into()),
        }
    }

    fn write(&mut self, ptr: GuestPtr, len: ByteLen, bytes: &[u8]) -> Result<(), AbiError> {
        if ptr.is_null() {
            return Err(AbiError::Alloc { ptr: 0, len: len.0 });
        }
        let mut memory = StoreMemory::new(&self.guest.memory, &self.store);
        let range = GuestRange::new(ptr, len).check(memory.size())?;
        memory.write(range, bytes)
    }

    /// Frees a block, if the guest exports a function for it.
    fn free(&mut self, ptr: GuestPtr, len: ByteLen) -> Result<(), Fault> {
        match self.exports.free.clone() {
            Some(free) if !ptr.is_null() => self.run(|store| free.call(store, ptr.0, len.0)),
            _ => Ok(()),
        }
    }

    fn take_frame(&self, ptr: GuestPtr) -> Result<Reply, AbiError> {
        if ptr.is_null() {
            let reason = "the extension returned no reply: it has no memory left";
            return Err(AbiError::Malformed { what: "reply", reason });
        }
        let memory = StoreMemory::new(&self.guest.memory, &self.store);
        let FrameHeader { len, status } = frame::read_header(&memory, ptr)?;
        let body = GuestPtr(ptr.0.saturating_add(FrameHeader::BYTES));
        let limit = imports::body_limit(&memory, body, ByteLen(len), self.limits.json_bytes)?;
        let body = frame::read_body(&memory, ptr, FrameHeader { len, status }, limit)?;
        Ok(Reply { status, body })
    }
}

impl Drop for Instance {
    /// Detaches the fuel meter, which lies in the store that goes next.
    fn drop(&mut self) {
        self.clock.fuel.detach();
        self.env.as_mut(&mut self.store).guest = None;
    }
}

fn frame_len(reply: &Reply) -> u32 {
    u32::try_from(reply.body.len()).unwrap_or(u32::MAX).saturating_add(FrameHeader::BYTES)
}

impl Exports {
    /// Finds the exports. The module's scan has checked names and types; a mismatch here is an error
    /// all the same.
    fn find(instance: &wasmer::Instance, store: &Store) -> Result<Self, Fault> {
        let exports = &instance.exports;
        let missing =
            |name| move |_| Fault::new(ErrorCode::AbiExport, format!("no export `{name}`"));
        Ok(Self {
            free: exports.get_typed_function(store, names::FREE).ok(),
            initialize: exports.get_typed_function(store, INITIALIZE).ok(),
            init: exports
                .get_typed_function(store, names::PLUGIN_INIT)
                .map_err(missing(names::PLUGIN_INIT))?,
            cleanup: exports.get_typed_function(store, names::PLUGIN_CLEANUP).ok(),
            call: exports.get_typed_function(store, names::PLUGIN_CALL).ok(),
            on_event: exports.get_typed_function(store, names::PLUGIN_ON_EVENT).ok(),
            save: exports.get_typed_function(store, names::PLUGIN_SAVE).ok(),
            restore: exports.get_typed_function(store, names::PLUGIN_RESTORE).ok(),
        })
    }
}

fn find_guest(instance: &wasmer::Instance, store: &mut Store) -> Result<Guest, Fault> {
    let missing = |name| Fault::new(ErrorCode::AbiExport, format!("no export `{name}`"));
    let exports = &instance.exports;
    let memory = exports.get_memory(names::MEMORY).map_err(|_| missing(names::MEMORY))?.clone();
    let alloc =
        exports.get_typed_function(store, names::ALLOC).map_err(|_| missing(names::ALLOC))?;
    let reply_buffer = find_reply_buffer(instance, &memory, store);
    Ok(Guest { memory, alloc, reply_buffer })
}

/// Finds the reply buffer: its address is the value of one global; the other's value is the address
/// of its capacity (compilers export a static as a global that holds its address).
fn find_reply_buffer(
    instance: &wasmer::Instance,
    memory: &Memory,
    store: &mut Store,
) -> Option<(GuestPtr, u32)> {
    let mut address = |name| {
        let value = instance.exports.get_global(name).ok()?.get(store).i32()?;
        Some(GuestPtr(u32::from_ne_bytes(value.to_ne_bytes())))
    };
    let (buffer, capacity) = (address(names::REPLY_PTR)?, address(names::REPLY_CAP)?);
    let memory = StoreMemory::new(memory, store);
    let capacity = u32::from_le_bytes(memory.read_array(capacity).ok()?);
    let inside = GuestRange::new(buffer, ByteLen(capacity)).check(memory.size()).is_ok();
    (inside && !buffer.is_null()).then_some((buffer, capacity))
}

pub(crate) fn start_fault(error: &InstantiationError) -> Fault {
    match error {
        InstantiationError::Start(error) => fault_of_trap(error),
        // What a module asks for was checked before: it is the machine that is short of it.
        InstantiationError::Link(LinkError::Resource(why)) => Fault::new(
            ErrorCode::Busy,
            format_args!("the machine has no room for an instance: {why}"),
        ),
        other => Fault::new(ErrorCode::Memory, format_args!("no room for an instance: {other}")),
    }
}
