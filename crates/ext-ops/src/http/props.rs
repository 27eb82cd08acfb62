//! Properties of the rules for headers, redirects, budgets and secrets.

use std::{io::Write, sync::Arc, time::Instant};

use bytes::Bytes;
use ext_net::{AddressPolicy, Scheme, VettedUrl};
use ext_services::http::{HttpError, HttpRequest, HttpResponse, ScrubWriter, Scrubber};
use ext_wire::ops::http::HttpHeader;
use http::{HeaderMap, Method};
use proptest::{collection::vec, prelude::*, sample::select};

use super::{budget, headers, redirect};

fn url(text: &str) -> VettedUrl {
    VettedUrl::vet(text, &AddressPolicy::public_only(), |_, _, _| true).unwrap()
}

fn origin() -> impl Strategy<Value = &'static str> {
    select(&[
        "https://a.example.com",
        "https://a.example.com:8443",
        "https://b.example.com",
        "http://a.example.com",
    ])
}

fn method() -> impl Strategy<Value = Method> {
    select(&[Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
}

fn request(origin: &str, method: Method, body: &[u8], headers: HeaderMap) -> HttpRequest {
    HttpRequest {
        url: url(&format!("{origin}/x?y")),
        method,
        headers,
        body: Bytes::copy_from_slice(body),
        pool: String::new(),
        deadline: Instant::now(),
        max_body_bytes: 1000,
        scrubber: Arc::default(),
        received: Default::default(),
    }
}

fn checked(pairs: &[(String, String)]) -> Option<HeaderMap> {
    let pairs: Vec<HttpHeader> =
        pairs.iter().map(|(name, value)| HttpHeader::new(name, value)).collect();
    headers::check(&pairs).ok()
}

/// Names of all kinds, in any spelling.
fn name() -> impl Strategy<Value = String> {
    let known = select(&[
        "Accept",
        "authorization",
        "COOKIE",
        "x-api-key",
        "apikey",
        "Host",
        "content-length",
        "Transfer_Encoding",
        "x-forwarded-for",
        "X_Real_IP",
        "Metadata",
        "sec-fetch-site",
        "range",
    ]);
    prop_oneof![known.prop_map(str::to_owned), "[!-~]{0,12}", any::<String>()]
}

proptest! {
    /// What passes cannot add a header or a line, and names nothing that only others set.
    #[test]
    fn net_36_headers_that_pass_are_plain(pairs in vec((name(), any::<String>()), 0..6)) {
        let Some(map) = checked(&pairs) else { return Ok(()) };
        prop_assert_eq!(map.len(), pairs.len());
        for (name, value) in &map {
            let text = value.to_str().unwrap();
            prop_assert!(text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && text == text.trim());
            let name = name.as_str().replace('_', "-");
            for other in ["host", "content-length", "transfer-encoding", "connection", "upgrade"] {
                prop_assert_ne!(&name, other);
            }
            for other in ["x-forwarded", "sec-", "proxy-", "metadata", "x-real-ip"] {
                prop_assert!(!name.starts_with(other), "{name}");
            }
        }
    }

    /// A redirect sends nothing of the caller's own to another origin, and never back to `http`.
    #[test]
    fn redirects_leave_behind_what_is_not_for_others(
        from in origin(), to in origin(), method in method(), status in select(&[301_u16, 302, 303, 307, 308]),
        body in vec(any::<u8>(), 0..20), pairs in vec((name(), "[!-~]{1,9}"), 0..6),
    ) {
        let body = if matches!(method, Method::GET | Method::HEAD) { Vec::new() } else { body };
        let Some(headers) = checked(&pairs) else { return Ok(()) };
        let before = request(from, method.clone(), &body, headers);
        let next = url(&format!("{to}/z"));
        let same = before.url.same_origin(&next);
        let Ok(after) = redirect::follow(before.clone(), status, next.clone()) else {
            // Only for these two reasons.
            let downgrade = before.url.scheme() == Scheme::Https && next.scheme() == Scheme::Http;
            prop_assert!(downgrade || (!same && !body.is_empty()));
            return Ok(());
        };
        prop_assert_eq!(&after.url, &next);
        prop_assert!(after.method == method || (after.method == Method::GET && after.body.is_empty()));
        prop_assert!(after.body.is_empty() || after.body == before.body);
        if same {
            prop_assert!(status == 303 || after.headers.len() == before.headers.len() || after.method != method);
        } else {
            prop_assert!(after.body.is_empty());
            for own in ["authorization", "cookie", "x-api-key", "apikey"] {
                prop_assert!(!after.headers.contains_key(own));
            }
        }
        let known = |name: &http::HeaderName| before.headers.contains_key(name);
        prop_assert!(after.headers.keys().all(known), "nothing is added");
    }

    /// No byte crosses for nothing.
    #[test]
    fn call_02_each_byte_is_charged(
        pairs in vec(("[a-z]{1,9}", "[!-~]{0,9}"), 0..6), body in vec(any::<u8>(), 0..40),
    ) {
        let Some(headers) = checked(&pairs) else { return Ok(()) };
        let least: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        let sent = request("https://a.example.com", Method::POST, &body, headers.clone());
        prop_assert!(budget::of_request(&sent) > least + body.len() + sent.url.path_and_query().len());
        let answer = Ok(HttpResponse { status: 200, headers, body: body.clone().into() });
        prop_assert!(budget::of_answer(&answer, &sent) >= least + body.len());
        let too_large = Err(HttpError::Size { host: String::new(), what: "the body", limit: 1000 });
        prop_assert_eq!(budget::of_answer(&too_large, &sent), 1000);
    }

    /// Whatever the secret, wherever it stands, however the answer comes: it does not come back.
    #[test]
    fn net_47_no_secret_comes_back(
        secret in vec(any::<u8>(), 4..40), before in vec(any::<u8>(), 0..60), after in vec(any::<u8>(), 0..60),
        size in 1_usize..50, escaped in any::<bool>(),
    ) {
        let scrubber = Scrubber::new([secret.as_slice()]);
        let shown = match escaped {
            true => secret.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into_bytes(),
            false => secret.clone(),
        };
        let text = [before.as_slice(), &shown, &after].concat();
        let mut writer = ScrubWriter::new(&scrubber, Vec::new());
        text.chunks(size).for_each(|chunk| writer.write_all(chunk).unwrap());
        let scrubbed = writer.finish().unwrap();
        prop_assert_eq!(&scrubbed, &scrubber.scrub(&text), "the same in one piece");
        prop_assert!(!scrubber.finds(&scrubbed) && scrubbed != text);
        let harmless = [before, after].concat();
        if !scrubber.finds(&harmless) {
            prop_assert_eq!(scrubber.scrub(&harmless), harmless);
        }
    }
}
