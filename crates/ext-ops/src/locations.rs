//! The operations `locations.*`, for the user only.

use ext_registry::{CoreAction, CoreQuery};
use ext_services::locations::Locations;
use ext_wire::ops::locations::{Add, List, ListLocationsOutput, Remove, Rescan, SetPaused};

use crate::{BuiltIn, service_operation::service_operation};

service_operation!(CoreAction<Add> of dyn Locations, |locations, input| locations.add(input));

service_operation!(CoreQuery<List> of dyn Locations, |locations, _input| locations
    .list()
    .map(|locations| ListLocationsOutput { locations }));

service_operation!(CoreAction<SetPaused> of dyn Locations, |locations, input| locations
    .set_paused(input.location_id, input.paused));

service_operation!(CoreAction<Rescan> of dyn Locations, |locations, input| locations
    .rescan(input));

service_operation!(CoreAction<Remove> of dyn Locations, |locations, input| locations
    .remove(input.location_id));
