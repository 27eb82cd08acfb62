//! A purchase that is to be booked.

use crate::documents::Document;
use crate::fields::Answer;
use crate::mail::Email;
use crate::reading::Reading;

/// A purchase that is to be booked.
#[derive(Debug)]
pub(crate) struct Purchase<'a> {
    pub(crate) key: String,
    pub(crate) answer: Answer,
    pub(crate) reading: Reading,
    pub(crate) email: Option<&'a Email>,
    /// The document; `None` for the email's body.
    pub(crate) document: Option<&'a Document>,
    /// The text is about other purchases, too.
    pub(crate) among_others: bool,
    /// It reminds of a purchase, and is none itself.
    pub(crate) reminds: bool,
}

impl<'a> Purchase<'a> {
    /// Makes a purchase of its own: its text is about nothing else.
    pub(crate) const fn new(
        key: String,
        answer: Answer,
        reading: Reading,
        email: Option<&'a Email>,
        document: Option<&'a Document>,
    ) -> Self {
        Self { key, answer, reading, email, document, among_others: false, reminds: false }
    }
}
