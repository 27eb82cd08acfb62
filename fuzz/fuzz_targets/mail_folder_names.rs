//! Program of the target `mail_folder_names`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_targets::mail_folder_names(data));
