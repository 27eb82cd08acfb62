//! The protocol over HTTP, a request at a time: no sessions, and an answer is one JSON document.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use rmcp::{
    model::{ClientJsonRpcMessage, ErrorCode},
    transport::streamable_http_server::{
        StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
    },
};
use serde_json::value::RawValue;

use crate::{Handler, Tools};

/// Answers a request to the endpoint of the protocol ("Streamable HTTP"), with these tools.
///
/// Whoever serves it checks `Host`, `Origin` and the caller before, and limits the body.
pub async fn answer_http(tools: Arc<dyn Tools>, request: Request<Bytes>) -> Response<Bytes> {
    if let Some((code, why)) = fault(&request) {
        return refuse(code, why);
    }
    // Without sessions there is nothing to resume, to sweep, or to take over by a stolen id.
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(usize::MAX)
        .disable_allowed_hosts();
    let handler = Handler::new(tools);
    let sessions = Arc::new(NeverSessionManager::default());
    let service = StreamableHttpService::new(move || Ok(handler.clone()), sessions, config);
    let (head, body) = service.handle(request.map(Full::new)).await.into_parts();
    let Ok(body) = body.collect().await;
    Response::from_parts(head, body.to_bytes())
}

/// Finds what keeps a body from being a message. The library would blame its media type.
fn fault(request: &Request<Bytes>) -> Option<(ErrorCode, &'static str)> {
    let body = request.body();
    if request.method() != Method::POST {
        return None;
    }
    if serde_json::from_slice::<&RawValue>(body).is_err() {
        return Some((ErrorCode::PARSE_ERROR, "the body is not JSON"));
    }
    let message = serde_json::from_slice::<ClientJsonRpcMessage>(body);
    message.is_err().then_some((ErrorCode::INVALID_REQUEST, "the body is not a message"))
}

fn refuse(code: ErrorCode, why: &str) -> Response<Bytes> {
    let error = serde_json::json!({ "code": code.0, "message": why });
    let body = serde_json::json!({ "jsonrpc": "2.0", "id": null, "error": error });
    let mut response = Response::new(body.to_string().into());
    *response.status_mut() = StatusCode::BAD_REQUEST;
    let media_type = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, media_type);
    response
}
