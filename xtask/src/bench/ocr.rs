//! `cargo xtask bench ocr`: our engine, tesseract, and the Python package of the same models, in one
//! run on the same images.
//!
//! Characters are compared without case and white space, page by page. An engine runs as users run
//! it: ours and the package in one process for all images, tesseract in one for each. Loading of
//! models is part of the time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::steps::{self, capture, cargo, say, succeeds};
use crate::table;
use crate::workspace::Workspace;

const PAGES: &str = include_str!("render_pages.py");
const RAPIDOCR: &str = include_str!("read_with_rapidocr.py");
/// Threads for each engine; the others take all cores unless they are told.
const THREADS: &str = "2";

/// An image and what stands on it.
struct Sample {
    image: PathBuf,
    truth: String,
}

/// Score of an engine over all samples.
struct Score {
    engine: &'static str,
    errors: f64,
    wall: f64,
    cpu: f64,
}

pub(super) fn run(workspace: &Workspace, images: Option<&Path>, python: &str) -> Result<()> {
    let work = workspace.target.join("bench-ocr");
    let _ = fs::remove_dir_all(&work);
    fs::create_dir_all(&work)?;
    let folder = match images {
        Some(folder) => folder.to_owned(),
        None => rendered(&work, python)?,
    };
    let samples = samples(&folder)?;
    ensure!(!samples.is_empty(), "{} has no image with its text beside it", folder.display());
    let ours = build(workspace)?;
    let engines: [(&'static str, Option<Vec<Command>>); 3] = [
        ("spacedrive (pp-ocr)", Some(vec![with_all(Command::new(ours), &work, &samples)?])),
        ("tesseract", tesseract(&work, &samples)?),
        ("rapidocr (Python)", rapidocr(&work, &samples, python)?),
    ];
    let mut rows = Vec::new();
    for (engine, commands) in engines {
        if let Some(commands) = commands {
            rows.push(measure(engine, commands, &work, &samples)?.row(samples.len()));
        }
    }
    println!("{} images of {}\n", samples.len(), folder.display());
    let headings = ["engine", "character errors", "wall s an image", "cpu s an image"];
    print!("{}", table::layout(&headings, &rows));
    Ok(())
}

impl Score {
    fn row(&self, images: usize) -> Vec<String> {
        let each = |seconds: f64| format!("{:.2}", seconds / images as f64);
        vec![
            self.engine.to_owned(),
            format!("{:.3}", self.errors / images as f64),
            each(self.wall),
            each(self.cpu),
        ]
    }
}

/// Renders pages.
fn rendered(work: &Path, python: &str) -> Result<PathBuf> {
    let folder = work.join("pages");
    fs::create_dir_all(&folder)?;
    let mut command = Command::new(python);
    command.args(["-c", PAGES]).arg(&folder);
    capture(&mut command).context("rendering pages needs Python with Pillow, or give a folder")?;
    Ok(folder)
}

/// Finds images with a `.txt`, or a `.csv` of boxes and texts as the SROIE receipts have.
fn samples(folder: &Path) -> Result<Vec<Sample>> {
    let files = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut images: Vec<PathBuf> = files.filter_map(|file| Some(file.ok()?.path())).collect();
    images.retain(|path| matches!(path.extension().and_then(|e| e.to_str()), Some("png" | "jpg")));
    images.sort();
    let sample = |image: PathBuf| {
        let truth = fs::read_to_string(image.with_extension("txt"));
        let boxes = || fs::read_to_string(image.with_extension("csv")).map(|csv| of_boxes(&csv));
        Some(Sample { truth: truth.or_else(|_| boxes()).ok()?, image })
    };
    Ok(images.into_iter().filter_map(sample).collect())
}

/// Returns the texts of lines `x,y,x,y,x,y,x,y,text`.
fn of_boxes(csv: &str) -> String {
    csv.lines().filter_map(|line| line.splitn(9, ',').nth(8)).collect::<Vec<_>>().join("\n")
}

/// Builds our engine, as the example of its crate, with the features of the whole workspace.
fn build(workspace: &Workspace) -> Result<PathBuf> {
    let mut command = cargo();
    command.args(["build", "--workspace", "--example", "ocr"]);
    steps::run(command.current_dir(&workspace.root))?;
    let name = format!("ocr{}", std::env::consts::EXE_SUFFIX);
    Ok(workspace.target.join("debug/examples").join(name))
}

fn with_all(mut command: Command, work: &Path, samples: &[Sample]) -> Result<Command> {
    let images: Result<Vec<PathBuf>, _> =
        samples.iter().map(|sample| std::path::absolute(&sample.image)).collect();
    command.arg("--out").arg(work).args(images?).env("RTEN_NUM_THREADS", THREADS);
    Ok(command)
}

fn tesseract(work: &Path, samples: &[Sample]) -> Result<Option<Vec<Command>>> {
    if !succeeds(Command::new("tesseract").arg("--version")) {
        say("SKIPPED: tesseract is not installed: `apt-get install tesseract-ocr`");
        return Ok(None);
    }
    let command = |sample: &Sample| {
        let mut command = Command::new("tesseract");
        let out = work.join(sample.image.file_stem().unwrap_or_default());
        command.arg(&sample.image).arg(out).args(["-l", "eng", "--psm", "6"]);
        command.env("OMP_THREAD_LIMIT", THREADS);
        command
    };
    Ok(Some(samples.iter().map(command).collect()))
}

fn rapidocr(work: &Path, samples: &[Sample], python: &str) -> Result<Option<Vec<Command>>> {
    if !succeeds(Command::new(python).args(["-c", "import rapidocr, onnxruntime"])) {
        say("SKIPPED: the Python package is not there: `pip install rapidocr onnxruntime`");
        return Ok(None);
    }
    let mut command = Command::new(python);
    command.args(["-c", RAPIDOCR]).arg(work);
    command.args(samples.iter().map(|sample| &sample.image));
    Ok(Some(vec![command]))
}

/// Runs an engine, which writes a text for each image, and compares.
fn measure(
    engine: &'static str,
    commands: Vec<Command>,
    work: &Path,
    samples: &[Sample],
) -> Result<Score> {
    let text = |sample: &Sample| {
        work.join(sample.image.file_stem().unwrap_or_default()).with_extension("txt")
    };
    samples.iter().for_each(|sample| drop(fs::remove_file(text(sample))));
    let (before, start) = (cpu_of_children(), Instant::now());
    for mut command in commands {
        capture(&mut command)?;
    }
    let (wall, cpu) = (start.elapsed().as_secs_f64(), cpu_of_children() - before);
    let read = |sample: &Sample| fs::read_to_string(text(sample)).unwrap_or_default();
    let errors = samples.iter().map(|sample| error_rate(&sample.truth, &read(sample))).sum();
    Ok(Score { engine, errors, wall, cpu })
}

/// Returns the seconds of processor time of the processes that ended; 0 where the system does not
/// say.
fn cpu_of_children() -> f64 {
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name in brackets; user and system time of children are fields 16 and 17.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: f64 = fields.skip(13).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    ticks / TICKS_A_SECOND
}

/// Edits that make one text the other, for each character of the truth.
fn error_rate(truth: &str, read: &str) -> f64 {
    let plain = |text: &str| -> Vec<char> {
        text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
    };
    let (truth, read) = (plain(truth), plain(read));
    distance(&truth, &read) as f64 / truth.len().max(1) as f64
}

/// Calculates Levenshtein's distance.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        row[0] = left;
        for (j, y) in b.iter().enumerate() {
            let here = (diagonal + usize::from(x != y)).min(left + 1).min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], here);
            left = here;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        for (truth, read, expected) in [
            ("Total 3.20", "total3.20", 0.0),
            ("abcd", "abed", 0.25),
            ("abcd", "abc", 0.25),
            ("abcd", "xabcd", 0.25),
            ("abcd", "", 1.0),
            ("", "", 0.0),
        ] {
            assert_eq!(error_rate(truth, read), expected, "{truth} {read}");
        }
    }

    #[test]
    fn boxes_keep_commas_of_their_text() {
        assert_eq!(of_boxes("1,2,3,4,5,6,7,8,A, B\n1,2,3,4,5,6,7,8,C"), "A, B\nC");
    }
}
