//! Promises of every command, found by walking through the help texts.

use crate::common::{Ran, Spacedrive};
use serde_json::Value;

fn run(spacedrive: &Spacedrive, args: &[String]) -> Ran {
    spacedrive.run(args)
}

/// Returns the words of all commands, as `["entry", "list"]`, those that only group others included.
pub(crate) fn commands(spacedrive: &Spacedrive, above: &[String]) -> Vec<Vec<String>> {
    let help = run(spacedrive, &[above, &["-h".to_owned()]].concat());
    let help = String::from_utf8(help.stdout).unwrap();
    let listed = help.split("\nCommands:\n").nth(1).unwrap_or_default();
    let listed = listed.split("\n\n").next().unwrap_or_default();
    let names = listed.lines().filter_map(|line| line.strip_prefix("  "));
    let names = names.filter(|line| !line.starts_with(' '));
    let mut found = Vec::new();
    for name in
        names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help")
    {
        let command = [above, &[name.to_owned()]].concat();
        found.extend(commands(spacedrive, &command));
        found.push(command);
    }
    found
}

#[test]
fn wrong_arguments_end_with_2_and_help_with_0() {
    let spacedrive = match Spacedrive::with_extension("finance") {
        Some((spacedrive, _)) => spacedrive,
        None => Spacedrive::new(),
    };
    let all = commands(&spacedrive, &[]);
    assert!(all.len() > 70, "{}: {all:?}", all.len());
    for command in all {
        let with = |more: &[&str]| {
            let more: Vec<String> = more.iter().map(|&arg| arg.to_owned()).collect();
            [command.clone(), more].concat()
        };
        let help = run(&spacedrive, &with(&["--help"]));
        assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""), "{command:?}");
        assert!(
            String::from_utf8(help.stdout).unwrap().contains("Usage: spacedrive"),
            "{command:?}"
        );
        let wrong = run(&spacedrive, &with(&["--no-such-option"]));
        assert_eq!(wrong.code, Some(2), "{command:?}: {wrong:?}");
        assert!(wrong.stdout.is_empty(), "{command:?}");
        let wrong = run(&spacedrive, &with(&["--no-such-option", "--output", "json"]));
        assert_eq!(wrong.code, Some(2), "{command:?}");
        let error: Value = serde_json::from_str(&wrong.stderr).unwrap();
        assert_eq!(error["code"], "E_BAD_INPUT", "{command:?}: {error}");
    }
}

/// Commands that list or show something of a library, without further arguments.
const READING: &[&str] = &[
    "entry list",
    "entry bin",
    "event dead-letters",
    "ext failures",
    "job list",
    "library check",
    "receipt list",
    "receipt review",
    "receipt summary",
    "receipt export",
];

#[test]
fn a_library_that_is_not_there_ends_with_1_and_says_what_to_do() {
    let Some((spacedrive, library)) = Spacedrive::with_extension("finance") else { return };
    for command in READING {
        let words: Vec<String> = command.split(' ').map(str::to_owned).collect();
        let done = run(&spacedrive, &words);
        assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""), "{command}");
        let json = run(
            &spacedrive,
            &[words.as_slice(), &["--output".to_owned(), "json".to_owned()]].concat(),
        );
        assert_eq!(json.code, Some(0), "{command}");
        serde_json::from_slice::<Value>(&json.stdout).unwrap();
        let named = if *command == "library check" { vec![] } else { vec!["--library".to_owned()] };
        for (name, code) in [(library.as_str(), 0), ("nowhere", 1)] {
            let named = run(&spacedrive, &[words.as_slice(), &named, &[name.to_owned()]].concat());
            assert_eq!(named.code, Some(code), "{command} {name}: {named:?}");
            assert!(
                code == 0 || named.stderr.contains("hint: `spacedrive library list`"),
                "{named:?}"
            );
        }
    }
}
