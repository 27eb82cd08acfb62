//! A worker process under supervision, and the pipe of frames to it.
//!
//! [`Program`] names the program, [`Worker`] is for workers that answer one request at a time. For
//! longer conversations there are [`Process`] and [`Pipes`] themselves. The worker's side begins with
//! [`parent_pipes`] and [`Sender::say_version`].
//!
//! ```
//! use std::{io, time::{Duration, Instant}};
//! use ext_process::{Failure, Message, Program, Worker};
//!
//! struct Line(String);
//!
//! impl Message for Line {
//!     const MAX_HEAD: u32 = 1024;
//!     fn kind(&self) -> u8 {
//!         1
//!     }
//!     fn write(&self, head: &mut Vec<u8>) -> io::Result<()> {
//!         head.extend_from_slice(self.0.as_bytes());
//!         Ok(())
//!     }
//!     fn read(kind: u8, head: &[u8]) -> Option<Self> {
//!         let text = str::from_utf8(head).ok().filter(|_| kind == 1)?;
//!         Some(Self(text.to_owned()))
//!     }
//!     fn max_tail(_: u8) -> u32 {
//!         0
//!     }
//! }
//!
//! fn ask(program: &Program, question: &str) -> Result<String, Failure> {
//!     let deadline = Instant::now() + Duration::from_secs(5);
//!     let mut worker = Worker::start(program, "1.0", deadline)?;
//!     let answer: Line =
//!         worker.exchange(&Line(question.to_owned()), &[], &mut Vec::new(), deadline)?;
//!     Ok(answer.0)
//! }
//!
//! let missing = Program::new("no-such-program", ["worker"]);
//! assert!(matches!(ask(&missing, "hello"), Err(Failure::Start(_))));
//! ```
//!
//! A worker gets no environment: it does not need it, and it may hold secrets. On systems of the Unix
//! family it leads a process group of its own, so that signals of the terminal go to the parent only,
//! and the processes that it starts end with it. One thread of this program watches all workers.
//!
//! A worker is not trusted: sizes are capped before memory is taken, and a frame that
//! is too long, cut or unknown is an error after which nothing more is read.
//!
//! # Not in this crate
//!
//! The messages, which belong to their owners; the sandbox (`ext-sandbox`); the number of
//! workers, and the consequences of a crash.
#![forbid(unsafe_code)]

mod frame;
mod group;
mod hello;
mod parent;
mod process;
mod program;
mod sealed;
mod supervisor;
mod worker;

pub use frame::{Message, Receiver, Sender};
pub use parent::{Pipes, exit_with_parent, parent_pipes};
pub use process::{EndReason, Exit, Process};
pub use program::Program;
pub use sealed::{SealedBytes, SealedWriter};
pub use worker::{Failure, Worker};
