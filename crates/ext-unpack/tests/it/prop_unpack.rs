//! Whatever the bytes, opening ends within its budget.

use ext_unpack::{Budget, Kind, Limits, detect, open};
use proptest::collection::vec;
use proptest::prelude::*;

const KINDS: [Kind; 9] = [
    Kind::Zip,
    Kind::Tar,
    Kind::Gzip,
    Kind::Mbox,
    Kind::Tnef,
    Kind::Cms,
    Kind::Base64,
    Kind::Uuencoded,
    Kind::OtherContainer,
];
const LIMITS: Limits = Limits { files: 20, bytes: 10_000, ratio: 10 };

/// Beginnings by which containers are known.
fn start() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(b"\x78\x9f\x3e\x22\x01\0".to_vec()),
        Just(b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80".to_vec()),
        Just(b"From a b\nSubject: x\n\n".to_vec()),
        Just(b"begin 644 a\n".to_vec()),
        Just(b"PK\x03\x04".to_vec()),
        Just(b"\x1f\x8b\x08\0".to_vec()),
        Just(Vec::new()),
    ]
}

proptest! {
    #[test]
    fn doc_09_whatever_comes_stays_within_the_budget(start in start(), rest in vec(any::<u8>(), 0..2000)) {
        let bytes = [start, rest].concat();
        for kind in KINDS.into_iter().chain([detect(&bytes).kind]) {
            let Ok(items) = open(kind, &bytes, &mut Budget::new(LIMITS)) else { continue };
            let sum: usize = items.iter().filter_map(|item| item.bytes.as_ref().ok()).map(Vec::len).sum();
            prop_assert!(sum as u64 <= LIMITS.bytes, "{kind:?}: {sum} bytes");
            prop_assert!(items.len() as u64 <= LIMITS.files + 2, "{kind:?}: {} items", items.len());
        }
    }

    /// An attachment comes out of a winmail.dat as it went in.
    #[test]
    fn winmail_dat_keeps_bytes(files in vec(vec(any::<u8>(), 0..300), 0..5)) {
        let attribute = |id: u32, data: &[u8]| {
            [&[2], &id.to_le_bytes()[..], &(data.len() as u32).to_le_bytes(), data, &[0, 0]].concat()
        };
        let parts = files.iter().map(|file| {
            [attribute(0x0006_9002, &[0; 14]), attribute(0x0006_800f, file)].concat()
        });
        let bytes = [b"\x78\x9f\x3e\x22\x01\0".to_vec(), parts.collect::<Vec<_>>().concat()].concat();
        let items = open(Kind::Tnef, &bytes, &mut Budget::new(LIMITS)).unwrap();
        let got: Vec<Vec<u8>> = items.into_iter().map(|item| item.bytes.unwrap()).collect();
        prop_assert_eq!(got, files);
    }
}
