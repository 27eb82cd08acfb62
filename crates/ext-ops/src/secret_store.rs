//! The operations `secret_store.*`, for the user only.

use ext_registry::{CoreAction, CoreQuery};
use ext_services::secret_store::{SecretAdmin, SignInAdmin};
use ext_wire::ops::secret_store::{
    CancelSignIn, Delete, Export, Import, List, Providers, Put, RotateKey, SignIn, SignInState,
    SignOut,
};

use crate::{BuiltIn, service_operation::service_operation};

service_operation!(CoreQuery<List> of dyn SecretAdmin, |admin, input| admin.list(input));

service_operation!(CoreAction<Put> of dyn SecretAdmin, |admin, input| admin.put(input));

service_operation!(CoreAction<Delete> of dyn SecretAdmin, |admin, input| admin.delete(input));

service_operation!(CoreAction<SignOut> of dyn SecretAdmin, |admin, input| admin.sign_out(input));

service_operation!(CoreQuery<Providers> of dyn SignInAdmin, |admin, _input| admin.providers());

service_operation!(CoreAction<SignIn> of dyn SignInAdmin, |admin, input| admin.sign_in(input));

service_operation!(CoreQuery<SignInState> of dyn SignInAdmin, |admin, input| admin.state(input));

service_operation!(CoreAction<CancelSignIn> of dyn SignInAdmin, |admin, input| admin.cancel(input));

service_operation!(CoreAction<RotateKey> of dyn SecretAdmin, |admin, input| admin
    .rotate_key(input));

service_operation!(CoreQuery<Export> of dyn SecretAdmin, |admin, input| admin.export(input));

service_operation!(CoreAction<Import> of dyn SecretAdmin, |admin, input| admin.import(input));
