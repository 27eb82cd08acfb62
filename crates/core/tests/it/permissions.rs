//! Decisions of the user, from the outside: an extension that calls one method.

use std::{fs, path::Path, time::Duration};

use ext_perm::{Effect, Expiry, Rule, Target};
use ext_wire::{
    ErrorCode,
    ops::{libraries, vdfs},
};
use serde_json::json;
use spacedrive_core::{
    Core,
    audit::AuditEvent,
    permissions::{Consent, Grant},
};

use crate::demo::{LIST, Place, RUN, manifest, wasm};

fn entries(glob: &str) -> Rule {
    Rule { entries: Some(vec![glob.parse().unwrap()]), ..Rule::new(Effect::Allow) }
}

#[test]
fn nothing_is_granted_silently() {
    let place = Place::installed(Consent::Only(Vec::new()));
    assert_eq!(place.run(), ErrorCode::DeniedMethod);
    place.core.permissions().grant_all("demo").unwrap();
    assert_eq!(place.run(), ErrorCode::OK);
}

#[test]
fn perm_26_revoking_works_at_once_here_and_in_other_programs() {
    let place = Place::installed(Consent::All);
    assert_eq!(place.run(), ErrorCode::OK);
    assert_eq!(place.core.permissions().revoke_all("demo").unwrap(), 1);
    assert_eq!(place.run(), ErrorCode::DeniedMethod);

    // Another program on the same data folder; this one looks for changes by itself.
    let other = Core::open(place.data.path()).unwrap();
    let grant = other.permissions().grant_all("demo").unwrap();
    wait_for(&place, ErrorCode::OK);
    other.permissions().revoke("demo", grant).unwrap();
    wait_for(&place, ErrorCode::DeniedMethod);
    assert!(other.permissions().revoke("demo", grant).is_err());
}

/// Generous: the machine may be busy.
fn wait_for(place: &Place, code: ErrorCode) {
    for _ in 0..1000 {
        if place.run() == code {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("{code} never came");
}

/// Sees that the changed extension is disabled, and makes it one that was installed before its files
/// were recorded: what it may do must not depend on that.
fn forget_digests(place: &Place) {
    let core = Core::open(place.data.path()).unwrap();
    let reply = core.call(RUN, Some(place.library), b"null".as_slice().into());
    assert_eq!(reply.unwrap_err().code(), ErrorCode::PkgHash);
    fs::remove_dir_all(place.data.path().join("extensions/.digests")).unwrap();
}

#[test]
fn perm_25_a_manifest_that_is_rewritten_on_the_disk_widens_nothing() {
    let place = Place::new();
    place.write("1.0.0", &["query:core.status"], LIST);
    place.install(Consent::All);
    assert_eq!(place.run(), ErrorCode::DeniedMethod);
    let home = place.data.path().join("extensions/demo");
    let folder = home.join(fs::read_to_string(home.join("current")).unwrap());
    let wider = manifest("1.0.0", &["query:core.status", "vdfs.*"]).to_string();
    fs::write(folder.join("manifest.json"), wider).unwrap();
    forget_digests(&place);
    let again = Core::open(place.data.path()).unwrap();
    let reply = again.call(RUN, Some(place.library), b"null".as_slice().into());
    assert_eq!(reply.unwrap_err().code(), ErrorCode::DeniedMethod);
    // The user can agree to it.
    again.permissions().grant_all("demo").unwrap();
    assert!(again.call(RUN, Some(place.library), b"null".as_slice().into()).is_ok());
}

#[test]
fn perm_25_other_code_under_the_same_id_has_no_grants() {
    let place = Place::installed(Consent::All);
    let untouched = Core::open(place.data.path()).unwrap();
    assert!(untouched.call(RUN, Some(place.library), b"null".as_slice().into()).is_ok());
    let home = place.data.path().join("extensions/demo");
    let folder = home.join(fs::read_to_string(home.join("current")).unwrap());
    fs::write(folder.join("demo.wasm"), wasm(LIST, place.library, "other")).unwrap();
    forget_digests(&place);
    let again = Core::open(place.data.path()).unwrap();
    let reply = again.call(RUN, Some(place.library), b"null".as_slice().into());
    assert_eq!(reply.unwrap_err().code(), ErrorCode::DeniedMethod);
}

#[test]
fn an_update_that_asks_for_more_has_the_old_rights_waits_or_is_agreed_to() {
    let place = Place::installed(Consent::All);
    let more = ["query:vdfs.list_entries", "query:core.status"];
    place.write("1.1.0", &more, LIST);
    let candidate = place.core.extensions().candidate(place.source.path()).unwrap();
    let asks = place.core.permissions().request(&candidate).unwrap();
    assert_eq!(
        asks.methods.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["query:core.status"]
    );
    assert!(asks.libraries.is_none() && asks.events.is_empty());

    place.core.extensions().defer(candidate).unwrap();
    assert_eq!(place.core.extensions().info("demo").unwrap().version, "1.0.0");
    assert_eq!(place.run(), ErrorCode::OK);
    let pending = place.core.extensions().pending_update("demo").unwrap();
    assert!(!pending.request.is_empty());

    let waiting = place.data.path().join("extensions/demo/waiting");
    let folder = std::fs::read_dir(waiting).unwrap().next().unwrap().unwrap().path();
    let wasm = folder.join("demo.wasm");
    let bytes = std::fs::read(&wasm).unwrap();
    std::fs::write(&wasm, [&bytes[..], b"\0\x02\x01x"].concat()).unwrap();
    let exchanged = place.core.extensions().pending_update("demo").unwrap_err();
    assert_eq!(exchanged.code(), ErrorCode::PkgHash, "{exchanged}");
    std::fs::write(&wasm, bytes).unwrap();

    place.core.extensions().install(pending.candidate, Consent::KeepPermissions).unwrap();
    assert_eq!(place.core.extensions().info("demo").unwrap().version, "1.1.0");
    let status = |place: &Place| {
        place
            .core
            .permissions()
            .explain("demo", "query:core.status.v1", None, Target::Unknown)
            .unwrap()
            .allowed
    };
    assert!(place.run() == ErrorCode::OK && !status(&place));
    assert!(place.core.extensions().pending_update("demo").is_err());

    place.write("1.2.0", &[&more[..], &["query:ai.ocr"]].concat(), LIST);
    place.install(Consent::All);
    assert!(!status(&place), "what was not agreed to before is not agreed to by the way");
    let ocr = place.core.permissions().explain(
        "demo",
        "query:ai.ocr.v1",
        Some(place.library),
        Target::Unknown,
    );
    assert!(ocr.unwrap().allowed);
}

#[test]
fn an_update_keeps_what_the_user_denied() {
    let place = Place::installed(Consent::All);
    let deny = Rule {
        methods: Some(vec![ext_manifest::MethodPattern::parse("vdfs.*").unwrap()]),
        ..Rule::new(Effect::Deny)
    };
    place.core.permissions().grant("demo", deny).unwrap();
    place.write("1.1.0", &["query:vdfs.list_entries", "query:core.status"], LIST);
    place.install(Consent::All);
    assert_eq!(place.run(), ErrorCode::DeniedMethod);
    assert_eq!(place.core.permissions().reset("demo").unwrap(), 3);
    assert_eq!(place.run(), ErrorCode::DeniedMethod);
}

#[test]
fn a_damaged_extension_that_is_installed_again_keeps_its_grants_and_denials() {
    type Damage = fn(&Path);
    let damages: [(&str, Damage); 4] = [
        ("demo.wasm", |file| fs::write(file, "half").unwrap()),
        ("demo.wasm", |file| fs::remove_file(file).unwrap()),
        ("manifest.json", |file| fs::write(file, "{}").unwrap()),
        ("manifest.json", |file| fs::remove_file(file).unwrap()),
    ];
    for (name, damage) in damages {
        let place = Place::installed(Consent::Only(vec![entries("mails/**")]));
        let denial = Rule { entries: Some(vec!["taxes/**".parse().unwrap()]), ..entries("**") };
        place.core.permissions().deny("demo", denial).unwrap();
        let rules = || {
            let grants = place.core.permissions().grants("demo").unwrap();
            let rule = |it: Grant| (it.id, it.rule.effect, it.rule.entries);
            grants.into_iter().map(rule).collect::<Vec<_>>()
        };
        let before = rules();
        let home = place.data.path().join("extensions/demo");
        damage(&home.join(fs::read_to_string(home.join("current")).unwrap()).join(name));
        let candidate = place.core.extensions().candidate(place.source.path()).unwrap();
        assert!(place.core.permissions().request(&candidate).unwrap().is_empty(), "{name}");
        place.core.extensions().install(candidate, Consent::KeepPermissions).unwrap();
        assert_eq!(rules(), before, "{name}");
        assert_eq!(place.run(), ErrorCode::OK);
    }
}

#[test]
fn a_version_that_cannot_be_told_is_asked_about_as_a_whole() {
    let place = Place::installed(Consent::All);
    place.core.permissions().deny("demo", entries("taxes/**")).unwrap();
    let home = place.data.path().join("extensions/demo");
    let folder = home.join(fs::read_to_string(home.join("current")).unwrap());
    fs::write(folder.join("manifest.json"), "{}").unwrap();
    place.write("1.1.0", &["query:vdfs.list_entries"], LIST);
    let candidate = place.core.extensions().candidate(place.source.path()).unwrap();
    assert!(!place.core.permissions().request(&candidate).unwrap().is_empty());
    place.install(Consent::All);
    assert_eq!(place.run(), ErrorCode::OK);
    let rules = place.core.permissions().grants("demo").unwrap();
    assert!(rules.iter().any(|grant| grant.rule.effect == Effect::Deny), "{rules:?}");
}

#[test]
fn an_update_that_does_not_load_changes_nothing() {
    let place = Place::installed(Consent::All);
    place.write("1.1.0", &["query:vdfs.list_entries"], LIST);
    let bad = wat::parse_str("(module)").unwrap();
    fs::write(place.source.path().join("demo.wasm"), bad).unwrap();
    let candidate = place.core.extensions().candidate(place.source.path()).unwrap();
    assert!(place.core.extensions().install(candidate, Consent::All).is_err());
    assert_eq!(place.core.extensions().info("demo").unwrap().version, "1.0.0");
    assert_eq!(
        (place.run(), place.core.permissions().grants("demo").unwrap().len()),
        (ErrorCode::OK, 1)
    );
}

#[test]
fn perm_32_grants_that_cannot_be_read_allow_nothing_and_deny_nothing_for_good() {
    let place = Place::installed(Consent::All);
    let file = place.data.path().join("grants/demo.json");
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    let again = Core::open(place.data.path()).unwrap();
    let reply = again.call(RUN, Some(place.library), b"null".as_slice().into());
    assert_eq!(reply.unwrap_err().code(), ErrorCode::Internal, "which is tried again");
    assert!(again.permissions().grants("demo").is_err());
    fs::write(&file, whole).unwrap();
    let again = Core::open(place.data.path()).unwrap();
    assert!(again.call(RUN, Some(place.library), b"null".as_slice().into()).is_ok());
}

#[test]
fn a_grant_for_some_entries_hides_the_others_and_their_events() {
    let place = Place::installed(Consent::Only(vec![entries("mails/**")]));
    assert_eq!(place.import("mails", "a.txt"), 1);
    assert_eq!(place.import("taxes", "b.txt"), 0);
    assert_eq!(place.paths(), ["mails/a.txt"]);
    place.core.permissions().grant_all("demo").unwrap();
    assert_eq!(place.paths().len(), 2);
}

#[test]
fn a_grant_for_one_call_is_used_up_over_programs() {
    let once = Rule { expires: Expiry::Once, ..Rule::new(Effect::Allow) };
    let place = Place::installed(Consent::Only(vec![once]));
    assert_eq!((place.run(), place.run()), (ErrorCode::OK, ErrorCode::DeniedMethod));
    assert!(place.core.permissions().grants("demo").unwrap().is_empty());
}

#[test]
fn what_happened_is_in_the_audit_log() {
    let place = Place::installed(Consent::All);
    place.run();
    place.core.permissions().revoke_all("demo").unwrap();
    place.run();
    let Place { data, source, core, library } = place;
    drop(core);
    let core = Core::open(data.path()).unwrap();
    let events: Vec<AuditEvent> = core
        .permissions()
        .audit()
        .tail(100, Some("demo"))
        .unwrap()
        .into_iter()
        .map(|r| r.event)
        .collect();
    let has = |wanted: fn(&AuditEvent) -> bool| events.iter().any(wanted);
    assert!(has(
        |event| matches!(event, AuditEvent::Installed { version, .. } if version == "1.0.0")
    ));
    assert!(has(|event| matches!(event, AuditEvent::Revoked { grants: 1, .. })));
    assert!(has(|event| matches!(event, AuditEvent::Called { method, .. } if method == LIST)));
    assert!(has(
        |event| matches!(event, AuditEvent::Refused { backend, .. } if backend == "grants")
    ));
    assert_eq!(core.permissions().audit().verify().unwrap().broken, None);
    drop((source, library));
}

#[test]
fn the_smallest_manifest_covers_what_was_recorded_and_no_more() {
    let place = Place::new();
    place.write("1.0.0", &["vdfs.*", "ai.*"], LIST);
    place.install(Consent::All);
    assert!(place.core.permissions().least_privilege("demo", false).is_err());
    place.core.permissions().start_recording("demo").unwrap();
    assert_eq!(place.run(), ErrorCode::OK);
    assert_eq!(place.import("mails", "a.txt"), 1);
    let recording = place.core.permissions().stop_recording("demo").unwrap();
    assert_eq!(recording.called.get(LIST), Some(&1));
    let least = place.core.permissions().least_privilege("demo", false).unwrap();
    assert_eq!(least["permissions"]["methods"], json!([LIST]));
    assert_eq!(least["permissions"]["libraries"], json!([place.library]));
    assert_eq!(least["events"], json!(["entry.created"]));
    // With it, the extension does the same.
    fs::write(place.source.path().join("manifest.json"), least.to_string()).unwrap();
    place.core.extensions().remove("demo").unwrap();
    place.install(Consent::All);
    assert_eq!(place.run(), ErrorCode::OK);
}

#[test]
fn perm_16_an_entry_of_another_library_is_not_found() {
    let place = Place::new();
    place.import("mails", "a.txt");
    let page = place.core.call_typed::<vdfs::ListEntries>(Some(place.library), &Default::default());
    let entry_id = page.unwrap().entries[0].id;
    let input = libraries::CreateLibraryInput { name: "Other".into() };
    let other = place.core.call_typed::<libraries::Create>(None, &input).unwrap().id;
    let get = |library| {
        let entry = vdfs::EntryRef { entry_id };
        place.core.call_typed::<vdfs::GetEntry>(Some(library), &entry).map_err(|error| error.code())
    };
    assert_eq!(get(other).unwrap_err(), ErrorCode::NotFound);
    assert!(get(place.library).is_ok());
}

#[test]
fn perm_08_11_every_operation_passes_the_gate_in_every_version() {
    let place = Place::installed(Consent::Only(Vec::new()));
    for operation in place.core.operations() {
        let method = ext_wire::Method::parse(&operation.method).unwrap();
        for version in [method.version(), 2, 7] {
            let text =
                ext_wire::Method::new(method.kind(), method.name(), version).unwrap().to_string();
            let explained = place.core.permissions().explain(
                "demo",
                &text,
                Some(place.library),
                Target::Unknown,
            );
            assert!(!explained.unwrap().allowed, "{text}");
        }
    }
    place.core.permissions().grant_all("demo").unwrap();
    let explained =
        place.core.permissions().explain("demo", LIST, Some(place.library), Target::Unknown);
    assert!(explained.unwrap().allowed);
}

#[test]
fn perm_23_a_job_runs_operations_of_the_extension_itself_and_nothing_else_takes_a_method() {
    let place = Place::installed(Consent::All);
    for operation in place.core.operations() {
        let fields = operation.input.unwrap_or_default()["properties"].clone();
        let takes =
            ["method", "operation", "action", "query"].iter().find(|f| fields.get(f).is_some());
        let method = operation.method.as_str();
        // The second is that of an HTTP request; the others are for the user, and for no token.
        let for_the_user = ["action:schedules.add.input.v1", "query:permissions.explain.v1"];
        let may = ["action:jobs.dispatch.input.v1", "query:http.request.v1"].contains(&method)
            || (for_the_user.contains(&method) && operation.host_only);
        assert!(may || takes.is_none(), "{} takes {takes:?}", operation.method);
    }
    let dispatch_in = |place: &Place, method: &str| {
        let input = json!({ "method": method }).to_string();
        place.core.call("action:jobs.dispatch.input.v1", Some(place.library), input.into())
    };
    let dispatch = |method: &str| dispatch_in(&place, method);
    for other in
        [LIST, "action:libraries.create.input.v1", "query:other.run.v1", "query:demo.not.v1"]
    {
        assert!(dispatch(other).is_err(), "{other}");
    }
    // Nothing runs as a job of an extension whose manifest does not ask for that.
    assert_eq!(dispatch(RUN).unwrap_err().code(), ErrorCode::DeniedMethod);
    let with_jobs = Place::new();
    with_jobs.write("1.0.0", &["query:core.status", "action:jobs.dispatch"], LIST);
    with_jobs.install(Consent::All);
    dispatch_in(&with_jobs, RUN).unwrap();
}

#[test]
fn a_removed_extension_leaves_no_grants() {
    let place = Place::installed(Consent::All);
    place.core.extensions().remove("demo").unwrap();
    assert!(!grants_of(place.data.path()).exists());
    place.install(Consent::Only(Vec::new()));
    assert_eq!(place.run(), ErrorCode::DeniedMethod);
}

fn grants_of(data: &Path) -> std::path::PathBuf {
    data.join("grants/demo.json")
}
