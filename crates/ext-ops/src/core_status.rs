//! `core.status`.

use ext_registry::{Context, CoreQuery, OpError, register_core_query, require_service};
use ext_wire::ops::{NoInput, core::StatusOutput};

use ext_services::host::HostInfo;

require_service!("core.status", HostInfo);

struct StatusQuery;

impl CoreQuery for StatusQuery {
    type Input = NoInput;
    type Output = StatusOutput;

    async fn execute(_: NoInput, context: Context<'_>) -> Result<StatusOutput, OpError> {
        let host = context.service::<HostInfo>()?;
        Ok(StatusOutput {
            version: host.version.clone(),
            abi_version: ext_abi::ABI_VERSION,
            methods: u32::try_from(host.methods).unwrap_or(u32::MAX),
        })
    }
}
register_core_query!(StatusQuery, "core.status", "Which host this is");
