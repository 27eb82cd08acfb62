//! Revocation of a server while its answer is under way.

use std::{future::Future, future::poll_fn, pin::Pin, task::Poll, time::Duration};

use ext_net::{UrlError, VettedUrl};
use ext_perm::{Origin, Target};
use ext_registry::{Context, OpError};

use super::errors::url_error;
use ext_services::http::HttpClient;

/// Interval at which the permission to reach the server is checked.
const CHECK_INTERVAL: Duration = Duration::from_millis(50);

/// Waits for a server's answer, and drops it when the user revokes the server meanwhile.
///
/// # Errors
/// [`ErrorCode::DeniedNet`](ext_wire::ErrorCode::DeniedNet) when the server may not be reached any
/// more; [`ErrorCode::Internal`](ext_wire::ErrorCode::Internal) when that cannot be decided, or the
/// host has no HTTP client.
pub(crate) async fn while_granted<T>(
    url: &VettedUrl,
    mut answer: Pin<Box<dyn Future<Output = T> + Send + '_>>,
    context: Context<'_>,
) -> Result<T, OpError> {
    let client = &**context.service::<dyn HttpClient>()?;
    let (scheme, host, port) = (url.scheme(), url.host(), url.port());
    let origin = Origin { scheme: scheme.name(), host: &host, port };
    loop {
        let mut pause = client.pause(CHECK_INTERVAL);
        let answer_or_pause = poll_fn(|wake| match answer.as_mut().poll(wake) {
            Poll::Ready(answer) => Poll::Ready(Some(answer)),
            Poll::Pending => pause.as_mut().poll(wake).map(|()| None),
        });
        let answer = answer_or_pause.await;
        // Also when all of it is here: an answer after the revocation is for nobody.
        if !context.may_touch(Target::Origin(origin))? {
            return Err(url_error(UrlError::Denied { scheme, host, port }));
        }
        if let Some(answer) = answer {
            return Ok(answer);
        }
    }
}
