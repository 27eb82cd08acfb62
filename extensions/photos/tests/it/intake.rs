//! Looking at files that come in.

use image::imageops;
use serde_json::{Value, json};
use spacedrive_sdk::{
    ops::vdfs::{Entry, ReadContent, ReadContentOutput},
    prelude::*,
};

use crate::common::{Host, Shot, jpeg, landscape, png, shot, with_exif};

const LISBON: Shot<'_> = Shot {
    taken: "2026:05:01 10:00:00",
    zone: Some("+01:00"),
    place: Some((38.6916, -9.2160)),
    camera: Some("Box 1"),
};

#[test]
fn a_picture_gets_its_copies_its_place_and_its_time() {
    let host = Host::new();
    let id = host
        .import("trip/tower.jpg", &with_exif(&jpeg(&landscape(1, 1600, 1200), 80), LISBON))
        .unwrap();
    let own = host.own(id);
    assert_eq!(own["taken"], "2026-05-01T10:00:00");
    assert_eq!((&own["offset_minutes"], &own["seconds"]), (&json!(60), &json!(1_777_626_000)));
    assert_eq!(own["place"], json!({ "town": "Lisbon", "country": "Portugal" }));
    assert_eq!((&own["width"], &own["camera"]), (&json!(1600), &json!("Box 1")));
    for (name, width) in [("small.jpg", 256), ("medium.jpg", 640), ("large.jpg", 1280)] {
        let copy = host.host.sidecar(id, name).unwrap();
        assert_eq!(image::load_from_memory(&copy).unwrap().width(), width, "{name}");
    }
    let details: Value =
        serde_json::from_slice(&host.host.sidecar(id, "photo.json").unwrap()).unwrap();
    assert_eq!(details["place"]["town"], "Lisbon");
    assert_eq!(details["model"], "Box 1");
    assert_eq!(host.host.sidecar(id, "photo.luma").unwrap().len(), 1024);
}

#[test]
fn an_event_that_comes_again_costs_nothing_and_other_content_is_looked_at() {
    let host = Host::new();
    host.host.set_settings(&json!({ "read_text": false }));
    let first = host.add("a.jpg", &shot(1, LISBON));
    let deliver =
        |entry| host.host.deliver::<photos::extension::Extension>(&host.host.event_created(entry));
    deliver(&first).unwrap();
    let done = host.host.client().vdfs().get_entry(first.id).unwrap().entry;
    let calls = host.host.calls().len();
    deliver(&done).unwrap();
    assert_eq!(host.host.calls().len(), calls);
    let other = host
        .import("a.jpg", &shot(2, Shot { taken: "2025:01:01 08:00:00", ..Shot::default() }))
        .unwrap();
    let own = host.own(other);
    assert_eq!((&own["taken"], &own["place"]), (&json!("2025-01-01T08:00:00"), &Value::Null));
}

/// Whatever call the host stops at, the next delivery does the rest.
#[test]
fn a_crash_at_any_call_loses_nothing() {
    for calls in 0.. {
        let host = Host::new();
        let entry = host.add("a.jpg", &shot(1, LISBON));
        host.host.stop_after(calls);
        let event = host.host.event_created(&entry);
        let done = host.host.deliver::<photos::extension::Extension>(&event).is_ok();
        host.host.stop_after(None);
        let mut event = host.host.event_created(&entry);
        event.entry = host.host.client().vdfs().get_entry(entry.id).unwrap().entry;
        host.host.deliver::<photos::extension::Extension>(&event).unwrap();
        assert_eq!(host.own(entry.id)["camera"], "Box 1", "{calls}");
        assert!(host.host.sidecar(entry.id, "large.jpg").is_some(), "{calls}");
        assert_eq!(host.jobs.borrow().len(), 1, "{calls}");
        if done {
            return;
        }
    }
}

#[test]
fn a_picture_that_cannot_be_decoded_is_in_the_timeline_with_the_reason() {
    let host = Host::new();
    let heic = [b"\0\0\0\x18ftypheic\0\0\0\0heicmif1".as_slice(), &[0; 64]].concat();
    let id = host.import("IMG_20260501_101500.heic", &heic).unwrap();
    assert_eq!(host.own(id)["taken"], "2026-05-01T10:15:00");
    assert!(host.own(id)["problem"].as_str().unwrap().contains("cannot be decoded"));
    assert_eq!(host.own(id)["thumbnails"], false);
    assert!(host.jobs.borrow().is_empty());
    let rows: Vec<photos::Row> = host.call("query:photos.list.v1", json!({})).unwrap();
    assert_eq!(
        (rows[0].thumbnail.as_ref(), rows[0].notes.as_slice()),
        (None, &["no preview".to_owned()][..])
    );
}

#[test]
fn a_damaged_picture_is_a_failure_and_other_files_are_left_alone() {
    let host = Host::new();
    let whole = jpeg(&landscape(1, 320, 240), 80);
    let error = host.import("broken.jpg", b"\xff\xd8\xff\xe0 not more").unwrap_err();
    assert_eq!(error.code(), ErrorCode::DocMalformed);
    assert!(error.message().contains("broken.jpg"), "{}", error.message());
    host.import("a.txt", &whole).unwrap();
    host.import("logo.svg", b"<svg/>").unwrap();
    assert_eq!(host.names(json!({})), Vec::<String>::new());
}

#[test]
fn a_picture_that_is_cut_off_is_shown_with_its_problem() {
    let host = Host::new();
    let whole = jpeg(&landscape(1, 320, 240), 80);
    let id = host.import("cut.jpg", &whole[..whole.len() / 2]).unwrap();
    host.import("whole.jpg", &whole).unwrap();
    assert!(host.own(id)["problem"].as_str().unwrap().contains("cut off"), "{}", host.own(id));
    let rows: Vec<photos::Row> = host.call("query:photos.list.v1", json!({})).unwrap();
    let notes = |name| rows.iter().find(|row| row.name == name).unwrap().notes.clone();
    assert_eq!((notes("cut.jpg"), notes("whole.jpg")), (vec!["damaged".to_owned()], vec![]));
}

#[test]
fn pictures_are_listed_by_the_tags_of_their_files() {
    let host = Host::new();
    let packet = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF><rdf:Description><dc:subject><rdf:Bag>\
        <rdf:li>Edelweiss</rdf:li><rdf:li>alps</rdf:li></rdf:Bag></dc:subject></rdf:Description></rdf:RDF>\
        </x:xmpmeta>";
    let whole = jpeg(&landscape(1, 320, 240), 80);
    let body = [b"http://ns.adobe.com/xap/1.0/\0".as_slice(), packet.as_bytes()].concat();
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    let tagged = [&whole[..2], b"\xff\xe1", &length, &body, &whole[2..]].concat();
    host.import("flower.jpg", &tagged).unwrap();
    host.import("other.jpg", &jpeg(&landscape(2, 320, 240), 80)).unwrap();
    assert_eq!(host.names(json!({ "tag": "edelweiss" })), ["flower.jpg"]);
    assert_eq!(host.names(json!({ "tag": "edel" })), [""; 0]);
}

/// A host with a picture whose text was read, and the entry.
fn with_text() -> (Host, Entry) {
    let host = Host::new();
    let id = host.import("a.jpg", &shot(1, LISBON)).unwrap();
    let vdfs = host.host.client();
    vdfs.write_sidecar(id, "text.txt", "Corner Shop").unwrap();
    vdfs.write_sidecar(id, "mine.txt", "of somebody else").unwrap();
    let patch = json!({ "photos.text": "found" });
    vdfs.vdfs().update_metadata(id, patch.as_object().unwrap().clone()).unwrap();
    (host, vdfs.vdfs().get_entry(id).unwrap().entry)
}

/// Tells the extension that the file has this content now; returns the sidecars that it has then.
fn replace(host: &Host, entry: &Entry, media_type: &str, content: Vec<u8>) -> Vec<String> {
    let new = Entry {
        media_type: Some(media_type.to_owned()),
        content_hash: Some("other".to_owned()),
        ..entry.clone()
    };
    host.host.on::<ReadContent>(move |_| {
        Ok(ReadContentOutput { size: content.len() as u64, data: content.clone().into() })
    });
    let _ = host.host.deliver::<photos::extension::Extension>(&host.host.event_created(&new));
    let sidecars = host.host.client().vdfs().list_sidecars(entry.id).unwrap();
    sidecars.into_iter().map(|info| info.name).collect()
}

#[test]
fn a_file_that_is_no_picture_any_more_leaves_the_timeline() {
    let damaged = ("image/jpeg", b"\xff\xd8\xff\xe0 not more".to_vec());
    for (media_type, content) in [("text/plain", b"a list".to_vec()), damaged] {
        let (host, entry) = with_text();
        assert_eq!(host.names(json!({ "with_text": true })), ["a.jpg"]);
        assert_eq!(replace(&host, &entry, media_type, content), ["mine.txt"], "{media_type}");
        assert_eq!(host.names(json!({})), Vec::<String>::new());
    }
}

#[test]
fn a_picture_in_whose_place_is_another_keeps_nothing_of_the_old_one() {
    let (host, entry) = with_text();
    host.host.set_settings(&json!({ "read_text": false }));
    let sidecars = replace(&host, &entry, "image/jpeg", shot(2, Shot::default()));
    let own = ["large.jpg", "medium.jpg", "mine.txt", "photo.json", "photo.luma", "small.jpg"];
    assert_eq!(sidecars, own);
    assert_eq!(host.own(entry.id)["place"], Value::Null);
    assert_eq!(host.names(json!({ "with_text": true })), Vec::<String>::new());
    let (host, entry) = with_text();
    let heic = [b"\0\0\0\x18ftypheic\0\0\0\0heicmif1".as_slice(), &[0; 64]].concat();
    let sidecars = replace(&host, &entry, "image/heif", heic);
    assert_eq!(sidecars, ["mine.txt", "photo.json"], "it cannot be decoded");
    let (host, entry) = with_text();
    let movie = b"\0\0\0\x0cftypqt  \0\0\0\x08free".to_vec();
    assert_eq!(replace(&host, &entry, "video/quicktime", movie), ["mine.txt"]);
    assert_eq!(host.own(entry.id)["taken"], Value::Null);
}

#[test]
fn a_turned_picture_has_the_size_that_people_see() {
    let host = Host::new();
    let turned = imageops::rotate90(&landscape(3, 320, 240));
    let id = host.import("a.png", &png(&turned)).unwrap();
    assert_eq!((&host.own(id)["width"], &host.own(id)["height"]), (&json!(240), &json!(320)));
}

#[test]
fn a_user_may_turn_the_reading_of_text_off() {
    let host = Host::new();
    host.host.set_settings(&json!({ "read_text": false }));
    let id = host.import("a.jpg", &shot(1, LISBON)).unwrap();
    assert!(host.jobs.borrow().is_empty());
    assert!(
        !host
            .host
            .client()
            .vdfs()
            .get_entry(id)
            .unwrap()
            .entry
            .metadata
            .contains_key("photos.text")
    );
}
