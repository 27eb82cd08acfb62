//! Albums: an entry each, whose sidecar lists the pictures in the order of the album.

use serde::{Deserialize, Serialize};
use spacedrive_sdk::ops::vdfs::{Entry, ListEntriesInput, NewEntry};
use spacedrive_sdk::prelude::*;

use crate::photo::{self, Listed, PHOTO};

/// Type of the entries.
const ALBUM: &str = "photo_album";
/// Folder of their paths.
const FOLDER: &str = "albums";
/// Sidecar of the pictures.
const SIDECAR: &str = "album.json";
/// Longest name, in characters.
const MAX_NAME: usize = 100;
/// Most pictures of an album.
const MAX_PHOTOS: usize = 20_000;

/// Reference to an album.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlbumRef {
    /// Its name; large and small letters are the same.
    pub album: String,
}

/// Pictures to be put into an album, or to be taken out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlbumPhotos {
    /// Name of the album; large and small letters are the same.
    pub album: String,
    /// Entries of the pictures.
    pub photos: Vec<Uuid>,
}

/// An album.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Album {
    /// Its entry.
    pub entry_id: Uuid,
    /// Its name.
    pub name: String,
    /// Number of pictures that are in the library.
    pub photos: usize,
    /// Its first picture.
    pub cover: Option<Uuid>,
    /// Sidecar of the small copy of the cover.
    pub thumbnail: Option<String>,
}

/// The sidecar of an album.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Members {
    photos: Vec<Uuid>,
}

/// Lists all albums, by name.
///
/// # Errors
/// Those of the library.
pub(crate) fn list(client: &SpacedriveClient) -> Result<Vec<Album>> {
    let photos = photo::list(client, PHOTO)?;
    let mut albums: Vec<Album> = entries(client)?
        .into_iter()
        .map(|entry| album(client, entry, &photos))
        .collect::<Result<_>>()?;
    albums.sort_by_key(|album| album.name.to_lowercase());
    Ok(albums)
}

/// Makes an album.
///
/// # Errors
/// A name that is not valid, or that another album has; those of the library.
pub(crate) fn make(client: &SpacedriveClient, input: &AlbumRef) -> Result<Album> {
    let name = checked(&input.album)?;
    if let Some(there) = named(client, name)? {
        let there = there.name.escape_debug();
        return Err(Error::new(
            ErrorCode::Conflict,
            format!("there is an album `{there}` already"),
        ));
    }
    let made = NewEntry::new(name, format!("{FOLDER}/{name}"), ALBUM);
    client.vdfs().create_entry(made)?;
    let entry = found(client, name)?;
    album(client, entry, &[])
}

/// Puts pictures into an album; those that are in it already stay where they are.
///
/// # Errors
/// An album that is not there; an entry that is not a picture; those of the library.
pub(crate) fn add(client: &SpacedriveClient, input: &AlbumPhotos) -> Result<Album> {
    for id in &input.photos {
        photo::get(client, *id)?;
    }
    change(client, input, |members| {
        let new: Vec<Uuid> =
            input.photos.iter().filter(|id| !members.contains(id)).copied().collect();
        members.extend(new);
        if members.len() <= MAX_PHOTOS {
            return Ok(());
        }
        let count = members.len();
        let message = format!("the album would have {count} pictures, the limit is {MAX_PHOTOS}");
        Err(Error::new(ErrorCode::BadInput, message))
    })
}

/// Takes pictures out of an album.
///
/// # Errors
/// An album that is not there; those of the library.
pub(crate) fn remove(client: &SpacedriveClient, input: &AlbumPhotos) -> Result<Album> {
    change(client, input, |members| {
        members.retain(|id| !input.photos.contains(id));
        Ok(())
    })
}

/// Deletes an album; its pictures stay.
///
/// # Errors
/// An album that is not there; those of the library.
pub(crate) fn delete(client: &SpacedriveClient, input: &AlbumRef) -> Result<Album> {
    let entry = found(client, &input.album)?;
    let id = entry.id;
    let album = album(client, entry, &photo::list(client, PHOTO)?)?;
    client.vdfs().delete_entry(id)?;
    Ok(album)
}

/// Returns the pictures of an album, in its order.
///
/// # Errors
/// An album that is not there; those of the library.
pub(crate) fn members(client: &SpacedriveClient, album: &str) -> Result<Vec<Uuid>> {
    read(client, found(client, album)?.id)
}

fn change(
    client: &SpacedriveClient,
    input: &AlbumPhotos,
    change: impl Fn(&mut Vec<Uuid>) -> Result<()>,
) -> Result<Album> {
    let entry = found(client, &input.album)?;
    client.vdfs().change_sidecar(entry.id, SIDECAR, |old| {
        let mut members: Members = match old {
            Some(old) => serde_json::from_slice(old.as_bytes())?,
            None => Members::default(),
        };
        change(&mut members.photos)?;
        Ok(serde_json::to_vec_pretty(&members)?)
    })?;
    album(client, entry, &photo::list(client, PHOTO)?)
}

fn album(client: &SpacedriveClient, entry: Entry, photos: &[Listed]) -> Result<Album> {
    let members = read(client, entry.id)?;
    let there = |id: &Uuid| photos.iter().find(|photo| photo.id == *id);
    let there: Vec<&Listed> = members.iter().filter_map(there).collect();
    let cover = there.first();
    Ok(Album {
        entry_id: entry.id,
        name: entry.name,
        photos: there.len(),
        cover: cover.map(|cover| cover.id),
        thumbnail: cover
            .filter(|cover| cover.photo.thumbnails)
            .map(|_| crate::intake::SMALL.to_owned()),
    })
}

fn read(client: &SpacedriveClient, id: Uuid) -> Result<Vec<Uuid>> {
    match client.vdfs().read_json_sidecar::<Members>(id, SIDECAR) {
        Ok(members) => Ok(members.photos),
        Err(error) if error.is_not_found() => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn entries(client: &SpacedriveClient) -> Result<Vec<Entry>> {
    let input =
        ListEntriesInput { entry_type: Some(ALBUM.to_owned()), ..ListEntriesInput::default() };
    client.vdfs().list_entries(input)
}

fn named(client: &SpacedriveClient, name: &str) -> Result<Option<Entry>> {
    let name = name.trim().to_lowercase();
    Ok(entries(client)?.into_iter().find(|entry| entry.name.to_lowercase() == name))
}

fn found(client: &SpacedriveClient, name: &str) -> Result<Entry> {
    let all = entries(client)?;
    let wanted = name.trim().to_lowercase();
    if let Some(entry) = all.iter().find(|entry| entry.name.to_lowercase() == wanted) {
        return Ok(entry.clone());
    }
    let known: Vec<String> =
        all.iter().take(10).map(|entry| format!("`{}`", entry.name.escape_debug())).collect();
    let known = if known.is_empty() { "no album".to_owned() } else { known.join(", ") };
    let message = format!("there is no album `{}`; there is {known}", name.trim().escape_debug());
    Err(Error::new(ErrorCode::NotFound, message))
}

/// Returns a name as it is kept, which is a part of a path.
fn checked(name: &str) -> Result<&str> {
    let name = name.trim();
    let is_valid = !name.is_empty()
        && name.chars().count() <= MAX_NAME
        && !name.contains('/')
        && !name.chars().any(char::is_control)
        && ![".", ".."].contains(&name);
    if is_valid {
        return Ok(name);
    }
    let message = format!(
        "`{}` is not a valid name of an album: 1 to {MAX_NAME} characters without `/`",
        name.escape_debug()
    );
    Err(Error::new(ErrorCode::BadInput, message))
}
