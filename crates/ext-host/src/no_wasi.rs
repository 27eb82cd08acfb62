//! The stand-in for `wasi.rs` when the feature `wasi` is off: guests get no WASI.

#[cfg(feature = "compiler")]
use wasmer::sys::wasmparser::ValType;
use wasmer::{FunctionEnv, Imports, Module, Store};

use crate::env::Env;

#[cfg(feature = "compiler")]
pub(crate) fn signature(_: &str) -> Result<(Vec<ValType>, Vec<ValType>), &'static str> {
    Err("this host was built without WASI")
}

pub(crate) const fn define(_: &mut Imports, _: &Module, _: &mut Store, _: &FunctionEnv<Env>) {}

pub(crate) const fn flush(_: &mut Env) {}
