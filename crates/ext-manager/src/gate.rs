//! What a guest's imports reach: the registry, behind the permission engine of its manifest.

use std::sync::{Arc, Mutex, PoisonError};

use ext_abi::AbiError;
use ext_host::{Host, HostCall, LogLevel, Reply};
use ext_perm::Engine;
use ext_registry::{Call, Registry, Services, execute_json_operation_blocking};
use ext_wire::{ErrorBody, ErrorCode, body::BlobStyle};

/// What all extensions of a manager share.
pub(crate) struct Backend {
    pub(crate) registry: Arc<Registry>,
    pub(crate) services: Services,
}

/// The host of one extension.
#[derive(Clone)]
pub(crate) struct Gate {
    id: Arc<str>,
    backend: Arc<Backend>,
    engine: Arc<Engine>,
    last_error: Arc<Mutex<Option<String>>>,
}

impl Gate {
    pub(crate) fn new(id: &str, backend: Arc<Backend>, engine: Engine) -> Self {
        Self { id: id.into(), backend, engine: Arc::new(engine), last_error: Arc::default() }
    }

    /// The last message that the guest logged as an error since this was asked last: the SDK's
    /// handlers log there why they return a code that is not 0.
    pub(crate) fn take_last_error(&self) -> Option<String> {
        self.last_error.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Host for Gate {
    fn call(&mut self, call: HostCall<'_>) -> Reply {
        let mut body = Vec::new();
        let status = self.call_into(call, &mut body);
        Reply { status, body }
    }

    fn call_into(&mut self, call: HostCall<'_>, out: &mut Vec<u8>) -> ErrorCode {
        let call = Call {
            method: call.method,
            library: call.library,
            payload: call.payload,
            blobs: BlobStyle::Attachment,
        };
        let Backend { registry, services } = &*self.backend;
        match execute_json_operation_blocking(registry, services, &self.engine, call, out) {
            Ok(()) => ErrorCode::OK,
            Err(error) => {
                let Reply { status, body } = refusal(&error.into_body());
                *out = body;
                status
            }
        }
    }

    fn log(&mut self, level: LogLevel, message: &str) {
        let text = escape(message);
        let extension = &*self.id;
        match level {
            LogLevel::Debug => tracing::debug!(extension, "{text}"),
            LogLevel::Info => tracing::info!(extension, "{text}"),
            LogLevel::Warn => tracing::warn!(extension, "{text}"),
            LogLevel::Error => {
                tracing::error!(extension, "{text}");
                *self.last_error.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
            }
        }
    }

    fn refuse(&mut self, error: &AbiError) -> Reply {
        refusal(&ErrorBody::new(error.code(), error))
    }
}

fn refusal(body: &ErrorBody) -> Reply {
    Reply { status: body.code, body: body.to_json() }
}

/// Makes a guest's text safe for a terminal and a log: one line, no control characters, nothing
/// that turns the direction of writing.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => safe.extend(c.escape_unicode()),
            c if c.is_control() => safe.extend(c.escape_debug()),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_01_control_characters_do_not_reach_the_terminal() {
        assert_eq!(escape("a\n\u{1b}[31mred\r\u{202e}"), "a\\n\\u{1b}[31mred\\r\\u{202e}");
        assert_eq!(escape("Größe: 3 €"), "Größe: 3 €");
    }
}
