//! The operations `extensions.*`, for the user only.

use ext_registry::{Context, CoreAction, CoreQuery, OpError, register, require_service};
use ext_services::extensions::{ExtensionAdmin, ExtensionDirectory};
use ext_wire::ops::{
    NoInput,
    extensions::{
        Defer, Get, Inspect, Install, List, ListExtensionsOutput, Quarantine, RecordCalls, Release,
        Remove, StopRecordingCalls, Update, Views,
    },
};

use crate::{BuiltIn, service_operation::service_operation};

require_service!("extensions", dyn ExtensionDirectory);

impl CoreQuery<List> for BuiltIn {
    async fn execute(_: NoInput, context: Context<'_>) -> Result<ListExtensionsOutput, OpError> {
        let extensions = context.service::<dyn ExtensionDirectory>()?.list();
        Ok(ListExtensionsOutput { extensions })
    }
}
register!(CoreQuery<List> for BuiltIn);

service_operation!(CoreQuery<Get> of dyn ExtensionAdmin, |admin, input| admin.get(&input.extension));

service_operation!(CoreQuery<Views> of dyn ExtensionAdmin, |admin, _input| admin.views());

service_operation!(CoreQuery<Inspect> of dyn ExtensionAdmin, |admin, input| admin.inspect(input));

service_operation!(CoreAction<Install> of dyn ExtensionAdmin, |admin, input| admin.install(input));

service_operation!(CoreAction<Update> of dyn ExtensionAdmin, |admin, input| admin.update(input));

service_operation!(CoreAction<Defer> of dyn ExtensionAdmin, |admin, input| admin.defer(input));

service_operation!(CoreAction<Quarantine> of dyn ExtensionAdmin, |admin, input| admin
    .quarantine(input));

service_operation!(CoreAction<Release> of dyn ExtensionAdmin, |admin, input| admin
    .release(&input.extension));

service_operation!(CoreAction<RecordCalls> of dyn ExtensionAdmin, |admin, input| admin
    .record_calls(input));

service_operation!(CoreAction<StopRecordingCalls> of dyn ExtensionAdmin, |admin, input| admin
    .stop_recording_calls(&input.extension));

service_operation!(CoreAction<Remove> of dyn ExtensionAdmin, |admin, input| admin
    .remove(&input.extension));
