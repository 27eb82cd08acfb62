//! The views of the extension.

use serde_json::{Value, json};
use spacedrive_sdk::view::{Block, Cards, Cell, Table, Target, View};

use crate::common::{Host, Shot, shot};

fn host() -> Host {
    let host = Host::new();
    for day in 1..4 {
        let taken = format!("2026:05:0{day} 10:00:00");
        let shot =
            shot(day, Shot { taken: &taken, place: Some((38.69, -9.21)), ..Shot::default() });
        host.import(&format!("{day}.jpg"), &shot).unwrap();
    }
    host
}

fn view(host: &Host, name: &str, input: Value) -> View {
    host.call(&format!("query:photos.{name}_view.v1"), input).unwrap()
}

fn cards(view: &View) -> &Cards {
    let cards = view.blocks.iter().find_map(|block| match block {
        Block::Cards(cards) => Some(cards),
        _ => None,
    });
    cards.unwrap_or_else(|| panic!("no cards: {view:?}"))
}

#[test]
fn the_timeline_has_a_card_with_a_picture_that_leads_to_one() {
    let host = host();
    let shown = view(&host, "timeline", json!({ "place": "lisbon", "from": "" }));
    let cards = &cards(&shown).cards;
    assert_eq!(cards.len(), 3);
    assert_eq!(cards[0].image.as_ref().unwrap().sidecar, "small.jpg");
    let Cell::View(link) = &cards[0].title else { panic!("{cards:?}") };
    assert_eq!((link.view.as_str(), link.text.as_str()), ("photo", "3.jpg"));
    let photo = view(&host, "photo", json!(link.input));
    assert!(matches!(photo.blocks.as_slice(), [Block::Cards(_), Block::Detail(_)]), "{photo:?}");
    let text = serde_json::to_string(&photo).unwrap();
    assert!(text.contains("medium.jpg") && text.contains("Lisbon, Portugal"), "{text}");
}

#[test]
fn albums_are_made_filled_and_emptied_by_buttons() {
    let host = host();
    let shown = view(&host, "albums", json!({}));
    let Some(Block::Form(form)) = shown.blocks.last() else { panic!("{shown:?}") };
    let Target::Method(make) = &form.submit.target else { panic!("{form:?}") };
    host.call::<Value>(make, json!({ "album": "May" })).unwrap();
    let timeline = view(&host, "timeline", json!({}));
    let Cell::View(link) = &cards(&timeline).cards[0].title else { panic!("{timeline:?}") };
    let photo = view(&host, "photo", json!(link.input));
    let Some(Block::Form(form)) = photo.blocks.last() else { panic!("{photo:?}") };
    let mut input = Value::Object(form.submit.input.clone());
    input["album"] = json!("May");
    let Target::Method(add) = &form.submit.target else { panic!("{form:?}") };
    host.call::<Value>(add, input).unwrap();
    let albums = view(&host, "albums", json!({}));
    let card = &cards(&albums).cards[0];
    assert!(card.image.is_some() && card.actions[0].confirm.is_some());
    let Cell::View(link) = &card.title else { panic!("{card:?}") };
    let album = view(&host, "timeline", json!(link.input));
    let take_out = &cards(&album).cards[0].actions[0];
    let Target::Method(remove) = &take_out.target else { panic!("{take_out:?}") };
    host.call::<Value>(remove, Value::Object(take_out.input.clone())).unwrap();
    assert!(cards(&view(&host, "timeline", json!({ "album": "May" }))).cards.is_empty());
}

#[test]
fn moments_lead_to_their_pictures() {
    let host = host();
    let shown = view(&host, "moments", json!({}));
    let Cell::View(link) = &cards(&shown).cards[0].title else { panic!("{shown:?}") };
    assert_eq!(link.text, "Lisbon, 2026-05-03");
    assert_eq!(cards(&view(&host, "timeline", json!(link.input))).cards.len(), 1);
}

#[test]
fn duplicates_are_a_table_with_pictures() {
    let host = host();
    let none = view(&host, "duplicates", json!({}));
    assert!(matches!(none.blocks.as_slice(), [Block::Text(_)]), "{none:?}");
    host.import("copy.jpg", &shot(1, Shot { taken: "2026:05:09 10:00:00", ..Shot::default() }))
        .unwrap();
    let shown = view(&host, "duplicates", json!({}));
    let [Block::Table(Table { rows, .. })] = shown.blocks.as_slice() else { panic!("{shown:?}") };
    assert_eq!(rows.len(), 2);
    assert!(matches!(rows[0].cells[0], Cell::Thumbnail(_)));
}
