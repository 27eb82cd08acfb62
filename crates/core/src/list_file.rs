//! A file in the data folder that holds a list, which several programs change.

use std::{
    io,
    marker::PhantomData,
    path::{Path, PathBuf},
};

use ext_fs::Lock;
use ext_wire::{ErrorBody, ErrorCode, io_code};
use serde::{Serialize, de::DeserializeOwned};

/// Largest file that is read, in bytes.
const MAX_BYTES: u64 = 16 << 20;

/// A list in a JSON file, with a lock beside it.
///
/// ```
/// use spacedrive_core::ListFile;
///
/// let data = tempfile::tempdir()?;
/// let words = ListFile::<String>::new(data.path(), "words");
/// words.change(|words| Ok(words.push("coffee".to_owned())))?;
/// assert_eq!(words.read()?, ["coffee"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct ListFile<T> {
    path: PathBuf,
    lock: PathBuf,
    items: PhantomData<fn() -> T>,
}

impl<T: Serialize + DeserializeOwned> ListFile<T> {
    /// Names the list `NAME.json` in a folder.
    #[must_use]
    pub fn new(folder: &Path, name: &str) -> Self {
        let file = |end| folder.join(format!("{name}.{end}"));
        Self { path: file("json"), lock: file("lock"), items: PhantomData }
    }

    /// Reads the list; without the file it is empty.
    ///
    /// # Errors
    /// [`ErrorCode::Io`] when the file cannot be read, [`ErrorCode::Corrupt`] when it holds no list.
    pub fn read(&self) -> Result<Vec<T>, ErrorBody> {
        let bytes = match ext_fs::read(&self.path, MAX_BYTES).map_err(io::Error::from) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            bytes => bytes.map_err(|error| io_failed(&self.path, &error))?,
        };
        let list = serde_json::from_slice(&bytes);
        list.map_err(|error| damaged(&self.path, &error))
    }

    /// Changes the list while nobody else does. After an error of `change` it is as it was.
    ///
    /// # Errors
    /// As [`read`](Self::read), also when the file cannot be written, with [`ErrorCode::ReadOnly`] or
    /// [`ErrorCode::NoSpace`] where that is the reason; that of `change`.
    pub fn change<R>(
        &self,
        change: impl FnOnce(&mut Vec<T>) -> Result<R, ErrorBody>,
    ) -> Result<R, ErrorBody> {
        let _lock = self.lock()?;
        let mut list = self.read()?;
        let changed = change(&mut list)?;
        self.write(&list)?;
        Ok(changed)
    }

    /// Changes the item that `is_it` finds, and returns it; `None` when there is none.
    ///
    /// # Errors
    /// As [`change`](Self::change).
    pub fn change_one(
        &self,
        is_it: impl Fn(&T) -> bool,
        change: impl FnOnce(&mut T),
    ) -> Result<Option<T>, ErrorBody>
    where
        T: Clone,
    {
        self.change_found(is_it, |list, place| {
            let item = list.get_mut(place)?;
            change(item);
            Some(item.clone())
        })
    }

    /// Removes the item that `is_it` finds, and returns it; `None` when there is none.
    ///
    /// # Errors
    /// As [`change`](Self::change).
    pub fn remove(&self, is_it: impl Fn(&T) -> bool) -> Result<Option<T>, ErrorBody> {
        self.change_found(is_it, |list, place| Some(list.remove(place)))
    }

    /// Changes the list at the place of an item; without one nothing is written.
    fn change_found(
        &self,
        is_it: impl Fn(&T) -> bool,
        change: impl FnOnce(&mut Vec<T>, usize) -> Option<T>,
    ) -> Result<Option<T>, ErrorBody> {
        let _lock = self.lock()?;
        let mut list = self.read()?;
        let Some(place) = list.iter().position(is_it) else { return Ok(None) };
        let found = change(&mut list, place);
        self.write(&list)?;
        Ok(found)
    }

    fn lock(&self) -> Result<Lock, ErrorBody> {
        Lock::acquire(&self.lock).map_err(|error| io_failed(&self.lock, &error.source))
    }

    fn write(&self, list: &[T]) -> Result<(), ErrorBody> {
        let text = serde_json::to_vec_pretty(list)
            .map_err(|error| failed(ErrorCode::Internal, &self.path, &error))?;
        if text.len() as u64 > MAX_BYTES {
            let size = format!("would have {} bytes, the limit is {MAX_BYTES}", text.len());
            return Err(failed(ErrorCode::NoSpace, &self.path, &size));
        }
        let written = ext_fs::replace(&self.path, &text);
        written.map_err(|error| io_failed(&self.path, &error.source))
    }
}

/// Makes the error for a file that does not hold what a program wrote: it has one form, by which advice on
/// it is found.
fn damaged(path: &Path, problem: &dyn std::fmt::Display) -> ErrorBody {
    ErrorBody::new(ErrorCode::Corrupt, format_args!("{} is damaged: {problem}", path.display()))
}

fn io_failed(path: &Path, error: &io::Error) -> ErrorBody {
    failed(io_code(error.kind()), path, error)
}

fn failed(code: ErrorCode, path: &Path, error: &dyn std::fmt::Display) -> ErrorBody {
    ErrorBody::new(code, format_args!("{}: {error}", path.display()))
}
