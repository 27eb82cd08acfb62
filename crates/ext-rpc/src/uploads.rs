//! Uploads that resume, by the protocol tus (version 1.0.0, <https://tus.io/protocols/resumable-upload>)
//! with its extensions creation, creation-with-upload, expiration and termination.

use std::sync::Arc;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use ext_wire::{ErrorBody, ErrorCode};
use headers::{Expires, Header, HeaderMapExt};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use jsonrpsee_server::HttpBody;
use uuid::Uuid;

use crate::{
    backend::{Backend, Caller},
    bodies::discard_refused,
    content::{blocking, nothing, panicked},
    files::{MAX_UPLOAD_BYTES, NewUpload, Upload},
    http::{Refusal, Reply, failed, refuse},
    streams,
};

/// The version of the protocol.
const VERSION: &str = "1.0.0";
const EXTENSIONS: &str = "creation,creation-with-upload,expiration,termination";
/// The media type of the bytes of an upload.
const BYTES: &str = "application/offset+octet-stream";
const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
/// The header that names the entry which a whole upload became.
const ENTRY: HeaderName = HeaderName::from_static("x-entry");

/// The uploads of a library, or one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) library: Uuid,
    pub(crate) id: Option<Uuid>,
}

/// Answers a request about uploads.
pub(crate) async fn answer(
    backend: Arc<dyn Backend>,
    caller: Caller,
    place: Place,
    request: Request<Incoming>,
) -> Result<Reply, Refusal> {
    let uploads = Uploads { backend, caller, library: place.library };
    let mut reply = match (request.method().clone(), place.id) {
        (Method::OPTIONS, _) => offer(),
        _ if request.headers().get(RESUMABLE).is_none_or(|version| version != VERSION) => {
            let message = format!("an upload names its protocol: Tus-Resumable: {VERSION}");
            *refuse(StatusCode::PRECONDITION_FAILED, message)
        }
        (Method::POST, None) => uploads.create(request).await?,
        (Method::HEAD, Some(id)) => uploads.state(id).await,
        (Method::PATCH, Some(id)) => uploads.append(id, request).await?,
        (Method::DELETE, Some(id)) => uploads.cancel(id).await,
        _ => *refuse(StatusCode::METHOD_NOT_ALLOWED, "POST begins an upload, PATCH adds to one"),
    };
    let headers = reply.headers_mut();
    headers.insert(RESUMABLE, HeaderValue::from_static(VERSION));
    headers.insert("tus-version", HeaderValue::from_static(VERSION));
    Ok(reply)
}

fn offer() -> Reply {
    let mut reply = empty(StatusCode::NO_CONTENT);
    let headers = reply.headers_mut();
    headers.insert("tus-extension", HeaderValue::from_static(EXTENSIONS));
    headers.insert("tus-max-size", MAX_UPLOAD_BYTES.into());
    reply
}

/// The uploads of a library, for one caller.
#[derive(Clone)]
struct Uploads {
    backend: Arc<dyn Backend>,
    caller: Caller,
    library: Uuid,
}

impl Uploads {
    async fn create(self, request: Request<Incoming>) -> Result<Reply, Refusal> {
        let new = new_upload(self.library, request.headers())?;
        let (backend, caller) = (Arc::clone(&self.backend), self.caller.clone());
        let create = move || backend.files().ok_or_else(nothing)?.create_upload(&caller, &new);
        let mut upload = match blocking(create).await {
            Ok(upload) => upload,
            Err(error) => {
                let (head, mut body) = request.into_parts();
                discard_refused(&head.headers, &mut body).await;
                return Ok(failed(&error));
            }
        };
        let place = format!("/libraries/{}/uploads/{}", self.library, upload.id);
        if has_bytes(request.headers()) {
            upload = match self.take_first(upload.id, request).await {
                Ok(taken) => taken,
                Err(error) => return Ok(failed(&error)),
            };
        }
        let mut reply = described(StatusCode::CREATED, &upload);
        let place = HeaderValue::from_str(&place).map_err(|error| {
            refuse(StatusCode::INTERNAL_SERVER_ERROR, format_args!("the place: {error}"))
        })?;
        reply.headers_mut().insert(header::LOCATION, place);
        Ok(reply)
    }

    /// Takes the first bytes with the creation. Where the rest may come later, the answer says how much is
    /// kept; an upload that is refused leaves nothing, as its client never learns its place.
    async fn take_first(self, id: Uuid, request: Request<Incoming>) -> Result<Upload, ErrorBody> {
        let error = match self.clone().take(id, 0, request).await {
            Ok(taken) => return Ok(taken),
            Err(error) => error,
        };
        tracing::debug!(%error, "the first bytes of an upload");
        if may_pass(error.code)
            && let Ok(kept) = self.clone().find(id).await
        {
            return Ok(kept);
        }
        self.cancel(id).await;
        Err(error)
    }

    async fn find(self, id: Uuid) -> Result<Upload, ErrorBody> {
        let find = move || {
            self.backend.files().ok_or_else(nothing)?.upload(&self.caller, self.library, id)
        };
        blocking(find).await
    }

    async fn state(self, id: Uuid) -> Reply {
        match self.find(id).await {
            Ok(upload) => described(StatusCode::OK, &upload),
            Err(error) => failed(&error),
        }
    }

    async fn append(self, id: Uuid, request: Request<Incoming>) -> Result<Reply, Refusal> {
        if !has_bytes(request.headers()) {
            let message = format!("the bytes of an upload have the type {BYTES}");
            return Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        }
        let offset = number(request.headers(), &OFFSET)?;
        Ok(match self.take(id, offset, request).await {
            Ok(upload) => described(StatusCode::NO_CONTENT, &upload),
            Err(error) => failed(&error),
        })
    }

    async fn take(
        self,
        id: Uuid,
        offset: u64,
        request: Request<Incoming>,
    ) -> Result<Upload, ErrorBody> {
        let Self { backend, caller, library } = self;
        let append = move |source: &mut dyn std::io::Read| {
            let files = backend.files().ok_or_else(nothing)?;
            files.append(&caller, library, id, offset, source)
        };
        let appended = streams::read_on_thread(request.into_body(), append).await;
        appended.map_err(|_| panicked()).flatten()
    }

    async fn cancel(self, id: Uuid) -> Reply {
        let cancel = move || {
            self.backend.files().ok_or_else(nothing)?.cancel_upload(&self.caller, self.library, id)
        };
        match blocking(cancel).await {
            Ok(()) => empty(StatusCode::NO_CONTENT),
            Err(error) => failed(&error),
        }
    }
}

fn new_upload(library: Uuid, headers: &HeaderMap) -> Result<NewUpload, Refusal> {
    let length = number(headers, &LENGTH)?;
    if length > MAX_UPLOAD_BYTES {
        let message = format!("an upload has at most {MAX_UPLOAD_BYTES} bytes");
        return Err(refuse(StatusCode::PAYLOAD_TOO_LARGE, message));
    }
    let metadata = headers.get(METADATA).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let path = match (value_of(metadata, "path")?, value_of(metadata, "filename")?) {
        (Some(path), _) => path,
        (None, Some(name)) => match value_of(metadata, "into")? {
            Some(place) if !place.is_empty() => format!("{place}/{name}"),
            _ => name,
        },
        (None, None) => {
            let message = "Upload-Metadata names the file: `path`, or `filename` and `into`";
            return Err(refuse(StatusCode::BAD_REQUEST, message));
        }
    };
    Ok(NewUpload { library, path, length })
}

/// Finds a value in the metadata of an upload: pairs of a key and base64, with commas between them.
fn value_of(metadata: &str, key: &str) -> Result<Option<String>, Refusal> {
    let mut pairs =
        metadata.split(',').map(|pair| pair.trim().split_once(' ').unwrap_or((pair.trim(), "")));
    let Some((_, value)) = pairs.find(|(name, _)| *name == key) else { return Ok(None) };
    if pairs.any(|(name, _)| name == key) {
        let message = format!("Upload-Metadata has the key `{key}` twice");
        return Err(refuse(StatusCode::BAD_REQUEST, message));
    }
    let bytes = BASE64_STANDARD.decode(value.trim()).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    let message = || format!("the value of `{key}` in Upload-Metadata is not base64 of a text");
    text.map(Some).ok_or_else(|| refuse(StatusCode::BAD_REQUEST, message()))
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, Refusal> {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    let number = value.filter(|text| text.bytes().all(|it| it.is_ascii_digit()));
    let number = number.and_then(|text| text.parse().ok());
    number
        .ok_or_else(|| refuse(StatusCode::BAD_REQUEST, format_args!("{name} is a number of bytes")))
}

/// Tells whether the same bytes may be taken later.
const fn may_pass(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::Busy | ErrorCode::Io | ErrorCode::NoSpace)
}

fn has_bytes(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == BYTES)
}

fn described(status: StatusCode, upload: &Upload) -> Reply {
    let mut reply = empty(status);
    let headers = reply.headers_mut();
    headers.insert(OFFSET, upload.offset.into());
    headers.insert(LENGTH, upload.length.into());
    let entry = upload.entry.and_then(|entry| HeaderValue::from_str(&entry.to_string()).ok());
    match entry {
        Some(entry) => drop(headers.insert(ENTRY, entry)),
        None => {
            let mut at = Vec::new();
            Expires::from(upload.expires).encode(&mut at);
            headers.extend(at.pop().map(|at| (HeaderName::from_static("upload-expires"), at)));
        }
    }
    headers.typed_insert(headers::CacheControl::new().with_no_store());
    reply
}

fn empty(status: StatusCode) -> Reply {
    let mut reply = Response::new(HttpBody::empty());
    *reply.status_mut() = status;
    reply
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(metadata: &str) -> Result<String, StatusCode> {
        let metadata = HeaderValue::from_str(metadata).unwrap();
        let headers = HeaderMap::from_iter([(LENGTH, 3.into()), (METADATA, metadata)]);
        let new = new_upload(Uuid::nil(), &headers);
        new.map(|new| new.path).map_err(|refusal| refusal.status())
    }

    #[test]
    fn the_metadata_name_the_entry() {
        // `a.txt`, `in box`
        assert_eq!(path("filename YS50eHQ="), Ok("a.txt".into()));
        assert_eq!(path("filename YS50eHQ=,into aW4gYm94"), Ok("in box/a.txt".into()));
        assert_eq!(path("private,filename YS50eHQ=, path aW4gYm94"), Ok("in box".into()));
        assert_eq!(path("path YQ==,path Yg=="), Err(StatusCode::BAD_REQUEST), "a key stands once");
        for wrong in ["", "filename", "filetype YQ==", "filename ?", "filename /w=="] {
            let path = path(wrong);
            assert!(path == Err(StatusCode::BAD_REQUEST) || path == Ok(String::new()), "{wrong}");
        }
    }

    #[test]
    fn lengths_are_numbers() {
        for wrong in ["", "-1", "+1", "1e3", "0x1", "18446744073709551616", " 1"] {
            let headers = HeaderMap::from_iter([(LENGTH, HeaderValue::from_str(wrong).unwrap())]);
            assert!(number(&headers, &LENGTH).is_err(), "{wrong:?}");
        }
        let headers = HeaderMap::from_iter([(LENGTH, MAX_UPLOAD_BYTES.saturating_add(1).into())]);
        let refused = new_upload(Uuid::nil(), &headers).unwrap_err();
        assert_eq!(refused.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }
}
