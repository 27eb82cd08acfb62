//! Hostile documents, read by real workers of this program.

use crate::common::host::{Host, chunk, deflated, pdf, png};
use ext_wire::ErrorCode;

#[test]
fn sound_documents_are_read() {
    let host = Host::new();
    assert_eq!(host.pdf(&pdf("", "")).as_deref(), Ok("Total 3.20"));
    assert_eq!(host.picture(&png(40, 20, 20, b"")), ErrorCode::ModelMissing);
}

#[test]
fn doc_02_pictures_that_promise_too_much() {
    let host = Host::new();
    assert_eq!(host.picture(&png(60_000, 60_000, 1, b"")), ErrorCode::DocLimit);
    // 256 MiB of a colour profile, and of a comment, in a few hundred kilobytes.
    let bomb = deflated((0..256).map(|_| vec![0; 1 << 20]));
    for (kind, head) in [(b"iCCP", b"x\0\0".as_slice()), (b"zTXt", b"x\0\0")] {
        let file = png(40, 20, 20, &chunk(kind, &[head, &bomb].concat()));
        let code = host.picture(&file);
        let harmless = [ErrorCode::ModelMissing, ErrorCode::DocMalformed, ErrorCode::DocLimit];
        assert!(harmless.contains(&code), "{code}");
    }
    let many = chunk(b"tEXt", b"a\0b").repeat(10_000);
    assert_eq!(host.picture(&png(40, 20, 20, &many)), ErrorCode::ModelMissing);
}

#[test]
fn doc_03_documents_that_break_off() {
    let host = Host::new();
    let (picture, document) = (png(200, 100, 100, b""), pdf("", ""));
    for percent in (0..100).step_by(4) {
        let file = &picture[..picture.len() * percent / 100];
        let code = host.picture(file);
        let told = [ErrorCode::DocMalformed, ErrorCode::ModelMissing, ErrorCode::BadInput];
        assert!(told.contains(&code), "{percent} %: {code}");
        let read = host.pdf(&document[..document.len() * percent / 100]);
        let told = [ErrorCode::DocMalformed, ErrorCode::BadInput];
        assert!(read.is_ok() || read.is_err_and(|code| told.contains(&code)), "{percent} %");
    }
}

#[test]
fn doc_06_actions_of_a_document_are_not_taken() {
    let host = Host::new();
    let mark = tempfile::tempdir().unwrap();
    let mark = mark.path().join("launched");
    let launch = format!(
        "6 0 obj\n<< /S /Launch /F (/bin/sh) /Unix << /F (touch {0}) >> /Next << /S /JavaScript \
         /JS (app.launchURL\\(\"http://127.0.0.1:9/\"\\)) >> >>\nendobj\n",
        mark.display()
    );
    assert_eq!(host.pdf(&pdf(&launch, "/OpenAction 6 0 R")).as_deref(), Ok("Total 3.20"));
    assert!(!mark.exists());
}

#[test]
fn doc_05_a_document_that_refers_to_itself_ends() {
    let host = Host::new();
    let form = "/XObject << /F 6 0 R >>";
    let content = "/F Do /F Do";
    let recursive = format!(
        "6 0 obj\n<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << {form} >> \
         /Length {} >>\nstream\n{content}\nendstream\nendobj\n",
        content.len()
    );
    let file = String::from_utf8(pdf(&recursive, "")).unwrap();
    let file =
        file.replace("/Font <<", &format!("{form} /Font <<")).replace("BT /F1", "/F Do BT /F1");
    let read = host.pdf(file.as_bytes());
    let told = [ErrorCode::DocMalformed, ErrorCode::DocLimit];
    assert!(read.is_ok() || read.is_err_and(|code| told.contains(&code)));
    assert_eq!(host.pdf(&pdf("", "")).as_deref(), Ok("Total 3.20"));
}
