//! Keys of publishers. An extension keeps that of the first package it was installed from, also after it was
//! removed: what it made in libraries is still there.

use std::path::Path;

use ext_package::PublisherKey;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{candidate::Candidate, error::CoreError, list_file::ListFile};

/// The key of an extension's publisher.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Pin {
    extension_id: String,
    key: String,
    /// Time of the first installation with it, RFC 3339, UTC.
    since: String,
}

/// The keys of a data folder.
#[derive(Debug, Clone)]
pub(crate) struct Publishers(ListFile<Pin>);

impl Publishers {
    pub(crate) fn at(data_folder: &Path) -> Self {
        Self(ListFile::new(data_folder, "publishers"))
    }

    /// Checks that the file can be read.
    pub(crate) fn check_file(&self) -> Result<(), ext_wire::ErrorBody> {
        self.0.read().map(drop)
    }

    /// Returns the key that versions of an extension have to be signed with, if there is one.
    pub(crate) fn key_of(&self, id: &str) -> Result<Option<PublisherKey>, CoreError> {
        let pins = self.0.read().map_err(failed)?;
        let pin = pins.into_iter().find(|pin| pin.extension_id == id);
        Ok(pin.map(|pin| PublisherKey::parse(&pin.key)).transpose()?)
    }

    /// Checks that a candidate is signed as the installed version was, unless the user accepts another
    /// publisher.
    pub(crate) fn check(&self, candidate: &Candidate) -> Result<(), CoreError> {
        let id = candidate.manifest().id();
        match self.key_of(id)? {
            Some(pinned) if !candidate.accepts_publisher() => match candidate.publisher() {
                Some(offered) if *offered == pinned => Ok(()),
                offered => {
                    let (id, offered) = (id.to_owned(), offered.map(ToString::to_string));
                    Err(CoreError::Publisher { id, pinned: pinned.to_string(), offered })
                }
            },
            _ => Ok(()),
        }
    }

    /// Keeps the publisher of a version that was installed; one that was installed without, by the user's
    /// decision, has none from then on.
    pub(crate) fn keep(
        &self,
        id: &str,
        key: Option<&PublisherKey>,
        accepted: bool,
    ) -> Result<(), CoreError> {
        if (key.is_none() && !accepted) || self.key_of(id)?.as_ref() == key {
            return Ok(());
        }
        let changed = self.0.change(|pins| {
            pins.retain(|pin| pin.extension_id != id);
            let (extension_id, since) = (id.to_owned(), Timestamp::now().to_string());
            pins.extend(key.map(|key| Pin { extension_id, key: key.to_string(), since }));
            Ok(())
        });
        changed.map_err(failed)
    }
}

fn failed(error: ext_wire::ErrorBody) -> CoreError {
    CoreError::Call(error.into())
}
