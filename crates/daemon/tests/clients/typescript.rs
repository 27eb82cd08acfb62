//! TypeScript: an interface for each type, and a table of all operations.

use std::fmt::Write;

use crate::model::{Field, Model, Operation, Shape};

const HEAD: &str = "\
// Made by `cargo xtask bindgen` of what `rpc.discover` answers. Do not edit.

/** Bytes in base64. Contents and sidecars have a way without it: `Client.content`. */
export type Base64 = string;
";

pub(crate) fn file(model: &Model) -> String {
    let mut text = HEAD.to_owned();
    for (name, named) in model.types.iter().filter(|(_, named)| named.shape != Shape::Bytes) {
        text.push('\n');
        text += &comment(&named.words, "");
        match &named.shape {
            Shape::Object(fields) => {
                writeln!(text, "export interface {name} {{\n{}}}", members(fields)).unwrap();
            }
            shape => writeln!(text, "export type {name} = {};", of(shape)).unwrap(),
        }
    }
    text += &table(model);
    text += &libraries(model);
    text
}

fn members(fields: &[Field]) -> String {
    let member = |field: &Field| {
        let optional = if field.is_required { "" } else { "?" };
        let shape = of(&field.shape);
        format!("{}  {}{optional}: {shape};\n", comment(&field.words, "  "), key(&field.name))
    };
    fields.iter().map(member).collect()
}

fn table(model: &Model) -> String {
    let row = |operation: &Operation| {
        let Operation { method, summary, needs_library, input, output } = operation;
        let (input, output) = (of(input), of(output));
        let words = comment(summary, "  ");
        format!(
            "{words}  \"{method}\": {{\n    library: {needs_library};\n    input: {input};\n    \
             output: {output};\n  }};\n"
        )
    };
    let rows: String = model.operations.iter().map(row).collect();
    format!(
        "\n/** All built-in operations, by method. */\nexport interface Operations {{\n{rows}}}\n"
    )
}

fn libraries(model: &Model) -> String {
    let row = |operation: &Operation| format!("  \"{}\",\n", operation.method);
    let rows: String = model.operations.iter().map(row).collect();
    format!(
        "\n/** The methods of all built-in operations. */\nexport const METHODS = [\n{rows}] as const;\n"
    )
}

fn of(shape: &Shape) -> String {
    match shape {
        Shape::Any => "unknown".into(),
        Shape::Null => "null".into(),
        Shape::Text => "string".into(),
        Shape::Integer | Shape::Number => "number".into(),
        Shape::Truth => "boolean".into(),
        Shape::Bytes => "Base64".into(),
        Shape::Constant(value) => format!("{value:?}"),
        Shape::Named(name) if name == "Blob" => "Base64".into(),
        Shape::Named(name) => name.clone(),
        Shape::List(items) => format!("Array<{}>", of(items)),
        Shape::Pair(items) => format!("[{0}, {0}]", of(items)),
        Shape::Map(values) => format!("Record<string, {}>", of(values)),
        Shape::Object(fields) if fields.is_empty() => "Record<string, never>".into(),
        Shape::Object(fields) => {
            let member = |field: &Field| {
                let optional = if field.is_required { "" } else { "?" };
                format!("{}{optional}: {}", key(&field.name), of(&field.shape))
            };
            format!("{{ {} }}", fields.iter().map(member).collect::<Vec<_>>().join("; "))
        }
        Shape::Union(members) => members.iter().map(of).collect::<Vec<_>>().join(" | "),
    }
}

/// Quotes a key that is not a name.
fn key(name: &str) -> String {
    let is_name = name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
    if is_name { name.to_owned() } else { format!("{name:?}") }
}

fn comment(words: &str, indent: &str) -> String {
    let words = words.replace("*/", "*\\/");
    let lines: Vec<&str> = words.trim().lines().map(str::trim_end).collect();
    match lines.as_slice() {
        [] => String::new(),
        [line] => format!("{indent}/** {line} */\n"),
        lines => {
            let line = |line: &&str| format!("{indent} * {line}").trim_end().to_owned() + "\n";
            let lines: String = lines.iter().map(line).collect();
            format!("{indent}/**\n{lines}{indent} */\n")
        }
    }
}
