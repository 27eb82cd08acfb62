//! Files over HTTP: contents, sidecars and uploads, with the rights of whoever asks.
//!
//! The engine that decides about calls decides here as well: reading a content is
//! `query:vdfs.read_content.v1`, whichever way the bytes go.

use std::io::{self, Read};

use bytes::Bytes;
use ext_library_sqlite::{OpenedFile, SqliteLibrary};
use ext_perm::{Audience, Engine, Granted, Target};
use ext_registry::OpError;
use ext_rpc::{
    Caller, FilePart, FileRef, Files, NewUpload, ReadAt, ServedFile, Upload, WrittenSidecar,
};
use ext_services::library::{Entries, LibraryError};
use ext_wire::{
    EntryPath, ErrorBody, ErrorCode, Method, Wire,
    ops::vdfs::{CreateEntry, ReadContent, ReadSidecar, RestoreVersion, SidecarRef, WriteSidecar},
};
use uuid::Uuid;

use crate::{backend::CoreBackend, uploads::Finished};

type Result<T> = std::result::Result<T, ErrorBody>;

impl Files for CoreBackend {
    fn open(&self, caller: &Caller, file: &FileRef) -> Result<ServedFile> {
        let FileRef { library, entry, part } = file;
        let engine = self.engine_of(caller)?;
        let method = match part {
            FilePart::Content | FilePart::Version(_) => ReadContent::METHOD,
            FilePart::Sidecar(_) => ReadSidecar::METHOD,
        };
        let granted = authorize(&engine, method, *library)?;
        let library = self.shared.core.libraries().open(*library).map_err(to_body)?;
        check(&granted, &path_of(&library, *entry)?, part)?;
        let opened = match part {
            FilePart::Content => library.open_content(*entry),
            FilePart::Version(number) => library.open_version(*entry, *number),
            FilePart::Sidecar(name) => library.open_sidecar(*entry, name),
        };
        Ok(served(opened.map_err(to_body)?))
    }

    fn write_sidecar(
        &self,
        caller: &Caller,
        file: &FileRef,
        source: &mut dyn Read,
        only_if: &dyn Fn(Option<&str>) -> bool,
    ) -> Result<WrittenSidecar> {
        let FilePart::Sidecar(name) = &file.part else {
            return Err(ErrorBody::new(ErrorCode::BadInput, "only a sidecar is written so"));
        };
        let engine = self.engine_of(caller)?;
        let granted = authorize(&engine, WriteSidecar::METHOD, file.library)?;
        let library = self.shared.core.libraries().open(file.library).map_err(to_body)?;
        check(&granted, &path_of(&library, file.entry)?, &file.part)?;
        let target = SidecarRef { entry_id: file.entry, name: name.clone() };
        let info = library.write_sidecar_from(&target, source, only_if).map_err(to_body)?;
        let version = info.content_hash.clone();
        let info = serde_json::to_value(info);
        let info = info.map_err(|error| ErrorBody::new(ErrorCode::Internal, error))?;
        Ok(WrittenSidecar { info, version })
    }

    fn create_upload(&self, caller: &Caller, new: &NewUpload) -> Result<Upload> {
        let path: EntryPath = new.path.parse().map_err(LibraryError::from).map_err(to_body)?;
        path.check_new().map_err(LibraryError::from).map_err(to_body)?;
        let replaces = self.may_upload(caller, new.library, &path)?;
        let library = self.shared.core.libraries().open(new.library).map_err(to_body)?;
        library.check_upload(&path, new.length, replaces).map_err(to_body)?;
        let upload = self.uploads.create(caller, new.library, &path, new.length)?;
        self.uploads.finish(upload, |finished| self.book(caller, finished))
    }

    fn upload(&self, caller: &Caller, library: Uuid, id: Uuid) -> Result<Upload> {
        let upload = self.uploads.find(caller, library, id)?;
        self.uploads.finish(upload, |finished| self.book(caller, finished))
    }

    fn append(
        &self,
        caller: &Caller,
        library: Uuid,
        id: Uuid,
        offset: u64,
        source: &mut dyn Read,
    ) -> Result<Upload> {
        let upload = self.uploads.find(caller, library, id)?;
        self.may_upload(caller, library, upload.path())?;
        let upload = self.uploads.append(upload, offset, source)?;
        self.uploads.finish(upload, |finished| self.book(caller, finished))
    }

    fn cancel_upload(&self, caller: &Caller, library: Uuid, id: Uuid) -> Result<()> {
        self.uploads.cancel(self.uploads.find(caller, library, id)?)
    }
}

impl CoreBackend {
    /// Checks that a caller may make an entry at a path; returns whether it may also give one that is
    /// there another content, which is what the restoration of a version does.
    fn may_upload(&self, caller: &Caller, library: Uuid, path: &EntryPath) -> Result<bool> {
        let engine = self.engine_of(caller)?;
        let granted = authorize(&engine, CreateEntry::METHOD, library)?;
        granted.check(Target::Entry(path)).map_err(OpError::from).map_err(OpError::into_body)?;
        let restore = method(RestoreVersion::METHOD)?;
        let may = engine.permits(restore, Some(library), Target::Entry(path));
        may.map_err(OpError::from).map_err(OpError::into_body)
    }

    /// Makes an entry of a file that has come whole.
    fn book(&self, caller: &Caller, finished: Finished<'_>) -> Result<Uuid> {
        let replaces = self.may_upload(caller, finished.library, finished.path)?;
        let library = self.shared.core.libraries().open(finished.library).map_err(to_body)?;
        let imported = library.import_upload(finished.file, finished.path, replaces);
        Ok(imported.map_err(to_body)?.entry.id)
    }
}

fn method(text: &str) -> Result<Method<'_>> {
    Method::parse(text).map_err(|error| ErrorBody::new(ErrorCode::Internal, error))
}

fn authorize<'a>(engine: &'a Engine, name: &'a str, library: Uuid) -> Result<Granted<'a>> {
    let granted = engine.authorize(method(name)?, Some(library), Audience::Everyone);
    granted.map_err(OpError::from).map_err(OpError::into_body)
}

fn check(granted: &Granted<'_>, entry: &EntryPath, part: &FilePart) -> Result<()> {
    let target = match part {
        FilePart::Content | FilePart::Version(_) => Target::Entry(entry),
        FilePart::Sidecar(name) => Target::Sidecar { entry, name },
    };
    granted.check(target).map_err(OpError::from).map_err(OpError::into_body)
}

fn path_of(library: &SqliteLibrary, entry: Uuid) -> Result<EntryPath> {
    let details = library.get_entry(entry).map_err(to_body)?;
    Ok(EntryPath::stored(&details.entry.path))
}

fn served(opened: OpenedFile) -> ServedFile {
    ServedFile {
        name: opened.name.clone(),
        media_type: opened.media_type.clone(),
        size: opened.size,
        version: opened.hash.clone(),
        bytes: Box::new(Opened(opened)),
    }
}

/// An open file, as a server reads it.
struct Opened(OpenedFile);

impl ReadAt for Opened {
    fn read_at(&self, offset: u64, most: usize) -> io::Result<Bytes> {
        self.0.read_at(offset, most)
    }
}

pub(crate) fn to_body(error: LibraryError) -> ErrorBody {
    ErrorBody::new(error.code(), error)
}
