//! Bytes of guests: frames, envelopes, modules, inputs of operations.

use std::sync::LazyLock;

use bytes::Bytes;
use ext_abi::{GuestMemory, GuestPtr, GuestRange, VecMemory, attachment, frame};
use ext_host::{InstanceLimits, Module};
use ext_perm::Engine;
use ext_registry::{Call, Deadline, Progress, Registry, Services, execute_json_operation};
use ext_wire::body::{self, BlobStyle};
use serde_json::Value;
use uuid::Uuid;

/// A frame that is read is written the same again, from bytes and from a guest's memory.
pub fn abi_frame(data: &[u8]) {
    if let Ok((status, body)) = frame::decode(data) {
        let again = frame::encode(status, body).expect("what was read can be written");
        assert!(data.starts_with(&again), "a frame is written otherwise than it was read");
    }
    let Some((at, bytes)) = data.split_first_chunk::<4>() else { return };
    let ptr = GuestPtr(u32::from_le_bytes(*at));
    let memory = memory(bytes);
    if let Ok(header) = frame::read_header(&memory, ptr)
        && let Ok(body) = frame::read_body(&memory, ptr, header, u32::MAX)
    {
        assert!(body.len() < bytes.len(), "a body is longer than the memory");
    }
}

/// A memory with these bytes, short of those that do not fit into a page.
fn memory(bytes: &[u8]) -> VecMemory {
    let mut memory = VecMemory::new(bytes.len());
    let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let range = GuestRange::new(GuestPtr(0), ext_abi::ByteLen(len));
    let range = range.check(memory.size()).expect("the memory has this length");
    memory.write(range, bytes).expect("the range lies in the memory");
    memory
}

/// The parts of an envelope lie in it and do not overlap; what it holds is written the same again.
pub fn abi_envelope(data: &[u8]) {
    // Anything may be read as JSON with blobs, or without.
    let plain = body::to_plain(Bytes::copy_from_slice(data));
    if let Ok(plain) = &plain {
        serde_json::from_slice::<serde::de::IgnoredAny>(plain).expect("plain bodies are JSON");
    }
    let Ok(layout) = attachment::decode(data) else { return };
    let mut end = 0;
    for part in std::iter::once(&layout.json).chain(&layout.blobs) {
        assert!(part.start >= end && part.end <= data.len(), "parts overlap or lie outside");
        end = part.end;
    }
    let json = &data[layout.json.clone()];
    let blobs: Vec<&[u8]> = layout.blobs.iter().map(|blob| &data[blob.clone()]).collect();
    let again = attachment::encode(json, &blobs).expect("what was read can be written");
    assert_eq!(again, data);
}

/// The checks before the compiler end with any bytes, twice with the same.
pub fn module_scan(data: &[u8]) {
    let limits = InstanceLimits::default();
    let first = Module::check(data, &limits).map_err(|error| error.to_string());
    let second = Module::check(data, &limits).map_err(|error| error.to_string());
    assert_eq!(first, second);
}

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| {
    ext_ops::link();
    Registry::collect().expect("the built-in operations fit together")
});

/// All operations: the method, and whether it needs a library.
static OPERATIONS: LazyLock<Vec<(&str, bool)>> = LazyLock::new(|| {
    REGISTRY.catalogue().map(|operation| (operation.method, operation.needs_library)).collect()
});

/// Any input of any operation is answered, without its services by a refusal; the gate and the
/// operation read the same JSON.
pub fn wire_inputs(data: &[u8]) {
    let Some((&pick, payload)) = data.split_first() else { return };
    let (method, needs_library) = OPERATIONS[usize::from(pick) % OPERATIONS.len()];
    let library = needs_library.then(|| Uuid::from_u128(1));
    let payload = Bytes::copy_from_slice(payload);
    let call = Call {
        method,
        library,
        payload,
        blobs: BlobStyle::Base64,
        deadline: Deadline::NONE,
        progress: Progress::NONE,
    };
    let services = Services::default();
    let user = Engine::for_user();
    let answer = execute_json_operation(&REGISTRY, &services, &user, call);
    if let Ok(answer) = pollster::block_on(answer) {
        serde_json::from_slice::<Value>(&answer).expect("answers are JSON");
    }
}
