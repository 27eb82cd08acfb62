//! Albums of pictures.

use photos::Album;
use serde_json::{Value, json};
use spacedrive_sdk::prelude::*;

use crate::common::{Host, Shot, shot};

fn host() -> (Host, Vec<Uuid>) {
    let host = Host::new();
    let day = |day| format!("2026:05:0{day} 10:00:00");
    let ids = (1..4)
        .map(|at| {
            let file = shot(at, Shot { taken: &day(at), ..Shot::default() });
            host.import(&format!("{at}.jpg"), &file).unwrap()
        })
        .collect();
    (host, ids)
}

fn act(host: &Host, what: &str, input: Value) -> Result<Album> {
    host.call(&format!("action:photos.album_{what}.input.v1"), input)
}

#[test]
fn an_album_keeps_the_order_in_which_it_was_made() {
    let (host, ids) = host();
    let made = act(&host, "make", json!({ "album": " Best of May " })).unwrap();
    assert_eq!((made.name.as_str(), made.photos), ("Best of May", 0));
    let added =
        act(&host, "add", json!({ "album": "best of may", "photos": [ids[2], ids[0]] })).unwrap();
    assert_eq!((added.photos, added.cover), (2, Some(ids[2])));
    let again =
        act(&host, "add", json!({ "album": "Best of May", "photos": [ids[0], ids[1]] })).unwrap();
    assert_eq!(again.photos, 3);
    assert_eq!(host.names(json!({ "album": "Best of May" })), ["3.jpg", "1.jpg", "2.jpg"]);
    act(&host, "remove", json!({ "album": "Best of May", "photos": [ids[0]] })).unwrap();
    assert_eq!(host.names(json!({ "album": "Best of May", "limit": 1 })), ["3.jpg"]);
    assert_eq!(
        host.names(json!({ "album": "Best of May", "from": "2026-05-02" })),
        ["3.jpg", "2.jpg"]
    );
    let albums: Vec<Album> = host.call("query:photos.albums.v1", json!({})).unwrap();
    assert_eq!(albums.len(), 1);
    act(&host, "delete", json!({ "album": "Best of May" })).unwrap();
    assert_eq!(host.call::<Vec<Album>>("query:photos.albums.v1", json!({})).unwrap(), []);
    assert_eq!(host.names(json!({})).len(), 3);
}

#[test]
fn what_an_album_cannot_be_is_told() {
    let (host, ids) = host();
    act(&host, "make", json!({ "album": "May" })).unwrap();
    let note = host.add("note.txt", b"tea").id;
    for (what, input, message) in [
        ("make", json!({ "album": "may" }), "there is an album `May` already"),
        ("make", json!({ "album": "" }), "`` is not a valid name of an album"),
        ("make", json!({ "album": "a/b" }), "characters without `/`"),
        ("make", json!({ "album": ".." }), "not a valid name"),
        (
            "add",
            json!({ "album": "June", "photos": ids }),
            "there is no album `June`; there is `May`",
        ),
        ("add", json!({ "album": "May", "photos": [note] }), "`note.txt` is not a picture"),
        ("delete", json!({ "album": "June" }), "there is no album `June`"),
    ] {
        let error = act(&host, what, input).unwrap_err();
        assert!(error.message().contains(message), "{message}: {}", error.message());
    }
}

#[test]
fn a_picture_that_was_deleted_leaves_its_albums() {
    let (host, ids) = host();
    act(&host, "make", json!({ "album": "May" })).unwrap();
    act(&host, "add", json!({ "album": "May", "photos": ids })).unwrap();
    host.host.client().vdfs().delete_entry(ids[0]).unwrap_or_default();
    let known = host.host.entries().iter().any(|entry| entry.id == ids[0]);
    let albums: Vec<Album> = host.call("query:photos.albums.v1", json!({})).unwrap();
    assert_eq!(albums[0].photos, 2 + usize::from(known));
}
