//! The operations `permissions.*`, for the user only.

use ext_registry::{CoreAction, CoreQuery};
use ext_services::permissions::PermissionAdmin;
use ext_wire::ops::permissions::{
    AuditTail, AuditVerify, Explain, Grant, List, Reset, Revoke, StartRecording, StopRecording,
};

use crate::{BuiltIn, service_operation::service_operation};

service_operation!(CoreQuery<List> of dyn PermissionAdmin, |admin, input| admin
    .list(&input.extension));

service_operation!(CoreAction<Grant> of dyn PermissionAdmin, |admin, input| admin.grant(input));

service_operation!(CoreAction<Revoke> of dyn PermissionAdmin, |admin, input| admin.revoke(input));

service_operation!(CoreAction<Reset> of dyn PermissionAdmin, |admin, input| admin
    .reset(&input.extension));

service_operation!(CoreQuery<Explain> of dyn PermissionAdmin, |admin, input| admin.explain(input));

service_operation!(CoreAction<StartRecording> of dyn PermissionAdmin, |admin, input| admin
    .start_recording(&input.extension));

service_operation!(CoreAction<StopRecording> of dyn PermissionAdmin, |admin, input| admin
    .stop_recording(&input.extension));

service_operation!(CoreQuery<AuditTail> of dyn PermissionAdmin, |admin, input| admin
    .audit_tail(input));

service_operation!(CoreQuery<AuditVerify> of dyn PermissionAdmin, |admin, _input| admin
    .audit_verify());
