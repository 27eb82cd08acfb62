//! The file of an extension's settings: a list of the values for all libraries and for single ones.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use ext_wire::{ErrorBody, ErrorCode, io_code, ops::settings::MAX_VALUES_BYTES};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::list_file::ListFile;

/// Name of the folder in the data folder.
pub(crate) const FOLDER: &str = "settings";

/// Values that the user set, for all libraries or for one. Those of secrets are in the vault.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub(super) struct Scope {
    /// The library; none for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) library_id: Option<Uuid>,
    pub(super) values: Map<String, Value>,
    /// Number of the last change, counted over all scopes.
    pub(super) revision: u64,
}

/// The last change that an extension was told of in a library.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Told {
    library_id: Uuid,
    revision: u64,
}

/// The files of one extension.
pub(super) struct Kept {
    folder: PathBuf,
    scopes: ListFile<Scope>,
    told: ListFile<Told>,
    names: [String; 2],
}

impl Kept {
    pub(super) fn of(folder: &Path, extension: &str) -> Self {
        // Ids have no dot, so that no extension has the file of another one.
        let names = [extension.to_owned(), format!("{extension}.told")];
        let [scopes, told] = &names;
        let (scopes, told) = (ListFile::new(folder, scopes), ListFile::new(folder, told));
        Self { folder: folder.to_owned(), scopes, told, names }
    }

    pub(super) fn read(&self) -> Result<Vec<Scope>, ErrorBody> {
        self.scopes.read()
    }

    pub(super) fn check_files(&self) -> Result<(), ErrorBody> {
        self.read()?;
        self.told.read().map(drop)
    }

    /// Changes the values of one scope while nobody else does.
    pub(super) fn change<R>(
        &self,
        library: Option<Uuid>,
        change: impl FnOnce(&mut Map<String, Value>) -> Result<R, ErrorBody>,
    ) -> Result<R, ErrorBody> {
        self.make_folder()?;
        self.scopes.change(|scopes| {
            let last = scopes.iter().map(|scope| scope.revision).max().unwrap_or(0);
            let place = scopes.iter().position(|scope| scope.library_id == library);
            let mut scope = match place {
                Some(place) => scopes.remove(place),
                None => Scope { library_id: library, ..Scope::default() },
            };
            let done = change(&mut scope.values)?;
            check_size(&scope.values)?;
            scope.revision = last + 1;
            scopes.push(scope);
            Ok(done)
        })
    }

    /// Returns the number of the last change that counts in a library, when the extension was not told of
    /// it.
    pub(super) fn untold(&self, library: Uuid) -> Result<Option<u64>, ErrorBody> {
        let counts = |scope: &&Scope| scope.library_id.is_none_or(|other| other == library);
        let scopes = self.read()?;
        let revision = scopes.iter().filter(counts).map(|scope| scope.revision).max().unwrap_or(0);
        let told = self.told.read()?.into_iter().find(|told| told.library_id == library);
        Ok((told.map_or(0, |told| told.revision) < revision).then_some(revision))
    }

    /// Notes that the extension was told of a change.
    pub(super) fn note_told(&self, library: Uuid, revision: u64) -> Result<(), ErrorBody> {
        self.make_folder()?;
        self.told.change(|told| {
            told.retain(|other| other.library_id != library);
            told.push(Told { library_id: library, revision });
            Ok(())
        })
    }

    /// Removes the files.
    pub(super) fn remove(&self) -> io::Result<()> {
        let files = self.names.iter().flat_map(|name| ["json", "lock"].map(|end| (name, end)));
        for (name, end) in files {
            match fs::remove_file(self.folder.join(format!("{name}.{end}"))) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn make_folder(&self) -> Result<(), ErrorBody> {
        let made = ext_fs::create_private_folder(&self.folder);
        made.map_err(|error| ErrorBody::new(io_code(error.source.kind()), error))
    }
}

fn check_size(values: &Map<String, Value>) -> Result<(), ErrorBody> {
    let bytes = serde_json::to_vec(values).map_or(usize::MAX, |json| json.len());
    if bytes <= MAX_VALUES_BYTES {
        return Ok(());
    }
    let message = format!("the values have {bytes} bytes, the limit is {MAX_VALUES_BYTES}");
    Err(ErrorBody::new(ErrorCode::Limit, message))
}
