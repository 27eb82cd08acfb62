//! Emails of mailboxes and archives of any size, one after the other.
//!
//! Nothing is held but the email at hand. A place is known for each, at which another reading begins:
//! in a plain mailbox without reading what is before, in an archive by unpacking it again.

use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

use flate2::bufread::{DeflateDecoder, MultiGzDecoder};
use rawzip::{CompressionMethod, RECOMMENDED_BUFFER_SIZE, ZipArchive, ZipFileHeaderRecord};
use tar::Archive;

use crate::mbox::Reader;
use crate::text::narrow;
use crate::{Kind, UnpackError, archive, detect};

/// Bytes at the start of a file that say what it is.
const HEAD_BYTES: usize = 64 << 10;
/// Endings of files in archives that are looked at; mailboxes of some programs have none.
const ENDINGS: [&str; 4] = ["mbox", "mbx", "eml", "emlx"];

/// Place of an email: the file in the archive, and the byte in it, unpacked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct MailPlace {
    /// Number of the file in its archive; 0 where there is no archive.
    pub file: u64,
    /// Byte at which the email begins.
    pub offset: u64,
}

/// An email that was found.
#[derive(Debug)]
pub struct PlacedMail {
    /// Place of the email.
    pub place: MailPlace,
    /// Place behind the email, at which another reading begins.
    pub next: MailPlace,
    /// The email; the reason where it cannot be taken out.
    pub bytes: Result<Vec<u8>, UnpackError>,
}

/// Function that gets each email, and says whether to go on.
type Visit<'v> = dyn FnMut(PlacedMail) -> ControlFlow<()> + 'v;

/// Reads the emails of a file from a place on: of an mbox, of one that is packed with gzip, or of the
/// mailboxes and emails in an archive (zip, tar, tar packed with gzip). An email of more than `limit`
/// bytes is passed over, with the reason.
///
/// ```
/// use std::{io::Cursor, ops::ControlFlow};
///
/// use ext_unpack::{MailPlace, each_mail};
///
/// let mbox = b"From ada Mon Jan  5 09:00:00 2026\nSubject: one\n\nhello\n";
/// let mut found = Vec::new();
/// each_mail(Cursor::new(mbox), MailPlace::default(), 1 << 20, &mut |mail| {
///     found.push(mail.bytes);
///     ControlFlow::Continue(())
/// })?;
/// assert_eq!(found, [Ok(b"Subject: one\n\nhello\n".to_vec())]);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// Those of `file`; [`UnpackError`] inside of [`io::ErrorKind::InvalidData`] for a file that is damaged,
/// or of another kind.
pub fn each_mail(
    mut file: impl Read + Seek,
    from: MailPlace,
    limit: usize,
    visit: &mut Visit<'_>,
) -> io::Result<()> {
    let kind = detect(&head(&mut file)?).kind;
    file.seek(SeekFrom::Start(0))?;
    let mut walk = Walk { from, limit, visit, at: 0 };
    let walked = match kind {
        Kind::Mbox => {
            file.seek(SeekFrom::Start(from.offset))?;
            walk.mailbox(BufReader::new(file), from.offset)
        }
        Kind::Email => walk.file(file),
        Kind::Zip => walk.zip(file),
        Kind::Tar => walk.tar(file),
        Kind::Gzip => walk.gzip(file),
        _ => Err(invalid(UnpackError::malformed("file", "it holds no email"))),
    };
    walked.map(drop)
}

/// Reading of all files of an archive.
struct Walk<'w, 'v> {
    from: MailPlace,
    limit: usize,
    visit: &'w mut Visit<'v>,
    /// Number of the file at hand.
    at: u64,
}

impl Walk<'_, '_> {
    fn gzip(&mut self, file: impl Read) -> io::Result<ControlFlow<()>> {
        let mut unpacked = MultiGzDecoder::new(BufReader::new(file));
        let head = head(&mut unpacked)?;
        let kind = detect(&head).kind;
        let unpacked = Cursor::new(head).chain(unpacked);
        match kind {
            Kind::Tar => self.tar(unpacked),
            _ => self.file(unpacked),
        }
    }

    fn tar(&mut self, file: impl Read) -> io::Result<ControlFlow<()>> {
        let mut archive = Archive::new(file);
        for (at, entry) in (0..).zip(archive.entries()?) {
            let entry = entry?;
            self.at = at;
            let is_wanted =
                entry.header().entry_type().is_file() && is_wanted(&narrow(&entry.path_bytes()));
            if is_wanted && self.file(entry)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn zip(&mut self, file: impl Read + Seek) -> io::Result<ControlFlow<()>> {
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let archive = ZipArchive::from_seekable(file, &mut buffer).map_err(damaged_zip)?;
        let mut entries = archive.entries(&mut buffer);
        for at in 0.. {
            let Some(entry) = entries.next_entry().map_err(damaged_zip)? else { break };
            self.at = at;
            if entry.is_dir() || at < self.from.file || !is_wanted(&name(&entry)) {
                continue;
            }
            if entry.flags().is_encrypted() {
                let error = UnpackError::Encrypted { container: archive::CONTAINER };
                if self.failed(error).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
                continue;
            }
            let method = entry.compression_method();
            let packed = archive.get_entry(entry.wayfinder()).map_err(damaged_zip)?.reader();
            let walked = match method {
                CompressionMethod::STORE => self.file(packed)?,
                CompressionMethod::DEFLATE => {
                    self.file(DeflateDecoder::new(BufReader::new(packed)))?
                }
                method => self.failed(UnpackError::Unsupported {
                    container: archive::CONTAINER,
                    reason: format!("it is packed by method {}", method.as_u16()),
                }),
            };
            if walked.is_break() {
                return Ok(walked);
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Reads a file, if it is a mailbox or an email.
    fn file(&mut self, mut file: impl Read) -> io::Result<ControlFlow<()>> {
        if self.at < self.from.file {
            return Ok(ControlFlow::Continue(()));
        }
        let head = head(&mut file)?;
        let kind = detect(&head).kind;
        let mut all = BufReader::new(Cursor::new(head).chain(file));
        let skipped = if self.at == self.from.file { self.from.offset } else { 0 };
        match kind {
            Kind::Mbox => {
                io::copy(&mut all.by_ref().take(skipped), &mut io::sink())?;
                self.mailbox(all, skipped)
            }
            Kind::Email if skipped == 0 => self.email(all),
            _ => Ok(ControlFlow::Continue(())),
        }
    }

    fn mailbox(&mut self, file: impl BufRead, offset: u64) -> io::Result<ControlFlow<()>> {
        let mut reader = Reader::new(file, offset, self.limit);
        while let Some((start, bytes)) = reader.next_message()? {
            let (at, next) = (self.at, reader.offset());
            let place = MailPlace { file: at, offset: start };
            let next = MailPlace { file: at, offset: next };
            if (self.visit)(PlacedMail { place, next, bytes }).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Reads a file that is one email.
    fn email(&mut self, file: impl Read) -> io::Result<ControlFlow<()>> {
        let mut bytes = Vec::new();
        file.take(self.limit as u64 + 1).read_to_end(&mut bytes)?;
        let is_short = bytes.len() <= self.limit;
        Ok(self.found(is_short.then_some(bytes).ok_or_else(|| too_long(self.limit))))
    }

    fn failed(&mut self, error: UnpackError) -> ControlFlow<()> {
        self.found(Err(error))
    }

    fn found(&mut self, bytes: Result<Vec<u8>, UnpackError>) -> ControlFlow<()> {
        let place = MailPlace { file: self.at, offset: 0 };
        let next = MailPlace { file: self.at + 1, offset: 0 };
        (self.visit)(PlacedMail { place, next, bytes })
    }
}

pub(crate) const fn too_long(limit: usize) -> UnpackError {
    UnpackError::OverLimit { what: "bytes in an email", limit: limit as u64 }
}

/// Reads the beginning of a file.
fn head(file: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    file.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    Ok(head)
}

fn name(entry: &ZipFileHeaderRecord<'_>) -> String {
    narrow(entry.file_path().as_bytes())
}

/// Returns whether a file may hold emails, by its name.
fn is_wanted(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    // Files of a Maildir have numbers and flags behind their dots.
    let is_maildir = path.contains("/cur/") || path.contains("/new/");
    is_maildir || ending.is_none_or(|ending| ENDINGS.contains(&ending.as_str()))
}

fn damaged_zip(error: rawzip::Error) -> io::Error {
    // What the reader below said is not about the archive.
    match error.kind() {
        rawzip::ErrorKind::IO(error) => io::Error::new(error.kind(), error.to_string()),
        _ => invalid(UnpackError::malformed(archive::CONTAINER, error)),
    }
}

fn invalid(error: UnpackError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
