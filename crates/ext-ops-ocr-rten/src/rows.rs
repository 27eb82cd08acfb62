//! Visual rows of lines that stand side by side.

use ext_services::ocr::{OcrLine, OcrWord, PixelBox};

use crate::boxes::TextBox;
use crate::rec::{Line, Word};

/// Lines share a row when their centres differ by less than this part of the smaller height.
const ROW_DRIFT: f32 = 0.5;
/// A gap beyond this part of the line height separates cells. Boxes reach over their text on each
/// side by about a third of the height, so that the visible gap is wider.
const CELL_GAP: f32 = 0.4;

/// Joins lines to rows from top to bottom, in each row the lines from left to right.
pub(crate) fn rows(mut lines: Vec<Line>) -> Vec<OcrLine> {
    let slope = slope(lines.iter().map(|line| &line.area));
    let level = |line: &Line| line.area.y - slope * line.area.x;
    lines.sort_by(|a, b| level(a).total_cmp(&level(b)));
    let mut rows: Vec<Vec<Line>> = Vec::new();
    for line in lines {
        match rows.last_mut() {
            Some(row) if fits(row, &line, &level) => row.push(line),
            _ => rows.push(vec![line]),
        }
    }
    rows.into_iter().map(join).collect()
}

/// Returns by how much the text of the page falls to the right: the median, which outliers do not
/// move.
pub(crate) fn slope<'a>(areas: impl Iterator<Item = &'a TextBox> + Clone) -> f32 {
    // Long lines know their direction best.
    let longest = areas.clone().map(|area| area.width).fold(0.0, f32::max);
    let long = areas.filter(|area| area.width * 2.0 >= longest);
    let mut slopes: Vec<f32> = long.map(|area| area.angle.tan()).collect();
    slopes.sort_by(f32::total_cmp);
    slopes.get(slopes.len() / 2).copied().unwrap_or(0.0)
}

fn fits(row: &[Line], line: &Line, level: &impl Fn(&Line) -> f32) -> bool {
    let mean = row.iter().map(level).sum::<f32>() / row.len().max(1) as f32;
    let smallest = row.iter().map(|line| line.area.height).fold(line.area.height, f32::min);
    (level(line) - mean).abs() < ROW_DRIFT * smallest
}

fn join(mut row: Vec<Line>) -> OcrLine {
    row.sort_by(|a, b| a.area.x.total_cmp(&b.area.x));
    let mut text = String::new();
    let mut before: Option<&Line> = None;
    for line in &row {
        text.push_str(before.map_or("", |before| separator(before, line)));
        text.push_str(&line.text);
        before = Some(line);
    }
    let words = row.iter().flat_map(|line| &line.words).map(word).collect();
    OcrLine { text, confidence: confidence(&row), area: area(&row), words }
}

fn word(word: &Word) -> OcrWord {
    OcrWord { text: word.text.clone(), confidence: word.confidence, area: upright(&word.area) }
}

fn upright(area: &TextBox) -> PixelBox {
    let [left, top, right, bottom] = area.bounds();
    PixelBox { x: left, y: top, width: right - left, height: bottom - top }
}

fn separator(before: &Line, line: &Line) -> &'static str {
    let [_, _, end, _] = before.area.bounds();
    let [start, ..] = line.area.bounds();
    let height = before.area.height.min(line.area.height);
    if start - end > CELL_GAP * height { "  " } else { " " }
}

/// Returns mean confidence, weighted by length.
fn confidence(row: &[Line]) -> f32 {
    let weight = |line: &Line| line.text.chars().count() as f32;
    let sum: f32 = row.iter().map(|line| line.confidence * weight(line)).sum();
    sum / row.iter().map(weight).sum::<f32>().max(1.0)
}

fn area(row: &[Line]) -> PixelBox {
    let mut around = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
    for line in row {
        let [left, top, right, bottom] = line.area.bounds();
        let [l, t, r, b] = around;
        around = [l.min(left), t.min(top), r.max(right), b.max(bottom)];
    }
    let [left, top, right, bottom] = around;
    PixelBox { x: left, y: top, width: right - left, height: bottom - top }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, x: f32, y: f32, width: f32) -> Line {
        let area = TextBox { x: x + width / 2.0, y, width, height: 20.0, angle: 0.0 };
        let words = vec![Word { area, text: text.to_owned(), confidence: 0.9 }];
        Line { area, text: text.to_owned(), confidence: 0.9, words }
    }

    fn texts(lines: Vec<Line>) -> Vec<String> {
        rows(lines).into_iter().map(|row| row.text).collect()
    }

    #[test]
    fn cells_of_a_row_are_joined() {
        let lines = vec![
            line("12.00", 300.0, 52.0, 60.0),
            line("Thank you", 20.0, 80.0, 200.0),
            line("TOTAL", 20.0, 50.0, 80.0),
            line("RM", 103.0, 50.0, 30.0),
        ];
        assert_eq!(texts(lines), ["TOTAL RM  12.00", "Thank you"]);
    }

    #[test]
    fn skewed_page_keeps_its_rows() {
        let slope = 0.05_f32;
        let skewed = |text: &str, x: f32, y: f32, width: f32| {
            let mut line = line(text, x, y, width);
            line.area.y += slope * line.area.x;
            line.area.angle = slope.atan();
            line
        };
        let lines = vec![
            skewed("a", 0.0, 50.0, 300.0),
            skewed("1", 700.0, 50.0, 300.0),
            skewed("b", 0.0, 75.0, 300.0),
            skewed("2", 700.0, 75.0, 300.0),
        ];
        assert_eq!(texts(lines), ["a  1", "b  2"]);
    }

    #[test]
    fn area_covers_the_row() {
        let row = rows(vec![line("a", 10.0, 50.0, 40.0), line("b", 100.0, 52.0, 40.0)]);
        let area = PixelBox { x: 10.0, y: 40.0, width: 130.0, height: 22.0 };
        assert_eq!(row[0].area, area);
        let word = PixelBox { x: 100.0, y: 42.0, width: 40.0, height: 20.0 };
        assert_eq!(row[0].words[1].area, word);
    }

    #[test]
    fn empty_page_has_no_rows() {
        assert!(rows(Vec::new()).is_empty());
    }
}
