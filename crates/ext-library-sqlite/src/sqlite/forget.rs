//! The removal of what a library keeps for an extension.

use rusqlite::Transaction;

use crate::fault::Outcome;

/// Removes jobs, subscriptions, the position in the outbox with its failures, and published events of an
/// extension. Entries and sidecars that it made are the user's.
pub(crate) fn extension(db: &Transaction<'_>, id: &str) -> Outcome<()> {
    for sql in [
        "DELETE FROM jobs WHERE extension = ?",
        "DELETE FROM subscriptions WHERE subscriber = ?",
        "DELETE FROM failures WHERE subscriber = ?",
        "DELETE FROM removal_failures WHERE subscriber = ?",
        "DELETE FROM subscribers WHERE name = ?",
        "DELETE FROM events WHERE caused_by = ? AND kind LIKE 'ext.%'",
    ] {
        db.execute(sql, [id])?;
    }
    Ok(())
}
