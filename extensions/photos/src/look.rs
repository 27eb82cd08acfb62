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

impl Hashes {
    /// Returns whether a picture may look like another one, turned or not.
    pub(crate) fn may_be_alike(&self, other: &Self) -> bool {
        let [own, ..] = &self.0;
        other.0.iter().any(|turned| are_near(own, turned))
    }
}

fn are_near(one: &Hash, two: &Hash) -> bool {
    let mut left = MOST_BITS;
    one.iter().zip(two).all(|(one, two)| match left.checked_sub((one ^ two).count_ones()) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    })
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

    /// Returns how much two pictures look alike, the better of all turns, up to 1.
    pub(crate) fn likeness(&self, other: &Self) -> f64 {
        let own = details(&self.0);
        let turns = other.turns().map(|turned| correlation(&own, &details(&turned)));
        turns.into_iter().fold(-1.0, f64::max)
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
fn details(picture: &GrayImage) -> Vec<f64> {
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

/// Returns the correlation of two series whose means are near zero.
fn correlation(one: &[f64], two: &[f64]) -> f64 {
    let sum =
        |one: &[f64], two: &[f64]| one.iter().zip(two).map(|(one, two)| one * two).sum::<f64>();
    let length = (sum(one, one) * sum(two, two)).sqrt();
    if length > 0.0 { sum(one, two) / length } else { 0.0 }
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
            prop_assert!(look.likeness(&turned) > 0.999);
            prop_assert!(look.hashes().unwrap().may_be_alike(&turned.hashes().unwrap()));
        }

        #[test]
        fn pictures_of_noise_are_not_alike(
            one in prop::collection::vec(any::<u8>(), 1024), two in prop::collection::vec(any::<u8>(), 1024),
        ) {
            prop_assert!(Look::new(one).unwrap().likeness(&Look::new(two).unwrap()) < ALIKE);
        }
    }
}
