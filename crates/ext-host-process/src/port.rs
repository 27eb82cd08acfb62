//! The calls of a program: one stream of frames that it reads and writes.
//!
//! A frame is the length of its head and of its body (each four bytes, little-endian), the head, and
//! the body. A head is words with a space between them.
//!
//! | from | head | body | answer |
//! |---|---|---|---|
//! | host | `init`, `cleanup`, `save` | | `done CODE` |
//! | host | `call METHOD` | the payload | `done CODE` with the reply |
//! | host | `event`, `restore` | the event, the state | `done CODE` |
//! | program | `call METHOD [LIBRARY]` | the payload | `reply CODE` with the reply |
//! | program | `log LEVEL` | the text | |
//!
//! A code is the number or the name of an error (`E_NOT_FOUND`), of which one that the host does not know
//! is `E_EXTENSION`; that of `save` and `restore` may be `missing`.
//!
//! The program reads a frame, handles it (and calls the host meanwhile, as often as it likes), writes
//! `done` and reads the next one, for which it waits.

use std::{io, process, str::FromStr, sync::Arc};

use bytes::Bytes;
use ext_abi::{AbiError, ErrorCode, LogLevel, attachment, limits as caps};
use ext_host::{GuestClock, Host, HostCall, Reply};
use parking_lot::Mutex;
use uuid::Uuid;

use crate::{
    link::Parent,
    protocol::{Done, FromChild, ToChild},
};

/// Bytes of the two lengths before a frame.
const LENGTHS: usize = 8;
/// Longest head, in bytes.
const MAX_HEAD: usize = 1024;

/// The stream of calls of one program. Cheap to clone; the clones are one stream.
#[derive(Clone)]
pub struct Port(Arc<Mutex<State>>);

struct State {
    parent: Parent,
    json_bytes: u32,
    clock: Option<GuestClock>,
    phase: Phase,
    /// The part of a frame that the program has written so far.
    written: Vec<u8>,
    /// The frame that the program reads, and the bytes of it that it has read.
    frame: Vec<u8>,
    read: usize,
}

/// The phase of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// It has not asked for its first call yet.
    Starting,
    /// It handles a call.
    Running(Kind),
    /// It waits for one.
    Idle,
}

/// The kind of a call, which says what its answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Init,
    Call,
    Code,
    Save,
}

impl Port {
    pub(crate) fn new(parent: Parent, json_bytes: u32) -> Self {
        let (clock, phase) = (None, Phase::Starting);
        let (written, frame, read) = Default::default();
        Self(Arc::new(Mutex::new(State { parent, json_bytes, clock, phase, written, frame, read })))
    }

    /// Sets the clock of the program's calls; before it runs.
    pub fn set_clock(&self, clock: GuestClock) {
        self.0.lock().clock = Some(clock);
    }

    /// Reads as much of the current frame as fits, and waits for the next one after the last `done`.
    ///
    /// # Errors
    /// When the program handles a call and there is no reply for it: it would wait for ever.
    pub fn read(&self, out: &mut [u8]) -> io::Result<usize> {
        self.0.lock().read(out)
    }

    /// Takes bytes of a frame, and acts on it when it is whole.
    ///
    /// # Errors
    /// When it is not a frame of a program, or out of turn.
    pub fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().write(bytes).map(|()| bytes.len())
    }

    /// Returns true if the program waits for a call.
    pub(crate) fn is_idle(&self) -> bool {
        self.0.lock().phase == Phase::Idle
    }
}

impl State {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.read == self.frame.len() {
            match self.phase {
                Phase::Starting => self.begin("init", Kind::Init, &[]),
                Phase::Idle => self.wait()?,
                Phase::Running(_) => return Err(self.refuse("it reads before it writes `done`")),
            }
        }
        let rest = self.frame.get(self.read..).unwrap_or_default();
        let count = rest.len().min(out.len());
        out.iter_mut().zip(rest).for_each(|(place, byte)| *place = *byte);
        self.read += count;
        Ok(count)
    }

    /// Waits for the next command of the parent.
    fn wait(&mut self) -> io::Result<()> {
        let mut tail = Vec::new();
        let command = self.parent.lock().receive(&mut tail);
        if let Some(clock) = &self.clock {
            clock.begin_call();
        }
        match command {
            Ok(Some(ToChild::Call { method })) => {
                self.begin(&format!("call {method}"), Kind::Call, &tail);
            }
            Ok(Some(ToChild::Event)) => self.begin("event", Kind::Code, &tail),
            Ok(Some(ToChild::Cleanup)) => self.begin("cleanup", Kind::Code, &[]),
            Ok(Some(ToChild::Save)) => self.begin("save", Kind::Save, &[]),
            Ok(Some(ToChild::Restore)) => self.begin("restore", Kind::Code, &tail),
            // There is no parent any more, or it is no use.
            Ok(None) => process::exit(0),
            Ok(Some(_)) | Err(_) => process::exit(1),
        }
        Ok(())
    }

    fn begin(&mut self, head: &str, kind: Kind, body: &[u8]) {
        self.phase = Phase::Running(kind);
        self.show(head, body);
    }

    /// Makes a frame the one that the program reads.
    fn show(&mut self, head: &str, body: &[u8]) {
        self.frame.clear();
        for length in [head.len(), body.len()] {
            self.frame.extend(u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
        }
        self.frame.extend(head.as_bytes());
        self.frame.extend(body);
        self.read = 0;
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.written.extend_from_slice(bytes);
        while let Some(length) = self.frame_length()? {
            if self.written.len() < length {
                break;
            }
            let rest = self.written.split_off(length);
            let frame = std::mem::replace(&mut self.written, rest);
            self.take(&frame)?;
        }
        Ok(())
    }

    /// Returns the bytes of the frame that is being written, once its lengths are there.
    fn frame_length(&self) -> io::Result<Option<usize>> {
        let Some((head, body)) = lengths(&self.written) else { return Ok(None) };
        if head > MAX_HEAD {
            return Err(self.refuse(&format!("a head of {head} bytes, the limit is {MAX_HEAD}")));
        }
        if body > caps::MAX_BODY_BYTES as usize {
            let limit = caps::MAX_BODY_BYTES;
            return Err(self.refuse(&format!("a body of {body} bytes, the limit is {limit}")));
        }
        Ok(Some(LENGTHS + head + body))
    }

    /// Acts on a whole frame.
    fn take(&mut self, frame: &[u8]) -> io::Result<()> {
        let head = lengths(frame).map_or(0, |(head, _)| head);
        let (head, body) = frame.split_at(frame.len().min(LENGTHS + head));
        let head = std::str::from_utf8(head.get(LENGTHS..).unwrap_or_default());
        let head = head.map_err(|_| self.refuse("a head that is not UTF-8"))?;
        let words: Vec<&str> = head.split(' ').collect();
        match words.as_slice() {
            ["call", method] => self.call(method, None, body),
            ["call", method, library] => {
                let library = Uuid::from_str(library);
                let library = library.map_err(|_| self.refuse("a library that is not an id"))?;
                self.call(method, Some(library), body)
            }
            ["log", level] => self.log(level, body),
            ["done", code] => self.done(code, body),
            _ => Err(self.refuse(&format!("`{}`, which is not a head", head.escape_debug()))),
        }
    }

    fn call(&mut self, method: &str, library: Option<Uuid>, payload: &[u8]) -> io::Result<()> {
        if self.phase == Phase::Idle {
            return Err(self.refuse("a call of the host while it handles none"));
        }
        let reply = self.answer(method, library, payload)?;
        self.show(&format!("reply {}", reply.status.number()), &reply.body);
        Ok(())
    }

    fn answer(&self, method: &str, library: Option<Uuid>, payload: &[u8]) -> io::Result<Reply> {
        let Some(clock) = &self.clock else { return Err(self.refuse("a call without a clock")) };
        let mut parent = self.parent.clone();
        let limit = match attachment::is_envelope(payload) {
            true => caps::MAX_BODY_BYTES,
            false => self.json_bytes,
        };
        let answer = || {
            let (what, got) = match method.len() > caps::MAX_METHOD_BYTES as usize {
                true => ("method", method.len() as u64),
                false => ("payload", payload.len() as u64),
            };
            if what == "method" || got > u64::from(limit) {
                let limit = if what == "method" { caps::MAX_METHOD_BYTES } else { limit };
                return parent.refuse(&AbiError::TooLarge { what, got, limit: limit.into() });
            }
            let payload = Bytes::copy_from_slice(payload);
            parent.call(HostCall { method, library, payload, deadline: clock.call_end() })
        };
        clock.during(answer).ok_or_else(|| io::ErrorKind::TimedOut.into())
    }

    fn log(&self, level: &str, text: &[u8]) -> io::Result<()> {
        let level = match level {
            "debug" => LogLevel::Debug,
            "info" => LogLevel::Info,
            "warn" => LogLevel::Warn,
            "error" => LogLevel::Error,
            _ => return Err(self.refuse("a level that there is not")),
        };
        self.parent.log(level, &String::from_utf8_lossy(text));
        Ok(())
    }

    /// Ends the call that runs.
    fn done(&mut self, code: &str, body: &[u8]) -> io::Result<()> {
        let Phase::Running(kind) = self.phase else {
            return Err(self.refuse("`done` while it handles no call"));
        };
        let done = self.outcome(kind, code)?;
        let ended = self.clock.as_ref().map_or(Ok(()), GuestClock::end_call);
        let done = ended.map_or_else(Done::Fault, |()| done);
        let tail = if matches!(done, Done::Reply(_)) { body } else { &[] };
        self.phase = Phase::Idle;
        self.frame.clear();
        self.read = 0;
        self.parent.lock().send_or_exit(&FromChild::Done(done), tail);
        Ok(())
    }

    fn outcome(&self, kind: Kind, code: &str) -> io::Result<Done> {
        Ok(match kind {
            Kind::Init if self.status(code)? == ErrorCode::OK => Done::Ready,
            Kind::Init => {
                let message = format!("the program could not start: its code is {code}");
                Done::Fault(crate::serve::fault(ErrorCode::Init, message))
            }
            Kind::Save | Kind::Code if code == "missing" => Done::Missing,
            Kind::Call | Kind::Save => Done::Reply(self.status(code)?),
            Kind::Code => Done::Code(self.number(code)?),
        })
    }

    /// Reads the code of a reply. A name that is new to this host is an error all the same.
    fn status(&self, code: &str) -> io::Result<ErrorCode> {
        let known = match u32::from_str(code) {
            Ok(number) => ErrorCode::from_number(number),
            Err(_) if code.starts_with("E_") => {
                Some(ErrorCode::from_name(code).unwrap_or(ErrorCode::Extension))
            }
            Err(_) => ErrorCode::from_name(code),
        };
        known.ok_or_else(|| self.refuse("an unknown code"))
    }

    /// Reads the code of an event, as guests without names return it: any number.
    fn number(&self, code: &str) -> io::Result<i32> {
        i32::from_str(code).or_else(|_| Ok(self.status(code)?.number().cast_signed()))
    }

    /// Logs how the program broke the rules of the stream, and makes its error.
    fn refuse(&self, what: &str) -> io::Error {
        self.parent.log(LogLevel::Error, &format!("the stream of calls is broken: {what}"));
        io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
    }
}

/// Reads the lengths of head and body, once they are there.
fn lengths(frame: &[u8]) -> Option<(usize, usize)> {
    let (head, rest) = frame.split_first_chunk()?;
    let (body, _) = rest.split_first_chunk()?;
    Some((u32::from_le_bytes(*head) as usize, u32::from_le_bytes(*body) as usize))
}

#[cfg(test)]
mod tests {
    use std::{fs::File, io::pipe, os::fd::OwnedFd};

    use ext_process::{Receiver, Sender};

    use super::*;

    /// The host's ends of the pipes of a port.
    struct Host {
        to: Sender<File>,
        from: Receiver<File>,
    }

    fn port() -> (Port, Host) {
        let ((from_host, to_port), (from_port, to_host)) = (pipe().unwrap(), pipe().unwrap());
        let file = |end: OwnedFd| File::from(end);
        let parent = Parent::over(file(from_host.into()), file(to_host.into()));
        let host = Host {
            to: Sender::new(file(to_port.into())),
            from: Receiver::new(file(from_port.into())),
        };
        (Port::new(parent, 1000), host)
    }

    fn frame(head: &str, body: &[u8]) -> Vec<u8> {
        let lengths = [head.len(), body.len()].map(|length| (length as u32).to_le_bytes());
        [lengths.concat().as_slice(), head.as_bytes(), body].concat()
    }

    /// Reads a frame in small pieces, as a program may.
    fn read(port: &Port) -> (String, Vec<u8>) {
        let mut bytes = Vec::new();
        loop {
            let mut piece = [0; 3];
            let count = port.read(&mut piece).unwrap();
            bytes.extend(&piece[..count]);
            if let Some((head, body)) = lengths(&bytes)
                && bytes.len() >= LENGTHS + head + body
            {
                let head_bytes = bytes[LENGTHS..LENGTHS + head].to_vec();
                return (String::from_utf8(head_bytes).unwrap(), bytes[LENGTHS + head..].to_vec());
            }
        }
    }

    /// Returns the code with which an event, and a call, ends.
    fn ended(code: &str) -> [Option<Done>; 2] {
        let call = || ToChild::Call { method: "query:a.b.v1".to_owned() };
        [ToChild::Event, call()].map(|command| {
            let (port, mut host) = port();
            let _ = read(&port);
            port.write(&frame("done 0", b"")).unwrap();
            assert_eq!(said(&mut host).0, FromChild::Done(Done::Ready));
            host.to.send(&command, b"{}").unwrap();
            let _ = read(&port);
            port.write(&frame(&format!("done {code}"), b"")).ok()?;
            match said(&mut host).0 {
                FromChild::Done(done) => Some(done),
                other => panic!("{other:?}"),
            }
        })
    }

    /// Whether the host tries an event again depends on its code.
    #[test]
    fn an_event_and_a_call_end_with_the_code_that_is_named() {
        for (code, expected) in [
            ("E_NET", ErrorCode::Net),
            ("E_BUSY", ErrorCode::Busy),
            ("E_INTERNAL", ErrorCode::Internal),
            ("E_OF_A_LATER_HOST", ErrorCode::Extension),
            ("0", ErrorCode::OK),
            ("168", ErrorCode::Net),
        ] {
            let number = expected.number().cast_signed();
            let done = [Done::Code(number), Done::Reply(expected)];
            assert_eq!(ended(code), done.map(Some), "{code}");
        }
        assert_eq!(ended("-7"), [Some(Done::Code(-7)), None]);
        assert_eq!(ended("nonsense"), [None, None]);
    }

    fn said(host: &mut Host) -> (FromChild, Vec<u8>) {
        let mut tail = Vec::new();
        (host.from.receive(&mut tail).unwrap().unwrap(), tail)
    }

    #[test]
    fn a_program_is_started_and_called() {
        let (port, mut host) = port();
        assert_eq!(read(&port), ("init".to_owned(), Vec::new()));
        port.write(&frame("done 0", b"")).unwrap();
        assert_eq!(said(&mut host).0, FromChild::Done(Done::Ready));
        assert!(port.is_idle());
        host.to.send(&ToChild::Call { method: "query:a.b.v1".to_owned() }, b"{}").unwrap();
        assert_eq!(read(&port), ("call query:a.b.v1".to_owned(), b"{}".to_vec()));
        let reply = frame("done 0", b"[1]");
        for piece in reply.chunks(2) {
            port.write(piece).unwrap();
        }
        let done = FromChild::Done(Done::Reply(ErrorCode::OK));
        assert_eq!(said(&mut host), (done, b"[1]".to_vec()));
    }

    #[test]
    fn what_a_program_logs_is_logged() {
        let (port, mut host) = port();
        port.write(&frame("log warn", "ä".as_bytes())).unwrap();
        assert_eq!(said(&mut host), (FromChild::Log(LogLevel::Warn), "ä".as_bytes().to_vec()));
    }

    #[test]
    fn a_program_that_does_not_start_says_so() {
        let (port, mut host) = port();
        let _ = read(&port);
        port.write(&frame("done 3", b"")).unwrap();
        let (said, _) = said(&mut host);
        let FromChild::Done(Done::Fault(fault)) = said else { panic!("{said:?}") };
        assert_eq!(fault.code, ErrorCode::Init);
    }

    /// Each is an error of the write, and a line in the log that says what is wrong.
    #[test]
    fn bytes_that_break_the_rules_are_refused_and_logged() {
        let cases: &[(&[u8], &str)] = &[
            (&frame("hello", b""), "`hello`, which is not a head"),
            (&frame("done 0", b""), "while it handles no call"),
            (&frame("log loud", b""), "a level that there is not"),
            (&frame("call a not-an-id", b""), "a library that is not an id"),
            (&frame("call query:a.b.v1", b""), "a call without a clock"),
            (&[0xff, 0xff, 0, 0, 0, 0, 0, 0], "a head of 65535 bytes"),
            (&[1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff], "a body of 4294967295 bytes"),
            (&[1, 0, 0, 0, 0, 0, 0, 0, 0xff], "not UTF-8"),
        ];
        for (bytes, expected) in cases {
            let (port, mut host) = port();
            let error = port.write(bytes).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
            let (said, line) = said(&mut host);
            assert_eq!(said, FromChild::Log(LogLevel::Error));
            assert!(String::from_utf8(line).unwrap().contains(expected));
        }
    }

    /// It would wait for ever: no frame comes before it answers.
    #[test]
    fn a_program_that_reads_within_a_call_gets_an_error() {
        let (port, _host) = port();
        let _ = read(&port);
        let error = port.read(&mut [0; 8]).unwrap_err();
        assert!(error.to_string().contains("before it writes `done`"), "{error}");
    }
}
