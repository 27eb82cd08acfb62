//! `spacedrive uninstall`.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use ext_wire::ErrorCode;
use ext_wire::text::counted;
use serde::Serialize;

use crate::{
    args::{Output, UninstallArgs},
    failure::Hinted,
    installation::{Installation, Record},
    output,
    places::{KEPT, Places},
    question,
};

/// Folders that each data folder has.
const MARKS: [&str; 2] = ["libraries", "audit"];

/// Word that has to be typed before data is deleted.
const WORD: &str = "delete";

/// What goes and what stays.
#[derive(Serialize)]
struct Plan {
    /// Files of the program.
    program: Vec<PathBuf>,
    /// Files and folders of the user in the data folder.
    data: Vec<PathBuf>,
    /// True if the data goes as well.
    deletes_data: bool,
}

pub(crate) fn run(places: &Places, args: &UninstallArgs, output: Output) -> anyhow::Result<()> {
    let installation = removable(&places.program)?;
    let plan =
        Plan { program: installation.files(), data: kept(&places.data), deletes_data: args.data };
    output::print(output, &plan, |plan| describe(plan, &places.data))?;
    if args.data && !io::stdin().is_terminal() {
        return Err(Hinted::error(
            ErrorCode::BadInput,
            "data is deleted only after a question, and there is no terminal to ask at: nothing was removed",
            format_args!("leave out --data, and delete {} yourself", places.data.display()),
        ));
    }
    if !args.yes {
        confirm()?;
    }
    if args.data {
        delete_data(&plan, &places.data)?;
    }
    installation.remove()?;
    tell!("removed {} of the program", counted(plan.program.len(), "file", "files"));
    Ok(())
}

/// Finds what this command may remove.
fn removable(program: &Path) -> anyhow::Result<Installation> {
    let Some(installation) = Installation::find()? else {
        return Err(Hinted::error(
            ErrorCode::NotFound,
            format_args!("{} was built here and not installed", program.display()),
            "`cargo xtask install` installs it; without that there is nothing to remove",
        ));
    };
    match &installation.record {
        Record::Files(_) => Ok(installation),
        Record::RemoveWith(command) => Err(Hinted::error(
            ErrorCode::BadInput,
            "the program is part of a package of the system, which removes it",
            format_args!("`{command}` removes it; your data stays"),
        )),
    }
}

/// Lists what the program keeps in its data folder. A folder that holds no libraries and no record of
/// what was done is none: it may be named by mistake, and hold models or a vault of somebody else.
fn kept(data: &Path) -> Vec<PathBuf> {
    if !MARKS.iter().all(|name| data.join(name).is_dir()) {
        return Vec::new();
    }
    let all = KEPT.iter().map(|(name, _)| data.join(name));
    all.filter(|path| path.symlink_metadata().is_ok()).collect()
}

fn describe(plan: &Plan, data: &Path) -> String {
    let mut lines = vec!["These files of the program go:".to_owned()];
    lines.extend(by_folder(&plan.program));
    let fate = match (plan.data.is_empty(), plan.deletes_data) {
        (true, _) => format!("There is no data in {}.", data.display()),
        (false, true) => format!("THIS DATA GOES AS WELL, from {}:", data.display()),
        (false, false) => format!("Your data stays in {} (--data deletes it):", data.display()),
    };
    lines.extend([String::new(), fate]);
    let is_there = |name: &str| plan.data.contains(&data.join(name));
    let kept = KEPT.iter().filter(|(name, _)| is_there(name));
    lines.extend(kept.map(|(name, what)| format!("  {name}: {what}")));
    output::lines(lines)
}

/// Sums the files up by their folders: there is a manual page for each command.
fn by_folder(files: &[PathBuf]) -> Vec<String> {
    let mut folders = BTreeMap::<&Path, Vec<&Path>>::new();
    for file in files {
        folders.entry(file.parent().unwrap_or(file)).or_default().push(file);
    }
    let line = |(folder, files): (&Path, Vec<&Path>)| match files.as_slice() {
        [only] => format!("  {}", only.display()),
        files => format!("  {} in {}", counted(files.len(), "file", "files"), folder.display()),
    };
    folders.into_iter().map(line).collect()
}

fn confirm() -> anyhow::Result<()> {
    if !io::stdin().is_terminal() {
        return Err(Hinted::error(
            ErrorCode::BadInput,
            "there is no terminal to ask at: nothing was removed",
            "add --yes to remove the program; your data stays",
        ));
    }
    match question::answer("Remove the program? [y/N] ")?.to_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => bail!("nothing was removed"),
    }
}

/// Deletes what the program keeps; what else is in the folder is not its own, and stays.
fn delete_data(plan: &Plan, data: &Path) -> anyhow::Result<()> {
    let question = format!("Type `{WORD}` to delete your data in {}: ", data.display());
    if question::answer(&output::printable(&question))? != WORD {
        bail!("nothing was removed");
    }
    // What marks the folder goes last, so that an interrupted removal can be repeated.
    let is_mark = |path: &PathBuf| MARKS.iter().any(|name| path.ends_with(name));
    let (marks, others): (Vec<_>, Vec<_>) = plan.data.iter().partition(|path| is_mark(path));
    for path in others.into_iter().chain(marks) {
        let is_folder = path.symlink_metadata().is_ok_and(|found| found.is_dir());
        let removed = if is_folder { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        removed.with_context(|| path.display().to_string())?;
    }
    if fs::remove_dir(data).is_err() {
        tell!("{} stays: it holds other files", output::printable(&data.display().to_string()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_and_what_stays_is_said() {
        let data = tempfile::tempdir().unwrap();
        fs::create_dir(data.path().join("libraries")).unwrap();
        assert!(kept(data.path()).is_empty(), "it may be a folder of another program");
        fs::create_dir(data.path().join("audit")).unwrap();
        fs::write(data.path().join("holiday.jpg"), "").unwrap();
        let mut plan = Plan {
            program: ["bin/spacedrive", "man/a.1", "man/b.1"]
                .map(|it| Path::new("/p").join(it))
                .into(),
            data: kept(data.path()),
            deletes_data: false,
        };
        assert_eq!(plan.data, ["libraries", "audit"].map(|name| data.path().join(name)));
        let text = describe(&plan, data.path());
        assert!(text.contains("  /p/bin/spacedrive\n  2 files in /p/man\n"), "{text}");
        assert!(text.contains("Your data stays in ") && text.contains("  libraries: "), "{text}");
        plan.deletes_data = true;
        assert!(describe(&plan, data.path()).contains("THIS DATA GOES AS WELL"));
    }
}
