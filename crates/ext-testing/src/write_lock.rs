//! A database of SQLite that another program is writing to.

use std::path::Path;

use rusqlite::Connection;

/// The lock of a writer, as a program has it in the middle of a transaction. It ends with this value.
#[derive(Debug)]
pub struct WriteLock {
    _connection: Connection,
}

impl WriteLock {
    /// Locks a database in its write-ahead mode: others may read and not write.
    ///
    /// # Panics
    /// When there is no database, or somebody else writes to it.
    #[must_use]
    pub fn of(database: &Path) -> Self {
        let connection = Connection::open(database).unwrap();
        connection.execute_batch("begin immediate").unwrap();
        Self { _connection: connection }
    }
}
