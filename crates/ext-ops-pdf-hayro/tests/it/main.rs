//! Tests of the reader from outside: form fields, text that cannot be seen, encrypted documents.

mod common;
mod fields;
mod unseen;

use ext_ops_pdf_hayro::HayroPdf;
use ext_services::documents::{DocumentError, PdfReader, SecretText};

/// PDFs of one page with a text, each encrypted in its own way; `locked/make.py` makes them.
const LOCKED: [(&str, &[u8]); 4] = [
    ("RC4, 40 bits", include_bytes!("../locked/rc4-40.pdf")),
    ("RC4, 128 bits", include_bytes!("../locked/rc4-128.pdf")),
    ("AES, 128 bits", include_bytes!("../locked/aes-128.pdf")),
    ("AES, 256 bits", include_bytes!("../locked/aes-256.pdf")),
];

fn with(passwords: &[&str]) -> Box<dyn PdfReader> {
    let passwords: Vec<SecretText> = passwords.iter().map(|text| SecretText::from(*text)).collect();
    HayroPdf::new().with_passwords(&passwords).unwrap()
}

#[test]
fn a_document_is_read_by_whichever_password_opens_it() {
    for (name, pdf) in LOCKED {
        let reader = with(&["wrong", "", "kettle-7", "wrong as well"]);
        let pages = reader.text(pdf).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(pages[0].text.contains("Quill & Paper Ltd"), "{name}: {:?}", pages[0].text);
        assert!(reader.render_png(pdf, 1, 72).unwrap().starts_with(b"\x89PNG"), "{name}");
        assert!(reader.embedded_files(pdf).unwrap().is_empty(), "{name}");
    }
}

#[test]
fn a_document_stays_locked_without_the_right_password() {
    for (name, pdf) in LOCKED {
        for reader in [with(&[]), with(&["wrong", "Kettle-7"])] {
            let error = reader.text(pdf).unwrap_err();
            assert!(matches!(error, DocumentError::Encrypted), "{name}: {error}");
        }
    }
}

#[test]
fn passwords_are_not_shown() {
    let reader = HayroPdf::new();
    assert!(!format!("{reader:?}").contains("kettle"));
    let error = with(&["canary"]).text(LOCKED[0].1).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("canary"));
}
