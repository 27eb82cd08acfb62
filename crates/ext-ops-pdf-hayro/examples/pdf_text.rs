//! Example that prints the text layer of PDF documents: `cargo run --example pdf_text -- FILE...`.

use std::error::Error;

use ext_ops_pdf_hayro::HayroPdf;
use ext_services::documents::PdfReader;

fn main() -> Result<(), Box<dyn Error>> {
    let reader = HayroPdf::new();
    for path in std::env::args().skip(1) {
        match reader.text(&std::fs::read(&path)?) {
            Ok(pages) => pages.iter().for_each(|page| println!("{}\n", page.text)),
            Err(error) => eprintln!("{path}: {error}"),
        }
    }
    Ok(())
}
