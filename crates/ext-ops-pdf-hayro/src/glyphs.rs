//! A drawing device that draws nothing and notes down glyphs.

use ext_services::documents::DocumentError;
use hayro::hayro_interpret::font::{Glyph, GlyphRun, PositionedGlyph};
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask,
};
use hayro::hayro_syntax::object::{Dict, String as PdfString};
use hayro::kurbo::{Affine, BezPath, Point, Rect, Shape};

use crate::guard::stop;
use crate::strings::text_string;
use crate::surface::{Drawn, Sight, Surface};

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
    glyphs: Vec<(PlacedGlyph, Drawn)>,
    surface: Surface,
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
        let (glyphs, marked, surface) = (Vec::new(), Vec::new(), Surface::new(frame));
        Self { glyphs, surface, picture_area: 0.0, paths: 0, frame, marked, limit, budget }
    }

    /// Returns the glyphs that say what the page shows, in the order in which they are drawn, and the share
    /// of those that stand invisibly over what they say.
    pub(crate) fn into_text(self) -> (Vec<PlacedGlyph>, f32) {
        let surface = self.surface;
        let mut layer = 0;
        let mut said = self.glyphs;
        said.retain(|(glyph, drawn)| {
            let sight = surface.sight(glyph, *drawn);
            layer += usize::from(sight == Sight::Layer);
            sight != Sight::Hidden
        });
        let share = layer as f32 / said.len().max(1) as f32;
        (said.into_iter().map(|(glyph, _)| glyph).collect(), share)
    }

    /// Adds glyphs that a viewer draws over all others.
    pub(crate) fn add_on_top(&mut self, glyphs: Vec<PlacedGlyph>) {
        self.spend(glyphs.len());
        for glyph in glyphs {
            let drawn = self.surface.draw(&glyph, None);
            self.glyphs.push((glyph, drawn));
        }
    }

    /// Notes down a glyph, or the replacement text at the place of the first glyph it stands for.
    fn add(&mut self, mut glyph: PlacedGlyph, drawn: Drawn) {
        let outermost = self.marked.iter_mut().find(|marked| !matches!(marked, Replacement::None));
        if let Some(replacement) = outermost {
            let Replacement::Pending(text) = std::mem::replace(replacement, Replacement::Done)
            else {
                return self.widen_last(&glyph);
            };
            glyph.text = Some(text);
        }
        self.glyphs.push((glyph, drawn));
    }

    /// Extends the last glyph of a replacement text to the end of the last one that it stands for.
    fn widen_last(&mut self, glyph: &PlacedGlyph) {
        if let Some((last, _)) = self.glyphs.last_mut() {
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

/// Returns the area that a path paints on the page: of lines, only those that are broad can lie below text.
fn painted(path: Rect, transform: Affine, mode: &DrawMode) -> Option<Rect> {
    /// Least breadth of such a line, in points.
    const BROAD: f64 = 3.0;
    let area = transform.transform_rect_bbox(path);
    match mode {
        DrawMode::Stroke(stroke) => {
            let breadth = f64::from(stroke.line_width) * transform.determinant().abs().sqrt();
            (breadth >= BROAD).then(|| area.inflate(breadth / 2.0, breadth / 2.0))
        }
        DrawMode::Fill(_) | DrawMode::FillAndStroke(..) => Some(area),
        DrawMode::Invisible => None,
    }
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
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        self.spend(run.glyphs().len());
        for glyph in run.glyphs() {
            // Drawings that stand for letters may have colours of their own.
            let props_of_colour = matches!(&**glyph, Glyph::Outline(_)).then_some(&props);
            if let Some(glyph) = place(glyph, props.transform) {
                let drawn = match mode {
                    DrawMode::Invisible => self.surface.draw_without_ink(),
                    _ => self.surface.draw(&glyph, props_of_colour),
                };
                self.add(glyph, drawn);
            }
        }
    }

    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.spend(1);
        self.paths = self.paths.saturating_add(1);
        if let Some(area) = painted(path.bounding_box(), props.transform, mode) {
            self.surface.paint_shape(area);
        }
    }

    fn draw_rect(&mut self, rect: &Rect, props: DrawProps<'a>, mode: &DrawMode) {
        self.spend(1);
        if let DrawMode::Fill(_) | DrawMode::FillAndStroke(..) = mode {
            self.surface.paint_rectangle(props.transform.transform_rect_bbox(*rect), &props);
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.spend(1);
        let (width, height) = (f64::from(image.width()), f64::from(image.height()));
        let place = props.transform.transform_rect_bbox(Rect::new(0.0, 0.0, width, height));
        self.picture_area += place.intersect(self.frame).area();
        self.surface.paint_picture(place);
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.spend(CLIP_COST);
        self.surface.push_clip(clip.path.bounding_box());
    }

    fn push_clip_rect(&mut self, clip: &Rect) {
        self.spend(1);
        self.surface.push_clip(*clip);
    }

    fn push_transparency_group(
        &mut self,
        opacity: f32,
        mask: Option<SoftMask<'a>>,
        blend: BlendMode,
    ) {
        self.spend(1);
        self.surface.push_group(opacity >= 1.0 && mask.is_none() && blend == BlendMode::Normal);
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

    fn pop_clip(&mut self) {
        self.surface.pop_clip();
    }

    fn pop_transparency_group(&mut self) {
        self.surface.pop_group();
    }
}
