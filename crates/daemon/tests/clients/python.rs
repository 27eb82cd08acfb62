//! Python: a `TypedDict` for each type, and an overload of `call` for each operation.

use std::fmt::Write;

use crate::model::{Field, Model, Operation, Shape};

const HEAD: &str = "\
# Made by `cargo xtask bindgen` of what `rpc.discover` answers. Do not edit.
\"\"\"The operations of the daemon, with the types of their inputs and outputs.\"\"\"

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict, overload

#: Bytes in base64. Contents and sidecars have a way without it: `Client.content`.
Base64 = str
";

/// The beginning of the class of all calls.
const CLASS: &str = "

class Operations:
    \"\"\"Calls of all built-in operations, by method.\"\"\"
";

/// Its end: calls of extensions, and how they are made.
const OTHER: &str = "
    @overload
    def call(self, method: str, library: str | None = None, input: Any = None) -> Any:
        \"\"\"Calls an operation of an extension.\"\"\"

    def call(self, method: str, library: str | None = None, input: Any = None) -> Any:
        return self._call(method, library, input)

    def _call(self, method: str, library: str | None, input: Any) -> Any:
        raise NotImplementedError
";

/// The words of the language, which no field of a class may have as its name.
const KEYWORDS: &[&str] =
    &["from", "in", "is", "not", "or", "and", "as", "class", "def", "if", "with"];

pub(crate) fn file(model: &Model) -> String {
    let mut text = HEAD.to_owned();
    for (name, named) in model.types.iter().filter(|(_, named)| named.shape != Shape::Bytes) {
        match &named.shape {
            Shape::Object(fields)
                if fields.iter().any(|it| KEYWORDS.contains(&it.name.as_str())) =>
            {
                write!(text, "\n{}{name} = TypedDict(\n    \"{name}\",\n", note(&named.words))
                    .unwrap();
                writeln!(text, "    {{\n{}    }},\n)", pairs(fields)).unwrap();
            }
            Shape::Object(fields) => {
                let words = format!("    \"\"\"{}\"\"\"\n", one_line(&named.words));
                write!(text, "\n\nclass {name}(TypedDict):\n{words}{}", members(fields)).unwrap();
            }
            // Unlike a class, a union is made at once: its members may come later.
            shape => {
                let shape = of(shape);
                writeln!(text, "\n{}{name}: TypeAlias = {}", note(&named.words), quoted(&shape))
                    .unwrap();
            }
        }
    }
    text += &table(model);
    text
}

fn members(fields: &[Field]) -> String {
    let member = |field: &Field| {
        format!("\n{}    {}: {}\n", indented_note(&field.words), field.name, optional(field))
    };
    fields.iter().map(member).collect()
}

fn pairs(fields: &[Field]) -> String {
    let pair = |field: &Field| {
        format!("        \"{}\": \"{}\",\n", field.name, optional(field).replace('"', "'"))
    };
    fields.iter().map(pair).collect()
}

fn optional(field: &Field) -> String {
    let shape = of(&field.shape);
    if field.is_required { shape } else { format!("NotRequired[{shape}]") }
}

fn table(model: &Model) -> String {
    let method = |operation: &Operation| {
        let Operation { method, summary, needs_library, input, output } = operation;
        let library = if *needs_library { "library: str" } else { "library: None = None" };
        // An input whose fields may all be left out may be left out.
        let input = match is_optional(input, model) {
            true => format!("input: {} | None = None", of(input)),
            false => format!("input: {}", of(input)),
        };
        let star = if *needs_library || input.ends_with("None") { "" } else { "*, " };
        format!(
            "\n    @overload\n    def call(\n        self, method: Literal[\"{method}\"], {library}, \
             {star}{input}\n    ) -> {}:\n        \"\"\"{}\"\"\"\n",
            of(output),
            one_line(summary)
        )
    };
    let methods: String = model.operations.iter().map(method).collect();
    format!("{CLASS}{methods}{OTHER}")
}

fn is_optional(input: &Shape, model: &Model) -> bool {
    match input {
        Shape::Object(fields) => fields.iter().all(|field| !field.is_required),
        Shape::Named(name) => is_optional(&model.types[name].shape, model),
        _ => true,
    }
}

fn of(shape: &Shape) -> String {
    match shape {
        Shape::Any | Shape::Object(_) => "Any".into(),
        Shape::Null => "None".into(),
        Shape::Text => "str".into(),
        Shape::Integer => "int".into(),
        Shape::Number => "float".into(),
        Shape::Truth => "bool".into(),
        Shape::Bytes => "Base64".into(),
        Shape::Constant(value) => format!("Literal[{value:?}]"),
        Shape::Named(name) if name == "Blob" => "Base64".into(),
        Shape::Named(name) => name.clone(),
        Shape::List(items) => format!("list[{}]", of(items)),
        Shape::Pair(items) => format!("tuple[{0}, {0}]", of(items)),
        Shape::Map(values) => format!("dict[str, {}]", of(values)),
        Shape::Union(members) => members.iter().map(of).collect::<Vec<_>>().join(" | "),
    }
}

/// Quotes a type, so that it is read when all others are known.
fn quoted(shape: &str) -> String {
    format!("\"{}\"", shape.replace('"', "'"))
}

fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ").replace('\\', "\\\\")
}

fn note(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!("\n#: {}\n", one_line(words)) }
}

fn indented_note(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!("    #: {}\n", one_line(words)) }
}
