//! Properties of ranges, frames, envelopes and version sections.

use ext_abi::{
    AbiError, ByteLen, ErrorCode, FrameHeader, GuestMemory, GuestPtr, GuestRange, VecMemory,
    attachment, frame, limits, version,
};
use proptest::{collection::vec, prelude::*, sample::select};

/// Numbers that hurt: small ones, ends of the address space, and all between.
fn hostile() -> impl Strategy<Value = u32> {
    prop_oneof![0_u32..300, (u32::MAX - 300)..=u32::MAX, any::<u32>(), Just(65_536)]
}

fn code() -> impl Strategy<Value = ErrorCode> {
    select(ErrorCode::ALL)
}

/// Written differently from the code, so that both cannot share a mistake: byte by byte.
fn inside(ptr: u32, len: u32, memory: u64) -> bool {
    len == 0 || u128::from(ptr) + u128::from(len) - 1 < u128::from(memory)
}

proptest! {
    #[test]
    fn abi_02_no_range_outside_memory_passes(ptr in hostile(), len in hostile(), memory in 0_u64..70_000) {
        let checked = GuestRange::new(GuestPtr(ptr), ByteLen(len)).check(memory);
        prop_assert_eq!(checked.is_ok(), inside(ptr, len, memory));
    }

    #[test]
    fn abi_03_reads_never_panic_and_stay_inside(ptr in hostile(), len in hostile(), limit in hostile(), size in 0_usize..4096) {
        let memory = VecMemory::new(size);
        match memory.read_vec("test", GuestPtr(ptr), ByteLen(len), limit) {
            Ok(bytes) => {
                prop_assert_eq!(bytes.len(), len as usize);
                prop_assert!(len <= limit && inside(ptr, len, size as u64));
            }
            Err(error) => prop_assert!(len > limit || !inside(ptr, len, size as u64), "{}", error),
        }
    }

    #[test]
    fn abi_20_writes_touch_only_their_range(start in 0_u32..200, bytes in vec(1_u8..=255, 0..100), size in 0_usize..256) {
        let mut memory = VecMemory::new(size);
        let range = GuestRange::new(GuestPtr(start), ByteLen(bytes.len() as u32)).check(300);
        let range = range.expect("300 bytes hold it");
        let written = memory.write(range, &bytes).is_ok();
        prop_assert_eq!(written, inside(start, bytes.len() as u32, size as u64));
        for (at, byte) in memory.bytes().iter().enumerate() {
            let within = at.checked_sub(start as usize).and_then(|offset| bytes.get(offset));
            prop_assert_eq!(byte, if written { within.unwrap_or(&0) } else { &0 });
        }
    }

    #[test]
    fn frames_come_back(status in code(), body in vec(any::<u8>(), 0..500), tail in vec(any::<u8>(), 0..9)) {
        let mut bytes = frame::encode(status, &body)?;
        bytes.extend_from_slice(&tail);
        prop_assert_eq!(frame::decode(&bytes)?, (status, body.as_slice()));
    }

    #[test]
    fn arbitrary_frames_never_panic(bytes in vec(any::<u8>(), 0..64)) {
        if let Ok((status, body)) = frame::decode(&bytes) {
            let again = frame::encode(status, body)?;
            prop_assert!(bytes.starts_with(&again));
        }
    }

    #[test]
    fn abi_41_frames_in_memory_are_read_within_bounds(ptr in hostile(), len in hostile(), limit in hostile(), size in 0_usize..2048) {
        let memory = VecMemory::new(size);
        let header = FrameHeader { len, status: ErrorCode::OK };
        if let Ok(body) = frame::read_body(&memory, GuestPtr(ptr), header, limit) {
            prop_assert_eq!(body.len(), len as usize);
            prop_assert!(len == 0 || u64::from(ptr) + 8 + u64::from(len) <= size as u64);
        }
        let _ = frame::read_header(&memory, GuestPtr(ptr));
    }

    #[test]
    fn envelopes_come_back(json in vec(any::<u8>(), 0..200), blobs in vec(vec(any::<u8>(), 0..100), 0..6)) {
        let bytes = attachment::encode(&json, &blobs)?;
        prop_assert!(attachment::is_envelope(&bytes));
        let layout = attachment::decode(&bytes)?;
        prop_assert_eq!(&bytes[layout.json], json.as_slice());
        prop_assert_eq!(layout.blobs.len(), blobs.len());
        for (range, blob) in layout.blobs.into_iter().zip(&blobs) {
            prop_assert_eq!(range.start % 8, 0);
            prop_assert_eq!(&bytes[range], blob.as_slice());
        }
    }

    #[test]
    fn damaged_envelopes_never_panic_and_are_canonical(
        json in vec(any::<u8>(), 0..40), blobs in vec(vec(any::<u8>(), 0..20), 0..4),
        at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = attachment::encode(&json, &blobs)?;
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = attachment::decode(&bytes[..cut.index(bytes.len())]);
        if let Ok(layout) = attachment::decode(&bytes) {
            let parts: Vec<&[u8]> = layout.blobs.into_iter().map(|range| &bytes[range]).collect();
            prop_assert_eq!(&attachment::encode(&bytes[layout.json], &parts)?, &bytes);
        }
    }

    #[test]
    fn arbitrary_envelopes_never_panic(bytes in vec(any::<u8>(), 0..200)) {
        let mut with_magic = attachment::MAGIC.to_vec();
        with_magic.extend_from_slice(&bytes);
        let _ = attachment::decode(&with_magic);
        let _ = attachment::decode(&bytes);
    }

    #[test]
    fn versions_come_back(number in any::<u32>(), copies in 1_usize..4) {
        prop_assert_eq!(version::decode(&version::encode(number).repeat(copies)), Ok(number));
    }

    #[test]
    fn abi_09_text_is_utf8_or_refused(bytes in vec(any::<u8>(), 0..64)) {
        let mut memory = VecMemory::new(64);
        let len = ByteLen(bytes.len() as u32);
        let range = GuestRange::new(GuestPtr(0), len).check(64)?;
        memory.write(range, &bytes)?;
        let mut buffer = [0; 64];
        let text = memory.read_str("method", GuestPtr(0), len, &mut buffer);
        prop_assert_eq!(text.ok(), std::str::from_utf8(&bytes).ok());
    }
}

#[test]
fn abi_11_lengths_are_judged_at_the_limit() {
    let memory = VecMemory::new(4096);
    let read = |len| memory.read_vec("payload", GuestPtr(0), ByteLen(len), 1024);
    assert!(read(1023).is_ok());
    assert!(read(1024).is_ok());
    assert_eq!(read(1025), Err(AbiError::TooLarge { what: "payload", got: 1025, limit: 1024 }));
}

#[test]
fn abi_05_a_range_is_judged_on_the_size_of_the_moment() {
    let mut memory = VecMemory::new(65_536);
    let range = GuestRange::new(GuestPtr(65_536), ByteLen(8));
    assert!(range.check(memory.size()).is_err());
    memory.grow(65_536);
    assert!(range.check(memory.size()).is_ok());
}

#[test]
fn abi_06_an_empty_range_is_legal_anywhere() {
    let memory = VecMemory::new(8);
    assert_eq!(memory.read_vec("test", GuestPtr(u32::MAX), ByteLen(0), 0), Ok(Vec::new()));
}

#[test]
fn abi_12_a_library_id_at_the_edge() {
    let memory = VecMemory::new(32);
    assert!(memory.read_array::<16>(GuestPtr(16)).is_ok());
    assert!(memory.read_array::<16>(GuestPtr(17)).is_err());
}

#[test]
fn abi_42_a_reply_of_four_gigabytes_allocates_nothing() {
    let memory = VecMemory::new(64);
    let header = FrameHeader { len: u32::MAX, status: ErrorCode::OK };
    let read = frame::read_body(&memory, GuestPtr(0), header, limits::MAX_BODY_BYTES);
    assert!(matches!(read, Err(AbiError::TooLarge { .. })));
}

#[test]
fn blobs_are_judged_at_the_limits() {
    let many = vec![[0_u8; 0]; limits::MAX_BLOBS as usize];
    assert!(attachment::encode(b"{}", &many).is_ok());
    let too_many = vec![[0_u8; 0]; limits::MAX_BLOBS as usize + 1];
    assert!(matches!(attachment::encode(b"{}", &too_many), Err(AbiError::TooLarge { .. })));
    let large = vec![0_u8; limits::MAX_ATTACHMENT_BYTES as usize + 1];
    assert!(matches!(attachment::encode(b"{}", &[large]), Err(AbiError::TooLarge { .. })));
}

#[test]
fn version_sections_that_contradict_are_refused() {
    for section in [&b""[..], b"\x01\0\0", b"\x01\0\0\0\x02", b"\x01\0\0\0\x02\0\0\0"] {
        assert!(version::decode(section).is_err(), "{section:?}");
    }
}
