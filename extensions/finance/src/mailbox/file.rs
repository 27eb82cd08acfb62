//! A mailbox that is a file of the library: an mbox, also packed with gzip, or an archive with mailboxes
//! and emails in it, such as a Takeout. However large it is, it is read piece by piece.

use std::cell::{Cell, RefCell};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::rc::Rc;

use ext_unpack::{MailPlace, PlacedMail, UnpackError, each_mail};
use spacedrive_sdk::ops::vdfs::{ReadContent, ReadContentInput};
use spacedrive_sdk::prelude::*;

use super::{
    Report, Scan,
    message::{Incoming, received_ms},
    source::Fetched,
    state::{State, day_ms},
};

/// Bytes that are read at once.
const WINDOW_BYTES: u64 = 4 << 20;
/// Largest email that is read, in bytes.
const MAX_MAIL_BYTES: usize = 48 << 20;

/// Scans the file from where the last job stopped.
///
/// # Errors
/// The file or the library cannot be read, or the file holds no email.
pub(super) fn scan(mut scan: Scan<'_>, entry: Uuid, since: Option<&str>) -> Result<Report> {
    let since_ms = day_ms(since);
    let failed = Rc::new(RefCell::new(None));
    let file = Content::open(scan.client, entry, Rc::clone(&failed))?;
    let progress = file.progress();
    let from = scan.state.place();
    let (mut ended, mut is_whole) = (Ok(()), true);
    let mut bookmark = scan.state.bookmark(scan.client)?;
    let read = each_mail(file, from, bookmark.clone(), MAX_MAIL_BYTES, &mut |mail| {
        // This one is among those that are left, until it is counted.
        scan.report.left = progress.left(scan.state.messages + 1, mail.behind) + 1;
        let (next, behind) = (mail.next, mail.bookmark.clone());
        let taken = take(&mut scan, mail, since_ms);
        is_whole = matches!(taken, Ok(ControlFlow::Continue(())));
        if scan.state.place() == next {
            bookmark = behind;
        }
        ended = taken.map(drop);
        if is_whole { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    ended?;
    if let Some(error) = failed.take() {
        return Err(error);
    }
    read.map_err(|error| Error::new(ErrorCode::DocMalformed, error))?;
    if is_whole {
        scan.report.left = 0;
    } else {
        scan.state.keep_bookmark(scan.client, &bookmark)?;
    }
    Ok(scan.report)
}

fn take(scan: &mut Scan<'_>, mail: PlacedMail, since_ms: u64) -> Result<ControlFlow<()>> {
    if scan.is_spent()? {
        return Ok(ControlFlow::Break(()));
    }
    let MailPlace { file, offset } = mail.place;
    let fetched = match mail.bytes {
        Ok(raw) if received_ms(&raw).is_some_and(|time| time < since_ms) => Ok(Fetched::Gone),
        Ok(raw) => {
            let id = format!("{file}-{offset}");
            Ok(Fetched::Here(Incoming { id, raw: raw.into(), time_ms: 0 }))
        }
        Err(error) => Err(too_large(&error)),
    };
    scan.look(fetched, 0, |state: &mut State, _: Option<&Incoming>| {
        (state.seen.file, state.seen.offset) = (mail.next.file, mail.next.offset);
    })
}

/// Makes the error of an email that is passed over.
fn too_large(error: &UnpackError) -> Error {
    Error::new(ErrorCode::NetSize, error)
}

/// Content of an entry, read in windows.
struct Content<'c> {
    client: &'c SpacedriveClient,
    entry: Uuid,
    at: u64,
    /// Bytes that were read last, and where they begin.
    window: Blob,
    window_at: u64,
    progress: Progress,
    /// Error of the host, which readers of archives would make a text of.
    failed: Rc<RefCell<Option<Error>>>,
}

/// How much of a file was read.
#[derive(Clone)]
struct Progress {
    size: u64,
    /// Place of the reader, which is ahead of the email at hand by what it unpacks at once.
    read: Rc<Cell<u64>>,
}

impl Progress {
    /// Guesses how many messages are left, by the number of those up to byte `behind` of the file; of a
    /// packed file, up to where it was read. Those are never the last, as far as can be told.
    fn left(&self, found: u64, behind: Option<u64>) -> u64 {
        let size = self.size.max(1);
        let read = behind.unwrap_or(self.read.get()).clamp(1, size);
        if behind.is_some() && read == size {
            return 0;
        }
        let left = u128::from(found) * u128::from(size - read) / u128::from(read);
        u64::try_from(left).unwrap_or(u64::MAX).max(1)
    }
}

impl<'c> Content<'c> {
    fn open(
        client: &'c SpacedriveClient,
        entry: Uuid,
        failed: Rc<RefCell<Option<Error>>>,
    ) -> Result<Self> {
        let input = ReadContentInput { entry_id: entry, offset: 0, length: Some(WINDOW_BYTES) };
        let first = client.call_op::<ReadContent>(&input)?;
        let progress = Progress { size: first.size, read: Rc::default() };
        Ok(Self { client, entry, at: 0, window: first.data, window_at: 0, progress, failed })
    }

    fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// Returns the bytes of the window from the present place on; reads another window where there are
    /// none.
    fn rest(&mut self) -> io::Result<&[u8]> {
        let end = self.window_at + self.window.as_bytes().len() as u64;
        if self.at >= self.progress.size {
            return Ok(&[]);
        }
        if !(self.window_at..end).contains(&self.at) {
            let input = ReadContentInput {
                entry_id: self.entry,
                offset: self.at,
                length: Some(WINDOW_BYTES),
            };
            let read = self.client.call_op::<ReadContent>(&input);
            self.window = read.map_err(|error| self.fail(error))?.data;
            self.window_at = self.at;
        }
        let from = usize::try_from(self.at - self.window_at).unwrap_or(usize::MAX);
        Ok(self.window.as_bytes().get(from..).unwrap_or_default())
    }

    fn fail(&self, error: Error) -> io::Error {
        let text = error.to_string();
        *self.failed.borrow_mut() = Some(error);
        io::Error::other(text)
    }
}

impl Read for Content<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.rest()?.read(buffer)?;
        self.at += read as u64;
        self.progress.read.set(self.at);
        Ok(read)
    }
}

impl Seek for Content<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.progress.size.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        let before = || io::Error::new(io::ErrorKind::InvalidInput, "a place before the file");
        self.at = at.ok_or_else(before)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn progress(size: u64, read: u64) -> Progress {
        Progress { size, read: Rc::new(Cell::new(read)) }
    }

    proptest! {
        #[test]
        fn what_is_done_of_the_messages_is_what_was_read_of_the_bytes(
            sizes in prop::collection::vec(1_u64..100_000, 1..200),
        ) {
            let size: u64 = sizes.iter().sum();
            let (mut behind, mut before) = (0, 0.0);
            for (done, length) in (1..).zip(&sizes) {
                behind += length;
                let total = done + progress(size, size).left(done, Some(behind));
                // What of it is done, in messages: right but for a part of one.
                let expected = behind as f64 / size as f64 * total as f64;
                prop_assert!((done as f64 - expected).abs() <= 1.0, "{done} of {total}: {expected}");
                let part = done as f64 / total as f64;
                prop_assert!(part >= before - 1.0 / total as f64, "{part} after {before}");
                before = part;
            }
            prop_assert_eq!(progress(size, size).left(sizes.len() as u64, Some(behind)), 0);
        }

        #[test]
        fn nothing_makes_more_of_it_than_there_are_bytes(
            size: u64, read: u64, found in 1_u64.., behind: Option<u64>,
        ) {
            let left = progress(size, read).left(found, behind);
            prop_assert!(u128::from(left) <= u128::from(found) * u128::from(size.max(1)));
        }
    }

    #[test]
    fn of_a_packed_file_that_was_read_to_the_end_one_is_left() {
        assert_eq!(progress(1_000, 1_000).left(7, None), 1);
        assert_eq!(progress(1_000, 100).left(7, None), 63);
    }
}
