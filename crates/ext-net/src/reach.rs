//! Decisions about origins, which may fail.

use thiserror::Error;

use crate::UrlError;

/// Answer to whether an origin may be reached: a `bool`, or a [`Result`] of one where no decision may
/// be possible.
pub trait Reach {
    /// The failure of a URL that was to be vetted.
    type Error: From<UrlError>;

    /// Returns whether the origin may be reached.
    ///
    /// # Errors
    /// No decision is possible.
    fn decide(self) -> Result<bool, Self::Error>;
}

impl Reach for bool {
    type Error = UrlError;

    fn decide(self) -> Result<bool, UrlError> {
        Ok(self)
    }
}

impl<E> Reach for Result<bool, E> {
    type Error = VetError<E>;

    fn decide(self) -> Result<bool, VetError<E>> {
        self.map_err(VetError::Undecided)
    }
}

/// The reason why a URL is not requested, where the decision about its origin may fail.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum VetError<E> {
    /// It may not be requested.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// Nobody could decide about its origin. A denial is something else, which lasts.
    #[error("it is not known whether the origin is granted: {0}")]
    Undecided(E),
}
