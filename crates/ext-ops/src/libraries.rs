//! The operations `libraries.*`, for the user only; and the library of a call, for the other
//! modules.

use ext_registry::{Context, CoreAction, CoreQuery, OpError, register, require_service};
use ext_wire::ops::{
    NoInput,
    libraries::{
        ChangedLibrary, Check, CheckLibraryOutput, Create, CreateLibraryInput, Delete, LibraryInfo,
        LibraryRef, List, ListDeleted, ListLibrariesOutput, Purge, Rename, RenameLibraryInput,
        Restore,
    },
};

use crate::{BuiltIn, authorized_library::AuthorizedLibrary};
use ext_services::library::{LibraryDirectory, LibraryError};

require_service!("libraries", dyn LibraryDirectory);

impl CoreAction<Create> for BuiltIn {
    async fn execute(
        input: CreateLibraryInput,
        context: Context<'_>,
    ) -> Result<LibraryInfo, OpError> {
        context
            .service::<dyn LibraryDirectory>()?
            .create(&input.name)
            .map_err(|failure| error_for(context, failure))
    }
}
register!(CoreAction<Create> for BuiltIn);

impl CoreAction<Rename> for BuiltIn {
    async fn execute(
        input: RenameLibraryInput,
        context: Context<'_>,
    ) -> Result<LibraryInfo, OpError> {
        context
            .service::<dyn LibraryDirectory>()?
            .rename(input.library_id, &input.name)
            .map_err(|failure| error_for(context, failure))
    }
}
register!(CoreAction<Rename> for BuiltIn);

impl CoreAction<Check> for BuiltIn {
    async fn execute(
        input: LibraryRef,
        context: Context<'_>,
    ) -> Result<CheckLibraryOutput, OpError> {
        context
            .service::<dyn LibraryDirectory>()?
            .check(input.library_id)
            .map_err(|failure| error_for(context, failure))
    }
}
register!(CoreAction<Check> for BuiltIn);

/// Implements an operation on one library as a whole.
macro_rules! change {
    ($op:ident, $method:ident) => {
        impl CoreAction<$op> for BuiltIn {
            async fn execute(
                input: LibraryRef,
                context: Context<'_>,
            ) -> Result<ChangedLibrary, OpError> {
                let library_id = input.library_id;
                let directory = context.service::<dyn LibraryDirectory>()?;
                let changed = directory.$method(library_id).map(|()| ChangedLibrary { library_id });
                changed.map_err(|failure| error_for(context, failure))
            }
        }
        register!(CoreAction<$op> for BuiltIn);
    };
}

change!(Delete, delete);
change!(Restore, restore);
change!(Purge, purge);

impl CoreQuery<ListDeleted> for BuiltIn {
    async fn execute(_: NoInput, context: Context<'_>) -> Result<ListLibrariesOutput, OpError> {
        context
            .service::<dyn LibraryDirectory>()?
            .list_deleted()
            .map_err(|failure| error_for(context, failure))
    }
}
register!(CoreQuery<ListDeleted> for BuiltIn);

impl CoreQuery<List> for BuiltIn {
    async fn execute(_: NoInput, context: Context<'_>) -> Result<ListLibrariesOutput, OpError> {
        context
            .service::<dyn LibraryDirectory>()?
            .list()
            .map_err(|failure| error_for(context, failure))
    }
}
register!(CoreQuery<List> for BuiltIn);

/// Opens the library of a call, as far as the call may touch it.
pub(crate) fn open(context: Context<'_>) -> Result<AuthorizedLibrary<'_>, OpError> {
    let directory = context.service::<dyn LibraryDirectory>()?;
    let library = directory.library(context.library()?);
    let library = library.map_err(|failure| error_for(context, failure))?;
    Ok(AuthorizedLibrary::new(context, library))
}

/// Converts a library's error for the caller; the user, to whom the library belongs, gets all of it.
pub(crate) fn error_for(context: Context<'_>, failure: LibraryError) -> OpError {
    match context.extension() {
        None => OpError::new(failure.code(), failure),
        Some(_) => error(failure),
    }
}

/// Converts a library's error for an extension; host paths stay in the log.
pub(crate) fn error(error: LibraryError) -> OpError {
    if error.is_public() {
        OpError::new(error.code(), error)
    } else {
        OpError::hidden(error.code(), "the library failed", error)
    }
}
