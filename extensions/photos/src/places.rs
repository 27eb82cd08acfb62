//! Names of places by their coordinates, without a network: the 69,000 towns of GeoNames that have more
//! than 5,000 people.

use serde::{Deserialize, Serialize};

/// The towns, the largest first; `data/make_places.py` has the format.
const DATA: &[u8] = include_bytes!("../data/places.bin");
/// Furthest town that a place is named after, in kilometres.
const FURTHEST_KM: f64 = 50.0;
/// Kilometres by which a town of twice as many people may be further away.
const KM_PER_DOUBLING: f64 = 2.0;
/// Mean radius of the earth in kilometres.
const EARTH_KM: f64 = 6371.0;

/// A point on the earth, in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    /// North positive.
    pub(crate) latitude: f64,
    /// East positive.
    pub(crate) longitude: f64,
}

impl Point {
    /// Returns the distance to another point in kilometres.
    pub(crate) fn km_to(self, other: Self) -> f64 {
        let (from, to) = (self.latitude.to_radians(), other.latitude.to_radians());
        let north = (to - from) / 2.0;
        let east = (other.longitude - self.longitude).to_radians() / 2.0;
        let chord = north.sin().powi(2) + from.cos() * to.cos() * east.sin().powi(2);
        2.0 * EARTH_KM * chord.sqrt().min(1.0).asin()
    }

    /// Returns whether another point may be within so many kilometres: a quick look at the latitude.
    fn may_be_within(self, km: f64, latitude: f64) -> bool {
        (self.latitude - latitude).abs().to_radians() * EARTH_KM <= km
    }
}

/// A town and its country.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Place {
    /// Name of the town.
    pub(crate) town: String,
    /// Name of its country.
    pub(crate) country: String,
}

/// Names the place of a point: the nearest town, where a larger one may be somewhat further away.
/// `None` on the sea and in deserts.
pub(crate) fn name(point: Point) -> Option<Place> {
    let mut reader = Reader(DATA);
    let countries = reader.countries()?;
    let mut best: Option<(f64, Town)> = None;
    while let Some(town) = reader.town() {
        if !point.may_be_within(FURTHEST_KM, town.point.latitude) {
            continue;
        }
        let km = point.km_to(town.point);
        let score = km - KM_PER_DOUBLING * town.doublings;
        if km <= FURTHEST_KM && best.as_ref().is_none_or(|(least, _)| score < *least) {
            best = Some((score, town));
        }
    }
    let (_, town) = best?;
    let country = (*countries.get(town.country)?).to_owned();
    Some(Place { town: town.name.to_owned(), country })
}

/// A town of the data.
struct Town {
    point: Point,
    /// Binary logarithm of its population.
    doublings: f64,
    country: usize,
    name: &'static str,
}

struct Reader(&'static [u8]);

impl Reader {
    fn countries(&mut self) -> Option<Vec<&'static str>> {
        let count = self.number()?;
        (0..count).map(|_| self.take(2).and_then(|_| self.text())).collect()
    }

    fn town(&mut self) -> Option<Town> {
        let latitude = f64::from(self.number()?) / 65535.0 * 180.0 - 90.0;
        let longitude = f64::from(self.number()?) / 65535.0 * 360.0 - 180.0;
        let doublings = f64::from(self.byte()?) / 8.0;
        let country = usize::from(self.byte()?);
        let name = self.text()?;
        Some(Town { point: Point { latitude, longitude }, doublings, country, name })
    }

    fn text(&mut self) -> Option<&'static str> {
        let length = self.byte()?;
        std::str::from_utf8(self.take(usize::from(length))?).ok()
    }

    fn number(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.take(2)?.try_into().ok()?))
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn take(&mut self, count: usize) -> Option<&'static [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(latitude: f64, longitude: f64) -> Option<(String, String)> {
        name(Point { latitude, longitude }).map(|place| (place.town, place.country))
    }

    #[test]
    fn places_of_the_world_have_their_names() {
        for (latitude, longitude, town, country) in [
            (48.8584, 2.2945, "Paris", "France"),
            (48.8049, 2.1204, "Versailles", "France"),
            (52.4990, 13.4180, "Berlin", "Germany"),
            (38.6916, -9.2160, "Lisbon", "Portugal"),
            (40.7580, -73.9855, "New York City", "United States"),
            (-33.8568, 151.2153, "Sydney", "Australia"),
            (35.0116, 135.7681, "Kyoto", "Japan"),
            (64.1466, -21.9426, "Reykjavík", "Iceland"),
        ] {
            let right = Some((town.to_owned(), country.to_owned()));
            assert_eq!(named(latitude, longitude), right, "{latitude} {longitude}");
        }
    }

    #[test]
    fn the_sea_has_no_name() {
        assert_eq!(named(0.0, -30.0), None);
        assert_eq!(named(90.0, 0.0), None);
    }

    #[test]
    fn all_of_the_data_is_read() {
        let mut reader = Reader(DATA);
        assert_eq!(reader.countries().unwrap().len(), 245);
        assert_eq!(std::iter::from_fn(|| reader.town()).count(), 69_472);
        assert!(reader.0.is_empty());
    }

    #[test]
    fn distances_are_those_on_a_sphere() {
        let (paris, lisbon) = (
            Point { latitude: 48.857, longitude: 2.352 },
            Point { latitude: 38.722, longitude: -9.139 },
        );
        assert!((paris.km_to(lisbon) - 1453.0).abs() < 5.0, "{}", paris.km_to(lisbon));
        let (west, east) =
            (Point { latitude: 0.0, longitude: -179.9 }, Point { latitude: 0.0, longitude: 179.9 });
        assert!(west.km_to(east) < 25.0);
    }
}
