//! Strictness of inputs: JSON can say more than a value of Rust keeps, such as a second key of a name or
//! digits of a number.

use std::{borrow::Cow, collections::HashSet};

use thiserror::Error;

/// Most values in one input.
pub const MAX_VALUES: usize = 100_000;
/// Most levels that are looked at; `serde_json` refuses as many.
const MAX_DEPTH: usize = 128;
/// Most characters of an input that an error repeats.
const SHOWN_CHARS: usize = 80;

/// Fault of an input that is JSON, but says more than a value of it keeps.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StrictError {
    /// An object has a key twice.
    #[error("the key `{0}` stands twice in one object")]
    Twice(String),
    /// A key holds the character NUL.
    #[error("the key `{0}` holds the character NUL")]
    Nul(String),
    /// A number is larger or more precise than a value holds.
    #[error("the number {0} cannot be kept as it is: write it as a text")]
    Number(String),
    /// There are too many values.
    #[error("there are more than {MAX_VALUES} values")]
    TooMany,
}

/// Checks that JSON is kept as it is when it is read. Says nothing about bytes that are not JSON.
///
/// # Errors
/// [`StrictError`].
pub(crate) fn check(json: &[u8]) -> Result<(), StrictError> {
    let Ok(text) = std::str::from_utf8(json) else { return Ok(()) };
    let mut scan = Scan { text, at: 0, values: 0, open: Vec::new() };
    while let Some(byte) = scan.peek() {
        scan.step(byte)?;
        if scan.open.len() > MAX_DEPTH {
            break;
        }
    }
    Ok(())
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    values: usize,
    /// The keys of each object that is open; `None` for an array.
    open: Vec<Option<HashSet<Cow<'a, str>>>>,
}

impl<'a> Scan<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn step(&mut self, byte: u8) -> Result<(), StrictError> {
        match byte {
            b'{' => self.open(Some(HashSet::new())),
            b'[' => self.open(None),
            b'}' | b']' => {
                self.open.pop();
                self.at += 1;
                Ok(())
            }
            b'"' => self.string(),
            b'-' | b'0'..=b'9' => {
                let number = self.take(|c| c.is_ascii_alphanumeric() || b"+-.".contains(&c));
                if !is_kept(number) {
                    return Err(StrictError::Number(shown(number)));
                }
                self.count()
            }
            b'a'..=b'z' => {
                self.take(|c| c.is_ascii_alphanumeric());
                self.count()
            }
            _ => {
                self.at += 1;
                Ok(())
            }
        }
    }

    fn open(&mut self, keys: Option<HashSet<Cow<'a, str>>>) -> Result<(), StrictError> {
        self.open.push(keys);
        self.at += 1;
        self.count()
    }

    fn count(&mut self) -> Result<(), StrictError> {
        self.values += 1;
        if self.values > MAX_VALUES { Err(StrictError::TooMany) } else { Ok(()) }
    }

    /// Takes a string, which is a key when a colon follows.
    fn string(&mut self) -> Result<(), StrictError> {
        let quoted = self.take_string();
        self.take(|c| c.is_ascii_whitespace());
        if self.peek() != Some(b':') {
            return self.count();
        }
        let key = unquoted(quoted);
        if key.contains('\0') {
            return Err(StrictError::Nul(shown(&key)));
        }
        let Some(Some(keys)) = self.open.last_mut() else { return Ok(()) };
        if keys.contains(&key) {
            return Err(StrictError::Twice(shown(&key)));
        }
        keys.insert(key);
        self.count()
    }

    fn take_string(&mut self) -> &'a str {
        let start = self.at;
        self.at += 1;
        let mut escaped = false;
        self.take(|c| {
            let ends = c == b'"' && !escaped;
            escaped = c == b'\\' && !escaped;
            !ends
        });
        self.at = (self.at + 1).min(self.text.len());
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn take(&mut self, mut belongs: impl FnMut(u8) -> bool) -> &'a str {
        let (text, start) = (self.text, self.at);
        let rest = text.as_bytes().get(start..).unwrap_or_default();
        self.at += rest.iter().take_while(|byte| belongs(**byte)).count();
        text.get(start..self.at).unwrap_or_default()
    }
}

fn unquoted(quoted: &str) -> Cow<'_, str> {
    let inner = quoted.strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
    match inner {
        Some(inner) if !inner.contains('\\') => Cow::Borrowed(inner),
        _ => Cow::Owned(serde_json::from_str(quoted).unwrap_or_default()),
    }
}

/// Returns whether a number is the same when it is read and written: a whole one in 64 bits, another
/// one in the digits of a floating-point number.
fn is_kept(number: &str) -> bool {
    if !number.contains(['.', 'e', 'E']) {
        let digits = number.strip_prefix('-').unwrap_or(number);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return true; // not a number, which the reader says
        }
        return number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok();
    }
    let Ok(value) = number.parse::<f64>() else { return true };
    // Of two shortest notations that lie as near, Rust may write another one than the writer of JSON, and
    // what that writes must be read again.
    let written = serde_json::to_string(&value).unwrap_or_default();
    value.is_finite() && decimal(number) == decimal(&written)
}

/// Returns the digits of a number without zeros at both ends, and the power of ten of the last one.
fn decimal(number: &str) -> Option<(String, i64)> {
    let number = number.trim_start_matches('-');
    let (digits, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let exponent: i64 = exponent.parse().ok()?;
    let all = format!("{whole}{fraction}");
    let kept = all.trim_end_matches('0');
    let zeros = i64::try_from(all.len() - kept.len()).ok()?;
    let power = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?.checked_add(zeros)?;
    let kept = kept.trim_start_matches('0');
    Some((kept.to_owned(), if kept.is_empty() { 0 } else { power }))
}

fn shown(text: &str) -> String {
    text.chars().take(SHOWN_CHARS).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(json: &str) -> Option<StrictError> {
        check(json.as_bytes()).err()
    }

    #[test]
    fn json_04_a_key_stands_once_in_an_object() {
        for twice in [
            r#"{"z":1,"z":2}"#,
            r#"{"a":[{"b":{"z":1,"y":2,"z":3}}]}"#,
            r#"{"path":"a","\u0070ath":"b"}"#,
            r#"{"a\"":1 , "a\"" : 2}"#,
            r#"{"":1,"":2}"#,
        ] {
            assert!(matches!(fault(twice), Some(StrictError::Twice(_))), "{twice}");
        }
        for fine in [
            r#"{"a":{"z":1},"b":{"z":2}}"#,
            r#"[{"z":1},{"z":1}]"#,
            r#"{"a":"a","b":"a"}"#,
            r#"{"a\\":1,"a":2}"#,
            r#"["a","a"]"#,
        ] {
            assert_eq!(fault(fine), None, "{fine}");
        }
    }

    #[test]
    fn json_05_numbers_are_kept_or_refused() {
        for lost in [
            "18446744073709551616",
            "-9223372036854775809",
            "1e400",
            "-1e999999999",
            "1e-400",
            "1.00000000000000000001",
            "9007199254740993.0",
            "600000000000000.3",
            &"9".repeat(10_000),
            "340282366920938463463374607431768211456",
        ] {
            assert!(matches!(fault(lost), Some(StrictError::Number(_))), "{lost}");
        }
        for kept in [
            "0",
            "-0",
            "18446744073709551615",
            "-9223372036854775808",
            "9007199254740993",
            "600000000000000.2",
            "0.1",
            "12.50",
            "1.10",
            "1e3",
            "1E+2",
            "0.30000000000000004",
            "-2.5e-3",
            "0.0",
            "1e308",
        ] {
            assert_eq!(fault(kept), None, "{kept}");
            let value: serde_json::Value = serde_json::from_str(kept).unwrap();
            assert_eq!(decimal(kept), decimal(&value.to_string()), "{kept}");
        }
        assert_eq!(fault(r#"{"a":"18446744073709551616"}"#), None, "a text is a text");
    }

    #[test]
    fn keys_without_nul_and_a_limit_for_values() {
        assert!(matches!(fault(r#"{"a\u0000b":1}"#), Some(StrictError::Nul(_))));
        assert_eq!(fault(r#"{"a":"\u0000"}"#), None);
        let list = |n: usize| format!("[{}0]", "0,".repeat(n - 2));
        assert_eq!(fault(&list(MAX_VALUES)), None);
        assert_eq!(fault(&list(MAX_VALUES + 1)), Some(StrictError::TooMany));
        assert_eq!(
            fault(&format!("[{}{{}}]", "{},".repeat(MAX_VALUES))),
            Some(StrictError::TooMany)
        );
    }

    #[test]
    fn bytes_that_are_no_json_are_left_to_the_reader() {
        for odd in [
            "",
            "\"",
            "{\"",
            "{\"a\":\"\\",
            "[1,",
            "]]]",
            "tru",
            "-",
            "{:}",
            "\u{feff}{}",
            "0x1",
            "1-2",
        ] {
            assert_eq!(fault(odd), None, "{odd:?}");
        }
        assert_eq!(check(b"\xff\xfe"), Ok(()));
        assert_eq!(fault(&"[".repeat(1_000_000)), None);
    }
}
