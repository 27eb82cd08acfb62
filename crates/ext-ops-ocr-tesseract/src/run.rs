//! One run of the program.

use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Duration;

use ext_services::ocr::OcrError;

/// Longest time for a page.
const TIME: Duration = Duration::from_secs(120);
/// Most bytes of its answer: a page has some thousand words of some fifty bytes.
const MAX_ANSWER: u64 = 16 << 20;
/// Most bytes of its complaints that are looked at.
const MAX_COMPLAINT: u64 = 64 << 10;

/// Reads a PNG; the answer is tesseract's TSV.
///
/// # Errors
/// Not installed, no data for the language, too slow, or its own failure.
pub(crate) fn tesseract(program: &Path, png: Vec<u8>, language: &str) -> Result<String, OcrError> {
    let mut child = spawn(program, language).map_err(|error| match error.kind() {
        ErrorKind::NotFound => OcrError::NotInstalled(format!(
            "the engine `tesseract` is not installed: `apt-get install tesseract-ocr`, or leave \
             the engine to the host ({} was not found)",
            program.file_name().unwrap_or_default().display()
        )),
        _ => failed(error),
    })?;
    let outcome = talk(&mut child, png);
    let _ = child.kill();
    let status = child.wait().map_err(failed)?;
    let (table, complaint) = outcome?;
    if status.success() {
        return Ok(table);
    }
    Err(refused(&complaint, language))
}

fn spawn(program: &Path, language: &str) -> io::Result<Child> {
    let mut command = Command::new(program);
    let path = std::env::var_os("PATH");
    let data = std::env::var_os("TESSDATA_PREFIX");
    command.env_clear().env("OMP_THREAD_LIMIT", "1");
    command.envs(path.map(|path| ("PATH", path)));
    command.envs(data.map(|data| ("TESSDATA_PREFIX", data)));
    command.args(["stdin", "stdout", "-l", language, "--psm", "3", "tsv"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
}

/// Sends the picture and collects what comes back, until both ends or the time is up.
fn talk(child: &mut Child, png: Vec<u8>) -> Result<(String, String), OcrError> {
    let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(mut stdin), Some(stdout), Some(stderr)) = pipes else {
        return Err(OcrError::Engine("tesseract has no pipes".to_owned()));
    };
    // A program that does not want the picture says why on stderr.
    thread::spawn(move || stdin.write_all(&png));
    let (sender, receiver) = sync_channel(2);
    let complaint = sender.clone();
    thread::spawn(move || complaint.send((false, text(stderr, MAX_COMPLAINT))));
    thread::spawn(move || sender.send((true, text(stdout, MAX_ANSWER))));
    let (mut table, mut said) = (String::new(), String::new());
    for _ in 0..2 {
        let (is_table, text) = receiver
            .recv_timeout(TIME)
            .map_err(|_| OcrError::Exhausted { what: "time".to_owned() })?;
        *(if is_table { &mut table } else { &mut said }) = text.map_err(failed)?;
    }
    // Both pipes have ended; the program ends now, and is not killed before it says how.
    let _ = child.wait();
    Ok((table, said))
}

fn text(from: impl Read, most: u64) -> io::Result<String> {
    let mut bytes = Vec::new();
    from.take(most).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn refused(complaint: &str, language: &str) -> OcrError {
    if complaint.contains("Failed loading language") || complaint.contains("traineddata") {
        let package = language.replace('_', "-");
        return OcrError::Option(format!(
            "tesseract has no data for `{language}`: `apt-get install tesseract-ocr-{package}`"
        ));
    }
    failed(complaint.lines().next().unwrap_or("tesseract failed and did not say why"))
}

fn failed(reason: impl std::fmt::Display) -> OcrError {
    OcrError::Engine(reason.to_string())
}
