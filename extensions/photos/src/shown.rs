//! One picture, field by field.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use spacedrive_sdk::prelude::*;

use crate::intake::DETAILS;
use crate::photo::{self, Listed};
use crate::text;

/// Fields of a picture, in their order, each with its key in the details and its unit.
const FIELDS: [(&str, &str, &str); 15] = [
    ("title", "title", ""),
    ("description", "description", ""),
    ("tags", "tags", ""),
    ("rating", "rating", ""),
    ("lens", "lens", ""),
    ("exposure", "exposure_s", " s"),
    ("aperture", "aperture", ""),
    ("iso", "iso", ""),
    ("focal length", "focal_length_mm", " mm"),
    ("latitude", "latitude", "°"),
    ("longitude", "longitude", "°"),
    ("altitude", "altitude_m", " m"),
    ("format", "format", ""),
    ("software", "software", ""),
    ("notes", "notes", ""),
];

/// Reference to a picture.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhotoRef {
    /// Its entry.
    pub entry_id: Uuid,
}

/// A field of a picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownField {
    /// Its name.
    pub field: String,
    /// Its value.
    pub value: String,
}

/// Shows a picture field by field; what it does not say is left out.
///
/// # Errors
/// An entry that is not a picture; those of the library.
pub(crate) fn show(client: &SpacedriveClient, input: PhotoRef) -> Result<Vec<ShownField>> {
    let listed = photo::get(client, input.entry_id)?;
    let details: Map<String, Value> = client.vdfs().read_json_sidecar(listed.id, DETAILS)?;
    let stated = FIELDS.into_iter().filter_map(|(name, key, unit)| {
        let value = words(details.get(key)?)?;
        Some((name, format!("{value}{unit}")))
    });
    let text = match listed.has_text() {
        true => Some(client.vdfs().read_sidecar(listed.id, text::SIDECAR)?),
        false => None,
    };
    let text = text.map(|text| ("text", String::from_utf8_lossy(text.as_bytes()).into_owned()));
    let fields = own(&listed).into_iter().chain(stated).chain(text);
    Ok(fields.map(|(field, value)| ShownField { field: field.to_owned(), value }).collect())
}

/// Returns the fields that this extension knows.
fn own(listed: &Listed) -> Vec<(&'static str, String)> {
    let photo = &listed.photo;
    let place = photo.place.as_ref().map(|it| format!("{}, {}", it.town, it.country));
    let fields = [
        ("path", Some(listed.path.clone())),
        ("taken", photo.taken.as_ref().map(|taken| taken.replace('T', " "))),
        ("zone", photo.offset_minutes.map(zone)),
        ("place", place),
        ("camera", photo.camera.clone()),
        ("size", (photo.width > 0).then(|| format!("{} × {}", photo.width, photo.height))),
        ("problem", photo.problem.clone()),
    ];
    fields.into_iter().filter_map(|(field, value)| Some((field, value?))).collect()
}

/// Writes an offset as people do: `+02:00`.
fn zone(minutes: i32) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

fn words(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => Some(items.iter().filter_map(words).collect::<Vec<_>>().join(", ")),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_have_a_sign_and_two_digits() {
        assert_eq!([zone(120), zone(-570), zone(0)], ["+02:00", "-09:30", "+00:00"]);
    }
}
