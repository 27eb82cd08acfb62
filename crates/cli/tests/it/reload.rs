//! `config.toml`, which a daemon reads again while it runs.

use std::{fs, os::unix::net::UnixStream};

use serde_json::{Value, json};

use crate::{
    common::Spacedrive,
    daemon::{Daemon, socket, wait_for},
    http_files::{exchange, request},
};

fn write(spacedrive: &Spacedrive, text: &str) {
    fs::write(spacedrive.data.path().join("config.toml"), text).unwrap();
}

/// Asks the daemon itself: while the file is wrong, no command opens the data folder.
fn attention(spacedrive: &Spacedrive) -> String {
    let asked = json!({ "jsonrpc": "2.0", "id": 1, "method": "daemon.status" }).to_string();
    let headers = [("content-type", "application/json")];
    let asked = request("POST", "/", "localhost", &headers, asked.as_bytes());
    let answer = exchange(UnixStream::connect(socket(spacedrive)).unwrap(), &asked);
    answer.json()["result"]["attention"].to_string()
}

/// Asks the daemon to read the file; returns what it put into force, and what it did not.
fn reload(spacedrive: &Spacedrive) -> Value {
    spacedrive.json(["serve", "--reload"])
}

#[test]
fn a_daemon_reads_its_configuration_again_when_it_is_told() {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    write(&spacedrive, "");
    let none = spacedrive.run(["serve", "--reload"]);
    assert!(none.code == Some(1) && none.stderr.contains("no daemon runs"), "{none:?}");
    let _daemon = Daemon::start(&spacedrive, &[]);
    assert_eq!(reload(&spacedrive), json!({ "applied": [], "needs_restart": [] }));

    write(&spacedrive, "[storage]\nbin_days = 7\n[vault]\nkey = \"passphrase\"\n");
    // It may have seen the change by itself meanwhile.
    let told = reload(&spacedrive);
    assert_eq!(told["needs_restart"], json!(["[vault]"]), "{told}");
    assert!(attention(&spacedrive).contains("[vault] changed"), "{}", attention(&spacedrive));

    write(&spacedrive, "[storage]\nbin_days = \"seven\"\n");
    let wrong = spacedrive.run(["serve", "--reload"]);
    assert!(wrong.code == Some(1) && wrong.stderr.contains("line 2"), "{wrong:?}");
    let said = attention(&spacedrive);
    assert!(said.contains("line 2") && said.contains("former settings"), "{said}");

    write(&spacedrive, "[permissions]\npolicy = \"socket\"\n");
    let wrong = spacedrive.run(["serve", "--reload"]);
    assert!(wrong.code == Some(1) && wrong.stderr.contains("[permissions]"), "{wrong:?}");

    write(&spacedrive, "");
    reload(&spacedrive);
    assert_eq!(attention(&spacedrive), "[]");
}

#[test]
fn a_change_of_the_configuration_is_seen_and_so_is_a_signal() {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    let log = spacedrive.data.path().join("log");
    let mut command = spacedrive.command(["serve"]);
    let daemon = Daemon::spawn(&spacedrive, command.stderr(fs::File::create(&log).unwrap()));
    let logged = |text: &str| fs::read_to_string(&log).unwrap().contains(text);
    write(&spacedrive, "[storage]\nbin_days = 7\n");
    wait_for("the change", || logged("config.toml: [storage] is in force"));
    write(&spacedrive, "[storag]\n");
    wait_for("the mistake", || logged("line 1") && logged("former settings"));
    // The files of a policy may change without the file that names them: a signal reads all of it.
    write(&spacedrive, "[permissions]\nrules = []\n");
    daemon.signal("-HUP");
    wait_for("the signal", || {
        logged("config.toml: [storage], [permissions] is in force")
            || logged("[permissions], [storage] is in force")
    });
}
