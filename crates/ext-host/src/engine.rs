//! The properties of the engine that a program with a compiler and one without have to agree on.

use std::{fmt, sync::OnceLock};

use blake3::Hash;
use wasmer_types::{Features, target::Target};

use crate::ModuleError;

/// The middleware's part of the key of a compiled artifact: change it with any change of the code
/// that is emitted by the fuel checks.
const REVISION: &str = "steps-2";

/// The name under which the start function is exported.
pub(crate) const START: &str = "\u{0}start";

/// Lists the wasm features that are on, one by one from none: what `rustc`, `clang` and
/// AssemblyScript emit by default, and nothing with threads, several memories or non-determinism.
pub(crate) fn features() -> Features {
    let mut features = Features::none();
    features.bulk_memory(true).multi_value(true).reference_types(true).simd(true);
    features.extended_const(true);
    features
}

/// Wraps an error of the engine about code.
pub(crate) fn compile_error(error: impl fmt::Display) -> ModuleError {
    ModuleError::Compile(error.to_string())
}

/// Names all that code must have been made for to run in this program, whoever compiled it.
pub(crate) fn describe() -> String {
    let target = Target::default();
    format!(
        "wasmer {}; {}; {:?}; {:?}; {REVISION}; checked by {}",
        wasmer_types::VERSION,
        target.triple(),
        target.cpu_features(),
        features(),
        checks().to_hex(),
    )
}

/// Returns the digest of [`describe`]: a program runs the code of another one with the same.
pub(crate) fn fingerprint() -> Hash {
    static DIGEST: OnceLock<Hash> = OnceLock::new();
    *DIGEST.get_or_init(|| blake3::hash(describe().as_bytes()))
}

/// Returns a digest of the checks of a module's code: what passed others is checked, and so compiled,
/// again.
fn checks() -> Hash {
    let sources = [include_str!("scan.rs"), include_str!("caps.rs"), include_str!("world.rs")];
    blake3::hash(sources.concat().as_bytes())
}
