//! PdfLimits of one document.

use std::time::Duration;

/// Limits of one document. The defaults suit documents of an office on a small machine.
#[derive(Debug, Clone, PartialEq)]
pub struct PdfLimits {
    /// Most pages of a document.
    pub pages: u32,
    /// Most pixels of a rendered page.
    pub pixels: u64,
    /// Most glyphs, paths and pictures that a document draws.
    pub operations: u64,
    /// Most bytes that the compressed streams of a document inflate to.
    pub inflated_bytes: u64,
    /// Most bytes of all embedded files together, after decoding.
    pub embedded_bytes: u64,
    /// Most embedded files.
    pub embedded_files: usize,
    /// Longest time for one call.
    pub time: Duration,
}

impl Default for PdfLimits {
    fn default() -> Self {
        Self {
            pages: 500,
            pixels: 50_000_000,
            operations: 5_000_000,
            inflated_bytes: 1 << 30,
            embedded_bytes: 64 << 20,
            embedded_files: 100,
            time: Duration::from_secs(120),
        }
    }
}
