//! AssemblyScript: a class for each object, and a function for each operation, in a namespace for each
//! family.

use std::fmt::Write;

use ext_wire::ErrorCode;

use crate::guest::{Call, Guest, Kind, Member, Object, camel, comment, constant_name};

const HEAD: &str = "\
// Made by `cargo xtask bindgen` of the operations of the host. Do not edit.
import { JSON } from \"json-as\";
import { Bytes } from \"./envelope\";
import { operate } from \"./host\";
";

/// Returns `operations.ts`.
pub(crate) fn file(guest: &Guest<'_>) -> String {
    let mut text = HEAD.to_owned();
    for words in &guest.words {
        let head = comment(&words.words, "//");
        write!(text, "\n{head}export namespace {} {{\n", words.name).unwrap();
        for value in &words.values {
            let name = constant_name(value).to_uppercase();
            writeln!(text, "  export const {name}: string = \"{value}\";").unwrap();
        }
        text += "}\n";
    }
    for object in &guest.objects {
        text += &class(object);
    }
    for calls in guest.calls_by_family() {
        let functions: Vec<_> = calls.iter().map(|call| function(call)).collect();
        let family = calls[0].names().0;
        write!(text, "\nexport namespace {family} {{\n{}}}\n", functions.join("\n")).unwrap();
    }
    text
}

/// Returns `codes.ts`.
pub(crate) fn codes() -> String {
    let errors = || ErrorCode::ALL.iter().filter(|code| **code != ErrorCode::OK);
    let mut text =
        "// Made by `cargo xtask bindgen`: do not edit.\n\n// Codes of errors.\n".to_owned();
    text += "export namespace Code {\n";
    for code in errors() {
        writeln!(text, "  export const {code:?}: string = \"{}\";", code.name()).unwrap();
    }
    text += "}\n\n// Returns the number of a code; that of an internal error for others.\n";
    text += "export function numberOf(code: string): u32 {\n";
    for code in errors() {
        writeln!(text, "  if (code == Code.{code:?}) return {};", *code as u32).unwrap();
    }
    let internal = ErrorCode::Internal as u32;
    text + &format!("  return {internal};\n}}\n")
}

fn class(object: &Object<'_>) -> String {
    let mut text =
        format!("\n{}@json\nexport class {} {{\n", comment(&object.words, "//"), object.name);
    for member in &object.members {
        text += &comment(&member.words, "  //");
        text += if member.is_optional { "  @omitnull()\n" } else { "" };
        writeln!(text, "  {}: {};", member.name, type_of_member(member)).unwrap();
    }
    text + "}\n"
}

fn type_of_member(member: &Member<'_>) -> String {
    let kind = type_of(&member.kind);
    if member.is_optional {
        let kind = match member.kind {
            Kind::Integer | Kind::Number | Kind::Truth => format!("JSON.Box<{kind}>"),
            _ => kind,
        };
        return format!("{kind} | null = null");
    }
    let begins_as = match &member.kind {
        Kind::Text | Kind::Word(_) => "\"\"".to_owned(),
        Kind::Integer | Kind::Number => "0".to_owned(),
        Kind::Truth => "false".to_owned(),
        Kind::Json => "new JSON.Raw(\"null\")".to_owned(),
        Kind::Map => "new JSON.Raw(\"{}\")".to_owned(),
        Kind::Bytes | Kind::Object(_) => format!("new {kind}()"),
        Kind::List(_) => "[]".to_owned(),
    };
    format!("{kind} = {begins_as}")
}

fn type_of(kind: &Kind) -> String {
    match kind {
        Kind::Text | Kind::Word(_) => "string".into(),
        Kind::Bytes => "Bytes".into(),
        Kind::Integer => "i64".into(),
        Kind::Number => "f64".into(),
        Kind::Truth => "bool".into(),
        Kind::Json | Kind::Map => "JSON.Raw".into(),
        Kind::Object(name) => name.clone(),
        Kind::List(items) => format!("{}[]", type_of(items)),
    }
}

fn function(call: &Call<'_>) -> String {
    let Call { method, words, needs_library, input, output } = call;
    let given = input.map_or_else(String::new, |name| format!("input: {name}"));
    let passed = if input.is_some() { "JSON.stringify(input)" } else { "\"{}\"" };
    let words = comment(words, "  //");
    let name = camel(call.names().1);
    format!(
        "{words}  export function {name}({given}): {output} | null {{\n    \
         return operate<{output}>(\"{method}\", {needs_library}, {passed});\n  }}\n"
    )
}
