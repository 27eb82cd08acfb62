//! HTML as the rows that a reader sees.

use ext_services::documents::DocumentError;
use html2text::{config, render::TrivialDecorator};

use crate::error::malformed;

/// Largest page, in bytes: laying out takes a multiple of it.
const MAX_BYTES: usize = 4 << 20;

/// Tags that may be open at once. Laying out recurses.
const MAX_DEPTH: usize = 500;

/// Width in characters that the page is laid out to: wide enough that rows are not folded.
const WIDTH: usize = 400;

/// Stack of the thread that lays out, in bytes.
const STACK: usize = 64 << 20;

/// Returns the text of a page in UTF-8: a line for each visual row, table cells separated by two
/// spaces.
pub(crate) fn text(html: &[u8]) -> Result<String, DocumentError> {
    let html = String::from_utf8_lossy(html).into_owned();
    check(&html)?;
    let thread = std::thread::Builder::new().name("html".into()).stack_size(STACK);
    let layout = thread.spawn(move || render(&html));
    let layout = layout.map_err(|error| DocumentError::Engine(error.to_string()))?;
    let text = layout.join().map_err(|_| malformed("its structure cannot be laid out"))?;
    text.map_err(malformed)
}

fn render(html: &str) -> Result<String, html2text::Error> {
    let layout = config::with_decorator(TrivialDecorator::new())
        .link_footnotes(false)
        .allow_width_overflow()
        .string_from_read(html.as_bytes(), WIDTH)?;
    Ok(rows(&layout))
}

/// Reads the rows of a laid-out page: tables are drawn with lines; a row's cells stand between
/// vertical ones.
fn rows(layout: &str) -> String {
    let mut text = String::new();
    for line in layout.lines() {
        let is_rule = !line.is_empty() && line.chars().all(|c| "─┼┬┴┤├ ".contains(c));
        if is_rule {
            continue;
        }
        let cells: Vec<&str> =
            line.split('│').map(str::trim).filter(|cell| !cell.is_empty()).collect();
        text.push_str(&cells.join("  "));
        text.push('\n');
    }
    text.trim_end().to_owned()
}

fn check(html: &str) -> Result<(), DocumentError> {
    crate::error::check("bytes", html.len() as u64, MAX_BYTES as u64)?;
    crate::error::check("tags within each other", depth(html) as u64, MAX_DEPTH as u64)
}

/// Counts how many tags are open at once at most, roughly: elements that need no end tag are not
/// counted.
fn depth(html: &str) -> usize {
    let (mut open, mut most) = (0_usize, 0);
    for tag in html.split('<').skip(1) {
        let name: String =
            tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        if name.is_empty() || NO_END_TAG.contains(&name.to_ascii_lowercase().as_str()) {
            continue;
        }
        open = if tag.starts_with('/') { open.saturating_sub(1) } else { open + 1 };
        most = most.max(open);
    }
    most
}

/// Void elements, and those whose end tag is commonly left out.
const NO_END_TAG: [&str; 24] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr", "p", "li", "dt", "dd", "option", "tr", "td", "th", "thead", "tbody", "tfoot",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_row_stays_on_one_line() {
        let html = "<h1>Invoice</h1><table><tr><td>Coffee<td>2<td>7.40</tr>\
                    <tr><td><b>Total</b></td><td></td><td>7.40&nbsp;EUR</td></tr></table><p>Thanks";
        let text = text(html.as_bytes()).unwrap();
        let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
        assert_eq!(lines, ["Invoice", "Coffee  2  7.40", "Total  7.40\u{a0}EUR", "Thanks"]);
    }

    #[test]
    fn what_nobody_sees_is_left_out() {
        let html = "<style>p{}</style><script>x()</script><title>t</title><p>seen <a href='https://x.test'>link</a>";
        assert_eq!(text(html.as_bytes()).unwrap(), "seen link");
    }

    #[test]
    fn doc_08_deep_and_large_pages_are_refused() {
        for page in ["<div>".repeat(100_000), " ".repeat(MAX_BYTES + 1)] {
            let error = text(page.as_bytes()).unwrap_err();
            assert!(matches!(error, DocumentError::TooLarge { .. }), "{error}");
        }
        let twin = "<div>".repeat(100) + "deep";
        assert!(text(twin.as_bytes()).unwrap().contains("deep"));
    }
}
