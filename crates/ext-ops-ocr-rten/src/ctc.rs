//! From class probabilities to characters (CTC, greedy).

/// The characters of a recogniser, by class. Class 0 is the blank, which stands between characters.
pub(crate) struct Alphabet {
    classes: Vec<String>,
}

impl Alphabet {
    /// Reads the model's list, one character a line; a space is added as the last class.
    pub(crate) fn new(characters: &str) -> Self {
        let lines = characters.strip_suffix('\n').unwrap_or(characters).split('\n');
        let known = lines.map(|line| line.trim_end_matches('\r'));
        let classes = std::iter::once("").chain(known).chain(std::iter::once(" "));
        Self { classes: classes.map(str::to_owned).collect() }
    }

    /// Returns the number of classes, blank and space included.
    pub(crate) fn len(&self) -> usize {
        self.classes.len()
    }

    /// Returns whether a character can be read at all.
    pub(crate) fn has(&self, char: char) -> bool {
        self.classes.iter().any(|class| class.chars().eq([char]))
    }

    /// Returns the classes that may be answered; all of them, or all but the ideographs and their
    /// kin.
    pub(crate) fn mask(&self, ideographs: bool) -> Vec<bool> {
        let may = |class: &String| ideographs || !class.chars().any(is_ideographic);
        self.classes.iter().map(may).collect()
    }

    /// Reads `steps`, each a slice of one probability for each class, answering only with classes
    /// that `mask` allows.
    pub(crate) fn decode<'p>(
        &self,
        steps: impl Iterator<Item = &'p [f32]>,
        mask: &[bool],
    ) -> Vec<Glyph> {
        let (mut glyphs, mut before) = (Vec::new(), 0);
        for (step, (class, probability)) in steps.map(|step| best(step, mask)).enumerate() {
            if class != 0 && class != before {
                let text = self.classes.get(class).cloned().unwrap_or_default();
                glyphs.push(Glyph { text, probability, step });
            }
            before = class;
        }
        glyphs
    }
}

/// A character and where it was seen.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Glyph {
    /// One character, seldom more.
    pub(crate) text: String,
    /// Probability of the character, 0 to 1.
    pub(crate) probability: f32,
    /// The step at which it was seen first.
    pub(crate) step: usize,
}

/// Returns the mean probability, 0 without any.
pub(crate) fn confidence(glyphs: &[Glyph]) -> f32 {
    let sum: f32 = glyphs.iter().map(|glyph| glyph.probability).sum();
    sum / glyphs.len().max(1) as f32
}

/// Returns the characters.
pub(crate) fn text(glyphs: &[Glyph]) -> String {
    let text: String = glyphs.iter().map(|glyph| glyph.text.as_str()).collect();
    plain_forms(text.trim())
}

/// Returns the words, each a run of characters without white space.
pub(crate) fn words(glyphs: &[Glyph]) -> impl Iterator<Item = &[Glyph]> {
    let is_space = |glyph: &Glyph| glyph.text.chars().all(char::is_whitespace);
    glyphs.split(is_space).filter(|word| !word.is_empty())
}

/// Returns the most probable class that is allowed; the blank for an empty step.
fn best(probabilities: &[f32], mask: &[bool]) -> (usize, f32) {
    let mut best = (0, 0.0);
    for (class, (probability, allowed)) in probabilities.iter().zip(mask).enumerate() {
        if *allowed && *probability > best.1 {
            best = (class, *probability);
        }
    }
    best
}

/// Replaces full-width forms by the plain characters they are: the recogniser likes `：` after Latin
/// words. Text with Chinese, Japanese or Korean characters stays as it is.
pub(crate) fn plain_forms(text: &str) -> String {
    if text.chars().any(is_ideographic) {
        return text.to_owned();
    }
    text.chars().map(plain_form).collect()
}

fn plain_form(char: char) -> char {
    match char {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(char) - 0xfee0).unwrap_or(char),
        other => other,
    }
}

fn is_ideographic(char: char) -> bool {
    matches!(char, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decodes steps whose best class has probability 0.8.
    fn read(classes: &[usize]) -> (String, f32) {
        let glyphs = glyphs(classes, true);
        (glyphs.iter().map(|glyph| glyph.text.as_str()).collect(), confidence(&glyphs))
    }

    fn glyphs(classes: &[usize], ideographs: bool) -> Vec<Glyph> {
        let alphabet = Alphabet::new("a\nb\n合\n");
        let steps: Vec<Vec<f32>> = classes
            .iter()
            .map(|best| (0..alphabet.len()).map(|c| if c == *best { 0.8 } else { 0.1 }).collect())
            .collect();
        alphabet.decode(steps.iter().map(Vec::as_slice), &alphabet.mask(ideographs))
    }

    #[test]
    fn repeats_collapse_and_blanks_separate() {
        assert_eq!(read(&[0, 1, 1, 0, 1, 2, 2, 4, 2, 0]).0, "aab b");
        assert!((read(&[1, 2]).1 - 0.8).abs() < 1e-6);
        assert_eq!(read(&[0, 0]), (String::new(), 0.0));
        assert_eq!(read(&[]), (String::new(), 0.0));
    }

    #[test]
    fn words_know_where_they_stand() {
        let glyphs = glyphs(&[1, 1, 0, 2, 4, 4, 0, 1], true);
        let found: Vec<(String, usize)> =
            words(&glyphs).map(|word| (text(word), word[0].step)).collect();
        assert_eq!(found, [("ab".to_owned(), 0), ("a".to_owned(), 7)]);
    }

    #[test]
    fn a_language_without_ideographs_reads_none() {
        assert_eq!(text(&glyphs(&[1, 3], true)), "a合");
        assert_eq!(text(&glyphs(&[1, 3], false)), "a");
    }

    #[test]
    fn full_width_forms_become_plain() {
        assert_eq!(plain_forms("Total：５，０"), "Total:5,0");
        assert_eq!(plain_forms("合计：5"), "合计：5");
    }
}
