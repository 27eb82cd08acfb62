//! The operations `schedules.*`, for the user only.

use ext_registry::{CoreAction, CoreQuery};
use ext_services::schedules::Schedules;
use ext_wire::ops::schedules::{Add, List, ListSchedulesOutput, Remove};

use crate::{BuiltIn, service_operation::service_operation};

service_operation!(CoreAction<Add> of dyn Schedules, |schedules, input| schedules.add(input));

service_operation!(CoreQuery<List> of dyn Schedules, |schedules, _input| schedules
    .list()
    .map(|schedules| ListSchedulesOutput { schedules }));

service_operation!(CoreAction<Remove> of dyn Schedules, |schedules, input| schedules
    .remove(input.schedule_id));
