//! The operations `schedules.*`, for the user only.

use ext_registry::{Context, CoreAction, CoreQuery, OpError, register};
use ext_services::{extensions::ExtensionDirectory, schedules::Schedules};
use ext_wire::{
    Method,
    ops::schedules::{Add, AddScheduleInput, List, ListSchedulesOutput, Remove, Schedule},
};

use crate::{BuiltIn, service_operation::service_operation};

impl CoreAction<Add> for BuiltIn {
    async fn execute(input: AddScheduleInput, context: Context<'_>) -> Result<Schedule, OpError> {
        ensure_keepable(&input.method, context)?;
        Ok(context.service::<dyn Schedules>()?.add(input)?)
    }
}
register!(CoreAction<Add> for BuiltIn);

/// Refuses an operation of an extension that takes secrets: the file of schedules would keep them.
fn ensure_keepable(method: &str, context: Context<'_>) -> Result<(), OpError> {
    let Ok(parsed) = Method::parse(method) else { return Ok(()) };
    let extensions = context.service::<dyn ExtensionDirectory>()?;
    // A method of the host, or of an extension that is not installed yet, has no offer.
    let Ok(offer) = extensions.offer(parsed.family()) else { return Ok(()) };
    Ok(offer.ensure_keepable(method)?)
}

service_operation!(CoreQuery<List> of dyn Schedules, |schedules, _input| schedules
    .list()
    .map(|schedules| ListSchedulesOutput { schedules }));

service_operation!(CoreAction<Remove> of dyn Schedules, |schedules, input| schedules
    .remove(input.schedule_id));
