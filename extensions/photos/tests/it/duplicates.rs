//! Duplicates: how many of the pairs that are named are right, and how many of those that are there are
//! named.

use std::collections::{BTreeMap, HashMap};

use image::{RgbImage, imageops};
use photos::Duplicate;
use serde_json::json;
use spacedrive_sdk::ops::vdfs::{ReadSidecar, ReadSidecarOutput};
use spacedrive_sdk::prelude::*;

use crate::common::{Host, jpeg, landscape, png};
use crate::documents;

/// The forms in which a picture is there again.
fn copies(picture: &RgbImage) -> Vec<(&'static str, Vec<u8>)> {
    let (width, height) = picture.dimensions();
    let small = imageops::resize(picture, width / 2, height / 2, imageops::FilterType::Triangle);
    let cut =
        imageops::crop_imm(picture, width / 40, height / 40, width * 38 / 40, height * 38 / 40);
    let side = imageops::crop_imm(picture, 0, 0, width * 19 / 20, height);
    vec![
        ("resized", jpeg(&small, 85)),
        ("recompressed", jpeg(picture, 30)),
        ("png", png(picture)),
        ("cropped", jpeg(&cut.to_image(), 85)),
        ("cropped at a side", jpeg(&side.to_image(), 85)),
        ("turned right", jpeg(&imageops::rotate90(picture), 85)),
        ("turned left", jpeg(&imageops::rotate270(picture), 85)),
        ("upside down", jpeg(&imageops::rotate180(picture), 85)),
    ]
}

/// Makes a picture of a number.
type Make = fn(u64) -> RgbImage;

/// The share of the pairs that the extension names which are right; and the share of copies of each form that
/// it finds.
fn measure(pictures: u64, make: Make) -> (f64, BTreeMap<&'static str, f64>) {
    let host = Host::new();
    host.host.set_settings(&json!({ "read_text": false }));
    let mut source: HashMap<Uuid, (u64, &'static str)> = HashMap::new();
    for seed in 0..pictures {
        let picture = make(seed);
        let first = host.import(&format!("{seed}.jpg"), &jpeg(&picture, 90)).unwrap();
        source.insert(first, (seed, "first"));
        // Of every second picture there are copies; the others are there to be taken for one.
        for (form, file) in copies(&picture).into_iter().filter(|_| seed % 2 == 0) {
            let ending = if form == "png" { "png" } else { "jpg" };
            let id = host.import(&format!("{seed} {form}.{ending}"), &file).unwrap();
            source.insert(id, (seed, form));
        }
    }
    let found: Vec<Duplicate> = host.call("query:photos.duplicates.v1", json!({})).unwrap();
    let mut groups: BTreeMap<usize, Vec<(u64, &'static str)>> = BTreeMap::new();
    for one in &found {
        groups.entry(one.group).or_default().push(source[&one.entry_id]);
    }
    let (mut right, mut named) = (0_u32, 0_u32);
    let mut seen: BTreeMap<&'static str, u32> = BTreeMap::new();
    for group in groups.values() {
        for (at, one) in group.iter().enumerate() {
            for two in &group[at + 1..] {
                named += 1;
                right += u32::from(one.0 == two.0);
            }
            if group.iter().any(|(seed, form)| *seed == one.0 && *form == "first") {
                *seen.entry(one.1).or_default() += 1;
            }
        }
    }
    let copies = f64::from(u32::try_from(pictures.div_ceil(2)).unwrap());
    let share = |count: u32| f64::from(count) / copies;
    (
        f64::from(right) / f64::from(named.max(1)),
        seen.into_iter().map(|(form, n)| (form, share(n))).collect(),
    )
}

/// Checks that pairs are right, and that copies are found; `least_cut` is the share of those that were cut.
fn assert_told_apart(pictures: u64, make: Make, least_cut: f64) {
    let (precision, recall) = measure(pictures, make);
    println!("precision {precision:.3}, found {recall:.3?}");
    assert!(precision >= 0.95, "{precision} {recall:?}");
    let forms = ["resized", "recompressed", "png", "turned right", "turned left", "upside down"];
    for form in forms {
        assert!(recall.get(form).is_some_and(|share| *share >= 0.95), "{form}: {recall:?}");
    }
    for form in ["cropped", "cropped at a side"] {
        assert!(recall.get(form).is_some_and(|share| *share >= least_cut), "{form}: {recall:?}");
    }
}

#[test]
fn transformed_copies_are_found_and_others_are_not_taken_for_them() {
    assert_told_apart(20, |seed| landscape(seed, 400, 300), 0.8);
}

#[test]
fn receipts_of_one_layout_are_told_apart_and_their_copies_are_found() {
    assert_told_apart(6, documents::receipt, 0.8);
}

/// The lines of a page that was cut are between those of the page in the coarse grid of the first look.
#[test]
fn screenshots_of_text_are_told_apart_and_their_copies_are_found() {
    assert_told_apart(8, documents::screenshot, 0.5);
}

#[test]
fn the_best_of_a_group_comes_first_and_the_same_bytes_are_exact() {
    let host = Host::new();
    let picture = landscape(7, 400, 300);
    let whole = jpeg(&picture, 90);
    let small = imageops::resize(&picture, 200, 150, imageops::FilterType::Triangle);
    host.import("small.jpg", &jpeg(&small, 90)).unwrap();
    host.import("a.jpg", &whole).unwrap();
    host.import("b.jpg", &whole).unwrap();
    host.import("other.jpg", &jpeg(&landscape(8, 400, 300), 90)).unwrap();
    let kinds = |input| {
        let found: Vec<Duplicate> = host.call("query:photos.duplicates.v1", input).unwrap();
        found.into_iter().map(|it| (it.path, it.kind)).collect::<Vec<_>>()
    };
    let row = |path: &str, kind: &str| (path.to_owned(), kind.to_owned());
    assert_eq!(
        kinds(json!({})),
        [row("a.jpg", "best"), row("b.jpg", "exact"), row("small.jpg", "near")]
    );
    assert_eq!(kinds(json!({ "exact": true })), [row("a.jpg", "best"), row("b.jpg", "exact")]);
}

#[test]
fn pictures_of_one_colour_are_not_duplicates_of_each_other() {
    let host = Host::new();
    for grey in [10, 120, 250] {
        let picture = RgbImage::from_pixel(300, 200, image::Rgb([grey; 3]));
        host.import(&format!("{grey}.png"), &png(&picture)).unwrap();
    }
    let found: Vec<Duplicate> = host.call("query:photos.duplicates.v1", json!({})).unwrap();
    assert_eq!(found, []);
}

#[test]
fn a_picture_whose_small_copy_is_lost_stops_no_other() {
    let host = Host::new();
    let picture = landscape(1, 320, 240);
    let ids = [90, 60, 30]
        .map(|quality| host.import(&format!("{quality}.jpg"), &jpeg(&picture, quality)).unwrap());
    let read = |id, name| ((id, name), host.host.sidecar(id, name).unwrap());
    let kept: HashMap<(Uuid, &str), Vec<u8>> =
        ids.into_iter().flat_map(|id| [read(id, "photo.luma"), read(id, "medium.jpg")]).collect();
    host.host.on::<ReadSidecar>(move |input| {
        match kept.get(&(input.entry_id, input.name.as_str())) {
            Some(bytes) if input.entry_id != ids[0] => {
                Ok(ReadSidecarOutput { data: bytes.clone().into() })
            }
            _ => Err(Error::new(ErrorCode::Corrupt, "the sidecar is missing")),
        }
    });
    let found: Vec<Duplicate> = host.call("query:photos.duplicates.v1", json!({})).unwrap();
    let paths: Vec<&str> = found.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(paths, ["60.jpg", "30.jpg"]);
}
