//! The operations `vdfs.*` on entries, their content, metadata and sidecars.

use ext_registry::{Context, LibraryAction, LibraryQuery, OpError, register, require_service};
use ext_wire::{
    EntryPath, VettedEntry, Wire,
    ops::vdfs::{
        CreateEntry, DeleteEntry, DeleteOutput, DeleteSidecar, EmptyBin, EmptyBinOutput, GetEntry,
        ListBin, ListChanges, ListEntries, ListSidecars, ListVersions, ListVersionsOutput,
        MoveEntry, ReadContent, ReadSidecar, ReadSidecarOutput, RestoreEntry, RestoreVersion,
        UpdateMetadata, UpdateMetadataOutput, WriteSidecar,
    },
};

use crate::{
    BuiltIn,
    libraries::{error_for, open},
};
use ext_services::{
    deadline,
    library::{Bin, Entries, EntryChanges, LibraryDirectory, LibraryError, Sidecars, Versions},
};

require_service!("vdfs", dyn LibraryDirectory);

/// Implements an operation whose library call is an expression of `$input` and the open `$library`.
macro_rules! operation {
    ($trait:ident<$op:ident>, |$library:ident, $input:ident, $context:ident| $body:expr) => {
        impl $trait<$op> for BuiltIn {
            async fn execute(
                $input: <$op as Wire>::Input,
                $context: Context<'_>,
            ) -> Result<<$op as Wire>::Output, OpError> {
                let $library = open($context)?;
                deadline::within($context.deadline().moment(), || $body)
                    .map_err(|failure| error_for($context, failure))
            }
        }
        register!($trait<$op> for BuiltIn);
    };
}

operation!(LibraryAction<CreateEntry>, |library, input, context| VettedEntry::vet(input)
    .map_err(LibraryError::from)
    .and_then(|new| library.create_entry(context.extension(), new)));

operation!(LibraryQuery<GetEntry>, |library, input, context| library.get_entry(input.entry_id));

operation!(LibraryQuery<ListEntries>, |library, input, context| library.list_entries(input));

operation!(LibraryQuery<ListChanges>, |library, input, context| library
    .list_changes(input)
    .map(EntryChanges::into_output));

operation!(LibraryQuery<ReadContent>, |library, input, context| library.read_content(input));

operation!(LibraryAction<UpdateMetadata>, |library, input, context| library
    .update_metadata(context.extension(), input)
    .map(|metadata| UpdateMetadataOutput { metadata }));

operation!(LibraryAction<DeleteEntry>, |library, input, context| library
    .delete_entry(context.extension(), input.entry_id)
    .map(|deleted| DeleteOutput { deleted }));

operation!(LibraryAction<MoveEntry>, |library, input, context| path(&input.path)
    .and_then(|path| library.move_entry(input.entry_id, &path)));

operation!(LibraryQuery<ListBin>, |library, input, context| library.list_bin(&input));

operation!(LibraryAction<RestoreEntry>, |library, input, context| input
    .path
    .as_deref()
    .map(path)
    .transpose()
    .and_then(|path| library.restore_entry(input.entry_id, path.as_ref())));

operation!(LibraryAction<EmptyBin>, |library, input, context| library
    .empty_bin(input.entry_ids.as_deref())
    .map(|removed| EmptyBinOutput { removed }));

fn path(text: &str) -> Result<EntryPath, LibraryError> {
    text.parse().map_err(LibraryError::from)
}

operation!(LibraryQuery<ListVersions>, |library, input, context| library
    .list_versions(input.entry_id)
    .map(|versions| ListVersionsOutput { versions }));

operation!(LibraryAction<RestoreVersion>, |library, input, context| library
    .restore_version(input.entry_id, input.version));

operation!(LibraryAction<WriteSidecar>, |library, input, context| library
    .write_sidecar(context.extension(), input));

operation!(LibraryQuery<ReadSidecar>, |library, input, context| library
    .read_sidecar(input.entry_id, &input.name)
    .map(|data| ReadSidecarOutput { data: data.into() }));

operation!(LibraryQuery<ListSidecars>, |library, input, context| library.list_sidecars(&input));

operation!(LibraryAction<DeleteSidecar>, |library, input, context| library
    .delete_sidecar(context.extension(), input.entry_id, &input.name)
    .map(|deleted| DeleteOutput { deleted }));
