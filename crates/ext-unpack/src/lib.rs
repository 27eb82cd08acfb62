//! Kinds of bytes told by their content, and containers of documents opened within limits.
//!
//! [`detect`] says what some bytes are, whatever their label says. [`open`] takes a container apart:
//! what stands in it comes as [`Item`]s, and an item that cannot be taken out comes with the reason
//! in place of its bytes, so that nothing is left out without a word. [`each_mail`] reads the emails of a
//! mailbox or an archive of any size, one after the other.
//!
//! ```
//! use ext_unpack::{Budget, Kind, Limits, detect, open};
//!
//! let mbox = b"From ada Mon Jan  5 09:00:00 2026\nSubject: one\n\nhello\n";
//! assert_eq!(detect(mbox).kind, Kind::Mbox);
//!
//! let mut budget = Budget::new(Limits::DEFAULT);
//! let items = open(Kind::Mbox, mbox, &mut budget)?;
//! assert_eq!(items[0].bytes, Ok(b"Subject: one\n\nhello\n".to_vec()));
//! # Ok::<(), ext_unpack::UnpackError>(())
//! ```
//!
//! Hostile bytes are expected: the sum of all files and bytes of one [`Budget`] is bounded, as is the
//! ratio of inflated to packed bytes; a stated size is never believed.
//!
//! # Not in this crate
//!
//! Reading of emails (MIME) and documents, checking of signatures, decryption.
#![forbid(unsafe_code)]

mod archive;
mod cms;
mod detect;
mod email;
mod encoded;
mod error;
mod gzip;
mod inflate;
mod item;
mod limits;
mod mails;
mod mapi;
mod mbox;
mod open;
mod tape;
mod text;
mod tnef;
mod unpacked;

pub use detect::{Detected, Kind, detect};
pub use email::plain_email;
pub use error::UnpackError;
pub use item::{Item, Role};
pub use limits::{Budget, Limits};
pub use mails::{Bookmark, MailPlace, PlacedMail, each_mail};
pub use open::open;
