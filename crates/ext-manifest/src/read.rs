//! The parser from bytes to [`RawManifest`], with errors that name the field.

use serde_json::error::Category;

use crate::{error::ManifestError, raw::RawManifest, size::MAX_MANIFEST_BYTES, value::Object};

pub(crate) fn read(json: &[u8]) -> Result<RawManifest, ManifestError> {
    if json.len() > MAX_MANIFEST_BYTES {
        return Err(ManifestError::TooLarge);
    }
    let mut from = serde_json::Deserializer::from_slice(json);
    let Object(raw) = serde_path_to_error::deserialize(&mut from).map_err(|error| {
        let field = error.path().to_string();
        explain(json, &field, error.inner())
    })?;
    from.end().map_err(|error| explain(json, ".", &error))?;
    Ok(raw)
}

fn explain(json: &[u8], field: &str, error: &serde_json::Error) -> ManifestError {
    let (line, column) = (error.line(), error.column());
    let message = error.to_string();
    let problem =
        message.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&message);
    match error.classify() {
        Category::Data => explain_field(field, problem),
        _ => {
            let hint = syntax_hint(json, line, column, problem);
            let problem = match problem.strip_prefix("EOF while parsing ") {
                Some(part) => format!("the file ends in the middle of {part}"),
                None => problem.to_owned(),
            };
            ManifestError::syntax(line, column, problem).with_hint(hint.map(str::to_owned))
        }
    }
}

/// Explains a problem in serde's words: "unknown field `a`, expected one of `b`, `c`".
fn explain_field(path: &str, problem: &str) -> ManifestError {
    let mut quoted = problem.split('`').skip(1).step_by(2);
    let name = quoted.next().unwrap_or_default();
    if problem.starts_with("unknown field") {
        let hint = unknown_hint(name, &quoted.collect::<Vec<_>>());
        let short = problem.split_once(", ").map_or(problem, |(short, _)| short);
        return ManifestError::field(path, short).with_hint(Some(hint));
    }
    let of_parent = problem.starts_with("missing field") || problem.starts_with("duplicate field");
    match (of_parent, path) {
        (true, ".") => ManifestError::field(name, problem),
        (true, path) => ManifestError::field(format_args!("{path}.{name}"), problem),
        (false, path) => ManifestError::field(path, problem),
    }
}

fn unknown_hint(name: &str, known: &[&str]) -> String {
    let distance = |other: &str| strsim::damerau_levenshtein(name, other);
    // Bounded: the distance takes time and room that grow with the product of the lengths.
    let near = known.iter().filter(|other| name.len() <= 64 && distance(other) <= 3);
    match near.min_by_key(|other| distance(other)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known here: {}", known.join(", ")),
    }
}

fn syntax_hint(json: &[u8], line: usize, column: usize, problem: &str) -> Option<&'static str> {
    let text = json.split(|byte| *byte == b'\n').nth(line.checked_sub(1)?)?;
    match text.get(column.saturating_sub(1)) {
        _ if json.starts_with(b"\xef\xbb\xbf") => Some("save it without a byte-order mark"),
        _ if problem.starts_with("trailing comma") => Some("JSON has no comma after the last item"),
        Some(b'/' | b'#') => Some("JSON has no comments"),
        _ => None,
    }
}
