//! Program of the target `wire_inputs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_targets::wire_inputs(data));
