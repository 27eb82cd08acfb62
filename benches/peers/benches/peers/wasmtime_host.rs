//! The ABI by hand on wasmtime: checked ranges, one copy in, the reply frame into the guest's buffer.

use bytes::Bytes;
use ext_host::ErrorCode;
use wasmtime::{Caller, Engine, Instance, Linker, Memory, Module, Store, TypedFunc};

use crate::common::Gate;

/// Header of a reply frame: length and status.
const HEADER: usize = 8;

struct State {
    gate: Gate,
    memory: Option<Memory>,
    reply_ptr: usize,
    out: Vec<u8>,
}

pub struct Guest {
    store: Store<State>,
    memory: Memory,
    alloc: TypedFunc<i32, i32>,
    on_event: TypedFunc<(i32, i32), i32>,
}

impl Guest {
    pub fn start(wasm: &[u8]) -> Self {
        let engine = Engine::default();
        let module = Module::new(&engine, wasm).unwrap();
        let state = State { gate: Gate::new(), memory: None, reply_ptr: 0, out: Vec::new() };
        let mut store = Store::new(&engine, state);
        let mut linker = Linker::new(&engine);
        linker.func_wrap("spacedrive", "spacedrive_call", call).unwrap();
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let memory = instance.get_memory(&mut store, "memory").unwrap();
        let reply_ptr = global(&instance, &mut store, "spacedrive_reply_ptr");
        store.data_mut().memory = Some(memory);
        store.data_mut().reply_ptr = reply_ptr;
        let alloc = instance.get_typed_func(&mut store, "wasm_alloc").unwrap();
        let on_event = instance.get_typed_func(&mut store, "plugin_on_event").unwrap();
        Self { store, memory, alloc, on_event }
    }

    pub fn on_event(&mut self, event: &[u8]) -> i32 {
        let len = i32::try_from(event.len()).unwrap();
        let ptr = self.alloc.call(&mut self.store, len).unwrap();
        self.memory.write(&mut self.store, usize::try_from(ptr).unwrap(), event).unwrap();
        self.on_event.call(&mut self.store, (ptr, len)).unwrap()
    }
}

fn global(instance: &Instance, store: &mut Store<State>, name: &str) -> usize {
    let global = instance.get_global(&mut *store, name).unwrap();
    usize::try_from(global.get(store).i32().unwrap()).unwrap()
}

fn call(
    mut caller: Caller<'_, State>,
    method_ptr: i32,
    method_len: i32,
    _library: i32,
    ptr: i32,
    len: i32,
) -> wasmtime::Result<i32> {
    let memory = caller.data().memory.unwrap();
    let (bytes, state) = memory.data_and_store_mut(&mut caller);
    let range = |ptr: i32, len: i32| {
        let start = ptr as u32 as usize;
        start..start + len as u32 as usize
    };
    let outside = || wasmtime::Error::msg("outside of memory");
    let method = bytes.get(range(method_ptr, method_len)).ok_or_else(outside)?;
    let method = std::str::from_utf8(method)?;
    let payload = bytes.get(range(ptr, len)).ok_or_else(outside)?;
    let payload = Bytes::copy_from_slice(payload);
    state.out.clear();
    let status = state.gate.run(method, payload, &mut state.out);
    let status = status.map_or_else(|error| error.code(), |()| ErrorCode::OK);
    let start = state.reply_ptr;
    let frame = bytes.get_mut(start..start + HEADER + state.out.len()).ok_or_else(outside)?;
    frame[..4].copy_from_slice(&u32::try_from(state.out.len())?.to_le_bytes());
    frame[4..HEADER].copy_from_slice(&status.number().to_le_bytes());
    frame[HEADER..].copy_from_slice(&state.out);
    Ok(i32::try_from(start)?)
}
