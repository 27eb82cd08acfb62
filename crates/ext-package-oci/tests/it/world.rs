//! Clients, keys and packages for tests.

use std::{fs, sync::Arc};

use ext_net::AddressPolicy;
use ext_ops_http_hyper::HyperClient;
use ext_package::{Package, SigningKey};
use ext_package_oci::{
    Client, Clients, ExtensionName, OciError, Published, Pulled, Registry, Signing,
};
use ext_services::credentials::Credential;
use jiff::SignedDuration;

/// A day.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A package and its signature.
pub(crate) struct Signed {
    pub(crate) bytes: Vec<u8>,
    pub(crate) signature: String,
}

pub(crate) fn notes() -> ExtensionName {
    "acme/notes".parse().unwrap()
}

/// Makes a client that reaches this machine, also where a registry leads it.
pub(crate) fn client(registry: &str, login: Option<Credential>) -> Client {
    let client = || {
        let policy = AddressPolicy::for_server_of_the_user();
        Arc::new(HyperClient::new(policy, &[]).unwrap())
    };
    let clients = Clients { registry: client(), elsewhere: client() };
    Client::new(Registry::parse(registry).unwrap(), clients, login)
}

/// Packages a version of an extension whose wasm has this size.
pub(crate) fn package(key: &SigningKey, id: &str, version: &str, bytes: usize) -> Signed {
    let folder = tempfile::tempdir().unwrap();
    let manifest = format!(
        r#"{{ "id": "{id}", "name": "Notes", "version": "{version}", "wasm_file": "a.wasm",
        "description": "Keeps notes" }}"#
    );
    fs::write(folder.path().join("manifest.json"), manifest).unwrap();
    let wasm: Vec<u8> = (0..bytes).map(|at| (at % 251) as u8).collect();
    fs::write(folder.path().join("a.wasm"), wasm).unwrap();
    let package = Package::of_folder(folder.path()).unwrap();
    let package = package.with_publisher(&key.publisher().unwrap());
    Signed { bytes: package.to_bytes().unwrap(), signature: key.sign(&package).unwrap() }
}

pub(crate) fn signing(key: &SigningKey) -> Signing<'_> {
    Signing { key, valid: DAY, replaces_key: false, seen: 0, accepts_stale: false }
}

/// Publishes a version of `acme/notes`.
pub(crate) fn publish(
    client: &Client,
    key: &SigningKey,
    version: &str,
) -> Result<Published, OciError> {
    let package = package(key, "notes", version, 1000);
    let file = (package.bytes.as_slice(), Some(package.signature.as_str()));
    client.publish(&notes(), file, signing(key))
}

/// Fetches the newest version of `acme/notes`.
pub(crate) fn pull(client: &Client) -> Result<Pulled, OciError> {
    let found = client.index()?.find(&notes())?.unwrap();
    let newest = found.releases.newest().unwrap();
    client.pull(&notes(), newest, &found.publisher, &mut |_, _| {})
}
