//! `vdfs.*`: entries, their content, metadata and sidecars.

use ext_registry::{
    Context, LibraryAction, LibraryQuery, OpError, register_library_action, register_library_query,
};
use ext_wire::ops::vdfs::{
    CreateEntryInput, CreateEntryOutput, DeleteOutput, EntryDetails, EntryRef, ListEntriesInput,
    ListEntriesOutput, ListSidecarsOutput, ReadContentInput, ReadContentOutput, ReadSidecarOutput,
    SidecarInfo, SidecarRef, UpdateMetadataInput, UpdateMetadataOutput, WriteSidecarInput,
};

use crate::libraries::{error, open};
use ext_services::library::{Entries, Sidecars};

/// Declares an operation whose library call is an expression of `$input` and the open `$library`.
macro_rules! operation {
    ($trait:ident, $name:ident, $register:ident, $method:literal, $summary:literal,
     |$library:ident, $input:ident: $in:ty, $context:ident| $body:expr => $out:ty) => {
        struct $name;

        impl $trait for $name {
            type Input = $in;
            type Output = $out;

            async fn execute($input: $in, $context: Context<'_>) -> Result<$out, OpError> {
                let $library = open($context)?;
                $body.map_err(error)
            }
        }
        $register!($name, $method, $summary);
    };
}

operation!(LibraryAction, CreateEntryAction, register_library_action, "vdfs.create_entry",
    "Makes an entry, or returns the one at its path",
    |library, input: CreateEntryInput, context|
    library.create_entry(context.extension(), input) => CreateEntryOutput);

operation!(LibraryQuery, GetEntryQuery, register_library_query, "vdfs.get_entry",
    "One entry with the names of its sidecars",
    |library, input: EntryRef, context| library.get_entry(input.entry_id) => EntryDetails);

operation!(LibraryQuery, ListEntriesQuery, register_library_query, "vdfs.list_entries",
    "Entries in the order of their making, page by page",
    |library, input: ListEntriesInput, context| library.list_entries(input) => ListEntriesOutput);

operation!(LibraryQuery, ReadContentQuery, register_library_query, "vdfs.read_content",
    "Bytes of an entry's content",
    |library, input: ReadContentInput, context| library.read_content(input) => ReadContentOutput);

operation!(LibraryAction, UpdateMetadataAction, register_library_action, "vdfs.update_metadata",
    "Changes metadata by a JSON Merge Patch",
    |library, input: UpdateMetadataInput, context|
    library
        .update_metadata(context.extension(), input.entry_id, input.metadata)
        .map(|metadata| UpdateMetadataOutput { metadata }) => UpdateMetadataOutput);

operation!(LibraryAction, DeleteEntryAction, register_library_action, "vdfs.delete_entry",
    "Removes an entry with its content and sidecars",
    |library, input: EntryRef, context|
    library
        .delete_entry(context.extension(), input.entry_id)
        .map(|deleted| DeleteOutput { deleted }) => DeleteOutput);

operation!(LibraryAction, WriteSidecarAction, register_library_action, "vdfs.write_sidecar",
    "Writes a sidecar file, whole",
    |library, input: WriteSidecarInput, context|
    library.write_sidecar(context.extension(), input) => SidecarInfo);

operation!(LibraryQuery, ReadSidecarQuery, register_library_query, "vdfs.read_sidecar",
    "Reads a sidecar file, whole",
    |library, input: SidecarRef, context|
    library
        .read_sidecar(input.entry_id, &input.name)
        .map(|data| ReadSidecarOutput { data: data.into() }) => ReadSidecarOutput);

operation!(LibraryQuery, ListSidecarsQuery, register_library_query, "vdfs.list_sidecars",
    "The sidecars of an entry, by name",
    |library, input: EntryRef, context|
    library
        .list_sidecars(input.entry_id)
        .map(|sidecars| ListSidecarsOutput { sidecars }) => ListSidecarsOutput);

operation!(LibraryAction, DeleteSidecarAction, register_library_action, "vdfs.delete_sidecar",
    "Removes a sidecar file",
    |library, input: SidecarRef, context|
    library
        .delete_sidecar(context.extension(), input.entry_id, &input.name)
        .map(|deleted| DeleteOutput { deleted }) => DeleteOutput);
