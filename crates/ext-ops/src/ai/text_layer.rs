//! Judgement of text layers: whether the text of a page is all that the page shows.
//!
//! A scan may carry the name of the program that made it, a page number, or a stamp as text. Fonts
//! may not say which characters their glyphs stand for, or say it wrong. What a program read in a scan
//! may be another page's text, or of another language.

use ext_services::documents::PageText;

/// A page that pictures cover this much of may be a scan.
const MUCH_OF_A_PAGE: f32 = 0.25;
/// So many paths may be letters that are outlines.
const MANY_PATHS: u32 = 300;
/// Fewer characters than these, beside a picture or many paths, may be a remark on a scan.
const FEW_CHARACTERS: usize = 400;
/// A text of which more than this was read in a scan by a program is as good as that program.
const MOSTLY: f32 = 0.5;
/// One unknown character in so many makes a text doubtful.
const KNOWN_FOR_AN_UNKNOWN: usize = 10;
/// Letters from which on the share of vowels says something.
const MIN_LETTERS: usize = 40;
/// Least vowels in a hundred letters of the Latin script; languages have 30 to 55.
const MIN_VOWELS: usize = 20;

/// The text layer of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextLayer {
    /// There is none.
    Missing,
    /// It may not be what the page shows, or not all of it.
    Doubtful,
    /// It is what the page shows.
    Whole,
}

/// Says what the text of each page is worth. A page with nothing on it says all that it shows, where the reader
/// sees what is on others.
pub(super) fn text_layers(pages: &[PageText]) -> Vec<TextLayer> {
    let is_void = pages.iter().all(is_blank);
    let layer = |page| if is_blank(page) && !is_void { TextLayer::Whole } else { text_layer(page) };
    pages.iter().map(layer).collect()
}

fn is_blank(page: &PageText) -> bool {
    page.text.trim().is_empty() && page.pictures == 0.0 && page.paths == 0
}

/// Says what the text of a page is worth.
fn text_layer(page: &PageText) -> TextLayer {
    let visible = page.text.chars().filter(|c| !c.is_whitespace()).count();
    let unknown = page.text.chars().filter(|c| is_unknown(*c)).count();
    let shows_more = page.pictures >= MUCH_OF_A_PAGE || page.paths >= MANY_PATHS;
    match () {
        () if visible == 0 => TextLayer::Missing,
        () if unknown * KNOWN_FOR_AN_UNKNOWN > visible => TextLayer::Doubtful,
        () if visible < FEW_CHARACTERS && shows_more => TextLayer::Doubtful,
        () if page.layer > MOSTLY => TextLayer::Doubtful,
        () if !is_plausible(&page.text) => TextLayer::Doubtful,
        () => TextLayer::Whole,
    }
}

/// Returns whether a character stands for a glyph of which nothing is known.
const fn is_unknown(c: char) -> bool {
    matches!(c, '\u{fffd}' | '\u{e000}'..='\u{f8ff}' | '\u{80}'..='\u{9f}' | '\u{f0000}'..)
}

/// Returns whether the letters can be words: those of a font with shifted codes cannot.
fn is_plausible(text: &str) -> bool {
    let letters: Vec<char> =
        text.chars().filter(|c| c.is_alphabetic() && *c <= '\u{24f}').collect();
    let vowels = letters.iter().filter(|c| is_vowel(**c)).count();
    letters.len() < MIN_LETTERS || vowels * 100 >= letters.len() * MIN_VOWELS
}

fn is_vowel(c: char) -> bool {
    // Letters with marks are vowels more often than not.
    !c.is_ascii() || "aeiouyAEIOUY".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    const INVOICE: &str = "Muster GmbH\nRechnung 4711\nRechnungsdatum 05.01.2026\nKabel 42,69 EUR\n\
        Umsatzsteuer 19 % 8,11 EUR\nGesamtbetrag 50,80 EUR\nVielen Dank";

    fn layer(text: &str, pictures: f32, paths: u32) -> TextLayer {
        text_layer(&PageText { text: text.into(), pictures, paths, layer: 0.0 })
    }

    #[test]
    fn remarks_on_a_scan_are_doubtful() {
        for remark in ["Scanned with CamScanner", "A", "- 1 -", "Scan 2026-02-11 08:15"] {
            assert_eq!(layer(remark, 0.9, 0), TextLayer::Doubtful, "{remark}");
            assert_eq!(layer(remark, 0.0, 2000), TextLayer::Doubtful, "outlines: {remark}");
            assert_eq!(layer(remark, 0.0, 3), TextLayer::Whole, "a page of its own: {remark}");
        }
        assert_eq!(layer(" \n", 0.9, 0), TextLayer::Missing);
        assert_eq!(layer(INVOICE, 0.1, 40), TextLayer::Whole);
        assert_eq!(layer(&INVOICE.repeat(4), 1.0, 0), TextLayer::Whole, "words on a picture");
    }

    #[test]
    fn a_blank_page_beside_others_is_no_scan() {
        let page =
            |text: &str, pictures| PageText { text: text.into(), pictures, paths: 0, layer: 0.0 };
        let (blank, scan, text) = (page(" \n", 0.0), page("", 0.9), page(INVOICE, 0.0));
        let layers = text_layers(&[text, scan, blank.clone()]);
        assert_eq!(layers, [TextLayer::Whole, TextLayer::Missing, TextLayer::Whole]);
        assert_eq!(text_layers(&[blank]), [TextLayer::Missing], "what the reader cannot see");
    }

    #[test]
    fn what_a_program_read_in_a_scan_is_doubtful() {
        let text = INVOICE.repeat(4);
        let page = |layer| PageText { text: text.clone(), pictures: 1.0, paths: 0, layer };
        assert_eq!(text_layer(&page(0.9)), TextLayer::Doubtful);
        assert_eq!(text_layer(&page(0.1)), TextLayer::Whole, "a stamp");
    }

    #[test]
    fn fonts_without_unicode_are_doubtful() {
        let shifted: String = INVOICE
            .chars()
            .map(|c| if c.is_ascii_graphic() { char::from(c as u8 - 29) } else { c })
            .filter(|c| !c.is_control())
            .collect();
        assert_eq!(layer(&shifted, 0.0, 0), TextLayer::Doubtful, "{shifted}");
        let private: String =
            INVOICE.chars().map(|c| char::from_u32(0xf000 + u32::from(c)).unwrap()).collect();
        assert_eq!(layer(&private, 0.0, 0), TextLayer::Doubtful);
        assert_eq!(
            layer("Total \u{fffd}\u{fffd},\u{fffd}\u{fffd} EUR", 0.0, 0),
            TextLayer::Doubtful
        );
    }

    #[test]
    fn plain_texts_of_many_languages_are_whole() {
        for text in [
            INVOICE,
            "Faktura VAT 12/2026 Sprzedawca Sklep Przykład Data wystawienia Razem do zapłaty 123,00 zł",
            "Účtenka Prodejna Plzeň Zboží Celkem k úhradě Kč 123 Děkujeme za nákup vlk zmrzl hrst zrn",
            "領収書 合計 1,200円 株式会社サンプル 2026年1月5日",
            "Чек Итого 1 200,00 ₽ Спасибо за покупку",
            "INV-2026-0001 QTY PRC SKU-1234-XK TTL 12.00",
        ] {
            assert_eq!(layer(text, 0.0, 20), TextLayer::Whole, "{text}");
        }
    }
}
