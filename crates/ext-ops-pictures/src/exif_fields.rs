//! EXIF: what cameras write into pictures.

use std::io::Cursor;

use exif::{Exif, In, Rational, Reader, Tag, Value};
use ext_wire::ops::media::MetadataOutput;

use crate::{maker_note, when::When};

/// Longest text that is taken of a field, in characters.
pub(crate) const MAX_TEXT: usize = 1000;

/// Reads the EXIF of a file, as far as it is whole.
pub(crate) fn read(file: &[u8]) -> Option<Exif> {
    let mut reader = Reader::new();
    reader.continue_on_error(true);
    let read = reader.read_from_container(&mut Cursor::new(file));
    read.or_else(|error| error.distill_partial_result(|_| {})).ok()
}

/// Returns the orientation of a file, 1 to 8.
pub(crate) fn orientation(file: &[u8]) -> Option<u8> {
    of(&read(file)?)
}

fn of(exif: &Exif) -> Option<u8> {
    let value = exif.get_field(Tag::Orientation, In::PRIMARY)?.value.get_uint(0)?;
    u8::try_from(value).ok().filter(|value| (1..=8).contains(value))
}

/// Adds what the EXIF says to `out`, but for the time of the last change; what cannot be so goes to its notes.
pub(crate) fn add(exif: &Exif, out: &mut MetadataOutput) {
    let text = |tag| text(exif, tag);
    out.orientation = of(exif).unwrap_or(1);
    out.make = text(Tag::Make);
    out.model = text(Tag::Model);
    out.lens = text(Tag::LensModel);
    out.software = text(Tag::Software);
    out.description = text(Tag::ImageDescription);
    out.exposure_s = number(exif, Tag::ExposureTime).filter(|value| *value > 0.0);
    out.aperture = number(exif, Tag::FNumber).filter(|value| *value > 0.0);
    out.focal_length_mm = number(exif, Tag::FocalLength).filter(|value| *value > 0.0);
    out.iso = field(exif, Tag::PhotographicSensitivity).and_then(|value| value.get_uint(0));
    add_time(&TAKEN, exif, out);
    add_place(exif, out);
    if let Some(Value::Undefined(note, _)) = field(exif, Tag::MakerNote) {
        let note = maker_note::read(note);
        out.live_photo_id = note.live_photo_id;
        out.burst_id = note.burst_id;
    }
}

/// Returns the size that the camera says, before the picture is turned.
pub(crate) fn size(exif: &Exif) -> Option<(u32, u32)> {
    let side = |tag| field(exif, tag)?.get_uint(0).filter(|side| *side > 0);
    Some((side(Tag::PixelXDimension)?, side(Tag::PixelYDimension)?))
}

fn field(exif: &Exif, tag: Tag) -> Option<&Value> {
    exif.get_field(tag, In::PRIMARY).map(|field| &field.value)
}

fn text(exif: &Exif, tag: Tag) -> Option<String> {
    let Value::Ascii(parts) = field(exif, tag)? else { return None };
    clean(&String::from_utf8_lossy(parts.first()?))
}

/// Takes control characters out of a text and cuts it; `None` for one without letters.
pub(crate) fn clean(text: &str) -> Option<String> {
    let shown: String = text.chars().filter(|c| !c.is_control()).take(MAX_TEXT).collect();
    let shown = shown.trim();
    (!shown.is_empty()).then(|| shown.to_owned())
}

fn number(exif: &Exif, tag: Tag) -> Option<f64> {
    match field(exif, tag)? {
        Value::Rational(values) => finite(values.first()?),
        _ => None,
    }
}

fn finite(value: &Rational) -> Option<f64> {
    Some(value.to_f64()).filter(|value| value.is_finite())
}

/// Tags of a time, of its parts of a second, and of its offset.
type TimeTags = (Tag, Tag, Tag);

/// Times of the taking, the best first.
const TAKEN: [TimeTags; 2] = [
    (Tag::DateTimeOriginal, Tag::SubSecTimeOriginal, Tag::OffsetTimeOriginal),
    (Tag::DateTimeDigitized, Tag::SubSecTimeDigitized, Tag::OffsetTimeDigitized),
];
/// Time of the last change of the file, which programs and scanners set.
const CHANGED: [TimeTags; 1] = [(Tag::DateTime, Tag::SubSecTime, Tag::OffsetTime)];

/// Takes the time of the last change for that of the taking, where nothing tells another one.
pub(crate) fn add_last_change(exif: &Exif, out: &mut MetadataOutput) {
    if out.taken.is_none() {
        add_time(&CHANGED, exif, out);
    }
}

fn add_time(sources: &[TimeTags], exif: &Exif, out: &mut MetadataOutput) {
    for &(time, parts, offset) in sources {
        let Some(written) = text(exif, time) else { continue };
        let (parts, offset) = (text(exif, parts), text(exif, offset));
        match When::of_exif(&written, parts.as_deref(), offset.as_deref()) {
            Ok(Some(when)) => return set_time(when, exif, out),
            Ok(None) => {}
            Err(()) => out.notes.push(format!("time: `{written}` cannot be one")),
        }
    }
}

/// Sets the time. Where the camera wrote no offset, the clock of the satellites tells it.
fn set_time(when: When, exif: &Exif, out: &mut MetadataOutput) {
    let offset = when.offset.or_else(|| offset_by_satellites(when, exif));
    set(When { offset, ..when }, out);
}

/// Writes a time into an answer.
pub(crate) fn set(when: When, out: &mut MetadataOutput) {
    out.taken = Some(when.local.to_string());
    out.offset_minutes = when.offset.map(|offset| offset.seconds() / 60);
    out.taken_at = when.instant().map(|at| at.to_string());
}

/// Returns the offset between the camera's clock and that of the satellites, to a quarter of an hour; `None`
/// where they are not within 15 hours of each other, or off by minutes.
fn offset_by_satellites(when: When, exif: &Exif) -> Option<jiff::tz::Offset> {
    const QUARTER: i64 = 15 * 60;
    let day = text(exif, Tag::GPSDateStamp)?;
    let Value::Rational(clock) = field(exif, Tag::GPSTimeStamp)? else { return None };
    let clock: Vec<f64> = clock.iter().filter_map(finite).collect();
    let &[hours, minutes, seconds] = clock.as_slice() else { return None };
    let text = format!("{day} {hours:02.0}:{minutes:02.0}:{:02.0}", seconds.floor());
    let utc = When::of_exif(&text, None, None).ok()??;
    let apart = when.local.duration_since(utc.local).as_secs();
    let rounded = apart.div_euclid(QUARTER) * QUARTER
        + if apart.rem_euclid(QUARTER) * 2 >= QUARTER { QUARTER } else { 0 };
    let close = (apart - rounded).abs() <= 120 && rounded.abs() <= 14 * 3600;
    let seconds = i32::try_from(rounded).ok().filter(|_| close)?;
    jiff::tz::Offset::from_seconds(seconds).ok()
}

fn add_place(exif: &Exif, out: &mut MetadataOutput) {
    let latitude = degrees(exif, Tag::GPSLatitude, Tag::GPSLatitudeRef, b'S', 90.0);
    let longitude = degrees(exif, Tag::GPSLongitude, Tag::GPSLongitudeRef, b'W', 180.0);
    match (latitude, longitude) {
        // Cameras without reception write zeros; nobody lives there.
        (Some(Ok(latitude)), Some(Ok(longitude))) if latitude != 0.0 || longitude != 0.0 => {
            (out.latitude, out.longitude) = (Some(latitude), Some(longitude));
            out.altitude_m = altitude(exif);
        }
        (None, None) => {}
        _ => out.notes.push("place: its numbers are not on the earth".to_owned()),
    }
}

/// Returns an angle; an error for one that is not finite or beyond `limit`.
fn degrees(exif: &Exif, tag: Tag, sign: Tag, negative: u8, limit: f64) -> Option<Result<f64, ()>> {
    let Value::Rational(parts) = field(exif, tag)? else { return Some(Err(())) };
    let sum = |parts: &[Rational]| {
        let units = [1.0, 60.0, 3600.0];
        let mut parts = parts.iter().zip(units);
        parts.try_fold(0.0, |sum, (part, unit)| Some(sum + finite(part)? / unit))
    };
    let Some(angle) = sum(parts).filter(|_| !parts.is_empty()) else { return Some(Err(())) };
    let is_negative = match field(exif, sign) {
        Some(Value::Ascii(texts)) => texts.first().and_then(|text| text.first()) == Some(&negative),
        _ => false,
    };
    if angle > limit {
        return Some(Err(()));
    }
    Some(Ok(rounded(if is_negative { -angle } else { angle })))
}

/// Rounds an angle to a centimetre on the ground: what a computation adds to the numbers of a camera is not
/// shown.
pub(crate) fn rounded(angle: f64) -> f64 {
    (angle * 1e7).round() / 1e7
}

/// Returns the height above the sea, where it is one on the earth or above it.
fn altitude(exif: &Exif) -> Option<f64> {
    let height = number(exif, Tag::GPSAltitude).filter(|height| *height < 100_000.0)?;
    let below = field(exif, Tag::GPSAltitudeRef).and_then(|value| value.get_uint(0)) == Some(1);
    Some(if below { -height } else { height })
}
