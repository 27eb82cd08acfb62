//! Commands for a shell: those of this program are parsed, and of others the name is known.

use clap::{
    CommandFactory, FromArgMatches,
    error::{ContextKind, ContextValue, ErrorKind},
};
use serde_json::Value;

use super::read;
use crate::args::Cli;

/// Programs of others on the pages.
const FOREIGN: [&str; 12] = [
    "clang",
    "curl",
    "zig",
    "go",
    "node",
    "npm",
    "printf",
    "python3",
    "venv/bin/pip",
    "venv/bin/python",
    "sudo",
    "base64",
];
/// Extensions whose commands stand on the pages.
const EXTENSIONS: [&str; 3] = ["finance", "photos", "vault"];

/// Checks the commands of a block.
pub(super) fn check(text: &str) -> Result<(), String> {
    let joined = text.replace("\\\n", " ");
    joined.lines().flat_map(commands).try_for_each(|words| check_command(&words))
}

fn check_command(words: &[String]) -> Result<(), String> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let words = words.iter().position(|word| !is_variable(word)).and_then(|at| words.get(at..));
    match words.unwrap_or_default() {
        [] => Ok(()),
        ["spacedrive", rest @ ..] => check_own(rest),
        ["cargo", "xtask", chore, ..] => {
            let is_known = read("xtask/src/main.rs")?.contains(&format!("\n  {chore} "));
            is_known.then_some(()).ok_or_else(|| format!("`cargo xtask {chore}` does not exist"))
        }
        ["cargo", "test" | "run" | "build", ..] => Ok(()),
        [program, ..] if FOREIGN.contains(program) => Ok(()),
        [program, ..] => Err(format!("`{program}` is not a known program")),
    }
}

fn is_variable(word: &str) -> bool {
    let name = word.split_once('=').map(|(name, _)| name);
    name.is_some_and(|name| name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'))
}

/// Parses a command of this program, or finds it in the manifest of the extension that brings it.
fn check_own(words: &[&str]) -> Result<(), String> {
    if let [noun, verb, ..] = words
        && brought(noun, verb)?
    {
        return Ok(());
    }
    let parsed = Cli::command()
        .try_get_matches_from([&["spacedrive"], words].concat())
        .and_then(|matches| Cli::from_arg_matches(&matches));
    match parsed {
        Ok(_) => Ok(()),
        Err(error)
            if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) =>
        {
            Ok(())
        }
        Err(error) if is_about_placeholder(&error) => Ok(()),
        Err(error) => Err(format!("`spacedrive {}`: {error}", words.join(" "))),
    }
}

/// Tells whether a value is wrong because the reader fills it in.
fn is_about_placeholder(error: &clap::Error) -> bool {
    let value = error.get(ContextKind::InvalidValue);
    matches!(value, Some(ContextValue::String(value))
        if !value.is_empty() && value.bytes().all(|b| b.is_ascii_uppercase() || b"_,-:".contains(&b)))
}

fn brought(noun: &str, verb: &str) -> Result<bool, String> {
    for extension in EXTENSIONS {
        let manifest = read(&format!("extensions/{extension}/manifest.json"))?;
        let manifest: Value = serde_json::from_str(&manifest).map_err(|error| error.to_string())?;
        let mut nouns = manifest["commands"].as_array().into_iter().flatten();
        if let Some(known) = nouns.find(|known| known["name"] == noun) {
            let verbs = known["commands"].as_array();
            return match verbs.is_some_and(|all| all.iter().any(|known| known["name"] == verb)) {
                true => Ok(true),
                false => Err(format!("`{noun} {verb}` does not exist")),
            };
        }
    }
    Ok(false)
}

/// Splits a line into its commands, and those into words. Brackets around what may be left out go.
fn commands(line: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut is_redirected = false;
    for c in line.chars().chain(" ".chars()) {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            (c, Some(_)) => word.get_or_insert_default().push(c),
            ('\'' | '"', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            ('#', None) if word.is_none() => break,
            (' ' | '|' | '&' | ';' | '<' | '>', None) => {
                let done = word.take();
                let is_file = is_redirected && done.is_some();
                is_redirected = matches!(c, '<' | '>') || (is_redirected && !is_file);
                if let (Some(done), Some(words), false) = (done, commands.last_mut(), is_file) {
                    words.push(done);
                }
                if matches!(c, '|' | '&' | ';') {
                    commands.push(Vec::new());
                }
            }
            ('[' | ']', None) => {}
            (c, None) => word.get_or_insert_default().push(c),
        }
    }
    commands
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_split_as_a_shell_does() {
        let line = "A=1 a 'b c' \"d|e\" [--f G] > h.txt | i < j k # l";
        let words: Vec<Vec<&str>> =
            vec![vec!["A=1", "a", "b c", "d|e", "--f", "G"], vec!["i", "k"]];
        assert_eq!(commands(line), words);
    }

    #[test]
    fn commands_that_do_not_exist_are_problems() {
        assert_eq!(check("cargo xtask tidy\nspacedrive receipt list\n"), Ok(()));
        assert_eq!(check("spacedrive import FILE \\\n  --output json | python3\n"), Ok(()));
        for wrong in [
            "spacedrive improt a",
            "spacedrive import",
            "spacedrive receipt no-such-verb",
            "cargo xtask no-such-chore",
            "true && spacedrive status",
            "spacedrive status | spacedrive status --fast",
        ] {
            assert!(check(wrong).is_err(), "{wrong}");
        }
    }
}
