//! Checks of the code on pages: each block is parsed here, or built by a test that is named here.

mod data;
mod shell;

use std::path::{Path, PathBuf};

/// Folders of folders with a README, which have code as the pages of `docs` do.
const PARENTS: [&str; 3] = ["sdk", "extensions", "examples"];

/// Most bytes of a page, or of a file that a check reads.
const MAX_BYTES: u64 = 4 << 20;

/// A check of blocks elsewhere.
enum Elsewhere {
    /// A test or a chore that builds the blocks of the page, which it names.
    Built(&'static str),
    /// A file, which is built, with all of the block's paragraphs in it.
    Within(&'static str),
}
use Elsewhere::{Built, Within};

/// Blocks in languages that are not parsed here: page, language, check.
const ELSEWHERE: &[(&str, &str, Elsewhere)] = &[
    ("docs/abi.md", "c", Built("crates/core/tests/it/c_guest.rs")),
    ("docs/abi.md", "wat", Built("crates/core/tests/it/c_guest.rs")),
    ("docs/extensions.md", "go", Within("crates/ext-manager/tests/guests/go/main.go")),
    ("docs/extensions.md", "rust,ignore", Built("extensions/hello/tests/hello.rs")),
    ("docs/permissions.md", "cedar", Built("crates/ext-perm-cedar/tests/cedar.rs")),
    ("docs/permissions.md", "rego", Built("crates/ext-perm-rego/tests/rego.rs")),
    ("docs/wasix.md", "python", Built("crates/cli/tests/it/wasix.rs")),
    ("sdk/assemblyscript/README.md", "ts", Built("crates/cli/tests/it/languages.rs")),
    ("sdk/c/README.md", "c", Built("crates/cli/tests/it/languages.rs")),
    ("sdk/cpp/README.md", "cpp", Built("crates/cli/tests/it/languages.rs")),
    ("sdk/go/README.md", "go", Built("crates/cli/tests/it/languages.rs")),
    ("sdk/zig/README.md", "zig", Built("crates/cli/tests/it/languages.rs")),
    ("sdk/python/README.md", "python", Built("xtask/src/clients.rs")),
    ("sdk/typescript/README.md", "ts", Built("xtask/src/clients.rs")),
];

/// A block of code on a page.
struct Block {
    page: String,
    line: usize,
    language: String,
    text: String,
}

impl Block {
    fn check(&self) -> Result<(), String> {
        match self.language.as_str() {
            "text" => Ok(()),
            "sh" => shell::check(&self.text),
            "json" => data::check_json(&self.text),
            "toml" => data::check_toml(&self.text),
            // `cargo xtask tidy` lists the pages that no doc-test includes.
            "rust" | "rust,no_run" | "rust,standalone_crate" => Ok(()),
            _ => self.check_elsewhere(),
        }
    }

    fn check_elsewhere(&self) -> Result<(), String> {
        let known = ELSEWHERE.iter().find(|(page, language, _)| {
            (*page, *language) == (self.page.as_str(), self.language.as_str())
        });
        match known {
            None => Err(format!(
                "nothing checks blocks in `{}` of this page: label it, or name a test in {}",
                self.language,
                file!()
            )),
            Some((page, _, Built(test))) => {
                let name = page.rsplit('/').next().unwrap_or(page);
                let is_named = read(test)?.contains(name);
                is_named.then_some(()).ok_or_else(|| format!("{test} does not build it"))
            }
            Some((.., Within(file))) => {
                let built = read(file)?;
                let strange = self.text.trim_end().split("\n\n").find(|part| !built.contains(part));
                strange.map_or(Ok(()), |part| Err(format!("{file} does not have:\n{part}")))
            }
        }
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> Result<String, String> {
    ext_fs::read_text(&repository().join(path), MAX_BYTES).map_err(|error| error.to_string())
}

/// Lists the pages whose code is checked.
fn pages() -> Vec<String> {
    let names = |folder: &str| {
        let entries = repository().join(folder).read_dir().into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect::<Vec<_>>()
    };
    let mut pages = vec!["README.md".to_owned()];
    let docs = names("docs").into_iter().filter(|name| name.ends_with(".md"));
    pages.extend(docs.map(|name| format!("docs/{name}")));
    for parent in PARENTS {
        let readmes = names(parent).into_iter().map(|name| format!("{parent}/{name}/README.md"));
        pages.extend(readmes.filter(|page| repository().join(page).is_file()));
    }
    pages
}

/// Lists the blocks of a page.
fn blocks(page: &str, text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_open = false;
    for (at, line) in text.lines().enumerate() {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            if !is_open {
                let (page, language) = (page.to_owned(), language.trim().to_owned());
                blocks.push(Block { page, line: at + 1, language, text: String::new() });
            }
            is_open = !is_open;
        } else if let Some(block) = blocks.last_mut().filter(|_| is_open) {
            block.text += line;
            block.text.push('\n');
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_block_of_code_on_the_pages_is_checked() {
        let mut checked = 0;
        let mut problems = Vec::new();
        for page in pages() {
            for block in blocks(&page, &read(&page).unwrap()) {
                checked += 1;
                if let Err(problem) = block.check() {
                    problems.push(format!("{page}:{}: {problem}", block.line));
                }
            }
        }
        assert!(problems.is_empty(), "{}", problems.join("\n"));
        assert!(checked > 120, "{checked} blocks");
    }

    #[test]
    fn each_check_elsewhere_is_of_a_block_that_is_there() {
        for (page, language, _) in ELSEWHERE {
            let found = blocks(page, &read(page).unwrap());
            assert!(found.iter().any(|block| block.language == *language), "{page}: {language}");
        }
    }

    #[test]
    fn a_block_that_nothing_checks_is_a_problem() {
        for (language, text) in [
            ("", "text"),
            ("cobol", "STOP RUN."),
            ("go", "package other"),
            ("sh", "spacedrive import --no-such-option a"),
            ("json", "{ \"a\": }"),
            ("toml", "[registry]\ndefalt = \"a\""),
        ] {
            let page = format!("```{language}\n{text}\n```\n");
            let found = blocks("docs/extensions.md", &page);
            assert!(found.len() == 1 && found[0].check().is_err(), "{page}");
        }
    }
}
