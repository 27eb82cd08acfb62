//! Everything that is asked of a registry, of each kind of registry.

use std::thread;

use ext_package::SigningKey;
use ext_package_oci::{ExtensionName, OciError, RevocationChange, Signing};
use ext_testing::oci::{DockerRegistry, Options, TestRegistry};
use ext_wire::ErrorCode;

use crate::world::{client, notes, package, publish, pull, signing};

#[test]
fn a_registry_of_today_serves_packages() {
    serves_packages(&TestRegistry::start().name());
}

#[test]
fn a_registry_without_referrers_and_conditions_serves_packages() {
    let old = TestRegistry::with(Options { is_old: true, ..Options::default() });
    serves_packages(&old.name());
}

#[test]
#[ignore = "long: runs a real registry"]
fn the_registry_of_debian_serves_packages() {
    let Some(registry) = DockerRegistry::start() else { return };
    serves_packages(&registry.name());
    several_publish_at_once(&registry.name());
}

#[test]
fn none_is_lost_when_several_publish_at_once() {
    several_publish_at_once(&TestRegistry::start().name());
}

#[test]
fn no_revocation_is_lost_when_several_revoke_at_once() {
    several_revoke_at_once(&TestRegistry::start().name());
    let old = TestRegistry::with(Options { is_old: true, ..Options::default() });
    several_revoke_at_once(&old.name());
}

fn several_revoke_at_once(registry: &str) {
    let key = SigningKey::generate().unwrap();
    let names: Vec<ExtensionName> =
        ["one", "two", "three"].map(|id| format!("crowd/{id}").parse().unwrap()).into();
    let revoke = |name: &ExtensionName| {
        let (name, reason) = (name.clone(), Some("malware".to_owned()));
        let change = RevocationChange { name, version: None, reason };
        client(registry, None).revoke(Some(&change), signing(&key)).unwrap();
    };
    thread::scope(|scope| names.iter().for_each(|name| drop(scope.spawn(|| revoke(name)))));
    let revoked = client(registry, None).revocations().unwrap().unwrap().revocations;
    let version = "1.0.0".parse().unwrap();
    assert!(names.iter().all(|name| revoked.of(name, &version).is_some()), "{revoked:?}");
}

fn serves_packages(registry: &str) {
    let client = client(registry, None);
    client.check().unwrap();
    assert_eq!(client.index().unwrap().names().count(), 0, "an empty registry is no error");
    assert!(client.revocations().unwrap().is_none());
    let key = SigningKey::generate().unwrap();
    // More than is fetched at once.
    let large = package(&key, "notes", "1.0.0", 9 << 20);
    let file = (large.bytes.as_slice(), Some(large.signature.as_str()));
    let first = client.publish(&notes(), file, signing(&key)).unwrap();

    let mut steps = Vec::new();
    let found = client.index().unwrap().find(&notes()).unwrap().unwrap();
    assert_eq!((found.releases.title.as_str(), found.releases.sequence), ("Notes", 1));
    let release = found.releases.newest().unwrap();
    assert_eq!(release.digest, first.digest);
    let pulled = client
        .pull(&notes(), release, &found.publisher, &mut |done, all| steps.push((done, all)))
        .unwrap();
    assert!(pulled.bytes == large.bytes && pulled.signature == large.signature);
    let all = large.bytes.len() as u64;
    assert_eq!(steps, [(0, all), (4 << 20, all), (8 << 20, all), (all, all)]);

    let again = client.publish(&notes(), file, signing(&key)).unwrap();
    assert_eq!((&again.version, &again.digest), (&first.version, &first.digest), "idempotent");
    assert_eq!(again.releases.releases.releases, first.releases.releases.releases);
    let error = publish(&client, &key, "1.0.0").unwrap_err();
    assert_eq!(error.code(), ErrorCode::Conflict, "{error}");
    publish(&client, &key, "1.1.0+build.5").unwrap();
    assert_eq!(pull(&client).unwrap().package.package().manifest().version().minor, 1);

    withdraws_and_revokes(registry, &key);
}

fn withdraws_and_revokes(registry: &str, key: &SigningKey) {
    let client = client(registry, None);
    let version = "1.1.0".parse().unwrap();
    client.yank(&notes(), &version, Some("it loses notes"), signing(key)).unwrap();
    let found = client.index().unwrap().find(&notes()).unwrap().unwrap();
    assert_eq!(found.releases.newest().unwrap().version.minor, 0);
    assert_eq!(found.releases.find(&version).unwrap().yanked.as_deref(), Some("it loses notes"));
    client.yank(&notes(), &version, None, signing(key)).unwrap();
    let missing = client.yank(&notes(), &"9.0.0".parse().unwrap(), None, signing(key));
    assert!(matches!(missing, Err(OciError::Missing(_))));

    let reason = Some("malware".to_owned());
    let change = RevocationChange { name: notes(), version: Some(version.clone()), reason };
    client.revoke(Some(&change), signing(key)).unwrap();
    let revoked = client.revocations().unwrap().unwrap().revocations;
    assert_eq!(revoked.of(&notes(), &version).unwrap().reason, "malware");
    assert!(revoked.of(&notes(), &"1.0.0".parse().unwrap()).is_none());
    let back = RevocationChange { reason: None, ..change };
    client.revoke(Some(&back), signing(key)).unwrap();
    assert!(matches!(client.revoke(Some(&back), signing(key)), Err(OciError::Missing(_))));
    client.revoke(None, signing(key)).unwrap();
    let revoked = client.revocations().unwrap().unwrap();
    assert_eq!((revoked.revocations.sequence, revoked.revocations.revoked.len()), (3, 0));
    assert_eq!(revoked.key, key.publisher().unwrap());
}

fn several_publish_at_once(registry: &str) {
    let ids = ["one", "two", "three", "four"];
    let publish = |id: &str| {
        let key = SigningKey::generate().unwrap();
        let package = package(&key, id, "1.0.0", 100);
        let name = format!("crowd/{id}").parse().unwrap();
        let file = (package.bytes.as_slice(), Some(package.signature.as_str()));
        client(registry, None).publish(&name, file, signing(&key)).unwrap();
    };
    thread::scope(|scope| ids.iter().for_each(|id| drop(scope.spawn(|| publish(id)))));
    let index = client(registry, None).index().unwrap();
    for id in ids {
        let name = format!("crowd/{id}").parse().unwrap();
        assert!(index.find(&name).unwrap().is_some(), "{id}");
    }
}

#[test]
fn another_key_replaces_releases_only_when_that_is_meant() {
    let registry = TestRegistry::start();
    let client = client(&registry.name(), None);
    let (key, new) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
    publish(&client, &key, "1.0.0").unwrap();
    let error = publish(&client, &new, "1.1.0").unwrap_err();
    assert_eq!(error.code(), ErrorCode::PkgSignature, "{error}");
    let package = package(&new, "notes", "1.1.0", 10);
    let file = (package.bytes.as_slice(), Some(package.signature.as_str()));
    let signing = Signing { replaces_key: true, ..signing(&new) };
    client.publish(&notes(), file, signing).unwrap();
    let found = client.index().unwrap().find(&notes()).unwrap().unwrap();
    assert_eq!((found.releases.sequence, found.releases.releases.len()), (2, 1));
    assert_eq!(found.publisher, new.publisher().unwrap());
}
