//! Containers as programs write them.

use ext_testing::archive;
use ext_unpack::{Budget, Item, Limits, Role, UnpackError, detect, open};

fn opened(bytes: &[u8]) -> Result<Vec<Item>, UnpackError> {
    opened_within(bytes, Limits::DEFAULT)
}

fn opened_within(bytes: &[u8], limits: Limits) -> Result<Vec<Item>, UnpackError> {
    open(detect(bytes).kind, bytes, &mut Budget::new(limits))
}

fn attribute(level: u8, id: u32, data: &[u8]) -> Vec<u8> {
    let sum = data.iter().fold(0u16, |sum, byte| sum.wrapping_add(u16::from(*byte)));
    let len = data.len() as u32;
    [&[level], &id.to_le_bytes()[..], &len.to_le_bytes(), data, &sum.to_le_bytes()].concat()
}

fn winmail(attributes: &[Vec<u8>]) -> Vec<u8> {
    [b"\x78\x9f\x3e\x22\x01\0".to_vec(), attributes.concat()].concat()
}

/// A property of MAPI with one value, padded.
fn property(id: u16, kind: u16, value: &[u8]) -> Vec<u8> {
    let mut out = [kind.to_le_bytes(), id.to_le_bytes()].concat();
    out.extend(1u32.to_le_bytes());
    out.extend((value.len() as u32).to_le_bytes());
    out.extend(value);
    out.resize(out.len().next_multiple_of(4), 0);
    out
}

#[test]
fn winmail_dat_holds_attachments_and_bodies() {
    let wide: Vec<u8> = "Rechnung ä.pdf\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let named = [
        2u32.to_le_bytes().to_vec(),
        [0x0b, 0, 0x01, 0x0e, 1, 0, 0, 0].to_vec(),
        property(0x3707, 0x001f, &wide),
    ]
    .concat();
    let bodies =
        [1u32.to_le_bytes().to_vec(), property(0x1013, 0x0102, b"<p>Total 5.00</p>")].concat();
    let file = winmail(&[
        attribute(1, 0x0008_9006, &[0, 0, 1, 0]),
        attribute(1, 0x0006_9003, &bodies),
        attribute(2, 0x0006_9002, &[0; 14]),
        attribute(2, 0x0001_8010, b"RECHNU~1.PDF\0"),
        attribute(2, 0x0006_800f, b"%PDF-1.4"),
        attribute(2, 0x0006_9005, &named),
        attribute(2, 0x0006_9002, &[0; 14]),
        attribute(2, 0x0001_8010, b"logo.png\0"),
        attribute(2, 0x0006_800f, b"\x89PNG"),
    ]);
    let items = opened(&file).unwrap();
    let names: Vec<&str> = items.iter().filter_map(|item| item.name.as_deref()).collect();
    assert_eq!(names, ["body.html", "Rechnung ä.pdf", "logo.png"]);
    assert_eq!(items[0].role, Role::Body);
    assert_eq!(items[1].bytes, Ok(b"%PDF-1.4".to_vec()));
}

#[test]
fn a_cut_winmail_dat_gives_what_it_has_and_says_that_it_is_cut() {
    let mut file = winmail(&[
        attribute(2, 0x0006_9002, &[0; 14]),
        attribute(2, 0x0006_800f, b"%PDF-1.4"),
        attribute(2, 0x0006_9002, &[0; 14]),
    ]);
    file.truncate(file.len() - 5);
    let items = opened(&file).unwrap();
    assert_eq!(items[0].bytes, Ok(b"%PDF-1.4".to_vec()));
    assert!(matches!(items[1].bytes, Err(UnpackError::Malformed { .. })), "{items:?}");
}

#[test]
fn archives_give_files_and_no_folders() {
    let items = opened(&archive(&[("a/", b""), ("a/b.pdf", b"%PDF-1.4")])).unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!(items[0].name.as_deref(), Some("a/b.pdf"));
}

#[test]
fn doc_09_bombs_end_and_leave_the_rest() {
    let zeros = vec![0; 8 << 20];
    let bomb = archive(&[("bomb", &zeros), ("a.pdf", b"%PDF-1.4")]);
    let items = opened(&bomb).unwrap();
    assert!(matches!(items[0].bytes, Err(UnpackError::OverLimit { .. })));
    assert_eq!(items[1].bytes, Ok(b"%PDF-1.4".to_vec()));

    let many: Vec<(String, &[u8])> = (0..5).map(|n| (n.to_string(), &b"x"[..])).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, data)| (name.as_str(), *data)).collect();
    let few = Limits { files: 3, ..Limits::DEFAULT };
    let items = opened_within(&archive(&many), few).unwrap();
    assert_eq!(items.len(), 4);
    assert_eq!(items[3].name.as_deref(), Some("the rest"));
    assert!(items[3].bytes.is_err());
}

/// DER of a signed message with this content, and without certificates and signatures.
fn signed(content: Option<&[u8]>, indefinite: bool) -> Vec<u8> {
    let der = |tag: u8, data: &[u8]| {
        let len = data.len();
        [&[tag, 0x82, (len >> 8) as u8, len as u8][..], data].concat()
    };
    let ber = |tag: u8, data: &[u8]| match indefinite {
        true => [&[tag, 0x80][..], data, &[0, 0]].concat(),
        false => der(tag, data),
    };
    let oid = |last| [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, last].to_vec();
    let octets = content.map(|content| match indefinite {
        // In two pieces, as programs that stream write it.
        true => {
            let (one, two) = content.split_at(content.len() / 2);
            ber(0xa0, &ber(0x24, &[der(0x04, one), der(0x04, two)].concat()))
        }
        false => der(0xa0, &der(0x04, content)),
    });
    let encapsulated = ber(0x30, &[oid(1), octets.unwrap_or_default()].concat());
    let parts = [vec![0x02, 0x01, 0x01], der(0x31, &[]), encapsulated, der(0x31, &[])].concat();
    ber(0x30, &[oid(2), ber(0xa0, &ber(0x30, &parts))].concat())
}

#[test]
fn signed_messages_give_their_content() {
    for indefinite in [false, true] {
        let items =
            opened(&signed(Some(b"Content-Type: text/plain\r\n\r\nx"), indefinite)).unwrap();
        assert_eq!(items[0].bytes, Ok(b"Content-Type: text/plain\r\n\r\nx".to_vec()));
        assert_eq!(items[0].role, Role::Content);
        assert_eq!(opened(&signed(None, indefinite)), Ok(vec![]), "a detached signature");
    }
    let mut cut = signed(Some(b"whole"), false);
    cut.truncate(cut.len() - 3);
    assert_eq!(opened(&cut).unwrap()[0].bytes, Ok(b"whole".to_vec()), "the end is a signature");
}

#[test]
fn encrypted_and_foreign_containers_are_told() {
    let enveloped = b"\x30\x82\x10\0\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x80";
    assert!(matches!(opened(enveloped), Err(UnpackError::Encrypted { .. })));
    assert!(matches!(opened(b"Rar!\x1a\x07\x01\0"), Err(UnpackError::Unsupported { .. })));
}
