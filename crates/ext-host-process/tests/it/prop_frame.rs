//! Frames come out as they went in, and bytes that are none are errors.
#![allow(missing_docs, reason = "tests")]

use std::time::Duration;

use ext_abi::{AbiError, ErrorCode, LogLevel};
use ext_host::{Artifact, Fault, InstanceLimits, WasiWorld};
use ext_host_process::MAX_SCRATCH_BYTES;
use ext_host_process::protocol::{Done, FromChild, Message, Receiver, Sender, ToChild};
use ext_sandbox::SandboxStatus;
use proptest::{collection::vec, prelude::*};
use uuid::Uuid;

fn code() -> impl Strategy<Value = ErrorCode> {
    proptest::sample::select(ErrorCode::ALL)
}

fn duration() -> impl Strategy<Value = Duration> {
    any::<u64>().prop_map(Duration::from_nanos)
}

fn limits() -> impl Strategy<Value = InstanceLimits> {
    let numbers = (any::<u64>(), any::<u32>(), any::<usize>(), any::<u64>());
    let rest = (duration(), duration(), any::<u32>(), world());
    (numbers, rest).prop_map(|((memory_bytes, table_elements, stack_bytes, fuel), rest)| {
        let (compute_timeout, call_timeout, json_bytes, wasi) = rest;
        InstanceLimits {
            memory_bytes,
            table_elements,
            stack_bytes,
            fuel,
            compute_timeout,
            call_timeout,
            json_bytes,
            wasi,
        }
    })
}

fn world() -> impl Strategy<Value = WasiWorld> {
    use WasiWorld::{Command, Files, Minimal, None};
    proptest::sample::select(&[None, Minimal, Files, Command][..])
}

fn surround() -> impl Strategy<Value = ToChild> {
    (0..MAX_SCRATCH_BYTES, vec("[a-zä/.]{0,30}", 0..5))
        .prop_map(|(scratch_bytes, args)| ToChild::Surround { scratch_bytes, args })
}

fn to_child() -> impl Strategy<Value = ToChild> {
    let head = vec(any::<u8>(), Artifact::HEAD_BYTES);
    prop_oneof![
        (limits(), head, any::<bool>()).prop_map(|(limits, head, is_sealed)| {
            ToChild::Start { limits, head: head.try_into().unwrap(), is_sealed }
        }),
        Just(ToChild::Init),
        Just(ToChild::Cleanup),
        "[a-zä:.]{0,60}".prop_map(|method| ToChild::Call { method }),
        Just(ToChild::Event),
        Just(ToChild::Save),
        Just(ToChild::Restore),
        code().prop_map(|status| ToChild::Reply { status }),
        any::<bool>().prop_map(ToChild::Lend),
        surround(),
        "[a-zä/.]{0,60}".prop_map(|path| ToChild::File { path }),
    ]
}

fn refusal() -> impl Strategy<Value = AbiError> {
    let what = || proptest::sample::select(&["method", "library", "payload", "reply"][..]);
    prop_oneof![
        (any::<u32>(), any::<u32>(), any::<u64>()).prop_map(|(ptr, len, memory)| AbiError::Range {
            ptr,
            len,
            memory
        }),
        (what(), any::<u64>(), any::<u64>()).prop_map(|(what, got, limit)| AbiError::TooLarge {
            what,
            got,
            limit
        }),
        (what(), any::<usize>())
            .prop_map(|(what, valid_up_to)| AbiError::Utf8 { what, valid_up_to }),
    ]
}

fn fault() -> impl Strategy<Value = Fault> {
    let failing = code().prop_filter("a fault is not a success", |code| *code != ErrorCode::OK);
    (failing, "\\PC{0,80}", vec("\\PC{0,40}", 0..33)).prop_map(|(code, message, backtrace)| Fault {
        code,
        message,
        backtrace,
    })
}

fn from_child() -> impl Strategy<Value = FromChild> {
    let library = proptest::option::of(any::<[u8; 16]>().prop_map(Uuid::from_bytes));
    let level = proptest::sample::select(
        &[LogLevel::Debug, LogLevel::Info, LogLevel::Warn, LogLevel::Error][..],
    );
    prop_oneof![
        any::<[bool; 3]>().prop_map(|[files, calls, memory]| {
            FromChild::Started(SandboxStatus { files, calls, memory })
        }),
        ("[a-zä:.]{0,60}", library)
            .prop_map(|(method, library)| FromChild::Call { method, library }),
        refusal().prop_map(FromChild::Refuse),
        level.prop_map(FromChild::Log),
        duration().prop_map(FromChild::Sleep),
        any::<u64>().prop_map(FromChild::Borrow),
        Just(FromChild::Done(Done::Ready)),
        any::<i32>().prop_map(|code| FromChild::Done(Done::Code(code))),
        code().prop_map(|status| FromChild::Done(Done::Reply(status))),
        Just(FromChild::Done(Done::Missing)),
        fault().prop_map(|fault| FromChild::Done(Done::Fault(fault))),
    ]
}

fn framed<M: Message>(message: &M, tail: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    Sender::new(&mut bytes).send(message, tail).unwrap();
    bytes
}

/// A tail that may go with the message, of these bytes.
fn tail_for<M: Message>(message: &M, tail: Vec<u8>) -> Vec<u8> {
    if M::max_tail(message.kind()) == 0 { Vec::new() } else { tail }
}

fn comes_back<M: Message + PartialEq + std::fmt::Debug>(message: M, tail: Vec<u8>) {
    let tail = tail_for(&message, tail);
    let bytes = [framed(&message, &tail), framed(&message, &tail)].concat();
    let mut receiver = Receiver::new(bytes.as_slice());
    for _ in 0..2 {
        let mut got = vec![1, 2, 3];
        let said = receiver.receive::<M>(&mut got).unwrap();
        assert_eq!((said.as_ref(), &got), (Some(&message), &tail));
    }
    assert_eq!(receiver.receive::<M>(&mut Vec::new()).unwrap(), None);
}

fn breaks_when_cut<M: Message>(message: M, tail: Vec<u8>) {
    let bytes = framed(&message, &tail_for(&message, tail));
    for end in 1..bytes.len() {
        let read = Receiver::new(&bytes[..end]).receive::<M>(&mut Vec::new());
        assert!(read.is_err(), "{end} of {} bytes", bytes.len());
    }
}

/// Kind of a fault, whose texts may change when they are read.
const FAULT: u8 = 75;

/// A message that is read from any bytes at all is written as the same bytes.
fn is_canonical<M: Message>(bytes: &[u8]) {
    let mut tail = Vec::new();
    if let Ok(Some(message)) = Receiver::new(bytes).receive::<M>(&mut tail) {
        let again = framed(&message, &tail);
        assert!(message.kind() == FAULT || bytes.starts_with(&again), "{bytes:?}");
    }
}

proptest! {
    #[test]
    fn messages_of_the_parent_come_back(message in to_child(), tail in vec(any::<u8>(), 0..100)) {
        comes_back(message, tail);
    }

    #[test]
    fn messages_of_the_child_come_back(message in from_child(), tail in vec(any::<u8>(), 0..100)) {
        comes_back(message, tail);
    }

    #[test]
    fn cut_frames_are_errors(message in from_child(), tail in vec(any::<u8>(), 0..40)) {
        breaks_when_cut(message, tail);
    }

    #[test]
    fn cut_frames_of_the_parent_are_errors(message in to_child(), tail in vec(any::<u8>(), 0..40)) {
        breaks_when_cut(message, tail);
    }

    #[test]
    fn any_bytes_are_read_without_harm(bytes in vec(any::<u8>(), 0..200)) {
        is_canonical::<FromChild>(&bytes);
        is_canonical::<ToChild>(&bytes);
    }

    /// The same, with kinds that there are and lengths that fit.
    #[test]
    fn any_head_is_read_without_harm(kind in 0..80_u8, head in vec(any::<u8>(), 0..200)) {
        let length = u32::try_from(head.len()).unwrap();
        let start = [kind].into_iter().chain(length.to_le_bytes()).chain([0; 4]);
        let bytes: Vec<u8> = start.chain(head).collect();
        is_canonical::<FromChild>(&bytes);
        is_canonical::<ToChild>(&bytes);
    }

    #[test]
    fn one_changed_byte_never_makes_a_longer_frame_than_there_is(
        message in from_child(), place in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let mut bytes = framed(&message, &[]);
        let place = place.index(bytes.len());
        bytes[place] = byte;
        let mut tail = Vec::new();
        let read = Receiver::new(bytes.as_slice()).receive::<FromChild>(&mut tail);
        prop_assert!(tail.len() <= bytes.len());
        prop_assert!(read.is_err() || read.is_ok_and(|read| read.is_some()));
    }
}

#[test]
fn promises_are_not_believed() {
    for kind in 0..=u8::MAX {
        let bytes: Vec<u8> = [kind].into_iter().chain([0xff; 8]).collect();
        let mut tail = Vec::new();
        assert!(Receiver::new(bytes.as_slice()).receive::<FromChild>(&mut tail).is_err());
        assert!(Receiver::new(bytes.as_slice()).receive::<ToChild>(&mut tail).is_err());
        assert_eq!(tail.capacity(), 0);
    }
}

#[test]
fn tails_have_their_limits_also_when_they_are_written() {
    let long = vec![0; 16 << 10];
    assert!(Sender::new(Vec::new()).send(&FromChild::Log(LogLevel::Info), &long).is_err());
    assert!(Sender::new(Vec::new()).send(&ToChild::Init, b"x").is_err());
    assert!(Sender::new(Vec::new()).send(&ToChild::Event, &long).is_ok());
}

#[test]
fn texts_of_faults_are_shown_without_control_characters() {
    let message = "a\u{1b}[31m\nb".to_owned();
    let fault = Fault { code: ErrorCode::Trap, message, backtrace: vec!["f\0".to_owned()] };
    let bytes = framed(&FromChild::Done(Done::Fault(fault)), &[]);
    let read = Receiver::new(bytes.as_slice()).receive::<FromChild>(&mut Vec::new()).unwrap();
    let Some(FromChild::Done(Done::Fault(fault))) = read else { panic!("{read:?}") };
    assert_eq!(fault.message, "a\u{fffd}[31m\u{fffd}b");
    assert_eq!(fault.backtrace, ["f\u{fffd}"]);
}
