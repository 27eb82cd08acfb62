//! The texts that readers found in the contents of entries, for search.

use uuid::Uuid;

use super::Result;

/// A content that no reader has read yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadContent {
    /// The entry.
    pub entry: Uuid,
    /// The path of the entry.
    pub path: String,
    /// The media type of the entry.
    pub media_type: Option<String>,
    /// Size of the content in bytes.
    pub size: u64,
    /// Hash of the content.
    pub content_hash: String,
    /// The place of the entry among all, where the next page begins.
    pub cursor: u64,
}

/// The result of reading a content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContentText {
    /// Its text, which may be empty.
    Text(String),
    /// The text of a part of it.
    Partly {
        /// The text.
        text: String,
        /// The rest, and the reason why it cannot be read.
        left_out: String,
    },
    /// The reason why no text can be read.
    Unreadable(String),
}

/// The texts of contents. What is to be read follows from what is kept, so that there is no queue that
/// could lose something: a content is unread until a result of its hash is kept, by this version of the
/// reader or a newer one.
#[expect(clippy::missing_errors_doc, reason = "said once: `LibraryError`, for every method")]
pub trait Contents: Send + Sync {
    /// Finds up to `limit` unread contents, newest first, of the entries behind the cursor `after`, and
    /// counts all of the library. A content of no bytes has nothing to be read.
    fn unread_contents(
        &self,
        reader: u32,
        after: Option<u64>,
        limit: u32,
    ) -> Result<(Vec<UnreadContent>, u64)>;

    /// Keeps results, until the content of the entry changes. One of a content that has changed already
    /// is not kept.
    fn put_content_texts(&self, reader: u32, read: &[(UnreadContent, ContentText)]) -> Result<()>;

    /// Keeps results as [`put_content_texts`](Self::put_content_texts) does, in place of those that this
    /// version of the reader had before.
    fn replace_content_texts(
        &self,
        reader: u32,
        read: &[(UnreadContent, ContentText)],
    ) -> Result<()>;
}
