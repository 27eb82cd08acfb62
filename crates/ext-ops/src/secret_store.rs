//! The operations `secret_store.*`, for the user only.

use ext_registry::{CoreAction, CoreQuery};
use ext_services::secret_store::SecretAdmin;
use ext_wire::ops::secret_store::{Delete, Export, Import, List, Put, RotateKey, SignOut};

use crate::{BuiltIn, service_operation::service_operation};

service_operation!(CoreQuery<List> of dyn SecretAdmin, |admin, input| admin.list(input));

service_operation!(CoreAction<Put> of dyn SecretAdmin, |admin, input| admin.put(input));

service_operation!(CoreAction<Delete> of dyn SecretAdmin, |admin, input| admin.delete(input));

service_operation!(CoreAction<SignOut> of dyn SecretAdmin, |admin, input| admin.sign_out(input));

service_operation!(CoreAction<RotateKey> of dyn SecretAdmin, |admin, input| admin
    .rotate_key(input));

service_operation!(CoreQuery<Export> of dyn SecretAdmin, |admin, input| admin.export(input));

service_operation!(CoreAction<Import> of dyn SecretAdmin, |admin, input| admin.import(input));
