//! The life of an extension: load, call, events, faults, unload.

use std::{sync::Arc, thread};

use crate::common::{
    ECHO, LIBRARY, MANIFEST, NULL, event, folder, guest, load, manager, run, working,
};
use bytes::Bytes;
use ext_manager::LoadError;
use ext_manifest::Manifest;
use ext_perm::Engine;
use ext_wire::ErrorCode;

const LOOP: &str = "(loop $again (br $again)) (i32.const 0)";

#[test]
fn a_call_goes_to_the_guest_and_through_the_registry_and_back() {
    let (manager, loaded) = load(MANIFEST, &working(ECHO, "(i32.const 0)")).unwrap();
    assert_eq!((loaded.manifest.id(), loaded.health.starts), ("guest", 1));
    let reply = run(&manager, r#"{"n":1}"#).unwrap();
    assert_eq!(reply, format!(r#"{{"caller":"guest","library":"{LIBRARY}","echo":{{"n":1}}}}"#));
    assert_eq!(run(&manager, "{").unwrap_err().code, ErrorCode::BadJson);
}

#[test]
fn perm_a_guest_may_call_only_what_its_manifest_names() {
    let none = MANIFEST.replace("query:test.echo", "query:test.other");
    let (manager, _) = load(&none, &working(ECHO, "(i32.const 0)")).unwrap();
    assert_eq!(run(&manager, "1").unwrap_err().code, ErrorCode::DeniedMethod);
    let (manager, _) = load(MANIFEST, &working(ECHO, "(i32.const 0)")).unwrap();
    assert!(run(&manager, "1").is_ok());
}

#[test]
fn perm_a_guest_may_use_only_the_libraries_its_manifest_names() {
    let other = MANIFEST.replace(r#"["*"]"#, r#"["00000000-0000-0000-0000-000000000001"]"#);
    let (manager, _) = load(&other, &working(ECHO, "(i32.const 0)")).unwrap();
    assert_eq!(run(&manager, "1").unwrap_err().code, ErrorCode::DeniedLibrary);
    let this = MANIFEST.replace(r#"["*"]"#, &format!(r#"["{LIBRARY}"]"#));
    let (manager, _) = load(&this, &working(ECHO, "(i32.const 0)")).unwrap();
    assert!(run(&manager, "1").is_ok());
}

#[test]
fn perm_an_extension_may_not_call_anothers_operations() {
    let (manager, _) = load(MANIFEST, &working(NULL, "(i32.const 0)")).unwrap();
    let manifest = MANIFEST
        .replace(r#""id": "guest""#, r#""id": "other""#)
        .replace("query:guest.run.v1", "query:other.run.v1");
    let manifest = manifest.replace("query:test.echo", "guest.*");
    let other = Engine::for_extension(&Manifest::parse(manifest.as_bytes()).unwrap());
    let call = |engine| manager.call(engine, "query:guest.run.v1", Some(LIBRARY), Bytes::new());
    assert_eq!(call(&other).unwrap_err().code(), ErrorCode::DeniedMethod);
    assert_eq!(call(&Engine::for_user()).unwrap(), b"null");
}

#[test]
fn only_declared_operations_can_be_called() {
    let (manager, _) = load(MANIFEST, &working(NULL, "(i32.const 0)")).unwrap();
    let user = Engine::for_user();
    for method in ["query:guest.hidden.v1", "query:guest.run.v2", "query:other.run.v1", "guest.run"]
    {
        let error = manager.call(&user, method, None, Bytes::new()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::UnknownMethod, "{method}");
    }
    assert!(manager.call(&user, "query:guest.run.v1", None, Bytes::new()).is_ok());
}

#[test]
fn an_error_of_the_guest_keeps_its_code_and_words() {
    let (manager, loaded) = load(MANIFEST, &working("(i32.const 160)", "(i32.const 0)")).unwrap();
    let error = run(&manager, "1").unwrap_err();
    assert_eq!((error.code, error.error.as_str()), (ErrorCode::BadInput, "no such month"));
    assert!(loaded.health.last_fault.is_none());
}

#[test]
fn a_fault_costs_one_call_and_the_next_has_a_fresh_instance() {
    // {"library_id":"…36…","input":…} has 62 bytes and the input's: it traps on 8 bytes of input.
    let call = format!("(if (i32.eq (local.get $len) (i32.const 70)) (then unreachable)) {NULL}");
    let (manager, _) = load(MANIFEST, &working(&call, "(i32.const 0)")).unwrap();
    let trapping = "12345678";
    let error = run(&manager, trapping).unwrap_err();
    assert_eq!(error.code, ErrorCode::Trap, "{error}");
    assert_eq!(run(&manager, "1").unwrap(), "null");
    let health = manager.list().remove(0).health;
    assert_eq!(health.starts, 2);
    assert!((1 << 16..1 << 28).contains(&health.memory_bytes), "{health:?}");
    assert_eq!(health.last_fault.unwrap().code, ErrorCode::Trap);
}

#[test]
fn a_guest_that_loops_is_stopped_and_others_go_on() {
    let manager = Arc::new(manager());
    manager.load(folder(MANIFEST, &working(LOOP, "(i32.const 0)")).path()).unwrap();
    let other = MANIFEST.replace("\"guest\"", "\"other\"").replace("guest.run", "other.run");
    manager.load(folder(&other, &working(NULL, "(i32.const 0)")).path()).unwrap();
    let looping = Arc::clone(&manager);
    let looping = thread::spawn(move || run(&looping, "1"));
    let user = Engine::for_user();
    assert!(manager.call(&user, "query:other.run.v1", None, Bytes::new()).is_ok());
    assert_eq!(looping.join().unwrap().unwrap_err().code, ErrorCode::Cpu);
}

#[test]
fn events_are_delivered_and_failures_have_their_reason() {
    let (manager, _) = load(MANIFEST, &working(NULL, "(i32.const 0)")).unwrap();
    assert_eq!(manager.deliver("guest", &event()), Ok(()));
    let failing = "(call $log (i32.const 3) (i32.const 96) (i32.const 10)) (i32.const 129)";
    let (manager, _) = load(MANIFEST, &working(NULL, failing)).unwrap();
    let error = manager.deliver("guest", &event()).unwrap_err();
    assert_eq!(
        (error.code(), error.body().error.as_str()),
        (ErrorCode::DocMalformed, "the reason")
    );
    let (manager, _) = load(MANIFEST, &working(NULL, "(i32.const -5)")).unwrap();
    let error = manager.deliver("guest", &event()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Extension);
    assert!(error.body().error.contains("-5"), "{error}");
    assert_eq!(manager.deliver("nobody", &event()).unwrap_err().code(), ErrorCode::NotFound);
}

#[test]
fn a_guest_that_refuses_to_start_is_not_loaded() {
    let refusing = guest(
        r#"(func (export "plugin_init") (result i32)
            (call $log (i32.const 3) (i32.const 96) (i32.const 10)) (i32.const 3))
        (func (export "plugin_call") (param i32 i32 i32 i32) (result i32) (i32.const 128))
        (func (export "plugin_on_event") (param i32 i32) (result i32) (i32.const 0))"#,
    );
    let error = load(MANIFEST, &refusing).err().unwrap();
    assert_eq!(error.code(), ErrorCode::Init);
    assert!(error.to_string().contains("the reason"), "{error}");
}

#[test]
fn what_the_manifest_promises_must_be_exported() {
    let bare = guest(r#"(func (export "plugin_init") (result i32) i32.const 0)"#);
    let error = load(MANIFEST, &bare).err().unwrap();
    assert_eq!(error.code(), ErrorCode::AbiExport);
    assert!(error.to_string().contains("plugin_on_event"), "{error}");
    let modest =
        r#"{"id": "guest", "name": "Guest", "version": "0.1.0", "wasm_file": "guest.wasm"}"#;
    assert!(load(modest, &bare).is_ok());
}

#[test]
fn what_the_manifest_promises_must_have_a_function_where_the_wasm_names_its_functions() {
    let saying = |section: &str| {
        let exports = r#"(func (export "plugin_call") (param i32 i32 i32 i32) (result i32) i32.const 128)
            (func (export "plugin_on_event") (param i32 i32) (result i32) i32.const 0)"#;
        guest(&format!("{exports} {section}"))
    };
    let load_saying = |section: &str| load(MANIFEST, &saying(section));
    for (section, missing) in [
        (
            r#"(@custom "spacedrive.methods" "query:guest.walk.v1\nevent:*\n")"#,
            "`query:guest.run.v1`",
        ),
        (
            r#"(@custom "spacedrive.methods" "query:guest.run.v1\nevent:entry.updated\n")"#,
            "`entry.created`",
        ),
        (r#"(@custom "spacedrive.methods" "")"#, "`query:guest.run.v1`, `entry.created`"),
    ] {
        let error = load_saying(section).err().unwrap();
        assert_eq!(error.code(), ErrorCode::AbiExport, "{section}");
        assert!(error.to_string().contains(&format!("names {missing}, ")), "{error}");
    }
    for section in [
        "",
        r#"(@custom "spacedrive.methods" "query:guest.run.v1\nevent:*\n")"#,
        r#"(@custom "spacedrive.methods" "query:guest.run.v1\n")
           (@custom "spacedrive.methods" "event:entry.created\nquery:guest.more.v1\n")"#,
    ] {
        assert!(load_saying(section).is_ok(), "{section}");
    }
}

#[test]
fn bad_folders_are_told_apart() {
    let manager = manager();
    let empty = tempfile::tempdir().unwrap();
    let error = manager.load(empty.path()).unwrap_err();
    assert!(error.to_string().contains("no manifest.json"), "{error}");
    std::fs::write(empty.path().join("manifest.json"), MANIFEST).unwrap();
    let error = manager.load(empty.path()).unwrap_err();
    assert!(matches!(error, LoadError::Wasm { .. }), "{error}");
    std::fs::write(empty.path().join("guest.wasm"), b"\0asm\x0d\0\x01\0").unwrap();
    let error = manager.load(empty.path()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::ModuleInvalid);
    let newer = MANIFEST.replace("\"events\"", "\"min_core_version\": \"99.0.0\", \"events\"");
    let error = load(&newer, &working(NULL, NULL)).err().unwrap();
    assert!(error.to_string().contains("99.0.0"), "{error}");
    assert!(manager.list().is_empty());
}

#[test]
fn an_id_is_loaded_once_and_can_be_loaded_again() {
    let wasm = working(NULL, "(i32.const 0)");
    let (manager, _) = load(MANIFEST, &wasm).unwrap();
    let folder = folder(MANIFEST, &wasm);
    assert!(matches!(manager.load(folder.path()), Err(LoadError::Loaded { .. })));
    manager.unload("guest").unwrap();
    assert_eq!(manager.unload("guest").unwrap_err().code(), ErrorCode::NotFound);
    assert_eq!(run(&manager, "1").unwrap_err().code, ErrorCode::UnknownMethod);
    manager.load(folder.path()).unwrap();
    assert!(run(&manager, "1").is_ok());
}

#[test]
fn calls_from_many_threads_are_all_answered() {
    let (manager, _) = load(MANIFEST, &working(ECHO, "(i32.const 0)")).unwrap();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..20).for_each(|_| assert!(run(&manager, "[1]").is_ok())));
        }
    });
    assert_eq!(manager.list()[0].health.starts, 1);
}
