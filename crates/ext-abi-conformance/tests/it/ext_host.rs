//! The suite, run against `ext-host`.

use std::time::Duration;

use ext_abi::{AbiError, ErrorCode, LogLevel, attachment};
use ext_abi_conformance::{HostUnderTest, Limits, Operations, Reply, Suite};
use ext_host::{Fault, Host, HostCall, Instance, InstanceLimits, Module, WasiWorld, Watchdog};
use ext_wire::ErrorBody;

/// A host over `ext-host`, which does no more than to connect both.
struct Subject {
    watchdog: Watchdog,
    loaded: Option<(Module, InstanceLimits)>,
    instance: Option<Instance>,
}

impl Subject {
    fn instance(&mut self) -> &mut Instance {
        self.instance.as_mut().expect("a case starts an instance first")
    }
}

struct Bridge(Operations);

impl Host for Bridge {
    fn call(&mut self, call: HostCall<'_>) -> ext_host::Reply {
        let reply = self.0.answer(call.method, call.library, &call.payload);
        ext_host::Reply { status: reply.status.0, body: reply.body.0 }
    }

    fn log(&mut self, level: LogLevel, message: &str) {
        self.0.log(level as u32, message);
    }

    fn log_start(&mut self, level: LogLevel, start: &str, _: u32) {
        self.log(level, start);
    }

    fn refuse(&mut self, error: &AbiError) -> ext_host::Reply {
        let body = ErrorBody::new(error.code(), error).to_json();
        ext_host::Reply { status: error.code(), body }
    }
}

fn limits(limits: &Limits) -> InstanceLimits {
    InstanceLimits {
        memory_bytes: u64::from(limits.memory_mb) << 20,
        table_elements: limits.table_elements,
        stack_bytes: (limits.stack_kb as usize) << 10,
        compute_timeout: Duration::from_millis(limits.compute_ms),
        json_bytes: limits.json_bytes,
        wasi: if limits.wasi { WasiWorld::Minimal } else { WasiWorld::None },
        ..InstanceLimits::default()
    }
}

fn code(fault: Fault) -> ErrorCode {
    fault.code
}

fn reply(reply: ext_host::Reply) -> Reply {
    Reply::new(reply.status, reply.body)
}

impl HostUnderTest for Subject {
    fn load(&mut self, wasm: &[u8], asked: &Limits) -> Result<(), ErrorCode> {
        self.instance = None;
        let limits = limits(asked);
        let module = Module::compile(wasm, &limits).map_err(|error| error.code())?;
        self.loaded = Some((module, limits));
        Ok(())
    }

    fn start(&mut self, operations: Operations) -> Result<(), ErrorCode> {
        let (module, limits) = self.loaded.as_ref().expect("a module is loaded");
        let host = Box::new(Bridge(operations));
        let started = Instance::start(module, limits.clone(), host, &self.watchdog);
        self.instance.insert(started.map_err(code)?).init().map_err(code)
    }

    fn call(&mut self, method: &str, payload: &[u8]) -> Result<Reply, ErrorCode> {
        self.instance().call(method, payload).map(reply).map_err(code)
    }

    fn on_event(&mut self, event: &[u8]) -> Result<i32, ErrorCode> {
        self.instance().on_event(event).map_err(code)
    }

    fn save(&mut self) -> Result<Reply, ErrorCode> {
        let saved = self.instance().save().map_err(code)?;
        saved.map(reply).ok_or(ErrorCode::AbiExport)
    }

    fn restore(&mut self, state: &[u8]) -> Result<i32, ErrorCode> {
        self.instance().restore(state).map_err(code)?.ok_or(ErrorCode::AbiExport)
    }

    fn cleanup(&mut self) -> Result<i32, ErrorCode> {
        self.instance().cleanup().map_err(code)
    }
}

#[test]
fn the_host_of_this_workspace_passes() {
    let mut subject = Subject { watchdog: Watchdog::start(), loaded: None, instance: None };
    let failures = Suite::load().check(&mut subject);
    let lines: Vec<String> = failures.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}

#[test]
fn the_decoder_of_this_workspace_passes() {
    let failures = Suite::load().check_envelopes(|body| {
        let layout = attachment::decode(body).map_err(|error| error.code())?;
        let blobs = layout.blobs.into_iter().map(|blob| body[blob].to_vec());
        Ok((body[layout.json].to_vec(), blobs.collect()))
    });
    assert!(failures.is_empty(), "{failures:?}");
}
