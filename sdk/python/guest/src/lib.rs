//! The library of extensions in Python, as the files that a host puts beside an extension's own.
//!
//! ```
//! let [(path, source), _] = spacedrive_sdk_python::FILES;
//! assert_eq!(path, "spacedrive.py");
//! assert!(std::str::from_utf8(source)?.contains("def run():"));
//! # Ok::<(), std::str::Utf8Error>(())
//! ```
//!
//! # What it does not do
//! It has no interpreter, and starts none. What the library offers to extensions is said in its own text.
#![forbid(unsafe_code)]

/// The paths of the files below the folder of an extension, and what is in them.
///
/// The second one is the library as the interpreter in the catalogue of runtimes compiles it, which the
/// start of each instance would do again. It has the digest of the source, which Python compares: where
/// that is another, Python compiles the source itself.
pub const FILES: [(&str, &[u8]); 2] = [
    ("spacedrive.py", include_bytes!("spacedrive.py")),
    ("__pycache__/spacedrive.cpython-312.pyc", include_bytes!("spacedrive.cpython-312.pyc")),
];
