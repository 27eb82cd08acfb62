//! The cases of search by words.

use ext_services::library::{LibraryError, TextPart, Visibility};
use ext_wire::{
    EntryPath, ErrorCode,
    ops::{
        search::{Comparison, SearchInput},
        vdfs::{MAX_PAGE, NewEntry, UpdateMetadataInput},
    },
};
use serde_json::json;

use crate::{
    vectors::{Papers, filter},
    world::{World, code, note, object},
};

fn found(world: &World<'_>, input: SearchInput) -> Vec<String> {
    let output = world.search().search(input, Visibility::All).unwrap();
    assert_eq!((output.words_only, output.pending), (None, 0));
    let mut names: Vec<String> = output.hits.into_iter().map(|hit| hit.entry.name).collect();
    names.sort();
    names
}

fn by(world: &World<'_>, text: &str) -> Vec<String> {
    found(world, SearchInput::new(text))
}

fn drinks(world: &World<'_>) {
    for (name, entry_type, metadata) in [
        ("Green tea", "note", json!({ "vendor": "Harbour Shop", "cups": 2 })),
        (
            "Coffee",
            "receipt",
            json!({ "vendor": "Harbour Shop", "lines": [{ "text": "espresso" }] }),
        ),
        ("Petrol", "receipt", json!({ "cups": 2 })),
    ] {
        let metadata = object(metadata);
        world.add(NewEntry { entry_type: entry_type.into(), metadata, ..note(name) });
    }
}

pub(crate) fn all_words_of_an_entry_are_found(world: &World<'_>) {
    drinks(world);
    assert_eq!(by(world, "tea"), ["Green tea"]);
    assert_eq!(by(world, "TEA"), ["Green tea"], "case does not matter");
    assert_eq!(by(world, "espresso"), ["Coffee"], "deep in the metadata");
    assert_eq!(by(world, "shop harbour"), ["Coffee", "Green tea"]);
    assert_eq!(by(world, "coffee shop"), ["Coffee"], "in the name and in the metadata");
    assert!(by(world, "tea espresso").is_empty(), "all of them");
    assert!(by(world, "vendor").is_empty(), "keys are not text");
    let hits = world.search().search(SearchInput::new("espresso"), Visibility::All).unwrap().hits;
    assert!(hits[0].snippet.contains("[espresso]"), "{}", hits[0].snippet);
    let one = SearchInput { limit: 1, ..SearchInput::new("shop") };
    assert_eq!(found(world, one).len(), 1);
}

pub(crate) fn a_star_finds_beginnings(world: &World<'_>) {
    drinks(world);
    assert_eq!(by(world, "esp*"), ["Coffee"]);
    assert_eq!(by(world, "har* coff*"), ["Coffee"]);
    assert!(by(world, "esp").is_empty());
}

pub(crate) fn operators_are_words(world: &World<'_>) {
    drinks(world);
    for text in ["tea OR petrol", "NOT tea", "name:tea", "tea AND coffee", "(tea)(petrol)"] {
        assert!(by(world, text).is_empty(), "{text}");
    }
    assert_eq!(by(world, "\"tea' - ^"), ["Green tea"]);
}

pub(crate) fn a_search_needs_a_word(world: &World<'_>) {
    for text in ["", " ", "*", "- \"", "\0"] {
        let refused = world.search().search(SearchInput::new(text), Visibility::All);
        assert_eq!(code(refused), ErrorCode::BadInput, "{text:?}");
    }
    let long = world.search().search(SearchInput::new("a".repeat(1 << 20)), Visibility::All);
    assert_eq!(code(long), ErrorCode::AbiTooLarge);
    for limit in [0, MAX_PAGE + 1] {
        let input = SearchInput { limit, ..SearchInput::new("tea") };
        assert_eq!(code(world.search().search(input, Visibility::All)), ErrorCode::BadInput);
    }
}

pub(crate) fn conditions_narrow_a_search(world: &World<'_>) {
    drinks(world);
    let receipts = SearchInput { entry_type: Some("receipt".into()), ..SearchInput::new("shop") };
    assert_eq!(found(world, receipts), ["Coffee"]);
    let metadata = object(json!({ "cups": 2 }));
    assert_eq!(found(world, SearchInput { metadata, ..SearchInput::new("shop") }), ["Green tea"]);
}

pub(crate) fn filters_hold_for_words_as_well(world: &World<'_>) {
    let _receipts = Papers::new(world);
    let filters = vec![filter("amount", Comparison::Greater, json!(50))];
    let input = SearchInput { filters, ..SearchInput::new("ltd") };
    assert_eq!(world.search().search(input, Visibility::All).unwrap().hits.len(), 2);
    let wrong = vec![filter("amount", Comparison::Equal, json!([1]))];
    assert!(
        world
            .search()
            .search(SearchInput { filters: wrong, ..SearchInput::new("ltd") }, Visibility::All)
            .is_err()
    );
}

pub(crate) fn conditions_alone_find_what_fulfils_them(world: &World<'_>) {
    drinks(world);
    let receipts = SearchInput { entry_type: Some("receipt".into()), ..SearchInput::new("") };
    assert_eq!(found(world, receipts.clone()), ["Coffee", "Petrol"]);
    let one = SearchInput { limit: 1, ..receipts.clone() };
    assert_eq!(found(world, one), ["Petrol"], "the newest");
    let sees = |path: &EntryPath, _: TextPart<'_>| Ok(path.as_str() != "Petrol");
    let hits = world.search().search(receipts, Visibility::Only(&sees)).unwrap().hits;
    assert_eq!(hits.len(), 1, "what is hidden is not listed");
}

pub(crate) fn a_text_in_a_value_is_found(world: &World<'_>) {
    drinks(world);
    for (key, part, names) in [
        ("vendor", "harbour", &["Coffee", "Green tea"][..]),
        ("vendor", "r Sh", &["Coffee", "Green tea"]),
        ("vendor", "%", &[]),
        ("cups", "2", &[]),
        ("none", "", &[]),
    ] {
        let filters = vec![filter(key, Comparison::Contains, json!(part))];
        assert_eq!(found(world, SearchInput { filters, ..SearchInput::new("") }), names, "{key}");
    }
    let filters = vec![filter("cups", Comparison::Contains, json!(2))];
    let input = SearchInput { filters, ..SearchInput::new("") };
    assert_eq!(code(world.search().search(input, Visibility::All)), ErrorCode::BadInput);
}

pub(crate) fn changes_are_found_at_once(world: &World<'_>) {
    let id = world.note("Tea").id;
    world
        .entries()
        .update_metadata(None, UpdateMetadataInput::new(id, object(json!({ "note": "green" }))))
        .unwrap();
    assert_eq!(by(world, "green"), ["Tea"]);
    world
        .entries()
        .update_metadata(None, UpdateMetadataInput::new(id, object(json!({ "note": "black" }))))
        .unwrap();
    assert!(by(world, "green").is_empty());
    assert_eq!(by(world, "black"), ["Tea"]);
    world.entries().delete_entry(None, id).unwrap();
    assert!(by(world, "tea").is_empty());
}

pub(crate) fn text_sidecars_are_found(world: &World<'_>) {
    let id = world.note("Tea").id;
    for (name, data) in [
        ("a.txt", &b"jasmine"[..]),
        ("b.json", br#"{"key": ["oolong", 1]}"#),
        ("c.bin", b"hibiscus"),
    ] {
        world.write(None, id, name, data).unwrap();
    }
    assert_eq!(by(world, "tea jasmine oolong"), ["Tea"]);
    assert!(by(world, "hibiscus").is_empty() && by(world, "key").is_empty());
    world.write(None, id, "a.txt", b"rooibos").unwrap();
    assert!(by(world, "jasmine").is_empty());
    world.sidecars().delete_sidecar(None, id, "a.txt").unwrap();
    assert!(by(world, "rooibos").is_empty());
}

pub(crate) fn texts_that_are_not_visible_have_no_part_in_a_search(world: &World<'_>) {
    for (path, secret) in [("open", "tea"), ("half", "swordfish tea"), ("shut", "swordfish tea")] {
        let id = world.note(path).id;
        world.write(None, id, "note.txt", b"tea").unwrap();
        world.write(None, id, "secret.txt", secret.as_bytes()).unwrap();
    }
    let sees = |path: &EntryPath, part: TextPart<'_>| {
        let secret = part == TextPart::Sidecar("secret.txt");
        Ok(path.as_str() != "shut" && (path.as_str() == "open" || !secret))
    };
    let by = |text: &str, limit: u32| {
        let input = SearchInput { limit, ..SearchInput::new(text) };
        world.search().search(input, Visibility::Only(&sees)).unwrap().hits
    };
    assert!(by("swordfish", 10).is_empty(), "that word stands in what is hidden only");
    assert!(by("swordfish tea", 10).is_empty(), "all of the words are visible");
    let hits = by("tea", 10);
    let mut names: Vec<&str> = hits.iter().map(|hit| hit.entry.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["half", "open"]);
    assert!(hits.iter().all(|hit| !hit.snippet.contains("swordfish")), "{hits:?}");
    assert_eq!(by("tea", 1).len(), 1, "what is hidden takes no place");
    let fails = |_: &EntryPath, _: TextPart<'_>| Err(LibraryError::Undecided("away".into()));
    let asked = world.search().search(SearchInput::new("tea"), Visibility::Only(&fails));
    assert_eq!(code(asked), ErrorCode::Internal);
}
