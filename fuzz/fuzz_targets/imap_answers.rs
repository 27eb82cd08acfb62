//! Program of the target `imap_answers`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_targets::imap_answers(data));
