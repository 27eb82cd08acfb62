//! Visual rows of words, from top to bottom.

use std::f64::consts::{FRAC_PI_2, TAU};

use hayro::kurbo::Affine;

use crate::glyphs::PlacedGlyph;
use crate::words::{DOUBLE_STRIKE, WORD_GAP, Word, words};

/// A gap beyond this part of the font size separates cells; words of justified text stay below.
const CELL_GAP: f64 = 0.8;
/// Words share a row when their baselines differ by less than this part of the smaller font size.
const ROW_DRIFT: f64 = 0.4;

/// Returns the text of a page. Text that runs in another direction (a note along the margin)
/// follows after the main text. Empty when most glyphs have no known character: such a layer cannot
/// be used.
pub(crate) fn page_text(glyphs: Vec<PlacedGlyph>) -> String {
    let unknown = glyphs.iter().filter(|glyph| glyph.text.is_none()).count();
    if unknown * 2 > glyphs.len() {
        return String::new();
    }
    let blocks: Vec<String> = by_direction(glyphs).into_iter().map(block_text).collect();
    blocks.iter().filter(|text| !text.is_empty()).map(String::as_str).collect::<Vec<_>>().join("\n")
}

/// Groups glyphs by quarter turns, the fullest group first.
fn by_direction(glyphs: Vec<PlacedGlyph>) -> Vec<Vec<PlacedGlyph>> {
    let mut groups: [Vec<PlacedGlyph>; 4] = Default::default();
    for glyph in glyphs {
        let turns = (glyph.angle / FRAC_PI_2).round();
        let [right, down, left, up] = &mut groups;
        let group = match turns {
            1.0 => down,
            -1.0 => up,
            0.0 => right,
            _ => left,
        };
        group.push(glyph);
    }
    let mut groups = Vec::from(groups);
    groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
    groups
}

fn block_text(mut glyphs: Vec<PlacedGlyph>) -> String {
    let upright = Affine::rotate(-median_angle(&glyphs));
    for glyph in &mut glyphs {
        glyph.origin = upright * glyph.origin;
    }
    let rows = rows(words(&glyphs));
    rows.iter().map(|row| row_text(row)).collect::<Vec<_>>().join("\n")
}

fn median_angle(glyphs: &[PlacedGlyph]) -> f64 {
    // Text to the left lies around ±π, where the sign flips: one frame for all of them.
    let mut angles: Vec<f64> = glyphs.iter().map(|glyph| glyph.angle.rem_euclid(TAU)).collect();
    if angles.iter().all(|angle| !(FRAC_PI_2..TAU - FRAC_PI_2).contains(angle)) {
        angles = glyphs.iter().map(|glyph| glyph.angle).collect();
    }
    angles.sort_by(f64::total_cmp);
    angles.get(angles.len() / 2).copied().unwrap_or(0.0)
}

/// Returns rows from top to bottom, the words of each from left to right.
fn rows(mut words: Vec<Word>) -> Vec<Vec<Word>> {
    words.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let mut rows: Vec<Vec<Word>> = Vec::new();
    for word in words {
        match rows.last_mut() {
            Some(row) if fits(row, &word) => row.push(word),
            _ => rows.push(vec![word]),
        }
    }
    for row in &mut rows {
        row.sort_by(|a, b| a.start.total_cmp(&b.start));
        row.dedup_by(|next, kept| is_copy(kept, next));
    }
    rows
}

fn fits(row: &[Word], word: &Word) -> bool {
    let mean = row.iter().map(|other| other.baseline).sum::<f64>() / row.len() as f64;
    let smallest = row.iter().map(|other| other.size).fold(word.size, f64::min);
    (word.baseline - mean).abs() < ROW_DRIFT * smallest
}

fn is_copy(kept: &Word, next: &Word) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() < DOUBLE_STRIKE * kept.size;
    kept.text == next.text && near(kept.start, next.start)
}

fn row_text(row: &[Word]) -> String {
    let mut text = String::new();
    let mut before: Option<&Word> = None;
    for word in row {
        text.push_str(before.map_or("", |before| separator(before, word)));
        text.push_str(&word.text);
        before = Some(before.filter(|before| before.end > word.end).unwrap_or(word));
    }
    text
}

fn separator(before: &Word, word: &Word) -> &'static str {
    let gap = (word.start - before.end) / before.size.max(word.size);
    if gap > CELL_GAP {
        "  "
    } else if gap > WORD_GAP || word.after_space {
        " "
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use hayro::kurbo::Point;
    use std::f64::consts::PI;

    use super::*;

    /// Makes a text of 5-point glyphs that starts at `x`, `y` and runs in the direction of `angle`.
    fn run(text: &str, x: f64, y: f64, angle: f64) -> Vec<PlacedGlyph> {
        let glyph = |(index, char): (usize, char)| PlacedGlyph {
            text: Some(char.to_string()),
            origin: Point::new(
                x + index as f64 * 5.0 * angle.cos(),
                y + index as f64 * 5.0 * angle.sin(),
            ),
            angle,
            advance: 5.0,
            size: 10.0,
        };
        text.chars().enumerate().map(glyph).collect()
    }

    #[test]
    fn table_row_stays_on_one_line() {
        let glyphs = [
            run("Total due", 50.0, 100.0, 0.0),
            run("Date", 50.0, 80.0, 0.0),
            run("42.00", 300.0, 100.8, 0.0),
            run("2024-01-02", 300.0, 80.0, 0.0),
        ];
        assert_eq!(page_text(glyphs.concat()), "Date  2024-01-02\nTotal due  42.00");
    }

    #[test]
    fn every_direction_is_read_upright() {
        for angle in [0.02, FRAC_PI_2, PI, PI - 0.01, -PI + 0.01, -FRAC_PI_2, -0.03] {
            let side = Point::new(-angle.sin() * 14.0, angle.cos() * 14.0);
            let glyphs =
                [run("ab cd", 9.0, 9.0, angle), run("ef", 9.0 + side.x, 9.0 + side.y, angle)];
            assert_eq!(page_text(glyphs.concat()), "ab cd\nef", "angle {angle}");
        }
    }

    #[test]
    fn margin_note_follows_the_text() {
        let glyphs = [run("note", 5.0, 300.0, -FRAC_PI_2), run("main text", 50.0, 100.0, 0.0)];
        assert_eq!(page_text(glyphs.concat()), "main text\nnote");
    }

    #[test]
    fn text_drawn_twice_is_read_once() {
        let glyphs = [run("bold it", 50.0, 100.0, 0.0), run("bold it", 50.3, 100.0, 0.0)];
        assert_eq!(page_text(glyphs.concat()), "bold it");
    }

    #[test]
    fn layer_without_characters_is_no_text() {
        let mut glyphs = run("abc", 0.0, 0.0, 0.0);
        for glyph in glyphs.iter_mut().take(2) {
            glyph.text = None;
        }
        assert_eq!(page_text(glyphs), "");
    }
}
