//! Signatures of packages.

use ext_package::{Package, PackageError, PublisherKey, SigningKey};
use ext_wire::ErrorCode;

use crate::packages::{folder, package};

fn signed(key: &SigningKey) -> (Vec<u8>, String) {
    let package = package().with_publisher(&key.publisher().unwrap());
    (package.to_bytes().unwrap(), key.sign(&package).unwrap())
}

fn refused(bytes: &[u8], signature: Option<&str>) -> String {
    let error = Package::verify(bytes, signature).unwrap_err();
    assert_eq!(error.code(), ErrorCode::PkgSignature, "{error}");
    error.to_string()
}

#[test]
fn a_signed_package_is_verified_with_the_key_that_it_names() {
    let key = SigningKey::generate().unwrap();
    let (bytes, signature) = signed(&key);
    let verified = Package::verify(&bytes, Some(&signature)).unwrap();
    assert_eq!(verified.publisher(), Some(&key.publisher().unwrap()));
    let unsigned = package().to_bytes().unwrap();
    assert_eq!(Package::verify(&unsigned, None).unwrap().publisher(), None);
}

#[test]
fn pkg_08_a_signature_covers_every_file() {
    let key = SigningKey::generate().unwrap();
    let (_, signature) = signed(&key);
    let changed = folder();
    std::fs::write(changed.path().join("README.md"), "another one").unwrap();
    let changed = Package::of_folder(changed.path()).unwrap();
    let changed = changed.with_publisher(&key.publisher().unwrap()).to_bytes().unwrap();
    assert!(refused(&changed, Some(&signature)).contains("other bytes"));
}

#[test]
fn pkg_11_a_signature_for_something_else_is_none() {
    let key = SigningKey::generate().unwrap();
    let (bytes, _) = signed(&key);
    for comment in
        [None, Some("spacedrive extension notes 0.2.0"), Some("spacedrive extension other 0.1.0")]
    {
        let secret = minisign::SecretKeyBox::from_string(&key.to_file().unwrap()).unwrap();
        let secret = secret.into_unencrypted_secret_key().unwrap();
        let other = minisign::sign(None, &secret, bytes.as_slice(), comment, None).unwrap();
        let said = refused(&bytes, Some(&other.into_string()));
        assert!(said.contains("it states"), "{said}");
    }
}

#[test]
fn pkg_12_a_package_that_names_a_publisher_is_signed_by_it() {
    let (key, other) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
    let (bytes, signature) = signed(&key);
    let (_, by_other) = signed(&other);
    assert!(refused(&bytes, None).contains("there is none"));
    refused(&bytes, Some(&by_other));
    refused(&bytes, Some("untrusted comment: x\nnothing"));
    assert!(
        refused(&package().to_bytes().unwrap(), Some(&signature)).contains("names no publisher")
    );
    let foreign = package().with_publisher(&key.publisher().unwrap());
    assert!(matches!(other.sign(&foreign), Err(PackageError::Signature(_))));
}

#[test]
fn keys_are_files_of_minisign() {
    let key = SigningKey::generate().unwrap();
    let again = SigningKey::parse(&key.to_file().unwrap(), || -> Result<String, PackageError> {
        panic!("it is not encrypted")
    })
    .unwrap();
    assert_eq!(again.publisher().unwrap(), key.publisher().unwrap());
    assert!(format!("{key:?}").contains("redacted"));
    let public = key.publisher().unwrap();
    assert_eq!(PublisherKey::parse(&public.to_file()).unwrap(), public);
    assert!(
        minisign::PublicKeyBox::from_string(&public.to_file()).unwrap().into_public_key().is_ok()
    );
    for text in ["", "RW", "untrusted comment: x", "a\nb", "RWQ!!!!", &"A".repeat(56)] {
        assert!(PublisherKey::parse(text).is_err(), "{text}");
    }
    let encrypted =
        minisign::KeyPair::generate_encrypted_keypair(Some("a password".into())).unwrap();
    let text = encrypted.sk.to_box(None).unwrap().to_string();
    let with = |password: &str| {
        SigningKey::parse(&text, || Ok::<_, PackageError>(password.to_owned())).map(drop)
    };
    assert!(with("a password").is_ok());
    assert!(matches!(with("another one"), Err(PackageError::Key(_))));
}
