//! In place of `wasi.rs` when the feature `wasi` is off: there is none.

use wasmer::{FunctionEnv, Imports, Module, Store, sys::wasmparser::ValType};

use crate::imports::Env;

pub(crate) const MODULE: &str = "wasi_snapshot_preview1";
pub(crate) const INITIALIZE: &str = "_initialize";

pub(crate) type State = ();

pub(crate) fn signature(_: &str) -> Result<(Vec<ValType>, Vec<ValType>), &'static str> {
    Err("this host was built without WASI")
}

pub(crate) const fn define(_: &mut Imports, _: &Module, _: &mut Store, _: &FunctionEnv<Env>) {}

pub(crate) const fn flush(_: &mut Env) {}
