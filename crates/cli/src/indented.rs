//! JSON with line breaks for people, whose numbers keep the digits that they came with.

use serde_json::value::RawValue;

/// Indents a JSON text by two spaces a level. It is not read into values, because those hold numbers
/// as doubles: `12.50` would become `12.5`.
///
/// # Errors
/// The text is not JSON.
pub(crate) fn indented(json: &[u8]) -> serde_json::Result<String> {
    let raw: &RawValue = serde_json::from_slice(json)?;
    let mut printer = Printer::default();
    raw.get().chars().for_each(|letter| printer.take(letter));
    Ok(printer.out)
}

#[derive(Default)]
struct Printer {
    out: String,
    depth: usize,
    in_text: bool,
    /// The character before was a backslash within a text.
    escaped: bool,
    /// A bracket was opened and nothing stands behind it yet.
    opened: bool,
}

impl Printer {
    fn take(&mut self, letter: char) {
        if self.in_text {
            self.out.push(letter);
            self.in_text = self.escaped || letter != '"';
            self.escaped = letter == '\\' && !self.escaped;
            return;
        }
        match letter {
            ' ' | '\t' | '\n' | '\r' => {}
            ']' | '}' => self.close(letter),
            _ => self.put(letter),
        }
    }

    fn put(&mut self, letter: char) {
        if std::mem::take(&mut self.opened) {
            self.line();
        }
        self.out.push(letter);
        match letter {
            '"' => self.in_text = true,
            '[' | '{' => {
                self.depth += 1;
                self.opened = true;
            }
            ',' => self.line(),
            ':' => self.out.push(' '),
            _ => {}
        }
    }

    fn close(&mut self, letter: char) {
        self.depth = self.depth.saturating_sub(1);
        if !std::mem::take(&mut self.opened) {
            self.line();
        }
        self.out.push(letter);
    }

    fn line(&mut self) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n("  ", self.depth));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_looks_as_serde_json_prints_it() {
        for json in [
            r#"{"a":[1,{"b":"x, \"y\": [\\"},[],{}],"c":null}"#,
            "[]",
            "12",
            r#" [ { } , "" , true ] "#,
        ] {
            let value: serde_json::Value = serde_json::from_str(json).unwrap();
            let wanted = serde_json::to_string_pretty(&value).unwrap();
            assert_eq!(indented(json.as_bytes()).unwrap(), wanted);
        }
    }

    #[test]
    fn numbers_keep_their_digits() {
        assert_eq!(indented(br#"{"amount":12.50}"#).unwrap(), "{\n  \"amount\": 12.50\n}");
        assert!(indented(b"{").is_err());
    }
}
