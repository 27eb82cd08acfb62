//! The bodies of requests that are read as a whole.

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Incoming};

use crate::{
    http::{Refusal, refuse},
    limits::{BODY_TIME, DISCARD_TIME, MAX_DISCARDED_BYTES, MAX_REQUEST_BYTES},
};

/// Reads a body within limits of size and time.
pub(crate) async fn read(headers: &HeaderMap, mut body: Incoming) -> Result<Bytes, Refusal> {
    if body.size_hint().lower() > MAX_REQUEST_BYTES as u64 {
        discard_refused(headers, &mut body).await;
        return Err(too_large());
    }
    let whole = Limited::new(&mut body, MAX_REQUEST_BYTES).collect();
    match tokio::time::timeout(BODY_TIME, whole).await {
        Ok(Ok(read)) => Ok(read.to_bytes()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
            discard(&mut body).await;
            Err(too_large())
        }
        Ok(Err(error)) => Err(refuse(StatusCode::BAD_REQUEST, error)),
        Err(_) => {
            let message = format!("the body did not come within {} s", BODY_TIME.as_secs());
            Err(refuse(StatusCode::REQUEST_TIMEOUT, message))
        }
    }
}

/// Takes a body that is refused before any of it was read. Who waits for leave to send it reads the answer at
/// once; others send all of it first.
pub(crate) async fn discard_refused(headers: &HeaderMap, body: &mut Incoming) {
    if !headers.contains_key(header::EXPECT) {
        discard(body).await;
    }
}

/// Takes the rest of a body, though not for long: a client that is still sending when the connection is
/// closed never sees the answer.
async fn discard(body: &mut Incoming) {
    let all = async {
        let mut left = MAX_DISCARDED_BYTES;
        while let Some(Ok(frame)) = body.frame().await {
            let bytes = frame.data_ref().map_or(0, Bytes::len);
            match left.checked_sub(bytes) {
                Some(rest) => left = rest,
                None => return,
            }
        }
    };
    let _ = tokio::time::timeout(DISCARD_TIME, all).await;
}

fn too_large() -> Refusal {
    let message = format!("the body has more than {MAX_REQUEST_BYTES} bytes");
    refuse(StatusCode::PAYLOAD_TOO_LARGE, message)
}
