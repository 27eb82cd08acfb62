//! The timeline: pictures by time, with filters, page by page.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use spacedrive_sdk::prelude::*;

use crate::groups::Grouped;
use crate::photo::Listed;
use crate::{albums, clock, moments};

/// Rows of a page where nothing is said.
const ROWS: usize = 100;
/// Most rows of a page.
const MAX_ROWS: usize = 500;

/// Conditions of a list of pictures; all must hold.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Filter {
    /// First day, as `2026-05-01`.
    pub from: Option<String>,
    /// Last day.
    pub to: Option<String>,
    /// A part of the name of the town or country.
    pub place: Option<String>,
    /// A part of the name of the camera.
    pub camera: Option<String>,
    /// A tag that the file says of its picture, in any case.
    pub tag: Option<String>,
    /// A part of the path.
    pub path: Option<String>,
    /// Name of an album.
    pub album: Option<String>,
    /// A moment, by the id that `moments` names.
    pub moment: Option<Uuid>,
    /// Only pictures with text.
    pub with_text: bool,
    /// Only pictures that tell no time.
    pub undated: bool,
    /// Each picture of a burst, in place of the first.
    pub all: bool,
    /// The oldest first.
    pub oldest_first: bool,
    /// Most rows, 1 to 500 [default: 100].
    pub limit: Option<usize>,
    /// Rows before these.
    pub offset: usize,
}

/// A picture of the timeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Its entry.
    pub entry_id: Uuid,
    /// Name of the file.
    pub name: String,
    /// Path in the library.
    pub path: String,
    /// When it was taken, on the clock of the camera.
    pub taken: Option<String>,
    /// Minutes by which that clock was before UTC.
    pub offset_minutes: Option<i32>,
    /// Town where it was taken.
    pub town: Option<String>,
    /// Country where it was taken.
    pub country: Option<String>,
    /// The camera.
    pub camera: Option<String>,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Sidecar of the small copy, where there is one.
    pub thumbnail: Option<String>,
    /// Movie of a Live Photo.
    pub movie: Option<Uuid>,
    /// Pictures of the burst that it stands for, itself counted; 1 for no burst.
    pub burst: usize,
    /// True when text was found in it.
    pub text: bool,
    /// Reason why it has no copies, or is not whole.
    pub problem: Option<String>,
    /// Words for people: a burst, a Live Photo, text.
    pub notes: Vec<String>,
}

/// A page of the timeline.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Its pictures.
    pub photos: Vec<Row>,
    /// Pictures of all pages.
    pub total: usize,
    /// `offset` of the next page, where there is one.
    pub next: Option<usize>,
}

/// Lists one page of the pictures that fit.
///
/// # Errors
/// A condition that is not valid; an album or moment that is not there; those of the library.
pub(crate) fn page(client: &SpacedriveClient, filter: &Filter) -> Result<Page> {
    let limit = checked(filter)?;
    let grouped = Grouped::load(client)?;
    let chosen = chosen(client, filter, &grouped)?;
    let total = chosen.len();
    let shown = chosen.into_iter().skip(filter.offset).take(limit);
    let photos = shown.filter_map(|at| row(&grouped, at, filter.all)).collect();
    let next = filter.offset.saturating_add(limit);
    Ok(Page { photos, total, next: (next < total).then_some(next) })
}

fn checked(filter: &Filter) -> Result<usize> {
    let bad = |message: String| Err(Error::new(ErrorCode::BadInput, message));
    for (name, day) in [("from", &filter.from), ("to", &filter.to)] {
        if let Some(day) = day.as_deref().filter(|day| !clock::is_day(day)) {
            let day = day.escape_debug();
            return bad(format!(
                "`{name}` is `{day}`, which is not a valid day, such as 2026-01-31"
            ));
        }
    }
    match filter.limit.unwrap_or(ROWS) {
        limit if (1..=MAX_ROWS).contains(&limit) => Ok(limit),
        limit => bad(format!("`limit` is {limit}, and has to be 1 to {MAX_ROWS}")),
    }
}

/// Returns the positions of the pictures that fit, in their order.
fn chosen(client: &SpacedriveClient, filter: &Filter, grouped: &Grouped) -> Result<Vec<usize>> {
    let of_moment = filter.moment.map(|id| moments::photos_of(grouped, id)).transpose()?;
    let mut chosen: Vec<usize> = match (&filter.album, of_moment) {
        (Some(album), of_moment) => {
            let members = albums::members(client, album)?;
            let places = grouped.photos.iter().enumerate().map(|(at, listed)| (listed.id, at));
            let places: HashMap<Uuid, usize> = places.collect();
            let of_moment: Option<HashSet<usize>> = of_moment.map(HashSet::from_iter);
            let all = members.iter().filter_map(|id| places.get(id).copied());
            all.filter(|at| of_moment.as_ref().is_none_or(|of| of.contains(at))).collect()
        }
        (None, Some(of_moment)) => of_moment,
        (None, None) => (0..grouped.photos.len()).collect(),
    };
    if !filter.all && filter.album.is_none() {
        let hidden: HashSet<usize> =
            grouped.bursts.iter().flat_map(|burst| burst.iter().skip(1)).copied().collect();
        chosen.retain(|at| !hidden.contains(at));
    }
    chosen.retain(|at| grouped.photos.get(*at).is_some_and(|listed| fits(listed, filter)));
    // An album has the order in which it was made.
    if !filter.oldest_first && filter.album.is_none() {
        chosen.reverse();
    }
    Ok(chosen)
}

fn fits(listed: &Listed, filter: &Filter) -> bool {
    let photo = &listed.photo;
    let holds = |text: &str, part: &String| text.to_lowercase().contains(&part.to_lowercase());
    let day = |fits: &dyn Fn(&str) -> bool| photo.day().is_some_and(fits);
    let place = |part: &String| {
        photo.place.as_ref().is_some_and(|it| holds(&it.town, part) || holds(&it.country, part))
    };
    let camera = |part: &String| photo.camera.as_ref().is_some_and(|camera| holds(camera, part));
    let tag = |tag: &String| {
        let tag = tag.trim().to_lowercase();
        photo.tags.iter().any(|own| own.trim().to_lowercase() == tag)
    };
    filter.from.as_ref().is_none_or(|from| day(&|day| day >= from.as_str()))
        && filter.to.as_ref().is_none_or(|to| day(&|day| day <= to.as_str()))
        && filter.place.as_ref().is_none_or(place)
        && filter.camera.as_ref().is_none_or(camera)
        && filter.tag.as_ref().is_none_or(tag)
        && filter.path.as_ref().is_none_or(|part| holds(&listed.path, part))
        && (!filter.with_text || listed.has_text())
        && (!filter.undated || photo.seconds.is_none())
}

fn row(grouped: &Grouped, at: usize, all: bool) -> Option<Row> {
    let listed = grouped.photos.get(at)?;
    let photo = &listed.photo;
    let burst = grouped.bursts.iter().find(|burst| burst.first() == Some(&at) && !all);
    let mut row = Row {
        entry_id: listed.id,
        name: listed.name.clone(),
        path: listed.path.clone(),
        taken: photo.taken.clone(),
        offset_minutes: photo.offset_minutes,
        town: photo.place.as_ref().map(|place| place.town.clone()),
        country: photo.place.as_ref().map(|place| place.country.clone()),
        camera: photo.camera.clone(),
        width: photo.width,
        height: photo.height,
        thumbnail: photo.thumbnails.then(|| crate::intake::SMALL.to_owned()),
        movie: grouped.movie(at).map(|movie| movie.id),
        burst: burst.map_or(1, Vec::len),
        text: listed.has_text(),
        problem: photo.problem.clone(),
        notes: Vec::new(),
    };
    row.notes = notes(&row);
    Some(row)
}

fn notes(row: &Row) -> Vec<String> {
    let notes = [
        (row.burst > 1).then(|| format!("burst of {}", row.burst)),
        row.movie.map(|_| "live".to_owned()),
        row.text.then(|| "text".to_owned()),
        row.problem.as_ref().map(|_| match row.thumbnail {
            Some(_) => "damaged".to_owned(),
            None => "no preview".to_owned(),
        }),
    ];
    notes.into_iter().flatten().collect()
}
