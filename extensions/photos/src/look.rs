//! The look of a picture: hashes by which pictures that may be alike are found, and the comparison that
//! decides.
//!
//! A hash says for each pair of neighbouring fields of a coarse grid which is brighter (double gradient of
//! `image_hasher`), so it survives another size and compression. It is kept for each of the four ways in
//! which a picture can be turned. Two pictures whose hashes are near are then compared by their brightness
//! without its slow changes, because a sky above a field looks like any other one in a coarse grid.

use image::{GrayImage, imageops};
use image_hasher::{HashAlg, HasherConfig};
use serde::{Deserialize, Serialize};

/// Side of the square of brightness values that a picture is pressed into.
pub(crate) const SIDE: u32 = 32;
/// Side of the square in which two pictures are compared.
const GRID: usize = 16;
/// Numbers of a hash: 144 bits.
const WORDS: usize = 5;
/// The same in wide words.
const WIDE_WORDS: usize = WORDS.div_ceil(2);
/// Most bits of two hashes that may differ where pictures are compared.
const MOST_BITS: u32 = 36;
/// Least likeness of pictures that are alike.
pub(crate) const ALIKE: f64 = 0.7;
/// Least standard deviation of brightness for a picture that can be told from others.
const LEAST_CONTRAST: f64 = 4.0;

/// The hash of a picture that is turned one way.
type Hash = [u32; WORDS];

/// Hashes of a picture, of itself and turned by 90, 180 and 270 degrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hashes(pub(crate) [Hash; 4]);

/// The hashes of a picture in the form in which very many are compared: side by side, in wide words.
///
/// A quarter of the bits may differ, so no index of parts of a hash or of distances leaves any pair out: all
/// pairs are compared, and that has to be cheap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WideHashes([[u64; WIDE_WORDS]; 4]);

impl From<&Hashes> for WideHashes {
    fn from(hashes: &Hashes) -> Self {
        Self(hashes.0.map(|hash| {
            let mut wide = [0; WIDE_WORDS];
            for (word, pair) in wide.iter_mut().zip(hash.chunks(2)) {
                *word = pair.iter().fold(0, |word, part| word << 32 | u64::from(*part));
            }
            wide
        }))
    }
}

impl WideHashes {
    /// Returns whether a picture may look like another one, turned or not.
    pub(crate) fn may_be_alike(&self, other: &Self) -> bool {
        let [own, ..] = &self.0;
        let differ = |turned: &[u64; WIDE_WORDS]| {
            own.iter().zip(turned).map(|(one, two)| (one ^ two).count_ones()).sum::<u32>()
        };
        other.0.iter().any(|turned| differ(turned) <= MOST_BITS)
    }
}

/// The brightness of a picture in a square of [`SIDE`].
#[derive(Debug, Clone)]
pub(crate) struct Look(GrayImage);

impl Look {
    /// Takes brightness values, row by row; `None` where they are not those of the square.
    pub(crate) fn new(luma: Vec<u8>) -> Option<Self> {
        GrayImage::from_raw(SIDE, SIDE, luma).map(Self)
    }

    /// Makes the hashes; `None` for a picture of one colour, which looks like every other one.
    pub(crate) fn hashes(&self) -> Option<Hashes> {
        if self.contrast() < LEAST_CONTRAST {
            return None;
        }
        let hasher =
            HasherConfig::new().hash_alg(HashAlg::DoubleGradient).hash_size(16, 16).to_hasher();
        Some(Hashes(self.turns().map(|turned| words(hasher.hash_image(&turned).as_bytes()))))
    }

    fn turns(&self) -> [GrayImage; 4] {
        let picture = &self.0;
        [
            picture.clone(),
            imageops::rotate90(picture),
            imageops::rotate180(picture),
            imageops::rotate270(picture),
        ]
    }

    fn contrast(&self) -> f64 {
        let values: Vec<f64> = self.0.as_raw().iter().map(|luma| f64::from(*luma)).collect();
        let count = f64::from(SIDE * SIDE);
        let mean = values.iter().sum::<f64>() / count;
        (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt()
    }

    /// Returns the details by which the picture is compared with others.
    pub(crate) fn details(&self) -> Details {
        Details::of(&self.0)
    }
}

/// The brightness of a picture in a grid without what changes slowly: each field less the mean around it, on
/// a scale on which the squares come to 1. A picture in one colour has none.
#[derive(Debug, Clone)]
pub(crate) struct Details(Vec<f64>);

impl Details {
    fn of(picture: &GrayImage) -> Self {
        let values = without_slow_changes(picture);
        let length = values.iter().map(|value| value * value).sum::<f64>().sqrt();
        let scale = if length > 0.0 { 1.0 / length } else { 0.0 };
        Self(values.into_iter().map(|value| value * scale).collect())
    }

    /// Returns how much two pictures look alike, up to 1, and how the other one is turned where they do most:
    /// their correlation, since the means are near zero.
    pub(crate) fn likeness(&self, other: &Self) -> (f64, Turn) {
        let correlation = |turn: Turn| {
            let values = self.0.iter().enumerate();
            let place = |at: usize| turn.place(at % GRID, at / GRID);
            let pairs = values.filter_map(|(at, value)| Some(value * other.0.get(place(at))?));
            (pairs.sum::<f64>(), turn)
        };
        let turns = [Turn::Right, Turn::Over, Turn::Left].map(correlation);
        let better = |one: (f64, Turn), two: (f64, Turn)| if two.0 > one.0 { two } else { one };
        turns.into_iter().fold(correlation(Turn::None), better)
    }
}

/// The turn of a picture against another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    None,
    Right,
    Over,
    Left,
}

impl Turn {
    /// Returns the place in a turned grid of a field of the grid.
    const fn place(self, x: usize, y: usize) -> usize {
        let last = GRID - 1;
        match self {
            Self::None => y * GRID + x,
            Self::Right => x * GRID + (last - y),
            Self::Over => (last - y) * GRID + (last - x),
            Self::Left => (last - x) * GRID + y,
        }
    }

    /// Turns a picture back.
    pub(crate) fn undo(self, picture: &GrayImage) -> GrayImage {
        match self {
            Self::None => picture.clone(),
            Self::Right => imageops::rotate270(picture),
            Self::Over => imageops::rotate180(picture),
            Self::Left => imageops::rotate90(picture),
        }
    }
}

fn words(bytes: &[u8]) -> Hash {
    let mut words = [0; WORDS];
    for (word, chunk) in words.iter_mut().zip(bytes.chunks(4)) {
        *word = chunk.iter().fold(0, |word, byte| word << 8 | u32::from(*byte));
    }
    words
}

/// Returns the brightness in a grid without what changes slowly: each field less the mean around it.
fn without_slow_changes(picture: &GrayImage) -> Vec<f64> {
    let side = u32::try_from(GRID).unwrap_or(SIDE);
    let small = imageops::thumbnail(picture, side, side);
    let at = |x: usize, y: usize| {
        small.as_raw().get(y * GRID + x).copied().map(f64::from).unwrap_or_default()
    };
    let around = |x: usize, y: usize| {
        let near = |center: usize| center.saturating_sub(2)..(center + 3).min(GRID);
        let values: Vec<f64> =
            near(y).flat_map(|y| near(x).map(move |x| (x, y))).map(|(x, y)| at(x, y)).collect();
        let count = u32::try_from(values.len()).unwrap_or(1);
        values.iter().sum::<f64>() / f64::from(count.max(1))
    };
    (0..GRID)
        .flat_map(|y| (0..GRID).map(move |x| (x, y)))
        .map(|(x, y)| at(x, y) - around(x, y))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn look(value: impl Fn(u32, u32) -> u8) -> Look {
        Look(GrayImage::from_fn(SIDE, SIDE, |x, y| image::Luma([value(x, y)])))
    }

    #[test]
    fn a_picture_of_one_colour_has_no_hashes() {
        assert_eq!(look(|_, _| 90).hashes(), None);
        assert!(look(|x, y| u8::try_from((x * 5 + y * 3) % 256).unwrap()).hashes().is_some());
        assert!(Look::new(vec![0; 10]).is_none());
    }

    proptest! {
        #[test]
        fn a_turned_picture_is_alike(luma in prop::collection::vec(any::<u8>(), 1024), turn in 0..4_usize) {
            let look = Look::new(luma).unwrap();
            let turned = Look(look.turns()[turn].clone());
            let (likeness, turned_so) = look.details().likeness(&turned.details());
            prop_assert!(likeness > 0.999);
            prop_assert_eq!(turned_so.undo(&turned.0), look.0.clone());
            let [own, other] = [look, turned].map(|look| WideHashes::from(&look.hashes().unwrap()));
            prop_assert!(own.may_be_alike(&other) && other.may_be_alike(&own));
        }

        #[test]
        fn pictures_of_noise_are_not_alike(
            one in prop::collection::vec(any::<u8>(), 1024), two in prop::collection::vec(any::<u8>(), 1024),
        ) {
            let [one, two] = [one, two].map(|luma| Look::new(luma).unwrap().details());
            prop_assert!(one.likeness(&two).0 < ALIKE);
        }

        #[test]
        fn wide_words_tell_hashes_apart_as_narrow_ones_do(
            one in any::<[Hash; 4]>(), flips in prop::collection::vec(0..144_usize, 0..80),
        ) {
            let [mut two, _, _, _] = one;
            for flip in &flips {
                two[flip / 32] ^= 1 << (flip % 32);
            }
            let bits = |turned: &Hash| {
                two.iter().zip(turned).map(|(one, two)| (one ^ two).count_ones()).sum::<u32>()
            };
            let wanted = one.iter().any(|turned| bits(turned) <= MOST_BITS);
            let two = WideHashes::from(&Hashes([two; 4]));
            prop_assert_eq!(two.may_be_alike(&WideHashes::from(&Hashes(one))), wanted);
        }
    }
}
