//! Worker processes of an app's own program: they compile modules, run guests and read documents.
//!
//! See [`ext_manager::worker`] for what makes a program its own worker program.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use ext_manager::worker::{WorkerProgram, WorkerRequest, run_if_requested_or};
use ext_models::ModelStore;
use ext_ops_einvoice::EInvoices;
pub use ext_ops_isolated::SandboxStatus;
use ext_ops_isolated::{
    Engines, WorkerCommand, WorkerLimits, probe_sandbox, restrict_files, serve,
};
use ext_ops_ocr_rten::RtenOcr;
use ext_ops_office::OfficeReader;
use ext_ops_pdf_hayro::{HayroPdf, PdfLimits};
use ext_ops_pictures::PictureEngine;
use ext_services::documents::PdfReader;

/// Memory of a reader of PDF documents: a page of 50 million pixels, twice, and the document.
const PDF_MEMORY: u64 = 1 << 30;
/// Memory of a reader of office documents: some times what their limits let be inflated.
const MARKUP_MEMORY: u64 = 1 << 30;
/// Memory of a reader of pictures: the largest picture, and what the networks need.
const OCR_MEMORY: u64 = 3 << 30;

/// Memory of a reader of metadata and thumbnails: the largest picture twice, and the file.
const MEDIA_MEMORY: u64 = 3 << 30;

/// Longest time that a worker may take to be ready.
const START_TIME: Duration = Duration::from_secs(30);

/// Set when workers of this program read documents too.
static READS: AtomicBool = AtomicBool::new(false);

/// Serves as a worker that compiles, runs a guest or reads documents, and ends the process, when it
/// was started as one; returns at once when not.
///
/// The call must be the first of all in `main`: whatever runs before does so in each worker too,
/// outside of its sandbox. [`Core`](crate::Core) starts workers of this program from then on.
///
/// ```no_run
/// // First in `main`:
/// spacedrive_core::worker::run_if_requested();
/// // … the app
/// ```
pub fn run_if_requested() {
    READS.store(true, Relaxed);
    run_if_requested_or(|request| WorkerKind::of(request).map(|kind| read(kind, request)));
}

/// Returns this program, when it called [`run_if_requested`].
pub(crate) fn own_program() -> Option<PathBuf> {
    let program = READS.load(Relaxed).then(WorkerProgram::current)??;
    Some(program.path().to_owned())
}

/// Starts a worker of a program that reads documents, and returns the sandbox that it is in.
///
/// # Errors
/// The program cannot be started, is not a worker program, or is not ready in time.
pub fn sandbox_of(program: &Path) -> io::Result<SandboxStatus> {
    let command =
        WorkerCommand::new(program, WorkerProgram::args(WorkerKind::Markup.name(), [""; 0]));
    probe_sandbox(&command, START_TIME).map_err(io::Error::other)
}

/// The documents that a worker reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WorkerKind {
    /// PDF documents.
    Pdf,
    /// Office documents, HTML, electronic invoices.
    Markup,
    /// Pictures; the folder of the models follows on the command line.
    Ocr,
    /// Metadata and thumbnails of pictures.
    Media,
}

impl WorkerKind {
    /// Returns the word for it on a command line: `pdf`, `markup`, `ocr`, `media`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Markup => "markup",
            Self::Ocr => "ocr",
            Self::Media => "media",
        }
    }

    fn of(request: &WorkerRequest) -> Option<Self> {
        let mut kinds = [Self::Pdf, Self::Markup, Self::Ocr, Self::Media].into_iter();
        kinds.find(|kind| kind.name() == request.kind())
    }
}

fn read(kind: WorkerKind, request: &WorkerRequest) -> io::Result<()> {
    match kind {
        WorkerKind::Pdf => read_pdf(),
        WorkerKind::Markup => read_markup(),
        WorkerKind::Ocr => read_pictures(request.folder()?),
        WorkerKind::Media => read_media(),
    }
}

fn read_pdf() -> io::Result<()> {
    let _ = restrict_files(&[]);
    // The host ends a call that takes too long, and with it all that it left behind.
    let limits = PdfLimits { time: Duration::MAX, ..PdfLimits::default() };
    let pdf: Box<dyn PdfReader> = Box::new(HayroPdf::with_limits(limits));
    let engines = Engines { pdf: Some(pdf), ..Engines::default() };
    serve(engines, WorkerLimits { memory: PDF_MEMORY })
}

fn read_markup() -> io::Result<()> {
    let _ = restrict_files(&[]);
    let engines = Engines {
        markup: Some(Box::new(OfficeReader)),
        invoices: Some(Box::new(EInvoices)),
        ..Engines::default()
    };
    serve(engines, WorkerLimits { memory: MARKUP_MEMORY })
}

fn read_media() -> io::Result<()> {
    let _ = restrict_files(&[]);
    let engines = Engines { media: Some(Box::new(PictureEngine)), ..Engines::default() };
    serve(engines, WorkerLimits { memory: MEDIA_MEMORY })
}

fn read_pictures(models: &Path) -> io::Result<()> {
    let models = ModelStore::new(models.to_owned());
    let _ = restrict_files(&[models.folder()]);
    let engine = Arc::new(RtenOcr::new(models));
    engine.seal();
    let engines = Engines {
        ocr: Some(Box::new(Arc::clone(&engine))),
        pictures: Some(Box::new(engine)),
        ..Engines::default()
    };
    serve(engines, WorkerLimits { memory: OCR_MEMORY })
}
