//! Statements that a key signed, and whether they are still to be believed.

use ext_package::{PublisherKey, SigningKey};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{error::OciError, manifest};

/// Form of the statements that this program writes.
pub(crate) const FORMAT: u8 = 1;

/// Something that is signed: it counts up, and it expires.
pub(crate) trait Statement: Serialize + DeserializeOwned {
    /// Returns the form that it is written in.
    fn format(&self) -> u8;

    /// Returns what its signature is for, which no other statement has.
    fn purpose(&self) -> String;
}

/// A statement as it was signed, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Signed {
    publisher: String,
    statement: String,
    signature: String,
}

impl Signed {
    pub(crate) fn sign<T: Statement>(statement: &T, key: &SigningKey) -> Result<Self, OciError> {
        let purpose = statement.purpose();
        let statement = serde_json::to_string(statement).map_err(OciError::answer)?;
        let signature = key.sign_text(&purpose, &statement)?;
        Ok(Self { publisher: key.publisher()?.to_string(), statement, signature })
    }

    /// Reads the statement and the key that signed it.
    pub(crate) fn open<T: Statement>(&self) -> Result<(T, PublisherKey), OciError> {
        let key = PublisherKey::parse(&self.publisher)?;
        let statement: T = manifest::read("a statement", self.statement.as_bytes())?;
        key.verify_text(&statement.purpose(), &self.statement, &self.signature)?;
        match statement.format() {
            FORMAT => Ok((statement, key)),
            other => Err(OciError::answer(format_args!(
                "a statement has the form {other}, and this program reads the form {FORMAT}"
            ))),
        }
    }
}

/// Time from when until when a statement is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validity {
    /// Time at which it was signed.
    pub written: Timestamp,
    /// Time from which on it is expired.
    pub expires: Timestamp,
}

impl Validity {
    /// Begins now.
    pub(crate) fn of(time: SignedDuration) -> Self {
        let written = Timestamp::now();
        Self { written, expires: written.saturating_add(time).unwrap_or(Timestamp::MAX) }
    }
}

/// Checks that a statement is not expired, and not older than one that was seen before.
///
/// # Errors
/// [`OciError::Stale`].
pub(crate) fn check_fresh(
    (what, registry): (&str, &str),
    (seen, found): (u64, u64),
    expires: Timestamp,
) -> Result<(), OciError> {
    check_order((what, registry), (seen, Some(found)))?;
    if expires <= Timestamp::now() {
        let problem = format!("is expired since {}", expires.strftime("%Y-%m-%d"));
        return Err(stale((what, registry), problem));
    }
    Ok(())
}

/// Checks that a statement is not older than one that was seen before, and not missing after that.
///
/// # Errors
/// [`OciError::Stale`].
pub(crate) fn check_order(
    names: (&str, &str),
    (seen, found): (u64, Option<u64>),
) -> Result<(), OciError> {
    let problem = match found {
        Some(found) if found < seen => {
            format!("has the number {found}, and number {seen} was seen before: it was rolled back")
        }
        None if seen > 0 => format!("is not there, and number {seen} was seen before"),
        _ => return Ok(()),
    };
    Err(stale(names, problem))
}

fn stale((what, registry): (&str, &str), problem: String) -> OciError {
    OciError::Stale { what: what.to_owned(), registry: registry.to_owned(), problem }
}
