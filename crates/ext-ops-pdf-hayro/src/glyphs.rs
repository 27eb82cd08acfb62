//! A drawing device that draws nothing and notes down glyphs.

use ext_services::documents::DocumentError;
use hayro::hayro_interpret::font::{Glyph, GlyphRun, PositionedGlyph};
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask,
};
use hayro::hayro_syntax::object::{Dict, String as PdfString};
use hayro::kurbo::{Affine, BezPath, Point, Rect};

use crate::guard::stop;
use crate::strings::text_string;

/// Glyph space of hayro: a font's em is this many units.
const UNITS_PER_EM: f64 = 1000.0;

/// One glyph on the page, in points, y downwards.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PlacedGlyph {
    /// Text that it stands for; `None` where the font does not say.
    pub(crate) text: Option<String>,
    /// Start on the baseline.
    pub(crate) origin: Point,
    /// Direction of the baseline in radians, 0 to the right, positive clockwise.
    pub(crate) angle: f64,
    /// Distance to the next glyph along the baseline.
    pub(crate) advance: f64,
    /// Font size as seen on the page.
    pub(crate) size: f64,
}

/// Replacement text of a marked content.
enum Replacement {
    /// They speak for themselves.
    None,
    /// They stand for this text (`ActualText`), which has not been noted down yet.
    Pending(String),
    /// Their text has been noted down.
    Done,
}

/// Operations that a clip counts as: whatever form is drawn sets one, and forms that draw others are
/// the way to make much work of few bytes.
const CLIP_COST: usize = 10;

/// Collector of the glyphs of one page. It ends the interpretation when `budget` operations are
/// spent.
pub(crate) struct GlyphCollector {
    /// In the order in which the page draws them.
    pub(crate) glyphs: Vec<PlacedGlyph>,
    /// Area of the pictures on the page, each for itself.
    pub(crate) picture_area: f64,
    /// Paths that are drawn.
    pub(crate) paths: u32,
    frame: Rect,
    /// The marked contents that are open, outermost first.
    marked: Vec<Replacement>,
    limit: u64,
    /// Operations that may still follow, for this page and those after it.
    pub(crate) budget: u64,
}

impl GlyphCollector {
    /// Creates a collector for a page of this size; `limit` is only named in the error, `budget` is
    /// what is left of it.
    pub(crate) fn new(frame: Rect, limit: u64, budget: u64) -> Self {
        let (glyphs, marked) = (Vec::new(), Vec::new());
        Self { glyphs, picture_area: 0.0, paths: 0, frame, marked, limit, budget }
    }

    /// Notes down a glyph, or the replacement text at the place of the first glyph it stands for.
    fn add(&mut self, mut glyph: PlacedGlyph) {
        let outermost = self.marked.iter_mut().find(|marked| !matches!(marked, Replacement::None));
        if let Some(replacement) = outermost {
            let Replacement::Pending(text) = std::mem::replace(replacement, Replacement::Done)
            else {
                return self.widen_last(&glyph);
            };
            glyph.text = Some(text);
        }
        self.glyphs.push(glyph);
    }

    /// Extends the last glyph of a replacement text to the end of the last one that it stands for.
    fn widen_last(&mut self, glyph: &PlacedGlyph) {
        if let Some(last) = self.glyphs.last_mut() {
            let reach = (glyph.origin - last.origin).hypot() + glyph.advance;
            last.advance = last.advance.max(reach);
        }
    }

    fn spend(&mut self, operations: usize) {
        match self.budget.checked_sub(operations as u64) {
            Some(left) => self.budget = left,
            None => stop(DocumentError::TooLarge {
                what: "drawing operations",
                got: self.limit.saturating_add(1),
                limit: self.limit,
            }),
        }
    }
}

/// Places `glyph` on the page; `None` for a transform that shows nothing.
fn place(glyph: &PositionedGlyph<'_>, page: Affine) -> Option<PlacedGlyph> {
    let transform = page * glyph.transform();
    let origin = transform * Point::ZERO;
    let along = transform * Point::new(UNITS_PER_EM, 0.0) - origin;
    let size = (transform * Point::new(0.0, UNITS_PER_EM) - origin).hypot();
    let advance = along.hypot() * advance_width(glyph) / UNITS_PER_EM;
    let visible = origin.is_finite() && advance.is_finite() && size.is_normal();
    visible.then(|| PlacedGlyph {
        text: glyph.as_unicode().map(into_string).filter(|text| text != "\0"),
        origin,
        angle: along.y.atan2(along.x),
        advance,
        size,
    })
}

fn advance_width(glyph: &Glyph<'_>) -> f64 {
    let width = match glyph {
        Glyph::Outline(outline) => outline.advance_width(),
        Glyph::Type3(drawn) => drawn.advance_width(),
    };
    // Half an em is a usual mean where a font states no widths.
    f64::from(width.unwrap_or(500.0)).max(0.0)
}

fn into_string(text: BfString) -> String {
    match text {
        BfString::Char(char) => char.to_string(),
        BfString::String(string) => string,
    }
}

impl<'a> Device<'a> for GlyphCollector {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        self.spend(run.glyphs().len());
        for glyph in run.glyphs().iter().filter_map(|glyph| place(glyph, props.transform)) {
            self.add(glyph);
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {
        self.spend(1);
        self.paths = self.paths.saturating_add(1);
    }

    fn draw_rect(&mut self, _: &Rect, _: DrawProps<'a>, _: &DrawMode) {
        self.spend(1);
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.spend(1);
        let (width, height) = (f64::from(image.width()), f64::from(image.height()));
        let place = props.transform.transform_rect_bbox(Rect::new(0.0, 0.0, width, height));
        self.picture_area += place.intersect(self.frame).area();
    }

    fn push_clip_path(&mut self, _: &ClipPath) {
        self.spend(CLIP_COST);
    }

    fn push_clip_rect(&mut self, _: &Rect) {
        self.spend(1);
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.spend(1);
    }

    fn begin_marked_content(&mut self, _: &[u8], properties: Option<&Dict<'_>>) {
        self.spend(1);
        let text = properties.and_then(|properties| properties.get::<PdfString<'_>>("ActualText"));
        self.marked.push(match text {
            Some(text) => Replacement::Pending(text_string(text.as_bytes())),
            None => Replacement::None,
        });
    }

    fn end_marked_content(&mut self) {
        self.marked.pop();
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}
