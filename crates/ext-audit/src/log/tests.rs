//! Rotation, damage and parallel writers.

use proptest::prelude::*;

use super::*;

fn log(bytes: u64) -> (tempfile::TempDir, AuditLog) {
    let folder = tempfile::tempdir().unwrap();
    let rotation = Rotation { file_bytes: bytes, ..Rotation::default() };
    let log = AuditLog::with_rotation(&folder.path().join("audit"), rotation).unwrap();
    (folder, log)
}

fn event(n: u64) -> AuditEvent {
    AuditEvent::Called { extension: "demo".into(), method: format!("query:a.b.v{n}"), count: n }
}

fn current(folder: &Path) -> PathBuf {
    folder.join("audit").join(CURRENT)
}

#[test]
fn records_are_linked_also_over_starts_and_threads() {
    let (folder, log) = log(4 << 20);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (1..=5).for_each(|n| log.append([event(n)])));
        }
    });
    AuditLog::open(&folder.path().join("audit")).unwrap().append([event(9), event(10)]);
    let whole = Verification { records: 22, first: 1, torn: false, broken: None };
    assert_eq!(log.verify().unwrap(), whole);
    assert_eq!(log.tail(1, Some("demo")).unwrap()[0].event, event(10));
    assert!(log.tail(5, Some("other")).unwrap().is_empty());
}

#[test]
fn log_11_a_log_that_is_read_while_others_write_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let rotation = Rotation { file_bytes: 400, files: 1000 };
    let log = AuditLog::with_rotation(folder.path(), rotation).unwrap();
    log.append([event(0)]);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| (1..=200).for_each(|n| log.append([event(n)])));
        while !writer.is_finished() {
            let found = log.verify().unwrap();
            assert_eq!((found.first, found.torn, found.broken), (1, false, None));
            assert_eq!(log.tail(1, None).unwrap().len(), 1);
        }
    });
    assert_eq!(log.verify().unwrap().records, 201);
}

#[test]
fn records_before_a_file_that_cannot_be_put_aside_are_not_counted_as_lost() {
    let (folder, log) = log(300);
    log.append([event(1)]);
    // In the way of the file, which is full with the second record.
    let taken = folder.path().join("audit").join(format!("log-{:020}.jsonl", 1));
    fs::create_dir_all(taken.join("full")).unwrap();
    log.append([event(2)]);
    assert_eq!(log.lost.load(Ordering::Relaxed), 0);
    fs::remove_dir_all(taken).unwrap();
    log.append([event(3)]);
    let whole = Verification { records: 3, first: 1, torn: false, broken: None };
    assert_eq!(log.verify().unwrap(), whole);
}

#[test]
fn log_11_a_record_that_is_changed_left_out_or_moved_shows() {
    let (folder, log) = log(4 << 20);
    (1..=6).for_each(|n| log.append([event(n)]));
    let path = current(folder.path());
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let changed = text.replacen("\"count\":3", "\"count\":4", 1);
    let without = text.replacen(&format!("{}\n", lines[2]), "", 1);
    let mut moved = lines.clone();
    moved.swap(2, 3);
    for bad in [changed, without, format!("{}\n", moved.join("\n"))] {
        fs::write(&path, bad).unwrap();
        assert!(log.verify().unwrap().broken.is_some());
    }
    fs::write(&path, &text).unwrap();
    assert_eq!(log.verify().unwrap().broken, None);
}

#[test]
fn crsh_17_a_torn_record_costs_itself_only() {
    let (folder, log) = log(4 << 20);
    (1..=3).for_each(|n| log.append([event(n)]));
    let path = current(folder.path());
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, &text[..text.len() - 20]).unwrap();
    let found = log.verify().unwrap();
    assert_eq!((found.records, found.torn, found.broken), (2, true, None));
    log.append([event(4)]);
    let found = log.verify().unwrap();
    assert_eq!((found.records, found.torn, found.broken), (3, true, None));
}

#[test]
fn log_11_full_files_are_rotated_and_the_chain_goes_on() {
    let (folder, log) = log(600);
    (1..=200).for_each(|n| log.append([event(n)]));
    let found = log.verify().unwrap();
    assert_eq!(found.broken, None);
    assert!(found.first > 1 && found.records < 200, "{found:?}");
    let files = fs::read_dir(folder.path().join("audit")).unwrap().count();
    assert!(files <= Rotation::default().files + 2, "{files}");
}

#[test]
fn log_08_a_log_that_cannot_be_written_stops_nobody_and_counts() {
    let (folder, log) = log(4 << 20);
    log.append([event(1)]);
    let (path, away) = (current(folder.path()), folder.path().join("away"));
    fs::rename(&path, &away).unwrap();
    fs::create_dir(&path).unwrap();
    log.append([event(2), event(3)]);
    fs::remove_dir(&path).unwrap();
    fs::rename(&away, &path).unwrap();
    log.append([event(4)]);
    let tail = log.tail(2, None).unwrap();
    assert_eq!(tail[1].event, AuditEvent::Lost { count: 2 });
    assert_eq!(log.verify().unwrap().broken, None);
}

#[test]
fn a_record_of_any_length_is_linked_and_counted() {
    let (_folder, log) = log(200_000);
    let rule = "x".repeat(100_000);
    for n in 1..=6 {
        let (extension, rule) = ("demo".to_owned(), rule.clone());
        log.append([AuditEvent::Granted { extension, grant: n, rule }]);
        log.append([event(n)]);
    }
    let found = log.verify().unwrap();
    assert_eq!((found.records, found.first, found.broken), (12, 1, None));
}

#[test]
fn a_file_that_begins_with_half_a_record_keeps_its_place() {
    let (folder, log) = log(600);
    (1..=3).for_each(|n| log.append([event(n)]));
    while current(folder.path()).exists() {
        log.append([event(0)]);
    }
    fs::write(current(folder.path()), "{\"seq\":").unwrap();
    (1..=20).for_each(|n| log.append([event(n)]));
    let found = log.verify().unwrap();
    assert_eq!((found.first, found.torn, found.broken), (1, true, None));
}

#[test]
fn man_07_texts_of_a_record_are_bounded() {
    let (_folder, log) = log(4 << 20);
    let (extension, rule) = ("demo".to_owned(), "ä".repeat(100_000));
    log.append([AuditEvent::Granted { extension, grant: 1, rule }]);
    let record = log.tail(1, None).unwrap().remove(0);
    let AuditEvent::Granted { rule, .. } = record.event else { panic!("another event") };
    assert!(rule.len() < 9000 && rule.ends_with("ää… (200000 bytes)"), "{}", rule.len());
}

/// Writes lines as an older program did, which began anew behind a record of more than 64 KiB.
fn old_log(bytes_of_rules: &[usize]) -> (tempfile::TempDir, AuditLog) {
    let (folder, log) = log(4 << 20);
    let (mut seq, mut prev, mut text) = (0, NO_HASH.to_owned(), String::new());
    for bytes in bytes_of_rules {
        seq += 1;
        let (extension, rule) = ("demo".to_owned(), "x".repeat(*bytes));
        let event = AuditEvent::Granted { extension, grant: seq, rule };
        let line =
            serde_json::to_string(&AuditRecord { seq, at: Timestamp::now(), prev, event }).unwrap();
        prev = hash(line.as_bytes());
        if line.len() > 64 << 10 {
            (seq, prev) = (0, NO_HASH.to_owned());
        }
        text += &format!("{line}\n");
    }
    fs::write(current(folder.path()), text).unwrap();
    (folder, log)
}

#[test]
fn man_07_a_log_that_long_records_broke_is_told_from_one_that_was_changed() {
    let (folder, log) = old_log(&[10, 100_000, 10, 70_000, 10, 10]);
    let found = log.verify().unwrap();
    assert_eq!((found.records, found.broken), (6, None));
    assert_eq!(log.restarts().unwrap(), [2, 2]);
    log.append([event(1)]);
    assert_eq!(log.verify().unwrap().records, 7);
    let path = current(folder.path());
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("\"grant\":1", "\"grant\":9", 1)).unwrap();
    assert!(log.verify().unwrap().broken.is_some(), "a change shows all the same");
    let (_folder, short) = old_log(&[10, 10]);
    assert_eq!(short.restarts().unwrap(), [0_u64; 0]);
    let (folder, log) = old_log(&[10, 60_000, 10]);
    let text = fs::read_to_string(current(folder.path())).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    fs::write(current(folder.path()), format!("{}\n{}\n{}\n", lines[0], lines[1], lines[0]))
        .unwrap();
    assert!(log.verify().unwrap().broken.is_some(), "a short record breaks no chain");
}

fn any_event() -> impl Strategy<Value = AuditEvent> {
    let text = || any::<String>();
    let library = prop::option::of(any::<u128>().prop_map(uuid::Uuid::from_u128));
    prop_oneof![
        (text(), text(), text()).prop_map(|(extension, version, wasm)| {
            AuditEvent::Installed { extension, version, wasm }
        }),
        text().prop_map(|extension| AuditEvent::Removed { extension }),
        (text(), any::<u64>(), text()).prop_map(|(extension, grant, rule)| AuditEvent::Granted {
            extension,
            grant,
            rule
        }),
        (text(), any::<usize>())
            .prop_map(|(extension, grants)| AuditEvent::Revoked { extension, grants }),
        (text(), text(), library, text(), any::<u64>()).prop_map(
            |(extension, method, library, text, count)| {
                let (code, rule, backend) = (text.clone(), text.clone(), text);
                AuditEvent::Refused { extension, method, library, code, rule, backend, count }
            }
        ),
        (text(), text(), any::<u64>()).prop_map(|(extension, method, count)| AuditEvent::Called {
            extension,
            method,
            count
        }),
    ]
}

#[test]
fn a_log_of_which_nothing_can_be_read_is_not_an_empty_one() {
    let (folder, log) = log(4 << 20);
    assert!(log.tail(9, None).unwrap().is_empty(), "nothing happened yet");
    fs::write(current(folder.path()), b"\xff\x00x\ny\n").unwrap();
    let error = log.tail(9, None).unwrap_err();
    assert_eq!(error.code(), ext_wire::ErrorCode::Corrupt);
    assert!(error.to_string().contains("log.jsonl is damaged"), "{error}");
    log.append([event(1)]);
    assert_eq!(log.tail(9, None).unwrap().len(), 1, "it goes on behind");
}

fn any_events() -> impl Strategy<Value = Vec<AuditEvent>> {
    prop::collection::vec(any_event(), 3..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_records_are_read_as_they_were_written(events in any_events(), bytes in 0_u64..2000) {
        let (_folder, log) = log(bytes);
        events.iter().for_each(|event| log.append([event.clone()]));
        let read = log.tail(usize::MAX, None).unwrap();
        let read: Vec<AuditEvent> = read.into_iter().map(|record| record.event).collect();
        prop_assert_eq!(&read, &events);
        let records = events.len() as u64;
        let whole = Verification { records, first: 1, torn: false, broken: None };
        prop_assert_eq!(log.verify().unwrap(), whole);
    }

    /// The last record is linked to by none, and a first one that cannot be read looks like one that
    /// was rotated away; every other byte has to be as it was.
    #[test]
    fn log_11_any_byte_that_is_changed_shows(
        events in any_events(), at in any::<prop::sample::Index>(), flip in 1_u8..,
    ) {
        let (folder, log) = log(4 << 20);
        log.append(events);
        let path = current(folder.path());
        let mut bytes = fs::read(&path).unwrap();
        let ends: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] == b'\n').collect();
        let linked = ends[ends.len() - 2];
        let at = at.index(linked);
        bytes[at] ^= flip;
        fs::write(&path, bytes).unwrap();
        let found = log.verify().unwrap();
        prop_assert!(found.broken.is_some() || (found.torn && at <= ends[0]), "{:?}", found);
    }
}
