//! Tokens: rights for programs that call the daemon, fewer than those of the user.
//!
//! The file holds a hash of each, never the token itself. It is looked at for each call, and read when
//! it changed, so that a token that another program revoked ends at once.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use ext_manifest::MethodPattern;
use ext_wire::{ErrorBody, ErrorCode, text};
use jiff::Timestamp;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use spacedrive_core::ListFile;
use uuid::Uuid;

/// The beginning of each token, by which people and scanners know it.
const PREFIX: &str = "sdt_";
/// Random bytes of a token.
const SECRET_BYTES: usize = 32;
/// Longest life of a token that has an end: a hundred years.
const MAX_LIFETIME: Duration = Duration::from_secs(36_500 * 24 * 60 * 60);
/// Longest name of a token, in bytes.
const MAX_NAME_BYTES: usize = 100;

/// A token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Its id.
    pub id: Uuid,
    /// The name that the user gave it.
    pub name: String,
    /// The libraries that it may be used for; `None` for all.
    pub libraries: Option<Vec<Uuid>>,
    /// The methods that it may call.
    pub methods: Vec<MethodPattern>,
    /// The time at which it was made.
    pub created_at: Timestamp,
    /// The time at which it ends; `None` for never.
    pub expires_at: Option<Timestamp>,
}

impl Token {
    /// Tells whether its time is over.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        self.expires_at.is_some_and(|end| end <= Timestamp::now())
    }
}

/// The rights and the life of a token that is to be made.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// Its name, for the user.
    pub name: String,
    /// The libraries; `None` for all.
    pub libraries: Option<Vec<Uuid>>,
    /// The methods.
    pub methods: Vec<MethodPattern>,
    /// The time that it lives; `None` for ever.
    pub lifetime: Option<Duration>,
}

/// A token as the file keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    #[serde(flatten)]
    token: Token,
    /// BLAKE3 of the secret, in hex. The secret is random, so that a fast hash is enough.
    secret_hash: String,
}

/// The tokens of a data folder.
#[derive(Debug, Clone)]
pub struct Tokens {
    file: ListFile<Kept>,
    path: PathBuf,
    /// The tokens as they were last read, for the mark that the file had before.
    known: Arc<Mutex<Option<Known>>>,
}

/// The tokens of a file that has a mark.
type Known = (Mark, Arc<Vec<Kept>>);

/// A mark of a file, which another content does not have: it is replaced, never written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    inode: u64,
    size: u64,
    changed: (i64, i64),
}

impl Mark {
    fn of(path: &Path) -> Option<Self> {
        let found = fs::symlink_metadata(path).ok()?;
        let changed = (found.ctime(), found.ctime_nsec());
        Some(Self { inode: found.ino(), size: found.size(), changed })
    }

    /// Tells whether the clock of files moved on since: until then another change may have this mark.
    fn is_settled(&self) -> bool {
        Timestamp::now().as_second().saturating_sub(self.changed.0) >= 2
    }
}

type Result<T> = std::result::Result<T, ErrorBody>;

impl Tokens {
    /// Names the tokens of a data folder.
    #[must_use]
    pub fn of(data_folder: &Path) -> Self {
        let (file, path) = (ListFile::new(data_folder, "tokens"), data_folder.join("tokens.json"));
        Self { file, path, known: Arc::default() }
    }

    /// Makes a token, and returns it with its text, which is not kept.
    ///
    /// ```
    /// use spacedrive_daemon::{NewToken, Tokens};
    ///
    /// let data = tempfile::tempdir()?;
    /// let tokens = Tokens::of(data.path());
    /// let methods = vec!["query:finance.*".to_owned().try_into()?];
    /// let new = NewToken { name: "notebook".into(), libraries: None, methods, lifetime: None };
    /// let (token, text) = tokens.create(new)?;
    /// assert_eq!(tokens.find(&text).map(|found| found.id), Some(token.id));
    /// assert!(tokens.revoke(token.id)? && tokens.find(&text).is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// `E_BAD_INPUT` without a method, or with a lifetime beyond all dates; `E_IO`, `E_CORRUPT` when
    /// the file cannot be used.
    pub fn create(&self, new: NewToken) -> Result<(Token, String)> {
        let NewToken { name, libraries, methods, lifetime } = new;
        check_name(&name)?;
        if methods.is_empty() {
            let message = "a token names the methods that it may call";
            return Err(ErrorBody::new(ErrorCode::BadInput, message));
        }
        let created_at = Timestamp::now();
        let expires_at = lifetime.map(|time| end(created_at, time)).transpose()?;
        let mut secret = [0; SECRET_BYTES];
        getrandom::fill(&mut secret)
            .map_err(|error| ErrorBody::new(ErrorCode::Io, format_args!("no secret: {error}")))?;
        let id = ext_services::new_id();
        let token = Token { id, name, libraries, methods, created_at, expires_at };
        let secret = BASE64_URL_SAFE_NO_PAD.encode(secret);
        let kept = Kept { token: token.clone(), secret_hash: hash(&secret) };
        self.file.change(|tokens| {
            tokens.push(kept);
            Ok(())
        })?;
        Ok((token, format!("{PREFIX}{}_{secret}", id.simple())))
    }

    /// Lists all tokens, the oldest first.
    ///
    /// # Errors
    /// `E_IO`, `E_CORRUPT` when the file cannot be read.
    pub fn list(&self) -> Result<Vec<Token>> {
        Ok(self.file.read()?.into_iter().map(|kept| kept.token).collect())
    }

    /// Ends a token; false when there is none with this id.
    ///
    /// # Errors
    /// `E_IO`, `E_CORRUPT` when the file cannot be changed.
    pub fn revoke(&self, id: Uuid) -> Result<bool> {
        Ok(self.file.remove(|kept| kept.token.id == id)?.is_some())
    }

    /// Finds the token with this text; `None` when there is none, or its time is over, and when the
    /// file cannot be read.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Token> {
        let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
        let id: Uuid = id.parse().ok()?;
        let kept = self.kept(id)?;
        // Hashes of BLAKE3 compare in constant time.
        let known = blake3::Hash::from_hex(&kept.secret_hash).ok()?;
        (known == blake3::hash(secret.as_bytes()) && !kept.token.is_expired()).then_some(kept.token)
    }

    /// Finds a token by its id.
    pub(crate) fn by_id(&self, id: Uuid) -> Option<Token> {
        self.kept(id).map(|kept| kept.token).filter(|token| !token.is_expired())
    }

    fn kept(&self, id: Uuid) -> Option<Kept> {
        let tokens = self.current();
        let tokens = tokens.inspect_err(|error| tracing::warn!(%error, "no token is valid"));
        tokens.ok()?.iter().find(|kept| kept.token.id == id).cloned()
    }

    /// Returns the tokens of this moment.
    fn current(&self) -> Result<Arc<Vec<Kept>>> {
        // Before the file is read: what is written meanwhile has another mark.
        let mark = Mark::of(&self.path);
        let mut known = self.known.lock();
        if let (Some(mark), Some((seen, tokens))) = (mark, &*known)
            && mark == *seen
        {
            return Ok(Arc::clone(tokens));
        }
        let tokens = Arc::new(self.file.read()?);
        let settled = mark.filter(Mark::is_settled);
        *known = settled.map(|mark| (mark, Arc::clone(&tokens)));
        Ok(tokens)
    }
}

/// Checks that a name can be told from others where tokens are listed.
fn check_name(name: &str) -> Result<()> {
    let legal = !name.trim().is_empty()
        && name.len() <= MAX_NAME_BYTES
        && !name.chars().any(text::is_hidden);
    legal.then_some(()).ok_or_else(|| {
        let message = format_args!(
            "the name of a token is up to {MAX_NAME_BYTES} bytes in one line, without hidden characters"
        );
        ErrorBody::new(ErrorCode::BadInput, message)
    })
}

/// Finds the end of a token's life.
fn end(created_at: Timestamp, lifetime: Duration) -> Result<Timestamp> {
    let end = created_at.checked_add(lifetime).ok().filter(|_| lifetime <= MAX_LIFETIME);
    let days = MAX_LIFETIME.as_secs() / (24 * 60 * 60);
    let message = || format!("a token lives at most {days} days, or until it is revoked");
    end.ok_or_else(|| ErrorBody::new(ErrorCode::BadInput, message()))
}

fn hash(secret: &str) -> String {
    blake3::hash(secret.as_bytes()).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn new(lifetime: Option<Duration>) -> NewToken {
        let methods = vec![MethodPattern::parse("query:vdfs.*").unwrap()];
        NewToken { name: "test".into(), libraries: None, methods, lifetime }
    }

    #[test]
    fn a_token_lives_at_most_a_hundred_years() {
        let data = tempfile::tempdir().unwrap();
        let tokens = Tokens::of(data.path());
        for lifetime in [MAX_LIFETIME + Duration::from_secs(1), Duration::MAX] {
            let error = tokens.create(new(Some(lifetime))).unwrap_err();
            assert_eq!(error.code, ErrorCode::BadInput);
            assert!(error.error.contains("at most 36500 days"), "{error}");
        }
        tokens.create(new(Some(MAX_LIFETIME))).unwrap();
    }

    #[test]
    fn log_03_a_token_has_a_name_that_can_be_shown() {
        let data = tempfile::tempdir().unwrap();
        let tokens = Tokens::of(data.path());
        let long = "a".repeat(MAX_NAME_BYTES + 1);
        for name in ["", " ", "two\nlines", "\u{1b}[2J", "note\u{200b}book", "a\u{202e}b", &long] {
            let error = tokens.create(NewToken { name: name.into(), ..new(None) }).unwrap_err();
            assert_eq!(error.code, ErrorCode::BadInput, "{name:?}");
        }
        for name in ["Ada's notebook", "手帳", &long[1..]] {
            tokens.create(NewToken { name: name.into(), ..new(None) }).unwrap();
        }
        assert_eq!(tokens.list().unwrap().len(), 3);
    }

    #[test]
    fn only_the_whole_text_is_a_token() {
        let data = tempfile::tempdir().unwrap();
        let tokens = Tokens::of(data.path());
        let (token, text) = tokens.create(new(None)).unwrap();
        assert_eq!(tokens.find(&text), Some(token.clone()));
        let (id, secret) = text.strip_prefix(PREFIX).unwrap().split_once('_').unwrap();
        let wrong = [
            String::new(),
            PREFIX.into(),
            id.into(),
            secret.into(),
            format!("{PREFIX}{id}_"),
            format!("{PREFIX}_{secret}"),
            text[..text.len() - 1].to_owned(),
            format!("{text}x"),
            format!(" {text}"),
            format!("{PREFIX}{}_{secret}", Uuid::nil().simple()),
        ];
        for wrong in wrong {
            assert_eq!(tokens.find(&wrong), None, "{wrong}");
        }
        let kept = std::fs::read_to_string(data.path().join("tokens.json")).unwrap();
        assert!(!kept.contains(secret), "the secret is not kept");
    }

    #[test]
    fn a_token_that_another_program_revoked_ends_at_once_and_one_that_it_made_is_found() {
        let data = tempfile::tempdir().unwrap();
        let (tokens, other) = (Tokens::of(data.path()), Tokens::of(data.path()));
        for _ in 0..50 {
            let (token, text) = other.create(new(None)).unwrap();
            assert!(tokens.find(&text).is_some() && tokens.by_id(token.id).is_some());
            assert!(other.revoke(token.id).unwrap());
            assert!(tokens.find(&text).is_none() && tokens.by_id(token.id).is_none());
        }
        let (token, text) = other.create(new(None)).unwrap();
        assert!(tokens.find(&text).is_some());
        std::fs::remove_file(data.path().join("tokens.json")).unwrap();
        assert!(tokens.find(&text).is_none() && tokens.by_id(token.id).is_none());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_other_text_is_a_token(place in 0_usize..82, letter in "[ -~]") {
            let data = tempfile::tempdir().unwrap();
            let tokens = Tokens::of(data.path());
            let (token, text) = tokens.create(new(None)).unwrap();
            let mut other = text.clone();
            let place = place.min(other.len() - 1);
            other.replace_range(place..=place, &letter);
            // The digits of an id are read in either case.
            let is_same = other.eq_ignore_ascii_case(&text) && place < 37;
            let found = tokens.find(&other).map(|found| found.id);
            prop_assert_eq!(found, (other == text || is_same && place >= 4).then_some(token.id));
        }
    }

    #[test]
    fn a_token_ends_with_its_time() {
        let data = tempfile::tempdir().unwrap();
        let tokens = Tokens::of(data.path());
        let (token, text) = tokens.create(new(Some(Duration::ZERO))).unwrap();
        assert!(token.is_expired() && tokens.find(&text).is_none());
        assert!(tokens.by_id(token.id).is_none());
        let (_, text) = tokens.create(new(Some(Duration::from_secs(60)))).unwrap();
        assert!(tokens.find(&text).is_some());
        assert!(tokens.create(new(Some(Duration::MAX))).is_err());
    }

    #[test]
    fn a_damaged_file_makes_no_token_valid() {
        let data = tempfile::tempdir().unwrap();
        let tokens = Tokens::of(data.path());
        let (_, text) = tokens.create(new(None)).unwrap();
        std::fs::write(data.path().join("tokens.json"), "[{]").unwrap();
        assert!(tokens.find(&text).is_none());
        assert_eq!(tokens.create(new(None)).unwrap_err().code, ErrorCode::Corrupt);
    }
}
