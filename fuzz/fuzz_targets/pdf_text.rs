//! Program of the target `pdf_text`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_targets::pdf_text(data));
