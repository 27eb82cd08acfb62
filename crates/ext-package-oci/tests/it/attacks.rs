//! Registries, and whoever writes into them, that are not honest.

use std::io::{Read, Write};

use ext_package::SigningKey;
use ext_package_oci::{Client, Digest, OciError, Release, RevocationChange, Signing};
use ext_testing::oci::{Answer, Request, TestRegistry, sha256};
use ext_wire::ErrorCode;
use serde_json::Value;

use crate::world::{client, notes, package, publish, pull, signing};

/// A registry with `acme/notes` 1.0.0.
fn published() -> (TestRegistry, Client, SigningKey) {
    let registry = TestRegistry::start();
    let (client, key) = (client(&registry.name(), None), SigningKey::generate().unwrap());
    publish(&client, &key, "1.0.0").unwrap();
    (registry, client, key)
}

fn is_package(request: &Request) -> bool {
    request.method == "GET" && request.path.contains("/acme/notes/blobs/")
}

fn refused(client: &Client, code: ErrorCode) -> String {
    let error = pull(client).unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    error.to_string()
}

#[test]
fn pkg_17_bytes_of_another_digest_are_refused() {
    let (registry, client, _) = published();
    registry.spoil(|request, own| {
        is_package(request).then(|| {
            let mut answer = own();
            answer.body[500] ^= 1;
            answer
        })
    });
    assert!(refused(&client, ErrorCode::PkgHash).contains("has the digest sha256:"));
    registry.mend();
    pull(&client).unwrap();
    // Nor a manifest of another artefact.
    registry.spoil(|request, _| {
        let is_manifest = request.path.contains("/acme/notes/manifests/sha256:");
        is_manifest.then(|| Answer::new(200).body(br#"{"schemaVersion":2}"#))
    });
    assert!(refused(&client, ErrorCode::PkgHash).contains("the manifest has the digest"));
}

#[test]
fn pkg_17_a_tag_that_leads_to_another_version_is_not_looked_at() {
    let (registry, client, key) = published();
    publish(&client, &key, "0.9.0").unwrap();
    registry.spoil(|request, _| {
        let by_tag =
            request.path.contains("/acme/notes/manifests/") && !request.path.contains("sha256");
        by_tag.then(|| Answer::new(500))
    });
    assert_eq!(pull(&client).unwrap().package.package().manifest().version().major, 1);
}

#[test]
fn pkg_18_cut_and_endless_answers_end() {
    let (registry, client, _) = published();
    registry.spoil(|request, own| {
        is_package(request).then(|| {
            let mut answer = own();
            answer.says_length = Some(answer.body.len());
            answer.body.truncate(100);
            answer
        })
    });
    refused(&client, ErrorCode::Net);
    // It ends early, and says so.
    registry.spoil(|request, own| {
        is_package(request).then(|| {
            let mut answer = own();
            answer.body.truncate(0);
            answer
        })
    });
    assert!(refused(&client, ErrorCode::Net).contains("does not have its size"));
    registry.spoil(|request, own| {
        is_package(request).then(|| {
            let mut answer = own();
            answer.body.resize(5 << 20, 0);
            answer
        })
    });
    refused(&client, ErrorCode::NetSize);
}

#[test]
fn pkg_18_a_package_that_says_to_be_huge_is_not_fetched() {
    let (registry, client, key) = published();
    let index = client.index().unwrap().find(&notes()).unwrap().unwrap();
    let release = index.releases.newest().unwrap().clone();
    let mut manifest =
        json(&stored(&registry, &format!("acme/notes/manifests/{}", release.digest)));
    manifest["layers"][0]["size"] = 99_999_999_999_u64.into();
    let manifest = manifest.to_string().into_bytes();
    // Whoever publishes it can do that, so that its digest is right.
    let digest = Digest::of(&manifest);
    registry.spoil(move |request, _| {
        let is_manifest = request.path.contains("/acme/notes/manifests/");
        is_manifest.then(|| Answer::new(200).body(&manifest))
    });
    let forged = Release { digest, ..release };
    let publisher = key.publisher().unwrap();
    let error = client.pull(&notes(), &forged, &publisher, &mut |_, _| {}).unwrap_err();
    assert!(error.to_string().contains("the limit is"), "{error}");
}

/// Returns what stands at a path of a registry, as it is.
fn stored(registry: &TestRegistry, path: &str) -> Vec<u8> {
    let mut stream = std::net::TcpStream::connect(registry.name()).unwrap();
    write!(stream, "GET /v2/{path} HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut all = Vec::new();
    stream.read_to_end(&mut all).unwrap();
    let at = all.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    all.split_off(at + 4)
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

/// Lets the registry answer with another index, whose digests are right: it is not signed as a whole.
fn forge_index(registry: &TestRegistry, change: impl FnOnce(&mut Value)) {
    let mut manifest = json(&stored(registry, "extensions-index/manifests/v1"));
    let digest = manifest["layers"][0]["digest"].as_str().unwrap();
    let mut index = json(&stored(registry, &format!("extensions-index/blobs/{digest}")));
    change(&mut index);
    let index = index.to_string().into_bytes();
    manifest["layers"][0]["digest"] = sha256(&index).into();
    manifest["layers"][0]["size"] = index.len().into();
    registry.spoil(move |request, _| match request.path.strip_prefix("/v2/extensions-index/") {
        Some("manifests/v1") => Some(Answer::new(200).body(manifest.to_string().as_bytes())),
        Some(_) => Some(Answer::new(200).body(&index)),
        None => None,
    });
}

#[test]
fn pkg_08_a_package_without_a_signature_by_its_publisher_is_refused() {
    let (registry, client, _) = published();
    registry.spoil(|request, _| {
        let list = r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#;
        request.path.contains("/referrers/").then(|| Answer::new(200).body(list.as_bytes()))
    });
    assert!(refused(&client, ErrorCode::PkgSignature).contains("there is none"));
}

#[test]
fn pkg_11_the_signature_of_another_version_is_not_one_of_this() {
    let (registry, client, key) = published();
    publish(&client, &key, "1.1.0").unwrap();
    let index = client.index().unwrap().find(&notes()).unwrap().unwrap();
    let old = index.releases.find(&"1.0.0".parse().unwrap()).unwrap().digest.clone();
    let new = index.releases.newest().unwrap().digest.clone();
    let list = stored(&registry, &format!("acme/notes/referrers/{old}"));
    registry.spoil(move |request, _| {
        let swapped = request.path.ends_with(&format!("/referrers/{new}"));
        swapped.then(|| Answer::new(200).body(&list))
    });
    let said = refused(&client, ErrorCode::PkgSignature);
    assert!(said.contains("it refers to another package"), "{said}");
}

#[test]
fn pkg_16_a_backup_that_is_put_back_is_seen() {
    let (registry, client, key) = published();
    let backup = registry.backup();
    publish(&client, &key, "1.1.0").unwrap();
    client.yank(&notes(), &"1.0.0".parse().unwrap(), Some("broken"), signing(&key)).unwrap();
    let seen = client.index().unwrap().find(&notes()).unwrap().unwrap().releases.sequence;
    registry.restore(&backup);
    let found = client.index().unwrap().find(&notes()).unwrap().unwrap();
    let error = found.releases.check_fresh(client.registry(), seen).unwrap_err();
    assert_eq!(error.code(), ErrorCode::PkgStale, "{error}");
}

#[test]
fn pkg_16_nothing_is_signed_on_from_a_list_that_is_older_than_the_one_seen() {
    let (registry, client, key) = published();
    let (old, version) = (registry.backup(), "1.0.0".parse().unwrap());
    let seen = client.yank(&notes(), &version, Some("broken"), signing(&key)).unwrap();
    assert_eq!(seen.releases.sequence, 2);
    let signing = Signing { seen: seen.releases.sequence, ..signing(&key) };
    let next = package(&key, "notes", "1.1.0", 1000);
    let publish = |signing| {
        client.publish(&notes(), (next.bytes.as_slice(), Some(next.signature.as_str())), signing)
    };
    let refused = |signing| {
        let errors = [
            publish(signing).unwrap_err(),
            client.yank(&notes(), &version, None, signing).unwrap_err(),
        ];
        assert!(errors.iter().all(|it| it.code() == ErrorCode::PkgStale), "{errors:?}");
    };
    let new = registry.backup();
    registry.restore(&old);
    refused(signing);
    refused(Signing { replaces_key: true, ..signing });
    // Nor is one begun anew where it is gone.
    let empty = TestRegistry::start().backup();
    registry.restore(&empty);
    refused(signing);
    registry.restore(&new);
    let done = publish(signing).unwrap().releases.releases;
    assert_eq!(done.sequence, 3);
    assert!(done.find(&version).unwrap().yanked.is_some());
    // Who means it goes on with a number that nobody has seen.
    registry.restore(&old);
    let done = publish(Signing { accepts_stale: true, ..signing }).unwrap().releases.releases;
    assert_eq!((done.sequence, done.releases.len()), (3, 2));
}

#[test]
fn pkg_16_no_revocation_is_signed_on_from_an_older_list() {
    let (registry, client, key) = published();
    let revoke = |id: &str, signing| {
        let (name, reason) = (format!("acme/{id}").parse().unwrap(), Some("malware".to_owned()));
        client.revoke(Some(&RevocationChange { name, version: None, reason }), signing)
    };
    revoke("one", signing(&key)).unwrap();
    let old = registry.backup();
    let seen = revoke("two", signing(&key)).unwrap().revocations.sequence;
    let (new, signing) = (registry.backup(), Signing { seen, ..signing(&key) });
    registry.restore(&old);
    assert_eq!(revoke("three", signing).unwrap_err().code(), ErrorCode::PkgStale);
    registry.spoil(|request, _| {
        let is_list = request.method == "GET" && request.path.contains("revocations/blobs");
        is_list.then(|| Answer::new(403))
    });
    assert!(revoke("three", signing).is_err());
    registry.mend();
    registry.restore(&new);
    let done = revoke("three", signing).unwrap().revocations;
    assert_eq!((done.sequence, done.revoked.len()), (3, 3));
}

#[test]
fn pkg_20_an_entry_under_another_name_is_refused() {
    let (registry, client, _) = published();
    forge_index(&registry, |index| index["entries"][0]["name"] = "acme/finance".into());
    let index = client.index().unwrap();
    assert!(index.find(&notes()).unwrap().is_none());
    let error = index.find(&"acme/finance".parse().unwrap()).unwrap_err();
    assert!(error.to_string().contains("is the one of `acme/notes`"), "{error}");
}

#[test]
fn pkg_08_an_entry_that_was_changed_is_not_signed() {
    for (from, to) in [("1.0.0", "9.0.0"), ("\"sequence\":1", "\"sequence\":7")] {
        let (registry, client, _) = published();
        forge_index(&registry, |index| {
            let text = index["entries"][0]["statement"].as_str().unwrap().replace(from, to);
            index["entries"][0]["statement"] = text.into();
        });
        assert_eq!(refused(&client, ErrorCode::PkgSignature).split(':').count(), 2);
    }
}

#[test]
fn pkg_11_the_signature_of_a_package_is_not_one_of_releases() {
    let (registry, client, key) = published();
    let other = package(&key, "notes", "1.0.0", 10);
    forge_index(&registry, |index| {
        index["entries"][0]["signature"] = other.signature.as_str().into();
    });
    refused(&client, ErrorCode::PkgSignature);
}

#[test]
fn pkg_20_a_package_with_the_id_of_another_extension_is_refused() {
    let (_, client, key) = published();
    let other = package(&key, "other", "1.0.0", 10);
    let file = (other.bytes.as_slice(), Some(other.signature.as_str()));
    let name = "acme/sneaky".parse().unwrap();
    client.publish(&name, file, signing(&key)).unwrap();
    let found = client.index().unwrap().find(&name).unwrap().unwrap();
    let release = found.releases.newest().unwrap();
    let error = client.pull(&name, release, &found.publisher, &mut |_, _| {}).unwrap_err();
    assert_eq!(error.code(), ErrorCode::PkgSignature);
    assert!(error.to_string().contains("it is one of other 1.0.0"), "{error}");
}

#[test]
fn pkg_12_a_package_by_another_key_than_that_of_its_releases_is_refused() {
    let (_, client, _) = published();
    let found = client.index().unwrap().find(&notes()).unwrap().unwrap();
    let other = SigningKey::generate().unwrap().publisher().unwrap();
    let release = found.releases.newest().unwrap();
    let error = client.pull(&notes(), release, &other, &mut |_, _| {}).unwrap_err();
    assert_eq!(error.code(), ErrorCode::PkgSignature, "{error}");
}

#[test]
fn what_is_no_registry_is_said() {
    for (body, status) in [(&b"<html>"[..], 200), (b"{}", 200), (b"", 500), (b"\xff", 200)] {
        let registry = TestRegistry::start();
        registry.spoil(move |_, _| Some(Answer::new(status).body(body)));
        let error = client(&registry.name(), None).index().unwrap_err();
        assert!(matches!(error, OciError::Answer(_) | OciError::Status { .. }), "{error}");
    }
}
