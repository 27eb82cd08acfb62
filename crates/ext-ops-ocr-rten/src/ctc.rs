//! From class probabilities to characters (CTC, greedy).

/// The characters of a recogniser, by class. Class 0 is the blank, which stands between characters.
pub(crate) struct Alphabet {
    classes: Vec<String>,
}

impl Alphabet {
    /// From the model's list, one character a line; a space is added as the last class.
    pub(crate) fn new(characters: &str) -> Self {
        let lines = characters.strip_suffix('\n').unwrap_or(characters).split('\n');
        let known = lines.map(|line| line.trim_end_matches('\r'));
        let classes = std::iter::once("").chain(known).chain(std::iter::once(" "));
        Self { classes: classes.map(str::to_owned).collect() }
    }

    /// Number of classes, blank and space included.
    pub(crate) fn len(&self) -> usize {
        self.classes.len()
    }

    /// Reads `steps`, each a slice of one probability for each class. Returns the text and the mean
    /// probability of its characters, 0 without any.
    pub(crate) fn decode<'p>(&self, steps: impl Iterator<Item = &'p [f32]>) -> (String, f32) {
        let (mut text, mut sum, mut count, mut before) = (String::new(), 0.0, 0.0_f32, 0);
        for (class, probability) in steps.map(best) {
            if class != 0 && class != before {
                text.push_str(self.classes.get(class).map_or("", String::as_str));
                sum += probability;
                count += 1.0;
            }
            before = class;
        }
        (text, if count > 0.0 { sum / count } else { 0.0 })
    }
}

/// The most probable class; the blank for an empty step.
fn best(probabilities: &[f32]) -> (usize, f32) {
    let mut best = (0, 0.0);
    for (class, probability) in probabilities.iter().enumerate() {
        if *probability > best.1 {
            best = (class, *probability);
        }
    }
    best
}

/// Full-width forms as the plain characters they are: the recogniser likes `：` after Latin words.
/// Text with Chinese, Japanese or Korean characters stays as it is.
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

    /// Steps whose best class has probability 0.8.
    fn read(classes: &[usize]) -> (String, f32) {
        let alphabet = Alphabet::new("a\nb\n");
        let steps: Vec<Vec<f32>> = classes
            .iter()
            .map(|best| (0..alphabet.len()).map(|c| if c == *best { 0.8 } else { 0.1 }).collect())
            .collect();
        alphabet.decode(steps.iter().map(Vec::as_slice))
    }

    #[test]
    fn repeats_collapse_and_blanks_separate() {
        assert_eq!(read(&[0, 1, 1, 0, 1, 2, 2, 3, 2, 0]).0, "aab b");
        assert!((read(&[1, 2]).1 - 0.8).abs() < 1e-6);
        assert_eq!(read(&[0, 0]), (String::new(), 0.0));
        assert_eq!(read(&[]), (String::new(), 0.0));
    }

    #[test]
    fn full_width_forms_become_plain() {
        assert_eq!(plain_forms("Total：５，０"), "Total:5,0");
        assert_eq!(plain_forms("合计：5"), "合计：5");
    }
}
