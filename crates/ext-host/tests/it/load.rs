//! Modules that are refused before anything runs, each with a twin that is accepted.

use crate::common::{compile, guest};
use ext_host::{ErrorCode, Module, ModuleError};

/// The code that a module is refused with.
fn refusal(wasm: &[u8]) -> ErrorCode {
    match compile(wasm) {
        Ok(_) => ErrorCode::OK,
        Err(error) => error.code(),
    }
}

fn text(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap_or_else(|error| panic!("{error}"))
}

const ALLOC: &str = r#"(func (export "wasm_alloc") (param i32) (result i32) i32.const 8)"#;
const INIT: &str = r#"(func (export "plugin_init") (result i32) i32.const 0)"#;
const MEMORY: &str = r#"(memory (export "memory") 1)"#;
const VERSION: &str = r#"(@custom "spacedrive.abi" "\01\00\00\00")"#;

fn parts(parts: &[&str]) -> ErrorCode {
    refusal(&text(&format!("(module {})", parts.join(" "))))
}

#[test]
fn a_whole_module_is_accepted() {
    assert_eq!(refusal(&guest("")), ErrorCode::OK);
    assert_eq!(parts(&[MEMORY, ALLOC, INIT, VERSION]), ErrorCode::OK);
}

#[test]
fn abi_14_abi_27_missing_exports_are_refused() {
    assert_eq!(parts(&[MEMORY, INIT, VERSION]), ErrorCode::AbiExport);
    assert_eq!(parts(&[ALLOC, INIT, VERSION]), ErrorCode::AbiExport);
    assert_eq!(parts(&[MEMORY, ALLOC, VERSION]), ErrorCode::AbiExport);
}

#[test]
fn abi_15_allocators_of_the_wrong_type_are_refused() {
    for wrong in [
        r#"(func (export "wasm_alloc") (param i64) (result i32) i32.const 8)"#,
        r#"(func (export "wasm_alloc") (param i32) (result i64) i64.const 8)"#,
        r#"(func (export "wasm_alloc") (result i32) i32.const 8)"#,
        r#"(func (export "wasm_alloc") (param i32) (result i32 i32) i32.const 8 i32.const 8)"#,
        r#"(global (export "wasm_alloc") i32 i32.const 8)"#,
        r#"(table (export "wasm_alloc") 1 funcref)"#,
    ] {
        assert_eq!(parts(&[MEMORY, wrong, INIT, VERSION]), ErrorCode::AbiExport, "{wrong}");
    }
}

#[test]
fn abi_39_an_init_of_the_wrong_type_is_refused() {
    for wrong in [
        r#"(func (export "plugin_init"))"#,
        r#"(func (export "plugin_init") (param i32) (result i32) i32.const 0)"#,
    ] {
        assert_eq!(parts(&[MEMORY, ALLOC, wrong, VERSION]), ErrorCode::AbiExport, "{wrong}");
    }
}

#[test]
fn abi_26_free_is_optional_but_must_fit() {
    let good = r#"(func (export "wasm_free") (param i32 i32))"#;
    assert_eq!(parts(&[MEMORY, ALLOC, INIT, VERSION, good]), ErrorCode::OK);
    let wrong = r#"(func (export "wasm_free") (param i32))"#;
    assert_eq!(parts(&[MEMORY, ALLOC, INIT, VERSION, wrong]), ErrorCode::AbiExport);
}

#[test]
fn abi_29_abi_35_foreign_imports_are_refused_by_name() {
    for import in [
        r#"(import "env" "memory" (memory 1))"#,
        r#"(import "spacedrive" "memory" (memory 1))"#,
        r#"(import "env" "abort" (func))"#,
        r#"(import "spacedrive" "spacedrive_exec" (func))"#,
        r#"(import "spacedrive" "spacedrive_call" (func (param i64)))"#,
        r#"(import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))"#,
    ] {
        assert_eq!(parts(&[import, ALLOC, INIT, VERSION]), ErrorCode::ImportUnknown, "{import}");
    }
    let wasm = text(r#"(module (import "env" "abort" (func)))"#);
    let error = compile(&wasm).err().expect("refused").to_string();
    assert!(error.contains("env.abort"), "{error}");
}

#[test]
fn abi_30_abi_33_features_that_are_off_are_refused() {
    for feature in [
        r#"(memory (export "memory") 1) (memory 1)"#,
        r#"(memory (export "memory") 1 2 shared)"#,
        r#"(memory (export "memory") i64 1)"#,
        r#"(memory (export "memory") 1) (func (result i32) (i32.atomic.load (i32.const 0)))"#,
        r#"(memory (export "memory") 1) (tag)"#,
        r#"(memory (export "memory") 1) (func $f (return_call $f))"#,
    ] {
        assert_eq!(parts(&[feature, ALLOC, INIT, VERSION]), ErrorCode::ModuleFeature, "{feature}");
    }
    let bulk = r#"(func (memory.fill (i32.const 0) (i32.const 0) (i32.const 8)))"#;
    assert_eq!(parts(&[MEMORY, ALLOC, INIT, VERSION, bulk]), ErrorCode::OK);
}

#[test]
fn abi_50_abi_51_other_binaries_are_refused() {
    let component = [0, b'a', b's', b'm', 0x0d, 0, 1, 0];
    let error = compile(&component).err().expect("refused");
    assert!(error.to_string().contains("component"), "{error}");
    for bytes in [
        &b""[..],
        b"wasmer-universal\0\0\0",
        b"\x7fELF\x02\x01\x01",
        b"(module)",
        b"\0asm\x02\0\0\0",
    ] {
        assert_eq!(refusal(bytes), ErrorCode::ModuleInvalid, "{bytes:?}");
    }
}

#[test]
fn truncated_modules_are_refused() {
    let wasm = guest("");
    let accepted = (0..wasm.len()).filter(|len| refusal(&wasm[..*len]) == ErrorCode::OK);
    // Names stand last and may be missing: without them it is the same module.
    let names = wasm.windows(5).rposition(|bytes| bytes == b"\x04name").unwrap() - 2;
    assert_eq!(accepted.collect::<Vec<_>>(), [names]);
}

#[test]
fn versions_are_compared_before_anything_runs() {
    assert_eq!(parts(&[MEMORY, ALLOC, INIT]), ErrorCode::AbiVersion);
    let wasm = text(&format!("(module {MEMORY} {ALLOC} {INIT})"));
    let unnamed = compile(&wasm).err().expect("refused").to_string();
    assert!(unnamed.contains("no section `spacedrive.abi`"), "{unnamed}");
    let other = r#"(@custom "spacedrive.abi" "\02\00\00\00")"#;
    assert_eq!(parts(&[MEMORY, ALLOC, INIT, other]), ErrorCode::AbiVersion);
    let wasm = text(&format!("(module {MEMORY} {ALLOC} {INIT} {other})"));
    let error = compile(&wasm).err().expect("refused");
    assert_eq!(error, ModuleError::Version { found: "2".to_owned(), supported: 1 });
}

#[test]
fn res_03_tables_over_the_limit_are_refused() {
    let large = "(table 10000000 funcref)";
    assert_eq!(parts(&[MEMORY, ALLOC, INIT, VERSION, large]), ErrorCode::ModuleLimit);
    let small = "(table 1000 funcref)";
    assert_eq!(parts(&[MEMORY, ALLOC, INIT, VERSION, small]), ErrorCode::OK);
}

#[test]
fn res_03_tables_are_summed_up() {
    let tables = |count: usize, elements: u32| {
        let kinds = ["funcref", "externref"].into_iter().cycle();
        kinds.take(count).map(|kind| format!("(table {elements} {kind})")).collect::<String>()
    };
    let with = |tables: &str| parts(&[MEMORY, ALLOC, INIT, VERSION, tables]);
    assert_eq!(with(&tables(100, 10_000)), ErrorCode::ModuleLimit, "each alone is at the limit");
    assert_eq!(with(&tables(11, 1_000)), ErrorCode::ModuleLimit);
    assert_eq!(with(&tables(10, 1_000)), ErrorCode::OK);
    let import = r#"(import "spacedrive" "spacedrive_call" (table 10000 funcref))"#;
    assert_eq!(parts(&[import, MEMORY, ALLOC, INIT, VERSION]), ErrorCode::ImportUnknown);
}

#[test]
fn res_05_local_variables_of_all_functions_are_summed_up() {
    let locals = |count: usize| {
        let function = format!("(func (local {}))", "i64 ".repeat(9_900));
        parts(&[MEMORY, ALLOC, INIT, VERSION, &function.repeat(count)])
    };
    assert_eq!(locals(510), ErrorCode::ModuleLimit);
    assert_eq!(locals(2), ErrorCode::OK);
}

#[test]
fn res_06_elements_of_segments_are_summed_up() {
    let segments = |count: usize| {
        let segment = format!("(elem func {})", "0 ".repeat(250_000));
        parts(&[MEMORY, ALLOC, INIT, VERSION, &segment.repeat(count)])
    };
    assert_eq!(segments(5), ErrorCode::ModuleLimit);
    assert_eq!(segments(1), ErrorCode::OK);
}

#[test]
fn memory_over_the_limit_is_refused() {
    let large = r#"(memory (export "memory") 65)"#;
    assert_eq!(parts(&[large, ALLOC, INIT, VERSION]), ErrorCode::ModuleLimit);
    let fits = r#"(memory (export "memory") 64)"#;
    assert_eq!(parts(&[fits, ALLOC, INIT, VERSION]), ErrorCode::OK);
}

#[test]
fn res_06_a_file_over_the_limit_is_refused() {
    let mut wasm = guest("");
    wasm.resize((16 << 20) + 1, 0);
    assert_eq!(refusal(&wasm), ErrorCode::ModuleLimit);
}

#[test]
fn res_05_a_huge_br_table_is_refused() {
    let targets = "0 ".repeat(100_001);
    let body = format!("(func (param i32) (block (br_table {targets} 0 (local.get 0))))");
    assert_eq!(parts(&[MEMORY, ALLOC, INIT, VERSION, &body]), ErrorCode::ModuleLimit);
}

#[test]
fn abi_48_custom_sections_do_no_harm() {
    let noise = r#"(@custom "name" "\ff\fe\00") (@custom "x\1b[2J" "\1b]0;y")"#;
    let wasm = text(&format!("(module {MEMORY} {ALLOC} {INIT} {VERSION} {noise})"));
    assert!(Module::compile(&wasm, &crate::common::limits()).is_ok());
}

#[test]
fn res_05_functions_that_take_the_compiler_too_long_are_refused() {
    let locals = |count: usize| format!("(func (local {}))", "i64 ".repeat(count));
    assert_eq!(parts(&[MEMORY, ALLOC, INIT, VERSION, &locals(50_000)]), ErrorCode::ModuleLimit);
    assert_eq!(parts(&[MEMORY, ALLOC, INIT, VERSION, &locals(5_000)]), ErrorCode::OK);
    let long = |count: usize| format!("(func {})", "(drop (i64.const 1))".repeat(count));
    assert_eq!(parts(&[MEMORY, ALLOC, INIT, VERSION, &long(500_000)]), ErrorCode::ModuleLimit);
    assert_eq!(parts(&[MEMORY, ALLOC, INIT, VERSION, &long(5_000)]), ErrorCode::OK);
    let tables = |count: usize, targets: usize| {
        let table = format!("(br_table {} (i32.const 0))", "0 ".repeat(targets));
        format!("(func {})", format!("(block {table})").repeat(count))
    };
    assert_eq!(parts(&[MEMORY, ALLOC, INIT, VERSION, &tables(20, 90_000)]), ErrorCode::ModuleLimit);
    assert_eq!(parts(&[MEMORY, ALLOC, INIT, VERSION, &tables(20, 90)]), ErrorCode::OK);
}

#[test]
fn res_06_data_over_the_limit_is_refused() {
    let mut wasm = guest("");
    wasm.resize(64 << 20, 0);
    assert_eq!(refusal(&wasm), ErrorCode::ModuleLimit);
    let data = |bytes: usize| format!(r#"(data (i32.const 0) "{}")"#, "\\00".repeat(bytes));
    assert_eq!(parts(&[MEMORY, ALLOC, INIT, VERSION, &data(17 << 20)]), ErrorCode::ModuleLimit);
    assert_eq!(parts(&[MEMORY, ALLOC, INIT, VERSION, &data(1000)]), ErrorCode::OK);
}

#[test]
fn abi_36_an_import_may_be_repeated_within_a_limit() {
    let import = r#"(import "spacedrive" "spacedrive_log" (func (param i32 i32 i32)))"#;
    let repeated = |count: usize| import.repeat(count);
    assert_eq!(parts(&[&repeated(10_000), MEMORY, ALLOC, INIT, VERSION]), ErrorCode::ModuleLimit);
    assert_eq!(parts(&[&repeated(500), MEMORY, ALLOC, INIT, VERSION]), ErrorCode::OK);
}

#[test]
fn abi_48_a_huge_custom_section_is_refused() {
    let noise = |bytes: usize| format!(r#"(@custom "noise" "{}")"#, "\\1b".repeat(bytes));
    assert_eq!(parts(&[MEMORY, ALLOC, INIT, VERSION, &noise(9 << 20)]), ErrorCode::ModuleLimit);
    assert_eq!(parts(&[MEMORY, ALLOC, INIT, VERSION, &noise(1 << 10)]), ErrorCode::OK);
}

#[test]
fn names_of_a_refused_import_are_shown_escaped() {
    let wasm = text(r#"(module (import "\1b[2J" "a\0ab" (func)))"#);
    let error = compile(&wasm).err().expect("refused").to_string();
    assert!(!error.contains(char::is_control), "{error:?}");
}

#[test]
fn abi_38_exported_globals_and_tables_are_the_guests_own() {
    let own = r#"(global (export "g") (mut i32) (i32.const 1)) (table (export "t") 1 funcref)"#;
    assert_eq!(parts(&[MEMORY, ALLOC, INIT, VERSION, own]), ErrorCode::OK);
    let reply = r#"(func (export "spacedrive_reply_ptr"))"#;
    assert_eq!(parts(&[MEMORY, ALLOC, INIT, VERSION, reply]), ErrorCode::AbiExport);
}
