//! Functions of preview 1 that are not those of `wasmer-wasix`, or not as they are.
//!
//! Its `poll_oneoff` takes a timeout of 0 for one without end, its clocks are exact, and its `path_link`
//! makes second names without asking the file system. Others are called after a look at their arguments
//! ([`mended`], [`paths`]), and all with an address that may be wrong after a look at that ([`alignment`]).

mod alignment;
mod call;
mod descriptors;
mod mended;
mod paths;
mod poll;

use std::{collections::HashMap, time::Duration};

use wasmer::{Extern, Function, FunctionEnv, FunctionEnvMut, Imports, Memory, Store, Value};

use self::{call::Call, descriptors::Descriptors};
use crate::{
    clocks::{Clocks, RESOLUTION},
    files::GuestFiles,
    tasks::Tasks,
};

/// The modules of the functions: those of preview 1, and those that WASIX adds.
const PREVIEW_1: &str = "wasi_snapshot_preview1";
const MODULES: [&str; 2] = [PREVIEW_1, "wasix_32v1"];

/// Error numbers.
const SUCCESS: i32 = 0;
const ACCES: i32 = 2;
const BADF: i32 = 8;
const EXIST: i32 = 20;
const FAULT: i32 = 21;
const INVAL: i32 = 28;
const ISDIR: i32 = 31;
const NAMETOOLONG: i32 = 37;
const NOENT: i32 = 44;
const NOTDIR: i32 = 54;
const NOTSOCK: i32 = 57;
const NOTSUP: i32 = 58;
const OVERFLOW: i32 = 61;
const PERM: i32 = 63;
const NOTCAPABLE: i32 = 76;

/// The state of these functions.
pub(crate) struct Preview1 {
    memory: Option<Memory>,
    clocks: Clocks,
    tasks: Tasks,
    files: GuestFiles,
    descriptors: Descriptors,
    /// The folder that the guest knows as the root, where that is not the root of `wasmer-wasix`.
    own_root: Option<i32>,
    /// The functions of `wasmer-wasix` that are mended, as far as the module imports them, and those
    /// that mending needs.
    inner: HashMap<&'static str, Function>,
}

impl Preview1 {
    pub(crate) fn new(
        tasks: Tasks,
        files: GuestFiles,
        preopened: &[(&'static str, &'static str)],
    ) -> Self {
        let mut descriptors = Descriptors::new(preopened.iter().map(|(path, _)| path.into()));
        if preopened.is_empty() {
            descriptors.closed(descriptors::ROOT);
        }
        let mut folders = (descriptors::ROOT + 1..).zip(preopened);
        let own_root = folders.find(|(_, (_, name))| *name == "/").map(|(number, _)| number);
        let (memory, clocks, inner) = (None, Clocks::new(), HashMap::new());
        Self { memory, clocks, tasks, files, descriptors, own_root, inner }
    }

    pub(crate) fn set_memory(&mut self, memory: Memory) {
        self.memory = Some(memory);
    }
}

/// Defines the functions; `all` has those of `wasmer-wasix`.
pub(crate) fn define(
    imports: &mut Imports,
    all: &Imports,
    store: &mut Store,
    mut state: Preview1,
) -> FunctionEnv<Preview1> {
    for name in mended::needed().chain(alignment::functions()) {
        let found = MODULES.iter().find_map(|module| all.get_export(module, name));
        if let Some(Extern::Function(function)) = found {
            state.inner.insert(name, function);
        }
    }
    let inner: Vec<_> = state.inner.iter().map(|(name, it)| (*name, it.ty(store))).collect();
    let env = FunctionEnv::new(store, state);
    for (name, kind) in inner {
        let mend = mended::of(name);
        let function = Function::new_with_env(store, &env, kind, move |env, args: &[Value]| {
            let outcome = match alignment::is_aligned(name, args) {
                true => mend(&mut Call::new(name, env, args)),
                false => Ok(INVAL),
            };
            outcome.map(|errno| vec![Value::I32(errno)])
        });
        for module in MODULES.into_iter().filter(|module| ext_host::is_in_world(module, name)) {
            imports.define(module, name, function.clone());
        }
    }
    let functions = [
        ("poll_oneoff", Function::new_typed_with_env(store, &env, poll::poll_oneoff)),
        ("clock_time_get", Function::new_typed_with_env(store, &env, clock_time_get)),
        ("clock_res_get", Function::new_typed_with_env(store, &env, clock_res_get)),
        ("path_link", Function::new_typed(store, path_link)),
    ];
    for (name, function) in functions {
        imports.define(PREVIEW_1, name, function);
    }
    env
}

/// Refuses: one name for one file, else what it costs would be given back with its first name, and a
/// file of the package would have a name where it can be changed.
const fn path_link(_: u32, _: u32, _: u32, _: u32, _: u32, _: u32, _: u32) -> i32 {
    NOTSUP
}

fn clock_time_get(env: FunctionEnvMut<'_, Preview1>, id: u32, _: u64, out: u32) -> i32 {
    let Some(time) = env.data().clocks.now(id) else { return INVAL };
    write(&env, out.into(), &nanos(time).to_le_bytes())
}

fn clock_res_get(env: FunctionEnvMut<'_, Preview1>, id: u32, out: u32) -> i32 {
    match env.data().clocks.now(id) {
        Some(_) => write(&env, out.into(), &nanos(RESOLUTION).to_le_bytes()),
        None => INVAL,
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

fn write(env: &FunctionEnvMut<'_, Preview1>, at: u64, bytes: &[u8]) -> i32 {
    let Some(memory) = &env.data().memory else { return FAULT };
    memory.view(env).write(at, bytes).map_or(FAULT, |()| SUCCESS)
}
