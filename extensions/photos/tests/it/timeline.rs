//! Timeline, moments and groups.

use photos::{Kind, Member, Moment, Page};
use serde_json::{Value, json};
use spacedrive_sdk::prelude::*;

use crate::common::{Host, Shot, shot};

const PARIS: Option<(f64, f64)> = Some((48.8584, 2.2945));
const LISBON: Option<(f64, f64)> = Some((38.7110, -9.1390));

/// A morning in Paris, an evening in Lisbon, the next day there, and a picture without a time.
fn trip() -> Host {
    let host = Host::new();
    for (seed, (path, taken, place, camera)) in (0..).zip([
        ("trip/1.jpg", "2026:05:01 09:00:00", PARIS, "Box 1"),
        ("trip/2.jpg", "2026:05:01 09:30:00", None, "Phone"),
        ("trip/3.jpg", "2026:05:01 11:00:00", PARIS, "Box 1"),
        ("trip/4.jpg", "2026:05:01 13:00:00", LISBON, "Box 1"),
        ("trip/5.jpg", "2026:05:02 10:00:00", LISBON, "Phone"),
    ]) {
        let camera = Some(camera);
        host.import(path, &shot(seed, Shot { taken, place, camera, zone: None })).unwrap();
    }
    host.import("scan.jpg", &shot(50, Shot { taken: "0000:00:00 00:00:00", ..Shot::default() }))
        .unwrap();
    host
}

#[test]
fn the_latest_picture_comes_first_and_conditions_hold_together() {
    let host = trip();
    assert_eq!(host.names(json!({})), ["5.jpg", "4.jpg", "3.jpg", "2.jpg", "1.jpg", "scan.jpg"]);
    for (filter, names) in [
        (json!({ "from": "2026-05-02" }), vec!["5.jpg"]),
        (
            json!({ "to": "2026-05-01", "oldest_first": true }),
            vec!["1.jpg", "2.jpg", "3.jpg", "4.jpg"],
        ),
        (json!({ "place": "france" }), vec!["3.jpg", "1.jpg"]),
        (json!({ "place": "LISB", "camera": "phone" }), vec!["5.jpg"]),
        (json!({ "undated": true }), vec!["scan.jpg"]),
        (json!({ "path": "Trip/", "limit": 2 }), vec!["5.jpg", "4.jpg"]),
        (json!({ "with_text": true }), vec![]),
    ] {
        assert_eq!(host.names(filter.clone()), names, "{filter}");
    }
}

#[test]
fn pages_follow_each_other() {
    let host = trip();
    let mut names = Vec::new();
    let mut offset = Some(0);
    while let Some(at) = offset {
        let page: Page =
            host.call("query:photos.timeline.v1", json!({ "limit": 4, "offset": at })).unwrap();
        assert_eq!(page.total, 6);
        names.extend(page.photos.into_iter().map(|row| row.name));
        offset = page.next;
    }
    assert_eq!(names, host.names(json!({})));
}

#[test]
fn conditions_that_are_not_valid_are_told() {
    let host = trip();
    for (filter, message) in [
        (json!({ "from": "May" }), "`from` is `May`, which is not a valid day, such as 2026-01-31"),
        (json!({ "to": "2026-02-30" }), "`to` is `2026-02-30`"),
        (json!({ "limit": 0 }), "`limit` is 0, and has to be 1 to 500"),
        (json!({ "limit": 501 }), "has to be 1 to 500"),
        (json!({ "album": "Nope" }), "there is no album `Nope`; there is no album"),
        (json!({ "moment": Uuid::nil() }), "no moment begins with"),
        (json!({ "plaec": "x" }), "plaec"),
    ] {
        let error = host.call::<Value>("query:photos.timeline.v1", filter).unwrap_err();
        assert!(error.message().contains(message), "{message}: {}", error.message());
    }
}

#[test]
fn a_moment_is_a_time_and_a_place() {
    let host = trip();
    let moments: Vec<Moment> = host.call("query:photos.moments.v1", json!({})).unwrap();
    let seen: Vec<_> = moments.iter().map(|it| (it.title.as_str(), it.photos)).collect();
    assert_eq!(
        seen,
        [("Lisbon, 2026-05-02", 1), ("Lisbon, 2026-05-01", 1), ("Paris, 2026-05-01", 3)]
    );
    assert_eq!(
        (moments[2].from.as_str(), moments[2].to.as_str()),
        ("2026-05-01T09:00:00", "2026-05-01T11:00:00")
    );
    assert_eq!(moments[2].country.as_deref(), Some("France"));
    assert_eq!(host.names(json!({ "moment": moments[2].moment })), ["3.jpg", "2.jpg", "1.jpg"]);
}

#[test]
fn a_burst_is_one_picture_until_all_are_asked_for() {
    let host = Host::new();
    for second in 0..4 {
        let taken = format!("2026:05:01 10:00:0{second}");
        let camera = Some("Box 1");
        let file = shot(second, Shot { taken: &taken, camera, ..Shot::default() });
        host.import(&format!("{second}.jpg"), &file).unwrap();
    }
    let page: Page = host.call("query:photos.timeline.v1", json!({})).unwrap();
    assert_eq!((page.total, page.photos[0].burst), (1, 4));
    assert_eq!(page.photos[0].notes, ["burst of 4"]);
    assert_eq!(host.names(json!({ "all": true })).len(), 4);
    let groups: Vec<Member> = host.call("query:photos.groups.v1", json!({})).unwrap();
    assert!(groups.len() == 4 && groups.iter().all(|it| it.kind == Kind::Burst && it.group == 1));
}

#[test]
fn a_live_photo_has_its_movie() {
    let host = Host::new();
    host.import("a/IMG_1.jpg", &shot(1, Shot { taken: "2026:05:01 10:00:00", ..Shot::default() }))
        .unwrap();
    let movie = host.import("a/IMG_1.mov", b"\0\0\0\x0cftypqt  \0\0\0\x08free").unwrap();
    host.import("b/IMG_1.mov", b"\0\0\0\x0cftypqt  ").unwrap();
    let page: Page = host.call("query:photos.timeline.v1", json!({})).unwrap();
    assert_eq!((page.total, page.photos[0].movie), (1, Some(movie)));
    let groups: Vec<Member> = host.call("query:photos.groups.v1", json!({})).unwrap();
    assert_eq!(
        groups.iter().map(|it| it.path.as_str()).collect::<Vec<_>>(),
        ["a/IMG_1.jpg", "a/IMG_1.mov"]
    );
}

#[test]
fn a_picture_is_shown_field_by_field() {
    let host = trip();
    let page: Page = host.call("query:photos.timeline.v1", json!({ "place": "Paris" })).unwrap();
    let fields: Vec<photos::ShownField> =
        host.call("query:photos.show.v1", json!({ "entry_id": page.photos[0].entry_id })).unwrap();
    let value = |name: &str| fields.iter().find(|it| it.field == name).map(|it| it.value.as_str());
    assert_eq!(value("place"), Some("Paris, France"));
    assert_eq!(value("taken"), Some("2026-05-01 11:00:00"));
    assert_eq!(value("size"), Some("320 × 240"));
    assert_eq!(value("lens"), None);
    let note = host.import("note.txt", b"tea").unwrap();
    let error =
        host.call::<Value>("query:photos.show.v1", json!({ "entry_id": note })).unwrap_err();
    assert_eq!(error.message(), "`note.txt` is not a picture that was looked at");
}
