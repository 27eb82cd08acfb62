//! The delivery of a reply into guest memory.

use ext_abi::{
    AbiError, ByteLen, CheckedRange, ErrorCode, FrameHeader, GuestMemory, GuestPtr, GuestRange,
    attachment, limits,
};
use wasmer::{FunctionEnvMut, RuntimeError};

use crate::{
    Fault, Reply,
    env::{Env, Guest},
    fault::fault_of,
    memory::StoreMemory,
};

/// Writes a reply's frame and returns its address; 0 when the guest has no memory for it.
///
/// # Errors
/// A [`Fault`] when the guest's allocator malfunctions.
pub(crate) fn deliver(
    env: &mut FunctionEnvMut<'_, Env>,
    guest: &Guest,
    status: ErrorCode,
    body: &[u8],
) -> Result<u32, Fault> {
    if let Some(error) = too_large(body, env.data().json_bytes) {
        let Reply { status, body } = env.data_mut().host.refuse(&error);
        return write(env, guest, status, &body);
    }
    write(env, guest, status, body)
}

fn write(
    env: &mut FunctionEnvMut<'_, Env>,
    guest: &Guest,
    status: ErrorCode,
    body: &[u8],
) -> Result<u32, Fault> {
    let header = FrameHeader::for_body(status, body)?;
    let Some(place) = find_place(env, guest, header.frame_bytes()?)? else {
        return Ok(GuestPtr::NULL.0);
    };
    // A view is taken only now: the allocator may have grown the memory.
    let mut memory = StoreMemory::new(&guest.memory, env);
    let range = |ptr, len| GuestRange::new(GuestPtr(ptr), ByteLen(len)).check(memory.size());
    let head = range(place.start(), FrameHeader::BYTES)?;
    let rest = range(place.start() + FrameHeader::BYTES, header.len)?;
    memory.write(head, &header.to_bytes())?;
    memory.write(rest, body)?;
    Ok(place.start())
}

fn too_large(body: &[u8], json_bytes: u32) -> Option<AbiError> {
    let limit = if attachment::is_envelope(body) { limits::MAX_BODY_BYTES } else { json_bytes };
    ByteLen::of(body).and_then(|len| len.at_most("reply", limit)).err()
}

/// Chooses the reply buffer when the frame fits, else a block from the guest's allocator.
fn find_place(
    env: &mut FunctionEnvMut<'_, Env>,
    guest: &Guest,
    bytes: u32,
) -> Result<Option<CheckedRange>, Fault> {
    if let Some((ptr, capacity)) = guest.reply_buffer
        && bytes <= capacity
    {
        return check(env, guest, ptr, bytes).map(Some);
    }
    let ptr = GuestPtr(allocate(env, guest, bytes)?);
    if ptr.is_null() {
        return Ok(None);
    }
    check(env, guest, ptr, bytes).map(Some)
}

/// Calls the guest's allocator. Calls that the guest makes from there are not answered.
fn allocate(env: &mut FunctionEnvMut<'_, Env>, guest: &Guest, bytes: u32) -> Result<u32, Fault> {
    env.data_mut().allocating = true;
    let result = guest.alloc.call(env, bytes);
    env.data_mut().allocating = false;
    result.map_err(|error: RuntimeError| fault_of(&error, &env.data().clock))
}

fn check(
    env: &FunctionEnvMut<'_, Env>,
    guest: &Guest,
    ptr: GuestPtr,
    bytes: u32,
) -> Result<CheckedRange, Fault> {
    let size = StoreMemory::new(&guest.memory, env).size();
    let range = GuestRange::new(ptr, ByteLen(bytes)).check(size);
    range.map_err(|_| AbiError::Alloc { ptr: ptr.0, len: bytes }.into())
}
