//! Uploads: files that come in parts, and become entries when they are whole.
//!
//! ```text
//! <data folder>/uploads/
//!     <id>.json    library, path, length, whose it is, and the entry that it became
//!     <id>.part    the bytes that came
//! ```
//!
//! The size of the second file is the number of bytes that are kept, so that an upload survives the end
//! of the daemon at any moment. A file that is whole, and not an entry yet, becomes one when its client
//! asks next: an import of the same bytes to the same path does nothing twice.

use std::{
    collections::BTreeSet,
    fs,
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use ext_rpc::{Caller, Upload};
use ext_wire::{EntryPath, ErrorBody, ErrorCode, io_code};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Name of the folder in the data folder.
const FOLDER: &str = "uploads";
/// Time after the last bytes at which an upload is forgotten.
const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
/// Most uploads of a data folder that are not whole, or not forgotten yet.
pub(crate) const MAX_UPLOADS: usize = 256;
/// Largest record, in bytes.
const MAX_RECORD: u64 = 16 << 10;
/// Bytes that are copied at a time.
const CHUNK: usize = 256 << 10;

type Result<T> = std::result::Result<T, ErrorBody>;

/// An upload as its file keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Record {
    library: Uuid,
    path: String,
    length: u64,
    /// The token of its maker; `None` for the user.
    token: Option<String>,
    entry: Option<Uuid>,
}

/// The uploads of a data folder.
#[derive(Debug)]
pub(crate) struct Uploads {
    folder: PathBuf,
    /// Those that are written to now.
    busy: Mutex<BTreeSet<Uuid>>,
}

/// An upload that nobody else uses, until it is dropped.
#[derive(Debug)]
pub(crate) struct HeldUpload<'a> {
    uploads: &'a Uploads,
    id: Uuid,
    record: Record,
    path: EntryPath,
}

/// A file that has come whole.
#[derive(Debug)]
pub(crate) struct Finished<'a> {
    pub(crate) file: &'a Path,
    pub(crate) library: Uuid,
    pub(crate) path: &'a EntryPath,
}

impl Uploads {
    /// Names the uploads of a data folder, and forgets those whose time is over.
    pub(crate) fn of(data_folder: &Path) -> Self {
        let uploads = Self { folder: data_folder.join(FOLDER), busy: Mutex::default() };
        uploads.forget_old();
        uploads
    }

    /// Begins an upload.
    pub(crate) fn create(
        &self,
        caller: &Caller,
        library: Uuid,
        path: &EntryPath,
        length: u64,
    ) -> Result<HeldUpload<'_>> {
        ext_fs::create_private_folder(&self.folder).map_err(|error| failed(&error.into()))?;
        self.forget_old();
        if self.ids().len() >= MAX_UPLOADS {
            let message = format!("there are {MAX_UPLOADS} uploads already: end or finish some");
            return Err(ErrorBody::new(ErrorCode::Busy, message));
        }
        let record = Record {
            library,
            path: path.to_string(),
            length,
            token: token_of(caller),
            entry: None,
        };
        let held = self.hold(Uuid::new_v4(), record)?;
        let part = ext_fs::private_options().write(true).create_new(true).open(held.part());
        part.map_err(|error| failed(&error))?;
        held.save()?;
        Ok(held)
    }

    /// Finds an upload of a caller. The user finds those of all.
    pub(crate) fn find(&self, caller: &Caller, library: Uuid, id: Uuid) -> Result<HeldUpload<'_>> {
        self.forget_old();
        let mut held = self.hold(id, self.record(caller, library, id)?)?;
        // Until it was held, another request may have finished or ended it.
        held.record = self.record(caller, library, id)?;
        Ok(held)
    }

    /// Reads what is known of an upload of a caller.
    fn record(&self, caller: &Caller, library: Uuid, id: Uuid) -> Result<Record> {
        let missing =
            || ErrorBody::new(ErrorCode::NotFound, format_args!("there is no upload {id}"));
        let text = match ext_fs::read(&self.file(id, "json"), MAX_RECORD).map_err(io::Error::from) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(missing()),
            text => text.map_err(|error| failed(&error))?,
        };
        let damaged =
            |error| ErrorBody::new(ErrorCode::Corrupt, format_args!("the upload: {error}"));
        let record: Record = serde_json::from_slice(&text).map_err(damaged)?;
        let is_own = *caller == Caller::User || record.token == token_of(caller);
        if record.library == library && is_own { Ok(record) } else { Err(missing()) }
    }

    fn hold(&self, id: Uuid, record: Record) -> Result<HeldUpload<'_>> {
        let path = EntryPath::stored(&record.path);
        if self.busy.lock().insert(id) {
            return Ok(HeldUpload { uploads: self, id, record, path });
        }
        let message = "this upload is being written to by another request";
        Err(ErrorBody { retry_after_ms: Some(1000), ..ErrorBody::new(ErrorCode::Busy, message) })
    }

    /// Adds bytes to an upload. What came is kept, also when the rest does not come.
    pub(crate) fn append<'a>(
        &self,
        upload: HeldUpload<'a>,
        offset: u64,
        source: &mut dyn Read,
    ) -> Result<HeldUpload<'a>> {
        let kept = upload.offset()?;
        if kept != offset {
            let message = format!("the upload has {kept} bytes, and not {offset}");
            return Err(ErrorBody::new(ErrorCode::Conflict, message));
        }
        let left = upload.record.length.saturating_sub(kept);
        let written = match upload.record.entry {
            // It is an entry by now, as an empty one is from the beginning: there is nothing to add.
            Some(_) => source.read(&mut [0]).map(|read| read == 0),
            None => upload.write(kept, left, source),
        };
        match written {
            Ok(true) => Ok(upload),
            Ok(false) => {
                let message = format!("more bytes came than the {left} that are left");
                Err(ErrorBody::new(ErrorCode::AbiTooLarge, message))
            }
            Err(error) => Err(failed(&error)),
        }
    }

    /// Makes an entry of an upload that is whole; returns the state of it, whole or not.
    pub(crate) fn finish(
        &self,
        mut upload: HeldUpload<'_>,
        book: impl FnOnce(Finished<'_>) -> Result<Uuid>,
    ) -> Result<Upload> {
        let offset = upload.offset()?;
        let Record { library, length, .. } = upload.record;
        if upload.record.entry.is_none() && offset == length {
            let file = upload.part();
            let entry = book(Finished { file: &file, library, path: &upload.path })?;
            upload.record.entry = Some(entry);
            upload.save()?;
            upload.remove_part();
        }
        let expires = upload.expires();
        Ok(Upload { id: upload.id, offset, length, entry: upload.record.entry, expires })
    }

    /// Forgets an upload. The entry that it became stays.
    pub(crate) fn cancel(&self, upload: HeldUpload<'_>) -> Result<()> {
        upload.remove_part();
        fs::remove_file(self.file(upload.id, "json")).map_err(|error| failed(&error))
    }

    /// Forgets the uploads whose time is over.
    pub(crate) fn forget_old(&self) {
        let now = SystemTime::now();
        for id in self.ids() {
            let changed = ["json", "part"].map(|end| modified(&self.file(id, end)));
            let last = changed.into_iter().flatten().max();
            let is_over = last.is_some_and(|last| last + LIFETIME < now);
            if is_over && self.busy.lock().insert(id) {
                let _ = fs::remove_file(self.file(id, "part"));
                let _ = fs::remove_file(self.file(id, "json"));
                self.busy.lock().remove(&id);
            }
        }
    }

    /// Lists the uploads, also those of which only one file is there.
    fn ids(&self) -> BTreeSet<Uuid> {
        let files = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let id = |file: fs::DirEntry| file.path().file_stem()?.to_str()?.parse().ok();
        files.filter_map(id).collect()
    }

    fn file(&self, id: Uuid, end: &str) -> PathBuf {
        self.folder.join(format!("{id}.{end}"))
    }
}

impl HeldUpload<'_> {
    /// Returns the path of the entry that it is for.
    pub(crate) const fn path(&self) -> &EntryPath {
        &self.path
    }

    fn part(&self) -> PathBuf {
        self.uploads.file(self.id, "part")
    }

    fn offset(&self) -> Result<u64> {
        if self.record.entry.is_some() {
            return Ok(self.record.length);
        }
        let size = fs::symlink_metadata(self.part()).map(|part| part.len());
        size.map_err(|error| failed(&error))
    }

    fn expires(&self) -> SystemTime {
        let files = [self.part(), self.uploads.file(self.id, "json")];
        let last = files.iter().filter_map(|file| modified(file)).max();
        last.unwrap_or_else(SystemTime::now) + LIFETIME
    }

    /// Writes up to `most` bytes; false when there are more, of which none is kept: an upload that is
    /// refused is not whole.
    fn write(&self, offset: u64, most: u64, source: &mut dyn Read) -> io::Result<bool> {
        let mut part = ext_fs::private_options().write(true).open(self.part())?;
        part.seek(SeekFrom::Start(offset))?;
        let mut source = source.take(most.saturating_add(1));
        let (mut buffer, mut left) = (vec![0; CHUNK], most);
        let ended = loop {
            let read = match source.read(&mut buffer) {
                Ok(0) => break Ok(true),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => break Err(error),
                Ok(read) => read,
            };
            let fits = usize::try_from(left).unwrap_or(usize::MAX).min(read);
            if let Err(error) = part.write_all(buffer.get(..fits).unwrap_or_default()) {
                break Err(error);
            }
            left -= fits as u64;
            if fits < read {
                break Ok(false);
            }
        };
        if matches!(ended, Ok(false)) {
            part.set_len(offset)?;
        }
        // What is acknowledged is on the disk.
        part.sync_data()?;
        ended
    }

    fn save(&self) -> Result<()> {
        let text = serde_json::to_vec(&self.record);
        let text = text.map_err(|error| ErrorBody::new(ErrorCode::Internal, error))?;
        let file = self.uploads.file(self.id, "json");
        ext_fs::replace(&file, &text).map_err(|error| failed(&error.into()))
    }

    fn remove_part(&self) {
        if let Err(error) = fs::remove_file(self.part()) {
            tracing::debug!(%error, "a file that was uploaded stays until it is forgotten");
        }
    }
}

impl Drop for HeldUpload<'_> {
    fn drop(&mut self) {
        self.uploads.busy.lock().remove(&self.id);
    }
}

fn token_of(caller: &Caller) -> Option<String> {
    match caller {
        Caller::User => None,
        Caller::Token(id) => Some(id.clone()),
    }
}

fn modified(file: &Path) -> Option<SystemTime> {
    fs::symlink_metadata(file).and_then(|file| file.modified()).ok()
}

fn failed(error: &io::Error) -> ErrorBody {
    ErrorBody::new(io_code(error.kind()), format_args!("the upload cannot be kept: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path() -> EntryPath {
        "inbox/a.txt".parse().unwrap()
    }

    fn never(_: Finished<'_>) -> Result<Uuid> {
        panic!("it is not whole")
    }

    #[test]
    fn of_more_bytes_than_were_announced_none_is_kept() {
        let data = tempfile::tempdir().unwrap();
        let uploads = Uploads::of(data.path());
        let library = Uuid::new_v4();
        let upload = uploads.create(&Caller::User, library, &path(), 6).unwrap();
        let id = upload.id;
        drop(uploads.append(upload, 0, &mut "co".as_bytes()).unwrap());
        let find = || uploads.find(&Caller::User, library, id).unwrap();
        let refused = uploads.append(find(), 2, &mut "ffee and cake".as_bytes()).unwrap_err();
        assert_eq!(refused.code, ErrorCode::AbiTooLarge);
        assert_eq!(uploads.finish(find(), never).unwrap().offset, 2);
        let whole = uploads.append(find(), 2, &mut "ffee".as_bytes()).unwrap();
        assert_eq!(whole.offset().unwrap(), 6);
    }

    #[test]
    fn an_upload_goes_on_where_it_was_in_another_life_of_the_daemon() {
        let data = tempfile::tempdir().unwrap();
        let (library, caller) = (Uuid::new_v4(), Caller::Token("a".into()));
        let uploads = Uploads::of(data.path());
        let upload = uploads.create(&caller, library, &path(), 6).unwrap();
        let id = upload.id;
        drop(uploads.append(upload, 0, &mut "cof".as_bytes()).unwrap());

        let uploads = Uploads::of(data.path());
        let found = |caller: &Caller, library| uploads.find(caller, library, id);
        assert!(found(&Caller::Token("b".into()), library).is_err(), "that of another one");
        assert!(found(&caller, Uuid::nil()).is_err(), "of another library");
        let wrong = uploads.append(found(&caller, library).unwrap(), 2, &mut "f".as_bytes());
        assert_eq!(wrong.unwrap_err().code, ErrorCode::Conflict);
        let state = uploads.finish(found(&Caller::User, library).unwrap(), never).unwrap();
        assert_eq!((state.offset, state.length, state.entry), (3, 6, None));

        let held = found(&caller, library).unwrap();
        assert_eq!(found(&caller, library).unwrap_err().code, ErrorCode::Busy, "one at a time");
        let whole = uploads.append(held, 3, &mut "fee".as_bytes()).unwrap();
        let entry = Uuid::new_v4();
        let booked = |finished: Finished<'_>| {
            assert_eq!(fs::read(finished.file).unwrap(), b"coffee");
            Ok(entry)
        };
        assert_eq!(uploads.finish(whole, booked).unwrap().entry, Some(entry));
        let again = uploads.finish(found(&caller, library).unwrap(), never).unwrap();
        assert_eq!((again.offset, again.entry), (6, Some(entry)), "an answer that was lost");
        // A request that was repeated.
        drop(uploads.append(found(&caller, library).unwrap(), 6, &mut io::empty()).unwrap());
        let more = uploads.append(found(&caller, library).unwrap(), 6, &mut "!".as_bytes());
        assert_eq!(more.unwrap_err().code, ErrorCode::AbiTooLarge);
        uploads.cancel(found(&caller, library).unwrap()).unwrap();
        assert_eq!(found(&caller, library).unwrap_err().code, ErrorCode::NotFound);
        assert_eq!(fs::read_dir(data.path().join(FOLDER)).unwrap().count(), 0);
    }

    #[test]
    fn a_request_that_comes_while_another_one_finishes_sees_its_end() {
        let data = tempfile::tempdir().unwrap();
        let (library, caller, entry) = (Uuid::new_v4(), Caller::User, Uuid::new_v4());
        let uploads = Uploads::of(data.path());
        let finish = |id| loop {
            let upload = match uploads.find(&caller, library, id) {
                Err(error) if error.code == ErrorCode::Busy => continue,
                found => found.unwrap(),
            };
            let upload = match upload.offset().unwrap() {
                0 => uploads.append(upload, 0, &mut "!".as_bytes()).unwrap(),
                _ => upload,
            };
            return uploads.finish(upload, |_| Ok(entry)).unwrap().entry;
        };
        for _ in 0..100 {
            let id = uploads.create(&caller, library, &path(), 1).unwrap().id;
            std::thread::scope(|scope| {
                let both = [(); 2].map(|()| scope.spawn(|| finish(id)));
                assert_eq!(both.map(|it| it.join().unwrap()), [Some(entry); 2]);
            });
            uploads.cancel(uploads.find(&caller, library, id).unwrap()).unwrap();
        }
    }

    #[test]
    fn what_came_is_kept_and_what_is_too_much_is_not() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::UnexpectedEof.into())
            }
        }
        let data = tempfile::tempdir().unwrap();
        let (library, caller) = (Uuid::new_v4(), Caller::User);
        let uploads = Uploads::of(data.path());
        let upload = uploads.create(&caller, library, &path(), 6).unwrap();
        let id = upload.id;
        let find = || uploads.find(&caller, library, id).unwrap();
        drop(upload);
        assert!(uploads.append(find(), 0, &mut "cof".as_bytes().chain(Broken)).is_err());
        assert_eq!(find().offset().unwrap(), 3);
        let many = uploads.append(find(), 3, &mut "fee, please".as_bytes()).unwrap_err();
        assert_eq!(many.code, ErrorCode::AbiTooLarge);
        assert_eq!(fs::read(find().part()).unwrap(), b"cof", "a refused request adds nothing");
    }

    #[test]
    fn an_old_upload_is_forgotten_and_there_are_not_too_many() {
        let data = tempfile::tempdir().unwrap();
        let (library, caller) = (Uuid::new_v4(), Caller::User);
        let uploads = Uploads::of(data.path());
        let ids: Vec<_> = (0..MAX_UPLOADS)
            .map(|_| uploads.create(&caller, library, &path(), 1).unwrap().id)
            .collect();
        let refused = uploads.create(&caller, library, &path(), 1).unwrap_err();
        assert_eq!(refused.code, ErrorCode::Busy);
        let old = SystemTime::now() - LIFETIME - Duration::from_secs(1);
        for end in ["json", "part"] {
            let file = fs::File::options().write(true).open(uploads.file(ids[0], end)).unwrap();
            file.set_modified(old).unwrap();
        }
        uploads.create(&caller, library, &path(), 1).unwrap();
        assert!(!uploads.file(ids[0], "part").exists());
        assert!(uploads.find(&caller, library, ids[1]).is_ok());
    }
}
