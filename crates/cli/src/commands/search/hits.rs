//! Hits as a person reads them: the name, the path and the place, with what matched in bold.

use ext_wire::ops::search::{SearchHit, TextRange};

use crate::output::printable;

/// Formats hits, numbered as `--open` names them.
pub(super) fn list(hits: &[SearchHit]) -> String {
    if hits.is_empty() {
        return "nothing found".to_owned();
    }
    let bold = |text: &str| console::style(text).bold().to_string();
    let hits = (1..).zip(hits).map(|(number, hit)| one(number, hit, &bold));
    hits.collect::<Vec<_>>().join("\n")
}

fn one(number: usize, hit: &SearchHit, bold: &dyn Fn(&str) -> String) -> String {
    let path = &hit.entry.path;
    let mut lines = vec![format!("{number}. {}", printable(&hit.entry.name))];
    lines.push(format!("   {}", printable(path)));
    let found = marked(&hit.snippet, &hit.highlights, bold);
    let found = found.trim();
    if !found.is_empty() && found != hit.entry.name {
        lines.push(format!("   {found}"));
    }
    lines.join("\n") + "\n"
}

/// Writes a snippet on one line; matches are in bold, without the brackets around them.
fn marked(snippet: &str, highlights: &[TextRange], bold: &dyn Fn(&str) -> String) -> String {
    let (mut text, mut at) = (String::new(), 0);
    for TextRange { start, end } in highlights {
        let (start, end) = (place(*start), place(*end));
        text += &plain(snippet.get(at..start.saturating_sub(1)));
        text += &bold(&plain(snippet.get(start..end)));
        at = end.saturating_add(1);
    }
    text + &plain(snippet.get(at..))
}

fn place(byte: u64) -> usize {
    usize::try_from(byte).unwrap_or(usize::MAX)
}

/// Writes a part of a snippet with each run of blanks as one.
fn plain(part: Option<&str>) -> String {
    let mut text = String::new();
    for char in part.unwrap_or_default().chars() {
        match char.is_whitespace() {
            true if text.ends_with(' ') => {}
            true => text.push(' '),
            false => text.push(char),
        }
    }
    printable(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_are_bold_and_brackets_of_the_text_stay() {
        let bold = |text: &str| format!("<{text}>");
        let highlights = [TextRange { start: 8, end: 11 }, TextRange { start: 16, end: 17 }];
        let shown = marked("a [x]\n [tea]\n\n [b]\u{1b} c", &highlights, &bold);
        assert_eq!(shown, "a [x] <tea> <b>\\u{1b} c");
        assert_eq!(marked("plain", &[], &bold), "plain");
        // Ranges that do not fit show nothing wrong.
        assert_eq!(marked("é", &[TextRange { start: 1, end: 99 }], &bold), "<>");
    }
}
