//! Extensions in C, C++, Zig, Go and AssemblyScript: made from the examples of their SDKs, built by the real compilers,
//! installed and used. `cargo xtask sdks` brings the compilers, and runs all of these.

use std::{
    env, fs,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{authors::Author, common::first_block};

/// With it set, a compiler that is missing fails the test.
const REQUIRE: &str = "SPACEDRIVE_REQUIRE_COMPILERS";

/// A language, and the programs of which one builds it, each with what it is asked for its version.
struct Language {
    name: &'static str,
    compilers: &'static [&'static [&'static str]],
    is_quick: bool,
    /// The memory in which an extension reads much more than that, a part after the other.
    memory_mb: u32,
    /// The error of an input of another form.
    misfit: &'static str,
    /// The file that the code of the SDK's README is, and the language of its block.
    main: (&'static str, &'static str),
}

const C: Language = Language {
    name: "c",
    compilers: &[&["wasm-ld", "--version"], &["zig", "version"]],
    is_quick: true,
    memory_mb: 8,
    misfit: "E_BAD_INPUT",
    main: ("src/main.c", "c"),
};
const CPP: Language = Language {
    name: "cpp",
    compilers: &[&["zig", "version"], &["python-zig", "version"]],
    is_quick: false,
    memory_mb: 24,
    misfit: "E_BAD_INPUT",
    main: ("src/main.cpp", "cpp"),
};
const ZIG: Language = Language {
    name: "zig",
    compilers: &[&["zig", "version"], &["python-zig", "version"]],
    is_quick: false,
    memory_mb: 8,
    misfit: "E_BAD_INPUT",
    main: ("src/main.zig", "zig"),
};
const GO: Language = Language {
    name: "go",
    compilers: &[&["go", "version"]],
    is_quick: false,
    memory_mb: 32,
    misfit: "E_BAD_INPUT",
    main: ("main.go", "go"),
};
const ASSEMBLYSCRIPT: Language = Language {
    name: "assemblyscript",
    compilers: &[&["npm", "--version"]],
    is_quick: false,
    memory_mb: 16,
    misfit: "E_TRAP",
    main: ("src/main.ts", "ts"),
};

impl Language {
    /// Returns whether the tests of the language run: those that fetch packages or take minutes only
    /// where that is asked for.
    fn is_there(&self) -> bool {
        let is_required = env::var_os(REQUIRE).is_some();
        let answers = |asked: &&[&str]| {
            let mut command = Command::new(asked[0]);
            command.args(&asked[1..]).stdout(Stdio::null()).stderr(Stdio::null());
            command.status().is_ok_and(|status| status.success())
        };
        let is_there = (self.is_quick || is_required) && self.compilers.iter().any(answers);
        assert!(is_there || !is_required, "there is no compiler of {}", self.name);
        if !is_there {
            eprintln!("SKIPPED: extensions in {}: `cargo xtask sdks` tries them", self.name);
        }
        is_there
    }

    /// Makes an extension, and installs it when its manifest was changed.
    fn installed(&self, change: impl FnOnce(&mut Value)) -> Author {
        let author = Author::new();
        self.install(&author, change);
        author
    }

    fn install(&self, author: &Author, change: impl FnOnce(&mut Value)) {
        author.done(&["ext", "new", "my-notes", "--lang", self.name]);
        change_manifest(author, change);
        author.done(&["ext", "build", "my-notes", "--install", "--yes"]);
    }
}

fn words(author: &Author, input: &Value) -> Value {
    author.json(&["op", "call", "query:my_notes.words.v1", "--input", &input.to_string()])
}

/// From nothing to the first answer, and what the extension left beside the files.
fn answers_after_three_commands(language: &Language) {
    if !language.is_there() {
        return;
    }
    let author = language.installed(|_| {});
    author.import("a.txt", "one two\nthree");
    author.import("b.txt", "");
    assert_eq!(words(&author, &json!(null)), json!({ "files": 2, "words": 3 }));
    assert_eq!(
        words(&author, &json!({ "path": "files/a.txt" })),
        json!({ "files": 1, "words": 3 })
    );
    answers_as_no_job(&author);
    let first_line = author.done(&["sidecar", "get", "files/a.txt", "my_notes.txt"]);
    assert_eq!(first_line, "one two");
    assert_eq!(author.json(&["ext", "check", "my-notes"])["findings"], json!([]));
    assert_eq!(author.json(&["ext", "failures"]), json!([]));

    let wrong = author.run(&["op", "call", "query:my_notes.words.v1", "--input", r#"{"path":5}"#]);
    assert_eq!(wrong.code, Some(1), "{wrong:?}");
    assert!(wrong.stderr.contains(language.misfit), "{wrong:?}");
    assert_eq!(words(&author, &json!({}))["files"], 2, "it goes on");

    builds_the_readme(language, &author);

    // The error of a call of the host is the error of the call of the extension.
    author.done(&["permission", "deny", "my_notes", "--method", "vdfs.list_entries"]);
    let denied = author.run(&["--output", "json", "op", "call", "query:my_notes.words.v1"]);
    assert_eq!(denied.code, Some(1), "{denied:?}");
    assert!(denied.stderr.contains("E_DENIED_METHOD"), "{denied:?}");
}

/// The code in the README of the SDK, in place of that of the extension.
fn builds_the_readme(language: &Language, author: &Author) {
    let (main, block) = language.main;
    let readme = format!("{}/../../sdk/{}/README.md", env!("CARGO_MANIFEST_DIR"), language.name);
    let readme = fs::read_to_string(readme).unwrap();
    fs::write(author.path("my-notes").join(main), first_block(&readme, block)).unwrap();
    change_manifest(author, |manifest| {
        manifest["events"] = json!([]);
        manifest["operations"] = json!([{ "method": "query:my_notes.greet.v1" }]);
    });
    author.done(&["ext", "build", "my-notes"]);
}

fn change_manifest(author: &Author, change: impl FnOnce(&mut Value)) {
    let path = author.path("my-notes/manifest.json");
    let mut manifest: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    change(&mut manifest);
    fs::write(path, manifest.to_string()).unwrap();
}

/// A job that counts all files anew, with fewer calls in a minute than it needs: it ends with an error
/// that may pass, and the next run resumes at the last checkpoint. One that began anew would never end.
fn resumes_its_job(language: &Language) {
    if !language.is_there() {
        return;
    }
    let author = Author::new();
    fs::create_dir(author.path("files")).unwrap();
    for file in 0..25 {
        fs::write(author.path(&format!("files/{file}.txt")), "one two").unwrap();
    }
    author.done(&["import", "files", "--no-index"]);
    language.install(&author, |manifest| {
        manifest["permissions"]["rate_limits"] = json!({ "requests_per_minute": 40 });
    });
    let job = author.json(&["job", "start", "my_notes.recount"])["job_id"].clone();
    let status = || author.json(&["job", "status", job.as_str().unwrap()]);
    author.run(&["job", "run"]);
    let stopped = status();
    assert_eq!(
        (&stopped["state"], &stopped["error"]["code"]),
        (&json!("waiting"), &json!("E_RATE"))
    );
    assert_eq!(stopped["progress"]["done"], 10);

    let until = Instant::now() + Duration::from_secs(120);
    while status()["state"] == "waiting" {
        assert!(Instant::now() < until, "the job does not end: {}", status());
        author.run(&["job", "run"]);
    }
    assert_eq!(status()["output"], json!({ "entries": 25 }), "{}", status());
    assert_eq!(words(&author, &json!(null)), json!({ "files": 25, "words": 50 }));
}

/// An operation that was made to run as a job answers a call as well, and keeps no checkpoints then.
fn answers_as_no_job(author: &Author) {
    let answer = author.json(&["op", "call", "action:my_notes.recount.input.v1"]);
    assert_eq!(answer, json!({ "entries": 2 }));
}

/// Many files, each with a good part of all the memory that there is.
fn gives_memory_back(language: &Language) {
    if !language.is_there() {
        return;
    }
    let author = language.installed(|manifest| {
        manifest["limits"] = json!({ "memory_mb": language.memory_mb });
    });
    fs::create_dir(author.path("files")).unwrap();
    for file in 0..48 {
        let text = format!("{file} ").repeat(256 << 10);
        fs::write(author.path(&format!("files/{file}.txt")), text).unwrap();
    }
    author.done(&["import", "files", "--no-index"]);
    assert_eq!(author.json(&["ext", "failures"]), json!([]));
    for _ in 0..20 {
        let all = words(&author, &json!(null));
        assert_eq!(all, json!({ "files": 48, "words": 48 * (256 << 10) }));
    }
}

#[test]
fn an_extension_in_c_answers_after_three_commands() {
    answers_after_three_commands(&C);
}

#[test]
fn a_job_in_c_resumes_at_its_last_checkpoint() {
    resumes_its_job(&C);
}

#[test]
fn an_extension_in_c_gives_memory_back() {
    gives_memory_back(&C);
}

/// Answers, inputs and errors with what JSON cannot say.
const UNSPEAKABLE: &str = r#"#include "spacedrive.h"

static sd_code text(sd_json input, yyjson_mut_val **answer) {
  (void)input;
  *answer = yyjson_mut_str(sd_doc(), "caf\xe9");
  return SD_OK;
}
SD_QUERY("my_notes.text.v1", text)

static sd_code number(sd_json input, yyjson_mut_val **answer) {
  (void)input;
  *answer = yyjson_mut_real(sd_doc(), __builtin_nan(""));
  return SD_OK;
}
SD_QUERY("my_notes.number.v1", number)

static sd_code ask(sd_json input, yyjson_mut_val **answer) {
  (void)input;
  (void)answer;
  sd_list_entries_input list = {.path_prefix = SD("caf\xe9")};
  sd_list_entries_output page;
  return sd_vdfs_list_entries(&list, &page);
}
SD_QUERY("my_notes.ask.v1", ask)

static sd_code fail(sd_json input, yyjson_mut_val **answer) {
  (void)input;
  (void)answer;
  return sd_fail(SD_E_NOT_FOUND, "there is no caf\xe9");
}
SD_QUERY("my_notes.fail.v1", fail)
"#;

#[test]
fn c_says_what_json_cannot_say() {
    if !C.is_there() {
        return;
    }
    let author = Author::new();
    author.done(&["ext", "new", "my-notes", "--lang", "c"]);
    fs::write(author.path("my-notes/src/main.c"), UNSPEAKABLE).unwrap();
    let names = ["text", "number", "ask", "fail"];
    change_manifest(&author, |manifest| {
        manifest["events"] = json!([]);
        let method = |name| json!({ "method": format!("query:my_notes.{name}.v1") });
        manifest["operations"] = names.map(method).into();
    });
    author.done(&["ext", "build", "my-notes", "--install", "--yes"]);
    let errors = names.map(|name| {
        let method = format!("query:my_notes.{name}.v1");
        let ran = author.run(&["--output", "json", "op", "call", &method]);
        let error: Value = serde_json::from_str(ran.stderr.trim()).unwrap();
        (error["code"].clone(), error["error"].clone())
    });
    let error = |code: &str, text: &str| (json!(code), json!(text));
    let expected = [
        error("E_INTERNAL", "a text is not in UTF-8"),
        error("E_INTERNAL", "a number is not finite"),
        error("E_BAD_INPUT", "a text is not in UTF-8"),
        error("E_NOT_FOUND", "there is no caf?"),
    ];
    assert_eq!(errors, expected);
}

/// Its files are those of the world that `spacedrive-wasix` runs.
#[test]
fn an_extension_in_cpp_answers_after_three_commands() {
    answers_after_three_commands(&CPP);
}

#[test]
fn a_job_in_cpp_resumes_at_its_last_checkpoint() {
    resumes_its_job(&CPP);
}

#[test]
fn an_extension_in_cpp_gives_memory_back() {
    gives_memory_back(&CPP);
}

#[test]
fn an_extension_in_cpp_reads_the_files_of_its_package() {
    if !CPP.is_there() {
        return;
    }
    let author = CPP.installed(|_| {});
    author.import("a.txt", "the quick fox ate an egg\n");
    assert_eq!(words(&author, &json!(null)), json!({ "files": 1, "words": 4 }));
}

#[test]
fn an_extension_in_zig_answers_after_three_commands() {
    answers_after_three_commands(&ZIG);
}

#[test]
fn a_job_in_zig_resumes_at_its_last_checkpoint() {
    resumes_its_job(&ZIG);
}

#[test]
fn an_extension_in_zig_gives_memory_back() {
    gives_memory_back(&ZIG);
}

#[test]
fn an_extension_in_go_answers_after_three_commands() {
    answers_after_three_commands(&GO);
}

#[test]
fn a_job_in_go_resumes_at_its_last_checkpoint() {
    resumes_its_job(&GO);
}

#[test]
fn an_extension_in_go_gives_memory_back() {
    gives_memory_back(&GO);
}

#[test]
fn an_extension_in_assemblyscript_answers_after_three_commands() {
    answers_after_three_commands(&ASSEMBLYSCRIPT);
}

#[test]
fn a_job_in_assemblyscript_resumes_at_its_last_checkpoint() {
    resumes_its_job(&ASSEMBLYSCRIPT);
}

#[test]
fn an_extension_in_assemblyscript_gives_memory_back() {
    gives_memory_back(&ASSEMBLYSCRIPT);
}
