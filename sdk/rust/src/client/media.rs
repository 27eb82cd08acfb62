//! Pictures: small copies, and what cameras wrote.

use ext_wire::ops::media::{
    Metadata, MetadataInput, MetadataOutput, Thumbnail, ThumbnailInput, ThumbnailOutput,
};
use uuid::Uuid;

use super::SpacedriveClient;
use crate::error::Result;

/// Pictures of the library, which the host reads: [`SpacedriveClient::media`] returns it.
#[derive(Debug, Clone, Copy)]
pub struct Media<'a>(pub(super) &'a SpacedriveClient);

impl Media<'_> {
    /// Reads what a picture says of itself: time, place, camera, tags.
    ///
    /// # Errors
    /// The `E_DOC_…` codes for files that are not pictures.
    pub fn metadata(&self, entry_id: Uuid) -> Result<MetadataOutput> {
        self.0.call_op::<Metadata>(&MetadataInput { entry_id })
    }

    /// Makes small copies of a picture, upright.
    ///
    /// ```
    /// use spacedrive_sdk::{ops::media, prelude::*, testing::FakeHost};
    ///
    /// let host = FakeHost::new();
    /// host.on::<media::Thumbnail>(|input| {
    ///     assert_eq!(input.sizes, [256]);
    ///     Ok(media::ThumbnailOutput { width: 4000, height: 3000, thumbnails: vec![], luma: None })
    /// });
    /// let picture = host.add_file("sea.jpg", "sea.jpg", "image/jpeg", b"\xff\xd8\xff");
    /// let wanted = media::ThumbnailInput { entry_id: picture.id, sizes: vec![256], ..Default::default() };
    /// assert_eq!(host.client().media().thumbnails(&wanted)?.width, 4000);
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// The `E_DOC_…` codes for pictures that cannot be read,
    /// [`ErrorCode::NeedsProvider`](crate::ErrorCode::NeedsProvider) for formats that the host cannot decode.
    pub fn thumbnails(&self, input: &ThumbnailInput) -> Result<ThumbnailOutput> {
        self.0.call_op::<Thumbnail>(input)
    }
}
