//! The check of contents against their hashes.

use ext_registry::{Context, LibraryQuery, OpError, register};
use ext_services::deadline;
use ext_wire::ops::vdfs::{
    CheckContents, CheckContentsInput, CheckContentsOutput, Entry, MAX_DAMAGED,
};

use crate::{
    BuiltIn,
    authorized_library::AuthorizedLibrary,
    each_entry::{each_entry, read_pieces},
    libraries::open,
};

impl LibraryQuery<CheckContents> for BuiltIn {
    async fn execute(
        input: CheckContentsInput,
        context: Context<'_>,
    ) -> Result<CheckContentsOutput, OpError> {
        let library = &open(context)?;
        let path_prefix = input.path_prefix.as_deref();
        deadline::within(context.deadline().moment(), || {
            each_entry(context, library, path_prefix, |entry, output| {
                check(context, library, entry, output)
            })
        })
    }
}
register!(LibraryQuery<CheckContents> for BuiltIn);

fn check(
    context: Context<'_>,
    library: &AuthorizedLibrary<'_>,
    entry: &Entry,
    output: &mut CheckContentsOutput,
) -> Result<(), OpError> {
    let Some(hash) = &entry.content_hash else { return Ok(()) };
    let mut hasher = blake3::Hasher::new();
    let read = read_pieces(context, library, entry, |bytes| {
        hasher.update(bytes);
    })?;
    if read.is_some() && hasher.finalize().to_hex().as_str() == hash {
        output.sound += 1;
        return Ok(());
    }
    output.damaged += 1;
    if output.entries.len() < MAX_DAMAGED {
        output.entries.push(entry.id);
    }
    Ok(())
}
