//! The index of words, built anew.

use ext_registry::{Context, LibraryAction, OpError, register};
use ext_services::{deadline, library::LibraryError};
use ext_wire::ops::search::{RebuildIndex, RebuildIndexInput, RebuildIndexOutput};

use crate::{
    BuiltIn,
    each_entry::{each_entry, is_resumed},
    libraries::{error_for, open},
};

impl LibraryAction<RebuildIndex> for BuiltIn {
    async fn execute(
        input: RebuildIndexInput,
        context: Context<'_>,
    ) -> Result<RebuildIndexOutput, OpError> {
        let library = &open(context)?;
        let failed = |error: LibraryError| error_for(context, error);
        let path_prefix = input.path_prefix.as_deref();
        deadline::within(context.deadline().moment(), || {
            // First the index as a whole: rows cannot be replaced in one that is damaged.
            if !is_resumed(context) {
                library.rebuild_index().map_err(failed)?;
            }
            each_entry(context, library, path_prefix, |entry, output: &mut RebuildIndexOutput| {
                match library.index_entry(entry.id) {
                    Ok(unreadable) => output.unreadable += unreadable,
                    // It was deleted meanwhile.
                    Err(LibraryError::NotFound { .. }) => return Ok(()),
                    Err(error) => return Err(failed(error)),
                }
                output.entries += 1;
                Ok(())
            })
        })
    }
}
register!(LibraryAction<RebuildIndex> for BuiltIn);
