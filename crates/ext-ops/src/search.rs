//! `search.*`.

use ext_registry::{Context, LibraryQuery, OpError, register_library_query};
use ext_wire::ops::search::{SearchInput, SearchOutput};

use crate::libraries::{error, open};

struct EntriesQuery;

impl LibraryQuery for EntriesQuery {
    type Input = SearchInput;
    type Output = SearchOutput;

    async fn execute(input: SearchInput, context: Context<'_>) -> Result<SearchOutput, OpError> {
        open(context)?.search(input).map_err(error)
    }
}
register_library_query!(
    EntriesQuery,
    "search.entries",
    "Searches names, metadata and text sidecars"
);
