//! Scrubbing of secrets from the answers of servers.

use std::io::{self, Write};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use zeroize::Zeroizing;

/// Marks in place of a secret: the first that makes none with what stands beside it.
const MARKS: [&[u8]; 6] = [
    b"[redacted]",
    b"(redacted)",
    b"<redacted>",
    b"*redacted*",
    b"|redacted|",
    "\u{2588}\u{2588}\u{2588}".as_bytes(),
];

/// Bytes that are searched at once, at least.
const STRETCH: usize = 8 << 10;

/// Least bytes of a secret that is searched for: shorter ones would be found everywhere.
const MIN_BYTES: usize = 4;

/// Finder of secrets as they are, in base64 (both alphabets, wherever in a longer text they stand),
/// in hex, with percent escapes and with the escapes of JSON.
#[derive(Default)]
pub struct Scrubber {
    patterns: Vec<Zeroizing<Vec<u8>>>,
    mark: &'static [u8],
}

impl Scrubber {
    /// Creates a scrubber of these secrets.
    #[must_use]
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut patterns: Vec<_> = secrets.into_iter().flat_map(forms).collect();
        patterns.retain(|pattern| pattern.len() >= MIN_BYTES);
        patterns.sort_unstable_by(|a, b| a.as_slice().cmp(b));
        patterns.dedup();
        let mark = mark_beside(&patterns);
        Self { patterns, mark }
    }

    /// Returns the bytes without the secrets.
    #[must_use]
    pub fn scrub(&self, bytes: &[u8]) -> Vec<u8> {
        let mut writer = ScrubWriter::new(self, Vec::new());
        // Writing into memory does not fail.
        let _ = writer.write_all(bytes);
        writer.finish().unwrap_or_default()
    }

    /// Returns whether one of the secrets is in there.
    #[must_use]
    pub fn finds(&self, bytes: &[u8]) -> bool {
        Search::new(self, bytes).first(0).is_some()
    }

    fn longest(&self) -> usize {
        self.patterns.iter().map(|pattern| pattern.len()).max().unwrap_or(0)
    }
}

impl std::fmt::Debug for Scrubber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Scrubber({} patterns)", self.patterns.len())
    }
}

/// Returns a mark that makes none of the patterns with the text around it: a secret of brackets alone
/// would begin with the end of a mark in brackets.
fn mark_beside(patterns: &[Zeroizing<Vec<u8>>]) -> &'static [u8] {
    let fits = |mark: &&&[u8]| !patterns.iter().any(|pattern| overlap(mark, pattern));
    let [first, ..] = MARKS;
    MARKS.iter().find(fits).copied().unwrap_or(first)
}

/// Returns whether an occurrence of a pattern may hold a part of the mark.
fn overlap(mark: &[u8], pattern: &[u8]) -> bool {
    let holds = |whole, part| memchr::memmem::find(whole, part).is_some();
    let meets = |at: usize| match mark.split_at_checked(at) {
        Some((start, end)) => pattern.ends_with(start) || pattern.starts_with(end),
        None => false,
    };
    holds(mark, pattern) || holds(pattern, mark) || (1..mark.len()).any(meets)
}

fn forms(secret: &[u8]) -> Vec<Zeroizing<Vec<u8>>> {
    let mut forms = vec![secret.to_vec(), hex(secret, false), hex(secret, true)];
    forms.push(percent(secret, false));
    forms.push(percent(secret, true));
    for shift in 0..3 {
        forms.push(base64_at(&STANDARD_NO_PAD, secret, shift));
        forms.push(base64_at(&URL_SAFE_NO_PAD, secret, shift));
    }
    // In JSON, quotes and backslashes are escaped, and slashes may be.
    forms.push(escaped(secret, b"\"\\"));
    let with_slashes: Vec<_> = forms.iter().map(|form| escaped(form, b"/")).collect();
    forms.extend(with_slashes);
    forms.push(escaped(secret, b"\"\\/"));
    forms.into_iter().map(Zeroizing::new).collect()
}

/// Puts a backslash before these characters.
fn escaped(text: &[u8], characters: &[u8]) -> Vec<u8> {
    let escape = |byte: &u8| match characters.contains(byte) {
        true => vec![b'\\', *byte],
        false => vec![*byte],
    };
    text.iter().flat_map(escape).collect()
}

/// Returns the characters of base64 that depend on the secret alone, when `shift` bytes stand
/// before it.
fn base64_at(engine: &impl Engine, secret: &[u8], shift: usize) -> Vec<u8> {
    let shifted = Zeroizing::new([&[0; 2][..shift], secret].concat());
    let text = Zeroizing::new(engine.encode(&*shifted).into_bytes());
    let (start, end) = ((shift * 8).div_ceil(6), shifted.len() * 8 / 6);
    text.get(start..end).unwrap_or_default().to_vec()
}

fn hex(secret: &[u8], upper: bool) -> Vec<u8> {
    let digits = |byte: &u8| if upper { format!("{byte:02X}") } else { format!("{byte:02x}") };
    secret.iter().flat_map(|byte| digits(byte).into_bytes()).collect()
}

/// Escapes all but the unreserved characters of RFC 3986.
fn percent(secret: &[u8], upper: bool) -> Vec<u8> {
    let escape = |byte: &u8| match byte {
        b if b.is_ascii_alphanumeric() || b"-._~".contains(b) => vec![*b],
        b if upper => format!("%{b:02X}").into_bytes(),
        b => format!("%{b:02x}").into_bytes(),
    };
    secret.iter().flat_map(escape).collect()
}

/// Writer that passes on what is written to it, without the secrets. They are found across writes;
/// so the last bytes come with [`finish`](Self::finish).
#[derive(Debug)]
pub struct ScrubWriter<'a, W> {
    scrubber: &'a Scrubber,
    held: Vec<u8>,
    to: W,
}

impl<'a, W: Write> ScrubWriter<'a, W> {
    /// Creates a writer to `to`.
    pub const fn new(scrubber: &'a Scrubber, to: W) -> Self {
        Self { scrubber, held: Vec::new(), to }
    }

    /// Passes on the rest, and gives back the writer below.
    ///
    /// # Errors
    /// The errors of the writer below.
    pub fn finish(mut self) -> io::Result<W> {
        self.pass(0)?;
        Ok(self.to)
    }

    /// Passes on all but the last `keep` bytes, which may be the start of a secret.
    fn pass(&mut self, keep: usize) -> io::Result<()> {
        let mut search = Search::new(self.scrubber, &self.held);
        let last = self.held.len().saturating_sub(keep);
        let mut done = 0;
        while let Some((start, length)) = search.first(done) {
            // A longer secret may start here and be still to come.
            if keep > 0 && start >= last {
                break;
            }
            self.to.write_all(self.held.get(done..start).unwrap_or_default())?;
            self.to.write_all(self.scrubber.mark)?;
            done = start + length;
        }
        let end = last.max(done);
        self.to.write_all(self.held.get(done..end).unwrap_or_default())?;
        self.held.drain(..end);
        Ok(())
    }
}

/// Search of all patterns in one text. It goes through the text once for each pattern, however often they
/// stand there.
struct Search<'a> {
    scrubber: &'a Scrubber,
    text: &'a [u8],
    /// The next place of each pattern, as far as it was looked for; `None` when there is none any more.
    places: Vec<Option<usize>>,
}

impl<'a> Search<'a> {
    fn new(scrubber: &'a Scrubber, text: &'a [u8]) -> Self {
        let find = |pattern: &Zeroizing<Vec<u8>>| memchr::memmem::find(text, pattern);
        let places = scrubber.patterns.iter().map(find).collect();
        Self { scrubber, text, places }
    }

    /// Finds the first secret from `from` on, the longest of those that start there.
    fn first(&mut self, from: usize) -> Option<(usize, usize)> {
        let all = self.scrubber.patterns.iter().zip(&mut self.places);
        let found = all.filter_map(|(pattern, place)| {
            if place.is_some_and(|place| place < from) {
                let rest = self.text.get(from..).unwrap_or_default();
                *place = memchr::memmem::find(rest, pattern).map(|place| from + place);
            }
            place.map(|place| (place, pattern.len()))
        });
        found.min_by_key(|(start, length)| (*start, usize::MAX - length))
    }
}

impl<W: Write> Write for ScrubWriter<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.scrubber.patterns.is_empty() {
            return self.to.write(bytes);
        }
        self.held.extend_from_slice(bytes);
        let longest = self.scrubber.longest();
        // Searched in stretches, so that what comes byte by byte is not searched again with each.
        if self.held.len() >= longest.saturating_mul(2).max(STRETCH) {
            self.pass(longest)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"s3cr+t/token?=";

    fn scrub(text: &[u8]) -> Vec<u8> {
        Scrubber::new([SECRET]).scrub(text)
    }

    #[test]
    fn net_47_a_secret_is_found_in_its_forms() {
        let standard = |text: &[u8]| STANDARD_NO_PAD.encode(text).into_bytes();
        let url = |text: &[u8]| URL_SAFE_NO_PAD.encode(text).into_bytes();
        let forms: Vec<Vec<u8>> = vec![
            SECRET.to_vec(),
            hex(SECRET, false),
            hex(SECRET, true),
            b"s3cr%2Bt%2Ftoken%3F%3D".to_vec(),
            b"s3cr%2bt%2ftoken%3f%3d".to_vec(),
        ];
        for form in forms {
            let text = [b"<", form.as_slice(), b">"].concat();
            assert_eq!(scrub(&text), b"<[redacted]>", "{}", String::from_utf8_lossy(&text));
        }
        for before in ["", "u", "us", "user:", "Bearer "] {
            let text = [before.as_bytes(), SECRET, b" and more"].concat();
            for encoded in [standard(&text), url(&text)] {
                let scrubbed = scrub(&encoded);
                assert!(scrubbed.windows(10).any(|w| w == b"[redacted]"), "{before}");
                assert!(!Scrubber::new([SECRET]).finds(&scrubbed));
            }
        }
    }

    #[test]
    fn net_47_no_secret_is_made_of_a_mark_and_what_stands_beside_it() {
        let secrets =
            ["]]]]]", "[[[[[", "][][", "d]d]d]", "[redacted]", "x[redacted]y", "redacted"];
        for secret in secrets {
            let scrubber = Scrubber::new([secret.as_bytes()]);
            let beside = [secret, &secret[1..], &secret[..secret.len() - 1]];
            for before in beside {
                for after in beside {
                    let text = [before, secret, after].concat();
                    let scrubbed = scrubber.scrub(text.as_bytes());
                    assert!(!scrubber.finds(&scrubbed), "{secret}: {text}");
                    assert!(scrubbed != text.as_bytes(), "{secret}");
                }
            }
        }
        assert_eq!(Scrubber::new([SECRET]).mark, b"[redacted]");
    }

    #[test]
    fn net_47_what_is_no_secret_stays() {
        for text in ["", "s3cr", "s3cr+t/token", "a long text without anything in it"] {
            assert_eq!(scrub(text.as_bytes()), text.as_bytes());
        }
        assert_eq!(Scrubber::default().scrub(SECRET), SECRET);
        assert_eq!(Scrubber::new([b"ab".as_slice()]).scrub(b"about"), b"about");
    }

    #[test]
    fn net_47_a_secret_is_found_across_writes() {
        let scrubber = Scrubber::new([SECRET, b"s3cr+t/token?=longer"]);
        let text = [b"x".as_slice(), SECRET, b"y", SECRET, b"longer", SECRET].concat();
        for size in 1..text.len() {
            let mut writer = ScrubWriter::new(&scrubber, Vec::new());
            text.chunks(size).for_each(|chunk| writer.write_all(chunk).unwrap());
            let scrubbed = writer.finish().unwrap();
            assert_eq!(scrubbed, b"x[redacted]y[redacted][redacted]", "{size}");
        }
    }

    #[test]
    fn net_47_a_secret_is_found_as_json_writes_it() {
        let secret = br#"a/b"c\d/e"#;
        for text in [r#"a/b\"c\\d/e"#, r#"a\/b\"c\\d\/e"#, r#"a\/b"c\d\/e"#] {
            assert_eq!(
                Scrubber::new([secret.as_slice()]).scrub(text.as_bytes()),
                MARKS[0],
                "{text}"
            );
        }
        let encoded = STANDARD_NO_PAD.encode(b"??>>??>>??").replace('/', "\\/");
        assert!(encoded.contains("\\/"));
        let scrubbed = Scrubber::new([b"??>>??>>??".as_slice()]).scrub(encoded.as_bytes());
        assert!(scrubbed.starts_with(MARKS[0]), "{}", String::from_utf8_lossy(&scrubbed));
    }

    #[test]
    fn net_47_a_body_full_of_secrets_takes_no_longer_than_another() {
        let secret = vec![b'k'; 3000];
        let scrubber = Scrubber::new([secret.as_slice()]);
        let time = |text: &[u8], size| {
            let began = std::time::Instant::now();
            let mut writer = ScrubWriter::new(&scrubber, io::sink());
            text.chunks(size).for_each(|chunk| writer.write_all(chunk).unwrap());
            writer.finish().unwrap();
            began.elapsed().as_secs_f64()
        };
        // Secrets from end to end, and a text that comes byte by byte.
        assert!(time(&vec![b'k'; 8 << 20], 16 << 10) < 20.0);
        assert!(time(&vec![b'x'; 1 << 20], 1) < 20.0);
    }

    #[test]
    fn cred_20_a_scrubber_does_not_show_what_it_searches() {
        assert!(!format!("{:?}", Scrubber::new([SECRET])).contains("s3cr"));
    }
}
