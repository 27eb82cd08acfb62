//! The proof that a call was checked.

use ext_wire::Method;
use uuid::Uuid;

use crate::Principal;

/// The proof that the engine allowed this call.
///
/// Only [`Engine::authorize`](crate::Engine::authorize) makes one. It is neither `Clone` nor `Copy`
/// and lives no longer than its engine: it is good for the one call that was checked, and a job or
/// a subscription has to ask again. Hand it on by reference.
///
/// ```compile_fail,E0451
/// use ext_perm::{Granted, Principal};
/// use ext_wire::Method;
///
/// let method = Method::parse("query:ai.ocr.v1").unwrap();
/// // error: fields `principal`, `method` and `library` of struct `Granted` are private
/// let forged = Granted { principal: Principal::User, method, library: None };
/// ```
///
/// ```compile_fail,E0599
/// # fn takes(granted: ext_perm::Granted<'_>) {
/// // error: no method named `clone` found for struct `Granted`
/// let copy = granted.clone();
/// # }
/// ```
#[must_use]
#[derive(Debug, PartialEq, Eq)]
pub struct Granted<'a> {
    principal: Principal<'a>,
    method: Method<'a>,
    library: Option<Uuid>,
}

impl<'a> Granted<'a> {
    pub(crate) const fn new(
        principal: Principal<'a>,
        method: Method<'a>,
        library: Option<Uuid>,
    ) -> Self {
        Self { principal, method, library }
    }

    /// On whose behalf the call runs.
    #[must_use]
    pub const fn principal(&self) -> Principal<'a> {
        self.principal
    }

    /// The method that was allowed.
    #[must_use]
    pub const fn method(&self) -> Method<'a> {
        self.method
    }

    /// The library that was allowed; `None` when the call named none.
    #[must_use]
    pub const fn library(&self) -> Option<Uuid> {
        self.library
    }
}
