//! The messages of a process to its parent.

use std::{io, time::Duration};

use ext_abi::{AbiError, ErrorCode, LogLevel, limits};
use ext_host::Fault;
use ext_sandbox::SandboxStatus;
use uuid::Uuid;

use super::{Fields, Head, MAX_HEAD, Message};

/// Longest line of a log: broken UTF-8 takes up to three times its bytes when it is shown.
pub(crate) const MAX_LINE: u32 = 3 * limits::MAX_LOG_BYTES;
/// Longest message of a fault, in bytes.
const MAX_TEXT: u32 = 16 << 10;
/// Most functions of a backtrace.
const MAX_FRAMES: u32 = 32;
/// Longest name of one, in bytes.
const MAX_NAME: u32 = 1024;

/// A message of a process to its parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FromChild {
    /// The answer to `Start`: the guest is loaded, and this much of the sandbox is in force.
    Started(SandboxStatus),
    /// A call of the host by the guest; the tail is its payload.
    Call {
        /// The method.
        method: String,
        /// The library, if it named one.
        library: Option<Uuid>,
    },
    /// A call of the guest broke a rule of the ABI. Answered as a call.
    Refuse(AbiError),
    /// A message for the log, which is the tail.
    Log(LogLevel),
    /// A sleep of the guest, for at most that long.
    Sleep(Duration),
    /// A request of so many bytes of memory for the guest.
    Borrow(u64),
    /// The end of a command.
    Done(Done),
}

/// The result of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// Success of `plugin_init`.
    Ready,
    /// The code that the export returned.
    Code(i32),
    /// The status of the extension's reply; the tail is the body.
    Reply(ErrorCode),
    /// The extension has no such export.
    Missing,
    /// The guest failed.
    Fault(Fault),
}

impl Message for FromChild {
    const MAX_HEAD: u32 = MAX_HEAD;

    fn kind(&self) -> u8 {
        match self {
            Self::Started(_) => 65,
            Self::Call { .. } => 66,
            Self::Refuse(_) => 67,
            Self::Log(_) => 68,
            Self::Sleep(_) => 69,
            Self::Borrow(_) => 70,
            Self::Done(Done::Ready) => 71,
            Self::Done(Done::Code(_)) => 72,
            Self::Done(Done::Reply(_)) => 73,
            Self::Done(Done::Missing) => 74,
            Self::Done(Done::Fault(_)) => 75,
        }
    }

    fn write(&self, head: &mut Vec<u8>) -> io::Result<()> {
        self.write_fields(&mut Head(head));
        Ok(())
    }

    fn read(kind: u8, head: &[u8]) -> Option<Self> {
        let mut fields = Fields(head);
        Self::read_fields(kind, &mut fields).filter(|_| fields.is_empty())
    }

    fn max_tail(kind: u8) -> u32 {
        match kind {
            66 | 73 => limits::MAX_BODY_BYTES,
            68 => MAX_LINE,
            _ => 0,
        }
    }
}

impl FromChild {
    fn write_fields(&self, head: &mut Head<'_>) {
        match self {
            Self::Started(SandboxStatus { files, calls, memory }) => {
                [*files, *calls, *memory].into_iter().for_each(|flag| head.u8(flag.into()));
            }
            Self::Call { method, library } => {
                head.text(method);
                head.bytes(library.as_ref().map_or(&[], |library| library.as_bytes()));
            }
            Self::Refuse(error) => write_refusal(error, head),
            Self::Log(level) => head.u8(*level as u8),
            Self::Sleep(time) => head.duration(*time),
            Self::Borrow(bytes) => head.u64(*bytes),
            Self::Done(Done::Code(code)) => head.bytes(&code.to_le_bytes()),
            Self::Done(Done::Reply(status)) => head.code(*status),
            Self::Done(Done::Fault(fault)) => write_fault(fault, head),
            Self::Done(Done::Ready | Done::Missing) => {}
        }
    }

    fn read_fields(kind: u8, head: &mut Fields<'_>) -> Option<Self> {
        Some(match kind {
            65 => {
                let (files, calls, memory) = (head.flag()?, head.flag()?, head.flag()?);
                Self::Started(SandboxStatus { files, calls, memory })
            }
            66 => Self::Call {
                method: head.text(limits::MAX_METHOD_BYTES)?.to_owned(),
                library: match head.is_empty() {
                    true => None,
                    false => Some(Uuid::from_bytes(head.array()?)),
                },
            },
            67 => Self::Refuse(read_refusal(head)?),
            68 => Self::Log(level(head.u8()?)?),
            69 => Self::Sleep(head.duration()?),
            70 => Self::Borrow(head.u64()?),
            71 => Self::Done(Done::Ready),
            72 => Self::Done(Done::Code(head.i32()?)),
            73 => Self::Done(Done::Reply(head.code()?)),
            74 => Self::Done(Done::Missing),
            75 => Self::Done(Done::Fault(read_fault(head)?)),
            _ => return None,
        })
    }
}

fn level(number: u8) -> Option<LogLevel> {
    (number <= LogLevel::Error as u8).then(|| LogLevel::from(u32::from(number)))
}

/// The parts of a call that an error can name; the first stands for the rest.
const NAMES: [&str; 5] = ["call", "method", "library", "payload", "reply"];

fn write_name(name: &str, head: &mut Head<'_>) {
    let index = NAMES.iter().position(|known| *known == name).unwrap_or(0);
    head.u8(u8::try_from(index).unwrap_or(0));
}

fn read_name(head: &mut Fields<'_>) -> Option<&'static str> {
    NAMES.get(usize::from(head.u8()?)).copied()
}

/// The reason of an error that no call of a guest gives.
const BROKEN: &str = "it breaks a rule of the ABI";

fn write_refusal(error: &AbiError, head: &mut Head<'_>) {
    match error {
        AbiError::Range { ptr, len, memory } => {
            head.u8(1);
            head.u32(*ptr);
            head.u32(*len);
            head.u64(*memory);
        }
        AbiError::TooLarge { what, got, limit } => {
            head.u8(2);
            write_name(what, head);
            head.u64(*got);
            head.u64(*limit);
        }
        AbiError::Utf8 { what, valid_up_to } => {
            head.u8(3);
            write_name(what, head);
            head.u64(*valid_up_to as u64);
        }
        AbiError::Malformed { what, .. } => {
            head.u8(4);
            write_name(what, head);
        }
        _ => {
            head.u8(4);
            write_name("call", head);
        }
    }
}

fn read_refusal(head: &mut Fields<'_>) -> Option<AbiError> {
    Some(match head.u8()? {
        1 => AbiError::Range { ptr: head.u32()?, len: head.u32()?, memory: head.u64()? },
        2 => AbiError::TooLarge { what: read_name(head)?, got: head.u64()?, limit: head.u64()? },
        3 => AbiError::Utf8 { what: read_name(head)?, valid_up_to: head.usize()? },
        4 => AbiError::Malformed { what: read_name(head)?, reason: BROKEN },
        _ => return None,
    })
}

fn write_fault(fault: &Fault, head: &mut Head<'_>) {
    head.code(fault.code);
    head.text(cut(&fault.message, MAX_TEXT));
    let frames = fault.backtrace.iter().take(MAX_FRAMES as usize);
    head.u32(u32::try_from(frames.len()).unwrap_or(0));
    frames.for_each(|name| head.text(cut(name, MAX_NAME)));
}

/// Reads a fault. It is not `OK`, and its texts have no control characters: they are shown and logged.
fn read_fault(head: &mut Fields<'_>) -> Option<Fault> {
    let code = head.code().filter(|code| *code != ErrorCode::OK)?;
    let message = printable(head.text(MAX_TEXT)?);
    let frames = head.u32().filter(|frames| *frames <= MAX_FRAMES)?;
    let backtrace = (0..frames).map(|_| Some(printable(head.text(MAX_NAME)?)));
    Some(Fault { code, message, backtrace: backtrace.collect::<Option<_>>()? })
}

/// Returns the text, or as much of it as fits.
pub(crate) fn cut(text: &str, bytes: u32) -> &str {
    let end = (0..=text.len().min(bytes as usize)).rev().find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}

fn printable(text: &str) -> String {
    let shown = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!((cut("aä", 2), cut("aä", 3), cut("", 5), cut("ä", 1)), ("a", "aä", "", ""));
    }

    #[test]
    fn what_is_shown_has_no_control_characters() {
        assert_eq!(printable("a\nb\u{1b}[1m"), "a\u{fffd}b\u{fffd}[1m");
    }
}
