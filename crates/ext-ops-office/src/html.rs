//! HTML as the rows that a reader sees.

mod css;
mod visible;

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
    let config = config::with_decorator(TrivialDecorator::new())
        .link_footnotes(false)
        .allow_width_overflow();
    let mut page = config.parse_html(html.as_bytes())?;
    if !visible::prune(&page) {
        // A page that hides all of its text is shown by something that is not looked at here.
        page = config.parse_html(html.as_bytes())?;
    }
    visible::lower_decimals(&page);
    let layout = config.render_to_string(config.dom_to_render_tree(&page)?, WIDTH)?;
    Ok(rows(&layout))
}

/// Characters that say where a word or number may be parted, and are not seen.
const BREAKS: [char; 4] = ['\u{ad}', '\u{200b}', '\u{2060}', '\u{feff}'];

/// Reads the rows of a laid-out page: tables are drawn with lines; a row's cells stand between
/// vertical ones.
fn rows(layout: &str) -> String {
    let layout = layout.replace(BREAKS, "");
    let mut text = String::new();
    for line in layout.lines() {
        let is_rule = !line.is_empty() && line.chars().all(|c| "─┼┬┴┤├ ".contains(c));
        if is_rule {
            continue;
        }
        let cells: Vec<&str> =
            line.split('│').map(str::trim).filter(|cell| !cell.is_empty()).collect();
        text.push_str(&row(&cells));
        text.push('\n');
    }
    text.trim_end().to_owned()
}

/// Joins the cells of a row. Decimals in a cell of their own belong to the amount before them.
fn row(cells: &[&str]) -> String {
    let mut row = String::new();
    for cell in cells {
        let is_apart = !(ends_whole(&row) && is_decimals(cell));
        if is_apart && !row.is_empty() {
            row.push_str("  ");
        }
        row.push_str(cell);
    }
    row
}

/// Returns whether a text ends in a number without decimals: `€ 1.247`, and not `1.24`.
fn ends_whole(text: &str) -> bool {
    let digits = text.len() - text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (head, _) = text.split_at_checked(text.len() - digits).unwrap_or_default();
    digits > 0 && !(digits < 3 && head.ends_with(['.', ',']))
}

/// Returns whether a text begins with a separator and two digits, and no more of either: `.50`, `,50 €`.
fn is_decimals(text: &str) -> bool {
    let Some(digits) = text.strip_prefix(['.', ',']) else { return false };
    digits.bytes().take_while(u8::is_ascii_digit).count() == 2 && !digits.contains(['.', ','])
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
    fn decimals_apart_belong_to_their_amount() {
        for (html, shown) in [
            ("<table><tr><td>Total<td>47<td>.50</table>", "Total  47.50"),
            (
                "<table><tr><td>Total<td>&euro;<td>1.247<td>,50 EUR</table>",
                "Total  \u{20ac}  1.247,50 EUR",
            ),
            ("<table><tr><td>Total<td>.50<td>.75</table>", "Total  .50  .75"),
            ("<table><tr><td>Version 2<td>.5.1</table>", "Version 2  .5.1"),
            ("<table><tr><td>Total<td>84<sup>&euro;99</sup></table>", "Total  84\u{20ac}99"),
            ("Total 84<sup>&euro;99</sup>", "Total 84\u{20ac}99"),
            ("Total $84<sup>.99</sup>", "Total $84.99"),
            ("Lamp<sup>TM</sup> 84<sup>(1)</sup>", "Lamp^{TM} 84^{(1)}"),
        ] {
            assert_eq!(text(html.as_bytes()).unwrap(), shown, "{html}");
        }
    }

    #[test]
    fn what_nobody_sees_is_left_out() {
        let html = "<style>p{}</style><script>x()</script><title>t</title><p>seen <a href='https://x.test'>link</a>";
        assert_eq!(text(html.as_bytes()).unwrap(), "seen link");
    }

    #[test]
    fn places_where_words_may_be_parted_part_none() {
        let html = "<p>Rech&shy;nungs&#8203;betrag &euro; 1<wbr>,234&shy;.57";
        assert_eq!(text(html.as_bytes()).unwrap(), "Rechnungsbetrag € 1,234.57");
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

    /// Lays out a page whose total stands beside something else.
    fn beside_the_total(head: &str, other: &str) -> String {
        let page = format!(
            "<!DOCTYPE html><html><head>{head}</head><body><p>Blue Kettle</p>{other}\
             <table><tr><td>Total</td><td>71.40</td></tr></table></body></html>"
        );
        text(page.as_bytes()).unwrap()
    }

    #[test]
    fn hidden_texts_are_left_out() {
        let styles = [
            "display:none",
            "DISPLAY : none !important",
            "visibility:hidden",
            "visibility: collapse",
            "opacity:0",
            "font-size:0",
            "font:0/0 a",
            "font-size:0px;line-height:0;max-height:0;overflow:hidden",
            "mso-hide:all;max-height:0px;overflow:hidden",
            "position:absolute;left:-9999px",
        ];
        let others = [
            ("", "<div hidden>Total 999.99</div>"),
            ("<style>.x{display:none}</style>", "<div class='a x'>Total 999.99</div>"),
            (
                "<style>@media print{p{color:red}} #x , b{visibility:hidden}</style>",
                "<p id=x>Total 999.99</p>",
            ),
            (
                "<style>div.x{font-size:0}</style>",
                "<div class=x>Total <b style='font-size:2em'>999.99</b></div>",
            ),
            (
                "<style>.phone{display:none}@media (max-width:600px){.phone{display:block}}</style>",
                "<div class=phone>Total 999.99</div>",
            ),
        ];
        let inline =
            styles.map(|style| ("", format!("<div style='{style}'><b>Total</b> 999.99</div>")));
        let others = others.map(|(head, other)| (head, other.to_owned()));
        for (head, other) in inline.into_iter().chain(others) {
            let text = beside_the_total(head, &other);
            assert!(
                text.contains("Total  71.40") && !text.contains("999"),
                "{head}{other}: {text}"
            );
        }
    }

    #[test]
    fn what_is_shown_stays() {
        for (head, other) in [
            ("", "<div style='font-size:0'><span style='font-size:14px'>Tea 4.50</span></div>"),
            ("", "<div style='font-size:0px'><table><tr><td>Tea 4.50</table></div>"),
            ("", "<div style='font-size:0'><p style='font:bold 14px Arial'>Tea 4.50</p></div>"),
            ("", "<p style='visibility:hidden'>x <b style='visibility:visible'>Tea 4.50</b></p>"),
            ("", "<a style='display:inline-block;mso-hide:all'>Tea 4.50</a>"),
            ("", "<p style='opacity:0.8;max-height:100px;overflow:hidden'>Tea 4.50</p>"),
            ("", "<table><tr><td style='max-height:0;overflow:hidden'>Tea 4.50</table>"),
            ("<style>.x{display:none}</style>", "<p class=x style='display:block'>Tea 4.50</p>"),
            ("<style>.x{display:none}</style>", "<p class='xx'>Tea 4.50</p>"),
            ("<style>@media screen{.x{display:none}}</style>", "<p class=x>Tea 4.50</p>"),
            ("<style media=print>.x{display:none}</style>", "<p class=x>Tea 4.50</p>"),
            ("<style>.x p{display:none}</style>", "<p class=x>Tea 4.50</p>"),
        ] {
            let text = beside_the_total(head, other);
            assert!(text.contains("Tea 4.50") && text.contains("71.40"), "{head}{other}: {text}");
        }
    }

    #[test]
    fn a_page_that_hides_all_is_read() {
        let page = "<style>body{visibility:hidden}</style><p>Total 71.40</p>";
        assert_eq!(text(page.as_bytes()).unwrap(), "Total 71.40");
    }

    #[test]
    fn numbers_that_are_struck_out_are_left_out() {
        for old in [
            "<s>&euro; 99.00</s>",
            "<del>&euro; 99.00</del>",
            "<strike>&euro; 99.00</strike>",
            "<span style='text-decoration:line-through'>&euro; 99.00</span>",
            "<span style='text-decoration-line: line-through red'>&euro; <b>99.00</b></span>",
            "<span class=x>&euro; 99.00</span>",
        ] {
            let page = format!(
                "<style>.x{{text-decoration: line-through;}}</style>\
                 <table><tr><td>Total</td><td>{old} <ins>&euro; 71.53</ins></td></tr></table>"
            );
            assert_eq!(text(page.as_bytes()).unwrap(), "Total  \u{20ac} 71.53", "{old}");
        }
        let kept = "<u>&euro; 71.53</u> <span style='text-decoration:underline'>12</span> \
                    <strike>sold</strike>";
        assert_eq!(text(kept.as_bytes()).unwrap(), "\u{20ac} 71.53 12 sold");
    }
}
