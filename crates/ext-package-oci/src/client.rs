//! The client of one registry.

use std::{thread, time::Duration};

use ext_services::credentials::Credential;

use crate::{
    error::OciError,
    index::Index,
    manifest::{self, Descriptor, Manifest, RELEASES, REVOCATIONS},
    names::{ExtensionName, Registry},
    releases::SignedReleases,
    repository::{Change, Repository, Written},
    revocations::SignedRevocations,
    session::{Clients, Session},
    signed::Signed,
};

/// Tag of the index and of the list of revocations.
const TAG: &str = "v1";
/// Repository of the index. Those of extensions have a namespace.
const INDEX: &str = "extensions-index";
/// Repository of the list of revocations.
const REVOKED: &str = "extensions-revocations";
/// Media type of the file of either.
const JSON: &str = "application/json";
/// Most times that a change is tried while others change the same.
const ATTEMPTS: usize = 8;
/// Time after which a change is looked for again: longer than somebody else takes between the look at what
/// is there and the write.
const SETTLE: Duration = Duration::from_millis(250);

/// Client of one registry.
pub struct Client {
    session: Session,
}

impl Client {
    /// Makes a client; `login` is sent where it is for, when the registry asks for one.
    #[must_use]
    pub fn new(registry: Registry, clients: Clients, login: Option<Credential>) -> Self {
        Self { session: Session::new(registry, clients, login) }
    }

    /// Returns the registry.
    #[must_use]
    pub const fn registry(&self) -> &Registry {
        self.session.registry()
    }

    /// Returns the origin of the server that the registry takes tokens of, if it names one.
    ///
    /// # Errors
    /// [`OciError`] when the registry does not answer as one.
    pub fn token_server(&self) -> Result<Option<String>, OciError> {
        self.session.token_server()
    }

    /// Checks that the registry answers, with the login; returns whether it asked for one.
    ///
    /// # Errors
    /// [`OciError::LoginNeeded`] and [`OciError::LoginRefused`]; [`OciError::Status`] when it does not
    /// speak the protocol; as for every request, [`OciError::Http`].
    pub fn check(&self) -> Result<bool, OciError> {
        let what = "the version of its API";
        let answer =
            self.session.send(&self.session.url("/v2/")?, &crate::session::Ask::get(what, ""))?;
        match answer.status {
            200 => Ok(self.session.has_logged_in()),
            _ => Err(self.session.refused(what, &answer)),
        }
    }

    /// Reads the index; an empty one when there is none.
    ///
    /// # Errors
    /// [`OciError`] when the registry does not answer, or the index is not valid.
    pub fn index(&self) -> Result<Index, OciError> {
        Ok(self.index_at()?.1)
    }

    /// Reads the list of revocations; `None` when there is none, or the registry denies that there is one.
    ///
    /// # Errors
    /// As [`Self::index`]; [`OciError::Package`] when it is not signed.
    pub fn revocations(&self) -> Result<Option<SignedRevocations>, OciError> {
        let what = "the list of revocations";
        let found = match self.documents(REVOKED).document(what, TAG, REVOCATIONS) {
            // Many registries say so of a repository that is not there, to whoever may not write.
            Err(error) if error.is_denial() => None,
            found => found?,
        };
        let Some((_, bytes)) = found else { return Ok(None) };
        let (revocations, key) = manifest::read::<Signed>(what, &bytes)?.open()?;
        Ok(Some(SignedRevocations { revocations, key }))
    }

    pub(crate) fn repository(&self, name: &ExtensionName) -> Repository<'_> {
        Repository::new(&self.session, &name.to_string())
    }

    fn documents(&self, name: &str) -> Repository<'_> {
        Repository::new(&self.session, name)
    }

    fn index_at(&self) -> Result<(Option<crate::Digest>, Index), OciError> {
        match self.documents(INDEX).document("the index", TAG, RELEASES)? {
            Some((digest, bytes)) => {
                let index: Index = manifest::read("the index", &bytes)?;
                Ok((Some(digest), index.checked()?))
            }
            None => Ok((None, Index::default())),
        }
    }

    /// Changes the entry of an extension: `change` makes the new one of that which is there. Returns what is
    /// there then.
    ///
    /// Registries have no conditional writes that all of them know. The change is sent with the digest of
    /// what it was made from, for those that look at it; for the others, what is there is compared right
    /// before, and the entry is looked for a while later.
    pub(crate) fn change_entry(
        &self,
        name: &ExtensionName,
        change: impl Fn(Result<Option<SignedReleases>, OciError>) -> Result<Signed, OciError>,
    ) -> Result<SignedReleases, OciError> {
        for _ in 0..ATTEMPTS {
            let (before, mut index) = self.index_at()?;
            let signed = change(index.find(name))?;
            index.put(name, signed);
            let kept = index.find(name)?;
            let is_written = self.replace(INDEX, RELEASES, before.as_ref(), &index)?;
            if !is_written {
                continue;
            }
            thread::sleep(SETTLE);
            let found = self.index()?.find(name)?;
            if let Some(found) = found.filter(|found| Some(found) == kept.as_ref()) {
                return Ok(found);
            }
        }
        Err(OciError::Contended { registry: self.registry().to_string() })
    }

    /// Replaces the list of revocations: `change` makes the new one of that which is there. It is looked for
    /// a while later as well.
    pub(crate) fn change_revocations(
        &self,
        change: impl Fn(Option<SignedRevocations>) -> Result<Signed, OciError>,
    ) -> Result<SignedRevocations, OciError> {
        for _ in 0..ATTEMPTS {
            let what = "the list of revocations";
            let found = self.documents(REVOKED).document(what, TAG, REVOCATIONS)?;
            let signed = change(self.revocations()?)?;
            let before = found.map(|(digest, _)| digest);
            if !self.replace(REVOKED, REVOCATIONS, before.as_ref(), &signed)? {
                continue;
            }
            thread::sleep(SETTLE);
            let kept = self.documents(REVOKED).document(what, TAG, REVOCATIONS)?;
            if kept.is_some_and(|(_, bytes)| manifest::write(&signed).is_ok_and(|it| it == bytes)) {
                let (revocations, key) = signed.open()?;
                return Ok(SignedRevocations { revocations, key });
            }
        }
        Err(OciError::Contended { registry: self.registry().to_string() })
    }

    /// Replaces a document, unless it is another one by now; false then.
    fn replace<T: serde::Serialize>(
        &self,
        repository: &str,
        artifact_type: &str,
        before: Option<&crate::Digest>,
        document: &T,
    ) -> Result<bool, OciError> {
        let bytes = manifest::write(document)?;
        let repository = self.documents(repository);
        let file = Descriptor::of(JSON, &bytes);
        let artifact = Manifest::new(artifact_type, file.clone());
        if repository.manifest(TAG)?.map(|found| found.digest).as_ref() != before {
            return Ok(false);
        }
        let change = Change::From(before);
        let (_, written) =
            repository.put_artifact(Some(TAG), &artifact, (&file, &bytes), &change)?;
        Ok(written != Written::Changed)
    }
}
