//! The operations `extensions.*`, for the user only.

use ext_registry::{Context, CoreQuery, OpError, register, require_service};
use ext_wire::ops::{
    NoInput,
    extensions::{List, ListExtensionsOutput},
};

use crate::BuiltIn;
use ext_services::extensions::ExtensionDirectory;

require_service!("extensions", dyn ExtensionDirectory);

impl CoreQuery<List> for BuiltIn {
    async fn execute(_: NoInput, context: Context<'_>) -> Result<ListExtensionsOutput, OpError> {
        let extensions = context.service::<dyn ExtensionDirectory>()?.list();
        Ok(ListExtensionsOutput { extensions })
    }
}
register!(CoreQuery<List> for BuiltIn);
