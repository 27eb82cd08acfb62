//! The log of a daemon in the background: a file that does not grow without end.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use parking_lot::Mutex;
use tracing_subscriber::fmt::MakeWriter;

/// Length at which a file is put aside, in bytes.
const MAX_BYTES: u64 = 16 << 20;

/// A file with the last records, and one beside it (`….1`) with those before.
#[derive(Clone)]
pub(super) struct RotatedFile(Arc<Mutex<Current>>);

struct Current {
    path: PathBuf,
    file: File,
    bytes: u64,
    most: u64,
    /// True if what this program writes to stderr, such as the word of a panic, goes there as well.
    has_stderr: bool,
}

impl RotatedFile {
    /// Goes on with a file; stderr goes there as well.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let current = Current::open(path, MAX_BYTES, true)?;
        Ok(Self(Arc::new(Mutex::new(current))))
    }
}

impl Current {
    fn open(path: &Path, most: u64, has_stderr: bool) -> io::Result<Self> {
        let file = ext_fs::private_options().create(true).append(true).open(path)?;
        if has_stderr {
            rustix::stdio::dup2_stderr(&file)?;
        }
        let (path, bytes) = (path.to_owned(), file.metadata()?.len());
        Ok(Self { path, file, bytes, most, has_stderr })
    }

    fn write(&mut self, record: &[u8]) -> io::Result<()> {
        let length = u64::try_from(record.len()).unwrap_or(u64::MAX);
        if self.bytes > 0 && self.bytes.saturating_add(length) > self.most {
            let mut former = self.path.clone().into_os_string();
            former.push(".1");
            fs::rename(&self.path, former)?;
            *self = Self::open(&self.path, self.most, self.has_stderr)?;
        }
        self.file.write_all(record)?;
        self.bytes = self.bytes.saturating_add(length);
        Ok(())
    }
}

impl Write for RotatedFile {
    fn write(&mut self, record: &[u8]) -> io::Result<usize> {
        // On a full disk the daemon goes on, without its log.
        let _ = self.0.lock().write(record);
        Ok(record.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for RotatedFile {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_08_two_files_hold_the_last_records_and_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("daemon.log");
        fs::write(&path, "before\n").unwrap();
        let mut log = Current::open(&path, 100, false).unwrap();
        for number in 0..100 {
            log.write(format!("record {number:02}\n").as_bytes()).unwrap();
        }
        log.write(&[b'x'; 1000]).unwrap();
        log.write(b"last\n").unwrap();
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(read("daemon.log"), "last\n");
        assert_eq!(read("daemon.log.1").len(), 1000, "a long record is kept whole");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_log_goes_on_where_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("daemon.log");
        for record in ["one\n", "two\n"] {
            Current::open(&path, 100, false).unwrap().write(record.as_bytes()).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntwo\n");
    }
}
