//! Trained rankers: which of the candidates that the recognisers propose a document means.
//!
//! Each candidate is described by the same numbers, its features. A small forest of decision trees,
//! trained on made-up documents (`benches/receipts`), turns them into a score; the best candidate is
//! the answer, and a table of what such scores were worth on documents of other layouts gives the
//! confidence. The tables are the files of `weights/`.

pub(crate) mod date;
mod forest;
pub(crate) mod seller;
pub(crate) mod total;

use forest::Forest;

/// A candidate that was chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Choice {
    /// Index of the candidate.
    pub(crate) index: usize,
    /// 0 to 1.
    pub(crate) confidence: f32,
}

/// Chooses the best of the candidates, the first of equals; `None` where none is likely.
fn choose(forest: &Forest, candidates: &[Vec<f64>]) -> Option<Choice> {
    let scores: Vec<f64> = candidates.iter().map(|features| forest.score(features)).collect();
    let (index, best) =
        scores.iter().copied().enumerate().rev().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let weights: f64 = scores.iter().map(|score| score.exp()).sum();
    // One more candidate of score 0 stands for none of them.
    let share = best.exp() / (weights + 1.0);
    let confidence = forest.confidence(share);
    (share >= forest.threshold()).then_some(Choice { index, confidence })
}

fn flag(yes: bool) -> f64 {
    if yes { 1.0 } else { 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn count(n: usize) -> f64 {
    n as f64
}

fn ratio(part: usize, whole: usize) -> f64 {
    count(part) / count(whole.max(1))
}
