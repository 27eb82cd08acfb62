//! The protocol over HTTP, a request at a time: no sessions, and an answer is one JSON document.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use rmcp::transport::streamable_http_server::{
    StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
};

use crate::{Handler, Tools};

/// Answers a request to the endpoint of the protocol ("Streamable HTTP"), with these tools.
///
/// Whoever serves it checks `Host`, `Origin` and the caller before, and limits the body.
pub async fn answer_http(tools: Arc<dyn Tools>, request: Request<Bytes>) -> Response<Bytes> {
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
