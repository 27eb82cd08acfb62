//! The cases of the texts of contents, and of the vectors of their passages.

use ext_services::library::{ContentText, IndexedText, TextPart, UnreadContent, Visibility};
use ext_wire::{
    EntryPath,
    ops::{
        search::{SearchHit, SearchInput},
        vdfs::NewEntry,
    },
};
use uuid::Uuid;

use crate::world::{World, note};

const READER: u32 = 1;
const MODEL: &str = "test";

fn add(world: &World<'_>, path: &str, content: &[u8]) -> Uuid {
    world.add(NewEntry { content: Some(content.to_vec().into()), ..note(path) }).id
}

fn unread(world: &World<'_>, reader: u32) -> Vec<UnreadContent> {
    let (found, count) = world.contents().unread_contents(reader, None, 100).unwrap();
    assert_eq!(found.len() as u64, count);
    found
}

fn text(text: &str) -> ContentText {
    ContentText::Text(text.into())
}

/// Keeps one text for all contents that are unread.
fn read_all(world: &World<'_>, read: &ContentText) {
    let results: Vec<_> =
        unread(world, READER).into_iter().map(|content| (content, read.clone())).collect();
    world.contents().put_content_texts(READER, &results).unwrap();
}

fn hits(world: &World<'_>, words: &str) -> Vec<SearchHit> {
    world.search().search(SearchInput::new(words), Visibility::All).unwrap().hits
}

pub(crate) fn what_is_to_be_read_follows_from_what_was_read(world: &World<'_>) {
    world.note("no content");
    add(world, "empty", b"");
    let (a, b) = (add(world, "a", b"one"), add(world, "b", b"two"));
    let found = unread(world, READER);
    let ids: Vec<Uuid> = found.iter().map(|content| content.entry).collect();
    assert_eq!(ids, [b, a], "newest first");
    assert_eq!((found[0].path.as_str(), found[0].size), ("b", 3));
    let (page, count) = world.contents().unread_contents(READER, None, 1).unwrap();
    assert_eq!((page.len(), count), (1, 2));
    let (rest, _) = world.contents().unread_contents(READER, Some(page[0].cursor), 9).unwrap();
    assert_eq!(rest.iter().map(|content| content.entry).collect::<Vec<_>>(), [a]);
    let results = [
        (found[0].clone(), ContentText::Unreadable("it is damaged".into())),
        (found[1].clone(), text("")),
    ];
    world.contents().put_content_texts(READER, &results).unwrap();
    assert!(unread(world, READER).is_empty(), "neither is tried again");
    assert_eq!(unread(world, READER + 1).len(), 2, "but by a reader that reads more");
}

pub(crate) fn words_of_a_content_are_found_with_their_place(world: &World<'_>) {
    let id = add(world, "a", b"x");
    let filler = "lorem ipsum dolor. ".repeat(200);
    let whole = format!("{filler}The quay at dawn. {filler}");
    read_all(world, &text(&whole));
    let found = hits(world, "quay dawn");
    assert_eq!((found.len(), found[0].entry.id), (1, id));
    let hit = &found[0];
    assert!(hit.snippet.contains("[quay] at [dawn]"), "{}", hit.snippet);
    let marked =
        hit.highlights.iter().map(|range| &hit.snippet[range.start as usize..range.end as usize]);
    assert_eq!(marked.collect::<Vec<_>>(), ["quay", "dawn"]);
    let passage = hit.passage.expect("it stands in the content");
    let passage = &whole[passage.start as usize..passage.end as usize];
    assert!(passage.contains("quay at dawn") && passage.len() < 2000, "{passage}");
    assert_eq!(hits(world, "a quay").len(), 1, "in the name and in the content");
    world.entries().delete_entry(None, id).unwrap();
    assert!(hits(world, "quay").is_empty() && unread(world, READER).is_empty());
}

pub(crate) fn the_result_of_another_content_is_not_kept(world: &World<'_>) {
    let a = add(world, "a", b"one");
    let found = unread(world, READER);
    world.entries().delete_entry(None, a).unwrap();
    let other = add(world, "a", b"two");
    let stale = [
        (found[0].clone(), text("stale")),
        (UnreadContent { entry: other, ..found[0].clone() }, text("stale")),
    ];
    world.contents().put_content_texts(READER, &stale).unwrap();
    assert!(hits(world, "stale").is_empty());
    assert_eq!(unread(world, READER).len(), 1);
    read_all(world, &text("first"));
    let again: Vec<_> = unread(world, 9).into_iter().map(|it| (it, text("second"))).collect();
    world.contents().put_content_texts(9, &again).unwrap();
    assert!(hits(world, "first").is_empty(), "a later text replaces the earlier");
    assert_eq!(hits(world, "second").len(), 1);
}

pub(crate) fn a_content_is_found_where_it_may_be_read(world: &World<'_>) {
    add(world, "open", b"1");
    add(world, "shut", b"2");
    read_all(world, &text("swordfish"));
    let sees = |path: &EntryPath, part: TextPart<'_>| {
        Ok(path.as_str() == "open" || part != TextPart::Content)
    };
    let by = |words: &str| -> Vec<String> {
        let input = SearchInput::new(words);
        let hits = world.search().search(input, Visibility::Only(&sees)).unwrap().hits;
        hits.into_iter().map(|hit| hit.entry.name).collect()
    };
    assert_eq!(by("swordfish"), ["open"]);
    assert_eq!(by("shut"), ["shut"], "its name may be seen");
    assert!(by("shut swordfish").is_empty());
}

fn embed(world: &World<'_>) -> Vec<IndexedText> {
    let (texts, missing) = world.vectors().texts_missing_embedding(MODEL, 100).unwrap();
    assert_eq!(texts.len() as u64, missing);
    let vector =
        |text: &IndexedText| if text.text.contains("tea") { [1.0, 0.0] } else { [0.0, 1.0] };
    let vectors: Vec<_> = texts.iter().map(|text| (text.clone(), vector(text).to_vec())).collect();
    world.vectors().put_vectors(MODEL, &vectors).unwrap();
    texts
}

fn near(world: &World<'_>, visibility: Visibility<'_>) -> Vec<SearchHit> {
    let input = SearchInput::new("x");
    world.vectors().nearest(MODEL, &[1.0, 0.0], 0.3, &input, visibility).unwrap()
}

pub(crate) fn passages_have_vectors_and_are_near(world: &World<'_>) {
    add(world, "a", b"1");
    let filler = "lorem ipsum dolor. ".repeat(100);
    read_all(world, &text(&format!("{filler}A cup of tea.")));
    let texts = embed(world);
    assert!(texts.len() > 1 && texts.iter().all(|text| text.passage.is_some()), "{texts:?}");
    let found = near(world, Visibility::All);
    assert_eq!(found.len(), 1, "an entry is found once");
    assert!(found[0].passage.is_some_and(|passage| passage.start > 0), "{found:?}");
    let hidden = |_: &EntryPath, part: TextPart<'_>| Ok(part != TextPart::Content);
    assert!(near(world, Visibility::Only(&hidden)).is_empty());
    assert_eq!(near(world, Visibility::Only(&|_, _| Ok(true))).len(), 1);
}

pub(crate) fn the_vector_of_a_passage_goes_with_it(world: &World<'_>) {
    let id = add(world, "a", b"1");
    read_all(world, &text("tea"));
    let texts = embed(world);
    assert_eq!(near(world, Visibility::All).len(), 1);
    let again: Vec<_> = unread(world, 2).into_iter().map(|it| (it, text("coffee"))).collect();
    world.contents().put_content_texts(2, &again).unwrap();
    assert!(near(world, Visibility::All).is_empty());
    // One that was made of the text before is not kept.
    world.vectors().put_vectors(MODEL, &[(texts[0].clone(), vec![1.0, 0.0])]).unwrap();
    assert!(near(world, Visibility::All).is_empty());
    assert_eq!(embed(world).len(), 1);
    world.entries().delete_entry(None, id).unwrap();
    assert!(embed(world).is_empty());
}
