//! The functions of `ext-host-wasi` as imports, within the limits of a call.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use ext_abi::{ErrorCode, LogLevel};
use ext_host_wasi::{End, Function, Stream, Surroundings, Type};
#[cfg(feature = "compiler")]
use wasmer::sys::wasmparser::ValType;
use wasmer::{
    FunctionEnv, FunctionEnvMut, FunctionType, Imports, Module, RuntimeError, Store, Value,
};

use crate::{
    Fault, Host,
    clock::{CallClock, Expired},
    env::{Env, guest},
    fault::{timeout_fault, trap},
    memory::StoreMemory,
    wasi_names::WASI_MODULE,
};

/// Returns the types of an import's parameters and results, or the reason for which it is refused.
#[cfg(feature = "compiler")]
pub(crate) fn signature(name: &str) -> Result<(Vec<ValType>, Vec<ValType>), &'static str> {
    let function = Function::find(name).ok_or(
        "it is not in the WASI of extensions, which has no files, no network and no processes",
    )?;
    let types = |types: &[Type]| types.iter().map(|ty| val_type(*ty)).collect();
    Ok((types(function.params()), types(function.results())))
}

#[cfg(feature = "compiler")]
const fn val_type(ty: Type) -> ValType {
    match ty {
        Type::I32 => ValType::I32,
        Type::I64 => ValType::I64,
    }
}

/// Adds the functions that the module imports.
pub(crate) fn define(
    imports: &mut Imports,
    module: &Module,
    store: &mut Store,
    env: &FunctionEnv<Env>,
) {
    let wanted = module.imports().filter(|import| import.module() == WASI_MODULE);
    let wanted: Vec<_> = wanted.filter_map(|import| Function::find(import.name())).collect();
    for function in &wanted {
        imports.define(WASI_MODULE, function.name(), host_function(*function, store, env));
    }
    if !wanted.is_empty() {
        env.as_mut(store).wasi = Some(Box::default());
    }
}

fn host_function(
    function: Function,
    store: &mut Store,
    env: &FunctionEnv<Env>,
) -> wasmer::Function {
    let types = |types: &[Type]| types.iter().map(|ty| wasm_type(*ty)).collect::<Vec<_>>();
    let ty = FunctionType::new(types(function.params()), types(function.results()));
    wasmer::Function::new_with_env(store, env, ty, move |env, args| call(function, env, args))
}

const fn wasm_type(ty: Type) -> wasmer::Type {
    match ty {
        Type::I32 => wasmer::Type::I32,
        Type::I64 => wasmer::Type::I64,
    }
}

/// Answers one call of the guest. Its compute clock runs on, but in a sleep.
fn call(
    function: Function,
    mut env: FunctionEnvMut<'_, Env>,
    args: &[Value],
) -> Result<Vec<Value>, RuntimeError> {
    let guest = guest(&env)?;
    let (env, store) = env.data_and_store_mut();
    let mut memory = StoreMemory::new(&guest.memory, &store);
    let mut surroundings =
        CallSurroundings { host: &mut *env.host, clock: &env.clock, expired: None };
    let Some(wasi) = &mut env.wasi else {
        return Err(trap(Fault::new(ErrorCode::Internal, "the instance has no WASI")));
    };
    let answer = catch_unwind(AssertUnwindSafe(|| {
        wasi.call(function, words(args), &mut memory, &mut surroundings)
    }));
    match answer.map_err(|_| trap(panicked()))? {
        Ok(errno) => Ok(vec![Value::I32(errno.number().into())]),
        Err(end) => Err(trap(surroundings.fault(end))),
    }
}

/// Takes the low 32 bits of each argument.
fn words(args: &[Value]) -> [u32; 4] {
    let low = |value: &Value| match value {
        Value::I32(word) => word.cast_unsigned(),
        Value::I64(wide) => (wide.cast_unsigned() & u64::from(u32::MAX)) as u32,
        _ => 0,
    };
    let mut words = [0; 4];
    words.iter_mut().zip(args).for_each(|(word, arg)| *word = low(arg));
    words
}

/// Logs the lines that have no end yet: a call of the guest is over.
pub(crate) fn flush(env: &mut Env) {
    if let Some(wasi) = &mut env.wasi {
        let mut surroundings =
            CallSurroundings { host: &mut *env.host, clock: &env.clock, expired: None };
        if catch_unwind(AssertUnwindSafe(|| wasi.flush(&mut surroundings))).is_err() {
            tracing::error!("the host's log panicked");
        }
    }
}

struct CallSurroundings<'a> {
    host: &'a mut dyn Host,
    clock: &'a CallClock,
    expired: Option<Expired>,
}

impl CallSurroundings<'_> {
    fn fault(&self, end: End) -> Fault {
        match end {
            End::Exit(code) => {
                let message = format_args!("the guest ended itself: `proc_exit({code})`");
                Fault::new(ErrorCode::Trap, message)
            }
            End::Stopped => timeout_fault(self.expired.unwrap_or(Expired::Stopped)),
        }
    }
}

impl Surroundings for CallSurroundings<'_> {
    fn line(&mut self, stream: Stream, text: &str) {
        let level = match stream {
            Stream::Stdout => LogLevel::Info,
            Stream::Stderr => LogLevel::Warn,
        };
        self.host.log(level, text);
    }

    fn sleep(&mut self, time: Duration) -> Result<(), End> {
        self.host.sleeps(time);
        self.clock.sleep(time).map_err(|expired| {
            self.expired = Some(expired);
            End::Stopped
        })
    }
}

fn panicked() -> Fault {
    Fault::new(ErrorCode::Internal, "the host's log panicked")
}
