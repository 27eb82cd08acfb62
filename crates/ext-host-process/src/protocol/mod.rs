//! What a process and its parent say to each other.
//!
//! The parent begins with [`ToChild::Start`] and then says a command at a time. The process answers
//! with [`FromChild::Done`]; before that, it may ask and tell: calls of the guest and requests for
//! memory are answered with [`ToChild::Reply`] and [`ToChild::Lend`], the rest is not answered. A
//! frame, with all numbers little-endian:
//!
//! ```text
//! u8   kind of the message
//! u32  bytes of the head      fields of the message, one after the other
//! u32  bytes of the tail      a payload, as it is
//! head
//! tail
//! ```
//!
//! Texts and lists in a head have their length before them. A frame with anything too much, too
//! long, cut or unknown is an error, after which nothing more is read.

mod fields;
mod frame;
mod from_child;
mod to_child;

pub use fields::{Fields, Head};
pub use frame::{Message, Receiver, Sender};
pub use from_child::{Done, FromChild};
pub(crate) use from_child::{MAX_LINE, cut};
pub use to_child::ToChild;
