//! Layout of the bytes that cross between a wasm extension and its host, ABI version 1.
//!
//! This crate is for those who write a host or an SDK, in this repository or elsewhere. It is the
//! Rust form of `docs/abi.md`. `no_std`, no dependencies, no `unsafe`: it computes with numbers and
//! byte slices and leaves the engine to others.
//!
//! # What crosses
//!
//! | name | Rust type | wasm type | unit | valid |
//! |---|---|---|---|---|
//! | `method_ptr`, `payload_ptr`, `msg_ptr` | [`GuestPtr`] | `i32` | byte address in guest memory | any; checked with its length |
//! | `method_len` | [`ByteLen`] | `i32` | bytes | 0 to [`limits::MAX_METHOD_BYTES`] |
//! | `payload_len` | [`ByteLen`] | `i32` | bytes | 0 to the extension's JSON or attachment limit |
//! | `library_id_ptr` | [`GuestPtr`] | `i32` | byte address of [`LIBRARY_ID_BYTES`] bytes | 0 = no library |
//! | `level` | [`LogLevel`] | `i32` | – | 0 to 3; more is read as error |
//! | reply | [`GuestPtr`] | `i32` | address of a [`FrameHeader`] and its body | 0 = the guest had no memory for it |
//!
//! # Ownership
//!
//! A reply frame is written into memory that the guest gave: its exported reply buffer
//! ([`names::REPLY_PTR`], [`names::REPLY_CAP`]) when the frame fits, else a block from its
//! [`names::ALLOC`]. The guest owns it from the moment the call returns; a frame in the reply buffer
//! is good until the guest's next call, one from `wasm_alloc` until the guest frees it as one block
//! of [`FrameHeader::BYTES`]` + len` bytes. A frame that a guest *returns* (from
//! [`names::PLUGIN_CALL`]) is copied by the host, which then passes exactly that block to
//! [`names::FREE`]. Any call into the guest may grow its memory and so ends every earlier view.
//!
//! # Encoding
//!
//! Numbers are little-endian, text is UTF-8, a library id is 16 bytes big-endian (RFC 9562), a body
//! is JSON or an [`attachment`] envelope, which its first byte tells apart.
//!
//! # Zero, null, overlap
//!
//! A length of 0 is legal with any pointer, and the pointer is then not read. Request ranges may
//! overlap each other and the place of the reply: a host copies a request before it writes anything.
//!
//! # Errors
//!
//! [`ErrorCode`] numbers what a guest may be told. Only a malfunction of the guest itself (a wild
//! pointer, a broken allocator) ends a call with a trap.
//!
//! # Versions
//!
//! A guest carries [`ABI_VERSION`] in the custom section [`names::ABI_SECTION`]
//! ([`version::encode`], [`version::decode`]); a host reads it before anything runs.
//!
//! # Not in this crate
//!
//! The meaning of the methods (`ext-wire`), permissions (`ext-perm`), any engine (`ext-host`).
//!
//! # Example
//!
//! ```
//! use ext_abi::{ByteLen, ErrorCode, FrameHeader, GuestMemory, GuestPtr, GuestRange, VecMemory};
//!
//! let mut memory = VecMemory::new(64);
//! let frame = ext_abi::frame::encode(ErrorCode::OK, b"{}")?;
//! let place = GuestRange::new(GuestPtr(8), ByteLen(10)).check(memory.size())?;
//! memory.write(place, &frame)?;
//!
//! let header = ext_abi::frame::read_header(&memory, GuestPtr(8))?;
//! assert_eq!(header, FrameHeader { len: 2, status: ErrorCode::OK });
//! # Ok::<(), ext_abi::AbiError>(())
//! ```
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod attachment;
mod code;
mod error;
pub mod frame;
pub mod limits;
mod log_level;
mod memory;
pub mod names;
mod range;
pub mod version;

pub use code::ErrorCode;
pub use error::AbiError;
pub use frame::FrameHeader;
pub use log_level::LogLevel;
pub use memory::{GuestMemory, VecMemory};
pub use range::{ByteLen, CheckedRange, GuestPtr, GuestRange};

/// Code of the crate's page, which is compiled so that it cannot drift.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

/// The version of the ABI that this crate describes.
pub const ABI_VERSION: u32 = 1;

/// Bytes of a library id in guest memory (a UUID, RFC 9562, big-endian).
pub const LIBRARY_ID_BYTES: u32 = 16;
