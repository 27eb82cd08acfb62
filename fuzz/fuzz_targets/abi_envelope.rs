//! Program of the target `abi_envelope`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_targets::abi_envelope(data));
