//! Tesseract's TSV.

use ext_services::ocr::{OcrLine, OcrPage, OcrWord, PixelBox};

/// Levels of the rows.
const PAGE: &str = "1";
const LINE: &str = "4";
const WORD: &str = "5";
/// A gap between words beyond this part of the line's height separates cells.
const CELL_GAP: f32 = 1.5;

/// Reads the page that a table describes; rows that make no sense are left out, and lines without
/// words.
pub(crate) fn page(table: &str) -> OcrPage {
    let mut page = OcrPage::default();
    for row in table.lines() {
        let columns: Vec<&str> = row.splitn(12, '\t').collect();
        let [level, .., left, top, width, height, sure, text] = columns[..] else { continue };
        let Some(area) = area([left, top, width, height]) else { continue };
        match level {
            PAGE => (page.width, page.height) = (area.width as u32, area.height as u32),
            LINE => page.lines.push(empty(area)),
            WORD => add(&mut page.lines, text, sure, area),
            _ => {}
        }
    }
    page.lines.iter_mut().for_each(finish);
    page.lines.retain(|line| !line.words.is_empty());
    page
}

fn area(sides: [&str; 4]) -> Option<PixelBox> {
    let side = |text: &str| text.parse::<u32>().ok().map(|side| side as f32);
    let [x, y, width, height] = sides.map(side);
    Some(PixelBox { x: x?, y: y?, width: width?, height: height? })
}

fn empty(area: PixelBox) -> OcrLine {
    OcrLine { text: String::new(), confidence: 0.0, area, words: Vec::new() }
}

fn add(lines: &mut [OcrLine], text: &str, sure: &str, area: PixelBox) {
    let text = text.trim();
    if let Some(line) = lines.last_mut().filter(|_| !text.is_empty()) {
        let sure = sure.parse::<f32>().unwrap_or(0.0);
        let confidence = (sure / 100.0).clamp(0.0, 1.0);
        line.words.push(OcrWord { text: text.to_owned(), confidence, area });
    }
}

/// Sets the text and confidence of a line from its words.
fn finish(line: &mut OcrLine) {
    let mut before: Option<&OcrWord> = None;
    for word in &line.words {
        if let Some(before) = before {
            let gap = word.area.x - (before.area.x + before.area.width);
            line.text.push_str(if gap > CELL_GAP * line.area.height { "  " } else { " " });
        }
        line.text.push_str(&word.text);
        before = Some(word);
    }
    let sum: f32 = line.words.iter().map(|word| word.confidence).sum();
    line.confidence = sum / line.words.len().max(1) as f32;
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n\
        1\t1\t0\t0\t0\t0\t0\t0\t640\t480\t-1\t\n\
        4\t1\t1\t1\t1\t0\t36\t92\t544\t20\t-1\t\n\
        5\t1\t1\t1\t1\t1\t36\t92\t60\t20\t90\tTOTAL\n\
        5\t1\t1\t1\t1\t2\t105\t92\t20\t20\t70\tRM\n\
        5\t1\t1\t1\t1\t3\t500\t92\t80\t20\t95.5\t12.00\n\
        4\t1\t1\t1\t2\t0\t36\t130\t544\t20\t-1\t\n\
        5\t1\t1\t1\t2\t1\t36\t130\t5\t20\t10\t \n";

    #[test]
    fn rows_become_lines_and_words() {
        let page = page(TABLE);
        assert_eq!((page.width, page.height, page.lines.len()), (640, 480, 1));
        assert_eq!(page.lines[0].text, "TOTAL RM  12.00");
        assert_eq!(page.lines[0].words[2].area.x, 500.0);
        assert!((page.lines[0].confidence - 0.85).abs() < 0.01);
    }

    #[test]
    fn rows_that_make_no_sense_are_left_out() {
        for table in
            ["", "5\t1", "5\t1\t1\t1\t1\t1\t-4\tx\t1\t1\t1\ta", "4\t\t\t\t\t\t1\t1\t1\t1\t\t"]
        {
            assert!(page(table).lines.is_empty(), "{table}");
        }
    }
}
