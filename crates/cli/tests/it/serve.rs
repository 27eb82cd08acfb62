//! `spacedrive serve`, and the other commands beside it.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    common::{Spacedrive, extension, samples},
    daemon::{Daemon, follow, paths, socket, wait_for, wait_within},
};

fn receipts(spacedrive: &Spacedrive) -> usize {
    spacedrive.json(["receipt", "list"]).as_array().map_or(0, Vec::len)
}

#[test]
fn a_file_that_is_dropped_into_a_followed_folder_is_booked() {
    let Some((spacedrive, _)) = Spacedrive::with_extension("finance") else { return };
    let inbox = tempfile::tempdir().unwrap();
    fs::create_dir(inbox.path().join("mails")).unwrap();
    let folder = inbox.path().join("mails");
    let mut mails = fs::read_dir(samples()).unwrap().map(|mail| mail.unwrap().path());
    let mails: Vec<_> = mails.by_ref().filter(|path| path.is_file()).collect();
    let (before, dropped) = mails.split_at(1);
    fs::copy(&before[0], folder.join("before.eml")).unwrap();

    let daemon = Daemon::start(&spacedrive, &[]);
    follow(&spacedrive, &folder);
    wait_for("the file that was there", || paths(&spacedrive).contains(&"mails/before.eml".into()));
    for mail in dropped {
        fs::copy(mail, folder.join(mail.file_name().unwrap())).unwrap();
    }
    wait_for("all files", || {
        let mails = paths(&spacedrive).iter().filter(|path| path.starts_with("mails/")).count();
        mails == mails_count(&folder)
    });
    let expected = booked_by_an_import(&folder);
    wait_for("the receipts", || receipts(&spacedrive) == expected);
    drop(daemon);
    // What was added while no daemon ran is found by the next one, and nothing is booked twice.
    fs::copy(&before[0], folder.join("copy of before.eml")).unwrap();
    let _daemon = Daemon::start(&spacedrive, &[]);
    wait_for("the file of the meantime", || {
        paths(&spacedrive).contains(&"mails/copy of before.eml".into())
    });
    assert_eq!(receipts(&spacedrive), expected);
}

fn mails_count(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

/// Returns the number of receipts that an import of the folder books.
fn booked_by_an_import(folder: &Path) -> usize {
    let (spacedrive, _) = Spacedrive::with_extension("finance").unwrap();
    let ran = spacedrive.run(["import", folder.to_str().unwrap(), "--no-index"]);
    assert!(matches!(ran.code, Some(0 | 3)), "{ran:?}");
    receipts(&spacedrive)
}

#[test]
fn a_file_that_is_being_written_is_read_when_it_is_complete() {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    let inbox = tempfile::tempdir().unwrap();
    let _daemon = Daemon::start(&spacedrive, &[]);
    follow(&spacedrive, inbox.path());
    let name = inbox.path().file_name().unwrap().to_str().unwrap().to_owned();
    let mut file = fs::File::create(inbox.path().join("slow.txt")).unwrap();
    for _ in 0..10 {
        file.write_all(&[b'x'; 1000]).unwrap();
        std::thread::sleep(Duration::from_millis(100));
    }
    drop(file);
    fs::write(inbox.path().join(".hidden"), "no").unwrap();
    let path = format!("{name}/slow.txt");
    let path = path.trim_start_matches('.').to_owned();
    wait_for("the file", || paths(&spacedrive).iter().any(|entry| entry.ends_with("slow.txt")));
    let found = paths(&spacedrive);
    assert_eq!(found.len(), 1, "{found:?} {path}");
    let events = spacedrive.run(["event", "tail", "--since", "0", "--no-follow"]);
    let events = String::from_utf8(events.stdout).unwrap();
    assert_eq!(events.lines().count(), 1, "it was read once: {events}");
}

#[test]
fn crsh_02_files_that_are_dropped_while_the_daemon_is_killed_are_all_there_once() {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    let inbox = tempfile::tempdir().unwrap();
    let folder = inbox.path().join("in");
    fs::create_dir(&folder).unwrap();
    let mut daemon = Daemon::start(&spacedrive, &[]);
    follow(&spacedrive, &folder);
    for number in 0..300 {
        fs::write(folder.join(format!("{number}.txt")), format!("file {number}")).unwrap();
        if number % 100 == 50 {
            // In the middle of its work, most likely.
            std::thread::sleep(Duration::from_millis(400));
            drop(daemon);
            daemon = Daemon::start(&spacedrive, &[]);
        }
    }
    let listed = || spacedrive.json(["entry", "list", "--limit", "1000"]).as_array().unwrap().len();
    wait_for("all files", || listed() == 300);
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(listed(), 300, "none twice");
    let events = spacedrive.run(["event", "tail", "--since", "0", "--no-follow"]).stdout;
    assert_eq!(String::from_utf8(events).unwrap().matches("entry.created").count(), 300);
    drop(daemon);
}

#[test]
#[ignore = "takes minutes; `cargo xtask ci --full` runs it"]
fn crsh_02_a_thousand_files_that_are_dropped_at_once_are_all_there_once_after_two_kills() {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    let inbox = tempfile::tempdir().unwrap();
    let (folder, beside) = (inbox.path().join("in"), inbox.path().join("beside"));
    fs::create_dir_all(beside.join("dropped")).unwrap();
    fs::create_dir(&folder).unwrap();
    for number in 0..1000 {
        let text = format!("file {number}");
        fs::write(beside.join(format!("dropped/{number}.txt")), text).unwrap();
    }
    let mut daemon = Daemon::start(&spacedrive, &[]);
    follow(&spacedrive, &folder);
    fs::rename(beside.join("dropped"), folder.join("dropped")).unwrap();
    let listed =
        || spacedrive.json(["entry", "list", "--limit", "10000"]).as_array().unwrap().len();
    for reached in [300, 600] {
        wait_within(600, "a part of the files", || listed() >= reached);
        drop(daemon);
        assert!(listed() < 1000, "it was not killed in the middle");
        daemon = Daemon::start(&spacedrive, &[]);
    }
    wait_within(600, "all files", || listed() >= 1000);
    std::thread::sleep(Duration::from_secs(1));
    let mut found = spacedrive.json(["entry", "list", "--limit", "10000"]);
    let found = found.as_array_mut().unwrap();
    found.sort_by_key(|entry| entry["path"].to_string());
    found.dedup_by_key(|entry| entry["path"].to_string());
    assert_eq!((found.len(), listed()), (1000, 1000), "none is lost, and none twice");
    let events = spacedrive.run(["event", "tail", "--since", "0", "--no-follow"]).stdout;
    assert_eq!(String::from_utf8(events).unwrap().matches("entry.created").count(), 1000);
}

#[test]
fn entries_follow_renamed_files_and_folders() {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    let inbox = tempfile::tempdir().unwrap();
    let folder = inbox.path().join("in");
    fs::create_dir_all(folder.join("sub/deep")).unwrap();
    for name in ["a.txt", "sub/b.txt", "sub/deep/c.txt"] {
        fs::write(folder.join(name), name).unwrap();
    }
    let _daemon = Daemon::start(&spacedrive, &[]);
    spacedrive.json(["location", "add", folder.to_str().unwrap(), "--into", "papers/2026"]);
    let are = |expected: [&str; 3]| {
        let mut found = paths(&spacedrive);
        found.sort();
        found == expected.map(|path| format!("papers/2026/{path}"))
    };
    wait_for("the files", || are(["a.txt", "sub/b.txt", "sub/deep/c.txt"]));
    fs::rename(folder.join("a.txt"), folder.join("z.txt")).unwrap();
    wait_for("the file", || are(["sub/b.txt", "sub/deep/c.txt", "z.txt"]));
    fs::rename(folder.join("sub"), folder.join("new")).unwrap();
    wait_for("the folder", || are(["new/b.txt", "new/deep/c.txt", "z.txt"]));
    // What changes after that changes the same entry, and what comes below is found.
    fs::write(folder.join("z.txt"), "changed").unwrap();
    fs::write(folder.join("new/deep/d.txt"), "d").unwrap();
    wait_for("the new file", || paths(&spacedrive).len() == 4);
    let kinds = || {
        let events = spacedrive.run(["event", "tail", "--since", "0", "--no-follow"]).stdout;
        let events = String::from_utf8(events).unwrap();
        ["created", "moved", "updated"].map(|kind| events.matches(&format!("entry.{kind}")).count())
    };
    wait_for("the change", || kinds() == [4, 3, 1]);
    let status = spacedrive.json(["status"]);
    assert_eq!(status["locations"][0]["failure"], Value::Null, "{status}");
}

#[test]
fn the_other_commands_work_beside_a_daemon_as_without_one() {
    let spacedrive = Spacedrive::new();
    let library = spacedrive.library();
    let files = tempfile::tempdir().unwrap();
    fs::write(files.path().join("note.txt"), "milk and honey").unwrap();
    let run = |args: &[&str]| {
        let ran = spacedrive.run(args);
        (ran.code, String::from_utf8(ran.stdout).unwrap(), ran.stderr)
    };
    let ran = run(&["import", files.path().to_str().unwrap(), "--into", "notes"]);
    assert_eq!(ran.0, Some(0), "{ran:?}");
    let commands: [&[&str]; 7] = [
        &["library", "list"],
        &["entry", "list"],
        &["entry", "get", "notes/note.txt", "-"],
        &["search", "honey"],
        &["op", "call", "query:vdfs.list_entries.v1"],
        &["entry", "show", "nothing"],
        &["op", "call", "query:nothing.nothing.v1"],
    ];
    let without: Vec<_> = commands.iter().map(|command| run(command)).collect();
    let daemon = Daemon::start(&spacedrive, &[]);
    let beside: Vec<_> = commands.iter().map(|command| run(command)).collect();
    assert_eq!(without, beside);

    // What is written here is seen there, and the library that the daemon has open can be deleted.
    fs::write(files.path().join("second.txt"), "bread").unwrap();
    assert_eq!(run(&["import", files.path().to_str().unwrap()]).0, Some(0));
    assert_eq!(paths(&spacedrive).len(), 2);
    assert_eq!(run(&["entry", "tag", "notes/note.txt", "food"]).0, Some(0));
    assert_eq!(run(&["library", "rename", "Test", "Papers"]).0, Some(0));
    let mut deleted = run(&["library", "delete", "Papers", "--yes"]);
    for _ in 0..20 {
        // The daemon may be at work on it just now.
        if deleted.0 == Some(0) {
            break;
        }
        std::thread::sleep(Duration::from_millis(300));
        deleted = run(&["library", "delete", "Papers", "--yes"]);
    }
    assert_eq!(deleted.0, Some(0), "{deleted:?}");
    assert_eq!(run(&["library", "restore", &library]).0, Some(0));
    wait_for("its entries", || paths(&spacedrive).len() == 2);
    drop(daemon);
    assert_eq!(paths(&spacedrive).len(), 2);
}

#[test]
fn status_tells_of_everything_with_and_without_a_daemon() {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    let folder = tempfile::tempdir().unwrap();
    let added = follow(&spacedrive, folder.path());
    let status = spacedrive.json(["status"]);
    assert_eq!(status["daemon"], Value::Null);
    assert_eq!(status["locations"][0]["watched"], false);
    let _daemon = Daemon::start(&spacedrive, &[]);
    wait_for("the watch", || spacedrive.json(["status"])["locations"][0]["watched"] == true);
    let status = spacedrive.json(["status"]);
    assert!(status["daemon"]["pid"].is_u64(), "{status}");
    assert_eq!(status["libraries"][0]["name"], "Test");
    let text = String::from_utf8(spacedrive.run(["status"]).stdout).unwrap();
    assert!(text.contains("the daemon runs since") && text.contains("watched"), "{text}");

    let id = added["id"].as_str().unwrap();
    assert_eq!(spacedrive.json(["location", "pause", id])["paused"], true);
    wait_for("the pause", || spacedrive.json(["status"])["locations"][0]["paused"] == true);
    assert_eq!(spacedrive.run(["location", "resume", &id[..13]]).code, Some(0));
    let again = spacedrive.run(["location", "add", folder.path().to_str().unwrap()]);
    assert!(again.stderr.contains("follows"), "{again:?}");
    let by_folder = spacedrive.run(["location", "remove", folder.path().to_str().unwrap()]);
    assert_eq!(by_folder.code, Some(0), "{by_folder:?}");
    assert_eq!(spacedrive.json(["location", "list"]), json!([]));
    let data = spacedrive.data.path().to_str().unwrap();
    let libraries = format!("{data}/libraries");
    for wrong in ["/no/such/folder", "/etc/hostname", data, &libraries] {
        let refused = spacedrive.run(["location", "add", wrong]);
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(refused.stderr.contains(wrong), "{refused:?}");
    }
}

#[test]
fn there_is_one_daemon_which_ends_when_it_is_asked_and_after_a_kill_the_next_one_starts() {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    let mut daemon = Daemon::start(&spacedrive, &[]);
    let second = spacedrive.run(["serve"]);
    assert_eq!(second.code, Some(1));
    assert!(second.stderr.contains("hint: `spacedrive status` shows it"), "{second:?}");
    assert_eq!(spacedrive.json(["serve", "--stop"])["stopped"], true);
    assert!(daemon.ends_well());
    assert!(!socket(&spacedrive).exists());
    let none = spacedrive.run(["serve", "--stop"]);
    assert!(none.code == Some(1) && none.stderr.contains("no daemon runs"), "{none:?}");

    for signal in ["-TERM", "-INT"] {
        let mut daemon = Daemon::start(&spacedrive, &[]);
        daemon.signal(signal);
        assert!(daemon.ends_well(), "{signal}");
    }
    drop(Daemon::start(&spacedrive, &[]));
    assert!(socket(&spacedrive).exists(), "it was killed");
    assert_eq!(spacedrive.run(["entry", "list"]).code, Some(0), "which is no daemon");
    drop(Daemon::start(&spacedrive, &[]));
}

#[test]
fn a_daemon_in_the_background_answers_when_the_command_returns() {
    let spacedrive = Spacedrive::new();
    let started = spacedrive.json(["serve", "--detach"]);
    assert!(started["pid"].is_u64(), "{started}");
    assert!(spacedrive.json(["status"])["daemon"]["pid"] == started["pid"]);
    let again = spacedrive.run(["serve", "--detach"]);
    assert_eq!(again.code, Some(1), "{again:?}");
    assert_eq!(spacedrive.run(["serve", "--stop"]).code, Some(0));
    // Something in its way is told, and one broken list hides nothing else.
    fs::write(socket(&spacedrive), "").unwrap();
    let failed = spacedrive.run(["serve", "--detach"]);
    assert!(failed.stderr.contains("in the way of the socket"), "{failed:?}");
    fs::write(spacedrive.data.path().join("locations.json"), "[{").unwrap();
    let status = spacedrive.json(["status"]);
    let attention = status["attention"].to_string();
    assert!(attention.contains("locations.json") && status["libraries"].is_array(), "{status}");
    let unit = spacedrive.run(["serve", "--print-unit", "systemd"]);
    let unit = String::from_utf8(unit.stdout).unwrap();
    assert!(unit.contains("ExecStart=\"/") && unit.contains(" serve\n"), "{unit}");
}

/// Posts JSON-RPC to a port.
fn post(port: u16, token: &str, method: &str, library: &str) -> Value {
    let body = json!({
        "jsonrpc": "2.0", "id": 1, "method": method, "params": { "library": library, "input": {} }
    });
    let body = body.to_string();
    let head = format!(
        "POST / HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-type: application/json\r\n\
         authorization: Bearer {token}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all((head + &body).as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[test]
fn a_token_may_what_it_names_until_it_is_revoked() {
    let spacedrive = Spacedrive::new();
    let library = spacedrive.library();
    let other = spacedrive.json(["library", "create", "Other"])["id"].as_str().unwrap().to_owned();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let _daemon = Daemon::start(&spacedrive, &["--listen", &format!("127.0.0.1:{port}")]);
    let made = spacedrive.json([
        "token",
        "create",
        "notebook",
        "--method",
        "query:vdfs.*",
        "--library",
        "Test",
        "--for",
        "1d",
    ]);
    let token = made["text"].as_str().unwrap();
    let ask = |method: &str, library: &str| post(port, token, method, library);
    let list = "query:vdfs.list_entries.v1";
    assert_eq!(ask(list, &library)["result"]["entries"], json!([]));
    for (method, library, code) in [
        (list, &other, "E_DENIED_LIBRARY"),
        ("action:vdfs.delete_entry.input.v1", &library, "E_DENIED_METHOD"),
        ("query:jobs.list.v1", &library, "E_DENIED_METHOD"),
    ] {
        let answer = ask(method, library);
        assert_eq!(answer["error"]["data"]["code"], code, "{method}: {answer}");
    }
    let listed = spacedrive.json(["token", "list"]);
    assert_eq!(listed[0]["name"], "notebook");
    assert!(!listed.to_string().contains(token), "it is shown once");
    assert_eq!(spacedrive.run(["token", "revoke", "notebook"]).code, Some(0));
    assert!(ask(list, &library)["error"].as_str().unwrap().contains("not valid"));
    for wrong in [["*", "1d"], ["vdfs", "1d"], ["vdfs.*", "0d"], ["vdfs.*", "soon"]] {
        let refused =
            spacedrive.run(["token", "create", "x", "--method", wrong[0], "--for", wrong[1]]);
        assert!(matches!(refused.code, Some(1 | 2)), "{refused:?}");
    }
    let refused = spacedrive.run(["serve", "--listen", "0.0.0.0:7711"]);
    assert!(refused.code == Some(1) && refused.stderr.contains("hint: listen on 127.0.0.1"));
}

#[test]
fn an_extension_that_another_program_updates_or_stops_is_followed() {
    let Some(folder) = extension("hello") else { return };
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    let files = tempfile::tempdir().unwrap();
    let _daemon = Daemon::start(&spacedrive, &[]);
    let events = |spacedrive: &Spacedrive| {
        spacedrive.json(["status"])["libraries"][0]["waiting_events"].as_u64().unwrap()
    };
    let ran = spacedrive.run(["ext", "install", folder.to_str().unwrap(), "--yes"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    fs::write(files.path().join("a.txt"), "a").unwrap();
    follow(&spacedrive, files.path());
    wait_for("the event", || paths(&spacedrive).len() == 1 && events(&spacedrive) == 0);
    assert_eq!(spacedrive.run(["ext", "quarantine", "hello"]).code, Some(0));
    fs::write(files.path().join("b.txt"), "b").unwrap();
    wait_for("the second file", || paths(&spacedrive).len() == 2);
    assert_eq!(events(&spacedrive), 1, "it waits");
    assert_eq!(spacedrive.run(["ext", "release", "hello"]).code, Some(0));
    wait_for("the release", || events(&spacedrive) == 0);
}

#[test]
fn a_schedule_is_called_when_it_is_due_by_a_daemon_or_by_job_run() {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    let list = "query:libraries.list.v1";
    let gone = "query:vdfs.get_entry.v1";
    let added = spacedrive.json(["job", "schedule", list, "--every", "1h"]);
    assert_eq!((added["every_s"].as_u64(), &added["last_at"]), (Some(3600), &Value::Null));
    let schedules = || spacedrive.json(["job", "schedules"]);
    let ran = spacedrive.run(["job", "run"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(schedules()[0]["last_at"].is_string() && schedules()[0]["last_error"].is_null());
    let input = format!("{{\"entry_id\": \"{}\"}}", added["id"].as_str().unwrap());
    let args = ["job", "schedule", gone, "--every", "1d", "--input", &input];
    assert_eq!(spacedrive.run(args).code, Some(0));
    assert_eq!(spacedrive.run(["job", "run"]).code, Some(3), "there is no such entry");
    let failed = schedules();
    assert!(failed[1]["last_error"].as_str().unwrap().contains("E_NOT_FOUND"), "{failed}");
    assert_eq!(spacedrive.run(["job", "run"]).code, Some(0), "it is not due again");
    assert_eq!(spacedrive.run(["job", "unschedule", gone]).code, Some(0));

    let _daemon = Daemon::start(&spacedrive, &[]);
    let args = ["job", "schedule", "query:core.status.v1", "--every", "15m"];
    assert_eq!(spacedrive.run(args).code, Some(0));
    wait_for("the call", || schedules()[1]["last_at"].is_string());
    for (method, every, says) in [
        ("query:nothing.nothing.v1", "1h", "op list"),
        (list, "5s", "whole number"),
        (list, "400d", "every_s"),
        (list, "0m", "whole number"),
    ] {
        let refused = spacedrive.run(["job", "schedule", method, "--every", every]);
        assert!(matches!(refused.code, Some(1 | 2)), "{refused:?}");
        assert!(refused.stderr.contains(says), "{refused:?}");
    }
}

#[test]
fn a_schedule_may_have_the_times_of_cron() {
    let spacedrive = Spacedrive::new();
    let list = "query:libraries.list.v1";
    let mornings = ["--cron", "0 7 * * 1-5", "--time-zone", "Europe/Berlin"];
    let added = spacedrive.json([&["job", "schedule", list][..], &mornings].concat());
    let next = added["next_at"].as_str().unwrap();
    assert!(next.contains("T06:00:00Z") || next.contains("T05:00:00Z"), "{added}");
    assert_eq!(
        (added["every_s"].clone(), &added["time_zone"]),
        (Value::Null, &json!("Europe/Berlin"))
    );
    assert_eq!(spacedrive.run(["job", "run"]).code, Some(1), "there is no library to run jobs of");
    assert_eq!(spacedrive.json(["job", "schedules"])[0]["last_at"], Value::Null, "it is not due");
    let text = String::from_utf8(spacedrive.run(["job", "schedules"]).stdout).unwrap();
    assert!(text.contains("0 7 * * 1-5"), "{text}");
    for (more, says) in [
        (&["--cron", "7 Uhr"][..], "0 7 * * 1-5"),
        (&["--cron", "0 7 * * *", "--time-zone", "Mars/Base"], "Mars/Base"),
        (&["--cron", "0 0 30 2 *"], "pattern"),
        (&["--cron", "0 7 * * *", "--every", "1h"], "cannot be used with"),
        (&["--every", "1h", "--time-zone", "UTC"], "`cron`"),
        (&[], "--every"),
    ] {
        let refused = spacedrive.run([&["job", "schedule", list][..], more].concat());
        assert!(matches!(refused.code, Some(1 | 2)), "{refused:?}");
        assert!(refused.stderr.contains(says), "{refused:?}");
    }
}
