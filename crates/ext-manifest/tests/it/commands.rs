//! Commands that an extension brings to the command line.

use ext_manifest::{ArgumentKind, ColumnKind, Manifest};
use serde_json::{Value, json};

fn parse(commands: Value) -> Result<Manifest, String> {
    crate::common::parse(&json!({
        "id": "notes", "name": "Notes", "version": "0.1.0", "wasm_file": "notes.wasm",
        "operations": [{ "method": "query:notes.list.v1" }],
        "commands": commands,
    }))
    .map_err(|error| error.to_string())
}

/// One command `note list` with these parts.
fn note(parts: Value) -> Value {
    let mut list =
        json!({ "name": "list", "description": "Lists", "operation": "query:notes.list.v1" });
    list.as_object_mut().unwrap().extend(parts.as_object().unwrap().clone());
    json!([{ "name": "note", "description": "Notes", "commands": [list] }])
}

fn argument(parts: Value) -> Value {
    let mut argument = json!({ "name": "from-day", "description": "First day" });
    argument.as_object_mut().unwrap().extend(parts.as_object().unwrap().clone());
    argument
}

#[test]
fn commands_have_arguments_and_columns() {
    let manifest = parse(note(json!({
        "arguments": [
            argument(json!({})),
            argument(json!({ "name": "note", "kind": "entry", "positional": true, "required": true })),
            argument(json!({ "name": "set", "kind": "values", "positional": true })),
            argument(json!({ "name": "as", "field": "format", "choices": ["csv", "json"] })),
            argument(json!({ "name": "in", "field": "place.folder" })),
        ],
        "columns": [
            { "name": "NAME", "value": "source.name" },
            { "name": "PRICE", "value": "price", "kind": "number", "currency": "currency" },
        ],
        "empty": "no notes",
    })))
    .unwrap();
    let [noun] = manifest.commands() else { panic!() };
    let [list] = noun.commands() else { panic!() };
    assert_eq!((noun.name(), list.name(), list.empty()), ("note", "list", "no notes"));
    let [day, entry, set, format, place] = list.arguments() else { panic!() };
    assert_eq!(place.field(), "place.folder");
    assert_eq!((day.field(), day.kind()), ("from_day", ArgumentKind::Text));
    assert!(entry.is_positional() && entry.is_required() && !entry.is_repeated());
    assert!(set.is_repeated(), "there is any number of values");
    assert_eq!(
        (format.field(), format.choices()),
        ("format", ["csv".to_owned(), "json".into()].as_slice())
    );
    assert_eq!(list.columns()[1].currency(), Some("currency"));
    assert_eq!(list.columns()[0].kind(), ColumnKind::Text);
    let written = serde_json::to_vec(&manifest).unwrap();
    assert_eq!(Manifest::parse(&written).unwrap(), manifest);
}

#[test]
fn what_no_command_line_can_offer_is_refused() {
    let positional = |name: &str, more: Value| {
        let mut argument = argument(json!({ "name": name, "positional": true }));
        argument.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        argument
    };
    let arguments = |arguments: Value| note(json!({ "arguments": arguments }));
    for (commands, said) in [
        (note(json!({ "operation": "query:notes.other.v1" })), "not one of its `operations`"),
        (note(json!({ "name": "List" })), "is not a name of a command"),
        (note(json!({ "name": "a--b" })), "is not a name of a command"),
        (note(json!({ "name": "help" })), "has `help` under it"),
        (json!([{ "name": "note", "description": "Notes", "commands": [] }]), "expected 1 to 32"),
        (arguments(json!([argument(json!({})), argument(json!({}))])), "listed twice"),
        (
            arguments(json!([
                argument(json!({})),
                argument(json!({ "name": "b", "field": "from_day" }))
            ])),
            "listed twice",
        ),
        (arguments(json!([argument(json!({ "name": "output" }))])), "has the option `--output`"),
        (arguments(json!([argument(json!({ "kind": "flag", "required": true }))])), "a flag"),
        (arguments(json!([argument(json!({ "kind": "number", "choices": ["1"] }))])), "choices"),
        (arguments(json!([argument(json!({ "field": "a..b" }))])), "is not a path"),
        (
            arguments(json!([
                argument(json!({ "field": "a" })),
                argument(json!({ "name": "b", "field": "a.b" }))
            ])),
            "is inside of `a`",
        ),
        (
            arguments(json!([argument(json!({ "field": "a.b", "kind": "secret" }))])),
            "a field of its own",
        ),
        (
            arguments(json!([
                positional("a", json!({})),
                positional("b", json!({ "required": true }))
            ])),
            "has to be the last",
        ),
        (
            arguments(json!([
                positional("a", json!({ "required": true, "repeated": true })),
                positional("b", json!({}))
            ])),
            "has to be the last",
        ),
        (note(json!({ "columns": [{ "name": "A", "value": "a..b" }] })), "is not a path"),
        (
            note(
                json!({ "columns": [{ "name": "A", "value": "a", "kind": "id", "currency": "b" }] }),
            ),
            "only a number",
        ),
        (
            note(json!({ "columns": [{ "name": "A", "value": "a", "align": "right" }] })),
            "unknown field",
        ),
    ] {
        let error = parse(commands.clone()).unwrap_err();
        assert!(error.contains(said), "{commands}: {error}");
    }
}

/// A manifest whose operation takes a secret, with these arguments.
fn with_secret(input: Value, arguments: Value) -> Result<Manifest, String> {
    crate::common::parse(&json!({
        "id": "notes", "name": "Notes", "version": "0.1.0", "wasm_file": "notes.wasm",
        "operations": [{ "method": "query:notes.list.v1", "input": input }],
        "commands": note(json!({ "arguments": arguments, "save": "content" })),
    }))
    .map_err(|error| error.to_string())
}

#[test]
fn a_secret_is_marked_in_the_input_of_its_operation() {
    let pin = || json!({ "name": "pin", "description": "PIN", "kind": "secret", "confirm": true });
    let marked = json!({ "type": "object", "properties": { "pin": { "type": "string", "writeOnly": true } } });
    let manifest = with_secret(marked.clone(), json!([pin()])).unwrap();
    let list = &manifest.commands()[0].commands()[0];
    let [argument] = list.arguments() else { panic!() };
    assert!(argument.kind() == ArgumentKind::Secret && argument.is_confirmed());
    assert_eq!(list.save(), Some("content"));
    assert!(manifest.operations()[0].takes_secrets());
    assert_eq!(manifest.operations()[0].input(), Some(&marked));
    let written = serde_json::to_vec(&manifest).unwrap();
    assert_eq!(Manifest::parse(&written).unwrap(), manifest);

    let open = json!({ "type": "object", "properties": { "pin": { "type": "string" } } });
    let refused = with_secret(open, json!([pin()])).unwrap_err();
    assert!(refused.contains("`pin` is a secret: mark the property `pin`"), "{refused}");
    let refused = with_secret(json!({ "writeOnly": true }), json!([])).unwrap_err();
    assert!(refused.contains("operations[0].input"), "{refused}");
}

#[test]
fn a_secret_is_never_an_argument_and_a_file_is_given_once() {
    let marked = || json!({ "type": "object", "properties": { "pin": { "writeOnly": true } } });
    let refused = |more: Value| {
        let mut argument = json!({ "name": "pin", "description": "PIN" });
        argument.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        with_secret(marked(), json!([argument])).unwrap_err()
    };
    for (more, problem) in [
        (json!({ "kind": "secret", "positional": true }), "never an argument"),
        (json!({ "kind": "secret", "repeated": true }), "never an argument"),
        (json!({ "kind": "secret", "choices": ["a"] }), "only a text has choices"),
        (json!({ "confirm": true }), "only a secret is typed twice"),
        (json!({ "kind": "file", "repeated": true }), "a file is given once"),
        (json!({ "name": "to" }), "the option `--to` is the host's"),
    ] {
        let refused = refused(more);
        assert!(refused.contains(problem), "{refused}");
    }
}

#[test]
fn a_file_that_need_not_be_named_leaves_the_option_to_free() {
    let with = |save: Value, name: &str| {
        let argument = json!({ "name": name, "description": "Last day" });
        let mut command = json!({ "arguments": [argument] });
        command.as_object_mut().unwrap().extend(save.as_object().unwrap().clone());
        parse(note(command))
    };
    let optional = json!({ "save": "content", "save_optional": true });
    let manifest = with(optional.clone(), "to").unwrap();
    let list = &manifest.commands()[0].commands()[0];
    assert_eq!((list.is_save_optional(), list.save_option()), (true, "file"));
    let written = serde_json::to_vec(&manifest).unwrap();
    assert_eq!(Manifest::parse(&written).unwrap(), manifest);
    let refused = with(optional, "file").unwrap_err();
    assert!(refused.contains("`--file` is the host's"), "{refused}");
    let refused = with(json!({ "save": "content" }), "to").unwrap_err();
    assert!(refused.contains("`--to` is the host's"), "{refused}");
    let refused = with(json!({ "save_optional": true }), "to").unwrap_err();
    assert!(refused.contains("save_optional"), "{refused}");
}

#[test]
fn a_question_is_asked_before_what_cannot_be_undone_and_takes_the_option_yes() {
    let asked = |arguments: Value| {
        parse(note(json!({ "question": "Delete all notes?", "arguments": arguments })))
    };
    let manifest = asked(json!([])).unwrap();
    let [list] = manifest.commands()[0].commands() else { panic!() };
    assert_eq!(list.question(), Some("Delete all notes?"));
    let yes = json!([argument(json!({ "name": "yes" }))]);
    let error = asked(yes.clone()).unwrap_err();
    assert!(error.contains("`--yes` is the host's"), "{error}");
    let manifest = parse(note(json!({ "arguments": yes }))).unwrap();
    assert_eq!(manifest.commands()[0].commands()[0].question(), None);
    assert!(parse(note(json!({ "question": "" }))).is_err());
}

#[test]
fn a_command_that_needs_a_daemon_says_what_becomes_of_it_without_one() {
    let reason = "the notes would be forgotten at once";
    let manifest = parse(note(json!({ "needs_daemon": reason }))).unwrap();
    assert_eq!(manifest.commands()[0].commands()[0].needs_daemon(), Some(reason));
    let written = serde_json::to_vec(&manifest).unwrap();
    assert_eq!(Manifest::parse(&written).unwrap(), manifest);
    let without = parse(note(json!({}))).unwrap();
    assert_eq!(without.commands()[0].commands()[0].needs_daemon(), None);
    assert!(parse(note(json!({ "needs_daemon": "" }))).is_err());
    assert!(parse(note(json!({ "needs_daemon": true }))).is_err());
}
