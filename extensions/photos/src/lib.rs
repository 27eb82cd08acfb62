//! Photos: orders the pictures of a library by time and place, and finds duplicates and the text in them.
//!
//! For each picture that comes in it keeps what the camera wrote (`photo.json`), three small copies, the
//! name of the place, and a look by which copies are found. A job reads the text in pictures (`text.txt`)
//! and publishes `ext.photos.text_found`, so that other extensions can use it.
//!
//! ```
//! use serde_json::{Value, json};
//! use photos::extension::Extension;
//! use spacedrive_sdk::{ops::media, prelude::*, testing::FakeHost};
//!
//! let host = FakeHost::new();
//! host.set_settings(&json!({ "read_text": false }));
//! host.on::<media::Metadata>(|_| Ok(media::MetadataOutput {
//!     taken: Some("2026-05-01T10:00:00".into()),
//!     latitude: Some(38.69),
//!     longitude: Some(-9.21),
//!     ..Default::default()
//! }));
//! host.on::<media::Thumbnail>(|_| Err(Error::new(ErrorCode::NeedsProvider, "no decoder")));
//! let entry = host.add_file("sea.heic", "sea.heic", "image/heif", b"a picture");
//! host.deliver::<Extension>(&host.event_created(&entry))?;
//!
//! let page: Value = host.call::<Extension, _, _>("query:photos.timeline.v1", &json!({ "place": "portugal" }))?;
//! assert_eq!(page["photos"][0]["town"], "Lisbon");
//! # Ok::<(), Error>(())
//! ```
//!
//! # Not in this crate
//!
//! The decoding of pictures and the reading of text, which are the host's; faces; changes of pictures.

mod albums;
mod clock;
mod duplicates;
mod fine;
mod groups;
mod intake;
mod look;
mod moments;
mod movie;
mod photo;
mod places;
mod preferences;
mod shown;
mod text;
mod timeline;
mod views;

pub use albums::{Album, AlbumPhotos, AlbumRef};
pub use duplicates::{Duplicate, DuplicatesInput};
pub use groups::{Kind, Member};
pub use moments::Moment;
pub use shown::{PhotoRef, ShownField};
pub use text::{Report, TextFound};
pub use timeline::{Filter, Page, Row};
pub use views::{PageInput, TimelineInput};

/// Functions that the host calls.
#[spacedrive_sdk::extension]
pub mod extension {
    use spacedrive_sdk::prelude::*;
    use spacedrive_sdk::view::View;

    use super::{
        Album, AlbumPhotos, AlbumRef, Duplicate, DuplicatesInput, Filter, Member, Moment, Page,
        PageInput, PhotoRef, Report, Row, ShownField, TimelineInput,
    };
    use crate::{albums, duplicates, groups, intake, moments, shown, text, timeline, views};

    /// Looks at a file that came into the library, or has new content.
    ///
    /// # Errors
    /// A picture that is damaged; those of the library.
    #[on_event]
    pub fn on_event(client: &SpacedriveClient, event: Event) -> Result<()> {
        intake::handle(client, &event.entry)
    }

    /// Lists one page of the pictures that fit, the latest first.
    ///
    /// # Errors
    /// A condition that is not valid; an album or moment that is not there; those of the library.
    #[operation("query:photos.timeline.v1")]
    pub fn timeline(client: &SpacedriveClient, input: Option<Filter>) -> Result<Page> {
        timeline::page(client, &input.unwrap_or_default())
    }

    /// Lists the pictures of one page of the timeline.
    ///
    /// # Errors
    /// As [`timeline()`].
    #[operation("query:photos.list.v1")]
    pub fn list(client: &SpacedriveClient, input: Option<Filter>) -> Result<Vec<Row>> {
        Ok(timeline::page(client, &input.unwrap_or_default())?.photos)
    }

    /// Shows a picture field by field.
    ///
    /// # Errors
    /// An entry that is not a picture; those of the library.
    #[operation("query:photos.show.v1")]
    pub fn show(client: &SpacedriveClient, input: PhotoRef) -> Result<Vec<ShownField>> {
        shown::show(client, input)
    }

    /// Lists the moments, the latest first.
    ///
    /// # Errors
    /// Those of the library.
    #[operation("query:photos.moments.v1")]
    pub fn moments(client: &SpacedriveClient, _: NoInput) -> Result<Vec<Moment>> {
        moments::list(client)
    }

    /// Lists the pictures of Live Photos and bursts.
    ///
    /// # Errors
    /// Those of the library.
    #[operation("query:photos.groups.v1")]
    pub fn groups(client: &SpacedriveClient, _: NoInput) -> Result<Vec<Member>> {
        groups::list(client)
    }

    /// Lists the pictures that are there twice.
    ///
    /// # Errors
    /// Those of the library.
    #[operation("query:photos.duplicates.v1")]
    pub fn duplicates(
        client: &SpacedriveClient,
        input: Option<DuplicatesInput>,
    ) -> Result<Vec<Duplicate>> {
        duplicates::list(client, &input.unwrap_or_default())
    }

    /// Lists the albums by name.
    ///
    /// # Errors
    /// Those of the library.
    #[operation("query:photos.albums.v1")]
    pub fn albums(client: &SpacedriveClient, _: NoInput) -> Result<Vec<Album>> {
        albums::list(client)
    }

    /// Makes an album.
    ///
    /// # Errors
    /// A name that is not valid, or that another album has; those of the library.
    #[operation("action:photos.album_make.input.v1")]
    pub fn album_make(client: &SpacedriveClient, input: AlbumRef) -> Result<Album> {
        albums::make(client, &input)
    }

    /// Puts pictures into an album.
    ///
    /// # Errors
    /// An album that is not there; an entry that is not a picture; those of the library.
    #[operation("action:photos.album_add.input.v1")]
    pub fn album_add(client: &SpacedriveClient, input: AlbumPhotos) -> Result<Album> {
        albums::add(client, &input)
    }

    /// Takes pictures out of an album.
    ///
    /// # Errors
    /// An album that is not there; those of the library.
    #[operation("action:photos.album_remove.input.v1")]
    pub fn album_remove(client: &SpacedriveClient, input: AlbumPhotos) -> Result<Album> {
        albums::remove(client, &input)
    }

    /// Deletes an album; its pictures stay.
    ///
    /// # Errors
    /// An album that is not there; those of the library.
    #[operation("action:photos.album_delete.input.v1")]
    pub fn album_delete(client: &SpacedriveClient, input: AlbumRef) -> Result<Album> {
        albums::delete(client, &input)
    }

    /// Reads the text in the pictures that wait for it, as a job.
    ///
    /// # Errors
    /// A model that is missing; those of the library. The job then resumes where it stopped.
    #[operation("action:photos.read_text.input.v1")]
    pub fn read_text(client: &SpacedriveClient, _: NoInput) -> Result<Report> {
        text::read(client)
    }

    /// Shows a page of the timeline.
    ///
    /// # Errors
    /// As [`timeline()`].
    #[view("query:photos.timeline_view.v1")]
    pub fn timeline_view(client: &SpacedriveClient, input: TimelineInput) -> Result<View> {
        views::timeline(client, &input)
    }

    /// Shows one picture.
    ///
    /// # Errors
    /// As [`show()`].
    #[view("query:photos.photo_view.v1")]
    pub fn photo_view(client: &SpacedriveClient, input: PhotoRef) -> Result<View> {
        views::photo(client, input)
    }

    /// Shows a page of the moments.
    ///
    /// # Errors
    /// Those of the library.
    #[view("query:photos.moments_view.v1")]
    pub fn moments_view(client: &SpacedriveClient, input: PageInput) -> Result<View> {
        views::moments(client, &input)
    }

    /// Shows a page of the albums.
    ///
    /// # Errors
    /// Those of the library.
    #[view("query:photos.albums_view.v1")]
    pub fn albums_view(client: &SpacedriveClient, input: PageInput) -> Result<View> {
        views::albums(client, &input)
    }

    /// Shows the pictures that are there twice.
    ///
    /// # Errors
    /// Those of the library.
    #[view("query:photos.duplicates_view.v1")]
    pub fn duplicates_view(client: &SpacedriveClient, input: PageInput) -> Result<View> {
        views::duplicates(client, &input)
    }
}
