//! Looking at a file that came into the library: small copies, what the camera wrote, and the look.
//!
//! Each step is idempotent, and the metadata of the entry are written last: they say of which content they
//! are, so that an event that comes again after a crash costs one call or does the rest.

use serde::Serialize;
use serde_json::{Map, Value, json};
use spacedrive_sdk::ops::media::{MetadataOutput, ThumbnailInput, ThumbnailOutput};
use spacedrive_sdk::ops::vdfs::{Entry, ReadContent, ReadContentInput, WriteSidecarInput};
use spacedrive_sdk::prelude::*;

use crate::look::{self, Look};
use crate::photo::{KIND, MOVIE, OWN, PHOTO, Photo, TEXT};
use crate::places::{self, Place};
use crate::preferences::Preferences;
use crate::{clock, movie, text};

/// The small copies: longest side in pixels, and name of the sidecar.
pub(crate) const COPIES: [(u32, &str); 3] = [(256, SMALL), (640, MEDIUM), (1280, LARGE)];
/// All sidecars that are made of a picture.
const SIDECARS: [&str; 6] = [SMALL, MEDIUM, LARGE, DETAILS, LOOK, text::SIDECAR];
/// Sidecar of the copy for lists.
pub(crate) const SMALL: &str = "small.jpg";
/// Sidecar of the copy for one picture.
pub(crate) const MEDIUM: &str = "medium.jpg";
/// Sidecar of the copy for a whole screen.
const LARGE: &str = "large.jpg";
/// Sidecar of all that a picture says of itself.
pub(crate) const DETAILS: &str = "photo.json";
/// Sidecar of the brightness values by which pictures are compared.
pub(crate) const LOOK: &str = "photo.luma";
/// Media types of pictures without the name of a raw format.
const PICTURES: [&str; 11] = [
    "image/jpeg",
    "image/jpg",
    "image/png",
    "image/webp",
    "image/tiff",
    "image/gif",
    "image/bmp",
    "image/heif",
    "image/heic",
    "image/avif",
    "image/x-adobe-dng",
];
/// Endings of raw files, whose media types have no common form.
const RAW: [&str; 10] = ["dng", "cr2", "cr3", "nef", "arw", "raf", "orf", "rw2", "pef", "srw"];
/// Media types of the movies of Live Photos.
const MOVIES: [&str; 2] = ["video/quicktime", "video/mp4"];

/// All that is kept of a picture in [`DETAILS`], where a search finds its texts.
#[derive(Debug, Serialize)]
struct Details<'a> {
    #[serde(flatten)]
    stated: &'a MetadataOutput,
    place: Option<&'a Place>,
}

/// Returns whether a file is a picture.
pub(crate) fn is_picture(entry: &Entry) -> bool {
    let media_type = entry.media_type.as_deref().unwrap_or_default();
    PICTURES.contains(&media_type) || RAW.contains(&ending(&entry.name).as_str())
}

fn ending(name: &str) -> String {
    name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default()
}

/// Looks at a file that came into the library, or has other content.
///
/// # Errors
/// A picture that is damaged; those of the library.
pub(crate) fn handle(client: &SpacedriveClient, entry: &Entry) -> Result<()> {
    let result = match () {
        () if entry.entry_type != "file" || entry.content_hash.is_none() => Ok(()),
        // The host may have ended between the metadata and the job.
        () if is_done(entry) && waits_for_text(entry) => text::dispatch(client, text::KEY),
        () if is_done(entry) => Ok(()),
        () => forget(client, entry).and_then(|()| read(client, entry)),
    };
    match result {
        // Removed before its turn came.
        Err(error) if error.is_not_found() => Ok(()),
        result => result.map_err(|error| error.context(&entry.name)),
    }
}

fn read(client: &SpacedriveClient, entry: &Entry) -> Result<()> {
    match entry.media_type.as_deref() {
        _ if is_picture(entry) => picture(client, entry),
        Some(kind) if MOVIES.contains(&kind) => movie(client, entry),
        _ => Ok(()),
    }
}

fn is_done(entry: &Entry) -> bool {
    let own = entry.metadata.get(OWN).and_then(|own| own.get("content")).and_then(Value::as_str);
    own.is_some() && own == entry.content_hash.as_deref()
}

fn waits_for_text(entry: &Entry) -> bool {
    entry.metadata.get(TEXT).and_then(Value::as_str) == Some(text::WANTED)
}

/// Removes what was made of the content that the entry had before, so that no list and no search finds it.
/// What is made of the present one does not take the place of all of that.
fn forget(client: &SpacedriveClient, entry: &Entry) -> Result<()> {
    if !entry.metadata.contains_key(KIND) {
        return Ok(());
    }
    for name in SIDECARS {
        match client.vdfs().delete_sidecar(entry.id, name) {
            // Somebody else wrote one of this name.
            Err(error) if error.code() == ErrorCode::DeniedArg => {}
            deleted => drop(deleted?),
        }
    }
    let keys = [OWN, KIND, TEXT].map(|key| (key.to_owned(), Value::Null));
    client.vdfs().update_metadata(entry.id, Map::from_iter(keys)).map(|_| ())
}

fn picture(client: &SpacedriveClient, entry: &Entry) -> Result<()> {
    let stated = client.media().metadata(entry.id)?;
    let sizes = COPIES.map(|(size, _)| size).to_vec();
    let wanted = ThumbnailInput { entry_id: entry.id, sizes, format: None, luma: Some(look::SIDE) };
    let (copies, problem) = match client.media().thumbnails(&wanted) {
        // What a decoder makes of a file that is cut off is a picture with a grey part.
        Ok(copies) => (Some(copies), stated.notes.iter().find_map(|note| damage(note))),
        // A format without a decoder is in the timeline all the same.
        Err(error) if error.code() == ErrorCode::NeedsProvider => {
            (None, Some(error.message().to_owned()))
        }
        Err(error) => return Err(error),
    };
    let mut photo = Photo { problem, ..stated_by(&stated, entry) };
    let details = Details { stated: &stated, place: photo.place.as_ref() };
    client.vdfs().write_json_sidecar(entry.id, DETAILS, &details)?;
    if let Some(copies) = copies {
        write_copies(client, entry.id, copies, &mut photo)?;
    }
    let text = wants_text(client, &photo)?.then_some(text::WANTED);
    client.vdfs().update_metadata(entry.id, photo.patch(PHOTO, text)?)?;
    if text.is_some() { text::dispatch(client, text::KEY) } else { Ok(()) }
}

fn wants_text(client: &SpacedriveClient, photo: &Photo) -> Result<bool> {
    Ok(photo.thumbnails
        && photo.width.min(photo.height) >= text::LEAST_SIDE
        && Preferences::load(client)?.read_text)
}

/// Returns what a note says of the picture itself.
fn damage(note: &str) -> Option<String> {
    note.strip_prefix("picture: ").map(str::to_owned)
}

/// Takes what a picture states of itself, and the time from its name where it states none.
fn stated_by(stated: &MetadataOutput, entry: &Entry) -> Photo {
    let taken = stated.taken.clone().or_else(|| clock::named(&entry.name));
    let mut photo = Photo {
        content: entry.content_hash.clone(),
        width: stated.width,
        height: stated.height,
        seconds: taken.as_deref().and_then(|taken| clock::seconds(taken, stated.offset_minutes)),
        taken,
        offset_minutes: stated.offset_minutes,
        camera: camera(stated),
        tags: stated.tags.clone(),
        latitude: stated.latitude,
        longitude: stated.longitude,
        live_photo: stated.live_photo_id.clone(),
        burst: stated.burst_id.clone(),
        ..Photo::default()
    };
    photo.place = photo.point().and_then(places::name);
    photo
}

/// Names the camera; most models begin with their maker already.
fn camera(stated: &MetadataOutput) -> Option<String> {
    let make = stated.make.as_deref().unwrap_or_default();
    let model = stated.model.as_deref().unwrap_or_default();
    let maker = make.split(' ').next().unwrap_or_default();
    let camera = match model.to_lowercase().starts_with(&maker.to_lowercase()) {
        true => model.to_owned(),
        false => format!("{make} {model}"),
    };
    Some(camera.trim().to_owned()).filter(|camera| !camera.is_empty())
}

fn write_copies(
    client: &SpacedriveClient,
    id: Uuid,
    copies: ThumbnailOutput,
    photo: &mut Photo,
) -> Result<()> {
    (photo.width, photo.height, photo.thumbnails) = (copies.width, copies.height, true);
    for ((_, name), copy) in COPIES.iter().zip(copies.thumbnails) {
        let data = copy.data.into_bytes();
        client.vdfs().write_sidecar_with(WriteSidecarInput::new(id, *name, data))?;
    }
    let luma = copies.luma.map(|luma| luma.as_bytes().to_vec()).unwrap_or_default();
    if let Some(look) = Look::new(luma.clone()) {
        client.vdfs().write_sidecar(id, LOOK, &luma)?;
        photo.hashes = look.hashes();
    }
    Ok(())
}

/// Notes the id that a movie shares with its picture, if it is one of a Live Photo.
fn movie(client: &SpacedriveClient, entry: &Entry) -> Result<()> {
    let read = |offset: u64, length: u64| {
        let input = ReadContentInput { entry_id: entry.id, offset, length: Some(length) };
        Ok(client.call_op::<ReadContent>(&input)?.data.as_bytes().to_vec())
    };
    let live_photo = movie::live_photo_id(entry.size.unwrap_or(0), read)?;
    let own = json!({ "content": entry.content_hash, "live_photo": live_photo });
    let patch = [(OWN.to_owned(), own), (KIND.to_owned(), json!(MOVIE))];
    client.vdfs().update_metadata(entry.id, Map::from_iter(patch)).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_camera_is_named_once() {
        for (make, model, named) in [
            (Some("Canon"), Some("Canon EOS R6"), Some("Canon EOS R6")),
            (Some("NIKON CORPORATION"), Some("NIKON Z 6"), Some("NIKON Z 6")),
            (Some("Apple"), Some("iPhone 15"), Some("Apple iPhone 15")),
            (None, Some("Box"), Some("Box")),
            (Some("Box"), None, Some("Box")),
            (None, None, None),
        ] {
            let (make, model) = (make.map(str::to_owned), model.map(str::to_owned));
            let stated = MetadataOutput { make, model, ..MetadataOutput::default() };
            assert_eq!(camera(&stated).as_deref(), named);
        }
    }
}
