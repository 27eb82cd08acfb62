//! Sessions: browsers that the user let in.
//!
//! The user, over the socket, gets a code; a page changes it for a session. Two secrets make one: a
//! cookie, which no script reads, and a token, which no other port reads. A cookie alone would not do:
//! browsers send it to all ports of an address.

use std::time::{Duration, Instant};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use blake3::Hash;
use ext_wire::{ErrorBody, ErrorCode};
use jsonrpsee_server::{ServerHandle, StopHandle, stop_channel};
use tokio::sync::Mutex;

use crate::limits::{CODE_TIME, MAX_CODES, MAX_SESSIONS, SESSION_IDLE, SESSION_TIME};

/// Random bytes of a secret.
const SECRET_BYTES: usize = 32;

/// The sessions of a server. They end with it.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    codes: Vec<(Hash, Instant)>,
    open: Vec<Session>,
}

struct Session {
    cookie: Hash,
    token: Hash,
    since: Instant,
    used: Instant,
    /// Ends its WebSockets.
    end: ServerHandle,
    ended: StopHandle,
}

/// The secrets of a session that was opened.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) cookie: String,
    pub(crate) token: String,
}

impl Sessions {
    /// Makes a code that opens one session, shortly.
    ///
    /// # Errors
    /// [`ErrorCode::Io`] when the system has no random bytes.
    pub(crate) async fn issue(&self) -> Result<String, ErrorBody> {
        let code = secret()?;
        let mut kept = self.0.lock().await;
        kept.sweep(Instant::now());
        make_room(&mut kept.codes, MAX_CODES);
        kept.codes.push((hash(&code), Instant::now()));
        Ok(code)
    }

    /// Opens the session of a code, which is spent; `None` when it is not valid, or not any more.
    ///
    /// # Errors
    /// [`ErrorCode::Io`] when the system has no random bytes.
    pub(crate) async fn open(&self, code: &str) -> Result<Option<Opened>, ErrorBody> {
        let (now, code) = (Instant::now(), hash(code));
        let mut kept = self.0.lock().await;
        kept.sweep(now);
        let Some(at) = kept.codes.iter().position(|(known, _)| *known == code) else {
            return Ok(None);
        };
        kept.codes.remove(at);
        let opened = Opened { cookie: secret()?, token: secret()? };
        let (ended, end) = stop_channel();
        let (cookie, token) = (hash(&opened.cookie), hash(&opened.token));
        for oldest in make_room(&mut kept.open, MAX_SESSIONS) {
            oldest.close();
        }
        kept.open.push(Session { cookie, token, since: now, used: now, end, ended });
        Ok(Some(opened))
    }

    /// Finds an open session, which is in use from now on; returns what tells its end.
    pub(crate) async fn find(&self, cookie: &str, token: &str) -> Option<StopHandle> {
        let now = Instant::now();
        let mut kept = self.0.lock().await;
        kept.sweep(now);
        let session = kept.find(cookie, token)?;
        session.used = now;
        Some(session.ended.clone())
    }

    /// Ends a session.
    pub(crate) async fn close(&self, cookie: &str, token: &str) {
        let (cookie, token) = (hash(cookie), hash(token));
        let mut kept = self.0.lock().await;
        kept.close(|session| session.cookie == cookie && session.token == token);
    }

    /// Ends the sessions whose time is over.
    pub(crate) async fn sweep(&self) {
        self.0.lock().await.sweep(Instant::now());
    }

    /// Ends all sessions.
    pub(crate) async fn close_all(&self) {
        self.0.lock().await.close(|_| true);
    }
}

impl Kept {
    fn sweep(&mut self, now: Instant) {
        self.codes.retain(|(_, made)| now.duration_since(*made) < CODE_TIME);
        self.close(|session| session.is_over(now));
    }

    fn find(&mut self, cookie: &str, token: &str) -> Option<&mut Session> {
        let (cookie, token) = (hash(cookie), hash(token));
        self.open.iter_mut().find(|session| session.cookie == cookie && session.token == token)
    }

    fn close(&mut self, ends: impl Fn(&Session) -> bool) {
        self.open.retain(|session| {
            let ends = ends(session);
            if ends {
                session.close();
            }
            !ends
        });
    }
}

impl Session {
    fn is_over(&self, now: Instant) -> bool {
        let over = |since: Instant, most: Duration| now.duration_since(since) >= most;
        over(self.used, SESSION_IDLE) || over(self.since, SESSION_TIME)
    }

    fn close(&self) {
        let _ = self.end.stop();
    }
}

/// Takes the oldest out, so that one more may be kept.
fn make_room<T>(kept: &mut Vec<T>, most: usize) -> std::vec::Drain<'_, T> {
    let too_many = (kept.len() + 1).saturating_sub(most);
    kept.drain(..too_many)
}

/// Hashes a secret. It is random, so that a fast hash is enough; hashes compare in constant time.
fn hash(secret: &str) -> Hash {
    blake3::hash(secret.as_bytes())
}

fn secret() -> Result<String, ErrorBody> {
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes)
        .map_err(|error| ErrorBody::new(ErrorCode::Io, format_args!("no secret: {error}")))?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_code_opens_one_session() {
        let sessions = Sessions::default();
        let code = sessions.issue().await.unwrap();
        assert!(sessions.open("other").await.unwrap().is_none());
        let opened = sessions.open(&code).await.unwrap().unwrap();
        assert!(sessions.open(&code).await.unwrap().is_none(), "twice");
        let Opened { cookie, token } = &opened;
        assert!(sessions.find(cookie, token).await.is_some());
        assert!(sessions.find(cookie, cookie).await.is_none());
        assert!(sessions.find(token, token).await.is_none());
        sessions.close(cookie, "other").await;
        assert!(sessions.find(cookie, token).await.is_some());
        sessions.close(cookie, token).await;
        assert!(sessions.find(cookie, token).await.is_none());
    }

    #[tokio::test]
    async fn codes_and_sessions_end_with_their_time() {
        let sessions = Sessions::default();
        let (now, old) = (Instant::now(), sessions.issue().await.unwrap());
        sessions.0.lock().await.sweep(now + CODE_TIME + Duration::from_secs(1));
        assert!(sessions.open(&old).await.unwrap().is_none());
        let code = sessions.issue().await.unwrap();
        let Opened { cookie, token } = sessions.open(&code).await.unwrap().unwrap();
        let ended = sessions.find(&cookie, &token).await.unwrap();
        sessions.0.lock().await.sweep(now + SESSION_IDLE + Duration::from_secs(1));
        assert!(sessions.find(&cookie, &token).await.is_none());
        tokio::time::timeout(Duration::from_secs(5), ended.shutdown()).await.unwrap();
    }

    #[tokio::test]
    async fn the_oldest_makes_room() {
        let sessions = Sessions::default();
        let mut opened = Vec::new();
        for _ in 0..=MAX_SESSIONS {
            let code = sessions.issue().await.unwrap();
            opened.push(sessions.open(&code).await.unwrap().unwrap());
        }
        assert!(sessions.find(&opened[0].cookie, &opened[0].token).await.is_none());
        assert!(sessions.find(&opened[1].cookie, &opened[1].token).await.is_some());
    }
}
