//! One connection to a server: commands go out, answers come back.

use std::io;

use ext_net::NetError;
use ext_services::{http::ReceivedBytes, mail::MailError};
use imap_next::{
    Interrupt, Io, State,
    client::{Client, Error, Event, Options},
    imap_types::{
        auth::AuthenticateData,
        command::{Command, CommandBody},
        core::Tag,
        response::{Code, Data, GreetingKind, Status, StatusBody, StatusKind},
    },
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use zeroize::Zeroizing;

/// Most bytes of one answer: the largest message that is read, and what stands around it.
const MAX_ANSWER_BYTES: u32 = ext_wire::ops::mail::MAX_MESSAGE_BYTES + (64 << 10);

/// Most bytes that come for one command.
const MAX_BYTES_FOR_A_COMMAND: usize = 2 * MAX_ANSWER_BYTES as usize;

/// Most answers of one command that may be unreadable. Servers add things that nobody asked for.
const MAX_UNREADABLE: usize = 16;

/// Codes of refusals that may pass (RFC 5530).
const PASSING_CODES: [&[u8]; 4] = [b"UNAVAILABLE", b"INUSE", b"LIMIT", b"SERVERBUG"];

/// Words of refusals that may pass, in lower case: codes in answers that cannot be read, and what Gmail
/// and Microsoft 365 (`User is authenticated but not connected`) say instead of one.
const PASSING_WORDS: [&str; 6] = [
    "[unavailable]",
    "[inuse]",
    "[limit]",
    "[serverbug]",
    "too many simultaneous connections",
    "not connected",
];

/// Bytes that a connection is made of.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// A connection to a server.
pub(crate) struct Session<S> {
    host: String,
    stream: S,
    client: Client,
    /// Number of commands that were sent; each has a tag of its own.
    commands: u64,
    received: usize,
    /// The count of the caller on whose behalf the session is used now.
    pub(crate) counted_for: ReceivedBytes,
    unreadable: usize,
    /// The folder that is open, and what its numbers are valid for.
    pub(crate) folder: Option<(String, u32)>,
}

/// Next thing that comes from the server.
enum Next {
    Event(Box<Event>),
    /// The bytes of an answer that could not be read.
    Unreadable(Box<[u8]>),
}

/// End of a command.
#[derive(Debug)]
pub(crate) enum Done {
    /// As it should.
    Ok {
        /// Codes that the server sent on the way, in brackets.
        codes: Vec<Code<'static>>,
        /// False when something else that it said could not be read.
        complete: bool,
    },
    /// The server refused.
    Refused {
        /// True when it says that this may pass.
        for_now: bool,
    },
}

impl<S: Stream> Session<S> {
    /// Takes a connection over which the server has greeted already.
    pub(crate) fn greeted(host: String, stream: S, counted_for: ReceivedBytes) -> Self {
        Self::new(host, stream, counted_for, true)
    }

    fn new(host: String, stream: S, counted_for: ReceivedBytes, is_greeted: bool) -> Self {
        let mut options = Options::default();
        options.max_response_size = MAX_ANSWER_BYTES;
        options.crlf_relaxed = true;
        options.discard_greeting = is_greeted;
        let client = Client::new(options);
        let (commands, received, unreadable, folder) = Default::default();
        Self { host, stream, client, commands, received, counted_for, unreadable, folder }
    }

    /// Takes a fresh connection, and waits for the server's greeting.
    pub(crate) async fn start(
        host: String,
        stream: S,
        counted_for: ReceivedBytes,
    ) -> Result<Self, MailError> {
        let mut session = Self::new(host, stream, counted_for, false);
        let is_welcome = match session.next().await? {
            Next::Event(event) => match *event {
                Event::GreetingReceived { greeting } => greeting.kind != GreetingKind::Bye,
                _ => false,
            },
            // Servers greet in words that the standard has no letters for.
            Next::Unreadable(bytes) if bytes.starts_with(b"* OK ") => {
                return Ok(Self::greeted(session.host, session.stream, session.counted_for));
            }
            Next::Unreadable(_) => false,
        };
        if is_welcome {
            Ok(session)
        } else {
            Err(session.broken("the server refuses the connection"))
        }
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Sends a command and hands each answer to `take`.
    pub(crate) async fn run(
        &mut self,
        body: CommandBody<'static>,
        take: &mut (dyn FnMut(Data<'static>) + Send),
    ) -> Result<Done, MailError> {
        self.run_with(body, take, &mut || AuthenticateData::Cancel).await
    }

    /// Works as [`Self::run`]; `more` answers when the server asks for more.
    pub(crate) async fn run_with(
        &mut self,
        body: CommandBody<'static>,
        take: &mut (dyn FnMut(Data<'static>) + Send),
        more: &mut (dyn FnMut() -> AuthenticateData<'static> + Send),
    ) -> Result<Done, MailError> {
        let tag = self.enqueue(body)?;
        let mut codes = Vec::new();
        loop {
            let event = match self.next().await? {
                Next::Event(event) => event,
                // Servers refuse in words that the standard has no letters for.
                Next::Unreadable(bytes) => match end_of(&tag, &bytes) {
                    Some((kind, text)) => {
                        self.unreadable -= 1;
                        return Ok(self.done(kind, codes, text));
                    }
                    None => continue,
                },
            };
            match *event {
                Event::DataReceived { data } => take(data),
                Event::AuthenticateContinuationRequestReceived { .. } => {
                    let _ = self.client.set_authenticate_data(more());
                }
                Event::CommandRejected { status: Status::Tagged(tagged), .. } => {
                    codes.extend(tagged.body.code);
                    let text = tagged.body.text.inner().as_bytes();
                    return Ok(Done::Refused { for_now: is_for_now(&codes, text) });
                }
                Event::CommandRejected { .. } => return Ok(Done::Refused { for_now: false }),
                Event::StatusReceived { status }
                | Event::AuthenticateStatusReceived { status, .. } => match status {
                    Status::Untagged(StatusBody { code, .. }) => codes.extend(code),
                    Status::Tagged(tagged) if tagged.tag == tag => {
                        codes.extend(tagged.body.code);
                        let text = tagged.body.text.inner().as_bytes();
                        return Ok(self.done(tagged.body.kind, codes, text));
                    }
                    Status::Tagged(_) => {}
                    Status::Bye(_) => return Err(self.broken("the server ended the session")),
                },
                _ => {}
            }
        }
    }

    fn enqueue(&mut self, body: CommandBody<'static>) -> Result<Tag<'static>, MailError> {
        self.commands += 1;
        (self.received, self.unreadable) = (0, 0);
        let tag = Tag::try_from(format!("s{}", self.commands));
        let tag = tag.map_err(|error| MailError::Internal(error.to_string()))?;
        self.client.enqueue_command(Command { tag: tag.clone(), body });
        Ok(tag)
    }

    fn done(&self, kind: StatusKind, codes: Vec<Code<'static>>, text: &[u8]) -> Done {
        match kind {
            StatusKind::Ok => Done::Ok { codes, complete: self.unreadable == 0 },
            StatusKind::No | StatusKind::Bad => Done::Refused { for_now: is_for_now(&codes, text) },
        }
    }

    /// Waits for the next event.
    async fn next(&mut self) -> Result<Next, MailError> {
        loop {
            match self.client.next() {
                Ok(event) => return Ok(Next::Event(Box::new(event))),
                Err(Interrupt::Io(Io::Output(bytes))) => {
                    self.write(&Zeroizing::new(bytes)).await.map_err(|_| self.lost())?;
                }
                Err(Interrupt::Io(Io::NeedMoreInput)) => self.read().await?,
                Err(Interrupt::Error(error)) => {
                    return self.unreadable(error).map(Next::Unreadable);
                }
            }
        }
    }

    async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await?;
        self.stream.flush().await
    }

    async fn read(&mut self) -> Result<(), MailError> {
        let mut buffer = [0; 16 << 10];
        let count = self.stream.read(&mut buffer).await.map_err(|_| self.lost())?;
        self.received += count;
        self.counted_for.add(count);
        if count == 0 {
            return Err(self.lost());
        }
        if self.received > MAX_BYTES_FOR_A_COMMAND {
            return Err(self.broken("the server sends more than it was asked for"));
        }
        self.client.enqueue_input(buffer.get(..count).unwrap_or_default());
        Ok(())
    }

    /// Returns the bytes of an answer that could not be read.
    fn unreadable(&mut self, error: Error) -> Result<Box<[u8]>, MailError> {
        self.unreadable += 1;
        match error {
            Error::MalformedMessage { discarded_bytes }
            | Error::ExpectedCrlfGotLf { discarded_bytes }
                if self.unreadable <= MAX_UNREADABLE =>
            {
                Ok(discarded_bytes.declassify().clone())
            }
            Error::ResponseTooLong { .. } => {
                Err(self.broken("an answer of the server is too long"))
            }
            _ => Err(self.broken("the server does not speak IMAP")),
        }
    }

    fn lost(&self) -> MailError {
        self.broken("the connection broke")
    }

    pub(crate) fn broken(&self, reason: &'static str) -> MailError {
        NetError::Connection { host: self.host.clone(), reason }.into()
    }
}

/// Returns whether a refusal may pass, by its code (RFC 5530), or by the words of servers that send
/// none.
fn is_for_now(codes: &[Code<'_>], text: &[u8]) -> bool {
    let of_code = |code: &Code<'_>| match code {
        Code::Other(other) => PASSING_CODES.iter().any(|it| other.inner().eq_ignore_ascii_case(it)),
        _ => false,
    };
    let text = String::from_utf8_lossy(text).to_ascii_lowercase();
    codes.iter().any(of_code) || PASSING_WORDS.iter().any(|words| text.contains(words))
}

/// Returns how an answer that could not be read ends the command with this tag, if it does, and the text
/// behind that.
fn end_of<'a>(tag: &Tag<'_>, answer: &'a [u8]) -> Option<(StatusKind, &'a [u8])> {
    let rest = answer.strip_prefix(tag.as_ref().as_bytes())?.strip_prefix(b" ")?;
    let kinds: [(&[u8], StatusKind); 3] =
        [(b"OK ", StatusKind::Ok), (b"NO ", StatusKind::No), (b"BAD ", StatusKind::Bad)];
    kinds.into_iter().find_map(|(word, kind)| Some((kind, rest.strip_prefix(word)?)))
}

#[cfg(test)]
mod tests {
    use ext_services::mail::{MessageQuery, MessageRef};
    use proptest::prelude::*;
    use tokio::{io::DuplexStream, runtime::Builder};

    use super::*;
    use crate::commands;

    /// Starts a session with a server that has said all of this, and then ends.
    fn session(said: &[u8]) -> impl Future<Output = Result<Session<DuplexStream>, MailError>> {
        let (ours, mut theirs) = tokio::io::duplex(said.len() + (64 << 10));
        let said = said.to_vec();
        async move {
            theirs.write_all(&said).await.unwrap();
            theirs.shutdown().await.unwrap();
            // What is written to it is taken, as far as the pipe holds it.
            std::mem::forget(theirs);
            Session::start("imap.example.com".into(), ours, Default::default()).await
        }
    }

    fn run<T>(work: impl Future<Output = T>) -> T {
        Builder::new_current_thread().build().unwrap().block_on(work)
    }

    /// Fetches message 7 of a folder that is open.
    fn fetch(said: &[u8]) -> Result<Vec<u8>, MailError> {
        let said = [b"* OK ready\r\n", said].concat();
        run(async {
            let mut session = session(&said).await?;
            session.folder = Some(("INBOX".into(), 1));
            let folder = "INBOX".to_owned();
            let message = MessageRef { folder, uid_validity: 1, uid: 7, max_bytes: 100 };
            commands::message(&mut session, &message).await.map(|content| content.to_vec())
        })
    }

    fn is_broken<T>(result: &Result<T, MailError>) -> bool {
        matches!(result, Err(MailError::Net(NetError::Connection { .. })))
    }

    #[test]
    fn a_message_is_what_the_server_says_of_it_and_of_no_other() {
        let right = b"* 3 FETCH (UID 7 BODY[]<0> {2}\r\nhi)\r\ns1 OK done\r\n";
        assert_eq!(fetch(right).unwrap(), b"hi");
        let other = b"* 3 FETCH (UID 8 BODY[]<0> {2}\r\nhi)\r\ns1 OK done\r\n";
        let gone = [other, b"* SEARCH 8\r\ns2 OK done\r\n".as_slice()].concat();
        assert!(matches!(fetch(&gone), Err(MailError::Message(7))));
    }

    #[test]
    fn a_message_that_is_not_sent_is_not_gone_while_it_is_listed() {
        let there = "* SEARCH 7\r\ns2 OK done\r\n";
        for said in [
            "* 3 FETCH (UID 7 BODY[]<0> NIL)\r\ns1 OK done\r\n",
            "* 3 FETCH (UID 7 BODY[]<0> \r\ns1 OK done\r\n",
            "s1 NO [UNAVAILABLE] the backend is down\r\n",
            "s1 BAD internal error\r\n",
            "s1 OK done\r\n",
        ] {
            let refused = fetch([said, there].concat().as_bytes());
            assert!(matches!(refused, Err(MailError::Withheld { uid: 7, .. })), "{refused:?}");
        }
    }

    #[test]
    fn a_message_whose_time_cannot_be_read_is_listed() {
        let head = "* OK ready\r\n* OK [UIDVALIDITY 1] fine\r\ns1 OK done\r\n* SEARCH 7 8 9\r\ns2 OK done\r\n";
        let list = |said: &str| {
            let said = format!("{head}{said}");
            run(async {
                let mut session = session(said.as_bytes()).await?;
                let query =
                    MessageQuery { folder: "INBOX".into(), after: 1, since: None, limit: 9 };
                commands::messages(&mut session, &query).await
            })
        };
        let fine =
            "* 1 FETCH (UID 7 RFC822.SIZE 5 INTERNALDATE \" 5-Jan-2026 09:00:00 +0000\")\r\n";
        let odd = "* 2 FETCH (UID 8 RFC822.SIZE 5 INTERNALDATE NIL)\r\n";
        let described =
            format!("{fine}{odd}s3 OK done\r\n* 2 FETCH (UID 8 RFC822.SIZE 5)\r\ns4 OK done\r\n");
        let listed = list(&described).unwrap();
        let uids: Vec<_> = listed.messages.iter().map(|info| (info.uid, info.bytes)).collect();
        assert_eq!(uids, [(7, 5), (8, 5)], "9 is gone");
        let in_vain = format!("{fine}{odd}s3 OK done\r\n{odd}s4 OK done\r\n");
        let listed = list(&in_vain).unwrap();
        assert_eq!(listed.messages.iter().map(|info| info.uid).collect::<Vec<_>>(), [7, 8, 9]);
    }

    #[test]
    fn a_refusal_for_now_is_told_from_one_for_good() {
        for (said, is_for_now) in [
            ("s1 NO [UNAVAILABLE] Temporary authentication failure\r\n", true),
            ("s1 NO [LIMIT] too many\r\n", true),
            ("s1 NO [inuse] locked \u{fc}ber Nacht\r\n", true),
            ("s1 NO [ALERT] Too many simultaneous connections. (Failure)\r\n", true),
            ("s1 BAD User is authenticated but not connected.\r\n", true),
            ("s1 NO [AUTHENTICATIONFAILED] wrong\r\n", false),
            ("s1 NO wrong \u{fc}berhaupt\r\n", false),
            ("s1 NO wrong\r\n", false),
        ] {
            let opened = run(async {
                let said = format!("* OK ready\r\n{said}");
                let mut session = session(said.as_bytes()).await?;
                let message =
                    MessageRef { folder: "INBOX".into(), uid_validity: 1, uid: 7, max_bytes: 9 };
                commands::message(&mut session, &message).await
            });
            assert_eq!(is_broken(&opened), is_for_now, "{said}: {opened:?}");
            assert_eq!(matches!(opened, Err(MailError::Folder { .. })), !is_for_now, "{said}");
        }
    }

    #[test]
    fn a_server_may_greet_in_any_letters() {
        let said = "* OK Gr\u{fc}\u{df} Gott\r\n".as_bytes();
        assert!(run(session(said)).is_ok());
        assert!(is_broken(&run(session("* BYE Gr\u{fc}\u{df}\r\n".as_bytes()))));
    }

    #[test]
    fn a_server_may_say_what_nobody_asked_for() {
        let chatty = b"* 9 EXISTS\r\n* OK [X-ODD \xff] hm\r\n* XODD (1\r\n* 3 FETCH (FLAGS ())\r\n\
            * 3 FETCH (UID 7 BODY[]<0> {2}\r\nhi)\r\ns0 NO what\r\ns1 OK \xe2\x9c\x93\r\n";
        assert_eq!(fetch(chatty).unwrap(), b"hi");
    }

    #[test]
    fn net_43_a_server_that_says_too_much_or_nonsense_is_left() {
        let too_long = b"* 3 FETCH (UID 7 BODY[]<0> {999999999}\r\nhi";
        let nonsense = b"HTTP/1.1 200 OK\r\n".repeat(100);
        let bye = b"* BYE no more\r\n";
        for said in [too_long.as_slice(), &nonsense, bye, b""] {
            let left = fetch(said);
            assert!(is_broken(&left), "{left:?}");
        }
        for greeting in ["* BYE full\r\n", "220 mail.example.com ESMTP\r\n", ""] {
            assert!(is_broken(&run(session(greeting.as_bytes()))), "{greeting}");
        }
    }

    proptest! {
        #[test]
        fn whatever_a_server_says_it_ends(
            said in proptest::collection::vec(
                prop_oneof![
                    Just(b"* 3 FETCH (UID 7 BODY[]<0> {2}\r\nhi)\r\n".to_vec()),
                    Just(b"* SEARCH 1 2 99\r\n".to_vec()),
                    Just(b"* OK [UIDVALIDITY 1] fine\r\n".to_vec()),
                    Just(b"* 4294967295 EXISTS\r\n".to_vec()),
                    Just(b"s1 OK done\r\n".to_vec()),
                    Just(b"s2 OK done\r\n".to_vec()),
                    Just(b"s3 NO done\r\n".to_vec()),
                    Just(b"{99}\r\n".to_vec()),
                    Just(b"+ \r\n".to_vec()),
                    proptest::collection::vec(any::<u8>(), 0..40),
                ],
                0..12,
            )
        ) {
            let said = said.concat();
            let _ = fetch(&said);
            let said = [b"* OK ready\r\n", said.as_slice()].concat();
            let listed = run(async {
                let mut session = session(&said).await?;
                let query =
                    MessageQuery { folder: "INBOX".into(), after: 1, since: None, limit: 2 };
                commands::messages(&mut session, &query).await
            });
            if let Ok(listed) = listed {
                prop_assert!(listed.messages.iter().all(|info| info.uid > 1));
            }
        }
    }
}
