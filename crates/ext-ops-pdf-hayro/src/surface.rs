//! The painted surface of a page, as far as it tells which glyphs can be seen.
//!
//! Glyphs cannot be seen that are drawn invisibly, in the colour of what is below them, under a
//! rectangle, or outside of the clip or the page. Such text is what others wrote into the file and
//! nobody reads on the page: a former total, a template, words for a search engine. Over a picture,
//! and over letters that are drawn as outlines, it is what a program read there.

use hayro::hayro_interpret::{BlendMode, DrawProps, Paint};
use hayro::kurbo::{Point, Rect, Vec2};

use crate::glyphs::PlacedGlyph;

/// Most areas that are noted down. A page that paints more is taken to show all of its text.
const MAX_AREAS: usize = 2048;
/// Shortest side of a page, in points.
const MIN_SIDE: f64 = 10.0;
/// Colours whose channels differ by less look the same, of 1.
const SAME_COLOUR: f32 = 0.05;
/// Less opacity than this shows nothing.
const LEAST_OPACITY: f32 = 0.05;
/// Opacity from which on nothing below can be seen.
const OPAQUE: f32 = 0.99;
/// Heights above the baseline, in font sizes, between which every letter has ink. A line that strikes a
/// letter through covers one of them at most.
const INK: [f64; 2] = [0.05, 0.4];
/// A shape that is higher than so many font sizes is no outline of a letter.
const MAX_OUTLINE: f64 = 3.0;

/// Colour of the paper.
const PAPER: [f32; 3] = [1.0, 1.0, 1.0];

/// What was painted so far.
pub(crate) struct Surface {
    frame: Rect,
    painted: Vec<Painted>,
    is_full: bool,
    clips: Vec<Rect>,
    /// For each open group, whether it leaves what is drawn in it as it is.
    groups: Vec<bool>,
}

/// An area that was painted.
struct Painted {
    area: Rect,
    paint: Ground,
}

/// What an area looks like.
#[derive(Clone, Copy)]
enum Ground {
    /// A rectangle of one colour, without anything that shines through.
    Opaque([f32; 3]),
    /// Some shape, which may leave parts of the area as they were.
    Shape,
    Picture,
}

/// How a glyph was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Drawn {
    /// Number of areas that had been painted before.
    painted: usize,
    is_hidden: bool,
}

/// What can be seen of a glyph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sight {
    Seen,
    /// It is hidden where something else is drawn that can be read.
    Layer,
    Hidden,
}

impl Surface {
    pub(crate) fn new(frame: Rect) -> Self {
        // A page that is narrower than a letter states its size wrong.
        let is_sound = frame.width().min(frame.height()) >= MIN_SIDE;
        let everywhere = Rect::new(-f64::MAX, -f64::MAX, f64::MAX, f64::MAX);
        let frame = if is_sound { frame } else { everywhere };
        let (painted, clips, groups) = (Vec::new(), vec![frame], Vec::new());
        Self { frame, painted, is_full: false, clips, groups }
    }

    pub(crate) fn push_clip(&mut self, clip: Rect) {
        let now = self.clip().intersect(clip);
        self.clips.push(now);
    }

    pub(crate) fn pop_clip(&mut self) {
        self.clips.pop();
    }

    pub(crate) fn push_group(&mut self, is_plain: bool) {
        self.groups.push(is_plain);
    }

    pub(crate) fn pop_group(&mut self) {
        self.groups.pop();
    }

    pub(crate) fn paint_picture(&mut self, area: Rect) {
        self.paint(area, Ground::Picture);
    }

    pub(crate) fn paint_rectangle(&mut self, area: Rect, props: &DrawProps<'_>) {
        let is_plain = self.groups.iter().all(|is_plain| *is_plain) && props.soft_mask.is_none();
        let ground = match colour(props) {
            Some((colour, opacity)) if is_plain && opacity >= OPAQUE => Ground::Opaque(colour),
            _ => Ground::Shape,
        };
        self.paint(area, ground);
    }

    pub(crate) fn paint_shape(&mut self, area: Rect) {
        self.paint(area, Ground::Shape);
    }

    /// Returns how a glyph with ink is drawn now; `props` of one that shows its colour.
    pub(crate) fn draw(&self, glyph: &PlacedGlyph, props: Option<&DrawProps<'_>>) -> Drawn {
        let middle = ink(glyph)[1];
        let has_colour_of_ground = match props.map(colour) {
            Some(Some((colour, opacity))) => {
                opacity < LEAST_OPACITY || self.is_like_ground(middle, colour)
            }
            _ => false,
        };
        let is_hidden = has_colour_of_ground || !self.clip().contains(middle);
        Drawn { painted: self.painted.len(), is_hidden }
    }

    /// Returns how a glyph without ink is drawn now.
    pub(crate) fn draw_without_ink(&self) -> Drawn {
        Drawn { painted: self.painted.len(), is_hidden: true }
    }

    /// Returns what can be seen of a glyph when all is painted.
    pub(crate) fn sight(&self, glyph: &PlacedGlyph, drawn: Drawn) -> Sight {
        match () {
            () if !drawn.is_hidden && !self.covers(glyph, drawn.painted) => Sight::Seen,
            () if self.shows_more(glyph) => Sight::Layer,
            () => Sight::Hidden,
        }
    }

    fn paint(&mut self, area: Rect, paint: Ground) {
        let area = area.intersect(self.clip());
        if self.painted.len() >= MAX_AREAS {
            self.is_full = true;
        } else if area.is_finite() && !area.is_zero_area() {
            self.painted.push(Painted { area, paint });
        }
    }

    fn clip(&self) -> Rect {
        self.clips.last().copied().unwrap_or(self.frame)
    }

    /// Tells whether a colour cannot be told from what was painted at a place.
    fn is_like_ground(&self, at: Point, colour: [f32; 3]) -> bool {
        let below = self.painted.iter().rev().find(|painted| painted.area.contains(at));
        let ground = match below.map(|painted| painted.paint) {
            None => PAPER,
            Some(Ground::Opaque(ground)) => ground,
            Some(Ground::Shape | Ground::Picture) => return false,
        };
        let differs = |(one, other): (f32, f32)| (one - other).abs() >= SAME_COLOUR;
        !self.is_full && !std::iter::zip(colour, ground).any(differs)
    }

    /// Tells whether a rectangle that was painted later lies over a glyph.
    fn covers(&self, glyph: &PlacedGlyph, painted: usize) -> bool {
        let later = self.painted.get(painted..).unwrap_or_default();
        let ink = ink(glyph);
        later.iter().any(|painted| {
            let is_opaque = matches!(painted.paint, Ground::Opaque(_));
            is_opaque && ink.iter().all(|point| painted.area.contains(*point))
        })
    }

    /// Tells whether something is drawn at the place of a glyph that may be the same in other form.
    fn shows_more(&self, glyph: &PlacedGlyph) -> bool {
        let [_, middle] = ink(glyph);
        let reads = |painted: &Painted| match painted.paint {
            Ground::Picture => true,
            Ground::Shape => painted.area.height() <= MAX_OUTLINE * glyph.size,
            Ground::Opaque(_) => false,
        };
        let is_here = |painted: &Painted| painted.area.contains(middle);
        self.is_full || self.painted.iter().any(|painted| is_here(painted) && reads(painted))
    }
}

/// Returns the places of a glyph at [`INK`].
fn ink(glyph: &PlacedGlyph) -> [Point; 2] {
    let along = Vec2::from_angle(glyph.angle);
    let up = Vec2::new(along.y, -along.x);
    INK.map(|height| glyph.origin + along * (glyph.advance / 2.0) + up * (height * glyph.size))
}

/// Returns colour and opacity of what covers what is below; `None` for patterns and for mixtures.
fn colour(props: &DrawProps<'_>) -> Option<([f32; 3], f32)> {
    match &props.paint {
        Paint::Color(colour) if props.blend_mode == BlendMode::Normal => {
            let [red, green, blue, alpha] = colour.to_rgba().components();
            Some(([red, green, blue], alpha))
        }
        _ => None,
    }
}
