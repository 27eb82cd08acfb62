//! What is under way ends when the user takes the server back.

use std::{future::Future, future::poll_fn, pin::Pin, task::Poll, time::Duration};

use ext_net::{UrlError, VettedUrl};
use ext_perm::{Origin, Target};
use ext_registry::{Context, OpError};

use super::url_error;
use ext_services::http::HttpClient;

/// How often it is looked whether the server may still be reached.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Waits for a server's answer, and drops it when the user takes the server back meanwhile.
///
/// # Errors
/// The server may not be reached any more.
pub(crate) async fn while_granted<T>(
    url: &VettedUrl,
    mut answer: Pin<Box<dyn Future<Output = T> + Send + '_>>,
    context: Context<'_>,
) -> Result<T, OpError> {
    let client = &**context.service::<dyn HttpClient>()?;
    let (scheme, host, port) = (url.scheme(), url.host(), url.port());
    let origin = Origin { scheme: scheme.name(), host: &host, port };
    loop {
        let mut pause = client.pause(LOOK_EVERY);
        let look = poll_fn(|wake| match answer.as_mut().poll(wake) {
            Poll::Ready(answer) => Poll::Ready(Some(answer)),
            Poll::Pending => pause.as_mut().poll(wake).map(|()| None),
        });
        let answer = look.await;
        // Also when all of it is here: what came after the user's no is for nobody.
        if !context.may_touch(Target::Origin(origin)) {
            return Err(url_error(UrlError::Denied { scheme, host, port }));
        }
        if let Some(answer) = answer {
            return Ok(answer);
        }
    }
}
