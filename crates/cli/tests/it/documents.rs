//! More hostile documents: filters, archives, markup, metadata, models.

use std::{
    fs::{self, File},
    time::{Duration, Instant},
};

use crate::common::host::{Host, chunk, deflated, pdf, png};
use ext_models::{MINILM_INT8, MINILM_TOKENIZER, catalogue};
use ext_testing::archive;
use ext_wire::{
    ErrorCode,
    ops::ai::{Embed, EmbedInput},
};

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// Codes that a call may end with whose document is a bomb for its reader.
const CAUGHT: [ErrorCode; 2] = [ErrorCode::DocLimit, ErrorCode::DocMalformed];

/// A PDF of one page whose content is this stream, before a text.
fn pdf_with(dictionary: &str, stream: &[u8]) -> Vec<u8> {
    let length = stream.len();
    let head = format!("6 0 obj\n<< {dictionary} /Length {length} >>\nstream\n");
    let whole = String::from_utf8(pdf("@", "")).unwrap();
    let whole = whole.replace("/Contents 4 0 R", "/Contents [6 0 R 4 0 R]");
    let (before, after) = whole.split_once('@').unwrap();
    [before.as_bytes(), head.as_bytes(), stream, b"\nendstream\nendobj\n", after.as_bytes()]
        .concat()
}

fn spaces(megabytes: usize) -> impl Iterator<Item = Vec<u8>> {
    (0..megabytes).map(|_| vec![b' '; 1 << 20])
}

/// LZW (MSB first, early change, as in PDF) of zeros: `rounds` times the whole table, some seven
/// megabytes each.
fn lzw(rounds: usize) -> Vec<u8> {
    let (mut out, mut bits, mut count) = (Vec::new(), 0_u32, 0_u32);
    let mut put = |code: u32, width: u32| {
        bits = (bits << width) | code;
        count += width;
        while count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    };
    for _ in 0..rounds {
        put(256, 9);
        put(0, 9);
        for code in 258..4093_u32 {
            let width = match code {
                ..511 => 9,
                511..1023 => 10,
                1023..2047 => 11,
                _ => 12,
            };
            put(code, width);
        }
    }
    put(257, 12);
    put(0, 7);
    out
}

fn docx(xml: &str) -> Vec<u8> {
    archive(&[("word/document.xml", xml.as_bytes())])
}

#[test]
fn doc_05_a_deflate_bomb_is_stopped() {
    let host = Host::new();
    let bomb = pdf_with("/Filter /FlateDecode", &deflated(spaces(1100)));
    assert!(bomb.len() < 16 << 20, "{} bytes", bomb.len());
    assert_eq!(host.pdf(&bomb), Err(ErrorCode::DocLimit));
    let twin = pdf_with("/Filter /FlateDecode", &deflated(spaces(1)));
    assert_eq!(host.pdf(&twin).as_deref(), Ok("Total 3.20"));
}

#[test]
fn doc_05_chained_filters_are_bounded() {
    let host = Host::new();
    let chain = |first: Vec<u8>| {
        let stream = (1..10).fold(first, |stream, _| deflated([stream]));
        pdf_with(&format!("/Filter [{}]", "/FlateDecode ".repeat(10)), &stream)
    };
    let bomb = chain(deflated(spaces(1500)));
    let read = host.pdf(&bomb);
    assert!(read.is_err_and(|code| CAUGHT.contains(&code)));
    assert_eq!(host.pdf(&chain(deflated(spaces(1)))).as_deref(), Ok("Total 3.20"));
}

#[test]
fn doc_05_an_lzw_bomb_is_stopped() {
    let host = Host::new();
    let bomb = pdf_with("/Filter /LZWDecode", &lzw(400));
    assert!(bomb.len() < 4 << 20, "{} bytes", bomb.len());
    let started = Instant::now();
    // Refused, or the filter is given up and the rest of the page is read.
    let read = host.pdf(&bomb);
    assert!(read.is_ok() || read.is_err_and(|code| CAUGHT.contains(&code)));
    assert!(started.elapsed() < Duration::from_secs(100), "{:?}", started.elapsed());
    assert_eq!(host.pdf(&pdf("", "")).as_deref(), Ok("Total 3.20"));
}

#[test]
fn doc_05_pictures_in_a_document_that_promise_too_much() {
    let host = Host::new();
    for filter in ["/JPXDecode", "/JBIG2Decode", "/CCITTFaxDecode", "/DCTDecode"] {
        let picture = format!(
            "6 0 obj\n<< /Type /XObject /Subtype /Image /Width 60000 /Height 60000 /ColorSpace \
             /DeviceGray /BitsPerComponent 8 /Filter {filter} /Length 4 >>\nstream\n\0\0\0\0\n\
             endstream\nendobj\n"
        );
        let file = String::from_utf8(pdf(&picture, "")).unwrap();
        let file = file.replace("/Font <<", "/XObject << /F 6 0 R >> /Font <<");
        let file = file.replace("BT /F1", "/F Do BT /F1");
        // The text layer is read, and the page can be rendered or is refused.
        let read = host.pdf(file.as_bytes());
        assert!(read.is_ok() || read.is_err_and(|code| CAUGHT.contains(&code)), "{filter}");
        let code = host.picture(file.as_bytes());
        assert!(CAUGHT.contains(&code) || code == ErrorCode::ModelMissing, "{filter}: {code}");
    }
    let lie = "BI /W 99999 /H 99999 /BPC 8 /CS /G ID \x01 EI BT /F1";
    let file = String::from_utf8(pdf("", "")).unwrap().replace("BT /F1", lie);
    let read = host.pdf(file.as_bytes());
    assert!(read.is_ok() || read.is_err_and(|code| CAUGHT.contains(&code)));
    assert_eq!(host.pdf(&pdf("", "")).as_deref(), Ok("Total 3.20"));
}

#[test]
fn doc_08_markup_with_entities_or_without_end_is_refused() {
    let host = Host::new();
    let laughs =
        "<!DOCTYPE w [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]><w><p><t>&b;</t></p></w>";
    assert_eq!(host.text(&docx(laughs), None), Err(ErrorCode::DocMalformed));
    let file = "<!DOCTYPE w [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><w><p><t>&a;</t></p></w>";
    assert_eq!(host.text(&docx(file), None), Err(ErrorCode::DocMalformed));
    assert!(host.text(&docx(&"<g>".repeat(1_000_000)), None).is_err());
    let page = "<div>".repeat(1_000_000);
    assert_eq!(host.text(page.as_bytes(), Some("text/html")), Err(ErrorCode::DocLimit));
    let script = "<svg><image href='file:///etc/passwd'/></svg><script>x()</script><p>seen";
    assert_eq!(host.text(script.as_bytes(), Some("text/html")).as_deref(), Ok("seen"));
    let twin = "<w><p><t>a &amp; b</t></p></w>";
    assert_eq!(host.text(&docx(twin), None).as_deref(), Ok("a & b"));
}

#[test]
fn doc_08_an_invoice_with_entities_is_none() {
    let host = Host::new();
    let xml = "<!DOCTYPE r [<!ENTITY a SYSTEM 'file:///etc/hostname'>]><r>&a;</r>";
    let text = host.text(xml.as_bytes(), Some("application/xml")).unwrap();
    assert_eq!(text, xml);
}

#[test]
fn doc_09_office_bombs_are_stopped() {
    let host = Host::new();
    let padded = |bytes| docx(&format!("<w>{}<p><t>seen</t></p></w>", " ".repeat(bytes)));
    assert_eq!(host.text(&padded(100 << 20), None), Err(ErrorCode::DocLimit));
    assert_eq!(host.text(&padded(1 << 19), None).as_deref(), Ok("seen"));
    let slip = archive(&[
        ("../../../../slipped", b"x"),
        ("word/document.xml", b"<w><p><t>seen</t></p></w>"),
    ]);
    assert_eq!(host.text(&slip, Some(DOCX)).as_deref(), Ok("seen"));
    assert_eq!(host.text(b"PK\x03\x04 no archive", Some(DOCX)), Err(ErrorCode::DocMalformed));
}

/// A TIFF of one directory with these entries, which is followed by itself.
fn tiff(entries: u16) -> Vec<u8> {
    let mut file = b"II*\0\x08\0\0\0".to_vec();
    file.extend(entries.to_le_bytes());
    for tag in [0x100_u16, 0x101, 0x8769] {
        // A count that is too large, and an offset behind the end; the last one points back.
        let place: u32 = if tag == 0x8769 { 8 } else { u32::MAX };
        file.extend(tag.to_le_bytes());
        file.extend(4_u16.to_le_bytes());
        file.extend(u32::MAX.to_le_bytes());
        file.extend(place.to_le_bytes());
    }
    file.extend(8_u32.to_le_bytes());
    file
}

#[test]
fn doc_11_metadata_of_pictures_does_no_harm() {
    let host = Host::new();
    for entries in [3, u16::MAX] {
        let code = host.picture(&tiff(entries));
        assert!(CAUGHT.contains(&code), "{code}");
        // The same as EXIF of a sound picture.
        let code = host.picture(&png(40, 20, 20, &chunk(b"eXIf", &tiff(entries))));
        assert_eq!(code, ErrorCode::ModelMissing);
    }
    let xmp = "XML:com.adobe.xmp\0\0\0\0\0<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>\
               <x:xmpmeta>&f;</x:xmpmeta>";
    let code = host.picture(&png(40, 20, 20, &chunk(b"iTXt", xmp.as_bytes())));
    assert_eq!(code, ErrorCode::ModelMissing);
}

#[test]
fn doc_15_models_that_were_changed_are_not_loaded() {
    let host = Host::new();
    fs::create_dir_all(host.models.folder()).unwrap();
    // Of the right size, and nothing else.
    for model in catalogue() {
        let file = File::create(host.models.folder().join(model.file_name)).unwrap();
        file.set_len(model.bytes).unwrap();
    }
    let input = EmbedInput { texts: vec!["coffee".into()] };
    let error = host.core.call_typed::<Embed>(Some(host.library), &input).unwrap_err();
    assert_eq!(error.code(), ErrorCode::ModelMissing);
    assert!(error.body().error.contains("damaged"), "{error}");
    assert!(
        [MINILM_INT8, MINILM_TOKENIZER].iter().any(|id| error.body().error.contains(id)),
        "{error}"
    );
    assert_eq!(host.picture(&png(40, 20, 20, b"")), ErrorCode::ModelMissing);
}

#[test]
fn doc_10_a_pdf_is_read_as_one_under_every_label() {
    let host = Host::new();
    for label in [Some("text/plain"), Some("text/html"), Some("image/png"), None] {
        assert_eq!(host.text(&pdf("", ""), label).as_deref(), Ok("Total 3.20"), "{label:?}");
    }
    let text = b"The mark is %PDF-1.7, as it is written.";
    assert_eq!(
        host.text(text, Some("text/plain")).as_deref(),
        Ok(std::str::from_utf8(text).unwrap())
    );
}

#[test]
fn doc_03_a_pdf_without_pages_is_damaged() {
    let host = Host::new();
    assert_eq!(host.pdf(&pdf("", "")[..200]), Err(ErrorCode::DocMalformed));
}
