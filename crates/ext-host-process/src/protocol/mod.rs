//! The protocol between a process and its parent.
//!
//! The parent begins with [`ToChild::Start`], before which a guest with files gets its surroundings
//! ([`ToChild::Surround`], [`ToChild::File`]), and then sends one command at a time. The process answers
//! with [`FromChild::Done`]; before that, it may send requests: calls of the guest and requests for
//! memory are answered with [`ToChild::Reply`] and [`ToChild::Lend`], the rest is not answered. First
//! of all, the process sends its version. The frames are those of [`ext_process`]; a head has the
//! fields of a message, one after the other, with all numbers little-endian.
//!
//! Texts and lists in a head have their length before them. A frame with anything too much, too
//! long, cut or unknown is an error, after which nothing more is read.

mod fields;
mod from_child;
mod to_child;

pub use ext_process::{Message, Receiver, Sender};
use fields::{Fields, Head};
pub use from_child::{Done, FromChild};
pub(crate) use from_child::{MAX_LINE, cut};
pub use to_child::ToChild;

/// Version of the protocol: both sides are of one build.
pub const VERSION: &str = concat!("guest 3 ", env!("CARGO_PKG_VERSION"));

/// Longest head: that of a fault with its backtrace.
const MAX_HEAD: u32 = 256 << 10;
