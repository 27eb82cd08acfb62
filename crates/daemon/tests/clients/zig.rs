//! Zig: a struct for each object, and a function for each operation, in a namespace for each family.

use std::fmt::Write;

use ext_wire::ErrorCode;

use crate::guest::{Call, Guest, Kind, Member, Object, camel, comment, constant_name};

const HEAD: &str = "\
//! The operations of the host. Made by `cargo xtask bindgen`: do not edit.
const std = @import(\"std\");
const spacedrive = @import(\"spacedrive.zig\");

/// JSON of any form.
pub const Json = std.json.Value;
const Bytes = spacedrive.Bytes;
";

/// Words of the language that are names of fields.
const KEYWORDS: &[&str] = &["error", "type", "test", "align", "var", "const", "and", "or"];

/// Returns `operations.zig`.
pub(crate) fn file(guest: &Guest<'_>) -> String {
    let mut text = HEAD.to_owned() + &codes();
    for words in &guest.words {
        write!(text, "\n{}pub const {} = struct {{\n", comment(&words.words, "///"), words.name)
            .unwrap();
        for value in &words.values {
            writeln!(text, "    pub const {} = \"{value}\";", constant_name(value)).unwrap();
        }
        text += "};\n";
    }
    for object in &guest.objects {
        text += &structure(object);
    }
    for calls in guest.calls_by_family() {
        let functions: Vec<_> = calls.iter().map(|call| function(call)).collect();
        let family = calls[0].names().0;
        write!(text, "\npub const {family} = struct {{\n{}}};\n", functions.join("\n")).unwrap();
    }
    text
}

fn codes() -> String {
    let errors = || ErrorCode::ALL.iter().filter(|code| **code != ErrorCode::OK);
    let mut text =
        "\n/// Errors of calls; each is a code, and `lastError` has the message.\n".to_owned();
    text += "pub const Error = error{\n";
    for code in errors() {
        writeln!(text, "    {code:?},").unwrap();
    }
    text += "};\n\n/// The number and the name of each error.\n";
    text += "pub const codes = [_]struct { err: Error, number: u32, name: []const u8 }{\n";
    for code in errors() {
        let (number, name) = (*code as u32, code.name());
        writeln!(text, "    .{{ .err = error.{code:?}, .number = {number}, .name = \"{name}\" }},")
            .unwrap();
    }
    text + "};\n"
}

fn structure(object: &Object<'_>) -> String {
    let mut text =
        format!("\n{}pub const {} = struct {{\n", comment(&object.words, "///"), object.name);
    for member in &object.members {
        text += &comment(&member.words, "    ///");
        writeln!(text, "    {}: {},", name(member.name), type_of_member(member)).unwrap();
    }
    text + "};\n"
}

fn name(name: &str) -> String {
    if KEYWORDS.contains(&name) { format!("@\"{name}\"") } else { name.to_owned() }
}

fn type_of_member(member: &Member<'_>) -> String {
    let kind = type_of(&member.kind);
    if member.is_optional { format!("?{kind} = null") } else { kind }
}

fn type_of(kind: &Kind) -> String {
    match kind {
        Kind::Text | Kind::Word(_) => "[]const u8".into(),
        Kind::Bytes => "Bytes".into(),
        Kind::Integer => "i64".into(),
        Kind::Number => "f64".into(),
        Kind::Truth => "bool".into(),
        Kind::Json | Kind::Map => "Json".into(),
        Kind::Object(name) => name.clone(),
        Kind::List(items) => format!("[]const {}", type_of(items)),
    }
}

fn function(call: &Call<'_>) -> String {
    let Call { method, words, needs_library, input, output } = call;
    let given = input.map_or_else(String::new, |name| format!("input: {name}"));
    let passed = if input.is_some() { "input" } else { ".{}" };
    let words = comment(words, "    ///");
    let name = camel(call.names().1);
    format!(
        "{words}    pub fn {name}({given}) Error!{output} {{\n        \
         return spacedrive.operate({output}, \"{method}\", {needs_library}, {passed});\n    }}\n"
    )
}
