//! The functions of the WASI from the outside.

mod common;
mod functions;
mod prop_wasi;
