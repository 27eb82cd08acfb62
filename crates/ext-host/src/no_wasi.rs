//! The stand-in for `wasi.rs` when the feature `wasi` is off: guests get no WASI.

use wasmer::{FunctionEnv, Imports, Module, Store, sys::wasmparser::ValType};

use crate::env::Env;

pub(crate) fn signature(_: &str) -> Result<(Vec<ValType>, Vec<ValType>), &'static str> {
    Err("this host was built without WASI")
}

pub(crate) const fn define(_: &mut Imports, _: &Module, _: &mut Store, _: &FunctionEnv<Env>) {}

pub(crate) const fn flush(_: &mut Env) {}
