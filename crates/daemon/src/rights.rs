//! The permission engine of a token: what the user may do, as far as the token says.

use std::num::NonZeroU32;

use ext_perm::{
    Audience, DenialReason, Engine, PermissionBackend, Principal, Rate, Reason, Request, Response,
};
use ext_registry::OpError;
use ext_wire::{ErrorBody, ErrorCode, Method};
use spacedrive_core::USER_FAMILIES;

use crate::tokens::Token;

/// Calls a minute that a token may make.
const CALLS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(6000).unwrap();
/// The method by whose name a token may see the metrics; there is no such operation.
const METRICS: &str = "query:daemon.metrics.v1";
/// Calls that it may make at once.
const BURST: NonZeroU32 = NonZeroU32::new(1000).unwrap();

/// Makes the engine that decides about the calls of whoever has a token.
pub(crate) fn engine(token: Token) -> Engine {
    let rate = Rate { per_minute: CALLS_PER_MINUTE, burst: BURST };
    Engine::new(Principal::User, Box::new(TokenBackend(token)), Some(rate)).delegated()
}

/// Checks that a caller may see the metrics: the user, and a token of all libraries that names them.
pub(crate) fn ensure_metrics(engine: &Engine) -> Result<(), ErrorBody> {
    let method = Method::parse(METRICS);
    let method = method.map_err(|error| ErrorBody::new(ErrorCode::Internal, error))?;
    let granted = engine.authorize(method, None, Audience::UserOnly).map(drop);
    granted.map_err(OpError::from).map_err(OpError::into_body)
}

/// A backend that allows what a token names.
struct TokenBackend(Token);

impl PermissionBackend for TokenBackend {
    fn name(&self) -> &str {
        "token"
    }

    fn decide(&self, request: &Request<'_>) -> Response {
        let Token { name, methods, libraries, .. } = &self.0;
        let deny = |reason, message: String| Response::deny(Reason::new("token", reason, message));
        if self.0.is_expired() {
            return deny(
                DenialReason::Principal,
                format!("the token `{name}` is not valid any more"),
            );
        }
        if USER_FAMILIES.contains(&request.method.family()) {
            let message = format!("`{}` is for the user only, and for no token", request.method);
            return deny(DenialReason::HostOnly, message);
        }
        if !methods.iter().any(|pattern| pattern.matches(request.method)) {
            let message = format!("the token `{name}` may not call `{}`", request.method);
            return deny(DenialReason::Methods, message);
        }
        let Some(libraries) = libraries else { return Response::allow() };
        match request.library {
            Some(library) if libraries.contains(&library) => Response::allow(),
            // An operation of no library shows nothing of any, unless it is about all of them.
            None if request.audience == Audience::Everyone => Response::allow(),
            _ => {
                let message = format!("the token `{name}` is for other libraries");
                deny(DenialReason::Libraries, message)
            }
        }
    }

    fn is_target_sensitive(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use ext_manifest::MethodPattern;
    use ext_registry::{Call, Deadline, Progress};
    use ext_wire::{body::BlobStyle, ops::libraries};
    use jiff::Timestamp;
    use spacedrive_core::Core;
    use uuid::Uuid;

    use super::*;

    fn token(methods: &[&str], libraries: Option<Vec<Uuid>>) -> Token {
        let methods = methods.iter().map(|text| MethodPattern::parse(text).unwrap()).collect();
        let (id, created_at) = (Uuid::new_v4(), Timestamp::now());
        Token { id, name: "t".into(), libraries, methods, created_at, expires_at: None }
    }

    fn allows(token: &Token, method: &str, library: Option<Uuid>, audience: Audience) -> bool {
        let method = Method::parse(method).unwrap();
        engine(token.clone()).authorize(method, library, audience).is_ok()
    }

    #[test]
    fn a_token_may_what_it_names() {
        let (own, other) = (Uuid::new_v4(), Uuid::new_v4());
        let all = token(&["query:vdfs.*"], None);
        let one = token(&["query:vdfs.*", "libraries.*", "ai.ocr"], Some(vec![own]));
        let everyone = Audience::Everyone;
        for (token, method, library, audience, allowed) in [
            (&all, "query:vdfs.get_entry.v1", Some(other), everyone, true),
            (&all, "action:vdfs.create_entry.input.v1", Some(other), everyone, false),
            (&all, "query:vdfs2.get_entry.v1", Some(other), everyone, false),
            (&one, "query:vdfs.get_entry.v1", Some(own), everyone, true),
            (&one, "query:vdfs.get_entry.v1", Some(other), everyone, false),
            (&one, "query:ai.ocr.v1", None, everyone, true),
            (&one, "query:libraries.list.v1", None, Audience::UserOnly, false),
        ] {
            assert_eq!(allows(token, method, library, audience), allowed, "{method} {library:?}");
        }
    }

    #[test]
    fn a_token_neither_reaches_the_machine_nor_changes_what_others_may() {
        let token =
            token(&["schedules.*", "locations.*", "work.*", "extensions.*", "libraries.*"], None);
        for (method, allowed) in [
            ("action:schedules.add.input.v1", false),
            ("query:schedules.list.v1", false),
            ("action:locations.add.input.v1", false),
            ("action:work.import.input.v1", false),
            ("query:extensions.list.v1", false),
            ("query:libraries.list.v1", true),
        ] {
            assert_eq!(allows(&token, method, None, Audience::UserOnly), allowed, "{method}");
        }
    }

    #[test]
    fn a_token_leaves_for_later_only_what_it_names() {
        let data = tempfile::tempdir().unwrap();
        let core = Core::open(data.path()).unwrap();
        let input = libraries::CreateLibraryInput { name: "Test".into() };
        let library = Some(core.call_typed::<libraries::Create>(None, &input).unwrap().id);
        let dispatch = |methods: &[&str]| {
            let (method, blobs) = ("action:jobs.dispatch.input.v1", BlobStyle::Base64);
            let payload = r#"{"method":"action:finance.reject.input.v1"}"#.into();
            let (deadline, progress) = (Deadline::NONE, Progress::NONE);
            let call = Call { method, library, payload, blobs, deadline, progress };
            let engine = engine(token(methods, library.map(|id| vec![id])));
            core.call_with(&engine, call).unwrap_err().code()
        };
        assert_eq!(dispatch(&["jobs.*"]), ErrorCode::DeniedMethod);
        assert_eq!(dispatch(&["jobs.*", "query:finance.*"]), ErrorCode::DeniedMethod);
        // It is not installed here.
        assert_eq!(dispatch(&["jobs.*", "finance.*"]), ErrorCode::NotFound);
    }

    #[test]
    fn an_expired_token_may_nothing() {
        let expired =
            Token { expires_at: Some(Timestamp::now()), ..token(&["query:vdfs.*"], None) };
        let library = Some(Uuid::new_v4());
        assert!(!allows(&expired, "query:vdfs.get_entry.v1", library, Audience::Everyone));
    }
}
