//! The operations `config.*`, for the user only.

use ext_registry::{CoreAction, CoreQuery};
use ext_services::config::ConfigAdmin;
use ext_wire::ops::config::{Get, Set};

use crate::{BuiltIn, service_operation::service_operation};

service_operation!(CoreQuery<Get> of dyn ConfigAdmin, |admin, _input| admin.get());

service_operation!(CoreAction<Set> of dyn ConfigAdmin, |admin, input| admin.set(input));
