//! The engine from the outside.

mod allocator;
mod common;
mod compiler;
mod faults;
mod load;
mod loader;
mod prop_host;
mod prop_modules;
mod fuel;
mod time;
mod wasi;
