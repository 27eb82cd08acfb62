//! JSON-RPC 2.0: calls of operations, and the methods of the server itself.
//!
//! A method with a colon, such as `query:core.status.v1`, is an operation; its parameters are an
//! object with `library` and `input`. The specification is <https://www.jsonrpc.org/specification>.
//!
//! A notification, which is a call without an id, runs nothing: whoever makes one cannot learn whether
//! it was done, and a call whose id is not valid would be taken for one.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use ext_wire::{ErrorBody, ErrorCode, body::BlobStyle};
use jsonrpsee_core::{
    middleware::{Batch, BatchEntry, Notification, Request, RpcServiceT},
    server::{BatchResponseBuilder, MethodResponse, ResponsePayload},
};
use jsonrpsee_types::{ErrorObjectOwned, Id};
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{
    backend::{Backend, Caller, RpcCall},
    calls::Calls,
    connections::InUse,
    limits::MAX_REPLY_BYTES,
    trace::TraceParent,
};

/// The parameters of a call of an operation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params<'a> {
    #[serde(default)]
    library: Option<Uuid>,
    #[serde(default, borrow)]
    input: Option<Cow<'a, RawValue>>,
}

/// Runs operations, and passes all other methods on.
#[derive(Clone)]
pub(crate) struct Operations<S> {
    pub(crate) next: S,
    pub(crate) backend: Arc<dyn Backend>,
    pub(crate) calls: Calls,
    pub(crate) caller: Caller,
    /// The id that the client gave the request.
    pub(crate) id: Option<Uuid>,
    /// The span of the client in which it makes the request.
    pub(crate) parent: Option<TraceParent>,
    /// The connection, which a WebSocket uses as long as it lasts.
    pub(crate) _in_use: Arc<InUse>,
}

impl<S> RpcServiceT for Operations<S>
where
    S: RpcServiceT<
            MethodResponse = MethodResponse,
            BatchResponse = MethodResponse,
            NotificationResponse = MethodResponse,
        > + Clone
        + Send
        + Sync
        + 'static,
{
    type MethodResponse = MethodResponse;
    type NotificationResponse = MethodResponse;
    type BatchResponse = MethodResponse;

    fn call<'a>(
        &self,
        mut request: Request<'a>,
    ) -> impl Future<Output = MethodResponse> + Send + 'a {
        let this = self.clone();
        async move {
            if !is_operation(&request.method) {
                request.extensions.insert(this.caller.clone());
                return this.next.call(request).await;
            }
            let result = this.run(&request.method, request.params.as_deref()).await;
            answer(request.id, result)
        }
    }

    fn batch<'a>(&self, batch: Batch<'a>) -> impl Future<Output = MethodResponse> + Send + 'a {
        let this = self.clone();
        async move {
            let mut answers = BatchResponseBuilder::new_with_limit(MAX_REPLY_BYTES);
            let mut notified = false;
            for entry in batch {
                let answer = match entry {
                    Ok(BatchEntry::Call(request)) => this.call(request).await,
                    Ok(BatchEntry::Notification(notification)) => {
                        notified = true;
                        this.notification(notification).await;
                        continue;
                    }
                    Err(error) => {
                        let (error, id) = error.into_parts();
                        MethodResponse::error(id, error)
                    }
                };
                if let Err(too_large) = answers.append(answer) {
                    return too_large;
                }
            }
            // An empty batch is an invalid request; one of notifications alone has no answer.
            if answers.is_empty() && notified {
                return MethodResponse::notification();
            }
            MethodResponse::from_batch(answers.finish())
        }
    }

    fn notification<'a>(
        &self,
        notification: Notification<'a>,
    ) -> impl Future<Output = MethodResponse> + Send + 'a {
        self.next.notification(notification)
    }
}

impl<S> Operations<S> {
    async fn run(
        &self,
        method: &str,
        params: Option<&RawValue>,
    ) -> Result<Box<RawValue>, ErrorObjectOwned> {
        let Params { library, input } = match params {
            Some(params) => serde_json::from_str(params.get()).map_err(|error| wrong(&error))?,
            None => Params { library: None, input: None },
        };
        let payload = input.map_or_else(Bytes::new, |input| input.get().to_owned().into());
        let (blobs, method) = (BlobStyle::Base64, method.to_owned());
        let id = self.id.unwrap_or_else(Uuid::new_v4);
        let (stop, parent) = (Arc::default(), self.parent);
        let call = RpcCall { id, method, library, payload, blobs, stop, parent };
        let output = run(&self.backend, &self.calls, &self.caller, call).await;
        raw(output.map_err(|error| to_object(&error))?)
    }
}

/// Runs a call on a thread that may block; when the client goes, or the server ends, it is stopped.
pub(crate) async fn run(
    backend: &Arc<dyn Backend>,
    calls: &Calls,
    caller: &Caller,
    mut call: RpcCall,
) -> Result<Vec<u8>, ErrorBody> {
    let gone = calls.begin();
    call.stop = gone.flag();
    let (backend, caller) = (Arc::clone(backend), caller.clone());
    let run = tokio::task::spawn_blocking(move || backend.call(&caller, call, &|_| {}));
    let panicked = |_| ErrorBody::new(ErrorCode::Internal, "the call failed inside of the daemon");
    run.await.map_err(panicked)?
}

/// Returns the answer to a call whose id is not valid, which the library takes for a notification and
/// answers with nothing.
pub(crate) fn invalid_id(body: &[u8]) -> Option<String> {
    // A struct would be read from a list as well: a batch of notifications has no answer.
    let fields: BTreeMap<String, &RawValue> = serde_json::from_slice(body).ok()?;
    let id = fields.get("id")?;
    if serde_json::from_str::<Id<'_>>(id.get()).is_ok() {
        return None;
    }
    let error = serde_json::json!({
        "jsonrpc": "2.0",
        "id": null,
        "error": {
            "code": jsonrpsee_types::error::INVALID_REQUEST_CODE,
            "message": "`id` is a text, a whole number from 0 on, or null",
        },
    });
    Some(error.to_string())
}

/// Operations have a colon in their method, and no method of the server has one.
fn is_operation(method: &str) -> bool {
    method.contains(':')
}

fn answer(id: Id<'_>, result: Result<Box<RawValue>, ErrorObjectOwned>) -> MethodResponse {
    match result {
        Ok(output) => {
            MethodResponse::response(id, ResponsePayload::success(output), MAX_REPLY_BYTES)
        }
        Err(error) => MethodResponse::error(id, error),
    }
}

fn raw(output: Vec<u8>) -> Result<Box<RawValue>, ErrorObjectOwned> {
    let internal = |_| {
        to_object(&ErrorBody::new(ErrorCode::Internal, "the output of the operation is not JSON"))
    };
    let text = String::from_utf8(output).map_err(|_| internal(()))?;
    let text = if text.is_empty() { "null".to_owned() } else { text };
    RawValue::from_string(text).map_err(|_| internal(()))
}

fn wrong(error: &serde_json::Error) -> ErrorObjectOwned {
    let message = format!("the parameters are an object with `library` and `input`: {error}");
    to_object(&ErrorBody::new(ErrorCode::BadInput, message))
}

/// Makes the error of JSON-RPC: its message is ours, its data the whole body, with the stable code in
/// `data.code`.
pub(crate) fn to_object(error: &ErrorBody) -> ErrorObjectOwned {
    let code = match error.code {
        ErrorCode::UnknownMethod => jsonrpsee_types::error::METHOD_NOT_FOUND_CODE,
        ErrorCode::BadInput | ErrorCode::BadJson => jsonrpsee_types::error::INVALID_PARAMS_CODE,
        ErrorCode::Internal => jsonrpsee_types::error::INTERNAL_ERROR_CODE,
        _ => OPERATION_FAILED,
    };
    ErrorObjectOwned::owned(code, error.error.clone(), Some(error))
}

/// Code of JSON-RPC for an error that an operation answers: the first of those left to servers.
const OPERATION_FAILED: i32 = -32000;
