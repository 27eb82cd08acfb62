//! Content of a registry, and its answers by the distribution specification.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::http::{Answer, Request};

/// Media type of a list of manifests.
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// The content of a registry.
#[derive(Clone, Default)]
pub(super) struct Store {
    /// Bytes by repository and digest.
    blobs: BTreeMap<(String, String), Vec<u8>>,
    /// Bytes and media type by repository and digest.
    manifests: BTreeMap<(String, String), (Vec<u8>, String)>,
    /// Digests by repository and tag.
    tags: BTreeMap<(String, String), String>,
}

/// Returns the digest of bytes, as registries write it.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    let hex: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

impl Store {
    pub(super) fn answer(&mut self, request: &Request, is_old: bool) -> Answer {
        let Some(path) = request.path.strip_prefix("/v2/") else { return Answer::new(404) };
        if path.is_empty() {
            return Answer::new(200).body(b"{}");
        }
        if let Some((name, _)) = path.split_once("/blobs/uploads/") {
            return self.upload(request, name);
        }
        if let Some((name, digest)) = path.split_once("/blobs/") {
            return self.blob(request, &key(name, digest));
        }
        if let Some((name, digest)) = path.split_once("/referrers/") {
            return if is_old { Answer::new(404) } else { self.referrers(name, digest) };
        }
        match (path.split_once("/manifests/"), request.method.as_str()) {
            (Some((name, reference)), "PUT") => self.put(request, name, reference, is_old),
            (Some((name, reference)), _) => self.manifest(name, reference),
            (None, _) => Answer::new(404),
        }
    }

    /// Begins an upload, and takes one at once.
    fn upload(&mut self, request: &Request, name: &str) -> Answer {
        if request.method == "POST" {
            let place = format!("/v2/{name}/blobs/uploads/1?state=x");
            return Answer::new(202).header("location", &place);
        }
        let digest = request.query.split('&').find_map(|part| part.strip_prefix("digest="));
        let found = sha256(&request.body);
        if digest != Some(found.as_str()) {
            return Answer::new(400).body(br#"{"errors":[{"code":"DIGEST_INVALID"}]}"#);
        }
        self.blobs.insert(key(name, &found), request.body.clone());
        Answer::new(201)
    }

    fn blob(&self, request: &Request, key: &(String, String)) -> Answer {
        let Some(bytes) = self.blobs.get(key) else { return Answer::new(404) };
        let range = request.header("range").and_then(|range| range.strip_prefix("bytes="));
        let Some((from, to)) = range.and_then(|range| range.split_once('-')) else {
            return Answer::new(200).body(bytes);
        };
        let (from, to): (usize, usize) = (from.parse().unwrap(), to.parse().unwrap());
        let range = format!("bytes {from}-{to}/{}", bytes.len());
        Answer::new(206).header("content-range", &range).body(&bytes[from..=to])
    }

    fn manifest(&self, name: &str, reference: &str) -> Answer {
        let digest = self.tags.get(&key(name, reference)).map_or(reference, String::as_str);
        match self.manifests.get(&key(name, digest)) {
            Some((bytes, kind)) => Answer::new(200).header("content-type", kind).body(bytes),
            None => Answer::new(404).body(br#"{"errors":[{"code":"MANIFEST_UNKNOWN"}]}"#),
        }
    }

    fn put(&mut self, request: &Request, name: &str, reference: &str, is_old: bool) -> Answer {
        let before = self.tags.get(&key(name, reference));
        let wanted = request.header("if-match").map(|tag| tag.trim_matches('"'));
        let is_new = request.header("if-none-match").is_none() || before.is_none();
        // A registry that is old does not look at conditions.
        if !is_old && (!is_new || wanted.is_some_and(|tag| before.is_none_or(|it| it != tag))) {
            return Answer::new(412);
        }
        let manifest: Value = serde_json::from_slice(&request.body).unwrap();
        let layers = manifest["layers"].as_array().into_iter().flatten();
        let mut needed = layers.chain(manifest.get("config"));
        let has = |it: &Value| {
            self.blobs.contains_key(&key(name, it["digest"].as_str().unwrap_or_default()))
        };
        if !needed.all(has) {
            return Answer::new(400).body(br#"{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN"}]}"#);
        }
        let digest = sha256(&request.body);
        let kind = request.header("content-type").unwrap_or_default().to_owned();
        self.manifests.insert(key(name, &digest), (request.body.clone(), kind));
        if !reference.starts_with("sha256:") {
            self.tags.insert(key(name, reference), digest);
        }
        match manifest["subject"]["digest"].as_str().filter(|_| !is_old) {
            Some(subject) => Answer::new(201).header("oci-subject", subject),
            None => Answer::new(201),
        }
    }

    fn referrers(&self, name: &str, subject: &str) -> Answer {
        let own = self.manifests.iter().filter(|((repository, _), _)| repository == name);
        let listed = own.filter_map(|((_, digest), (bytes, kind))| {
            let manifest: Value = serde_json::from_slice(bytes).ok()?;
            (manifest["subject"]["digest"] == subject).then(|| {
                json!({ "mediaType": kind, "digest": digest, "size": bytes.len(),
                    "artifactType": manifest["artifactType"] })
            })
        });
        let listed: Vec<Value> = listed.collect();
        let list = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": listed });
        Answer::new(200).header("content-type", INDEX).body(list.to_string().as_bytes())
    }
}

fn key(name: &str, reference: &str) -> (String, String) {
    (name.to_owned(), reference.to_owned())
}
