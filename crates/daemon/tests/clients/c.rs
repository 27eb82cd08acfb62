//! C: a struct and a description of it for each object, and a function for each operation.

use std::fmt::Write;

use ext_wire::ErrorCode;

use crate::guest::{Call, Guest, Kind, Member, Object, comment, constant_name, snake};

const HEADER: &str = "\
// Made by `cargo xtask bindgen` of the operations of the host. Do not edit, and include spacedrive.h.
#pragma once
#ifndef SPACEDRIVE_H
#error \"include spacedrive.h\"
#endif
";

const SOURCE: &str = "\
// Made by `cargo xtask bindgen` of the operations of the host. Do not edit.
#include \"spacedrive.h\"
";

/// Returns `operations.h`.
pub(crate) fn header(guest: &Guest<'_>) -> String {
    let mut text = HEADER.to_owned() + "\n" + &codes();
    for words in &guest.words {
        write!(text, "\n{}", comment(&words.words, "//")).unwrap();
        for value in &words.values {
            let macro_name = format!("{}_{}", snake(words.name), constant_name(value));
            writeln!(text, "#define SD_{} SD(\"{value}\")", macro_name.to_uppercase()).unwrap();
        }
    }
    for object in &guest.objects {
        text += &structure(object);
    }
    for call in &guest.calls {
        write!(text, "\n{}{};\n", comment(&call.words, "//"), signature(call)).unwrap();
    }
    text
}

/// Returns `operations.c`.
pub(crate) fn source(guest: &Guest<'_>) -> String {
    let mut text = SOURCE.to_owned() + &names_of_codes();
    for object in &guest.objects {
        text += &description(object);
    }
    for call in &guest.calls {
        text += &function(call);
    }
    text
}

fn codes() -> String {
    let mut text = "// Codes of errors. Each has the name that stands in JSON.\n".to_owned();
    text += "typedef enum sd_code {\n";
    for code in ErrorCode::ALL {
        writeln!(text, "  SD_{} = {},", code.name(), *code as u32).unwrap();
    }
    text + "} sd_code;\n\n// Returns the name of a code, such as E_NOT_FOUND; 0 when there is no such code.\n\
            const char *sd_code_name(sd_code code);\n"
}

fn names_of_codes() -> String {
    let case = |code: &ErrorCode| format!("    case SD_{0}: return \"{0}\";\n", code.name());
    let cases: String = ErrorCode::ALL.iter().map(case).collect();
    format!(
        "\nconst char *sd_code_name(sd_code code) {{\n  switch (code) {{\n{cases}  }}\n  return 0;\n}}\n"
    )
}

fn structure(object: &Object<'_>) -> String {
    let mut text =
        format!("\n{}typedef struct {} {{\n", comment(&object.words, "//"), c_type(object.name));
    for member in &object.members {
        let words = comment(&member.words, "  //");
        writeln!(text, "{words}  {} {};", member_type(member), member.name).unwrap();
    }
    let name = c_type(object.name);
    text + &format!("}} {name};\nextern const sd_type {name}_type;\n")
}

fn c_type(name: &str) -> String {
    format!("sd_{}", snake(name))
}

fn member_type(member: &Member<'_>) -> String {
    match (&member.kind, member.is_optional) {
        (Kind::Object(name), true) => format!("const {} *", c_type(name)),
        (Kind::Integer, true) => "sd_opt_int".into(),
        (Kind::Number, true) => "sd_opt_number".into(),
        (Kind::Truth, true) => "sd_opt_bool".into(),
        (kind, _) => value_type(kind),
    }
}

fn value_type(kind: &Kind) -> String {
    match kind {
        Kind::Text | Kind::Word(_) => "sd_str".into(),
        Kind::Bytes => "sd_bytes".into(),
        Kind::Integer => "int64_t".into(),
        Kind::Number => "double".into(),
        Kind::Truth => "bool".into(),
        Kind::Json | Kind::Map => "sd_json".into(),
        Kind::Object(name) => c_type(name),
        Kind::List(items) => {
            format!("struct {{ const {} *items; size_t count; }}", value_type(items))
        }
    }
}

fn description(object: &Object<'_>) -> String {
    let name = c_type(object.name);
    let mut items = String::new();
    let mut rows = String::new();
    for member in &object.members {
        let Member { name: field, kind, is_optional, .. } = member;
        let item = format!("{name}_{field}_item");
        items += &item_of(&item, kind);
        let rest = rest_of(&item, kind);
        let offset = format!("offsetof({name}, {field})");
        let kind = constant_of(kind);
        writeln!(rows, "    {{\"{field}\", {kind}, {is_optional}, {offset}{rest}}},").unwrap();
    }
    let fields = format!("static const sd_field {name}_fields[] = {{\n{rows}}};\n");
    let count = object.members.len();
    format!(
        "\n{items}{fields}const sd_type {name}_type = {{sizeof({name}), {count}, {name}_fields}};\n"
    )
}

/// Describes the items of a list, and theirs.
fn item_of(name: &str, kind: &Kind) -> String {
    let Kind::List(items) = kind else { return String::new() };
    let inner = format!("{name}_item");
    let (before, rest) = (item_of(&inner, items), rest_of(&inner, items));
    let kind = constant_of(items);
    format!("{before}static const sd_field {name} = {{0, {kind}, false, 0{rest}}};\n")
}

fn rest_of(item: &str, kind: &Kind) -> String {
    match kind {
        Kind::Object(name) => format!(", &{}_type, 0", c_type(name)),
        Kind::List(_) => format!(", 0, &{item}"),
        _ => ", 0, 0".to_owned(),
    }
}

const fn constant_of(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Word(_) => "SD_KIND_TEXT",
        Kind::Bytes => "SD_KIND_BYTES",
        Kind::Integer => "SD_KIND_INT",
        Kind::Number => "SD_KIND_NUMBER",
        Kind::Truth => "SD_KIND_BOOL",
        Kind::Json | Kind::Map => "SD_KIND_JSON",
        Kind::Object(_) => "SD_KIND_OBJECT",
        Kind::List(_) => "SD_KIND_LIST",
    }
}

fn signature(call: &Call<'_>) -> String {
    let (family, name) = call.names();
    let input = call.input.map(|name| format!("const {} *input, ", c_type(name)));
    let input = input.unwrap_or_default();
    format!("sd_code sd_{family}_{name}({input}{} *output)", c_type(call.output))
}

fn function(call: &Call<'_>) -> String {
    let Call { method, needs_library, output, .. } = call;
    let input = match call.input {
        Some(name) => format!("&{}_type, input", c_type(name)),
        None => "0, 0".into(),
    };
    let output = c_type(output);
    format!(
        "\n{} {{\n  return sd_operate(\"{method}\", {needs_library}, {input}, &{output}_type, output);\n}}\n",
        signature(call)
    )
}
