//! Contents, versions and sidecars over HTTP: `GET`, `HEAD` and `PUT` (RFC 9110).
//!
//! A file comes with what keeps a browser from running it as a page of the daemon: its media type and
//! no guess at another one, a sandbox without scripts, and `attachment` unless it is of a kind that only
//! shows something.

use std::{ops::Range, sync::Arc};

use ext_wire::{ErrorBody, ErrorCode};
use headers::{ContentRange, ETag, HeaderMapExt, IfMatch, IfNoneMatch, IfRange};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use jsonrpsee_server::HttpBody;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    backend::{Backend, Caller},
    bodies::discard_refused,
    files::{FilePart, FileRef, ServedFile},
    http::{Refusal, Reply, failed, refuse, with_type},
    streams::{self, MayGoOn},
};

/// The media type of bytes of which nothing is known.
const BYTES: &str = "application/octet-stream";
/// What a page that is made of a file may do: show itself.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";
/// The kinds of files that show something, and run nothing.
const SHOWN: &[&str] = &[
    "text/plain",
    "application/pdf",
    "application/json",
    "image/avif",
    "image/bmp",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
];
/// The characters that stand for themselves in the value of a parameter (RFC 8187, `attr-char`).
const PARAMETER: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// Answers a request for a file.
pub(crate) async fn answer(
    backend: Arc<dyn Backend>,
    caller: Caller,
    file: FileRef,
    request: Request<Incoming>,
) -> Result<Reply, Refusal> {
    match (request.method().clone(), &file.part) {
        (Method::GET | Method::HEAD, _) => read(backend, caller, file, &request).await,
        (Method::PUT, FilePart::Sidecar(_)) => write(backend, caller, file, request).await,
        (_, part) => {
            let is_sidecar = matches!(part, FilePart::Sidecar(_));
            let allowed = if is_sidecar { "GET, HEAD, PUT" } else { "GET, HEAD" };
            let message = format!("this is reached by {allowed}");
            let mut reply = refuse(StatusCode::METHOD_NOT_ALLOWED, message);
            reply.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
            Err(reply)
        }
    }
}

async fn read(
    backend: Arc<dyn Backend>,
    caller: Caller,
    file: FileRef,
    request: &Request<Incoming>,
) -> Result<Reply, Refusal> {
    let (asked, by) = (Arc::clone(&backend), caller.clone());
    let open = move || asked.files().ok_or_else(nothing)?.open(&by, &file);
    match blocking(open).await {
        Ok(file) => {
            let is_head = request.method() == Method::HEAD;
            let may_go_on = Arc::new(move || backend.is_valid(&caller));
            Ok(serve(file, request.headers(), is_head, may_go_on))
        }
        Err(error) => Ok(failed(&error)),
    }
}

/// Answers a request with a file, or with the part of it that is asked for.
fn serve(file: ServedFile, asked: &HeaderMap, is_head: bool, may_go_on: Arc<MayGoOn>) -> Reply {
    let Ok(tag) = format!("\"{}\"", file.version).parse::<ETag>() else {
        return failed(&ErrorBody::new(ErrorCode::Internal, "the version of a file is not a tag"));
    };
    let mut reply = Response::new(HttpBody::empty());
    describe(reply.headers_mut(), &file);
    reply.headers_mut().typed_insert(tag.clone());
    if let Some(status) = unmet(asked, Some(&tag)) {
        *reply.status_mut() = status;
        return reply;
    }
    let range = match range(asked, &tag, file.size) {
        Asked::Whole => 0..file.size,
        Asked::Part(range) => {
            *reply.status_mut() = StatusCode::PARTIAL_CONTENT;
            if let Ok(range) = ContentRange::bytes(range.clone(), file.size) {
                reply.headers_mut().typed_insert(range);
            }
            range
        }
        Asked::Nothing => {
            let mut reply =
                *refuse(StatusCode::RANGE_NOT_SATISFIABLE, "the file does not have these bytes");
            reply.headers_mut().typed_insert(ContentRange::unsatisfied_bytes(file.size));
            return reply;
        }
    };
    reply.headers_mut().insert(header::CONTENT_LENGTH, (range.end - range.start).into());
    if !is_head {
        *reply.body_mut() = streams::body_of(file.bytes, range, may_go_on);
    }
    reply
}

fn describe(headers: &mut HeaderMap, file: &ServedFile) {
    let media_type = file.media_type.as_deref().unwrap_or(BYTES);
    let mut put = |name: HeaderName, value: &str| {
        // What is not a valid value says nothing: the type then is that of any bytes.
        let value = HeaderValue::from_str(value).unwrap_or(HeaderValue::from_static(BYTES));
        headers.insert(name, value);
    };
    put(header::CONTENT_TYPE, media_type);
    put(header::CONTENT_DISPOSITION, &disposition(&file.name, is_shown(media_type)));
    put(header::CONTENT_SECURITY_POLICY, POLICY);
    put(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    put(header::ACCEPT_RANGES, "bytes");
    // It may be kept, and is asked for each time.
    put(header::CACHE_CONTROL, "private, no-cache");
}

fn is_shown(media_type: &str) -> bool {
    let kind = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let plays = kind.starts_with("audio/") || kind.starts_with("video/");
    plays || SHOWN.contains(&kind.as_str())
}

/// Names a file for whoever saves it (RFC 6266): in plain letters, and as it is.
fn disposition(name: &str, is_shown: bool) -> String {
    let kind = if is_shown { "inline" } else { "attachment" };
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || " -_.()".contains(letter);
    let plain: String =
        name.chars().map(|letter| if is_plain(letter) { letter } else { '_' }).collect();
    let whole = utf8_percent_encode(name, PARAMETER);
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

/// Finds the status of a request whose conditions are not met.
fn unmet(asked: &HeaderMap, tag: Option<&ETag>) -> Option<StatusCode> {
    let matches = asked.typed_get::<IfMatch>();
    if matches.is_some_and(|wanted| !tag.is_some_and(|tag| wanted.precondition_passes(tag))) {
        return Some(StatusCode::PRECONDITION_FAILED);
    }
    let known = asked.typed_get::<IfNoneMatch>();
    let is_known =
        known.is_some_and(|known| tag.is_some_and(|tag| !known.precondition_passes(tag)));
    is_known.then_some(StatusCode::NOT_MODIFIED)
}

/// The bytes that a request asks for.
enum Asked {
    Whole,
    Part(Range<u64>),
    Nothing,
}

/// Reads `Range`. Several ranges at once are answered with the whole, as the standard allows.
fn range(asked: &HeaderMap, tag: &ETag, size: u64) -> Asked {
    let value = asked.get(header::RANGE).and_then(|value| value.to_str().ok());
    let ranges = value.and_then(|text| text.strip_prefix("bytes="));
    let Some(ranges) = ranges else { return Asked::Whole };
    // A condition that is none of the standard's, such as `*`, does not hold.
    let is_same =
        || asked.typed_get::<IfRange>().is_some_and(|it| !it.is_modified(Some(tag), None));
    let of_another = asked.contains_key(header::IF_RANGE) && !is_same();
    if of_another || ranges.contains(',') {
        return Asked::Whole;
    }
    match part(ranges.trim(), size) {
        Some(range) => Asked::Part(range),
        None => Asked::Nothing,
    }
}

/// Finds the bytes of `FIRST-LAST`, `FIRST-` or `-COUNT`, as far as the file has them (RFC 9110, section
/// 14.1.2).
fn part(range: &str, size: u64) -> Option<Range<u64>> {
    let (first, last) = range.split_once('-')?;
    let range = match (first, last) {
        ("", count) => size.saturating_sub(position(count)?)..size,
        (first, "") => position(first)?..size,
        (first, last) => position(first)?..position(last)?.saturating_add(1).min(size),
    };
    (!range.is_empty()).then_some(range)
}

/// Reads a number of bytes. One that is too large to count lies behind the end of every file.
fn position(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

/// Writes a sidecar of the bytes that come in.
async fn write(
    backend: Arc<dyn Backend>,
    caller: Caller,
    file: FileRef,
    request: Request<Incoming>,
) -> Result<Reply, Refusal> {
    let (head, mut body) = request.into_parts();
    if let Err(refusal) = check_whole(&head.headers) {
        discard_refused(&head.headers, &mut body).await;
        return Err(refusal);
    }
    let is_conditional = head.headers.contains_key(header::IF_MATCH)
        || head.headers.contains_key(header::IF_NONE_MATCH);
    let only_if = move |version: Option<&str>| {
        let tag = version.and_then(|version| format!("\"{version}\"").parse::<ETag>().ok());
        unmet(&head.headers, tag.as_ref()).is_none()
    };
    let write = move |source: &mut dyn std::io::Read| {
        backend.files().ok_or_else(nothing)?.write_sidecar(&caller, &file, source, &only_if)
    };
    let written = streams::read_on_thread(body, write).await;
    match written.map_err(|_| panicked()).flatten() {
        Ok(written) => {
            let body = written.info.to_string();
            let mut reply = with_type(StatusCode::OK, "application/json", body.into());
            if let Ok(tag) = format!("\"{}\"", written.version).parse::<ETag>() {
                reply.headers_mut().typed_insert(tag);
            }
            Ok(reply)
        }
        Err(error) => {
            let mut reply = failed(&error);
            if is_conditional && error.code == ErrorCode::Conflict {
                *reply.status_mut() = StatusCode::PRECONDITION_FAILED;
            }
            Ok(reply)
        }
    }
}

/// Checks that a body is all of a file, as it is to be kept (RFC 9110, sections 14.5 and 8.4).
fn check_whole(headers: &HeaderMap) -> Result<(), Refusal> {
    if headers.contains_key(header::CONTENT_RANGE) {
        let message = "a file is written as a whole, and not a part of it (`Content-Range`)";
        return Err(refuse(StatusCode::BAD_REQUEST, message));
    }
    let is_plain = |coding: &HeaderValue| coding.as_bytes().eq_ignore_ascii_case(b"identity");
    if headers.get_all(header::CONTENT_ENCODING).iter().all(is_plain) {
        return Ok(());
    }
    let message = "a file is written as it is, and not in a `Content-Encoding`";
    let mut refusal = refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, message);
    let accepted = HeaderValue::from_static("identity");
    refusal.headers_mut().insert(header::ACCEPT_ENCODING, accepted);
    Err(refusal)
}

/// Runs a function on a thread that may block.
pub(crate) async fn blocking<T: Send + 'static>(
    run: impl FnOnce() -> Result<T, ErrorBody> + Send + 'static,
) -> Result<T, ErrorBody> {
    tokio::task::spawn_blocking(run).await.map_err(|_| panicked()).flatten()
}

pub(crate) fn panicked() -> ErrorBody {
    ErrorBody::new(ErrorCode::Internal, "the call failed inside of the daemon")
}

pub(crate) fn nothing() -> ErrorBody {
    ErrorBody::new(ErrorCode::UnknownMethod, "files are not served here")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_in_plain_letters_and_as_it_is() {
        let name = "Quittung \"Café\"\r\n; x.pdf";
        assert_eq!(
            disposition(name, true),
            "inline; filename=\"Quittung _Caf_____ x.pdf\"; \
             filename*=UTF-8''Quittung%20%22Caf%C3%A9%22%0D%0A%3B%20x.pdf"
        );
    }

    #[test]
    fn a_range_is_cut_to_what_the_file_has() {
        for (range, expected) in [
            ("0-0", Some(0..1)),
            ("5-", Some(5..12)),
            ("-4", Some(8..12)),
            ("-12", Some(0..12)),
            ("-100", Some(0..12)),
            ("-99999999999999999999", Some(0..12)),
            ("0-99999999999999999999", Some(0..12)),
            ("99999999999999999999-", None),
            ("12-", None),
            ("9-8", None),
            ("-0", None),
            ("-", None),
            ("+1-2", None),
            ("1", None),
        ] {
            assert_eq!(part(range, 12), expected, "{range}");
        }
    }

    #[test]
    fn a_part_or_a_packed_body_is_no_file() {
        let status = |name: HeaderName, value: &'static str| {
            let headers = HeaderMap::from_iter([(name, HeaderValue::from_static(value))]);
            check_whole(&headers).map_err(|refusal| refusal.status())
        };
        let part = status(header::CONTENT_RANGE, "bytes 4-5/10");
        assert_eq!(part, Err(StatusCode::BAD_REQUEST));
        let packed = status(header::CONTENT_ENCODING, "gzip");
        assert_eq!(packed, Err(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        assert_eq!(status(header::CONTENT_ENCODING, "Identity"), Ok(()));
    }

    #[test]
    fn what_may_run_something_is_not_shown() {
        for kind in ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", BYTES, ""] {
            assert!(!is_shown(kind), "{kind}");
        }
        for kind in ["image/png", "text/plain; charset=utf-8", "TEXT/PLAIN", "video/mp4"] {
            assert!(is_shown(kind), "{kind}");
        }
    }
}
