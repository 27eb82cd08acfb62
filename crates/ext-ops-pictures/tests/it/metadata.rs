//! Metadata as cameras and programs write it.

use exif::{Tag, Value};
use ext_ops_pictures::PictureEngine;
use ext_services::pictures::{PictureMetadata, PictureReader};
use image::ImageFormat;

use crate::common::{encode, exif, jpeg, picture, rationals, text, with_exif, with_segment};

fn read(file: &[u8]) -> PictureMetadata {
    PictureEngine.metadata(file).unwrap()
}

fn place(latitude: &[(u32, u32)], longitude: &[(u32, u32)]) -> Vec<(Tag, Value)> {
    vec![
        (Tag::GPSLatitude, rationals(latitude)),
        (Tag::GPSLatitudeRef, text("S")),
        (Tag::GPSLongitude, rationals(longitude)),
        (Tag::GPSLongitudeRef, text("E")),
    ]
}

#[test]
fn time_place_and_camera_are_read() {
    let mut fields = place(&[(33, 1), (51, 1), (30, 1)], &[(151, 1), (12, 1), (0, 1)]);
    fields.extend([
        (Tag::Make, text("Example")),
        (Tag::Model, text("One\u{7}")),
        (Tag::Orientation, Value::Short(vec![6])),
        (Tag::DateTimeOriginal, text("2026:05:01 10:00:00")),
        (Tag::OffsetTimeOriginal, text("+10:00")),
        (Tag::ExposureTime, rationals(&[(1, 250)])),
        (Tag::FNumber, rationals(&[(28, 10)])),
        (Tag::PhotographicSensitivity, Value::Short(vec![100])),
        (Tag::GPSAltitude, rationals(&[(12, 1)])),
    ]);
    let read = read(&with_exif(&jpeg(&picture(60, 40)), &fields));
    assert_eq!(
        (read.format.as_str(), read.width, read.height, read.orientation),
        ("jpeg", 40, 60, 6)
    );
    assert_eq!(read.taken.as_deref(), Some("2026-05-01T10:00:00"));
    assert_eq!(read.taken_at.as_deref(), Some("2026-05-01T00:00:00Z"));
    assert_eq!(read.offset_minutes, Some(600));
    assert_eq!((read.make.as_deref(), read.model.as_deref()), (Some("Example"), Some("One")));
    assert!((read.latitude.unwrap() + 33.8583).abs() < 0.001);
    assert!((read.longitude.unwrap() - 151.2).abs() < 0.001);
    assert_eq!((read.exposure_s, read.aperture, read.iso), (Some(0.004), Some(2.8), Some(100)));
    assert_eq!(read.altitude_m, Some(12.0));
    assert_eq!(read.notes, Vec::<String>::new());
}

#[test]
fn the_clock_of_the_satellites_tells_the_zone() {
    let fields = |clock: &[(u32, u32)]| {
        vec![
            (Tag::DateTimeOriginal, text("2026:05:01 01:00:02")),
            (Tag::GPSDateStamp, text("2026:04:30")),
            (Tag::GPSTimeStamp, rationals(clock)),
        ]
    };
    let offset = |clock| read(&with_exif(&jpeg(&picture(9, 9)), &fields(clock))).offset_minutes;
    assert_eq!(offset(&[(19, 1), (30, 1), (0, 1)]), Some(330));
    // A clock that is seven minutes off tells nothing, and neither does one of another day or of no time.
    assert_eq!(offset(&[(19, 1), (37, 1), (0, 1)]), None);
    assert_eq!(offset(&[(1, 1), (0, 1), (0, 1)]), None);
    assert_eq!(offset(&[(19, 0), (0, 0), (0, 1)]), None);
}

#[test]
fn what_cannot_be_so_is_left_out_with_a_word() {
    for (latitude, longitude) in [
        ([(0, 0), (0, 1), (0, 1)], [(1, 1), (0, 1), (0, 1)]),
        ([(91, 1), (0, 1), (0, 1)], [(1, 1), (0, 1), (0, 1)]),
        ([(1, 1), (0, 1), (0, 1)], [(u32::MAX, 1), (0, 1), (0, 1)]),
    ] {
        let read = read(&with_exif(&jpeg(&picture(9, 9)), &place(&latitude, &longitude)));
        assert_eq!((read.latitude, read.longitude), (None, None));
        assert_eq!(read.notes.len(), 1, "{:?}", read.notes);
    }
    for year in ["0000:01:01 10:00:00", "9999:01:01 10:00:00", "2026:02:30 10:00:00", "nonsense"] {
        let read = read(&with_exif(&jpeg(&picture(9, 9)), &[(Tag::DateTimeOriginal, text(year))]));
        assert_eq!(read.taken, None, "{year}");
        assert!(read.notes[0].contains(year), "{:?}", read.notes);
    }
}

#[test]
fn xmp_gives_tags_and_title_and_no_entities() {
    let packet = r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description xmp:Rating="4"
        photoshop:DateCreated="2025-12-24T18:30:00+01:00">
        <dc:subject><rdf:Bag><rdf:li>family</rdf:li><rdf:li>Tom &amp; Ann</rdf:li></rdf:Bag></dc:subject>
        <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Tree</rdf:li></rdf:Alt></dc:title>
        </rdf:Description></rdf:RDF></x:xmpmeta>"#;
    let jpeg = jpeg(&picture(9, 9));
    let whole = with_segment(&jpeg, b"http://ns.adobe.com/xap/1.0/\0", packet.as_bytes());
    let read = read(&whole);
    assert_eq!(read.tags, ["family", "Tom & Ann"]);
    assert_eq!((read.title.as_deref(), read.rating), (Some("Tree"), Some(4)));
    assert_eq!(read.taken_at.as_deref(), Some("2025-12-24T17:30:00Z"));
    let hostile = packet.replace("<rdf:RDF>", "<!DOCTYPE a [<!ENTITY b 'c'>]><rdf:RDF>");
    let hostile = with_segment(&jpeg, b"http://ns.adobe.com/xap/1.0/\0", hostile.as_bytes());
    assert_eq!(self::read(&hostile).tags, Vec::<String>::new());
}

#[test]
fn the_time_of_the_last_change_is_taken_only_where_nothing_tells_when_it_was_taken() {
    let packet = r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description
        photoshop:DateCreated="1985-07-12T09:00:00"/></rdf:RDF></x:xmpmeta>"#;
    let plain = jpeg(&picture(9, 9));
    let scanned = with_segment(&plain, b"http://ns.adobe.com/xap/1.0/\0", packet.as_bytes());
    let changed = (Tag::DateTime, text("2026:11:01 12:00:00"));
    let digitized = (Tag::DateTimeDigitized, text("2001:02:03 04:05:06"));
    let original = (Tag::DateTimeOriginal, text("1999:12:31 23:00:00"));
    for (file, fields, taken) in [
        (&scanned, vec![changed.clone()], "1985-07-12T09:00:00"),
        (&plain, vec![changed.clone()], "2026-11-01T12:00:00"),
        (&scanned, vec![changed.clone(), digitized.clone()], "2001-02-03T04:05:06"),
        (&scanned, vec![changed, digitized, original], "1999-12-31T23:00:00"),
    ] {
        let read = read(&with_exif(file, &fields));
        assert_eq!(read.taken.as_deref(), Some(taken), "{fields:?}");
    }
}

#[test]
fn a_jpeg_that_is_cut_off_says_so() {
    let whole = with_exif(&jpeg(&picture(90, 60)), &[(Tag::Model, text("One"))]);
    assert_eq!(read(&whole).notes, Vec::<String>::new());
    assert_eq!(read(&[&whole, b"more behind the end".as_slice()].concat()).notes, [""; 0]);
    for length in [whole.len() - 2, whole.len() * 9 / 10] {
        let notes = read(&whole[..length]).notes;
        assert_eq!(
            notes,
            ["picture: the file has no mark of its end, and may be cut off"],
            "{length}"
        );
    }
}

#[test]
fn camera_and_place_of_xmp_are_read_in_both_spellings_where_exif_has_none() {
    let packet = |attributes: &str, elements: &str| {
        let packet = format!(
            "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF><rdf:Description {attributes}>{elements}\
             </rdf:Description></rdf:RDF></x:xmpmeta>"
        );
        let jpeg = jpeg(&picture(9, 9));
        with_segment(&jpeg, b"http://ns.adobe.com/xap/1.0/\0", packet.as_bytes())
    };
    let attributes = r#"tiff:Make="Example" tiff:Model="Two" exif:GPSLatitude="38,41,29.76N" exif:GPSLongitude="9,12.96W""#;
    let elements = "<tiff:Make>Example</tiff:Make><tiff:Model>Two</tiff:Model>\
        <exif:GPSLatitude>38.6916</exif:GPSLatitude><exif:GPSLongitude>-9.216</exif:GPSLongitude>";
    for file in [packet(attributes, ""), packet("", elements)] {
        let read = read(&file);
        assert_eq!((read.make.as_deref(), read.model.as_deref()), (Some("Example"), Some("Two")));
        assert_eq!((read.latitude, read.longitude), (Some(38.6916), Some(-9.216)));
        assert_eq!(read.notes, Vec::<String>::new());
        // EXIF is what the camera wrote itself.
        let mut fields = place(&[(33, 1), (51, 1), (30, 1)], &[(151, 1), (12, 1), (33, 1)]);
        fields.push((Tag::Model, text("One")));
        let both = self::read(&with_exif(&file, &fields));
        assert_eq!((both.make.as_deref(), both.model.as_deref()), (None, Some("One")));
        assert_eq!((both.latitude, both.longitude), (Some(-33.8583333), Some(151.2091667)));
    }
    for (latitude, longitude) in [
        ("91,0N", "1,0E"),
        ("x", "1,0E"),
        ("", "1"),
        ("1,2,3,4N", "1,0E"),
        ("NaN", "1"),
        ("ü", "1"),
    ] {
        let attributes =
            format!(r#"exif:GPSLatitude="{latitude}" exif:GPSLongitude="{longitude}""#);
        let read = read(&packet(&attributes, ""));
        assert_eq!(
            (read.latitude, read.longitude, read.notes.len()),
            (None, None, 1),
            "{latitude}"
        );
    }
    let read = read(&packet(r#"exif:GPSLatitude="0,0N" exif:GPSLongitude="0,0E""#, ""));
    assert_eq!(read.latitude, None);
}

#[test]
fn all_formats_tell_their_size() {
    for format in
        [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Tiff, ImageFormat::Gif, ImageFormat::Bmp]
    {
        let read = read(&encode(&picture(30, 20), format));
        assert_eq!((read.width, read.height), (30, 20), "{format:?}");
    }
}

#[test]
fn raw_files_have_the_metadata_of_their_preview() {
    let preview = with_exif(&jpeg(&picture(300, 200)), &[(Tag::Make, text("Example"))]);
    let raw = [b"FUJIFILMCCD-RAW ".as_slice(), &[0; 100], &preview].concat();
    let read = read(&raw);
    assert_eq!((read.format.as_str(), read.make.as_deref()), ("raw", Some("Example")));
}

#[test]
fn a_tiff_is_read_by_its_own_tags() {
    let tiff = exif(&[(Tag::Model, text("Scanner"))]);
    assert_eq!(read(&tiff).model.as_deref(), Some("Scanner"));
}
