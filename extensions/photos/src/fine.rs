//! A second look at two pictures that are alike at the first one: field by field, in more detail.
//!
//! Receipts of one layout, or two pages of text, differ in a few words, which the brightness of a coarse grid
//! does not show. Copies of one picture agree in nearly all small fields that show anything, once a cut of one
//! of them is undone; documents that differ do not agree where their words are others.

use std::io::Cursor;
use std::ops::RangeInclusive;

use image::codecs::jpeg::JpegDecoder;
use image::imageops::{self, FilterType};
use image::{DynamicImage, GrayImage};

use crate::look::Turn;

/// Most pixels of a side in which two pictures are compared.
const SIDE: u32 = 256;
/// Side of a field, in pixels.
const FIELD: usize = 8;
/// Least standard deviation of brightness of a field that shows anything.
const LEAST_CONTRAST: f32 = 10.0;
/// Least correlation of two fields that agree.
const FIELD_ALIKE: f32 = 0.6;
/// Least share of fields that agree in pictures that are one.
const LEAST_AGREEING: f32 = 0.985;
/// Correlation of the means along both sides from which on nothing is cut away.
const UNCUT: f32 = 0.95;
/// Steps of a search for the cut, each of a 400th of a side: up to 5.5 % may be cut away.
const CUT_STEPS: RangeInclusive<i16> = -22..=22;
const STEP: f32 = 1.0 / 400.0;

/// The brightness of a picture in up to [`SIDE`] pixels a side.
#[derive(Debug)]
pub(crate) struct Fine(GrayImage);

/// The place in one picture of what is in another one, along one side, in parts of it.
#[derive(Debug, Clone, Copy)]
struct Cut {
    from: f32,
    scale: f32,
}

/// The cut of a picture that has nothing cut away.
const WHOLE: Cut = Cut { from: 0.0, scale: 1.0 };

impl Fine {
    /// Decodes a JPEG; `None` for one that is damaged.
    pub(crate) fn of_jpeg(file: &[u8]) -> Option<Self> {
        let decoder = JpegDecoder::new(Cursor::new(file)).ok()?;
        let picture = DynamicImage::from_decoder(decoder).ok()?.into_luma8();
        Some(Self(within(&picture, picture.width().min(SIDE), picture.height().min(SIDE))))
    }

    /// Returns whether another picture, which is this one turned so, is the same in detail.
    pub(crate) fn is_same(&self, other: &Self, turn: Turn) -> bool {
        let other = turn.undo(&other.0);
        // What the smaller one does not show cannot be compared.
        let (width, height) =
            (self.0.width().min(other.width()), self.0.height().min(other.height()));
        let [one, two] = [&self.0, &other].map(|picture| within(picture, width, height));
        let (one, two) = (Plane::of(&one), Plane::of(&two));
        if one.agrees(&two) {
            return true;
        }
        // To search for a cut takes ten times as long as to compare, and most documents have none.
        let sides = [(one.columns(), two.columns()), (one.rows(), two.rows())].map(Side::of);
        if sides.iter().all(|side| side.alike(WHOLE) >= UNCUT) {
            return false;
        }
        let [across, down] = sides.map(|side| side.cut());
        one.agrees(&two.cut(across, down))
    }
}

fn within(picture: &GrayImage, width: u32, height: u32) -> GrayImage {
    match picture.dimensions() == (width, height) {
        true => picture.clone(),
        false => imageops::resize(picture, width, height, FilterType::Triangle),
    }
}

/// Brightness values in rows; those outside of a picture are not numbers.
struct Plane {
    width: usize,
    values: Vec<f32>,
}

impl Plane {
    fn of(picture: &GrayImage) -> Self {
        let width = usize::try_from(picture.width()).unwrap_or_default().max(1);
        Self { width, values: picture.as_raw().iter().map(|value| f32::from(*value)).collect() }
    }

    fn height(&self) -> usize {
        self.values.len() / self.width
    }

    /// Returns the mean brightness of each row.
    fn rows(&self) -> Vec<f32> {
        self.values
            .chunks(self.width)
            .map(|row| row.iter().sum::<f32>() / count(row.len()))
            .collect()
    }

    /// Returns the mean brightness of each column.
    fn columns(&self) -> Vec<f32> {
        let mut sums = vec![0.0; self.width];
        for row in self.values.chunks(self.width) {
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
        sums.into_iter().map(|sum| sum / count(self.height())).collect()
    }

    /// Returns the part of the picture that another one shows, in as many pixels.
    fn cut(&self, across: Cut, down: Cut) -> Self {
        let columns: Vec<f32> = (0..self.width).map(|x| across.place(x, self.width)).collect();
        let rows = (0..self.height()).map(|y| down.place(y, self.height()));
        let values = rows.flat_map(|y| columns.iter().map(move |x| self.between(*x, y)));
        Self { width: self.width, values: values.collect() }
    }

    /// Returns the brightness at a place between pixels; not a number outside.
    fn between(&self, x: f32, y: f32) -> f32 {
        let Some((top, part)) = split(y) else { return f32::NAN };
        let row = |y: usize| self.values.get(y * self.width..(y + 1) * self.width);
        let upper = mix(row(top).unwrap_or_default(), x);
        let lower = row(top + 1).map_or(upper, |row| mix(row, x));
        upper + (lower - upper) * part
    }

    /// Returns whether enough of the fields agree, of those that show anything in one of the two. A picture
    /// without any is told by the first look alone.
    fn agrees(&self, other: &Self) -> bool {
        let fields = self.height().div_ceil(FIELD) * self.width.div_ceil(FIELD);
        let may_differ = |all: usize| count(all) * (1.0 - LEAST_AGREEING);
        let (mut differing, mut all) = (0, 0);
        for top in (0..self.height()).step_by(FIELD) {
            for left in (0..self.width).step_by(FIELD) {
                let Some(alike) = self.field_alike(other, left, top) else { continue };
                all += 1;
                differing += usize::from(alike < FIELD_ALIKE);
            }
            if count(differing) > may_differ(fields) {
                return false;
            }
        }
        count(differing) <= may_differ(all)
    }

    /// Returns the correlation of a field; `None` where neither shows anything, or a part is outside.
    fn field_alike(&self, other: &Self, left: usize, top: usize) -> Option<f32> {
        let places = (top..top + FIELD).map(|y| y * self.width + left);
        let rows = places.filter_map(|at| {
            let end = at + FIELD.min(self.width.saturating_sub(left));
            Some((self.values.get(at..end)?, other.values.get(at..end)?))
        });
        let pairs = rows.flat_map(|(one, two)| one.iter().copied().zip(two.iter().copied()));
        let sums = pairs.fold(Sums::default(), Sums::with);
        let [one, two] = sums.deviations();
        let shows = one.max(two) >= LEAST_CONTRAST;
        // Not a number is neither.
        (shows && sums.product.is_finite()).then(|| sums.correlation())
    }
}

/// Sums of pairs of values, for their correlation.
#[derive(Default)]
struct Sums {
    count: f32,
    one: [f32; 2],
    two: [f32; 2],
    product: f32,
}

impl Sums {
    fn with(self, (one, two): (f32, f32)) -> Self {
        Self {
            count: self.count + 1.0,
            one: [self.one[0] + one, self.one[1] + one * one],
            two: [self.two[0] + two, self.two[1] + two * two],
            product: self.product + one * two,
        }
    }

    fn deviations(&self) -> [f32; 2] {
        [self.one, self.two].map(|[sum, squares]| {
            let mean = sum / self.count;
            (squares / self.count - mean * mean).max(0.0).sqrt()
        })
    }

    fn correlation(&self) -> f32 {
        let [one, two] = self.deviations();
        let together = self.product / self.count - self.one[0] * self.two[0] / self.count.powi(2);
        if one * two > 0.0 { together / (one * two) } else { 0.0 }
    }
}

impl Cut {
    /// Returns the place in the other picture of a pixel of one, in pixels.
    fn place(self, at: usize, length: usize) -> f32 {
        let length = count(length);
        (self.from + (count(at) + 0.5) / length * self.scale) * length - 0.5
    }
}

/// The means along one side of two pictures, without what changes slowly.
struct Side([Vec<f32>; 2]);

impl Side {
    fn of((one, two): (Vec<f32>, Vec<f32>)) -> Self {
        Self([one, two].map(|means| without_slow_changes(&means)))
    }

    /// Returns the correlation of the means where the second picture is cut so.
    fn alike(&self, cut: Cut) -> f32 {
        let Self([one, two]) = self;
        let placed = one.iter().enumerate();
        let placed = placed.map(|(at, value)| (*value, mix(two, cut.place(at, one.len()))));
        placed.filter(|(_, two)| two.is_finite()).fold(Sums::default(), Sums::with).correlation()
    }

    /// Finds where the means of the first picture are in those of the second one.
    fn cut(&self) -> Cut {
        let cuts = CUT_STEPS.flat_map(|more| {
            let scale = 1.0 + f32::from(more) * STEP;
            // What is cut away is at one end, at the other, or shared by both.
            let ends = if more < 0 { 0..=-more } else { -more..=0 };
            ends.map(move |from| Cut { from: f32::from(from) * STEP, scale })
        });
        let alike = cuts.map(|cut| (self.alike(cut), cut));
        let best = alike.max_by(|(one, _), (two, _)| one.total_cmp(two));
        best.map_or(WHOLE, |(_, cut)| cut)
    }
}

fn without_slow_changes(values: &[f32]) -> Vec<f32> {
    const AROUND: usize = 8;
    let mean = |at: usize| {
        let near = at.saturating_sub(AROUND)..(at + AROUND + 1).min(values.len());
        let near = values.get(near).unwrap_or_default();
        near.iter().sum::<f32>() / count(near.len())
    };
    values.iter().enumerate().map(|(at, value)| value - mean(at)).collect()
}

/// Splits a place into the pixel before it and the part of the way to the next; half a pixel before the first
/// is the first.
fn split(place: f32) -> Option<(usize, f32)> {
    let place = if (-0.5..0.0).contains(&place) { 0.0 } else { place };
    let whole = place.floor();
    let is_inside = (0.0..65_536.0).contains(&whole);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is inside")]
    is_inside.then_some((whole as usize, place - whole))
}

/// Returns the value at a place between two; not a number outside.
fn mix(values: &[f32], place: f32) -> f32 {
    let Some((left, part)) = split(place) else { return f32::NAN };
    let Some(before) = values.get(left) else { return f32::NAN };
    let next = values.get(left + 1).unwrap_or(before);
    before + (next - before) * part
}

fn count(number: usize) -> f32 {
    u16::try_from(number).map_or(f32::INFINITY, f32::from)
}
