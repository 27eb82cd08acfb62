//! `spacedrive mcp`.

use std::{process::ExitCode, sync::Arc};

use ext_mcp::{Offered, Tools};
use ext_wire::{ErrorBody, ErrorCode};
use serde_json::Value;
use spacedrive_core::Core;
use spacedrive_daemon::ToolChoice;

use crate::{args::McpArgs, names};

/// Serves the operations as tools, until the client goes.
pub(crate) fn run(core: Core, args: &McpArgs) -> anyhow::Result<ExitCode> {
    let patterns: Result<Vec<_>, _> =
        args.methods.iter().map(|text| names::method_pattern(text)).collect();
    let patterns = patterns?;
    let choice =
        if patterns.is_empty() { ToolChoice::Queries } else { ToolChoice::Named(patterns) };
    let tools = OperationTools { core, choice, library: args.library.library.clone() };
    ext_mcp::serve_stdio(Arc::new(tools))?;
    Ok(ExitCode::SUCCESS)
}

/// The operations that an assistant may call.
struct OperationTools {
    core: Core,
    choice: ToolChoice,
    library: Option<String>,
}

impl Tools for OperationTools {
    fn list(&self) -> Vec<Offered> {
        self.choice.tools(&self.core)
    }

    fn call(
        &self,
        tool: &Offered,
        library: Option<&str>,
        input: Value,
    ) -> Result<Value, ErrorBody> {
        self.choice.check(&tool.method, &input)?;
        self.follow_others();
        let named = library.or(self.library.as_deref());
        let library = match tool.needs_library {
            Some(false) => None,
            _ => Some(names::library_or_only(&self.core, named).map_err(to_body)?),
        };
        let output = self.core.call(&tool.method, library, input.to_string().into())?;
        if output.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&output).map_err(|error| ErrorBody::new(ErrorCode::Internal, error))
    }
}

impl OperationTools {
    /// Follows what other programs did to extensions since the last call: an assistant runs for days.
    fn follow_others(&self) {
        // Who runs the calls follows by itself.
        if !self.core.is_remote() {
            self.core.refresh_extensions();
            self.core.refresh_health();
        }
    }
}

fn to_body(error: anyhow::Error) -> ErrorBody {
    match error.downcast::<ErrorBody>() {
        Ok(body) => body,
        Err(error) => ErrorBody::new(ErrorCode::BadInput, format_args!("{error:#}")),
    }
}
