//! Output formats for other programs: hOCR and Tesseract's TSV.

use std::fmt::Write;

use ext_registry::OpError;

use crate::bad_input::bad_input;
use ext_services::ocr::{OcrLine, OcrPage, OcrWord, PixelBox};

/// Output format of a read document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Hocr,
    Tsv,
}

impl Format {
    /// Returns the format with this name.
    ///
    /// # Errors
    /// [`ErrorCode::BadInput`](ext_wire::ErrorCode::BadInput) when there is none.
    pub(super) fn parse(name: &str) -> Result<Self, OpError> {
        match name {
            "hocr" => Ok(Self::Hocr),
            "tsv" => Ok(Self::Tsv),
            other => {
                let other = other.escape_debug();
                Err(bad_input(format_args!("there is no format `{other}`; there are hocr, tsv")))
            }
        }
    }

    /// Writes all pages, each with its number.
    pub(super) fn write(self, engine: &str, pages: &[(u32, OcrPage)]) -> String {
        match self {
            Self::Hocr => hocr(engine, pages),
            Self::Tsv => tsv(pages),
        }
    }
}

/// Writes hOCR 1.2: pages, lines and words, as XHTML.
fn hocr(engine: &str, pages: &[(u32, OcrPage)]) -> String {
    let mut out = String::from(concat!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
        "<html xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n<title></title>\n",
        "<meta http-equiv=\"Content-Type\" content=\"text/html;charset=utf-8\"/>\n",
    ));
    let _ = writeln!(out, "<meta name=\"ocr-system\" content=\"{}\"/>", escaped(engine));
    out.push_str("<meta name=\"ocr-capabilities\" content=\"ocr_page ocr_line ocrx_word\"/>\n");
    out.push_str("</head>\n<body>\n");
    for (number, page) in pages {
        hocr_page(&mut out, *number, page);
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn hocr_page(out: &mut String, number: u32, page: &OcrPage) {
    let (width, height) = given_size(page);
    let _ = writeln!(
        out,
        "<div class=\"ocr_page\" id=\"page_{number}\" title=\"bbox 0 0 {width} {height}; ppageno {}\">",
        number.saturating_sub(1)
    );
    for (index, line) in (1..).zip(&page.lines) {
        let id: u32 = index;
        let bbox = bbox(line.area);
        let _ =
            writeln!(out, "<span class=\"ocr_line\" id=\"line_{number}_{id}\" title=\"{bbox}\">");
        for (index, word) in (1_u32..).zip(&line.words) {
            let (bbox, sure) = (self::bbox(word.area), percent(word.confidence));
            let _ = writeln!(
                out,
                "<span class=\"ocrx_word\" id=\"word_{number}_{id}_{index}\" title=\"{bbox}; x_wconf {sure:.0}\">{}</span>",
                escaped(&word.text)
            );
        }
        out.push_str("</span>\n");
    }
    out.push_str("</div>\n");
}

/// Returns the size of the picture as given, in whose pixels areas are.
fn given_size(page: &OcrPage) -> (u32, u32) {
    if page.rotation.is_multiple_of(180) {
        (page.width, page.height)
    } else {
        (page.height, page.width)
    }
}

fn bbox(area: PixelBox) -> String {
    let [left, top] = [area.x, area.y].map(|side| side.max(0.0).round());
    let (right, bottom) = ((area.x + area.width).round(), (area.y + area.height).round());
    format!("bbox {left} {top} {right} {bottom}")
}

fn percent(confidence: f32) -> f32 {
    confidence.clamp(0.0, 1.0) * 100.0
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;")
}

/// Writes the columns of `tesseract … tsv`: a row of level 1 for each page, 4 for each line, 5 for
/// each word.
fn tsv(pages: &[(u32, OcrPage)]) -> String {
    let mut out = String::from(
        "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n",
    );
    for (number, page) in pages {
        let (width, height) = given_size(page);
        let _ = writeln!(out, "1\t{number}\t0\t0\t0\t0\t0\t0\t{width}\t{height}\t-1\t");
        for (index, line) in (1_u32..).zip(&page.lines) {
            tsv_line(&mut out, *number, index, line);
        }
    }
    out
}

fn tsv_line(out: &mut String, page: u32, number: u32, line: &OcrLine) {
    let _ = writeln!(out, "4\t{page}\t1\t1\t{number}\t0\t{}\t-1\t", columns(line.area));
    for (index, OcrWord { text, confidence, area }) in (1_u32..).zip(&line.words) {
        let (area, sure) = (columns(*area), percent(*confidence));
        let text = text.replace(['\t', '\n', '\r', '\u{c}'], " ");
        let _ = writeln!(out, "5\t{page}\t1\t1\t{number}\t{index}\t{area}\t{sure:.2}\t{text}");
    }
}

fn columns(area: PixelBox) -> String {
    let [x, y] = [area.x, area.y].map(|side| side.max(0.0).round());
    format!("{x}\t{y}\t{}\t{}", area.width.round(), area.height.round())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages() -> Vec<(u32, OcrPage)> {
        let area = PixelBox { x: 10.4, y: 20.0, width: 50.0, height: 12.0 };
        let word = OcrWord { text: "<5 & 6>".into(), confidence: 0.956, area };
        let line = OcrLine { text: "<5 & 6>".into(), confidence: 0.9, area, words: vec![word] };
        let page = OcrPage { width: 100, height: 200, rotation: 90, skew: 0.0, lines: vec![line] };
        vec![(3, page)]
    }

    #[test]
    fn hocr_names_places_and_escapes_text() {
        let text = Format::Hocr.write("engine \"x\"", &pages());
        assert!(text.contains("content=\"engine &quot;x&quot;\""), "{text}");
        assert!(text.contains("id=\"page_3\" title=\"bbox 0 0 200 100; ppageno 2\""), "{text}");
        let word = "title=\"bbox 10 20 60 32; x_wconf 96\">&lt;5 &amp; 6&gt;</span>";
        assert!(text.contains(word), "{text}");
    }

    #[test]
    fn tsv_has_twelve_columns_in_every_row() {
        let text = Format::Tsv.write("", &pages());
        assert_eq!(text.lines().count(), 4);
        assert!(text.lines().all(|line| line.split('\t').count() == 12), "{text}");
        assert!(text.ends_with("5\t3\t1\t1\t1\t1\t10\t20\t50\t12\t95.60\t<5 & 6>\n"), "{text}");
    }

    #[test]
    fn unknown_forms_are_refused() {
        assert_eq!(Format::parse("hocr").ok(), Some(Format::Hocr));
        assert!(Format::parse("alto").is_err());
    }
}
