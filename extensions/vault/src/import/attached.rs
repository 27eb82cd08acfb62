//! Files of items of other programs, under names that a vault can keep.

use zeroize::Zeroizing;

use crate::files::{MAX_FILES, checked};

/// Most characters of a name that is shown in full.
const MAX_SHOWN: usize = 60;

/// A file by its name.
pub(crate) type File = (String, Zeroizing<Vec<u8>>);

/// Gives each file a name of its own, and names those that have no place in a vault. The same files get
/// the same names, so that an import knows them again.
pub(super) fn fitting(files: Vec<File>, lost: &mut Vec<String>) -> Vec<File> {
    let mut kept: Vec<File> = Vec::new();
    for (name, bytes) in files {
        let fits = match kept.len() < MAX_FILES {
            true => checked(&name).and_then(|name| checked(&own_name(name, &kept)).map(Into::into)),
            false => Err(format!("an item has at most {MAX_FILES} files")),
        };
        match fits {
            Ok(own) => kept.push((own, bytes)),
            Err(why) => lost.push(format!("its file `{}`: {why}", shown(&name))),
        }
    }
    kept
}

/// Returns the name, with a number when there is one of it: `image.png`, `image (2).png`.
fn own_name(name: &str, kept: &[File]) -> String {
    let is_taken = |name: &str| kept.iter().any(|(other, _)| other == name);
    let (stem, ending) = match name.rfind('.').filter(|at| *at > 0) {
        Some(at) => name.split_at(at),
        None => (name, ""),
    };
    let numbered = (2..).map(|number| format!("{stem} ({number}){ending}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| !is_taken(name)).unwrap_or_default()
}

fn shown(name: &str) -> String {
    let mut shown: String = name.chars().take(MAX_SHOWN).collect();
    if shown.len() < name.len() {
        shown.push('…');
    }
    shown.escape_debug().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(names: &[&str]) -> (Vec<String>, Vec<String>) {
        let files = names.iter().map(|name| ((*name).to_owned(), Zeroizing::default())).collect();
        let mut lost = Vec::new();
        let kept = fitting(files, &mut lost);
        (kept.into_iter().map(|(name, _)| name).collect(), lost)
    }

    #[test]
    fn files_of_one_name_get_numbers() {
        let names = ["a.png", "a.png", "x/a.png", "a (2).png", "b", "b", ".c", ".c"];
        let numbered =
            ["a.png", "a (2).png", "a (3).png", "a (2) (2).png", "b", "b (2)", ".c", ".c (2)"];
        assert_eq!(fit(&names), (numbered.map(str::to_owned).into(), Vec::new()));
    }

    #[test]
    fn what_has_no_name_or_no_place_is_named() {
        let long = "n".repeat(300);
        let tight = "t".repeat(255);
        let (kept, lost) = fit(&["a", &long, "b\u{7}", "x/", &tight, &tight]);
        assert_eq!(kept, ["a", &tight]);
        assert_eq!(lost.len(), 4);
        assert!(lost[0].starts_with("its file `nnn") && lost[0].len() < 300, "{lost:?}");
        assert!(lost[1].contains(r"b\u{7}"), "{lost:?}");
        let many: Vec<String> = (0..66).map(|number| number.to_string()).collect();
        let (kept, lost) = fit(&many.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!((kept.len(), lost.len()), (64, 2));
    }
}
