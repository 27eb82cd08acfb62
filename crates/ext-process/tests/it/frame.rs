//! Frames come out as they went in, and bytes that are none are errors.

use std::io::ErrorKind;

use ext_process::{Message, Receiver, Sender};
use proptest::{collection::vec, prelude::*};

use crate::note::{MAX_TAIL, Note};

fn framed(head: &str, tail: &[u8]) -> Vec<u8> {
    let mut to = Sender::new(Vec::new());
    to.send(&Note(head.to_owned()), tail).unwrap();
    to.into_inner()
}

/// All frames that stand in these bytes, and whether they end with one.
fn read(bytes: &[u8]) -> (Vec<(String, Vec<u8>)>, bool) {
    let (mut from, mut tail, mut frames) = (Receiver::new(bytes), Vec::new(), Vec::new());
    loop {
        match from.receive::<Note>(&mut tail) {
            Ok(Some(Note(head))) => frames.push((head, tail.clone())),
            Ok(None) => return (frames, true),
            Err(_) => return (frames, false),
        }
    }
}

#[test]
fn frames_follow_one_another() {
    let bytes = [framed("one", b"1"), framed("two", b"")].concat();
    let expected = vec![("one".to_owned(), b"1".to_vec()), ("two".to_owned(), vec![])];
    assert_eq!(read(&bytes), (expected, true));
}

#[test]
fn cut_frames_are_errors() {
    let bytes = framed("head", b"body");
    for end in 1..bytes.len() {
        assert_eq!(read(&bytes[..end]), (vec![], false), "{end}");
    }
}

#[test]
fn promises_are_not_believed() {
    let start = |head: u32, tail: u32| {
        let lengths = [head.to_le_bytes(), tail.to_le_bytes()].concat();
        [&[1_u8][..], &lengths, b"ab"].concat()
    };
    for (head, tail) in [(u32::MAX, u32::MAX), (2, MAX_TAIL + 1), (Note::MAX_HEAD + 1, 0)] {
        let mut place = Vec::new();
        let bytes = start(head, tail);
        let error = Receiver::new(bytes.as_slice()).receive::<Note>(&mut place).unwrap_err();
        assert_eq!((error.kind(), place.capacity()), (ErrorKind::InvalidData, 0));
    }
    let mut place = Vec::new();
    let bytes = start(2, MAX_TAIL);
    let error = Receiver::new(bytes.as_slice()).receive::<Note>(&mut place).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    assert!(place.capacity() <= 2 << 20, "what was promised takes no memory");
}

#[test]
fn what_is_too_long_is_not_sent() {
    let (long, longer) = ("x".repeat(Note::MAX_HEAD as usize), vec![0; MAX_TAIL as usize + 1]);
    let mut to = Sender::new(Vec::new());
    for (head, tail) in [(format!("{long}x"), &[][..]), (String::new(), &longer)] {
        let error = to.send(&Note(head), tail).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
    }
    to.send(&Note(long.clone()), &longer[1..]).unwrap();
    assert_eq!(read(&to.into_inner()), (vec![(long, longer[1..].to_vec())], true));
}

#[test]
fn a_version_is_checked() {
    let hello = |version: &str| {
        let mut to = Sender::new(Vec::new());
        to.say_version(version).unwrap();
        to.into_inner()
    };
    let expect = |bytes: &[u8]| Receiver::new(bytes).expect_version("worker 2");
    assert!(expect(&hello("worker 2")).is_ok());
    let error = expect(&hello("worker\n1")).unwrap_err();
    assert_eq!(error.to_string(), "the version is `worker\\n1`, not `worker 2`");
    let note = framed("worker 2", b"");
    for bytes in [&b"hello, I am another program"[..], &note, &hello(""), &hello("worker 2 ")] {
        assert_eq!(expect(bytes).unwrap_err().kind(), ErrorKind::InvalidData);
    }
    for bytes in [&hello("worker 2")[..5], b""] {
        assert_eq!(expect(bytes).unwrap_err().kind(), ErrorKind::UnexpectedEof);
    }
    assert!(Sender::new(Vec::new()).say_version(&"x".repeat(257)).is_err());
}

fn frames() -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    let tail = prop_oneof![vec(any::<u8>(), 0..100), vec(any::<u8>(), 30_000..70_000)];
    vec(("[a-zä]{0,40}", tail), 0..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn frames_come_back(frames in frames()) {
        let bytes: Vec<u8> =
            frames.iter().flat_map(|(head, tail)| framed(head, tail)).collect();
        prop_assert_eq!(read(&bytes), (frames, true));
    }

    /// A message that is read from any bytes at all is written as the same bytes.
    #[test]
    fn any_bytes_are_read_without_harm(bytes in vec(prop_oneof![0..3_u8, any::<u8>()], 0..300)) {
        let (frames, _) = read(&bytes);
        let again: Vec<u8> = frames.iter().flat_map(|(head, tail)| framed(head, tail)).collect();
        prop_assert!(bytes.starts_with(&again));
    }
}
