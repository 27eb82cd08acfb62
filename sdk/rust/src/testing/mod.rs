//! A host in memory, so that extensions are tested natively.
//!
//! ```
//! use spacedrive_sdk::{OcrOptions, ops::ai, testing::FakeHost};
//!
//! let host = FakeHost::new();
//! host.on::<ai::Ocr>(|input| {
//!     assert_eq!(input.data.as_bytes(), b"\x89PNG");
//!     Ok(ai::OcrOutput {
//!         text: "TOTAL 9.90".into(),
//!         confidence: 0.9,
//!         pages: vec![],
//!         engine: "fake".into(),
//!         formatted: None,
//!         flags: vec![],
//!     })
//! });
//!
//! let scan = host.add_file("scan.png", "mail/scan.png", "image/png", b"\x89PNG");
//! let client = host.client();
//! let read = client.ocr(client.vdfs().read_content(scan.id)?.as_bytes(), OcrOptions::default())?;
//! client.write_sidecar(scan.id, "ocr.txt", &read.text)?;
//!
//! assert_eq!(host.sidecar(scan.id, "ocr.txt").as_deref(), Some(b"TOTAL 9.90".as_slice()));
//! assert_eq!(host.calls()[1], "query:ai.ocr.v1");
//! # Ok::<(), spacedrive_sdk::Error>(())
//! ```
//!
//! It serves `vdfs.*` and `search.entries` with the rules of a real library: the path is an entry's
//! identity, names and paths are checked by [`crate::wire::names`] as every host does, a merge patch
//! changes metadata. Everything crosses as bytes in the forms of the ABI, within its size limits. It
//! asks no permissions, and its search ranks simply.
//! Ids and times are the same in each run.
//!
//! A real run can be played again as well: `spacedrive ext run ID --record-calls FILE` writes down what the
//! extension was asked, called and answered, and [`FakeHost::replay`] answers from that.

mod checks;
mod host;
mod library;
mod operations;
mod replay;
mod search;
mod state;

pub use host::FakeHost;
