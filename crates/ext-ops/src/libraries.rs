//! The operations `libraries.*`, for the user only; and the library of a call, for the other
//! modules.

use ext_registry::{Context, CoreAction, CoreQuery, OpError, register, require_service};
use ext_wire::{
    Wire,
    ops::libraries::{
        ChangedLibrary, Check, Create, Delete, LibraryRef, List, ListDeleted, Purge, Rename,
        Restore,
    },
};

use crate::{BuiltIn, authorized_library::AuthorizedLibrary};
use ext_services::library::{LibraryDirectory, LibraryError};

require_service!("libraries", dyn LibraryDirectory);

/// Implements an operation whose call of the directory is an expression of `$directory` and `$input`.
macro_rules! operation {
    ($trait:ident<$op:ident>, |$directory:ident, $input:ident| $body:expr) => {
        impl $trait<$op> for BuiltIn {
            async fn execute(
                $input: <$op as Wire>::Input,
                context: Context<'_>,
            ) -> Result<<$op as Wire>::Output, OpError> {
                let $directory = context.service::<dyn LibraryDirectory>()?;
                $body.map_err(|failure| error_for(context, failure))
            }
        }
        register!($trait<$op> for BuiltIn);
    };
}

operation!(CoreAction<Create>, |directory, input| directory.create(&input.name));

operation!(CoreAction<Rename>, |directory, input| directory.rename(input.library_id, &input.name));

operation!(CoreAction<Check>, |directory, input| directory.check(input.library_id));

operation!(CoreAction<Delete>, |directory, input| directory
    .delete(input.library_id)
    .map(|()| changed(input)));

operation!(CoreQuery<ListDeleted>, |directory, _input| directory.list_deleted());

operation!(CoreAction<Restore>, |directory, input| directory
    .restore(input.library_id, input.folder.as_deref())
    .map(|()| ChangedLibrary { library_id: input.library_id }));

operation!(CoreAction<Purge>, |directory, input| directory
    .purge(input.library_id)
    .map(|()| changed(input)));

operation!(CoreQuery<List>, |directory, _input| directory.list());

fn changed(LibraryRef { library_id }: LibraryRef) -> ChangedLibrary {
    ChangedLibrary { library_id }
}

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
