//! The operations `settings.*`: an extension reads its own, the user changes all.

use ext_registry::{Context, CoreAction, CoreQuery, LibraryQuery, OpError, register};
use ext_services::settings::Settings;
use ext_wire::ops::{
    NoInput,
    settings::{Get, GetSettingsOutput, List, Set},
};

use crate::{BuiltIn, bad_input::bad_input, service_operation::service_operation};

impl LibraryQuery<Get> for BuiltIn {
    async fn execute(_: NoInput, context: Context<'_>) -> Result<GetSettingsOutput, OpError> {
        let own =
            "only an extension has settings of its own: `query:settings.list.v1` is for the user";
        let extension = context.extension().ok_or_else(|| bad_input(own))?;
        Ok(context.service::<dyn Settings>()?.get(extension, context.library()?)?)
    }
}
register!(LibraryQuery<Get> for BuiltIn);

service_operation!(CoreQuery<List> of dyn Settings, |settings, input| settings.list(&input));

service_operation!(CoreAction<Set> of dyn Settings, |settings, input| settings.set(input));
