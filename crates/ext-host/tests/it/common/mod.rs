//! Guests in WebAssembly text, and instances of them.
#![allow(dead_code, unreachable_pub, reason = "every test file uses a part of it")]

use std::time::Duration;

pub use ext_host::testing::Recorder;
use ext_host::{Fault, Instance, InstanceLimits, Module, ModuleError, Watchdog};
pub use ext_testing::small_guest as guest;

/// InstanceLimits small enough for fast tests.
pub fn limits() -> InstanceLimits {
    InstanceLimits {
        memory_bytes: 4 << 20,
        compute_timeout: Duration::from_millis(100),
        call_timeout: Duration::from_millis(400),
        ..InstanceLimits::default()
    }
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
