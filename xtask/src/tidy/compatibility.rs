//! The table of versions says what the code says.

use super::source_file::SourceFile;

const PAGE: &str = "docs/compatibility.md";

/// Rows of the table: the first column, and the file and the text in front of the number.
const ROWS: &[(&str, &str, &str)] = &[
    ("the release", "Cargo.toml", "\nversion = \""),
    ("binary interface", "crates/ext-abi/src/lib.rs", "const ABI_VERSION: u32 = "),
    ("envelope of bytes", "crates/ext-abi/src/attachment.rs", "[0xFF, b'S', b'D', "),
    ("views", "crates/ext-wire/src/view/mod.rs", "const VERSION: u32 = "),
    ("JSON-RPC", "crates/ext-rpc/src/lib.rs", "const PROTOCOL: u32 = "),
    (
        "tables of a library",
        "crates/ext-library-sqlite/src/sqlite/schema.rs",
        "const SCHEMA_VERSION: i64 = ",
    ),
    ("grants", "crates/ext-grants/src/store.rs", "const FORMAT: u32 = "),
    ("vault", "crates/ext-ops-credentials-file/src/format.rs", "const FORMAT: u32 = "),
    ("exported secrets", "crates/ext-ops-credentials-age/src/limits.rs", "const FORMAT: u64 = "),
    ("lists of a registry", "crates/ext-package-oci/src/signed.rs", "const FORMAT: u8 = "),
];

/// Lists the rows that are missing, or state another number.
pub(super) fn check(files: &[SourceFile]) -> Vec<String> {
    let text = |path: &str| files.iter().find(|file| file.path == path).map(|file| &file.text);
    let Some(page) = text(PAGE) else { return vec![format!("{PAGE}: missing")] };
    let problem = |(name, path, before): &(&str, &str, &str)| {
        let Some(version) = text(path).and_then(|source| version(source, before)) else {
            return Some(format!("{path}: no version of {name} behind `{}`", before.trim()));
        };
        let row = format!("| {name} | `{version}` |");
        (!page.contains(&row)).then(|| format!("{PAGE}: the row `{row}` is missing"))
    };
    ROWS.iter().filter_map(problem).collect()
}

fn version<'a>(source: &'a str, before: &str) -> Option<&'a str> {
    let (_, rest) = source.split_once(before)?;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    rest.get(..end).filter(|version| !version.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::source_file::file;
    use super::*;

    #[test]
    fn another_number_and_a_missing_one_are_listed() {
        let mut files: Vec<SourceFile> =
            ROWS.iter().map(|(_, path, before)| file(path, &format!("{before}3;\n"))).collect();
        let rows = ROWS.iter().map(|(name, ..)| format!("| {name} | `3` | |\n"));
        files.push(file(PAGE, &rows.collect::<String>()));
        assert_eq!(check(&files), Vec::<String>::new());
        files[1].text = "const ABI_VERSION: u32 = 4;".to_owned();
        files[3].text = String::new();
        let expected = [
            "docs/compatibility.md: the row `| binary interface | `4` |` is missing",
            "crates/ext-wire/src/view/mod.rs: no version of views behind `const VERSION: u32 =`",
        ];
        assert_eq!(check(&files), expected);
    }
}
