//! Names of files that every system takes.

use std::borrow::Cow;

use crate::{names::is_device, text::is_hidden};

/// Characters that Windows keeps in no name; `/` and `\` lead to other folders.
const RESERVED: &[char] = &['<', '>', ':', '"', '/', '\\', '|', '?', '*'];

/// Returns a name under which a segment of an entry's path can be written to a folder of any system:
/// never another folder, a device or nothing. A library keeps odd paths of older programs, so nothing
/// is taken for granted.
///
/// ```
/// use ext_wire::portable_file_name;
///
/// assert_eq!(portable_file_name("report.pdf"), "report.pdf");
/// assert_eq!(portable_file_name("10:30?.txt"), "10_30_.txt");
/// assert_eq!(portable_file_name(".."), "_");
/// assert_eq!(portable_file_name("aux.txt"), "_aux.txt");
/// ```
#[must_use]
pub fn portable_file_name(segment: &str) -> Cow<'_, str> {
    let is_odd = |c: char| RESERVED.contains(&c) || is_hidden(c) || c.is_control();
    let name: Cow<'_, str> = match segment.contains(is_odd) {
        true => segment.replace(is_odd, "_").into(),
        false => segment.into(),
    };
    // Windows drops dots and blanks at the end, so that `a.` would be `a`, and `..` nothing.
    let kept = name.trim_end_matches(['.', ' ']);
    if kept.is_empty() {
        Cow::Borrowed("_")
    } else if kept.len() < name.len() {
        format!("{kept}_").into()
    } else if is_device(&name) {
        format!("_{name}").into()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn path_01_no_segment_leads_elsewhere() {
        for (segment, name) in [
            ("", "_"),
            (".", "_"),
            ("..", "_"),
            ("... ", "_"),
            ("../x", ".._x"),
            ("..\\x", ".._x"),
            ("/etc", "_etc"),
            ("C:", "C_"),
            ("con", "_con"),
            ("LPT1.a.b", "_LPT1.a.b"),
            ("a\nb", "a_b"),
            ("a\u{202e}fdp.exe", "a_fdp.exe"),
            ("a.", "a_"),
            ("a. .", "a_"),
        ] {
            assert_eq!(portable_file_name(segment), name, "{segment:?}");
        }
        for kept in [".profile", "a b", "café.eml", "console.txt", "[x] & 'y'.pdf"] {
            assert_eq!(portable_file_name(kept), kept);
        }
    }

    proptest! {
        #[test]
        fn a_name_is_one_of_a_file_and_stays_as_it_is(segment in ".*") {
            let name = portable_file_name(&segment);
            let path = std::path::Path::new(&*name);
            let parts: Vec<_> = path.components().collect();
            prop_assert!(matches!(parts.as_slice(), [std::path::Component::Normal(_)]), "{name:?}");
            prop_assert_eq!(portable_file_name(&name), name.as_ref());
        }
    }
}
