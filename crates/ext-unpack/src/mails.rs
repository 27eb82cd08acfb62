//! Emails of mailboxes and archives of any size, one after the other.
//!
//! Nothing is held but the email at hand. A place is known for each, at which another reading begins. A
//! plain mailbox is read from there; in an archive a [`Bookmark`] saves unpacking what is before.

use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom};
use std::ops::{ControlFlow, Range};
use std::rc::Rc;

use rawzip::{
    CompressionMethod, RECOMMENDED_BUFFER_SIZE, ReaderAt, ZipArchive, ZipFileHeaderRecord,
    ZipVerification,
};
use serde::{Deserialize, Serialize};
use tar::{Archive, GnuExtSparseHeader};

use crate::mbox::Reader;
use crate::text::narrow;
use crate::unpacked::{Checkpoint, Checkpoints, Unpacked, target};
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

/// State of a reading, from which another one goes on without unpacking again what is before. Without
/// it, that one finds the same emails, and takes longer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bookmark {
    /// Number of the file in its archive.
    file: u64,
    /// Byte of the tar archive at which the header of the file begins; its content, if `end` is set.
    start: u64,
    /// Byte of the tar archive behind the content of the file.
    end: Option<u64>,
    checkpoint: Option<Rc<Checkpoint>>,
}

/// An email that was found.
#[derive(Debug)]
pub struct PlacedMail {
    /// Place of the email.
    pub place: MailPlace,
    /// Place behind the email, at which another reading begins.
    pub next: MailPlace,
    /// Byte of the file behind the email, or one beyond the end of the file; `None` where it is packed.
    pub behind: Option<u64>,
    /// State of the reading behind the email.
    pub bookmark: Bookmark,
    /// The email; the reason where it cannot be taken out.
    pub bytes: Result<Vec<u8>, UnpackError>,
}

/// Function that gets each email, and says whether to go on.
type Visit<'v> = dyn FnMut(PlacedMail) -> ControlFlow<()> + 'v;

/// Reads the emails of a file from a place on, with the last bookmark up to it, if there is one: of an
/// mbox, of one that is packed with gzip, or of the mailboxes and emails in an archive (zip, tar, tar
/// packed with gzip). An email of more than `limit` bytes is passed over, with the reason.
///
/// ```
/// use std::{io::Cursor, ops::ControlFlow};
///
/// use ext_unpack::{Bookmark, MailPlace, each_mail};
///
/// let mbox = b"From ada Mon Jan  5 09:00:00 2026\nSubject: one\n\nhello\n";
/// let mut found = Vec::new();
/// let (from, bookmark) = (MailPlace::default(), Bookmark::default());
/// each_mail(Cursor::new(mbox), from, bookmark, 1 << 20, &mut |mail| {
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
    bookmark: Bookmark,
    limit: usize,
    visit: &mut Visit<'_>,
) -> io::Result<()> {
    let kind = detect(&head(&mut file)?).kind;
    file.seek(SeekFrom::Start(0))?;
    let place = Bookmark::default();
    let is_plain = matches!(kind, Kind::Mbox | Kind::Email | Kind::Tar);
    let checkpoints = Checkpoints::default();
    let mut walk = Walk { from, limit, visit, place, is_plain, checkpoints };
    let walked = match kind {
        Kind::Mbox | Kind::Email => walk.file(&mut file, WHOLE),
        Kind::Zip => walk.zip(file, &bookmark),
        Kind::Tar => walk.tar(file, &bookmark),
        Kind::Gzip => walk.gzip(file, &bookmark),
        _ => Err(invalid(UnpackError::malformed("file", "it holds no email"))),
    };
    walked.map(drop)
}

/// Range of a file that ends where its bytes end.
const WHOLE: Range<u64> = 0..u64::MAX;

/// Reading of all files of an archive.
struct Walk<'w, 'v> {
    from: MailPlace,
    limit: usize,
    visit: &'w mut Visit<'v>,
    /// File at hand.
    place: Bookmark,
    /// The bytes of its content are bytes of the file that is read.
    is_plain: bool,
    /// Those of the packed bytes at hand.
    checkpoints: Checkpoints,
}

impl Walk<'_, '_> {
    fn gzip(&mut self, file: impl Read + Seek, from: &Bookmark) -> io::Result<ControlFlow<()>> {
        self.checkpoints.begin(from.checkpoint.clone());
        let mut unpacked = Unpacked::gzip(file, self.checkpoints.clone())?;
        match detect(&head(&mut unpacked)?).kind {
            Kind::Tar => {
                let walked = self.tar(&mut unpacked, from)?;
                // The check sum stands behind what an archive ends with.
                if walked.is_continue() {
                    io::copy(&mut unpacked, &mut io::sink())?;
                }
                Ok(walked)
            }
            _ => self.file(&mut unpacked, WHOLE),
        }
    }

    fn tar(&mut self, mut file: impl Read + Seek, from: &Bookmark) -> io::Result<ControlFlow<()>> {
        self.place = Bookmark { checkpoint: None, ..from.clone() };
        if let Some(end) = from.end {
            if self.file(&mut file, from.start..end)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            self.pass_member(end);
        }
        while let Some(member) = next_member(&mut file, self.place.start)? {
            if member.is_wanted {
                (self.place.start, self.place.end) =
                    (member.content.start, Some(member.content.end));
                if self.file(&mut file, member.content.clone())?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            self.pass_member(member.content.end);
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Goes on behind a member of a tar archive that ends there.
    fn pass_member(&mut self, end: u64) {
        let start = end.checked_next_multiple_of(TAR_BLOCK_BYTES).unwrap_or(u64::MAX);
        self.place = Bookmark { file: self.place.file + 1, start, end: None, checkpoint: None };
    }

    fn zip(&mut self, file: impl Read + Seek, from: &Bookmark) -> io::Result<ControlFlow<()>> {
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let archive = ZipArchive::from_seekable(file, &mut buffer).map_err(damaged_zip)?;
        let mut entries = archive.entries(&mut buffer);
        for at in 0.. {
            let Some(entry) = entries.next_entry().map_err(damaged_zip)? else { break };
            self.place.file = at;
            if entry.is_dir() || at < self.from.file || !is_wanted(&name(&entry)) {
                continue;
            }
            let checkpoint = from.checkpoint.clone().filter(|_| from.file == at);
            self.checkpoints.begin(checkpoint);
            let read = match self.zipped(&archive, &entry) {
                Err(error) if is_damage(&error) => self.failed(UnpackError::malformed(
                    archive::CONTAINER,
                    format!("{}: {error}", name(&entry)),
                )),
                read => read?,
            };
            if read.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Reads a file of a zip archive.
    fn zipped<A: ReaderAt>(
        &mut self,
        archive: &ZipArchive<A>,
        entry: &ZipFileHeaderRecord<'_>,
    ) -> io::Result<ControlFlow<()>> {
        if entry.flags().is_encrypted() {
            return Ok(self.failed(UnpackError::Encrypted { container: archive::CONTAINER }));
        }
        let packed = archive.get_entry(entry.wayfinder()).map_err(damaged_zip)?;
        let (start, _) = packed.compressed_data_range();
        let (crc, uncompressed_size) = (entry.crc32(), entry.uncompressed_size_hint());
        let claim = ZipVerification { crc, uncompressed_size };
        let file = At { file: archive.get_ref(), at: start };
        let checkpoints = self.checkpoints.clone();
        let mut file = match entry.compression_method() {
            CompressionMethod::STORE => Unpacked::stored(file, start, claim, checkpoints)?,
            CompressionMethod::DEFLATE => Unpacked::deflate(file, start, claim, checkpoints)?,
            method => {
                return Ok(self.failed(UnpackError::Unsupported {
                    container: archive::CONTAINER,
                    reason: format!("it is packed by method {}", method.as_u16()),
                }));
            }
        };
        self.file(&mut file, WHOLE)
    }

    /// Reads the file at hand, if it is a mailbox or an email.
    fn file(
        &mut self,
        file: &mut (impl Read + Seek),
        content: Range<u64>,
    ) -> io::Result<ControlFlow<()>> {
        if self.place.file < self.from.file {
            return Ok(ControlFlow::Continue(()));
        }
        let skipped = if self.place.file == self.from.file { self.from.offset } else { 0 };
        let start = file.seek(SeekFrom::Start(content.start.saturating_add(skipped)))?;
        let mut file = file.take(content.end.saturating_sub(start));
        if skipped > 0 {
            // Only a mailbox has places inside.
            return self.mailbox(BufReader::new(file), content.start, skipped);
        }
        let head = head(&mut file)?;
        let kind = detect(&head).kind;
        let all = BufReader::new(Cursor::new(head).chain(file));
        match kind {
            Kind::Mbox => self.mailbox(all, content.start, 0),
            Kind::Email => self.email(all, content.end),
            _ => Ok(ControlFlow::Continue(())),
        }
    }

    /// Reads a mailbox from byte `offset` on, which begins at byte `start` of what is unpacked.
    fn mailbox(
        &mut self,
        file: impl BufRead,
        start: u64,
        offset: u64,
    ) -> io::Result<ControlFlow<()>> {
        let mut reader = Reader::new(file, offset, self.limit);
        while let Some((begins, bytes)) = reader.next_message()? {
            let (file, behind) = (self.place.file, reader.offset());
            let place = MailPlace { file, offset: begins };
            let next = MailPlace { file, offset: behind };
            let behind = start.saturating_add(behind);
            let checkpoint = self.checkpoints.before(behind);
            let bookmark = Bookmark { checkpoint, ..self.place.clone() };
            let behind = self.is_plain.then_some(behind);
            if (self.visit)(PlacedMail { place, next, behind, bookmark, bytes }).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Reads a file that is one email, and ends at byte `end` of what is unpacked.
    fn email(&mut self, file: impl Read, end: u64) -> io::Result<ControlFlow<()>> {
        let mut bytes = Vec::new();
        file.take(self.limit as u64 + 1).read_to_end(&mut bytes)?;
        let is_short = bytes.len() <= self.limit;
        let checkpoint = self.checkpoints.before(end);
        let bookmark = Bookmark { checkpoint, ..self.place.clone() };
        let bytes = is_short.then_some(bytes).ok_or_else(|| too_long(self.limit));
        Ok(self.found(bytes, self.is_plain.then_some(end), bookmark))
    }

    fn failed(&mut self, error: UnpackError) -> ControlFlow<()> {
        let bookmark = self.place.clone();
        self.found(Err(error), None, bookmark)
    }

    fn found(
        &mut self,
        bytes: Result<Vec<u8>, UnpackError>,
        behind: Option<u64>,
        bookmark: Bookmark,
    ) -> ControlFlow<()> {
        let file = self.place.file;
        let place = MailPlace { file, offset: 0 };
        let next = MailPlace { file: file + 1, offset: 0 };
        (self.visit)(PlacedMail { place, next, behind, bookmark, bytes })
    }
}

/// Bytes of a block of a tar archive.
const TAR_BLOCK_BYTES: u64 = 512;

/// A member of a tar archive.
struct Member {
    content: Range<u64>,
    /// It is a file that may hold emails.
    is_wanted: bool,
}

/// Reads the header that begins at a byte of a tar archive; `None` at its end.
fn next_member(file: &mut (impl Read + Seek), header: u64) -> io::Result<Option<Member>> {
    file.seek(SeekFrom::Start(header))?;
    let mut archive = Archive::new(&mut *file);
    let Some(entry) = archive.entries()?.next() else { return Ok(None) };
    let entry = entry?;
    let kind = entry.header().entry_type();
    let is_wanted = kind.is_file() && is_wanted(&narrow(&entry.path_bytes()));
    let mut start = header.saturating_add(entry.raw_file_position());
    let mut size = entry.size();
    // A file with holes is shorter in its archive than it is, and may have more headers.
    if let Some(gnu) = entry.header().as_gnu().filter(|_| kind.is_gnu_sparse()) {
        size = entry.header().entry_size()?;
        let mut has_more = gnu.is_extended();
        file.seek(SeekFrom::Start(start))?;
        while has_more {
            let mut more = GnuExtSparseHeader::new();
            file.read_exact(more.as_mut_bytes())?;
            has_more = more.is_extended();
            start = start.saturating_add(TAR_BLOCK_BYTES);
        }
    }
    Ok(Some(Member { content: start..start.saturating_add(size), is_wanted }))
}

/// Bytes of a zip archive from a place on.
struct At<A> {
    file: A,
    at: u64,
}

impl<A: ReaderAt> Read for At<A> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl<A> Seek for At<A> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = target(to, self.at)?;
        Ok(self.at)
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

/// Returns whether what was read is to blame, and not its reader.
fn is_damage(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof)
}

fn invalid(error: UnpackError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
