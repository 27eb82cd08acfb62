//! Example that books emails natively with the engines for texts and prints the receipts as JSON:
//! `cargo run -p finance --example book -- TEXTS MAIL...`. `TEXTS` is a folder with the text of
//! each picture, read before, in `<BLAKE3 of the picture>.txt`.

#[path = "../tests/it/common/mod.rs"]
mod common;

use std::collections::HashMap;
use std::error::Error;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let texts = arguments.next().ok_or("usage: book TEXTS MAIL...")?;
    let host = common::host(read(&texts)?);
    for mail in arguments {
        let name = mail.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Err(error) = common::import(&host, &name, "message/rfc822", &std::fs::read(&mail)?) {
            eprintln!("{name}: {error}");
        }
    }
    println!("{}", serde_json::to_string_pretty(&common::rows(&host))?);
    Ok(())
}

fn read(folder: &Path) -> Result<HashMap<String, String>, Box<dyn Error>> {
    let mut texts = HashMap::new();
    for file in std::fs::read_dir(folder)? {
        let path = file?.path();
        let hash = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        texts.insert(hash, std::fs::read_to_string(&path)?);
    }
    Ok(texts)
}
