//! Purchases that come together, in one email or file: two stay two, and one in several forms stays one.

use std::collections::HashMap;
use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rawzip::{CompressionMethod, ZipArchiveWriter};
use spacedrive_sdk::testing::FakeHost;

use crate::common::{host, import, pdf, rows};
use crate::papers::{EML, PDF, letter, review};

/// A part of an email: media type, name, bytes.
type Part<'a> = (&'a str, &'a str, &'a [u8]);

fn email(id: &str, parts: &[Part<'_>]) -> Vec<u8> {
    let part = |(media_type, name, bytes): &Part<'_>| {
        let encoded = STANDARD.encode(bytes);
        let lines: Vec<&str> =
            encoded.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
        let (coding, body) = match *media_type {
            // An email in an email is not encoded.
            EML => ("7bit", String::from_utf8(bytes.to_vec()).unwrap()),
            _ => ("base64", lines.join("\r\n")),
        };
        format!(
            "--b\r\nContent-Type: {media_type}\r\nContent-Transfer-Encoding: {coding}\r\n\
             Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n{body}\r\n"
        )
    };
    let parts: String = parts.iter().map(part).collect();
    format!(
        "From: Ann <ann@home.example>\r\nSubject: Documents\r\nMessage-ID: <{id}@x>\r\n\
         Date: Tue, 06 Jan 2026 09:00:00 +0000\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\
         Please find them attached.\r\n{parts}--b--\r\n"
    )
    .into_bytes()
}

/// Makes an archive of files, which are not compressed.
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for (name, bytes) in files {
        let file = archive.new_file(name).compression_method(CompressionMethod::STORE);
        let (mut entry, config) = file.start().unwrap();
        let mut writer = config.wrap(&mut entry);
        writer.write_all(bytes).unwrap();
        let (_, output) = writer.finish().unwrap();
        entry.finish(output).unwrap();
    }
    archive.finish().unwrap()
}

fn ride(id: &str, time: &str) -> Vec<u8> {
    let went = format!("Fahrt am 05.01.2026 um {time} Uhr");
    let lines = [
        "Tram Nord AG",
        "Gleisweg 1, 10115 Berlin",
        "Quittung",
        &went,
        "Einzelfahrt 2,90 EUR",
        "Gesamtbetrag: 2,90 EUR",
        "Bezahlt mit Visa",
    ];
    letter(id, "Tram Nord <quittung@tramnord.example>", "Ihre Quittung von Tram Nord", &lines)
}

fn ticket(concert: &str, row: &str) -> Vec<u8> {
    pdf(&ticket_lines(concert, row), None)
}

fn ticket_lines<'a>(concert: &'a str, row: &'a str) -> [&'a str; 8] {
    [
        "Konzerthaus Nord GmbH",
        "Hafenstrasse 12, 20457 Hamburg",
        "Quittung",
        "Datum: 05.01.2026",
        concert,
        row,
        "Gesamtbetrag    45,00 EUR",
        "Bezahlt mit Visa",
    ]
}

/// Imports one file and returns the number of bookings and of pairs that are for a person to tell.
fn booked(host: &FakeHost, name: &str, media_type: &str, bytes: &[u8]) -> [usize; 2] {
    import(host, name, media_type, bytes).unwrap();
    [rows(host).len(), review(host).len()]
}

#[test]
fn two_receipts_of_one_seller_stay_two_however_they_come() {
    let (first, second) = (ride("e1", "08:12"), ride("e2", "18:40"));
    let alone = host(HashMap::new());
    booked(&alone, "a.eml", EML, &first);
    assert_eq!(booked(&alone, "b.eml", EML, &second), [2, 1]);
    let mbox = [b"From a@b Mon Jan  5 09:00:00 2026\n", &*first, b"\n"].concat();
    let mbox = [&*mbox, b"From a@b Mon Jan  5 19:00:00 2026\n", &second, b"\n"].concat();
    let forward = email("f", &[(EML, "a.eml", &first), (EML, "b.eml", &second)]);
    let archive = zip(&[("a.eml", &first), ("b.eml", &second)]);
    for (name, media_type, bytes) in [
        ("box.mbox", "application/mbox", mbox),
        ("mails.zip", "application/zip", archive),
        ("fwd.eml", EML, forward),
    ] {
        assert_eq!(booked(&host(HashMap::new()), name, media_type, &bytes), [2, 1], "{name}");
    }
}

#[test]
fn two_tickets_in_one_email_are_for_a_person_to_tell() {
    let tickets = [ticket("Konzert Mozart", "Reihe A"), ticket("Konzert Brahms", "Reihe C")];
    let both = email("k", &[(PDF, "t1.pdf", &tickets[0]), (PDF, "t2.pdf", &tickets[1])]);
    assert_eq!(booked(&host(HashMap::new()), "two.eml", EML, &both), [2, 1]);
    let (one, two) = (b"\x89PNG\r\n\x1a\n one" as &[u8], b"\x89PNG\r\n\x1a\n two" as &[u8]);
    let text = |concert, row| ticket_lines(concert, row).join("\n");
    let scans = host(HashMap::from([
        (blake3::hash(one).to_hex().to_string(), text("Konzert Mozart", "Reihe A")),
        (blake3::hash(two).to_hex().to_string(), text("Konzert Brahms", "Reihe C")),
    ]));
    let both = email("k", &[("image/png", "t1.png", one), ("image/png", "t2.png", two)]);
    assert_eq!(booked(&scans, "two.eml", EML, &both), [2, 1], "two photos");
}

#[test]
fn one_purchase_in_several_forms_stays_one() {
    let ticket = ticket_lines("Konzert Mozart", "Reihe A");
    let (layer, mut copy) = (pdf(&ticket, None), ticket.to_vec());
    copy.insert(3, "Kopie");
    let copy = pdf(&copy, None);
    let misread = ticket.join("\n").replace("Mozart", "Mozarl").replace("Hafen", "Hafem");
    let (one, two) = (b"\x89PNG\r\n\x1a\n one" as &[u8], b"\x89PNG\r\n\x1a\n two" as &[u8]);
    let pictures = HashMap::from([
        (blake3::hash(one).to_hex().to_string(), ticket.join("\n")),
        (blake3::hash(two).to_hex().to_string(), misread),
    ]);
    let again = [&*layer, b"% again\n"].concat();
    for (what, parts) in [
        ("twice", [(PDF, "a.pdf", &*layer), (PDF, "b.pdf", &again)]),
        ("a copy", [(PDF, "a.pdf", &*layer), (PDF, "b.pdf", &copy)]),
        ("its picture", [(PDF, "a.pdf", &*layer), ("image/png", "b.png", two)]),
        ("two pictures", [("image/png", "a.png", one), ("image/png", "b.png", two)]),
    ] {
        let host = host(pictures.clone());
        assert_eq!(booked(&host, "a.eml", EML, &email("k", &parts)), [1, 0], "{what}");
    }
    let order = [
        "Thank you for your order",
        "Konzerthaus Nord GmbH",
        "Order confirmation",
        "Date: 5 January 2026",
        "Konzert Mozart    45.00",
        "Order total: EUR 45.00",
        "VAT 7 %  2.94",
        "Payment method: card",
    ];
    let order = pdf(&order, None);
    let both = email("k", &[(PDF, "order.pdf", &order), (PDF, "receipt.pdf", &layer)]);
    assert_eq!(booked(&host(HashMap::new()), "a.eml", EML, &both), [1, 0], "order and receipt");
}

#[test]
fn an_email_that_passes_another_one_on_is_about_its_purchase() {
    let sent = ride("e1", "08:12");
    let lines = [
        "Tram Nord AG",
        "Quittung",
        "Fahrt am 05.01.2026",
        "Gesamtbetrag    2,90 EUR",
        "Bezahlt mit Visa",
    ];
    let receipt = pdf(&lines, None);
    let forward = email("f", &[(EML, "a.eml", &sent), (PDF, "a.pdf", &receipt)]);
    assert_eq!(booked(&host(HashMap::new()), "fwd.eml", EML, &forward), [1, 0]);
}
