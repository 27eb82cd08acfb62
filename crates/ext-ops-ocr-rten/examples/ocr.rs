//! Example that prints the text of images: `cargo run --release --example ocr -- FILE...`.
//!
//! With `--out FOLDER` first, each text goes to a file of the image's name in that folder instead.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use ext_models::ModelStore;
use ext_ops_ocr_rten::RtenOcr;
use ext_services::ocr::{OcrEngine, OcrOptions};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = ModelStore::default_folder().ok_or("no home folder")?;
    let engine = RtenOcr::new(ModelStore::new(folder));
    let mut paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let mut out = None;
    if paths.first().is_some_and(|first| first.as_os_str() == "--out") {
        out = paths.drain(..2.min(paths.len())).nth(1);
    }
    for path in &paths {
        print_text(&engine, path, out.as_deref())?;
    }
    Ok(())
}

fn print_text(engine: &RtenOcr, path: &Path, out: Option<&Path>) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let page = engine.recognize(&std::fs::read(path)?, &OcrOptions::default())?;
    let (seconds, confidence) = (start.elapsed().as_secs_f32(), page.confidence());
    eprintln!(
        "{}: {seconds:.2} s, confidence {confidence:.3}, turned {}",
        path.display(),
        page.rotation
    );
    match out {
        None => println!("{}\n", page.text()),
        Some(folder) => {
            let name = path.file_stem().unwrap_or_default();
            std::fs::write(folder.join(name).with_extension("txt"), page.text())?;
        }
    }
    Ok(())
}
