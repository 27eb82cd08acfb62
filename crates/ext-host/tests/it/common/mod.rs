//! Guests in WebAssembly text, and a host that records what they do.
#![allow(dead_code, unreachable_pub, reason = "every test file uses a part of it")]

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use ext_host::{
    ErrorCode, Fault, Host, HostCall, Instance, InstanceLimits, LogLevel, Module, ModuleError,
    Reply, Watchdog,
};

/// The calls of the guest to the host.
#[derive(Debug, Clone, Default)]
pub struct Record {
    pub calls: Vec<(String, Option<uuid::Uuid>, Vec<u8>)>,
    pub logs: Vec<(LogLevel, String)>,
    pub refusals: Vec<ErrorCode>,
}

/// Answers every call with `reply`.
#[derive(Clone)]
pub struct Recorder {
    pub record: Arc<Mutex<Record>>,
    pub reply: Vec<u8>,
    pub delay: Duration,
}

impl Default for Recorder {
    fn default() -> Self {
        Self { record: Arc::default(), reply: b"\"pong\"".to_vec(), delay: Duration::ZERO }
    }
}

impl Host for Recorder {
    fn call(&mut self, call: HostCall<'_>) -> Reply {
        assert!(call.method != "panic", "a host operation that panics");
        std::thread::sleep(self.delay);
        let entry = (call.method.to_owned(), call.library, call.payload.to_vec());
        self.record.lock().unwrap().calls.push(entry);
        Reply::ok(self.reply.clone())
    }

    fn log(&mut self, level: LogLevel, message: &str) {
        self.record.lock().unwrap().logs.push((level, message.to_owned()));
    }

    fn refuse(&mut self, error: &ext_abi::AbiError) -> Reply {
        self.record.lock().unwrap().refusals.push(error.code());
        Reply { status: error.code(), body: error.to_string().into_bytes() }
    }
}

/// InstanceLimits small enough for fast tests.
pub fn limits() -> InstanceLimits {
    InstanceLimits {
        memory_bytes: 4 << 20,
        compute_timeout: Duration::from_millis(100),
        call_timeout: Duration::from_millis(400),
        ..InstanceLimits::default()
    }
}

/// Everything that a module needs besides what is tested; `%` parts can be overridden by passing a
/// definition of the same export in `body`.
pub fn guest(body: &str) -> Vec<u8> {
    let part = |export: &str, text: &str| {
        if body.contains(&format!("\"{export}\"")) { String::new() } else { text.to_owned() }
    };
    let text = format!(
        r#"(module
            (import "spacedrive" "spacedrive_call" (func $call (param i32 i32 i32 i32 i32) (result i32)))
            (import "spacedrive" "spacedrive_log" (func $log (param i32 i32 i32)))
            {memory} {alloc} {init}
            (global $heap (mut i32) (i32.const 32768))
            {body}
            (@custom "spacedrive.abi" "\01\00\00\00"))"#,
        memory = part("memory", r#"(memory (export "memory") 2)"#),
        alloc = part(
            "wasm_alloc",
            r#"(func $alloc (export "wasm_alloc") (param i32) (result i32)
                (global.get $heap)
                (global.set $heap (i32.add (global.get $heap)
                    (i32.and (i32.add (local.get 0) (i32.const 7)) (i32.const -8)))))"#
        ),
        init = part("plugin_init", r#"(func (export "plugin_init") (result i32) i32.const 0)"#),
    );
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A guest whose `plugin_on_event` is `body`, given pointer and length of the event.
pub fn on_event(body: &str) -> Vec<u8> {
    guest(&format!(
        r#"(func (export "plugin_on_event") (param $ptr i32) (param $len i32) (result i32)
            {body})"#
    ))
}

pub fn compile(wasm: &[u8]) -> Result<Module, ModuleError> {
    Module::compile(wasm, &limits())
}

pub fn start_with(wasm: &[u8], limits: InstanceLimits, host: Recorder) -> Result<Instance, Fault> {
    let module = Module::compile(wasm, &limits).expect("the module is accepted");
    Instance::start(&module, limits, Box::new(host), &Watchdog::start())
}

pub fn start(wasm: &[u8]) -> Instance {
    start_with(wasm, limits(), Recorder::default()).expect("the instance starts")
}

/// Runs `plugin_on_event` of a fresh guest with that body.
pub fn event(body: &str) -> Result<i32, Fault> {
    start(&on_event(body)).on_event(b"{}")
}
