//! Writes the suite for hosts that read no WebAssembly text: `cases.json`, and each guest as a module.
#![forbid(unsafe_code)]

use std::{env, fs, path::Path};

use anyhow::{Context, Result};
use ext_abi_conformance::{GUESTS, guest};

fn main() -> Result<()> {
    let folder = env::args_os().nth(1).context("usage: ext-abi-conformance FOLDER")?;
    let folder = Path::new(&folder);
    write(&folder.join("cases.json"), include_bytes!("../cases.json"))?;
    for (name, _) in GUESTS {
        let wasm = guest(name).with_context(|| format!("there is no guest `{name}`"))?;
        write(&folder.join("guests").join(name).with_extension("wasm"), &wasm)?;
    }
    println!("{}: {} guests and cases.json", folder.display(), GUESTS.len());
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}
