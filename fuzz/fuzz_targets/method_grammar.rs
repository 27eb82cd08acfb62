//! Program of the target `method_grammar`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_targets::method_grammar(data));
