//! Program of the target `module_scan`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_targets::module_scan(data));
