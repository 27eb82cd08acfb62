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
