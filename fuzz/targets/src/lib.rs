//! Targets for a fuzzer: for each reader of foreign bytes, a function that reads any bytes and
//! panics where something does not hold that must.
//!
//! The programs of libFuzzer are in the workspace above (`fuzz/fuzz_targets`) and call one function
//! each; `cargo xtask fuzz` builds and runs them. The tests here give each function its corpus and
//! what was found before, so that a finding stays mended without a fuzzer.
//!
//! ```
//! fuzz_targets::abi_frame(b"any bytes at all");
//! for (name, target) in fuzz_targets::ALL {
//!     println!("{name}");
//!     target(b"");
//! }
//! ```
//!
//! # Not in this crate
//!
//! Guests that run (`ext-host`'s own tests), and anything that needs a model or a network beyond
//! loopback.
#![forbid(unsafe_code)]

mod abi;
mod documents;
mod grammar;
mod net;
mod pipes;
mod receipts;
mod vault;

pub use abi::{abi_envelope, abi_frame, module_scan, wire_inputs};
pub use documents::{einvoice, html_text, office, pdf_text};
pub use grammar::{manifest, method_grammar, names};
pub use net::{http_answer, imap_answers, mail_folder_names, scrubber};
pub use pipes::{guest_messages, host_messages};
pub use receipts::{mime_receipt, text_answer};
pub use vault::vault_file;

/// A target: it reads any bytes.
pub type Target = fn(&[u8]);

/// All targets by the name of their program.
pub const ALL: &[(&str, Target)] = &[
    ("abi_envelope", abi_envelope),
    ("abi_frame", abi_frame),
    ("einvoice", einvoice),
    ("guest_messages", guest_messages),
    ("host_messages", host_messages),
    ("html_text", html_text),
    ("http_answer", http_answer),
    ("imap_answers", imap_answers),
    ("mail_folder_names", mail_folder_names),
    ("manifest", manifest),
    ("method_grammar", method_grammar),
    ("mime_receipt", mime_receipt),
    ("module_scan", module_scan),
    ("names", names),
    ("office", office),
    ("pdf_text", pdf_text),
    ("scrubber", scrubber),
    ("text_answer", text_answer),
    ("vault_file", vault_file),
    ("wire_inputs", wire_inputs),
];
