//! Moments: pictures that were taken one after the other at one place.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use spacedrive_sdk::prelude::*;

use crate::groups::Grouped;
use crate::photo::Listed;

/// Pause after which another moment begins, in seconds.
const PAUSE: i64 = 6 * 3600;
/// The same where the day changes as well.
const PAUSE_AT_NIGHT: i64 = 3 * 3600;
/// Distance to the place before at which another moment begins, in kilometres.
const FAR_KM: f64 = 30.0;

/// Pictures of one time and place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Its first picture, by which it is named in conditions.
    pub moment: Uuid,
    /// Place and day, for people.
    pub title: String,
    /// When the first picture was taken.
    pub from: String,
    /// When the last picture was taken.
    pub to: String,
    /// The town of most pictures.
    pub town: Option<String>,
    /// Its country.
    pub country: Option<String>,
    /// Number of pictures.
    pub photos: usize,
    /// A picture that stands for it, with a small copy where there is one.
    pub cover: Uuid,
    /// Sidecar of the small copy of the cover.
    pub thumbnail: Option<String>,
}

/// Lists all moments, the latest first.
///
/// # Errors
/// Those of `vdfs.list_entries`.
pub(crate) fn list(client: &SpacedriveClient) -> Result<Vec<Moment>> {
    let grouped = Grouped::load(client)?;
    let moments = split(&grouped.photos);
    Ok(moments.iter().rev().filter_map(|run| moment(&grouped, run)).collect())
}

/// Returns the positions of the pictures of a moment.
///
/// # Errors
/// [`ErrorCode::NotFound`] where no moment begins with this picture.
pub(crate) fn photos_of(grouped: &Grouped, first: Uuid) -> Result<Vec<usize>> {
    let begins = |run: &Vec<usize>| {
        run.first().and_then(|at| grouped.photos.get(*at)).is_some_and(|it| it.id == first)
    };
    split(&grouped.photos).into_iter().find(begins).ok_or_else(|| {
        Error::new(ErrorCode::NotFound, format!("no moment begins with the picture {first}"))
    })
}

/// Splits pictures that are sorted by time; those without one are in no moment.
fn split(photos: &[Listed]) -> Vec<Vec<usize>> {
    let mut moments: Vec<Vec<usize>> = Vec::new();
    let mut last: Option<&Listed> = None;
    // The last picture that knows its place: many cameras do not.
    let mut placed: Option<&Listed> = None;
    for (at, listed) in photos.iter().enumerate().filter(|(_, it)| it.photo.seconds.is_some()) {
        let same = last.is_some_and(|last| !is_later(last, listed));
        let near = placed.is_none_or(|placed| !is_far(placed, listed));
        match moments.last_mut().filter(|_| same && near) {
            Some(moment) => moment.push(at),
            None => {
                moments.push(vec![at]);
                placed = None;
            }
        }
        last = Some(listed);
        placed = Some(listed).filter(|it| it.photo.point().is_some()).or(placed);
    }
    moments
}

fn is_later(last: &Listed, next: &Listed) -> bool {
    let pause = last.photo.seconds.zip(next.photo.seconds).map_or(0, |(last, next)| next - last);
    pause > PAUSE || (pause > PAUSE_AT_NIGHT && last.photo.day() != next.photo.day())
}

fn is_far(last: &Listed, next: &Listed) -> bool {
    let points = last.photo.point().zip(next.photo.point());
    points.is_some_and(|(last, next)| last.km_to(next) > FAR_KM)
}

fn moment(grouped: &Grouped, run: &[usize]) -> Option<Moment> {
    let photos: Vec<&Listed> = run.iter().filter_map(|at| grouped.photos.get(*at)).collect();
    let (first, last) = (photos.first()?, photos.last()?);
    let cover = photos.iter().find(|it| it.photo.thumbnails).unwrap_or(first);
    let places = || photos.iter().filter_map(|it| it.photo.place.as_ref());
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for place in places() {
        *counts.entry(place.town.as_str()).or_default() += 1;
    }
    let place = places().max_by_key(|place| counts.get(place.town.as_str()));
    let from = first.photo.taken.clone()?;
    let day = first.photo.day()?.to_owned();
    let title = place.map_or_else(|| day.clone(), |place| format!("{}, {day}", place.town));
    Some(Moment {
        moment: first.id,
        title,
        from,
        to: last.photo.taken.clone()?,
        town: place.map(|place| place.town.clone()),
        country: place.map(|place| place.country.clone()),
        photos: photos.len(),
        cover: cover.id,
        thumbnail: cover.photo.thumbnails.then(|| crate::intake::SMALL.to_owned()),
    })
}
