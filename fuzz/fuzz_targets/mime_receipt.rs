//! Program of the target `mime_receipt`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_targets::mime_receipt(data));
