//! The two functions that a guest imports.
//!
//! Each reads, checks, lets the [`Host`] answer, and writes, in this order.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
    thread::LocalKey,
    time::Instant,
};

use bytes::Bytes;
use ext_abi::{
    AbiError, ByteLen, ErrorCode, GuestMemory, GuestPtr, LIBRARY_ID_BYTES, LogLevel, attachment,
    limits, names,
};
use uuid::Uuid;
use wasmer::{Function, FunctionEnv, FunctionEnvMut, Imports, RuntimeError, Store, imports};

use crate::{
    Fault, GuestClock, Host, HostCall, World,
    env::{Env, guest},
    fault::{timeout_fault, trap},
    memory::StoreMemory,
    reply, wasi,
};

/// Makes the import object of an instance.
pub(crate) fn imports(
    module: &wasmer::Module,
    store: &mut Store,
    env: &FunctionEnv<Env>,
    world: Option<&mut dyn World>,
) -> Result<Imports, Fault> {
    let mut imports = imports! {
        names::IMPORT_MODULE => {
            names::CALL => Function::new_typed_with_env(store, env, spacedrive_call),
            names::LOG => Function::new_typed_with_env(store, env, spacedrive_log),
        }
    };
    match world {
        Some(world) => {
            let data = env.as_ref(store);
            let clock = GuestClock::new(&data.clock, u64::MAX);
            world.define(module, store, &mut imports, clock)?;
        }
        None => wasi::define(&mut imports, module, store, env),
    }
    Ok(imports)
}

fn spacedrive_call(
    mut env: FunctionEnvMut<'_, Env>,
    method_ptr: u32,
    method_len: u32,
    library_id_ptr: u32,
    payload_ptr: u32,
    payload_len: u32,
) -> Result<u32, RuntimeError> {
    if env.data().allocating {
        return Ok(GuestPtr::NULL.0); // the host waits for this allocator; it has no room to answer
    }
    let guest = guest(&env)?;
    let left = env.data().clock.pause();
    let mut buffer = [0; limits::MAX_METHOD_BYTES as usize];
    let call = {
        let Env { json_bytes, clock, .. } = env.data();
        let (json_bytes, deadline) = (*json_bytes, clock.call_end());
        let memory = StoreMemory::new(&guest.memory, &env);
        read_call(
            &memory,
            &mut buffer,
            json_bytes,
            Request {
                method: (GuestPtr(method_ptr), ByteLen(method_len)),
                library: GuestPtr(library_id_ptr),
                payload: (GuestPtr(payload_ptr), ByteLen(payload_len)),
                deadline,
            },
        )
    };
    let mut body = Scratch::take();
    let host = &mut env.data_mut().host;
    let status = catch_unwind(AssertUnwindSafe(|| answer(&mut **host, call, &mut body.0)));
    let resumed = env.data().clock.resume(left);
    resumed.map_err(|expired| trap(timeout_fault(expired)))?;
    let status =
        status.map_err(|_| trap(Fault::new(ErrorCode::Internal, "a host operation panicked")))?;
    reply::deliver(&mut env, &guest, status, &body.0).map_err(trap)
}

fn answer(
    host: &mut dyn Host,
    call: Result<HostCall<'_>, AbiError>,
    out: &mut Vec<u8>,
) -> ErrorCode {
    match call {
        Ok(call) => host.call_into(call, out),
        Err(error) => {
            let reply = host.refuse(&error);
            *out = reply.body;
            reply.status
        }
    }
}

thread_local! {
    /// The buffer in which replies to this thread's guests are written before they are copied.
    static SCRATCH: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// The largest buffer that a thread keeps for the next reply, and for the next payload, in bytes.
const MAX_SCRATCH: usize = 4 << 20;

/// The thread's vector for the length of a call; a call within a call gets one of its own.
struct Scratch(Vec<u8>);

impl Scratch {
    fn take() -> Self {
        let mut bytes = SCRATCH.take();
        bytes.clear();
        Self(bytes)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        keep(&SCRATCH, &mut self.0);
    }
}

fn spacedrive_log(
    mut env: FunctionEnvMut<'_, Env>,
    level: u32,
    ptr: u32,
    len: u32,
) -> Result<(), RuntimeError> {
    let guest = guest(&env)?;
    let shown = ByteLen(len.min(limits::MAX_LOG_BYTES));
    let read = StoreMemory::new(&guest.memory, &env).read_vec(
        "log message",
        GuestPtr(ptr),
        shown,
        limits::MAX_LOG_BYTES,
    );
    let bytes = read.map_err(|error| trap(error.into()))?;
    let host = &mut env.data_mut().host;
    let text = String::from_utf8_lossy(&bytes);
    let log = |host: &mut Box<dyn Host>| match len > shown.0 {
        true => host.log_start(LogLevel::from(level), &text, len),
        false => host.log(LogLevel::from(level), &text),
    };
    catch_unwind(AssertUnwindSafe(|| log(host)))
        .map_err(|_| trap(Fault::new(ErrorCode::Internal, "the host's log panicked")))
}

/// The ranges of a call, as the guest says them.
struct Request {
    method: (GuestPtr, ByteLen),
    library: GuestPtr,
    payload: (GuestPtr, ByteLen),
    deadline: Option<Instant>,
}

fn read_call<'a>(
    memory: &impl GuestMemory,
    buffer: &'a mut [u8],
    json_bytes: u32,
    request: Request,
) -> Result<HostCall<'a>, AbiError> {
    let (ptr, len) = request.method;
    let method = memory.read_str("method", ptr, len, buffer)?;
    let library = read_library(memory, request.library)?;
    let (ptr, len) = request.payload;
    let limit = body_limit(memory, ptr, len, json_bytes)?;
    let payload = read_payload(memory, ptr, len, limit)?;
    Ok(HostCall { method, library, payload, deadline: request.deadline })
}

/// Copies a payload out, once. A large one goes into memory that is used again.
fn read_payload(
    memory: &impl GuestMemory,
    ptr: GuestPtr,
    len: ByteLen,
    limit: u32,
) -> Result<Bytes, AbiError> {
    let range = memory.check("payload", ptr, len, limit)?;
    if (range.len() as usize) < LARGE {
        return memory.read_vec("payload", ptr, len, limit).map(Bytes::from);
    }
    let mut payload = Payload(PAYLOAD.take());
    payload.0.resize(range.len() as usize, 0);
    memory.read_into(range, &mut payload.0)?;
    Ok(Bytes::from_owner(payload))
}

thread_local! {
    /// The last large payload that was dropped on this thread.
    static PAYLOAD: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Bytes from which fresh memory costs more than the copy into it.
const LARGE: usize = 128 << 10;

/// A large payload, whose memory goes back to its thread.
struct Payload(Vec<u8>);

impl AsRef<[u8]> for Payload {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Payload {
    fn drop(&mut self) {
        keep(&PAYLOAD, &mut self.0);
    }
}

/// Gives a vector back to its thread, if it is not too large to be kept.
fn keep(place: &'static LocalKey<Cell<Vec<u8>>>, bytes: &mut Vec<u8>) {
    if bytes.capacity() <= MAX_SCRATCH {
        // When the thread ends there is no place any more, and the bytes go with it.
        let _ = place.try_with(|place| place.set(std::mem::take(bytes)));
    }
}

fn read_library(memory: &impl GuestMemory, ptr: GuestPtr) -> Result<Option<Uuid>, AbiError> {
    const BYTES: usize = LIBRARY_ID_BYTES as usize;
    if ptr.is_null() {
        return Ok(None);
    }
    memory.read_array::<BYTES>(ptr).map(|bytes| Some(Uuid::from_bytes(bytes)))
}

/// Returns the limit of a body: an envelope may be as large as its attachments, anything else as
/// large as JSON may be.
pub(crate) fn body_limit(
    memory: &impl GuestMemory,
    ptr: GuestPtr,
    len: ByteLen,
    json_bytes: u32,
) -> Result<u32, AbiError> {
    let is_large = len.0 > json_bytes;
    if is_large && attachment::is_envelope(&memory.read_array::<4>(ptr)?) {
        return Ok(limits::MAX_BODY_BYTES);
    }
    Ok(json_bytes)
}
