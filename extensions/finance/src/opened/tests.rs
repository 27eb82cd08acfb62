//! Tests of files taken apart.

use super::*;
use crate::mail::MAX_HEADER_BYTES;

const MAIL: &str = "From: \"Kiosk, Ltd\" <till@kiosk.example>\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\n\
    Date: Mon, 05 Jan 2026 09:00:00 +0100\r\nMessage-ID: <1@kiosk.example>\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n\
    --b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQ=\r\n--b--\r\n";

#[test]
fn headers_body_and_documents() {
    let parsed = email(MAIL.as_bytes()).unwrap();
    let message = &parsed.messages[0];
    assert_eq!(message.email.subject(), "Café");
    assert_eq!(message.email.message_id.as_deref(), Some("1@kiosk.example"));
    assert_eq!(message.email.date.as_deref(), Some("2026-01-05T09:00:00+01:00"));
    assert_eq!(message.plain.as_deref(), Some("hello"));
    assert_eq!(message.documents[0].name, "a.pdf");
    assert_eq!(message.email.attachments.len(), 1);
}

#[test]
fn a_mail_in_a_mail_is_a_letter_of_its_own() {
    let outer = format!(
        "Subject: Fwd\r\nMessage-ID: <2@x>\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: message/rfc822\r\n\r\n{MAIL}\r\n--o--\r\n"
    );
    let parsed = email(outer.as_bytes()).unwrap();
    let subjects: Vec<&str> =
        parsed.messages.iter().map(|message| message.email.subject()).collect();
    assert_eq!(subjects, ["Fwd", "Café"]);
    assert_eq!(parsed.messages[1].documents.len(), 1);
}

#[test]
fn a_picture_in_the_html_itself_is_a_document() {
    let mail = |url: &str| {
        let html = format!("<p>see</p><img src=\"{url}\">");
        format!("Subject: x\r\nMessage-ID: <3@x>\r\nContent-Type: text/html\r\n\r\n{html}\r\n")
    };
    let documents = |url: &str| email(mail(url).as_bytes()).unwrap().messages[0].documents.len();
    let png = "iVBORw0KGgoAAAANSUhEUgAABLAAAAZACAIAAAA=";
    assert_eq!(documents(&format!("data:image/png;base64,{png}")), 1);
    assert_eq!(documents(&format!("data:image/png,{png}")), 0);
    assert_eq!(documents("data:image/png;base64,"), 0);
    assert_eq!(documents("data:image/svg+xml;base64,PHN2Zy8+"), 0);
}

#[test]
fn doc_12_nesting_is_capped() {
    let mut mail = MAIL.to_owned();
    for _ in 0..6 {
        mail = format!("Content-Type: message/rfc822\r\n\r\n{mail}");
    }
    let parsed = email(mail.as_bytes()).unwrap();
    assert_eq!(parsed.messages.len(), MAX_DEPTH);
    assert!(parsed.left_out[0].message().contains("nested"));
    let deep = "Content-Type: message/rfc822\r\n\r\n".repeat(100_000);
    assert!(email(deep.as_bytes()).unwrap_err().to_string().contains("200 emails"));
}

#[test]
fn doc_12_tricks_with_boundaries_and_line_ends_end() {
    let nested = |depth: usize| -> String {
        let open = |n| format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n");
        (0..depth).map(open).collect()
    };
    for mail in [
        nested(10_000),
        "Content-Type: multipart/mixed; boundary=\"\"\r\n\r\n--\r\n----\r\n".into(),
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b--\r\n--b\r\n--b".into(),
        MAIL.replace("\r\n", "\r"),
        MAIL.replace("boundary=b", &format!("boundary={}", "b".repeat(100_000))),
    ] {
        // An email or not: it returns.
        let _ = email(mail.as_bytes());
    }
    assert_eq!(email(MAIL.as_bytes()).unwrap().messages[0].documents.len(), 1);
}

#[test]
fn doc_12_headers_and_names_are_texts_of_a_bounded_length() {
    let head = format!("X-Long: {}\r\n", "x".repeat(1 << 20));
    let name = format!("../../../etc/{}.pdf", "n".repeat(1000));
    let mail = head + &MAIL.replace("a.pdf", &format!("\"{name}\""));
    let parsed = email(mail.as_bytes()).unwrap();
    let message = &parsed.messages[0];
    assert!(message.email.headers.iter().all(|(_, value)| value.len() <= MAX_HEADER_BYTES));
    // Shown as it was written, and a path of nothing: documents are named by their hash.
    let shown = message.email.attachments[0].name.as_deref().unwrap();
    assert!(shown.len() <= 255 && name.starts_with(shown), "{shown}");
    assert_eq!(message.email.subject(), "Café");
}

#[test]
fn doc_12_parts_are_capped() {
    let part = |n: usize| {
        format!("--b\r\nContent-Type: application/pdf; name={n}.pdf\r\n\r\n%PDF-{n}\r\n")
    };
    let mail = |count| {
        let parts: String = (0..count).map(part).collect();
        format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n")
    };
    let parsed = email(mail(10_000).as_bytes()).unwrap();
    assert_eq!(parsed.messages[0].documents.len(), MAX_DOCUMENTS);
    assert_eq!(parsed.left_out.len(), 2);
    assert!(email(mail(20).as_bytes()).unwrap().left_out.is_empty());
}

#[test]
fn bytes_of_a_file_under_the_label_of_a_text_are_a_file() {
    let mail = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\
        hello\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n\
        JVBERi0xLjQKgP8=\r\n--b--\r\n";
    let parsed = email(mail.as_bytes()).unwrap();
    let message = &parsed.messages[0];
    assert_eq!(message.plain.as_deref(), Some("hello"));
    assert_eq!(message.html, None);
    assert_eq!(message.documents[0].data.as_bytes(), b"%PDF-1.4\n\x80\xff");
}

#[test]
fn a_text_with_a_uuencoded_file_is_both() {
    let mail =
        "Subject: x\r\n\r\nSee below.\r\n\r\nbegin 644 a.pdf\r\n))5!$1BTQ+C0*\r\n`\r\nend\r\n";
    let parsed = email(mail.as_bytes()).unwrap();
    assert!(parsed.messages[0].plain.as_deref().unwrap().starts_with("See below."));
    assert_eq!(parsed.messages[0].documents[0].name, "a.pdf");
    assert_eq!(parsed.messages[0].documents[0].data.as_bytes(), b"%PDF-1.4\n");
}

#[test]
fn a_multipart_without_its_boundary_is_read_with_the_one_that_stands_in_it() {
    let mail = MAIL.replace("; boundary=b", "");
    let parsed = email(mail.as_bytes()).unwrap();
    assert_eq!(parsed.messages[0].documents[0].name, "a.pdf");
    assert_eq!(parsed.messages[0].plain.as_deref(), Some("hello"));
    assert_eq!(parsed.messages.len(), 1);
}

#[test]
fn what_is_encrypted_is_told() {
    let pgp =
        "Subject: x\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nabc\r\n-----END PGP MESSAGE-----\r\n";
    let parsed = email(pgp.as_bytes()).unwrap();
    assert_eq!(parsed.left_out[0].code(), ErrorCode::DocEncrypted);
    let mut p7m = b"Subject: x\r\nContent-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\n\r\n".to_vec();
    p7m.extend(b"\x30\x82\x10\0\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x80");
    let parsed = email(&p7m).unwrap();
    assert_eq!(parsed.left_out[0].code(), ErrorCode::DocEncrypted);
}

#[test]
fn the_documents_of_every_message_of_a_mailbox_are_taken() {
    let one = format!("From a Mon Jan  5 09:00:00 2026\n{MAIL}\n\n");
    let opened = file(one.repeat(60).as_bytes(), Label::default());
    let documents: usize = opened.messages.iter().map(|message| message.documents.len()).sum();
    assert_eq!((opened.messages.len(), documents), (60, 60));
    assert!(opened.left_out.is_empty());
}

/// An email with one part, as it is encoded.
fn part(headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "Subject: Hello\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n{headers}\r\n\r\n"
    );
    [head.as_bytes(), body, b"\r\n--b--\r\n"].concat()
}

#[test]
fn broken_base64_is_read_up_to_the_break() {
    let text = "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: base64";
    // "Müller, total 50.00 EUR"
    for body in [
        "TfxsbGVyLCB0b3Rh\r\nbCA1MC4wMCBFVVI=\r\n________________\r\nList mailing list\r\nlist@x.example",
        "TfxsbGVyLCB0b3Rh\r\n!bCA1MC4w*MCBFVVI=",
        "TfxsbGVyLCB0b3Rh\r\nbCA1MC4wMCBFVVI=\r\nSent from my phone: yes!",
    ] {
        let opened = email(&part(text, body.as_bytes())).unwrap();
        let message = opened.messages.first().unwrap();
        assert_eq!(message.plain.as_deref(), Some("M\u{fc}ller, total 50.00 EUR"), "{body}");
    }
    let file = "Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64";
    let opened = email(&part(file, b"JVBERi0xLjQK\r\nJSVFT0Y=\r\n-- \r\nfooter!")).unwrap();
    let documents = &opened.messages.first().unwrap().documents;
    assert_eq!(documents.first().map(|it| it.data.as_bytes()), Some(&b"%PDF-1.4\n%%EOF"[..]));
}

#[test]
fn texts_of_two_bytes_a_letter_and_with_zeros_are_texts() {
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let charset = |name: &str| format!("Content-Type: text/plain; charset={name}");
    let text = "Total 50.00 \u{20ac}";
    for (headers, body) in [
        (charset("utf-16le"), wide(text)),
        (charset("utf-16"), wide(text)),
        (charset("utf-16"), [b"\xff\xfe".to_vec(), wide(text)].concat()),
        (charset("utf-8"), "Total\0 50.00\0 \u{20ac}".as_bytes().to_vec()),
    ] {
        let opened = email(&part(&headers, &body)).unwrap();
        assert_eq!(opened.messages.first().unwrap().plain.as_deref(), Some(text), "{headers}");
    }
    let binary = part(&charset("utf-8"), b"\x01\x02\x03\x00\x04\xff");
    assert_eq!(email(&binary).unwrap().messages.first().unwrap().plain, None);
}
