//! `extensions.*`, for the user only.

use ext_registry::{Context, CoreQuery, OpError, register_core_query, require_service};
use ext_wire::ops::{NoInput, extensions::ListExtensionsOutput};

use ext_services::extensions::ExtensionDirectory;

require_service!("extensions", dyn ExtensionDirectory);

struct ListQuery;

impl CoreQuery for ListQuery {
    type Input = NoInput;
    type Output = ListExtensionsOutput;

    async fn execute(_: NoInput, context: Context<'_>) -> Result<ListExtensionsOutput, OpError> {
        let extensions = context.service::<dyn ExtensionDirectory>()?.list();
        Ok(ListExtensionsOutput { extensions })
    }
}
register_core_query!(ListQuery, "extensions.list", "All installed extensions", host_only);
