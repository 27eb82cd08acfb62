//! The operation `core.status`.

use ext_registry::{Context, CoreQuery, OpError, register, require_service};
use ext_wire::ops::{
    NoInput,
    core::{Status, StatusOutput},
};

use crate::BuiltIn;
use ext_services::host::HostInfo;

require_service!("core.status", HostInfo);

impl CoreQuery<Status> for BuiltIn {
    async fn execute(_: NoInput, context: Context<'_>) -> Result<StatusOutput, OpError> {
        let host = context.service::<HostInfo>()?;
        Ok(StatusOutput {
            version: host.version.clone(),
            abi_version: ext_abi::ABI_VERSION,
            methods: u32::try_from(host.methods).unwrap_or(u32::MAX),
        })
    }
}
register!(CoreQuery<Status> for BuiltIn);
