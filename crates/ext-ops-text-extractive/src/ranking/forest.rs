//! Decision trees as a table.

/// A sum of small decision trees, and what its scores are worth.
///
/// The text has one word for each node, in the order in which a tree is walked down to the left:
/// `3<0.5` asks whether feature 3 is at most 0.5 and is followed by the nodes for yes, then those
/// for no; `=-0.25` is a leaf. Each line is a tree. A line `threshold 0.3` and lines `sure 0.9 0.97`
/// (from this share on, this confidence) come first.
#[derive(Debug)]
pub(super) struct Forest {
    trees: Vec<Vec<Node>>,
    threshold: f64,
    /// Shares in ascending order, with the confidence at each.
    sure: Vec<(f64, f64)>,
}

#[derive(Debug, Clone, Copy)]
enum Node {
    Split {
        feature: usize,
        at_most: f64,
        /// Index of the node for larger values.
        otherwise: usize,
    },
    Leaf(f64),
}

impl Forest {
    /// Reads a table; `None` where it is malformed.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut forest = Self { trees: Vec::new(), threshold: 0.0, sure: Vec::new() };
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.split(' ');
            match words.next()? {
                "threshold" => forest.threshold = words.next()?.parse().ok()?,
                "sure" => {
                    forest.sure.push((words.next()?.parse().ok()?, words.next()?.parse().ok()?));
                }
                _ => forest.trees.push(tree(line)?),
            }
        }
        Some(forest)
    }

    /// Returns the sum of the leaves that the features lead to.
    pub(super) fn score(&self, features: &[f64]) -> f64 {
        self.trees.iter().map(|tree| leaf(tree, features)).sum()
    }

    /// Returns the least share of a candidate that is an answer.
    pub(super) fn threshold(&self) -> f64 {
        self.threshold
    }

    /// Returns the confidence at a share, on a line between the two points of the table around it.
    #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1")]
    pub(super) fn confidence(&self, share: f64) -> f32 {
        let above = self.sure.iter().position(|(at, _)| *at > share);
        let pair =
            above.and_then(|at| Some((self.sure.get(at.checked_sub(1)?)?, self.sure.get(at)?)));
        let found = match (pair, above) {
            (Some(((x0, y0), (x1, y1))), _) => y0 + (y1 - y0) * (share - x0) / (x1 - x0),
            (None, Some(_)) => self.sure.first().map_or(0.0, |(_, y)| *y),
            (None, None) => self.sure.last().map_or(share, |(_, y)| *y),
        };
        // What is answered is not impossible.
        found.clamp(0.01, 1.0) as f32
    }
}

fn leaf(tree: &[Node], features: &[f64]) -> f64 {
    let mut at = 0;
    while let Some(node) = tree.get(at) {
        match node {
            Node::Leaf(value) => return *value,
            Node::Split { feature, at_most, otherwise } => {
                let value = features.get(*feature).copied().unwrap_or(0.0);
                // Each way leads on: `otherwise` is larger than `at`.
                at = if value <= *at_most { at + 1 } else { *otherwise };
            }
        }
    }
    0.0
}

fn tree(line: &str) -> Option<Vec<Node>> {
    let mut nodes = Vec::new();
    let mut words = line.split(' ');
    node(&mut words, &mut nodes, 0)?;
    words.next().is_none().then_some(nodes)
}

/// Deepest tree.
const MAX_DEPTH: usize = 16;

fn node<'a>(
    words: &mut impl Iterator<Item = &'a str>,
    nodes: &mut Vec<Node>,
    depth: usize,
) -> Option<()> {
    let word = words.next().filter(|_| depth < MAX_DEPTH)?;
    if let Some(value) = word.strip_prefix('=') {
        nodes.push(Node::Leaf(value.parse().ok()?));
        return Some(());
    }
    let (feature, at_most) = word.split_once('<')?;
    let (feature, at_most) = (feature.parse().ok()?, at_most.parse().ok()?);
    let here = nodes.len();
    nodes.push(Node::Leaf(0.0));
    node(words, nodes, depth + 1)?;
    let otherwise = nodes.len();
    node(words, nodes, depth + 1)?;
    *nodes.get_mut(here)? = Node::Split { feature, at_most, otherwise };
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_are_walked() {
        let forest =
            Forest::read("threshold 0.2\nsure 0.5 0.4\nsure 1 0.9\n0<1 =1 1<5 =10 =100\n=0.5")
                .unwrap();
        assert_eq!(forest.score(&[0.0, 9.0]), 1.5);
        assert_eq!(forest.score(&[2.0, 5.0]), 10.5);
        assert_eq!(forest.score(&[2.0, 6.0]), 100.5);
        assert_eq!(forest.threshold(), 0.2);
        for (share, confidence) in [(0.1, 0.4), (0.5, 0.4), (0.75, 0.65), (1.0, 0.9)] {
            assert!((forest.confidence(share) - confidence).abs() < 1e-6, "{share}");
        }
    }

    #[test]
    fn malformed_tables_are_refused() {
        for text in ["0<1 =1", "=1 =2", "x", "0<y =1 =2", "sure 1", "threshold"] {
            assert!(Forest::read(text).is_none(), "{text}");
        }
    }
}
