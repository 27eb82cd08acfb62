//! Wrong arguments, for programs.

use std::ffi::OsString;

use clap::error::ErrorKind;
use serde_json::{Value, json};

/// Returns whether arguments, right or wrong, name JSON as the format of the results.
pub(crate) fn asks_for_json(args: impl IntoIterator<Item = OsString>) -> bool {
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        if arg == "--" {
            return false;
        }
        if arg == "--output=json"
            || (arg == "--output" && args.next().is_some_and(|it| it == "json"))
        {
            return true;
        }
    }
    false
}

/// Writes what is wrong as other errors are written.
pub(crate) fn to_json(error: &clap::Error) -> Value {
    json!({ "error": message(error), "code": "E_BAD_INPUT", "hint": "`--help` shows the arguments" })
}

/// Returns the first paragraph, on one line: usage and advice stand below it.
fn message(error: &clap::Error) -> String {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "no command was given".to_owned();
    }
    let text = error.render().to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    let first = first.trim_start_matches("error:");
    first.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_asked_for_before_the_arguments_end() {
        let asks = |args: &[&str]| asks_for_json(args.iter().map(Into::into));
        assert!(asks(&["spacedrive", "--output", "json", "import"]));
        assert!(asks(&["spacedrive", "bogus", "--output=json"]));
        assert!(!asks(&["spacedrive", "--output", "table", "import"]));
        assert!(!asks(&["spacedrive", "import", "--", "--output", "json"]));
    }
}
