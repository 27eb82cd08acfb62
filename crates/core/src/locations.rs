//! The file of locations: the folders that libraries follow.

use std::{fs, path::Path, sync::Arc};

use ext_library_sqlite::Libraries;
use ext_services::{library::LibraryDirectory, locations::Locations};
use ext_wire::{
    EntryPath, ErrorBody, ErrorCode,
    ops::locations::{AddLocationInput, Location},
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{list_file::ListFile, own_folder::OwnFolder};

/// Name of the file in the data folder.
pub const LOCATIONS_FILE: &str = "locations.json";
type Result<T> = std::result::Result<T, ErrorBody>;

/// The locations of a data folder.
pub(crate) struct LocationsFile {
    file: ListFile<Location>,
    libraries: Arc<Libraries>,
    own: OwnFolder,
}

impl LocationsFile {
    pub(crate) fn new(folder: &Path, libraries: Arc<Libraries>, own: OwnFolder) -> Self {
        Self { file: ListFile::new(folder, "locations"), libraries, own }
    }

    fn change_one(&self, id: Uuid, change: impl FnOnce(&mut Location)) -> Result<Location> {
        self.file.change_one(|location| location.id == id, change)?.ok_or_else(|| not_found(id))
    }
}

impl Locations for LocationsFile {
    fn add(&self, input: AddLocationInput) -> Result<Location> {
        let AddLocationInput { library_id, folder, into } = input;
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
            let (id, added_at) = (Uuid::now_v7(), Timestamp::now().to_string());
            let location =
                Location { id, library_id, folder, into, paused: false, rescans: 0, added_at };
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

    fn rescan(&self, id: Uuid) -> Result<Location> {
        self.change_one(id, |location| location.rescans += 1)
    }

    fn remove(&self, id: Uuid) -> Result<Location> {
        self.file.remove(|location| location.id == id)?.ok_or_else(|| not_found(id))
    }
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
