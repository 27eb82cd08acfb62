//! The content of entries.

use ext_services::library::LibraryError;
use ext_wire::{
    ErrorCode,
    ops::vdfs::{NewEntry, ReadContentInput, ReadContentOutput},
};
use uuid::Uuid;

use crate::world::{World, code, note};

fn add(world: &World<'_>, path: &str, content: &[u8]) -> Uuid {
    world.add(NewEntry { content: Some(content.to_vec().into()), ..note(path) }).id
}

fn read(
    world: &World<'_>,
    entry_id: Uuid,
    offset: u64,
    length: Option<u64>,
) -> Result<ReadContentOutput, LibraryError> {
    world.entries().read_content(ReadContentInput { entry_id, offset, length })
}

pub(crate) fn content_is_read_whole_and_in_ranges(world: &World<'_>) {
    let bytes: Vec<u8> = (0..=255).cycle().take(3 << 20).collect();
    let id = add(world, "a", &bytes);
    let whole = read(world, id, 0, None).unwrap();
    assert!(whole.data.as_bytes() == bytes, "all of it");
    assert_eq!(whole.size, bytes.len() as u64);
    for (offset, length) in [(0, 1), (255, 2), (1 << 20, 1 << 20), ((3 << 20) - 1, 1), (7, 0)] {
        let part = read(world, id, offset as u64, Some(length as u64)).unwrap();
        assert!(part.data.as_bytes() == &bytes[offset..offset + length], "{offset}, {length}");
        assert_eq!(part.size, bytes.len() as u64);
    }
}

pub(crate) fn a_range_stays_inside(world: &World<'_>) {
    let id = add(world, "a", b"0123456789");
    let text = |offset, length| {
        String::from_utf8(read(world, id, offset, length).unwrap().data.into_bytes().into())
            .unwrap()
    };
    assert_eq!(text(8, Some(100)), "89", "what is left");
    assert_eq!(text(8, Some(u64::MAX)), "89");
    assert_eq!(text(4, None), "456789");
    assert_eq!(text(10, None), "", "at the end");
    for offset in [11, u64::MAX] {
        assert_eq!(code(read(world, id, offset, None)), ErrorCode::BadInput);
        assert_eq!(code(read(world, id, offset, Some(0))), ErrorCode::BadInput);
    }
    let empty = add(world, "empty", b"");
    assert_eq!(read(world, empty, 0, None).unwrap().size, 0);
}

pub(crate) fn an_entry_without_content_has_none_to_read(world: &World<'_>) {
    let id = world.note("a").id;
    assert_eq!(code(read(world, id, 0, None)), ErrorCode::BadInput);
}

pub(crate) fn entries_may_share_content(world: &World<'_>) {
    let (a, b) = (add(world, "a", b"same"), add(world, "b", b"same"));
    assert!(world.entries().delete_entry(None, a).unwrap());
    assert_eq!(read(world, b, 0, None).unwrap().data.as_bytes(), b"same", "the other still has it");
    assert_eq!(code(read(world, a, 0, None)), ErrorCode::NotFound);
}
