//! A worker process for one guest with files.
//!
//! It is started by a host (`ext-host-process`) and by nobody else; see this crate's README.
#![forbid(unsafe_code)]

use std::io;

fn main() -> io::Result<()> {
    ext_host_process::serve_in(ext_host_wasix::make)
}
