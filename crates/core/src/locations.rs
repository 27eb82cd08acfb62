//! The file of locations: the folders that libraries follow.

use std::{fs, path::Path, sync::Arc};

use ext_library_sqlite::Libraries;
use ext_services::{library::LibraryDirectory, locations::Locations};
use ext_wire::{
    EntryPath, ErrorBody, ErrorCode,
    ops::locations::{AddLocationInput, Location, MAX_IGNORE, MAX_IGNORE_BYTES, RescanInput},
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{core::Core, list_file::ListFile, own_folder::OwnFolder, work::rules};

/// Name of the file in the data folder.
pub const LOCATIONS_FILE: &str = "locations.json";
type Result<T> = std::result::Result<T, ErrorBody>;

/// The locations of a data folder.
pub(crate) struct LocationsFile {
    pub(crate) file: ListFile<Location>,
    pub(crate) libraries: Arc<Libraries>,
    pub(crate) own: OwnFolder,
}

impl LocationsFile {
    fn change_one(&self, id: Uuid, change: impl FnOnce(&mut Location)) -> Result<Location> {
        self.file.change_one(|location| location.id == id, change)?.ok_or_else(|| not_found(id))
    }

    /// Lets the next look at a location read all its files.
    fn forget_seen(&self, id: Uuid) -> Result<()> {
        let locations = self.file.read()?;
        let location = locations.iter().find(|location| location.id == id);
        let Location { library_id, folder, .. } = location.ok_or_else(|| not_found(id))?;
        let library = self.libraries.open(*library_id);
        let forgotten = library.and_then(|library| library.forget_seen(Path::new(folder)));
        forgotten.map_err(|error| ErrorBody::new(error.code(), error))
    }
}

impl Locations for LocationsFile {
    fn add(&self, input: AddLocationInput) -> Result<Location> {
        let AddLocationInput { library_id, folder, into, ignore, keep_deleted } = input;
        ensure_patterns(&ignore)?;
        let library = self.libraries.library(library_id);
        library.map_err(|error| ErrorBody::new(error.code(), error))?;
        let folder = real_folder(&folder, &self.own)?;
        if let Some(place) = &into {
            let place: std::result::Result<EntryPath, _> = place.parse();
            place.map_err(|error| ErrorBody::new(ErrorCode::Path, error))?;
        }
        self.file.change(|locations| {
            let mut own = locations.iter().filter(|other| other.library_id == library_id);
            if let Some(other) = own.find(|other| Path::new(&folder).starts_with(&other.folder)) {
                let message = format!("the library follows `{}` already", other.folder);
                return Err(ErrorBody::new(ErrorCode::Conflict, message));
            }
            let (id, added_at) = (ext_services::new_id(), Timestamp::now().to_string());
            let (paused, rescans, accept_deletions, looked_at) = (false, 0, false, None);
            let location = Location {
                id,
                library_id,
                folder,
                into,
                ignore,
                keep_deleted,
                paused,
                rescans,
                accept_deletions,
                added_at,
                looked_at,
            };
            locations.push(location.clone());
            Ok(location)
        })
    }

    fn list(&self) -> Result<Vec<Location>> {
        self.file.read()
    }

    fn set_paused(&self, id: Uuid, paused: bool) -> Result<Location> {
        self.change_one(id, |location| location.paused = paused)
    }

    fn rescan(&self, input: RescanInput) -> Result<Location> {
        let RescanInput { location_id, accept_deletions, contents } = input;
        if contents {
            self.forget_seen(location_id)?;
        }
        self.change_one(location_id, |location| {
            location.rescans += 1;
            location.accept_deletions |= accept_deletions;
        })
    }

    fn note_look(&self, asked: &Location) -> Result<()> {
        note_look(&self.file, asked)
    }

    fn remove(&self, id: Uuid) -> Result<Location> {
        self.file.remove(|location| location.id == id)?.ok_or_else(|| not_found(id))
    }
}

impl Core {
    /// Keeps that a location was looked at as a whole, as `asked` said. What was asked for meanwhile
    /// stays asked for.
    ///
    /// # Errors
    /// [`ErrorCode::Io`] and [`ErrorCode::Corrupt`] when the locations cannot be read or written.
    pub fn note_look(&self, asked: &Location) -> Result<()> {
        note_look(&self.locations, asked)
    }
}

fn note_look(file: &ListFile<Location>, asked: &Location) -> Result<()> {
    let is_it = |location: &Location| location.id == asked.id;
    file.change_one(is_it, |location| {
        location.looked_at = Some(Timestamp::now().to_string());
        if location.rescans == asked.rescans {
            location.accept_deletions = false;
        }
    })?;
    Ok(())
}

fn ensure_patterns(ignore: &[String]) -> Result<()> {
    let wrong = |message: String| Err(ErrorBody::new(ErrorCode::BadInput, message));
    if ignore.len() > MAX_IGNORE {
        return wrong(format!("{} patterns, the limit is {MAX_IGNORE}", ignore.len()));
    }
    for pattern in ignore {
        if pattern.len() > MAX_IGNORE_BYTES || pattern.contains(['\n', '\r', '\0']) {
            let start: String = pattern.chars().take(40).collect();
            let start = start.escape_debug();
            return wrong(format!("the pattern `{start}` … is too long or has several lines"));
        }
        if let Err(error) = rules::check_pattern(pattern) {
            let pattern = pattern.escape_debug();
            return wrong(format!("the pattern `{pattern}` is not valid: {error}"));
        }
    }
    Ok(())
}

/// Returns the folder's path without links, as text.
fn real_folder(folder: &str, own: &OwnFolder) -> Result<String> {
    let wrong = |why: &str| {
        let message = format!("`{}` {why}", folder.escape_debug());
        ErrorBody::new(ErrorCode::Path, message)
    };
    if !Path::new(folder).is_absolute() {
        return Err(wrong("is not an absolute path"));
    }
    let real =
        fs::canonicalize(folder).map_err(|error| wrong(&format!("cannot be opened: {error}")))?;
    if !real.is_dir() {
        return Err(wrong("is not a folder"));
    }
    if own.holds(&real) {
        return Err(wrong("is the data folder of this program, or lies in it"));
    }
    real.into_os_string().into_string().map_err(|_| wrong("has a name that is not UTF-8"))
}

fn not_found(id: Uuid) -> ErrorBody {
    ErrorBody::new(ErrorCode::NotFound, format_args!("there is no location `{id}`"))
}
