//! The cases of sidecars.

use ext_wire::{
    ErrorCode,
    ops::vdfs::{
        ListSidecarsInput, MAX_SIDECAR_BYTES, MAX_SIDECAR_PAGE, MAX_SIDECARS, SidecarInfo,
        WriteSidecarInput,
    },
};
use uuid::Uuid;

use crate::world::{World, code};

fn names(sidecars: Vec<SidecarInfo>) -> Vec<String> {
    sidecars.into_iter().map(|sidecar| sidecar.name).collect()
}

pub(crate) fn a_sidecar_is_written_read_and_listed(world: &World<'_>) {
    let id = world.note("a").id;
    for (caller, name, data) in
        [(Some("demo"), "b.json", "{}"), (None, "a.txt", "tea"), (Some("demo"), "B2.bin", "")]
    {
        world.write(caller, id, name, data.as_bytes()).unwrap();
    }
    let sidecars = world.sidecars();
    let listed = world.listed(id).unwrap();
    assert_eq!(world.entries().get_entry(id).unwrap().sidecars, listed);
    let tea = listed.iter().find(|sidecar| sidecar.name == "a.txt").unwrap();
    assert_eq!((tea.size, tea.written_by.as_deref()), (3, None));
    assert_eq!(tea.content_hash, blake3::hash(b"tea").to_hex().to_string());
    assert_eq!(names(listed), ["B2.bin", "a.txt", "b.json"], "by name, byte by byte");
    assert_eq!(sidecars.read_sidecar(id, "a.txt").unwrap(), b"tea");
    assert_eq!(sidecars.read_sidecar(id, "B2.bin").unwrap(), b"");
    assert_eq!(code(sidecars.read_sidecar(id, "none.txt")), ErrorCode::NotFound);
    assert_eq!(code(sidecars.read_sidecar(id, "A.TXT")), ErrorCode::NotFound, "case counts");
    let again = world.again();
    assert_eq!(again.sidecars().unwrap().read_sidecar(id, "b.json").unwrap(), b"{}", "it is kept");
}

pub(crate) fn the_later_one_replaces_the_earlier(world: &World<'_>) {
    let id = world.note("a").id;
    world.write(Some("demo"), id, "a.txt", b"one").unwrap();
    world.write(Some("demo"), id, "a.txt", b"three").unwrap();
    world.write(Some("demo"), id, "a.txt", b"three").unwrap();
    assert_eq!(world.sidecars().read_sidecar(id, "a.txt").unwrap(), b"three");
    let listed = world.listed(id).unwrap();
    assert_eq!((listed.len(), listed[0].size), (1, 5));
}

pub(crate) fn names_that_differ_by_case_only_are_refused(world: &World<'_>) {
    let (a, b) = (world.note("a").id, world.note("b").id);
    world.write(None, a, "Note.txt", b"one").unwrap();
    assert_eq!(code(world.write(None, a, "note.TXT", b"two")), ErrorCode::Path);
    assert_eq!(world.sidecars().read_sidecar(a, "Note.txt").unwrap(), b"one");
    world.write(None, b, "note.TXT", b"two").unwrap();
    world.sidecars().delete_sidecar(None, a, "Note.txt").unwrap();
    world.write(None, a, "note.TXT", b"two").unwrap();
}

pub(crate) fn illegal_names_are_refused(world: &World<'_>) {
    let id = world.note("a").id;
    let long = "a".repeat(256);
    for name in ["", ".a", "a.", "a/b", "..", "a b", "ü", "con", "NUL.txt", "a\0", &long] {
        assert_eq!(code(world.write(None, id, name, b"")), ErrorCode::Path, "{name:?}");
    }
    assert!(world.listed(id).unwrap().is_empty());
}

pub(crate) fn path_11_a_sidecar_belongs_to_its_writer(world: &World<'_>) {
    let id = world.note("a").id;
    world.write(Some("demo"), id, "demo.txt", b"demo").unwrap();
    world.write(None, id, "user.txt", b"user").unwrap();
    let sidecars = world.sidecars();
    for (caller, name) in [
        (Some("other"), "demo.txt"),
        (Some("demo"), "user.txt"),
        (Some("Demo"), "demo.txt"),
        (Some(""), "user.txt"),
    ] {
        assert_eq!(code(world.write(caller, id, name, b"x")), ErrorCode::DeniedArg, "{name}");
        assert_eq!(code(sidecars.delete_sidecar(caller, id, name)), ErrorCode::DeniedArg, "{name}");
    }
    assert_eq!(sidecars.read_sidecar(id, "demo.txt").unwrap(), b"demo", "nothing has changed");
    // The user may replace all, and owns it then.
    world.write(None, id, "demo.txt", b"mine").unwrap();
    assert_eq!(code(world.write(Some("demo"), id, "demo.txt", b"x")), ErrorCode::DeniedArg);
    assert!(sidecars.delete_sidecar(None, id, "demo.txt").unwrap());
}

pub(crate) fn a_sidecar_is_removed(world: &World<'_>) {
    let id = world.note("a").id;
    world.write(Some("demo"), id, "a.txt", b"one").unwrap();
    world.write(Some("demo"), id, "b.txt", b"one").unwrap();
    let sidecars = world.sidecars();
    assert!(!sidecars.delete_sidecar(None, id, "A.txt").unwrap(), "case counts");
    assert!(sidecars.delete_sidecar(Some("demo"), id, "a.txt").unwrap());
    assert!(!sidecars.delete_sidecar(Some("demo"), id, "a.txt").unwrap());
    assert_eq!(code(sidecars.read_sidecar(id, "a.txt")), ErrorCode::NotFound);
    assert_eq!(sidecars.read_sidecar(id, "b.txt").unwrap(), b"one", "same bytes, another name");
}

pub(crate) fn sidecars_go_with_their_entry(world: &World<'_>) {
    let id = world.note("a").id;
    world.write(None, id, "a.txt", b"one").unwrap();
    assert!(world.entries().delete_entry(None, id).unwrap());
    assert_eq!(code(world.sidecars().read_sidecar(id, "a.txt")), ErrorCode::NotFound);
    let id = world.note("a").id;
    assert!(world.listed(id).unwrap().is_empty());
}

pub(crate) fn a_sidecar_has_a_limit(world: &World<'_>) {
    let id = world.note("a").id;
    let refused = world.write(None, id, "a.bin", &vec![0; MAX_SIDECAR_BYTES + 1]);
    assert_eq!(code(refused), ErrorCode::AbiTooLarge);
    assert!(world.listed(id).unwrap().is_empty());
}

pub(crate) fn res_32_one_writer_has_a_number_of_sidecars_at_an_entry(world: &World<'_>) {
    let (id, other) = (world.note("a").id, world.note("b").id);
    for caller in [Some("demo"), None] {
        let name = |number| format!("{}-{number}.bin", caller.unwrap_or("user"));
        for number in 0..MAX_SIDECARS {
            world.write(caller, id, &name(number), b"").unwrap();
        }
        assert_eq!(code(world.write(caller, id, "more.bin", b"")), ErrorCode::NoSpace);
        world.write(caller, id, &name(0), b"replaced").unwrap();
        world.write(caller, other, "more.bin", b"").unwrap();
        world.sidecars().delete_sidecar(None, other, "more.bin").unwrap();
    }
    world.write(Some("other"), id, "theirs.bin", b"").unwrap();
    assert!(world.sidecars().delete_sidecar(Some("demo"), id, "demo-1.bin").unwrap());
    world.write(Some("demo"), id, "more.bin", b"").unwrap();
}

pub(crate) fn sidecars_are_listed_page_by_page(world: &World<'_>) {
    let id = world.note("a").id;
    let mut written = Vec::new();
    for writer in 0..=MAX_SIDECAR_PAGE as u32 / MAX_SIDECARS {
        for number in 0..MAX_SIDECARS {
            let name = format!("{}{number:02}.bin", if number % 2 == 0 { 'a' } else { 'B' });
            written.push(format!("{writer}{name}"));
            world.write(Some(&format!("demo-{writer}")), id, written.last().unwrap(), b"").unwrap();
        }
    }
    let input = ListSidecarsInput { entry_id: id, after: None };
    let first = world.sidecars().list_sidecars(&input).unwrap();
    assert_eq!((first.sidecars.len(), first.next.is_some()), (MAX_SIDECAR_PAGE, true));
    let details = world.entries().get_entry(id).unwrap();
    assert_eq!((details.sidecars, details.next_sidecar), (first.sidecars, first.next));
    written.sort();
    assert_eq!(names(world.listed(id).unwrap()), written, "each once");
}

pub(crate) fn nothing_is_found_of_an_unknown_entry(world: &World<'_>) {
    let (sidecars, nobody) = (world.sidecars(), Uuid::from_u128(7));
    assert_eq!(code(world.write(None, nobody, "a.txt", b"x")), ErrorCode::NotFound);
    assert_eq!(code(sidecars.read_sidecar(nobody, "a.txt")), ErrorCode::NotFound);
    assert_eq!(code(world.listed(nobody)), ErrorCode::NotFound);
    assert_eq!(code(sidecars.delete_sidecar(None, nobody, "a.txt")), ErrorCode::NotFound);
}

pub(crate) fn a_sidecar_is_written_only_over_the_one_that_was_read(world: &World<'_>) {
    let id = world.note("a").id;
    let write = |caller, data: &str, read: Option<&SidecarInfo>| {
        let input = WriteSidecarInput::of_unchanged(id, "a.txt", data, read);
        world.sidecars().write_sidecar(caller, input)
    };
    let first = write(Some("demo"), "one", None).unwrap();
    assert_eq!(code(write(Some("demo"), "two", None)), ErrorCode::Conflict, "there is one");
    let second = write(Some("demo"), "two", Some(&first)).unwrap();
    assert_eq!(code(write(Some("demo"), "three", Some(&first))), ErrorCode::Conflict);
    assert_eq!(world.sidecars().read_sidecar(id, "a.txt").unwrap(), b"two", "as it was");
    let of_other = write(Some("other"), "three", Some(&first));
    assert_eq!(code(of_other), ErrorCode::DeniedArg, "what it is is not told");
    world.sidecars().delete_sidecar(None, id, "a.txt").unwrap();
    assert_eq!(code(write(None, "three", Some(&second))), ErrorCode::Conflict, "it is gone");
    write(None, "three", None).unwrap();
}
