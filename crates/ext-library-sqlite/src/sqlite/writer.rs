//! The connection that writes, and its way back from a disk without room.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rusqlite::Connection;

use super::{
    patience,
    schema::{self, Access},
};
use crate::fault::Outcome;

/// The time between two looks whether there is room again.
const LOOK: Duration = Duration::from_secs(1);

/// The connection that writes.
#[derive(Debug)]
pub(super) struct Writer {
    path: PathBuf,
    /// `None` when the last attempt to open it failed.
    db: Option<Connection>,
    access: Access,
    opened: Instant,
}

impl Writer {
    pub(super) fn open(path: &Path) -> Outcome<Self> {
        let (db, access) = connect(path)?;
        Ok(Self { path: path.to_owned(), db: Some(db), access, opened: Instant::now() })
    }

    /// Returns the connection. One that excludes all others is opened anew from time to time, or it would
    /// do so for as long as the program runs; it ends first, since it would exclude the new one as well.
    pub(super) fn connection(&mut self) -> Outcome<&mut Connection> {
        match self.db.take() {
            Some(db) if self.access == Access::Shared || self.opened.elapsed() < LOOK => {
                Ok(self.db.insert(db))
            }
            alone => {
                drop(alone);
                let (db, access) = connect(&self.path)?;
                (self.access, self.opened) = (access, Instant::now());
                Ok(self.db.insert(db))
            }
        }
    }

    /// Returns how the database could be opened.
    pub(super) const fn access(&self) -> Access {
        self.access
    }
}

fn connect(path: &Path) -> Outcome<(Connection, Access)> {
    let (mut db, access) = schema::open(path)?;
    // Only now: the change to a new version is not cut short.
    patience::interrupt(&mut db)?;
    Ok((db, access))
}
