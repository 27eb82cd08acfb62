//! `spacedrive mcp`.

use std::{process::ExitCode, sync::Arc};

use ext_manifest::MethodPattern;
use ext_mcp::{Offered, Tools};
use ext_wire::{ErrorBody, ErrorCode, Method};
use serde_json::Value;
use spacedrive_core::{Core, USER_FAMILIES};

use crate::{args::McpArgs, names};

/// Families that are no tools beside [`USER_FAMILIES`]: what an assistant is told by a file must not
/// reach secrets.
const SECRETS: &[&str] = &["credentials", "secrets"];

/// Serves the operations as tools, until the client goes.
pub(crate) fn run(core: Core, args: &McpArgs) -> anyhow::Result<ExitCode> {
    let patterns: Result<Vec<_>, _> =
        args.methods.iter().map(|text| names::method_pattern(text)).collect();
    let tools = OperationTools { core, patterns: patterns?, library: args.library.library.clone() };
    ext_mcp::serve_stdio(Arc::new(tools))?;
    Ok(ExitCode::SUCCESS)
}

/// The operations that an assistant may call.
struct OperationTools {
    core: Core,
    /// The methods that the user named; none: all queries.
    patterns: Vec<MethodPattern>,
    library: Option<String>,
}

impl OperationTools {
    fn offers(&self, method: &str) -> bool {
        let Ok(method) = Method::parse(method) else { return false };
        let family = method.family();
        if USER_FAMILIES.contains(&family) || SECRETS.contains(&family) {
            return false;
        }
        if self.patterns.is_empty() {
            return method.kind() == ext_wire::MethodKind::Query;
        }
        self.patterns.iter().any(|pattern| pattern.matches(method))
    }
}

impl Tools for OperationTools {
    fn list(&self) -> Vec<Offered> {
        let operations = self.core.operations().into_iter();
        // Whatever the user names: an assistant is not told a master password, nor what it opens.
        let offered = operations
            .filter(|it| self.offers(&it.method) && !it.takes_secrets() && !it.answers_view);
        let tool = |it: spacedrive_core::OfferedOperation| Offered {
            method: it.method,
            summary: it.summary,
            input: it.input,
            needs_library: it.needs_library,
        };
        offered.map(tool).collect()
    }

    fn call(&self, method: &str, library: Option<&str>, input: Value) -> Result<Value, ErrorBody> {
        let needs_library = self.list().into_iter().find(|it| it.method == method);
        let needs_library = needs_library.and_then(|it| it.needs_library);
        let named = library.or(self.library.as_deref());
        let library = match needs_library {
            Some(false) => None,
            _ => Some(names::library_or_only(&self.core, named).map_err(to_body)?),
        };
        let output = self.core.call(method, library, input.to_string().into())?;
        if output.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&output).map_err(|error| ErrorBody::new(ErrorCode::Internal, error))
    }
}

fn to_body(error: anyhow::Error) -> ErrorBody {
    match error.downcast::<ErrorBody>() {
        Ok(body) => body,
        Err(error) => ErrorBody::new(ErrorCode::BadInput, format_args!("{error:#}")),
    }
}
