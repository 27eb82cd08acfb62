//! New extensions, made from the templates in `templates/`.

mod name;
mod sdk;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context;
use ext_manifest::{MANIFEST_FILE, Manifest};
use ext_wire::ErrorCode;
use serde::Serialize;

use crate::{args::Language, failure::Hinted};
use name::Name;

/// A file of a template: its path in the new folder, and its text with placeholders.
type TemplateFile = (&'static str, &'static str);

/// The template in Rust.
const RUST: &[TemplateFile] = &[
    ("Cargo.toml", include_str!("../../templates/rust/Cargo.toml.in")),
    ("src/lib.rs", include_str!("../../templates/rust/lib.rs.in")),
    ("tests/words.rs", include_str!("../../templates/rust/test.rs.in")),
    (MANIFEST_FILE, include_str!("../../templates/rust/manifest.json.in")),
    ("README.md", include_str!("../../templates/rust/README.md.in")),
    (".gitignore", include_str!("../../templates/rust/gitignore.in")),
];

/// A file of an example, which is the template as well.
macro_rules! example {
    ($language:literal: $($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../../../sdk/", $language, "/example/", $path)))),*]
    };
}

/// A file of an SDK, which goes along.
macro_rules! sdk {
    ($language:literal: $($path:literal),* $(,)?) => {
        &[$((
            concat!("spacedrive/", $path),
            include_str!(concat!("../../../../sdk/", $language, "/spacedrive/", $path)),
        )),*]
    };
}

/// The SDK of C, which is that of C++ as well.
const SDK_OF_C: &[TemplateFile] = sdk!("c": "spacedrive.h", "spacedrive.c", "operations.h", "operations.c",
    "internal.h", "json.c", "json_library.c", "memory.c", "freestanding.h", "yyjson/yyjson.h",
    "yyjson/yyjson.c", "yyjson/LICENSE");

/// The template in C.
const C: [&[TemplateFile]; 2] =
    [example!("c": "manifest.json", "src/main.c", "README.md", ".gitignore"), SDK_OF_C];

/// The template in C++.
const CPP: [&[TemplateFile]; 2] = [
    example!("cpp": "manifest.json", "src/main.cpp", "files/ignored.txt", "README.md", ".gitignore"),
    SDK_OF_C,
];

/// The template in Python.
const PYTHON: &[TemplateFile] = &[
    ("files/main.py", include_str!("../../templates/python/main.py.in")),
    ("files/words.py", include_str!("../../templates/python/words.py.in")),
    ("tests/test_words.py", include_str!("../../templates/python/test_words.py.in")),
    (MANIFEST_FILE, include_str!("../../templates/python/manifest.json.in")),
    ("README.md", include_str!("../../templates/python/README.md.in")),
    (".gitignore", include_str!("../../templates/python/gitignore.in")),
];

/// The template in Zig.
const ZIG: [&[TemplateFile]; 2] = [
    example!("zig": "manifest.json", "src/main.zig", "README.md", ".gitignore"),
    sdk!("zig": "spacedrive.zig", "envelope.zig", "operations.zig"),
];

/// The template in Go.
const GO: [&[TemplateFile]; 2] = [
    example!("go": "manifest.json", "main.go", "go.mod", "README.md", ".gitignore"),
    sdk!("go": "go.mod", "spacedrive.go", "guest.go", "jobs.go", "envelope.go", "errors.go", "operations.go"),
];

/// The template in AssemblyScript.
const ASSEMBLYSCRIPT: [&[TemplateFile]; 2] = [
    example!("assemblyscript": "manifest.json", "src/main.ts", "asconfig.json", "package.json",
        "package-lock.json", "README.md", ".gitignore"),
    sdk!("assemblyscript": "package.json", "index.ts", "guest.ts", "handlers.ts", "host.ts",
        "jobs.ts", "envelope.ts", "codes.ts", "operations.ts"),
];

impl Language {
    /// Returns the files of the template.
    fn template(self) -> Vec<TemplateFile> {
        match self {
            Self::Rust => RUST.to_vec(),
            Self::C => C.concat(),
            Self::Cpp => CPP.concat(),
            Self::Zig => ZIG.concat(),
            Self::Go => GO.concat(),
            Self::AssemblyScript => ASSEMBLYSCRIPT.concat(),
            Self::Python => PYTHON.to_vec(),
        }
    }

    /// Returns the id and the title of the example that is the template; none where that has
    /// placeholders.
    const fn example(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Rust | Self::Python => None,
            Self::C => Some(("hello_c", "Hello in C")),
            Self::Cpp => Some(("hello_cpp", "Hello in C++")),
            Self::Zig => Some(("hello_zig", "Hello in Zig")),
            Self::Go => Some(("hello_go", "Hello in Go")),
            Self::AssemblyScript => Some(("hello_assemblyscript", "Hello in AssemblyScript")),
        }
    }

    /// Puts the names of an extension into a file of the template.
    fn fill(self, text: &str, name: &Name, sdk: Option<&str>) -> String {
        if let Some((id, title)) = self.example() {
            return text.replace(id, &name.id).replace(title, &name.title);
        }
        let text = text.replace("{{id}}", &name.id).replace("{{package}}", &name.package);
        text.replace("{{title}}", &name.title).replace("{{sdk}}", sdk.unwrap_or_default())
    }
}

/// A folder that was made from a template.
#[derive(Debug, Serialize)]
pub(crate) struct NewExtension {
    pub(crate) folder: PathBuf,
    pub(crate) id: String,
    /// The operation that answers first.
    pub(crate) operation: String,
    pub(crate) files: Vec<&'static str>,
    /// The SDK, as the new `Cargo.toml` names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sdk: Option<String>,
}

/// Makes the folder of a new extension, all of it or nothing.
pub(crate) fn make(
    folder: &Path,
    language: Language,
    sdk: Option<&Path>,
) -> anyhow::Result<NewExtension> {
    let name = Name::of_folder(folder, language)?;
    let sdk = match (language, sdk) {
        (Language::Rust, sdk) => Some(sdk::dependency(folder, sdk)?),
        (_, None) => None,
        (_, Some(_)) => {
            return Err(Hinted::error(
                ErrorCode::BadInput,
                "`--sdk` is for extensions in Rust: those in other languages bring their SDK along",
                "leave `--sdk` out, or `--lang`",
            ));
        }
    };
    let fill = |text: &str| language.fill(text, &name, sdk.as_deref());
    let files: Vec<_> =
        language.template().into_iter().map(|(path, text)| (path, fill(text))).collect();
    let manifest = files.iter().find(|(path, _)| *path == MANIFEST_FILE);
    let manifest = manifest.map(|(_, text)| Manifest::parse(text.as_bytes()));
    let manifest = manifest.context("the template has no manifest")?.map_err(|error| {
        Hinted::error(
            ErrorCode::BadInput,
            format_args!("`{}` cannot be the id of an extension: {error}", name.id),
            "choose another name",
        )
    })?;
    write(folder, &files)?;
    let operation = match manifest.operations().first() {
        Some(offered) => offered.method().to_owned(),
        // The function `words` of the template in Rust, which the manifest gets at the first build.
        None => format!("query:{}.words.v1", name.id),
    };
    let files = files.into_iter().map(|(path, _)| path).collect();
    Ok(NewExtension { folder: folder.to_owned(), id: name.id, operation, files, sdk })
}

/// Folder of git, which an otherwise empty folder may have.
const GIT: &str = ".git";

/// Writes the files into a folder that is made by this, or was empty; what was made goes away when one
/// cannot be written.
fn write(folder: &Path, files: &[(&str, String)]) -> anyhow::Result<()> {
    let was_there = is_empty(folder);
    if !was_there {
        fs::create_dir(folder).map_err(|error| refusal(folder, error))?;
    }
    let written = files.iter().try_for_each(|(path, text)| {
        let path = folder.join(path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(&path, text)
    });
    written.with_context(|| {
        if was_there {
            empty(folder, files)
        } else {
            drop(fs::remove_dir_all(folder))
        }
        format!("{} cannot be written", folder.display())
    })
}

/// Returns whether a folder is there and has nothing that could be lost.
fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder)
        .is_ok_and(|entries| entries.flatten().all(|entry| entry.file_name() == GIT))
}

/// Removes the files that were written, and the folders that were made for them.
fn empty(folder: &Path, files: &[(&str, String)]) {
    for (path, _) in files {
        let path = folder.join(path);
        let _ = fs::remove_file(&path);
        let below = path.ancestors().skip(1).take_while(|above| *above != folder);
        // Only empty ones go.
        below.for_each(|above| drop(fs::remove_dir(above)));
    }
}

fn refusal(folder: &Path, error: io::Error) -> anyhow::Error {
    let shown = folder.display();
    match error.kind() {
        io::ErrorKind::AlreadyExists => Hinted::error(
            ErrorCode::Conflict,
            format_args!("{shown} is there already, and nothing in it was changed"),
            "choose another name, or remove it first",
        ),
        io::ErrorKind::NotFound => Hinted::error(
            ErrorCode::NotFound,
            format_args!("there is no folder for {shown} to be made in"),
            "make the folder above it first",
        ),
        _ => anyhow::Error::new(error).context(format!("{shown} cannot be made")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_placeholder_of_a_template_is_known() {
        for (path, text) in RUST.iter().chain(PYTHON) {
            let mut rest = *text;
            while let Some((_, after)) = rest.split_once("{{") {
                let (name, after) = after.split_once("}}").unwrap_or(("", ""));
                // Rust's own `{{` in a format string is none.
                assert!(["id", "package", "title", "sdk"].contains(&name), "{path}: {name}");
                rest = after;
            }
        }
    }

    #[test]
    fn a_folder_that_exists_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let notes = folder.path().join("notes");
        fs::create_dir(&notes).unwrap();
        fs::write(notes.join("a"), "").unwrap();
        let error = make(&notes, Language::C, None).unwrap_err().to_string();
        assert!(error.contains("is there already"), "{error}");
        assert_eq!(fs::read_dir(&notes).unwrap().count(), 1);
        let error = make(&folder.path().join("no/notes"), Language::C, None).unwrap_err();
        assert!(error.to_string().contains("there is no folder"), "{error}");
    }

    #[test]
    fn an_empty_folder_is_filled_and_left_empty_when_that_fails() {
        let folder = tempfile::tempdir().unwrap();
        let notes = folder.path().join("notes");
        fs::create_dir_all(notes.join(GIT)).unwrap();
        let unwritable = [("src/main.c", String::new()), ("src/main.c/a", String::new())];
        assert!(write(&notes, &unwritable).is_err());
        assert_eq!(fs::read_dir(&notes).unwrap().count(), 1);
        assert_eq!(make(&notes, Language::C, None).unwrap().id, "notes");
        assert!(make(&notes, Language::C, None).is_err());
    }

    #[test]
    fn what_is_made_from_a_template_has_a_valid_manifest() {
        let folder = tempfile::tempdir().unwrap();
        for (language, operation) in [
            (Language::C, "query:my_notes.words.v1"),
            (Language::Cpp, "query:my_notes.words.v1"),
            (Language::Zig, "query:my_notes.words.v1"),
            (Language::Go, "query:my_notes.words.v1"),
            (Language::AssemblyScript, "query:my_notes.words.v1"),
            (Language::Rust, "query:my_notes.words.v1"),
            (Language::Python, "query:my_notes.words.v1"),
        ] {
            let notes = folder.path().join(format!("{language:?}/My-Notes"));
            fs::create_dir(notes.parent().unwrap()).unwrap();
            let made = make(&notes, language, None).unwrap();
            assert_eq!((made.id.as_str(), made.operation.as_str()), ("my_notes", operation));
            assert_eq!(Manifest::from_dir(&notes).unwrap().name(), "My notes");
            for path in &made.files {
                let text = fs::read_to_string(notes.join(path)).unwrap();
                assert!(!text.contains("hello_") && !text.contains("Hello in"), "{path}");
            }
        }
    }
}
