//! Values of form fields without an appearance: many programs that fill in a form leave it to the viewer to
//! draw what was filled in (ISO 32000-1, 12.7.2, `NeedAppearances`).

use hayro::hayro_interpret::util::RectExt;
use hayro::hayro_syntax::object::{Array, Dict, Name, Rect as PdfRect, String as PdfString};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{Affine, Point, Rect};

use crate::glyphs::PlacedGlyph;
use crate::strings::text_string;

/// Most fields of a page.
const MAX_FIELDS: usize = 10_000;
/// Most characters of a field.
const MAX_CHARACTERS: usize = 10_000;
/// Deeper fields than this are loops or mischief.
const MAX_DEPTH: u32 = 16;
/// Flags of annotations that are not shown: hidden, not viewed.
const NOT_SHOWN: u32 = 1 << 1 | 1 << 5;
/// Flags of a text field: several lines; a password.
const MULTILINE: u32 = 1 << 12;
const PASSWORD: u32 = 1 << 13;
/// Font size of a field, in points, and height of a line and mean width of a letter in font sizes.
const SIZE: f64 = 12.0;
const LINE: f64 = 1.15;
const WIDTH: f64 = 0.5;
/// Distance of the text from the edge of its field, in points.
const INDENT: f64 = 2.0;

/// A field that is to be drawn.
struct Field {
    area: Rect,
    text: String,
    is_multiline: bool,
}

/// Sets the values of the fields of a page where a viewer would draw them.
pub(crate) fn glyphs(page: &Page<'_>, transform: Affine) -> Vec<PlacedGlyph> {
    let Some(annotations) = page.raw().get::<Array<'_>>("Annots") else { return Vec::new() };
    let fields = annotations.iter::<Dict<'_>>().take(MAX_FIELDS).filter_map(|it| field(&it));
    fields.flat_map(|field| field.set(transform)).collect()
}

fn field(annotation: &Dict<'_>) -> Option<Field> {
    let is_widget = annotation.get::<Name<'_>>("Subtype")?.as_str() == "Widget";
    let is_shown = annotation.get::<u32>("F").unwrap_or(0) & NOT_SHOWN == 0;
    if !is_widget || !is_shown || annotation.contains_key("AP") {
        return None;
    }
    let kind = inherited(annotation, &|field| field.get::<Name<'_>>("FT"))?;
    let flags = inherited(annotation, &|field| field.get::<u32>("Ff")).unwrap_or(0);
    let is_text = kind.as_str() == "Tx" && flags & PASSWORD == 0;
    if !is_text && kind.as_str() != "Ch" {
        return None;
    }
    let value = inherited(annotation, &|field| field.get::<PdfString<'_>>("V"))?;
    let text = text_string(value.as_bytes()).chars().take(MAX_CHARACTERS).collect();
    let area = annotation.get::<PdfRect>("Rect")?.to_kurbo();
    Some(Field { area, text, is_multiline: is_text && flags & MULTILINE != 0 })
}

/// Looks a value up in a field and in those above it.
fn inherited<'a, T>(field: &Dict<'a>, get: &dyn Fn(&Dict<'a>) -> Option<T>) -> Option<T> {
    let parent = |field: &Dict<'a>| field.get::<Dict<'a>>("Parent");
    let mut above = (0..MAX_DEPTH).scan(Some(field.clone()), |next, _| {
        let field = next.take()?;
        *next = parent(&field);
        Some(field)
    });
    above.find_map(|field| get(&field))
}

impl Field {
    fn set(&self, transform: Affine) -> Vec<PlacedGlyph> {
        let lines: Vec<&str> =
            self.text.split(['\r', '\n']).filter(|line| !line.is_empty()).collect();
        let height = self.area.height();
        let size = SIZE.min(height / LINE / lines.len().max(1) as f64).max(1.0);
        // One line stands in the middle, several begin at the top.
        let top = if self.is_multiline { 0.0 } else { (height - size * LINE).max(0.0) / 2.0 };
        let baseline = |line: usize| self.area.max_y() - top - size * (0.9 + line as f64 * LINE);
        let set = |(line, text): (usize, &&str)| {
            let start = Point::new(self.area.min_x() + INDENT, baseline(line));
            row(text, start, size, transform)
        };
        lines.iter().enumerate().flat_map(set).collect()
    }
}

fn row(text: &str, start: Point, size: f64, transform: Affine) -> Vec<PlacedGlyph> {
    let along = transform * Point::new(1.0, 0.0) - transform * Point::ZERO;
    let step = size * WIDTH;
    let glyph = |(index, character): (usize, char)| PlacedGlyph {
        text: Some(character.to_string()),
        origin: transform * Point::new(start.x + index as f64 * step, start.y),
        angle: along.y.atan2(along.x),
        advance: step * along.hypot(),
        size: size * along.hypot(),
    };
    text.chars().enumerate().map(glyph).collect()
}
