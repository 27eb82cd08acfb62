//! Emails of files of any size: the same as those of small ones, from any place on.

use std::cell::Cell;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::ops::ControlFlow;

use ext_testing::{archive, stored_archive};
use ext_unpack::{
    Bookmark, Budget, Kind, Limits, MailPlace, PlacedMail, UnpackError, each_mail, open,
};
use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use serde_json::json;

const LIMIT: usize = 1 << 20;

fn mails_from(bytes: &[u8], from: MailPlace) -> Vec<PlacedMail> {
    mails_with(bytes, from, Bookmark::default())
}

fn mails_with(bytes: &[u8], from: MailPlace, bookmark: Bookmark) -> Vec<PlacedMail> {
    let mut found = Vec::new();
    let read = each_mail(Cursor::new(bytes), from, bookmark, LIMIT, &mut |mail| {
        found.push(mail);
        ControlFlow::Continue(())
    });
    read.unwrap();
    found
}

fn texts(mails: Vec<PlacedMail>) -> Vec<Vec<u8>> {
    mails.into_iter().map(|mail| mail.bytes.unwrap()).collect()
}

/// Makes a mailbox of so many emails.
fn mailbox(count: usize) -> Vec<u8> {
    let mail =
        |at| format!("From a Mon Jan  5 09:00:00 2026\nSubject: {at}\n\nHello.\n>From here on\n\n");
    (0..count).map(mail).collect::<String>().into_bytes()
}

const SEPARATOR: &[u8] = b"From a Mon Jan  5 09:00:00 2026\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        out.append_data(&mut header, name, *bytes).unwrap();
    }
    out.into_inner().unwrap()
}

const TAKEOUT: &str = "Takeout/Mail/All mail Including Spam and Trash.mbox";

#[test]
fn emails_are_found_in_a_mailbox_and_in_archives_from_any_place_on() {
    let (mbox, note) = (mailbox(40), b"{\"a\": 1}".as_slice());
    let more = mailbox(3);
    let email = b"Subject: one\nFrom: a@b.example\n\nhello\n".as_slice();
    let files = [
        ("Takeout/archive_browser.html", b"<html></html>".as_slice()),
        (TAKEOUT, &mbox),
        ("Takeout/Mail/Sent.mbox", &more),
        ("Takeout/note.json", note),
        ("Takeout/one.eml", email),
    ];
    let zip = archive(&files.map(|(name, bytes)| (name, bytes)));
    let tar = tar(&files);
    for (name, file, count) in [
        ("mbox", mbox.clone(), 40),
        ("mbox.gz", gzip(&mbox), 40),
        ("zip", zip, 44),
        ("zip, stored", stored_archive(&files), 44),
        ("tgz", gzip(&tar), 44),
        ("tar", tar, 44),
    ] {
        let all = mails_from(&file, MailPlace::default());
        assert_eq!(all.len(), count, "{name}");
        for at in [0, 1, 17, 38, count - 2, count - 1] {
            let next = all[at].next;
            let rest = texts(mails_from(&file, next));
            let expected: Vec<_> =
                all[at + 1..].iter().map(|mail| mail.bytes.clone().unwrap()).collect();
            assert!(rest == expected, "{name} from {next:?}");
        }
    }
}

#[test]
fn an_email_that_is_too_long_is_passed_over_and_the_next_one_is_read() {
    let long = format!("From a\nSubject: long\n\n{}\n\n", "x".repeat(3 * LIMIT));
    let mbox = [mailbox(1), long.into_bytes(), mailbox(1)].concat();
    for file in [mbox.clone(), gzip(&mbox)] {
        let mails = mails_from(&file, MailPlace::default());
        let kinds: Vec<bool> = mails.iter().map(|mail| mail.bytes.is_ok()).collect();
        assert_eq!(kinds, [true, false, true]);
        let over = UnpackError::OverLimit { what: "bytes in an email", limit: LIMIT as u64 };
        assert_eq!(mails[1].bytes, Err(over));
    }
}

#[test]
fn what_holds_no_email_or_is_cut_off_is_told() {
    let cut = archive(&[(TAKEOUT, &mailbox(40))]);
    for file in [b"%PDF-1.7".as_slice(), b"PK\x03\x04 damaged", &cut[..cut.len() / 2], b""] {
        let read = each_mail(
            Cursor::new(file),
            MailPlace::default(),
            Bookmark::default(),
            LIMIT,
            &mut |_| ControlFlow::Continue(()),
        );
        assert_eq!(read.unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
    let packed = gzip(&mailbox(1000));
    let read = each_mail(
        Cursor::new(&packed[..60]),
        MailPlace::default(),
        Bookmark::default(),
        LIMIT,
        &mut |_| ControlFlow::Continue(()),
    );
    assert_eq!(read.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
}

/// A file whose every read fails.
struct Broken(Cursor<Vec<u8>>, usize);

impl Read for Broken {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1 = self.1.checked_sub(1).ok_or_else(|| io::Error::other("the disk is gone"))?;
        self.0.read(buffer)
    }
}

impl Seek for Broken {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn an_error_of_the_file_is_no_damage_of_the_archive() {
    let zip = archive(&[(TAKEOUT, &mailbox(40)[..])]);
    for bytes in [zip, gzip(&mailbox(4000)), mailbox(4000)] {
        for reads in 0..3 {
            let file = Broken(Cursor::new(bytes.clone()), reads);
            let read =
                each_mail(file, MailPlace::default(), Bookmark::default(), LIMIT, &mut |_| {
                    ControlFlow::Continue(())
                });
            if let Err(error) = read {
                assert!(error.to_string().contains("the disk is gone"), "{reads}: {error}");
            }
        }
    }
}

/// Makes a mailbox of so many emails of some 10 kB, which are packed to about half of it.
fn large_mailbox(count: usize) -> Vec<u8> {
    let mut state = 7_u64;
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        format!("{:08x}\n", state >> 32)
    };
    let mut mail = |at| {
        let words: String = (0..1000).map(|_| word()).collect();
        format!("From a Mon Jan  5 09:00:00 2026\nSubject: {at}\n\n{words}\n\n")
    };
    (0..count).map(&mut mail).collect::<String>().into_bytes()
}

/// A file that counts the bytes that are read.
struct Counted<'c>(Cursor<&'c [u8]>, &'c Cell<usize>);

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer)?;
        self.1.set(self.1.get() + read);
        Ok(read)
    }
}

impl Seek for Counted<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn a_bookmark_leads_to_the_same_emails_without_unpacking_those_before() {
    let (mbox, more) = (large_mailbox(400), large_mailbox(200));
    let emails: Vec<_> =
        (0..300).map(|at| (format!("Mail/cur/{at}.host:2,S"), mailbox(1))).collect();
    let named = [("a.mbox", &mbox[..]), ("photo.jpg", &mbox), ("b.mbox", &more)];
    let emails =
        emails.iter().map(|(name, email)| (name.as_str(), email.strip_prefix(SEPARATOR).unwrap()));
    let files: Vec<_> = named.into_iter().chain(emails).collect();
    let tar = tar(&files);
    let members = [gzip(&mbox[..mbox.len() / 2]), gzip(&mbox[mbox.len() / 2..])].concat();
    for (name, file) in [
        ("mbox.gz", gzip(&mbox)),
        ("mbox.gz of two members", members),
        ("zip", archive(&files)),
        ("zip, stored", stored_archive(&files)),
        ("tgz", gzip(&tar)),
        ("tar", tar),
    ] {
        let all = mails_from(&file, MailPlace::default());
        assert_eq!(all.len(), if name.starts_with("mbox") { 400 } else { 900 }, "{name}");
        for at in (0..all.len()).step_by(131).chain([all.len() - 1]) {
            let kept = serde_json::to_vec(&all[at].bookmark).unwrap();
            let bookmark: Bookmark = serde_json::from_slice(&kept).unwrap();
            assert_eq!(bookmark, all[at].bookmark);
            let rest = texts(mails_with(&file, all[at].next, bookmark.clone()));
            let expected = all[at + 1..].iter().map(|mail| mail.bytes.clone().unwrap());
            assert!(rest.iter().cloned().eq(expected), "{name} from email {at}");
            // A bookmark of long ago is of use as well.
            let rest = texts(mails_with(&file, all[at].next, all[at / 2].bookmark.clone()));
            assert_eq!(rest.len(), all.len() - at - 1, "{name} from email {at}");

            // Behind a mailbox, the next file that is wanted may be far.
            if [399, 599, all.len() - 1].contains(&at) {
                continue;
            }
            let read = Cell::new(0);
            let counted = Counted(Cursor::new(&file), &read);
            let mut visit = |_: PlacedMail| ControlFlow::Break(());
            each_mail(counted, all[at].next, bookmark, LIMIT, &mut visit).unwrap();
            assert!(read.get() < 5 << 18, "{name} from email {at}: {} bytes were read", read.get());
        }
    }
}

/// The check sum stands behind all emails: those before it are found, and then the damage is said.
#[test]
fn a_changed_byte_of_a_gzip_file_is_said_by_a_reading_from_a_bookmark_as_well() {
    let mut stored = GzEncoder::new(Vec::new(), Compression::none());
    stored.write_all(&large_mailbox(400)).unwrap();
    let whole = stored.finish().unwrap();
    let middle = mails_from(&whole, MailPlace::default()).swap_remove(200);
    assert_ne!(middle.bookmark, Bookmark::default());
    let mut damaged = whole.clone();
    let at = damaged.len() - 5000;
    damaged[at] ^= 1;
    for (from, bookmark, emails) in
        [(MailPlace::default(), Bookmark::default(), 400), (middle.next, middle.bookmark, 199)]
    {
        let found = Cell::new(0);
        let read = |file: &[u8]| {
            found.set(0);
            let mut visit = |_: PlacedMail| {
                found.set(found.get() + 1);
                ControlFlow::Continue(())
            };
            each_mail(Cursor::new(file), from, bookmark.clone(), LIMIT, &mut visit)
        };
        read(&whole).unwrap();
        assert_eq!(found.get(), emails);
        let error = read(&damaged).unwrap_err();
        // The last one ends where the file does, which cannot be told of a damaged file.
        assert_eq!(found.get(), emails - 1);
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        assert!(error.to_string().contains("check sum"), "{error}");
    }
}

/// Flips a bit in the middle of a file.
fn damaged(mut file: Vec<u8>) -> Vec<u8> {
    let middle = file.len() / 2;
    file[middle] ^= 1;
    file
}

/// The check sums of a zip archive stand in its directory; what follows the damaged file is read.
#[test]
fn a_changed_byte_of_a_zip_archive_is_said_from_any_bookmark_and_the_next_file_is_read() {
    let (mbox, more) = (large_mailbox(400), mailbox(2));
    let files = [("a.mbox", &mbox[..]), ("b.mbox", &more)];
    for whole in [archive(&files), stored_archive(&files)] {
        let middle = mails_from(&whole, MailPlace::default()).swap_remove(100);
        let damaged = damaged(whole);
        let of_all = mails_from(&damaged, MailPlace::default());
        let of_rest = mails_with(&damaged, middle.next, middle.bookmark);
        for mails in [of_all, of_rest] {
            let failed: Vec<_> =
                mails.iter().filter_map(|mail| mail.bytes.as_ref().err()).collect();
            assert_eq!(failed.len(), 1);
            let said = failed[0].to_string();
            assert!(said.contains("a.mbox") && said.contains("damaged"), "{said}");
            let behind: Vec<_> =
                mails.iter().rev().take(3).map(|mail| mail.bytes.is_ok()).collect();
            assert_eq!(behind, [true, true, false]);
        }
    }
}

/// The check sum of a packed tar archive stands behind the blocks that end it.
#[test]
fn a_changed_byte_of_a_packed_tar_archive_is_said_after_its_emails() {
    let mut stored = GzEncoder::new(Vec::new(), Compression::none());
    let mbox = large_mailbox(40);
    stored.write_all(&tar(&[("photo.jpg", &mbox), ("a.mbox", &mailbox(2))])).unwrap();
    let damaged = damaged(stored.finish().unwrap());
    let found = Cell::new(0);
    let read = each_mail(
        Cursor::new(damaged),
        MailPlace::default(),
        Bookmark::default(),
        LIMIT,
        &mut |_| {
            found.set(found.get() + 1);
            ControlFlow::Continue(())
        },
    );
    assert_eq!((found.get(), read.unwrap_err().kind()), (2, io::ErrorKind::InvalidData));
}

proptest! {
    #[test]
    fn a_damaged_bookmark_does_no_harm(
        file in 0..4_u64, start: u64, end: Option<u64>, packed: u64, unpacked: u64,
        bits: u8, bit_count: u8, window: Vec<u8>, offset: u64,
    ) {
        let checkpoint = json!({
            "packed": packed, "unpacked": unpacked, "bits": bits, "bit_count": bit_count,
            "window": window, "crc": bits, "member": unpacked
        });
        let bookmark = json!({ "file": file, "start": start, "end": end, "checkpoint": checkpoint });
        let mbox = mailbox(4);
        let tar = tar(&[("a.mbox", &mbox[..])]);
        let files = [("a.mbox", &mbox[..])];
        for bytes in [gzip(&mbox), archive(&files), stored_archive(&files), gzip(&tar), tar] {
            let bookmark: Bookmark = serde_json::from_value(bookmark.clone()).unwrap();
            let from = MailPlace { file: 0, offset };
            let _ = each_mail(Cursor::new(bytes), from, bookmark, LIMIT, &mut |_| {
                ControlFlow::Continue(())
            });
        }
    }

    #[test]
    fn a_mailbox_is_split_as_one_that_is_held_whole(
        lines in proptest::collection::vec(
            prop_oneof![
                Just("From a Mon Jan  5 09:00:00 2026\n"),
                Just("From here on\r\n"),
                Just(">From there\n"),
                Just("Subject: one\n"),
                Just("\n"),
                Just("\r\n"),
                Just("words of a text\n"),
                Just("no end of a line "),
            ],
            0..40,
        )
    ) {
        let text = format!("From a\nSubject: first\n{}", lines.concat());
        let whole = open(Kind::Mbox, text.as_bytes(), &mut Budget::new(Limits::DEFAULT)).unwrap();
        let whole: Vec<_> = whole.into_iter().map(|item| item.bytes.unwrap()).collect();
        let all = mails_from(text.as_bytes(), MailPlace::default());
        for (at, mail) in all.iter().enumerate() {
            let rest = texts(mails_from(text.as_bytes(), mail.next));
            prop_assert_eq!(&rest, &whole[at + 1..]);
        }
        prop_assert_eq!(texts(all), whole);
    }
}
