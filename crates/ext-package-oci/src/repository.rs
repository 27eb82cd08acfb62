//! One repository of a registry: manifests, files, and what refers to what.

use bytes::Bytes;
use http::{Method, header};

use crate::{
    digest::Digest,
    error::OciError,
    manifest::{self, Descriptor, EMPTY_JSON, INDEX, MANIFEST, Manifest, ManifestList},
    session::{Ask, MAX_JSON, Session},
};

/// Bytes of a file that are asked for at once, so that there is progress to show.
const CHUNK: u64 = 4 << 20;

/// Most artefacts that refer to one and are looked at.
const MAX_REFERRERS: usize = 32;

/// Header by which a registry says that it lists what refers to what itself.
const OCI_SUBJECT: &str = "oci-subject";

/// A manifest as it was read.
pub(crate) struct Found {
    pub(crate) digest: Digest,
    pub(crate) bytes: Bytes,
}

/// A change of a tag.
pub(crate) enum Change<'a> {
    /// Whatever stands there.
    Any,
    /// Only when this stands there still, or nothing.
    From(Option<&'a Digest>),
}

/// The outcome of writing a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// It stands there, and the registry lists what it refers to.
    Listed,
    /// It stands there.
    Plain,
    /// Something else stands there by now.
    Changed,
}

/// One repository.
pub(crate) struct Repository<'a> {
    session: &'a Session,
    name: String,
}

impl<'a> Repository<'a> {
    pub(crate) fn new(session: &'a Session, name: &str) -> Self {
        Self { session, name: session.registry().repository(name) }
    }

    /// Reads a manifest by tag or digest; `None` when there is none.
    pub(crate) fn manifest(&self, reference: &str) -> Result<Option<Found>, OciError> {
        let what = "a manifest";
        let url = self.session.url(&format!("/v2/{}/manifests/{reference}", self.name))?;
        let ask = Ask::get(what, &self.name);
        let ask = ask.header(header::ACCEPT, MANIFEST).header(header::ACCEPT, INDEX);
        let answer = self.session.send(&url, &ask)?;
        match answer.status {
            200 => {
                let digest = Digest::of(&answer.body);
                if let Ok(named) = Digest::parse(reference) {
                    named.check("the manifest", &answer.body)?;
                }
                Ok(Some(Found { digest, bytes: answer.body }))
            }
            404 => Ok(None),
            _ => Err(self.session.refused(what, &answer)),
        }
    }

    /// Writes a manifest.
    pub(crate) fn put_manifest(
        &self,
        reference: &str,
        media_type: &str,
        bytes: Vec<u8>,
        change: &Change<'_>,
    ) -> Result<Written, OciError> {
        let what = "a manifest";
        let url = self.session.url(&format!("/v2/{}/manifests/{reference}", self.name))?;
        let ask = Ask::push(what, Method::PUT, &self.name, bytes.into());
        let ask = ask.header(header::CONTENT_TYPE, media_type);
        let ask = match change {
            Change::Any => ask,
            Change::From(Some(before)) => ask.header(header::IF_MATCH, &format!("\"{before}\"")),
            Change::From(None) => ask.header(header::IF_NONE_MATCH, "*"),
        };
        let answer = self.session.send(&url, &ask)?;
        match answer.status {
            200..=202 if answer.headers.contains_key(OCI_SUBJECT) => Ok(Written::Listed),
            200..=202 => Ok(Written::Plain),
            409 | 412 => Ok(Written::Changed),
            _ => Err(self.session.refused(what, &answer)),
        }
    }

    /// Reads a file, and checks that it is the one that is meant.
    pub(crate) fn blob(
        &self,
        what: &'static str,
        of: &Descriptor,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Vec<u8>, OciError> {
        let mut bytes = Vec::new();
        while (bytes.len() as u64) < of.size {
            progress(bytes.len() as u64, of.size);
            let part = self.part(what, of, bytes.len() as u64)?;
            if part.is_empty() || bytes.len() as u64 + part.len() as u64 > of.size {
                return Err(OciError::answer(format_args!("{what} does not have its size")));
            }
            bytes.extend_from_slice(&part);
        }
        of.digest.check(what, &bytes)?;
        progress(of.size, of.size);
        Ok(bytes)
    }

    /// Reads a part of a file: all that follows, when the registry knows no parts.
    fn part(&self, what: &'static str, of: &Descriptor, from: u64) -> Result<Bytes, OciError> {
        let url = self.session.url(&format!("/v2/{}/blobs/{}", self.name, of.digest))?;
        let to = from.saturating_add(CHUNK).min(of.size) - 1;
        let whole = from == 0 && to + 1 == of.size;
        let ask = Ask { max_bytes: of.size, ..Ask::get(what, &self.name) };
        let ask = match whole {
            true => ask,
            false => ask.header(header::RANGE, &format!("bytes={from}-{to}")),
        };
        let answer = self.session.send(&url, &ask)?;
        match answer.status {
            200 if from == 0 => Ok(answer.body),
            206 => Ok(answer.body),
            404 => Err(OciError::Missing(format!("file {} in `{}`", of.digest, self.name))),
            _ => Err(self.session.refused(what, &answer)),
        }
    }

    /// Writes a file, unless it is there.
    pub(crate) fn put_blob(&self, of: &Descriptor, bytes: &[u8]) -> Result<(), OciError> {
        let what = "a file";
        let blob = self.session.url(&format!("/v2/{}/blobs/{}", self.name, of.digest))?;
        let head = Ask::push(what, Method::HEAD, &self.name, Bytes::new());
        if self.session.send(&blob, &head)?.status == 200 {
            return Ok(());
        }
        let start = self.session.url(&format!("/v2/{}/blobs/uploads/", self.name))?;
        let begun =
            self.session.send(&start, &Ask::push(what, Method::POST, &self.name, Bytes::new()))?;
        let location = begun.headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
        let (202, Some(location)) = (begun.status, location) else {
            return Err(self.session.refused(what, &begun));
        };
        let mark = if location.contains('?') { '&' } else { '?' };
        let upload = format!("{location}{mark}digest={}", of.digest);
        let upload = self.session.next_url(&start, &upload)?;
        let ask = Ask::push(what, Method::PUT, &self.name, Bytes::copy_from_slice(bytes));
        let ask = ask.header(header::CONTENT_TYPE, "application/octet-stream");
        match self.session.send(&upload, &ask)? {
            done if done.status == 201 => Ok(()),
            other => Err(self.session.refused(what, &other)),
        }
    }

    /// Writes an artefact of one file, under a tag or its digest.
    pub(crate) fn put_artifact(
        &self,
        tag: Option<&str>,
        artifact: &Manifest,
        file: (&Descriptor, &[u8]),
        change: &Change<'_>,
    ) -> Result<(Descriptor, Written), OciError> {
        self.put_blob(file.0, file.1)?;
        self.put_blob(&Descriptor::of("", EMPTY_JSON), EMPTY_JSON)?;
        let bytes = manifest::write(artifact)?;
        let descriptor = Descriptor::of(MANIFEST, &bytes);
        let reference = tag.unwrap_or(descriptor.digest.as_str());
        let written = self.put_manifest(reference, MANIFEST, bytes, change)?;
        Ok((descriptor, written))
    }

    /// Writes an artefact that refers to another one. A registry without an API for that gets a list
    /// under a tag that is made of the digest, as the specification has it.
    pub(crate) fn put_referrer(
        &self,
        subject: &Descriptor,
        artifact_type: &str,
        artifact: Manifest,
        file: (&Descriptor, &[u8]),
    ) -> Result<(), OciError> {
        let artifact = artifact.about(subject.clone());
        let (own, written) = self.put_artifact(None, &artifact, file, &Change::Any)?;
        if written == Written::Listed {
            return Ok(());
        }
        let tag = subject.digest.as_tag();
        let mut list = match self.manifest(&tag)? {
            Some(found) => manifest::read("a list of referrers", &found.bytes)?,
            None => ManifestList::default(),
        };
        if list.manifests.iter().any(|listed| listed.digest == own.digest) {
            return Ok(());
        }
        list.manifests.push(own.of_artifact(artifact_type));
        self.put_manifest(&tag, INDEX, manifest::write(&list)?, &Change::Any)?;
        Ok(())
    }

    /// Lists the artefacts of a type that refer to another one.
    pub(crate) fn referrers(
        &self,
        of: &Digest,
        artifact_type: &str,
    ) -> Result<Vec<Descriptor>, OciError> {
        let what = "a list of referrers";
        let url = self.session.url(&format!("/v2/{}/referrers/{of}", self.name))?;
        let ask = Ask::get(what, &self.name).header(header::ACCEPT, INDEX);
        let answer = self.session.send(&url, &ask)?;
        let list = match answer.status {
            200 => Some(answer.body),
            // The API is missing, or what a proxy in front of it makes of that.
            400 | 404 | 405 => self.manifest(&of.as_tag())?.map(|found| found.bytes),
            _ => return Err(self.session.refused(what, &answer)),
        };
        let Some(list) = list else { return Ok(Vec::new()) };
        let list: ManifestList = manifest::read(what, &list)?;
        let is_meant = |it: &Descriptor| it.artifact_type.as_deref() == Some(artifact_type);
        Ok(list.manifests.into_iter().filter(is_meant).take(MAX_REFERRERS).collect())
    }

    /// Reads the only file of an artefact of this type, whose manifest was read.
    pub(crate) fn file_of(
        &self,
        what: &'static str,
        found: &Found,
        artifact_type: &str,
        max_bytes: u64,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<(Manifest, Vec<u8>), OciError> {
        let manifest: Manifest = manifest::read("a manifest", &found.bytes)?;
        let layer = manifest.only_layer(artifact_type)?;
        if layer.size > max_bytes {
            let size = layer.size;
            let problem = format!("{what} has {size} bytes, the limit is {max_bytes}");
            return Err(OciError::Answer(problem));
        }
        let bytes = self.blob(what, layer, progress)?;
        Ok((manifest, bytes))
    }

    /// Reads the document of one file that stands under a tag, with the digest of its manifest.
    pub(crate) fn document(
        &self,
        what: &'static str,
        tag: &str,
        artifact_type: &str,
    ) -> Result<Option<(Digest, Vec<u8>)>, OciError> {
        let Some(found) = self.manifest(tag)? else { return Ok(None) };
        let (_, bytes) = self.file_of(what, &found, artifact_type, MAX_JSON, &mut |_, _| {})?;
        Ok(Some((found.digest, bytes)))
    }
}
