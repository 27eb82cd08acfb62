//! The engine from the outside.

mod allocator;
mod common;
mod compiler;
mod faults;
mod fuel;
mod load;
mod loader;
mod prop_host;
mod prop_modules;
mod time;
mod wasi;
mod world;
