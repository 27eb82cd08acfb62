//! Mailboxes in one file (mbox, RFC 4155).

use std::io::{self, BufRead, Read};

use memchr::memmem;

use crate::detect::is_header_line;
use crate::mails::too_long;
use crate::{Budget, Item, UnpackError};

const SEPARATOR: &[u8] = b"From ";

/// Takes the messages out. A line that begins with `From ` separates only at the start of the file or
/// behind an empty line, and when the header of a message follows: in a text it is a sentence.
pub(crate) fn open(bytes: &[u8], budget: &mut Budget) -> Result<Vec<Item>, UnpackError> {
    let mut items = Vec::new();
    let bytes = without_mark(bytes);
    let mut starts = separators(bytes).peekable();
    while let Some(start) = starts.next() {
        let end = starts.peek().copied().unwrap_or(bytes.len());
        let message = after_line(bytes.get(start..end).unwrap_or_default());
        if let Err(over) = budget.take_file() {
            items.push(Item::file(Some("the rest of the mailbox".to_owned()), Err(over)));
            break;
        }
        let copied = budget.take_bytes(message.len()).map(|()| unescape(message));
        items.push(Item::file(None, copied));
    }
    Ok(items)
}

/// Returns whether the bytes begin as a mailbox does.
pub(crate) fn is_mbox(bytes: &[u8]) -> bool {
    is_message(without_mark(bytes))
}

/// Returns whether a message with its line in front begins here.
fn is_message(bytes: &[u8]) -> bool {
    bytes.starts_with(SEPARATOR) && is_header_line(after_line(bytes))
}

fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

fn separators(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let candidates = memmem::find_iter(bytes, SEPARATOR);
    candidates.filter(move |at| {
        let before = bytes.get(..*at).unwrap_or_default();
        let behind_a_gap =
            before.is_empty() || before.ends_with(b"\n\n") || before.ends_with(b"\n\r\n");
        behind_a_gap && bytes.get(*at..).is_some_and(is_message)
    })
}

/// Returns what follows the first line.
fn after_line(bytes: &[u8]) -> &[u8] {
    memchr::memchr(b'\n', bytes).and_then(|end| bytes.get(end + 1..)).unwrap_or_default()
}

/// Takes one `>` away from lines such as `>From ` and `>>From `, which stand for lines of the text.
fn unescape(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len());
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        let quoted = line.iter().take_while(|byte| **byte == b'>').count();
        let escaped = quoted > 0 && line.get(quoted..).is_some_and(|r| r.starts_with(SEPARATOR));
        out.extend_from_slice(line.get(usize::from(escaped)..).unwrap_or_default());
    }
    out
}

/// Reader of a mailbox, one message after the other.
pub(crate) struct Reader<R> {
    input: R,
    limit: usize,
    /// Byte behind the lines that were read, but for those in `ahead`.
    offset: u64,
    /// Lines that were read to find out whether a message begins: the separator, and the line behind.
    ahead: Vec<Vec<u8>>,
}

/// A message as it is gathered.
struct Gathered {
    bytes: Vec<u8>,
    is_too_long: bool,
}

impl<R: BufRead> Reader<R> {
    /// Reads from `input`, which begins at byte `offset` of the mailbox.
    pub(crate) const fn new(input: R, offset: u64, limit: usize) -> Self {
        Self { input, limit, offset, ahead: Vec::new() }
    }

    /// Returns the byte at which the next message begins.
    pub(crate) const fn offset(&self) -> u64 {
        self.offset
    }

    /// Reads the next message: the byte at which its separator begins, and the message.
    #[expect(clippy::type_complexity, reason = "a place and what is there")]
    pub(crate) fn next_message(
        &mut self,
    ) -> io::Result<Option<(u64, Result<Vec<u8>, UnpackError>)>> {
        // What stands before the first message is none.
        loop {
            match self.line()? {
                None => return Ok(None),
                Some(line) if without_mark(&line).starts_with(SEPARATOR) => {
                    let start = self.offset;
                    self.offset += line.len() as u64;
                    return self.gather().map(|message| Some((start, message)));
                }
                Some(line) => self.offset += line.len() as u64,
            }
        }
    }

    /// Gathers lines up to the next separator.
    fn gather(&mut self) -> io::Result<Result<Vec<u8>, UnpackError>> {
        let mut message = Gathered { bytes: Vec::new(), is_too_long: false };
        let mut is_gap = false;
        while let Some(line) = self.line()? {
            if is_gap && line.starts_with(SEPARATOR) {
                let behind = self.line()?.unwrap_or_default();
                let begins = is_header_line(&behind);
                self.ahead = vec![line, behind];
                if begins {
                    break;
                }
                let line = self.ahead.remove(0);
                self.take(line, &mut message);
                is_gap = false;
                continue;
            }
            is_gap = line == b"\n" || line == b"\r\n";
            self.take(line, &mut message);
        }
        Ok(match message.is_too_long {
            true => Err(too_long(self.limit)),
            false => Ok(unescape(&message.bytes)),
        })
    }

    fn take(&mut self, line: Vec<u8>, message: &mut Gathered) {
        self.offset += line.len() as u64;
        if message.bytes.len() + line.len() > self.limit {
            message.is_too_long = true;
            message.bytes.clear();
        } else if !message.is_too_long {
            message.bytes.extend(line);
        }
    }

    /// Reads a line with its end. A longer one than a message may be comes in pieces.
    fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        if !self.ahead.is_empty() {
            return Ok(Some(self.ahead.remove(0)));
        }
        let mut line = Vec::new();
        let longest = self.limit as u64 + 1;
        self.input.by_ref().take(longest).read_until(b'\n', &mut line)?;
        Ok((!line.is_empty()).then_some(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    #[test]
    fn sentences_that_begin_with_from_do_not_separate() {
        let mbox = b"From a Mon Jan  5 09:00:00 2026\nSubject: one\n\nHello.\n\nFrom Monday on we \
            are closed.\n>From here\n\nFrom b Tue Jan  6 09:00:00 2026\r\nSubject: two\r\n\r\n";
        let marked = [b"\xef\xbb\xbf", &mbox[..]].concat();
        let items = open(mbox, &mut Budget::new(Limits::DEFAULT)).unwrap();
        assert!(is_mbox(&marked));
        assert_eq!(open(&marked, &mut Budget::new(Limits::DEFAULT)).unwrap(), items);
        let texts: Vec<String> =
            items.into_iter().map(|i| String::from_utf8(i.bytes.unwrap()).unwrap()).collect();
        assert_eq!(texts.len(), 2);
        assert!(texts[0].contains("From Monday on") && texts[0].contains("\nFrom here"));
        assert_eq!(texts[1], "Subject: two\r\n\r\n");
    }
}
