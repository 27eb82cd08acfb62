//! The views: timeline, one picture, moments, albums, duplicates.

use serde::Deserialize;
use serde_json::{Value, json};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::view::{
    Action, Card, Cards, Cell, Column, Detail, Form, FormField, Paging, Row as TableRow, Table,
    Text, Tone, View,
};

use crate::albums::{self, Album};
use crate::duplicates::{self, Duplicate, DuplicatesInput};
use crate::intake::MEDIUM;
use crate::moments::{self, Moment};
use crate::photo;
use crate::shown::{self, PhotoRef};
use crate::timeline::{self, Filter, Row};

/// Cards of a page.
const CARDS: usize = 60;
/// Rows of a table of duplicates.
const ROWS: usize = 200;

/// Conditions and place of a page of the timeline.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TimelineInput {
    /// First day.
    pub from: Option<String>,
    /// Last day.
    pub to: Option<String>,
    /// A part of the name of the town or country.
    pub place: Option<String>,
    /// A part of the name of the camera.
    pub camera: Option<String>,
    /// Name of an album.
    pub album: Option<String>,
    /// A moment.
    pub moment: Option<Uuid>,
    /// Only pictures with text.
    pub with_text: bool,
    /// Number of pictures before this page.
    pub cursor: Option<String>,
}

/// Place of a page.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PageInput {
    /// Number of cards before this page.
    pub cursor: Option<String>,
}

/// Shows a page of the pictures that fit.
///
/// # Errors
/// As `query:photos.timeline.v1`.
pub(crate) fn timeline(client: &SpacedriveClient, input: &TimelineInput) -> Result<View> {
    let filled = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let filter = Filter {
        from: filled(&input.from),
        to: filled(&input.to),
        place: filled(&input.place),
        camera: filled(&input.camera),
        album: filled(&input.album),
        moment: input.moment,
        with_text: input.with_text,
        limit: Some(CARDS),
        offset: offset(input.cursor.as_ref()),
        ..Filter::default()
    };
    let page = timeline::page(client, &filter)?;
    let cards = Cards::new(page.photos.iter().map(|row| photo_card(row, filter.album.as_deref())))
        .next(page.next.map(|next| next.to_string()))
        .empty("No picture fits. Import pictures, or look at other days.");
    let view = match &filter.album {
        Some(album) => View::new().title(album),
        None => View::new().block(search(input)),
    };
    Ok(view.block(cards))
}

fn offset(cursor: Option<&String>) -> usize {
    Paging { cursor: cursor.cloned(), ..Paging::default() }.offset()
}

fn search(input: &TimelineInput) -> Form {
    let given = |field: FormField, value: &Option<String>| match value {
        Some(value) => field.value(value.as_str()),
        None => field,
    };
    let show = Action::open("Show", "timeline")
        .field(given(FormField::date("from", "From"), &input.from))
        .field(given(FormField::date("to", "To"), &input.to))
        .field(given(FormField::text("place", "Place"), &input.place))
        .field(given(FormField::text("camera", "Camera"), &input.camera))
        .field(FormField::flag("with_text", "Only with text").value(input.with_text));
    Form::new(show)
}

fn photo_card(row: &Row, album: Option<&str>) -> Card {
    let link = Cell::view("photo", &row.name, json!({ "entry_id": row.entry_id }));
    let notes = (!row.notes.is_empty()).then(|| row.notes.join(", "));
    let taken = row.taken.as_deref().map(time);
    let place = row.town.as_deref().map(Cell::text);
    let known = [("Taken", taken), ("Place", place), ("Is", notes.map(Cell::text))];
    let known = known.into_iter().filter_map(|(name, cell)| Some((name, cell?)));
    let card = known.fold(Card::new(link), |card, (name, cell)| card.field(name, cell));
    let card = with_image(card, row.entry_id, row.thumbnail.as_ref(), &row.name);
    match album {
        Some(album) => card.action(
            Action::call("Take out", "action:photos.album_remove.input.v1")
                .input("album", album)
                .input("photos", json!([row.entry_id])),
        ),
        None => card,
    }
}

/// A time on the clock of the camera has no zone, which a time of a view needs.
fn time(taken: &str) -> Cell {
    Cell::text(taken.get(..16).unwrap_or(taken).replace('T', " "))
}

fn with_image(card: Card, id: Uuid, sidecar: Option<&String>, alt: &str) -> Card {
    match sidecar {
        Some(sidecar) => card.image(id, sidecar.as_str(), alt),
        None => card,
    }
}

/// Shows a picture with all that is known of it, and a form that puts it into an album.
///
/// # Errors
/// As `query:photos.show.v1`.
pub(crate) fn photo(client: &SpacedriveClient, input: PhotoRef) -> Result<View> {
    let listed = photo::get(client, input.entry_id)?;
    let fields = shown::show(client, input)?;
    let card = Card::new(Cell::entry(listed.id, &listed.name));
    let card = match listed.photo.thumbnails {
        true => card.image(listed.id, MEDIUM, &listed.name),
        false => card,
    };
    let detail = fields
        .iter()
        .fold(Detail::new(), |detail, field| detail.field(&field.field, Cell::text(&field.value)));
    let view = View::new().title(&listed.name).block(Cards::new([card])).block(detail);
    let albums = albums::list(client)?;
    if albums.is_empty() {
        return Ok(view);
    }
    let choices: Vec<(String, String)> =
        albums.iter().take(200).map(|album| (album.name.clone(), album.name.clone())).collect();
    let add = Action::call("Put into the album", "action:photos.album_add.input.v1")
        .input("photos", json!([listed.id]))
        .field(FormField::choice("album", "Album", choices).required());
    Ok(view.block(Form::new(add)))
}

/// Shows a page of the moments.
///
/// # Errors
/// As `query:photos.moments.v1`.
pub(crate) fn moments(client: &SpacedriveClient, input: &PageInput) -> Result<View> {
    let moments = moments::list(client)?;
    let offset = offset(input.cursor.as_ref());
    let cards = Cards::new(moments.iter().skip(offset).take(CARDS).map(moment_card))
        .next(Paging::next_offset(offset, CARDS, moments.len()))
        .empty("No picture tells its time.");
    Ok(View::new().block(cards))
}

fn moment_card(moment: &Moment) -> Card {
    let link = Cell::view("timeline", &moment.title, json!({ "moment": moment.moment }));
    let card =
        Card::new(link).field("From", time(&moment.from)).field("Pictures", count(moment.photos));
    with_image(card, moment.cover, moment.thumbnail.as_ref(), &moment.title)
}

fn count(count: usize) -> Cell {
    Cell::number(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Shows the albums, and a form that makes one.
///
/// # Errors
/// As `query:photos.albums.v1`.
pub(crate) fn albums(client: &SpacedriveClient, input: &PageInput) -> Result<View> {
    let albums = albums::list(client)?;
    let offset = offset(input.cursor.as_ref());
    let cards = Cards::new(albums.iter().skip(offset).take(CARDS).map(album_card))
        .next(Paging::next_offset(offset, CARDS, albums.len()))
        .empty("There is no album.");
    let make = Action::call("Make", "action:photos.album_make.input.v1")
        .field(FormField::text("album", "Name").required());
    Ok(View::new().block(cards).block(Form::new(make).title("A new album")))
}

fn album_card(album: &Album) -> Card {
    let link = Cell::view("timeline", &album.name, json!({ "album": album.name }));
    let delete = Action::call("Delete", "action:photos.album_delete.input.v1")
        .input("album", album.name.as_str())
        .confirm(format!("Delete the album {}? Its pictures stay.", album.name))
        .danger();
    let card = Card::new(link).field("Pictures", count(album.photos)).action(delete);
    match album.cover {
        Some(cover) => with_image(card, cover, album.thumbnail.as_ref(), &album.name),
        None => card,
    }
}

/// Shows the pictures that are there twice.
///
/// # Errors
/// As `query:photos.duplicates.v1`.
pub(crate) fn duplicates(client: &SpacedriveClient, input: &PageInput) -> Result<View> {
    let all = duplicates::list(client, &DuplicatesInput::default())?;
    if all.is_empty() {
        let text = Text::new("No picture is there twice.").tone(Tone::Good);
        return Ok(View::new().block(text));
    }
    let offset = offset(input.cursor.as_ref());
    let columns = [
        Column::new("picture", "Picture"),
        Column::new("path", "Path"),
        Column::new("group", "Group"),
        Column::new("kind", "Is"),
        Column::new("likeness", "Alike"),
        Column::new("pixels", "Pixels"),
        Column::new("kilobytes", "kB"),
    ];
    let table = Table::new(columns)
        .rows(all.iter().skip(offset).take(ROWS).map(duplicate))
        .next(Paging::next_offset(offset, ROWS, all.len()))
        .total(u64::try_from(all.len()).unwrap_or(u64::MAX));
    Ok(View::new().block(table))
}

fn duplicate(row: &Duplicate) -> TableRow {
    let picture = match &row.thumbnail {
        Some(sidecar) => Cell::thumbnail(row.entry_id, sidecar.as_str(), &row.path),
        None => Cell::Empty,
    };
    let tone = if row.kind == "best" { Tone::Good } else { Tone::Neutral };
    let name = row.path.rsplit('/').next().unwrap_or(&row.path);
    let link: Value = json!({ "entry_id": row.entry_id });
    TableRow::new([
        picture,
        Cell::view("photo", name, link),
        count(row.group),
        Cell::badge(&row.kind, tone),
        Cell::progress(row.likeness),
        Cell::text(format!("{} × {}", row.width, row.height)),
        Cell::number(u32::try_from(row.size / 1000).unwrap_or(u32::MAX)),
    ])
}
