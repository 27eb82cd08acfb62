//! Metadata that this extension keeps of a picture.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use spacedrive_sdk::ops::vdfs::{Entry, ListEntriesInput};
use spacedrive_sdk::prelude::*;

use crate::look::Hashes;
use crate::places::{Place, Point};

/// Key of the metadata of this extension.
pub(crate) const OWN: &str = "photos";
/// Key of the kind, by which pictures and movies are listed.
pub(crate) const KIND: &str = "photos.kind";
/// Key of what is known of the text in a picture, by which those are listed that are to be read.
pub(crate) const TEXT: &str = "photos.text";
/// Kind of a picture.
pub(crate) const PHOTO: &str = "photo";
/// Kind of a movie that may belong to a picture.
pub(crate) const MOVIE: &str = "movie";
/// Entries of one page of a list: less than a megabyte.
const PAGE: u32 = 500;

/// Metadata of a picture or a movie.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Photo {
    /// BLAKE3 of the content that this was read from.
    pub(crate) content: Option<String>,
    /// Width in pixels, upright.
    pub(crate) width: u32,
    /// Height in pixels, upright.
    pub(crate) height: u32,
    /// When it was taken, on the clock of the camera.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) taken: Option<String>,
    /// Minutes by which that clock was before UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) offset_minutes: Option<i32>,
    /// Seconds since 1970 at which it was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) seconds: Option<i64>,
    /// Maker and model of the camera.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) camera: Option<String>,
    /// Tags that the file says of its picture.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<String>,
    /// Latitude in degrees, north positive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) latitude: Option<f64>,
    /// Longitude in degrees, east positive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) longitude: Option<f64>,
    /// Name of the place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) place: Option<Place>,
    /// Hashes by which pictures are found that look alike.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hashes: Option<Hashes>,
    /// Id that a Live Photo shares with its movie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) live_photo: Option<String>,
    /// Id that the pictures of a burst share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) burst: Option<String>,
    /// True when there are small copies of it.
    pub(crate) thumbnails: bool,
    /// Reason why something is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<String>,
}

impl Photo {
    /// Returns where it was taken.
    pub(crate) fn point(&self) -> Option<Point> {
        Some(Point { latitude: self.latitude?, longitude: self.longitude? })
    }

    /// Returns the day on which it was taken, as `2026-05-01`.
    pub(crate) fn day(&self) -> Option<&str> {
        self.taken.as_deref()?.get(..10)
    }

    /// Makes the patch that keeps it; keys of before that it has not are removed.
    ///
    /// # Errors
    /// A number that JSON has no form for.
    pub(crate) fn patch(&self, kind: &str, text: Option<&str>) -> Result<Map<String, Value>> {
        let mut own = serde_json::to_value(Self::default())?;
        let fields = [
            "taken",
            "offset_minutes",
            "seconds",
            "camera",
            "tags",
            "latitude",
            "longitude",
            "place",
            "hashes",
            "live_photo",
            "burst",
            "problem",
        ];
        if let (Some(own), Value::Object(new)) = (own.as_object_mut(), serde_json::to_value(self)?)
        {
            own.extend(fields.map(|field| (field.to_owned(), Value::Null)));
            own.extend(new);
        }
        let all = [(OWN, own), (KIND, json!(kind)), (TEXT, json!(text))];
        Ok(all.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }
}

/// A picture or movie of the library.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    /// Id of its entry.
    pub(crate) id: Uuid,
    /// Name of the file.
    pub(crate) name: String,
    /// Path in the library.
    pub(crate) path: String,
    /// Bytes of the file.
    pub(crate) size: u64,
    /// BLAKE3 of the content.
    pub(crate) content_hash: Option<String>,
    /// What is known of the text in it.
    pub(crate) text: Option<String>,
    /// What this extension knows of it.
    pub(crate) photo: Photo,
}

impl Listed {
    /// Reads an entry; `None` for one that this extension keeps nothing of.
    pub(crate) fn of(mut entry: Entry) -> Option<Self> {
        let photo = serde_json::from_value(entry.metadata.remove(OWN)?).ok()?;
        let text = entry.metadata.get(TEXT).and_then(Value::as_str).map(str::to_owned);
        let Entry { id, name, path, content_hash, size, .. } = entry;
        Some(Self { id, name, path, content_hash, size: size.unwrap_or(0), text, photo })
    }

    /// Returns folder and name without ending, in small letters: files of one picture share it.
    pub(crate) fn stem(&self) -> String {
        let stem = self.path.rsplit_once('.').map_or(self.path.as_str(), |(stem, _)| stem);
        stem.to_lowercase()
    }

    /// Returns whether text was found in it.
    pub(crate) fn has_text(&self) -> bool {
        self.text.as_deref() == Some("found")
    }
}

/// Lists the pictures, or the movies, of the library.
///
/// # Errors
/// Those of `vdfs.list_entries`.
pub(crate) fn list(client: &SpacedriveClient, kind: &str) -> Result<Vec<Listed>> {
    let input = ListEntriesInput {
        metadata: Map::from_iter([(KIND.to_owned(), json!(kind))]),
        limit: PAGE,
        ..ListEntriesInput::default()
    };
    Ok(client.vdfs().list_entries(input)?.into_iter().filter_map(Listed::of).collect())
}

/// Reads one picture of the library.
///
/// # Errors
/// [`ErrorCode::BadInput`] for an entry that is not a picture; those of `vdfs.get_entry`.
pub(crate) fn get(client: &SpacedriveClient, id: Uuid) -> Result<Listed> {
    let entry = client.vdfs().get_entry(id)?.entry;
    let (name, is_photo) = (entry.name.clone(), entry.metadata.get(KIND) == Some(&json!(PHOTO)));
    let listed = is_photo.then(|| Listed::of(entry)).flatten();
    listed.ok_or_else(|| {
        let name = name.escape_debug();
        Error::new(ErrorCode::BadInput, format!("`{name}` is not a picture that was looked at"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_removes_what_a_picture_had_before() {
        let photo = Photo { camera: Some("Box 1".into()), ..Photo::default() };
        let patch = photo.patch(PHOTO, None).unwrap();
        assert_eq!(patch[OWN]["camera"], "Box 1");
        assert_eq!(patch[OWN]["place"], Value::Null);
        assert_eq!(patch[TEXT], Value::Null);
        let mut kept = patch[OWN].clone();
        kept.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        assert_eq!(serde_json::from_value::<Photo>(kept).unwrap(), photo);
    }
}
