//! XMP: what programs for pictures write into them, such as tags and titles.
//!
//! The packet is found by its marks, as XMP is made to be: so it is read in all formats.

use std::collections::BTreeMap;

use ext_wire::ops::media::MetadataOutput;
use memchr::memmem;
use quick_xml::{
    Reader,
    escape::{resolve_predefined_entity, unescape},
    events::{BytesRef, BytesStart, Event},
};

use crate::{exif_fields, when::When};

/// Longest packet that is read, in bytes.
const MAX_PACKET: usize = 1 << 20;
/// Most tags that are taken.
const MAX_TAGS: usize = 200;
/// Most elements within each other.
const MAX_DEPTH: usize = 32;

/// Times of the taking, the best first.
const TIMES: [&str; 3] = ["exif:DateTimeOriginal", "photoshop:DateCreated", "xmp:CreateDate"];

/// Adds what the packet says; what EXIF said stays, but for tags, title and rating, which EXIF has not.
/// Properties are read as elements and as attributes, in which XMP may have them.
pub(crate) fn add(file: &[u8], out: &mut MetadataOutput) {
    let Some(values) = packet(file).and_then(read) else { return };
    let first = |name: &str| values.get(name).and_then(|all| all.first()).map(String::as_str);
    let tags =
        values.get("dc:subject").into_iter().flatten().filter_map(|tag| exif_fields::clean(tag));
    out.tags = tags.take(MAX_TAGS).collect();
    out.title = first("dc:title").and_then(exif_fields::clean);
    if out.description.is_none() {
        out.description = first("dc:description").and_then(exif_fields::clean);
    }
    let rating = first("xmp:Rating").and_then(|text| text.trim().parse().ok());
    out.rating = rating.filter(|rating| (-1..=5).contains(rating));
    if out.taken.is_none() {
        let when = TIMES.iter().filter_map(|name| When::of_xmp(first(name)?).ok()).next();
        when.into_iter().for_each(|when| exif_fields::set(when, out));
    }
    // The names of a camera belong together.
    if out.make.is_none() && out.model.is_none() {
        out.make = first("tiff:Make").and_then(exif_fields::clean);
        out.model = first("tiff:Model").and_then(exif_fields::clean);
    }
    if out.latitude.is_none() {
        add_place([first("exif:GPSLatitude"), first("exif:GPSLongitude")], out);
    }
}

/// Adds a place; what is not on the earth is a note.
fn add_place(texts: [Option<&str>; 2], out: &mut MetadataOutput) {
    let [Some(latitude), Some(longitude)] = texts else { return };
    match (degrees(latitude, ['N', 'S'], 90.0), degrees(longitude, ['E', 'W'], 180.0)) {
        // Cameras without reception write zeros; nobody lives there.
        (Some(latitude), Some(longitude)) if latitude != 0.0 || longitude != 0.0 => {
            (out.latitude, out.longitude) = (Some(latitude), Some(longitude));
        }
        _ => out.notes.push("place: its numbers in XMP are not on the earth".to_owned()),
    }
}

/// Reads `38,41,29.76N` or `38,41.496N`, as XMP has it, and `38.6916`, as some programs write it.
fn degrees(text: &str, [positive, negative]: [char; 2], limit: f64) -> Option<f64> {
    let text = text.trim();
    let (numbers, sign) = match text.chars().next_back()?.to_ascii_uppercase() {
        end if end == positive => (text.get(..text.len() - 1)?, 1.0),
        end if end == negative => (text.get(..text.len() - 1)?, -1.0),
        _ => (text, 1.0),
    };
    let parts: Vec<f64> =
        numbers.split(',').map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
    let is_signed = parts.len() == 1;
    let is_valid = parts.len() <= 3 && (is_signed || parts.iter().all(|part| *part >= 0.0));
    let sum: f64 = parts.iter().zip([1.0, 60.0, 3600.0]).map(|(part, unit)| part / unit).sum();
    Some(exif_fields::rounded(sum * sign)).filter(|angle| is_valid && angle.abs() <= limit)
}

/// Finds the packet of a file.
fn packet(file: &[u8]) -> Option<&str> {
    const END: &[u8] = b"</x:xmpmeta>";
    let start = memmem::find(file, b"<x:xmpmeta")?;
    let rest = file.get(start..)?;
    let rest = rest.get(..MAX_PACKET).unwrap_or(rest);
    let end = memmem::find(rest, END)? + END.len();
    std::str::from_utf8(rest.get(..end)?).ok()
}

/// Values by the names of their properties.
type Values = BTreeMap<String, Vec<String>>;

/// Returns the values by the names of their properties, in the prefixes that all programs use.
fn read(packet: &str) -> Option<Values> {
    let mut values = Values::new();
    let (mut path, mut text) = (Vec::new(), String::new());
    let mut reader = Reader::from_str(packet);
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => {
                text.clear();
                attributes(&tag, &mut values);
                path.push(tag.name().as_ref().to_owned());
                if path.len() > MAX_DEPTH {
                    return None;
                }
            }
            Event::Empty(tag) => attributes(&tag, &mut values),
            Event::End(_) => {
                keep(&path, std::mem::take(&mut text), &mut values);
                path.pop()?;
            }
            Event::Text(part) => text.push_str(&part.xml10_content()),
            Event::GeneralRef(reference) => text.push_str(&resolve(&reference)?),
            Event::Eof => return Some(values),
            // A document type could define entities, which no packet needs.
            Event::DocType(_) => return None,
            _ => {}
        }
    }
}

/// Keeps a text with the property that it stands in; lists of RDF are between the two.
fn keep(path: &[String], text: String, values: &mut Values) {
    let property = path.iter().rev().find(|name| !name.starts_with("rdf:"));
    if let Some(property) = property.filter(|_| !text.trim().is_empty()) {
        values.entry(property.clone()).or_default().push(text);
    }
}

fn attributes(tag: &BytesStart<'_>, values: &mut Values) {
    for attribute in tag.attributes().flatten() {
        if let Ok(value) = unescape(&attribute.value) {
            let name = attribute.key.as_ref().to_owned();
            values.entry(name).or_default().push(value.into_owned());
        }
    }
}

/// Returns the text of `&amp;` or `&#252;`. No other entity can be declared.
fn resolve(reference: &BytesRef<'_>) -> Option<String> {
    if let Some(letter) = reference.resolve_char_ref().ok()? {
        return Some(letter.to_string());
    }
    resolve_predefined_entity(&reference.xml10_content()).map(str::to_owned)
}
