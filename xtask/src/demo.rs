//! The main job end to end, through the command line as a user would do it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::cli::Cli;
use crate::steps::step;
use crate::wasm::installable;
use crate::workspace::Workspace;
use crate::{setup, wasm};

const LIBRARY: &str = "Demo";
/// The extensions that it shows.
const EXTENSIONS: [&str; 3] = ["finance", "photos", "vault"];
/// Master password of the vault, whose items are made up.
const MASTER: &str = "demo-master-password";

/// Runs the chore `demo`.
pub(crate) fn run(workspace: &Workspace, data_dir: Option<PathBuf>) -> Result<()> {
    setup::run()?;
    wasm::run(workspace)?;
    let data_dir = data_dir.unwrap_or_else(|| workspace.target.join("demo"));
    let cli = Cli::build(workspace)?.with_data_dir(data_dir);
    cli.pull_models()?;
    let library = step("library", || library(&cli))?;
    step("install", || install(&cli, workspace))?;
    step("import", || import(&cli, workspace, &library.id))?;
    let count = step("count", || count(&cli, &library.id))?;
    step("vault", || vault(&cli, &library.id))?;
    println!();
    for shown in
        [["receipt", "list"], ["photo", "list"], ["photo", "moments"], ["photo", "duplicates"]]
    {
        cli.run(&[&shown[..], &["--library", &library.id]].concat())?;
        println!();
    }
    cli.run_with_input(&["vault", "list", "--library", &library.id], &[MASTER])?;
    println!("\n{}", farewell(&cli, &library, count));
    Ok(())
}

struct Library {
    id: String,
    path: String,
}

/// Returns the library of an earlier run, else a new one.
fn library(cli: &Cli) -> Result<Library> {
    let libraries = cli.json(&["library", "list"])?;
    match named(LIBRARY, &libraries)? {
        Some(library) => read_library(library),
        None => read_library(&cli.json(&["library", "create", LIBRARY])?),
    }
}

fn named<'a>(name: &str, libraries: &'a Value) -> Result<Option<&'a Value>> {
    let libraries = libraries.as_array().context("`library list` did not print a list")?;
    Ok(libraries.iter().find(|library| library["name"] == name))
}

fn read_library(library: &Value) -> Result<Library> {
    let text = |key: &str| {
        let value = library[key].as_str().map(str::to_owned);
        value.with_context(|| format!("the library has no text `{key}`: {library}"))
    };
    Ok(Library { id: text("id")?, path: text("path")? })
}

fn install(cli: &Cli, workspace: &Workspace) -> Result<()> {
    EXTENSIONS.iter().try_for_each(|id| {
        let folder = installable(workspace).join(id);
        cli.run(&["ext", "install", &utf8(&folder)?, "--yes"])
    })
}

fn import(cli: &Cli, workspace: &Workspace, library: &str) -> Result<()> {
    // In folders of their own names in the library, `mails` and `pictures`.
    for (extension, into) in [("finance", "mails"), ("photos", "pictures")] {
        let samples = workspace.root.join("extensions").join(extension).join("samples");
        cli.run(&["import", &utf8(&samples)?, "--into", into, "--library", library])?;
    }
    Ok(())
}

/// Makes a vault with two items, unless an earlier run did.
fn vault(cli: &Cli, library: &str) -> Result<()> {
    if cli.json(&["vault", "status", "--library", library])?["exists"] == true {
        return Ok(());
    }
    cli.run_with_input(&["vault", "create", "--library", library], &[MASTER])?;
    for (title, username, url) in
        [("Mail", "robin", "https://mail.example"), ("Forum", "robin2", "https://forum.example")]
    {
        let (username, url) = (format!("username={username}"), format!("url={url}"));
        let add = ["vault", "add", "login", title, &username, &url, "--generate"];
        cli.run_with_input(&[&add[..], &["--library", library]].concat(), &[MASTER])?;
    }
    Ok(())
}

fn count(cli: &Cli, library: &str) -> Result<usize> {
    let answer = cli.json(&["receipt", "list", "--library", library])?;
    let receipts = answer.as_array().map(Vec::len);
    receipts.with_context(|| format!("the answer is not a list of receipts: {answer}"))
}

fn utf8(path: &Path) -> Result<String> {
    let text = path.to_str().map(str::to_owned);
    text.with_context(|| format!("{} is not UTF-8", path.display()))
}

fn farewell(cli: &Cli, library: &Library, count: usize) -> String {
    let program = cli.typed();
    let (id, path) = (&library.id, &library.path);
    format!(
        "Receipts booked: {count}.\nLibrary: {path}\n\nNext, your own emails (.eml files or folders of them):\n\
         \n  {program} import YOUR-MAILS --library {id}\
         \n  {program} receipt export --library {id}\
         \n  {program} search lamps --library {id}\
         \n  {program} photo list --place paris --library {id}\
         \n  {program} vault get Mail --library {id}          (the master password is {MASTER})\n"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_earlier_library_is_found_by_its_name() {
        let libraries = json!([{"name": "Home"}, {"id": "7", "name": "Demo", "path": "/d"}]);
        let found = named(LIBRARY, &libraries).unwrap().unwrap();
        let library = read_library(found).unwrap();
        assert_eq!((library.id.as_str(), library.path.as_str()), ("7", "/d"));
        assert!(named(LIBRARY, &json!([])).unwrap().is_none());
        assert!(named(LIBRARY, &json!({})).is_err());
    }

    #[test]
    fn a_library_without_a_path_is_an_error() {
        let error = read_library(&json!({"id": "7"})).err().unwrap();
        assert!(error.to_string().contains("`path`"), "{error}");
    }

    #[test]
    fn the_farewell_can_be_typed() {
        let cli = Cli::at("bin/spacedrive").with_data_dir("my data".into());
        let library = Library { id: "7".into(), path: "/d".into() };
        let text = farewell(&cli, &library, 2);
        let typed = "bin/spacedrive --data-dir 'my data' import YOUR-MAILS --library 7\n";
        assert!(text.contains(typed), "{text}");
    }
}
