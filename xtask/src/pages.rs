//! Links and anchors of pages in Markdown.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Component, Path};

/// A link outside of code.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Link<'a> {
    pub(crate) line: usize,
    /// Its target as it stands there, with its anchor.
    pub(crate) target: &'a str,
}

impl<'a> Link<'a> {
    /// Returns the path and the anchor, unless the link leads to another site.
    pub(crate) fn local(&self) -> Option<(&'a str, Option<&'a str>)> {
        if self.target.contains("://") || self.target.starts_with("mailto:") {
            return None;
        }
        let (path, anchor) = match self.target.split_once('#') {
            Some((path, anchor)) => (path, Some(anchor)),
            None => (self.target, None),
        };
        Some((path, anchor))
    }
}

/// Lists the links of a page.
pub(crate) fn links(text: &str) -> Vec<Link<'_>> {
    let of_line = |(line, prose): (usize, &'_ str)| {
        targets(prose).into_iter().map(move |range| (line, range)).collect::<Vec<_>>()
    };
    let lines: Vec<&str> = text.lines().collect();
    let found = prose(text).flat_map(of_line);
    let link = |(line, range): (usize, Range<usize>)| Link {
        line: line + 1,
        target: lines.get(line).and_then(|text| text.get(range)).unwrap_or_default(),
    };
    found.map(link).collect()
}

/// Replaces the targets of the local links of a page. Of a link without a new target only the words stay.
pub(crate) fn relinked(text: &str, new_target: impl Fn(&Link<'_>) -> Option<String>) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (at, line) in prose(text) {
        // From the last one on, so that the ranges before it stay.
        for range in targets(line).into_iter().rev() {
            let link = Link { line: at + 1, target: line.get(range.clone()).unwrap_or_default() };
            if link.local().is_some()
                && let Some(changed) = lines.get_mut(at)
            {
                *changed = with_target(changed, range, new_target(&link));
            }
        }
    }
    lines.join("\n") + "\n"
}

fn with_target(line: &str, range: Range<usize>, target: Option<String>) -> String {
    let (before, after) = (line.get(..range.start), line.get(range.end..));
    let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
    match (target, before.rfind('[')) {
        (None, Some(open)) => {
            let words = before.get(open + 1..before.len() - 2).unwrap_or_default();
            let head = before.get(..open).unwrap_or_default();
            format!("{head}{words}{}", after.trim_start_matches(')'))
        }
        (target, _) => format!("{before}{}{after}", target.unwrap_or_default()),
    }
}

/// Lists the names that links to parts of a page end with.
pub(crate) fn anchors(text: &str) -> BTreeSet<String> {
    let mut seen = BTreeMap::new();
    let heading = |(_, line): (usize, &'_ str)| {
        let text = line.trim_start_matches('#');
        (text.len() < line.len() && text.starts_with(' ')).then(|| anchor(text.trim()))
    };
    let numbered = |name: String| {
        let before = seen.entry(name.clone()).and_modify(|count| *count += 1).or_insert(0_usize);
        if *before == 0 { name } else { format!("{name}-{before}") }
    };
    prose(text).filter_map(heading).map(numbered).collect()
}

fn anchor(heading: &str) -> String {
    let shown = relinked(heading, |_| None);
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    let name = shown.trim().chars().filter(kept).map(|c| if c == ' ' { '-' } else { c });
    name.collect::<String>().to_lowercase()
}

/// Lists the lines outside of blocks of code, with their index.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut is_code = false;
    text.lines().enumerate().filter(move |(_, line)| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// Returns where the targets of links stand in a line.
fn targets(line: &str) -> Vec<Range<usize>> {
    let starts = line.match_indices("](").map(|(at, open)| at + open.len());
    let range = |start: usize| {
        let is_code = line.get(..start)?.matches('`').count() % 2 == 1;
        let length = line.get(start..)?.find(')')?;
        (!is_code).then_some(start..start + length)
    };
    starts.filter_map(range).collect()
}

/// Removes `.` and `..` from a path and writes it with `/`.
pub(crate) fn normal(path: &Path) -> String {
    let mut parts = Vec::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(parts.pop()),
            Component::CurDir => {}
            part => parts.push(part.as_os_str().to_string_lossy()),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# A `b` [c](d.md)\n\nSee [one](a.md#x), `[no](b.md)` and [two](https://c.de/).\n\
        ```sh\n[no](d.md)\n# no\n```\n## A b c\n![it](../p.png)\n";

    #[test]
    fn links_in_code_are_none() {
        let found = links(PAGE);
        let targets: Vec<_> = found.iter().map(|link| (link.line, link.target)).collect();
        let expected = [(1, "d.md"), (3, "a.md#x"), (3, "https://c.de/"), (9, "../p.png")];
        assert_eq!(targets, expected);
        assert_eq!(found.get(1).and_then(Link::local), Some(("a.md", Some("x"))));
        assert_eq!(found.get(2).and_then(Link::local), None);
    }

    #[test]
    fn anchors_are_those_of_the_forges() {
        let expected = ["a-b-c", "a-b-c-1"].map(str::to_owned);
        assert_eq!(anchors(PAGE), BTreeSet::from(expected));
    }

    #[test]
    fn links_lead_elsewhere_or_become_words() {
        let text = "[a](b.md), [c](d.rs) and [e](https://f.gh)";
        let new = |link: &Link<'_>| link.target.ends_with(".md").then(|| "x.md#y".to_owned());
        assert_eq!(relinked(text, new), "[a](x.md#y), c and [e](https://f.gh)\n");
    }

    #[test]
    fn paths_become_plain() {
        assert_eq!(normal(Path::new("docs/../sdk/./c/README.md")), "sdk/c/README.md");
    }
}
