//! Ids in names of tests (`perm_26_…`), and the page that explains them.

use std::collections::{BTreeMap, BTreeSet};

use super::source_file::SourceFile;

/// The page: a row per id, `` | `perm_26` | the attack | the crates with its tests | ``.
pub(super) const PAGE: &str = "docs/threats.md";

/// This file.
const SELF: &str = "xtask/src/tidy/threats.rs";

/// The crates whose tests carry an id, by id.
type Tested = BTreeMap<String, BTreeSet<String>>;

/// A row of the page.
struct Row<'a> {
    /// The number of the line, from 1.
    line: usize,
    id: &'a str,
    meaning: &'a str,
    crates: &'a str,
}

/// Lists ids without a row or with several, rows without a test, and rows that name other crates than have
/// the tests.
pub(super) fn check(files: &[SourceFile]) -> Vec<String> {
    let Some(page) = files.iter().find(|file| file.path == PAGE) else {
        return vec![format!("{PAGE}: missing; it explains the ids in names of tests")];
    };
    let rows: Vec<Row<'_>> = rows(&page.text).collect();
    let tested = tested(files, &families(&rows));
    let explained: BTreeSet<&str> = rows.iter().map(|row| row.id).collect();
    let unexplained = tested.keys().filter(|id| !explained.contains(id.as_str()));
    let unexplained = unexplained.map(|id| format!("{PAGE}: has no row for `{id}`"));
    let wrong = rows.iter().filter_map(|row| problem_of(row, &tested));
    unexplained.chain(repeated(&rows)).chain(wrong).collect()
}

fn repeated(rows: &[Row<'_>]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let again = rows.iter().filter(|row| !seen.insert(row.id));
    again.map(|row| format!("{PAGE}:{}: `{}` has a row already", row.line, row.id)).collect()
}

fn problem_of(row: &Row<'_>, tested: &Tested) -> Option<String> {
    let problem = match tested.get(row.id) {
        None => "no test has this id in its name".to_owned(),
        Some(_) if row.meaning.is_empty() => "the row has no meaning".to_owned(),
        Some(crates) if row.crates != list(crates) => {
            format!("tested in {}; `cargo xtask threats` writes it", list(crates))
        }
        Some(_) => return None,
    };
    Some(format!("{PAGE}:{}: `{}`: {problem}", row.line, row.id))
}

/// Returns the page with the crates of each row as they are.
pub(super) fn updated(page: &str, files: &[SourceFile]) -> String {
    let tested = tested(files, &families(&rows(page).collect::<Vec<_>>()));
    let line = |line: &str| match row(0, line) {
        Some(Row { id, meaning, .. }) => {
            let crates = tested.get(id).map(list).unwrap_or_default();
            format!("| `{id}` | {meaning} | {crates} |\n")
        }
        None => format!("{line}\n"),
    };
    page.lines().map(line).collect()
}

fn list(crates: &BTreeSet<String>) -> String {
    crates.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn rows(page: &str) -> impl Iterator<Item = Row<'_>> {
    page.lines().enumerate().filter_map(|(index, line)| row(index + 1, line))
}

fn row(number: usize, line: &str) -> Option<Row<'_>> {
    let (id, rest) = line.strip_prefix("| `")?.split_once("` |")?;
    let (meaning, crates) = rest.trim_end().strip_suffix('|')?.rsplit_once('|')?;
    Some(Row { line: number, id, meaning: meaning.trim(), crates: crates.trim() })
}

fn families(rows: &[Row<'_>]) -> BTreeSet<String> {
    let family = |row: &Row<'_>| Some(row.id.split_once('_')?.0.to_owned());
    rows.iter().filter_map(family).collect()
}

fn tested(files: &[SourceFile], families: &BTreeSet<String>) -> Tested {
    let mut tested = Tested::new();
    // The names in tests of this check are made up.
    let tests = files.iter().filter(|file| file.is_rust() && file.path != SELF);
    for file in tests {
        for id in functions(&file.text).flat_map(|name| ids(name, families)) {
            tested.entry(id).or_default().insert(crate_of(&file.path));
        }
    }
    tested
}

/// `crates/ext-perm/src/…` is of `ext-perm`, `sdk/rust/…` of `sdk/rust`.
fn crate_of(path: &str) -> String {
    let parts: Vec<&str> = path.splitn(3, '/').collect();
    match parts[..] {
        ["crates", name, _] | [name @ "xtask", ..] => name.to_owned(),
        [group, name, _] => format!("{group}/{name}"),
        _ => path.to_owned(),
    }
}

/// Lists the names of the functions of a file.
fn functions(text: &str) -> impl Iterator<Item = &str> {
    let declared = text.lines().filter_map(|line| Some(line.split_once("fn ")?.1));
    declared.filter_map(|rest| rest.split(|c: char| c != '_' && !c.is_alphanumeric()).next())
}

/// Lists the ids in a name: `perm_26_28_net_02_…` has three. A name that begins like an id has one,
/// whatever its family; further on only families of the page count.
fn ids(name: &str, families: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    let mut family = None;
    for (index, part) in name.split('_').enumerate() {
        match family {
            Some(family) if is_number(part) => found.push(format!("{family}_{part}")),
            _ => family = (index == 0 || families.contains(part)).then_some(part),
        }
    }
    found
}

/// Returns true for two digits, and perhaps a letter.
fn is_number(part: &str) -> bool {
    let digits = part.trim_end_matches(|c: char| c.is_ascii_lowercase());
    digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit()) && part.len() <= 3
}

#[cfg(test)]
mod tests {
    use super::super::source_file::file;
    use super::*;

    const CODE: &str = "\
        #[test]\nfn perm_26_28_net_02_a_grant_that_is_revoked() {}\n\
        fn policies_decide_and_perm_32_broken_ones_deny() {}\nfn takes_10_of_perm() {}\n";

    fn page(rows: &[(&str, &str)]) -> String {
        let row = |(id, crates): &(&str, &str)| format!("| `{id}` | An attack. | {crates} |\n");
        format!(
            "# Threats\n\n| id | attack | tested in |\n{}",
            rows.iter().map(row).collect::<String>()
        )
    }

    fn files(page: &str) -> [SourceFile; 3] {
        let code =
            ["crates/ext-perm/tests/it/a.rs", "sdk/rust/src/a.rs"].map(|path| file(path, CODE));
        let [one, other] = code;
        [one, other, file(PAGE, page)]
    }

    const RIGHT: [(&str, &str); 4] = [
        ("perm_26", "ext-perm, sdk/rust"),
        ("perm_28", "ext-perm, sdk/rust"),
        ("perm_32", "ext-perm, sdk/rust"),
        ("net_02", "ext-perm, sdk/rust"),
    ];

    #[test]
    fn ids_are_found_in_names() {
        let families = BTreeSet::from(["perm".to_owned()]);
        assert_eq!(ids("perm_26_28_takes_10", &families), ["perm_26", "perm_28"]);
        assert_eq!(ids("new_07b_what", &families), ["new_07b"], "a family that no row has");
        assert_eq!(ids("a_perm_32_b", &families), ["perm_32"]);
        assert_eq!(ids("res_09_perm_11_x", &families), ["res_09", "perm_11"]);
        assert!(ids("utf8_is_read", &families).is_empty());
        assert!(ids("waits_100_times", &families).is_empty());
    }

    #[test]
    fn a_page_that_fits_has_no_problem() {
        let mut rows = RIGHT.to_vec();
        rows.push(("takes_10", "ext-perm, sdk/rust"));
        assert_eq!(check(&files(&page(&rows))), [""; 0]);
    }

    #[test]
    fn what_does_not_fit_is_listed() {
        let rows = [RIGHT[0], ("perm_28", "core"), RIGHT[2], ("net_99", "ext-net")];
        let expected = [
            "docs/threats.md: has no row for `net_02`",
            "docs/threats.md: has no row for `takes_10`",
            "docs/threats.md:5: `perm_28`: tested in ext-perm, sdk/rust; `cargo xtask threats` writes it",
            "docs/threats.md:7: `net_99`: no test has this id in its name",
        ];
        assert_eq!(check(&files(&page(&rows))), expected);
        assert_eq!(check(&[]).len(), 1);
        let twice = [RIGHT.as_slice(), &RIGHT[..1]].concat();
        let again = check(&files(&page(&twice)));
        assert!(again.contains(&"docs/threats.md:8: `perm_26` has a row already".to_owned()));
    }

    #[test]
    fn crates_are_written_as_they_are() {
        let old = page(&[("perm_26", "core"), RIGHT[3]]);
        assert_eq!(updated(&old, &files(&old)), page(&[RIGHT[0], RIGHT[3]]));
    }
}
