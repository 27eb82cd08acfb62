//! The syntax of scripts in Python, as far as an interpreter of this machine tells.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use serde_json::{Map, Value};
use spacedrive_core::PackageFiles;

/// Id of the runtime that runs scripts.
pub(crate) const RUNTIME: &str = "python";
/// The interpreter that is asked, which runs none of the scripts.
const PYTHON: &str = "python3";
/// Ending of scripts.
const SCRIPT: &str = ".py";
/// Exit code of [`PROGRAM`] for a script that does not compile.
const FAULT: i32 = 4;
/// Exit code of [`PROGRAM`] for syntax that came with the version of the runtime, of an older interpreter.
const UNSURE: i32 = 5;

/// The program that compiles scripts: an object of paths below `files` and of texts, whose characters are
/// bytes. It says the first fault.
const PROGRAM: &str = r#"
import json, re, sys
NEW = r"^\s*type\s|\b(def|class)\s+\w+\s*\[|\b([fF][rR]?|[rR][fF])[\"']"
for path, text in json.load(sys.stdin).items():
    try:
        compile(text.encode("latin-1"), path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        print(f"files/{path}:{getattr(error, 'lineno', None) or 1}: {getattr(error, 'msg', error)}")
        is_new = sys.version_info < (3, 12) and re.search(NEW, getattr(error, "text", "") or "")
        sys.exit(5 if is_new else 4)
"#;

/// The outcome of a look at scripts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    Sound,
    /// The place of a fault, and its description.
    Fault(String),
    /// The reason why nobody knows.
    Unknown(String),
}

/// Says that nobody looked at the syntax.
pub(crate) fn unchecked(reason: &str) -> String {
    format!("the syntax of the scripts was not checked: {reason}")
}

/// Compiles the scripts of a package that Python runs, and runs none.
pub(crate) fn syntax_of(files: &PackageFiles) -> Syntax {
    syntax(files.iter())
}

/// Compiles those of the files that are scripts.
pub(crate) fn syntax<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> Syntax {
    let scripts = files.filter(|(path, _)| path.ends_with(SCRIPT));
    // Each byte is the character of its number, so that a script in any encoding crosses.
    let text = |bytes: &[u8]| bytes.iter().map(|&byte| char::from(byte)).collect::<String>();
    let scripts: Map<_, _> =
        scripts.map(|(path, bytes)| (path.to_owned(), Value::from(text(bytes)))).collect();
    let asked = ask(&Value::from(scripts));
    let asked = asked.map_err(|_| Syntax::Unknown(format!("there is no {PYTHON} here")));
    asked.map_or_else(|unknown| unknown, |answer| outcome(&answer))
}

fn outcome(answer: &Output) -> Syntax {
    let said = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
    match answer.status.code() {
        Some(0) => Syntax::Sound,
        Some(FAULT) => Syntax::Fault(said),
        Some(UNSURE) => {
            Syntax::Unknown(format!("{PYTHON} here is older than 3.12, and says {said}"))
        }
        _ => Syntax::Unknown(format!("{PYTHON} here does not work")),
    }
}

fn ask(scripts: &Value) -> std::io::Result<Output> {
    let mut python = Command::new(PYTHON);
    // No settings of the user, and no warnings.
    python.args(["-I", "-W", "ignore", "-c", PROGRAM]);
    python.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut running = python.spawn()?;
    if let Some(mut stdin) = running.stdin.take() {
        // One that ends early says why by its code.
        let _ = stdin.write_all(scripts.to_string().as_bytes());
    }
    running.wait_with_output()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Syntax {
        syntax([("main.py", text.as_bytes()), ("words.txt", b"def (".as_slice())].into_iter())
    }

    #[test]
    fn a_script_that_does_not_compile_is_told_by_its_line() {
        if matches!(of(""), Syntax::Unknown(_)) {
            eprintln!("SKIPPED: there is no {PYTHON}");
            return;
        }
        assert_eq!(of("import nothing_of_that_name\nx = 'ü'\n"), Syntax::Sound);
        for (text, place) in [
            ("x = 1\ndef f(:\n", "files/main.py:2: "),
            ("return 1\n", "files/main.py:1: "),
            ("x = '\0'", "files/main.py:1: "),
        ] {
            let Syntax::Fault(said) = of(text) else { panic!("{text}") };
            assert!(said.starts_with(place), "{said}");
        }
    }

    #[test]
    fn syntax_of_python_3_12_is_no_fault() {
        for text in ["type X = int\n", "def f[T](x: T): pass\n", "x = f\"{'\\n'}\"\n"] {
            assert!(!matches!(of(text), Syntax::Fault(_)), "{text}");
        }
    }
}
