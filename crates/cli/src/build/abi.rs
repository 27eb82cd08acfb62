//! The version of the binary interface in modules of languages that have no means to write it.

use std::{fs, path::Path};

use anyhow::Context;
use ext_abi::{ABI_VERSION, names::ABI_SECTION, version};
use ext_declared::custom_section;

use super::read_stable;

/// Adds the version behind a finished module that lacks it.
pub(super) fn mark(wasm: &Path) -> anyhow::Result<()> {
    let mut module = read_stable(wasm)?;
    if custom_section(&module, ABI_SECTION).is_none() {
        module.extend(section());
        fs::write(wasm, module).with_context(|| format!("{}", wasm.display()))?;
    }
    Ok(())
}

/// Returns a custom section with the version. Its lengths are below 128, so each is one byte.
fn section() -> Vec<u8> {
    let version = version::encode(ABI_VERSION);
    let name = ABI_SECTION.as_bytes();
    let lengths = [name.len() + version.len() + 1, name.len()];
    let [all, of_name] = lengths.map(|length| u8::try_from(length).unwrap_or(u8::MAX));
    [&[0, all, of_name], name, &version].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_gets_the_version_once() {
        let folder = tempfile::tempdir().unwrap();
        let wasm = folder.path().join("a.wasm");
        fs::write(&wasm, b"\0asm\x01\0\0\0").unwrap();
        mark(&wasm).unwrap();
        let marked = fs::read(&wasm).unwrap();
        assert_eq!(custom_section(&marked, ABI_SECTION), Some(1_u32.to_le_bytes().to_vec()));
        mark(&wasm).unwrap();
        assert_eq!(fs::read(&wasm).unwrap(), marked);
    }
}
