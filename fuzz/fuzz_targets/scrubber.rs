//! Program of the target `scrubber`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_targets::scrubber(data));
