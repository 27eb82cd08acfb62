//! Lines for a log, from text that a guest writes in pieces.

/// Longest line in bytes; a longer one becomes several.
pub const MAX_LINE_BYTES: usize = ext_abi::limits::MAX_LOG_BYTES as usize;

/// The stream that a guest wrote a line to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Descriptor 1.
    Stdout,
    /// Descriptor 2.
    Stderr,
}

/// The line that is being written.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    begun: Vec<u8>,
}

impl Lines {
    /// Takes a piece of text and gives out the lines that end in it.
    pub(crate) fn push(&mut self, mut text: &[u8], emit: &mut impl FnMut(&str)) {
        while let Some(end) = text.iter().position(|byte| *byte == b'\n') {
            let (line, rest) = text.split_at(end);
            self.extend(line, emit);
            self.end(emit);
            text = rest.get(1..).unwrap_or_default();
        }
        self.extend(text, emit);
    }

    /// Gives out the line that has no end yet, if there is one.
    pub(crate) fn flush(&mut self, emit: &mut impl FnMut(&str)) {
        if !self.begun.is_empty() {
            self.end(emit);
        }
    }

    fn end(&mut self, emit: &mut impl FnMut(&str)) {
        emit(&String::from_utf8_lossy(&self.begun));
        self.begun.clear();
    }

    fn extend(&mut self, mut text: &[u8], emit: &mut impl FnMut(&str)) {
        while self.begun.len() + text.len() > MAX_LINE_BYTES {
            let (now, rest) = text.split_at(MAX_LINE_BYTES.saturating_sub(self.begun.len()));
            self.begun.extend_from_slice(now);
            let cut = self.begun.split_off(whole_characters(&self.begun));
            self.end(emit);
            self.begun = cut;
            text = rest;
        }
        self.begun.extend_from_slice(text);
    }
}

/// Counts the bytes up to the last whole character, so that no character is cut in two.
fn whole_characters(bytes: &[u8]) -> usize {
    let tail = bytes.iter().rev().take(3).take_while(|byte| **byte & 0xc0 == 0x80).count();
    let lead = bytes.len().saturating_sub(tail + 1);
    let needs = match bytes.get(lead) {
        Some(0xf0..) => 4,
        Some(0xe0..) => 3,
        Some(0xc0..) => 2,
        _ => 1,
    };
    if tail + 1 < needs { lead } else { bytes.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(pieces: &[&[u8]]) -> Vec<String> {
        let (mut lines, mut out) = (Lines::default(), Vec::new());
        let mut emit = |line: &str| out.push(line.to_owned());
        pieces.iter().for_each(|piece| lines.push(piece, &mut emit));
        lines.flush(&mut emit);
        out
    }

    #[test]
    fn pieces_become_lines() {
        assert_eq!(
            lines(&[b"one\ntwo", b" and", b" more\n\nlast"]),
            ["one", "two and more", "", "last"]
        );
        assert_eq!(lines(&[b"", b"one\n"]), ["one"]);
        assert_eq!(lines(&[b"\xff\xfe\n"]), ["\u{fffd}\u{fffd}"]);
    }

    #[test]
    fn a_line_without_end_becomes_several() {
        let long = vec![b'x'; MAX_LINE_BYTES * 2 + 1];
        let lengths: Vec<_> = lines(&[&long]).iter().map(String::len).collect();
        assert_eq!(lengths, [MAX_LINE_BYTES, MAX_LINE_BYTES, 1]);
        let fits = vec![b'x'; MAX_LINE_BYTES];
        assert_eq!(lines(&[&fits, b"\n"]).len(), 1);
    }

    #[test]
    fn a_long_line_is_cut_between_characters() {
        for character in ["ä", "€", "𝄞"] {
            let text = format!("x{}", character.repeat(MAX_LINE_BYTES));
            let lines = lines(&[text.as_bytes()]);
            assert!(lines.iter().all(|line| line.len() <= MAX_LINE_BYTES));
            assert_eq!(lines.concat(), text);
        }
        let wrong = vec![0x80; MAX_LINE_BYTES * 2];
        assert!(lines(&[&wrong]).concat().chars().all(|c| c == '\u{fffd}'));
    }
}
