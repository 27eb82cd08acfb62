//! Pipes, devices, folders and huge files in the place of files of the data folder.

use std::{
    fs,
    os::unix::fs::symlink,
    path::Path,
    time::{Duration, Instant},
};

use rustix::fs::{CWD, FileType, Mode, mknodat};

use crate::common::Spacedrive;

/// The time in which a command ends; one that reads 10 GiB takes longer, and one that waits for ever.
const PATIENCE: Duration = Duration::from_secs(20);

/// Puts something in the place of a file.
type Put = fn(&Path);

fn pipe(path: &Path) {
    mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
}

fn huge(path: &Path) {
    fs::File::create(path).unwrap().set_len(10 << 30).unwrap();
}

#[test]
fn path_09_no_file_of_the_data_folder_blocks_or_fills_memory() {
    let Some((spacedrive, _)) = Spacedrive::with_extension("hello") else { return };
    spacedrive.unshare_modules();
    let data = spacedrive.data.path().to_owned();
    let file = data.join("tea.txt");
    fs::write(&file, "jasmine").unwrap();
    let import = ["import", file.to_str().unwrap()];
    assert_eq!(spacedrive.run(import).code, Some(0));
    let things: [(&str, Put); 4] = [
        ("a pipe", pipe),
        ("a huge file", huge),
        ("a folder", |path| fs::create_dir(path).unwrap()),
        ("a device", |path| symlink("/dev/zero", path).unwrap()),
    ];
    for place in [
        "config.toml",
        "grants/hello.json",
        "state/hello.json",
        "recordings/hello.json",
        "audit/log.jsonl",
        "extensions/hello/current",
        "usage/hello",
        "modules/key",
        "vault/vault.json",
    ] {
        let (path, kept) = (data.join(place), data.join("kept"));
        let was_there = fs::rename(&path, &kept).is_ok();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        for (what, put) in things {
            put(&path);
            for args in [
                &["ext", "list"][..],
                &["permission", "list", "hello"],
                &["ext", "run", "hello", "--record"],
                &["audit", "tail"],
                &["ext", "run", "hello", "--again"],
                &["secret", "list", "--extension", "hello"],
            ] {
                let began = Instant::now();
                let mut command = std::process::Command::new("timeout");
                command.arg("60").arg(env!("CARGO_BIN_EXE_spacedrive"));
                command.arg("--data-dir").arg(&data).args(args);
                let ran = crate::common::ran(command.output().unwrap());
                assert!(began.elapsed() < PATIENCE, "{what} in place of {place}: {args:?}");
                assert!(matches!(ran.code, Some(0..=3)), "{what} at {place}: {args:?}: {ran:?}");
            }
            let _ = fs::remove_file(&path).or_else(|_| fs::remove_dir_all(&path));
        }
        if was_there {
            fs::rename(&kept, &path).unwrap();
        }
    }
    assert_eq!(spacedrive.run(import).code, Some(0), "all is as before");
}
