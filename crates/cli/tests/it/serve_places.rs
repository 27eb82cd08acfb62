//! A daemon whose socket, data folder or library is not at its disposal any more.

use std::{fs, os::unix::net::UnixStream, thread, time::Duration};

use crate::{
    common::Spacedrive,
    daemon::{Daemon, follow, paths, socket, wait_for},
};

#[test]
fn a_socket_that_was_removed_is_made_again() {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    let mut daemon = Daemon::start(&spacedrive, &[]);
    fs::remove_file(socket(&spacedrive)).unwrap();
    wait_for("the socket", || UnixStream::connect(socket(&spacedrive)).is_ok());
    assert_eq!(spacedrive.json(["serve", "--stop"])["stopped"], true);
    assert!(daemon.ends_well());
    assert!(!socket(&spacedrive).exists());
}

#[test]
fn a_daemon_whose_data_folder_was_moved_ends() {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    let mut daemon = Daemon::start(&spacedrive, &[]);
    let folder = spacedrive.data.path();
    let moved = folder.with_extension("moved");
    fs::rename(folder, &moved).unwrap();
    assert!(daemon.ends_well());
    assert!(!folder.exists(), "nothing was made in its place");
    fs::rename(&moved, folder).unwrap();
    let _next = Daemon::start(&spacedrive, &[]);
}

#[test]
fn files_that_come_while_the_library_is_busy_are_added_afterwards() {
    let (spacedrive, inbox) = (Spacedrive::new(), tempfile::tempdir().unwrap());
    let library = spacedrive.library();
    let _daemon = Daemon::start(&spacedrive, &[]);
    follow(&spacedrive, inbox.path());
    fs::write(inbox.path().join("first.txt"), "1").unwrap();
    wait_for("the first file", || paths(&spacedrive).len() == 1);
    let database = spacedrive.data.path().join("libraries").join(library).join("library.db");
    let lock = ext_testing::WriteLock::of(&database);
    for name in ["second.txt", "third.txt"] {
        fs::write(inbox.path().join(name), name).unwrap();
    }
    // Longer than a write waits.
    thread::sleep(Duration::from_secs(8));
    drop(lock);
    wait_for("the other files", || paths(&spacedrive).len() == 3);
}
