//! A WASI preview 1 without files, network, environment and arguments.
//!
//! Compilers that target WASI (`wasm32-wasip1` of Rust, `GOOS=wasip1` of Go, wasi-libc) let their
//! guests import functions of `wasi_snapshot_preview1` even if the guest needs no operating
//! system. [`Function`] is the part of them that makes sense without files, network, environment and
//! arguments; [`Wasi`] answers them:
//!
//! - Descriptors 1 and 2 take lines for a log, 0 is at its end, there are no others.
//! - Clocks tell real and monotonic time in whole milliseconds.
//! - Random bytes come from the host's operating system.
//! - Sleeping is left to the host ([`Surroundings::sleep`]), which knows how long the guest may.
//! - `proc_exit` ends the guest ([`End::Exit`]).
//!
//! Layouts and numbers are those of the public description of preview 1 (`typenames.witx` and
//! `wasi_snapshot_preview1.witx` in the repository WebAssembly/WASI). Every pointer is checked against
//! the memory ([`GuestMemory`]); a call that is answered with an error has written nothing.
//!
//! ```
//! use std::time::Duration;
//! use ext_abi::{GuestMemory, VecMemory, ByteLen, GuestPtr, GuestRange};
//! use ext_host_wasi::{End, Errno, Function, Stream, Surroundings, Wasi};
//!
//! struct Lines(Vec<String>);
//! impl Surroundings for Lines {
//!     fn line(&mut self, _: Stream, text: &str) {
//!         self.0.push(text.to_owned());
//!     }
//!     fn sleep(&mut self, _: Duration) -> Result<(), End> {
//!         Ok(())
//!     }
//! }
//!
//! // At 0 one `iovec`: address 16, length 6. The number of bytes written goes to 8.
//! let mut memory = VecMemory::new(64);
//! let text = GuestRange::new(GuestPtr(16), ByteLen(6)).check(memory.size())?;
//! memory.write(text, b"hello\n")?;
//! let iovec = GuestRange::new(GuestPtr(0), ByteLen(8)).check(memory.size())?;
//! memory.write(iovec, &[16, 0, 0, 0, 6, 0, 0, 0])?;
//!
//! let mut lines = Lines(Vec::new());
//! let answer = Wasi::new().call(Function::FdWrite, [1, 0, 1, 8], &mut memory, &mut lines);
//! assert_eq!(answer, Ok(Errno::SUCCESS));
//! assert_eq!(lines.0, ["hello"]);
//! # Ok::<(), ext_abi::AbiError>(())
//! ```
//!
//! # Not in this crate
//!
//! The engine, and ending a guest (`ext-host`). Files, sockets, processes, signals, the component
//! model and every other version of WASI: a module that imports them is refused by `ext-host`.
//!
//! [`GuestMemory`]: ext_abi::GuestMemory
#![forbid(unsafe_code)]

mod clock;
mod descriptors;
mod errno;
mod function;
mod lines;
mod memory;
mod poll;
mod random;
mod surroundings;
mod wasi;

pub use errno::Errno;
pub use function::{Function, MODULE, Type};
pub use lines::{MAX_LINE_BYTES, Stream};
pub use surroundings::{End, Surroundings};
pub use wasi::Wasi;
