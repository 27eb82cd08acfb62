//! The form of packages.

use std::{
    fs,
    io::{Cursor, Write},
    path::Path,
};

use ext_package::{MAX_FILES, Package};
use ext_wire::ErrorCode;
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

const MANIFEST: &str =
    r#"{ "id": "notes", "name": "Notes", "version": "0.1.0", "wasm_file": "notes.wasm" }"#;

pub(crate) fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("manifest.json"), MANIFEST).unwrap();
    fs::write(folder.path().join("notes.wasm"), b"\0asm\x01\0\0\0").unwrap();
    fs::write(folder.path().join("README.md"), "# Notes\n").unwrap();
    fs::write(folder.path().join("secrets.txt"), "not for others").unwrap();
    folder
}

pub(crate) fn package() -> Package {
    Package::of_folder(folder().path()).unwrap()
}

fn options() -> SimpleFileOptions {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    options.last_modified_time(DateTime::default()).unix_permissions(0o644)
}

/// Writes an archive of the files of a package, and more.
fn archive(more: impl FnOnce(&mut ZipWriter<Cursor<Vec<u8>>>)) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in package().files() {
        writer.start_file(name, options()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    more(&mut writer);
    writer.finish().unwrap().into_inner()
}

fn add(writer: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, bytes: &[u8]) {
    writer.start_file(name, options()).unwrap();
    writer.write_all(bytes).unwrap();
}

fn refused(bytes: &[u8]) -> String {
    let error = Package::read(bytes).unwrap_err();
    assert_eq!(error.code(), ErrorCode::PkgFormat, "{error}");
    error.to_string()
}

#[test]
fn a_package_is_the_same_byte_for_byte() {
    let (one, other) = (package(), package());
    let bytes = one.to_bytes().unwrap();
    assert_eq!(bytes, other.to_bytes().unwrap());
    assert_eq!(Package::read(&bytes).unwrap(), one);
    let names: Vec<&str> = one.files().map(|(name, _)| name).collect();
    assert_eq!(names, ["README.md", "manifest.json", "notes.wasm"], "and no other file");
    assert_eq!(one.file_name(), "notes-0.1.0.sdx");
    assert_eq!(archive(|_| {}), bytes, "the tests below begin with a package");
    // The form is a file format: other bytes here are another format, which old programs do not read.
    assert_eq!(bytes, include_bytes!("../fixtures/notes-0.1.0.sdx"));
    let target = tempfile::tempdir().unwrap();
    one.unpack(target.path()).unwrap();
    let mut files: Vec<_> =
        fs::read_dir(target.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["manifest.json", "notes.wasm"]);
}

#[test]
fn pkg_01_names_that_lead_out_are_refused() {
    for name in [
        "../evil",
        "/etc/passwd",
        "a/../../b",
        "C:\\x",
        "a\\b",
        "./a",
        "a//b",
        "a/",
        ".ssh/x",
        "a\0b",
        "con\u{202e}",
        "é",
        "a.",
        "x/./y",
        "",
    ] {
        let said = refused(&archive(|writer| add(writer, name, b"x")));
        assert!(said.contains("name of a file") || said.contains("form"), "{name:?}: {said}");
    }
    assert!(Package::read(&archive(|writer| add(writer, "z/icon.svg", b"x"))).is_ok());
}

#[test]
fn pkg_02_links_are_refused() {
    let link = archive(|writer| writer.add_symlink("z", "/etc/passwd", options()).unwrap());
    refused(&link);
    refused(&archive(|writer| writer.add_directory("z", options()).unwrap()));
    let setuid = options().unix_permissions(0o4755);
    refused(&archive(|writer| writer.start_file("z", setuid).unwrap()));
}

#[test]
fn pkg_03_twins_and_tricks_of_archives_are_refused() {
    for (name, other) in [("z", "Z"), ("z", "z/a"), ("notes.wasm.x", "notes.WASM.x")] {
        refused(&archive(|writer| {
            add(writer, name, b"1");
            add(writer, other, b"2");
        }));
    }
    let good = package().to_bytes().unwrap();
    let with = |before: &[u8], after: &[u8]| [before, &good, after].concat();
    refused(&with(b"#!/bin/sh\n", b""));
    refused(&with(b"", b"more"));
    refused(&with(&good, b""));
    refused(&archive(|writer| writer.set_comment("hidden").unwrap()));
    let later =
        options().last_modified_time(DateTime::from_date_and_time(2026, 1, 1, 0, 0, 0).unwrap());
    refused(&archive(|writer| writer.start_file("z", later).unwrap()));
    // Every single byte of the archive counts.
    for place in 0..good.len() {
        let mut changed = good.clone();
        changed[place] ^= 1;
        if let Ok(read) = Package::read(&changed) {
            assert_ne!(read, package(), "byte {place} is read and means nothing");
        }
    }
}

#[test]
fn pkg_05_bombs_are_refused_before_they_are_opened() {
    let deflated = options().compression_method(CompressionMethod::Deflated);
    let zeros = vec![0_u8; 16 << 20];
    let bomb = archive(|writer| {
        writer.start_file("z", deflated).unwrap();
        writer.write_all(&zeros).unwrap();
    });
    assert!(bomb.len() < 1 << 20);
    refused(&bomb);
    let many = archive(|writer| (0..MAX_FILES).for_each(|n| add(writer, &format!("z{n}"), b"")));
    assert!(refused(&many).contains("the limit is 256"));
}

#[test]
fn pkg_06_torn_archives_are_errors() {
    let good = package().to_bytes().unwrap();
    for length in 0..good.len() {
        refused(&good[..length]);
    }
    refused(b"PK\x05\x06");
}

#[test]
fn pkg_09_a_package_has_what_its_manifest_names() {
    for (manifest, says) in [
        (MANIFEST.replace("notes.wasm", "other.wasm"), "it has no other.wasm"),
        (MANIFEST.replace("notes.wasm", "../x.wasm"), "wasm_file"),
        (MANIFEST.replace("notes.wasm", "/dev/zero"), "wasm_file"),
    ] {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        add(&mut writer, "manifest.json", manifest.as_bytes());
        add(&mut writer, "notes.wasm", b"\0asm");
        let error = Package::read(&writer.finish().unwrap().into_inner()).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(Package::of_folder(empty.path()).unwrap_err().code(), ErrorCode::Manifest);
    assert!(Package::of_folder(Path::new("/nowhere")).is_err());
}
