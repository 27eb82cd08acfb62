//! A worker process for one guest with files: `wasmer-wasix`, cut down to descriptors and paths.
//!
//! It is started by a host (`ext-host-process`) and by nobody else; see this crate's README.
#![forbid(unsafe_code)]

mod clocks;
mod files;
mod preview1;
mod runtime;
mod streams;
mod tasks;
mod world;

use std::io;

fn main() -> io::Result<()> {
    ext_host_process::serve_in(world::make)
}
