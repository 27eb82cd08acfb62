//! `libraries.*`, for the user only; and the library of a call, for the other modules.

use ext_registry::{
    Context, CoreAction, CoreQuery, OpError, register_core_action, register_core_query,
};
use ext_wire::ops::{
    NoInput,
    libraries::{CreateLibraryInput, Library, ListLibrariesOutput},
};

use crate::authorized_library::AuthorizedLibrary;
use ext_services::library::{LibraryDirectory, LibraryError};

struct CreateAction;

impl CoreAction for CreateAction {
    type Input = CreateLibraryInput;
    type Output = Library;

    async fn execute(input: CreateLibraryInput, context: Context<'_>) -> Result<Library, OpError> {
        context.service::<dyn LibraryDirectory>()?.create(&input.name).map_err(error)
    }
}
register_core_action!(CreateAction, "libraries.create", "Makes a library", host_only);

struct ListQuery;

impl CoreQuery for ListQuery {
    type Input = NoInput;
    type Output = ListLibrariesOutput;

    async fn execute(_: NoInput, context: Context<'_>) -> Result<ListLibrariesOutput, OpError> {
        let libraries = context.service::<dyn LibraryDirectory>()?.list().map_err(error)?;
        Ok(ListLibrariesOutput { libraries })
    }
}
register_core_query!(ListQuery, "libraries.list", "All libraries, by name", host_only);

/// The library of a call, as far as the call may touch it.
pub(crate) fn open(context: Context<'_>) -> Result<AuthorizedLibrary<'_>, OpError> {
    let directory = context.service::<dyn LibraryDirectory>()?;
    let library = directory.library(context.library()?).map_err(error)?;
    Ok(AuthorizedLibrary::new(context, library))
}

/// What a caller is told of a library's error; host paths stay in the log.
pub(crate) fn error(error: LibraryError) -> OpError {
    if error.is_public() {
        OpError::new(error.code(), error)
    } else {
        OpError::hidden(error.code(), "the library failed", error)
    }
}
