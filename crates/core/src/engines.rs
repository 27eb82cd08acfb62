//! The engines that read documents, and the process that they live in.

use std::{
    ffi::{OsStr, OsString},
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use ext_manager::{CompilerProcess, serve_compiler};
use ext_models::ModelStore;
use ext_ops_einvoice::EInvoices;
use ext_ops_embed_rten::RtenEmbedder;
use ext_ops_isolated::{
    Engines, IsolatedMarkup, IsolatedOcr, IsolatedPdf, Pool, PoolLimits, WorkerCommand,
    WorkerLimits, restrict_files, serve,
};
use ext_ops_ocr_rten::RtenOcr;
use ext_ops_ocr_tesseract::TesseractOcr;
use ext_ops_office::OfficeReader;
use ext_ops_pdf_hayro::{HayroPdf, PdfLimits};
use ext_registry::Services;
use ext_services::{
    documents::{MarkupReader, PdfReader},
    embeddings::Embedder,
    invoices::InvoiceReader,
    ocr::{OcrEngine, OcrEngines, PicturePreparer},
};

use crate::ai::EmbedPrecision;

/// Folder of compiled modules, in the data folder.
pub(crate) const MODULES: &str = "modules";

/// The program that can be a worker; it stands beside the others.
const PROGRAM: &str = "spacedrive";

/// Longest time for one call of a reader of PDF documents; for a picture it is the pool's own.
const PDF_TIME: Duration = Duration::from_secs(60);
/// Longest time for one office document, page of HTML or electronic invoice.
const MARKUP_TIME: Duration = Duration::from_secs(30);
/// Memory of a reader of PDF documents: a page of 50 million pixels, twice, and the document.
const PDF_MEMORY: u64 = 1 << 30;
/// Memory of a reader of office documents: some times what their limits let be inflated.
const MARKUP_MEMORY: u64 = 1 << 30;
/// Memory of a reader of pictures: the largest picture, and what the networks need.
const OCR_MEMORY: u64 = 3 << 30;

/// Longest time for compiling one module; a megabyte takes about two seconds.
const COMPILE_TIME: Duration = Duration::from_secs(120);
/// Memory for compiling one module.
const COMPILE_MEMORY: u64 = 2 << 30;

/// Where documents from strangers are read, and their modules compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Isolation {
    /// In worker processes of this program, locked in; it must understand
    /// `worker KIND --models-dir DIR` as `spacedrive` does, by calling [`run_worker`], and
    /// `worker compile --data-dir DIR`, by calling [`run_compiler`], and `worker guest`, by calling
    /// [`run_guest`](crate::run_guest).
    Worker(PathBuf),
    /// In this process: a document that brings down its reader brings down the program, and so does
    /// a module that brings down the compiler. For trusted ones.
    InProcess,
}

impl Isolation {
    /// Workers of the program `spacedrive`: this one, or one in its folder or the folder above, or
    /// else one that is found when it is needed. Where there is none, documents are not read.
    #[must_use]
    pub fn find() -> Self {
        let own = std::env::current_exe().unwrap_or_default();
        let name = format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX);
        let folders = own.ancestors().skip(1).take(2);
        let beside = folders.map(|folder| folder.join(&name)).find(|path| path.is_file());
        Self::Worker(beside.unwrap_or_else(|| name.into()))
    }
}

/// What a worker reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkerKind {
    /// PDF documents.
    Pdf,
    /// Office documents, HTML, electronic invoices.
    Markup,
    /// Pictures.
    Ocr,
}

impl WorkerKind {
    /// The word for it on a command line: `pdf`, `markup`, `ocr`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Markup => "markup",
            Self::Ocr => "ocr",
        }
    }

    /// The kind with this name.
    #[must_use]
    pub fn from_name(name: &OsStr) -> Option<Self> {
        [Self::Pdf, Self::Markup, Self::Ocr].into_iter().find(|kind| name == kind.name())
    }
}

/// Makes this process a worker, until its host is gone. Call it first of all: before it nothing is
/// locked in.
///
/// # Errors
/// When stdin or stdout fail.
pub fn run_worker(kind: WorkerKind, models: ModelStore) -> io::Result<()> {
    match kind {
        WorkerKind::Pdf => {
            let _ = restrict_files(&[]);
            // The host ends a call that takes too long, and with it all that it left behind.
            let limits = PdfLimits { time: Duration::MAX, ..PdfLimits::default() };
            let pdf: Box<dyn PdfReader> = Box::new(HayroPdf::with_limits(limits));
            let engines = Engines { pdf: Some(pdf), ..Engines::default() };
            serve(engines, WorkerLimits { memory: PDF_MEMORY })
        }
        WorkerKind::Markup => {
            let _ = restrict_files(&[]);
            let engines = Engines {
                markup: Some(Box::new(OfficeReader)),
                invoices: Some(Box::new(EInvoices)),
                ..Engines::default()
            };
            serve(engines, WorkerLimits { memory: MARKUP_MEMORY })
        }
        WorkerKind::Ocr => {
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
    }
}

/// Makes this process the compiler of one module for the data folder of its host. Call it first of
/// all.
///
/// # Errors
/// When stdin, stdout or the folder fail.
pub fn run_compiler(data_folder: &Path) -> io::Result<()> {
    serve_compiler(&data_folder.join(MODULES), COMPILE_MEMORY)
}

/// How modules of a data folder are compiled.
pub(crate) fn compiler(isolation: &Isolation, data_folder: &Path) -> Option<CompilerProcess> {
    let Isolation::Worker(program) = isolation else { return None };
    let folder = std::path::absolute(data_folder).unwrap_or_else(|_| data_folder.into());
    let args = vec!["worker".into(), "compile".into(), "--data-dir".into(), folder.into()];
    Some(CompilerProcess { program: program.clone(), args, time: COMPILE_TIME })
}

/// Adds the engines to the services.
pub(crate) fn add(
    services: Services,
    models: &ModelStore,
    isolation: Isolation,
    precision: EmbedPrecision,
) -> Services {
    let embedder = RtenEmbedder::with_precision(models.clone(), precision.of_engine());
    let services = services.with::<dyn Embedder>(Arc::new(embedder));
    let local = Arc::new(RtenOcr::new(models.clone()));
    match isolation {
        Isolation::InProcess => {
            let services = services
                .with::<dyn MarkupReader>(Arc::new(OfficeReader))
                .with::<dyn InvoiceReader>(Arc::new(EInvoices));
            with(services, HayroPdf::new(), local)
        }
        Isolation::Worker(program) => {
            let pool = |kind, limits| Arc::new(Pool::new(command(&program, kind, models), limits));
            let name = local.name().to_owned();
            let pdf = PoolLimits { call: PDF_TIME, ..PoolLimits::default() };
            let pdf = IsolatedPdf::new(pool(WorkerKind::Pdf, pdf));
            let markup = PoolLimits { call: MARKUP_TIME, ..PoolLimits::default() };
            let markup = Arc::new(IsolatedMarkup::new(pool(WorkerKind::Markup, markup)));
            let services = services
                .with::<dyn MarkupReader>(Arc::clone(&markup) as Arc<dyn MarkupReader>)
                .with::<dyn InvoiceReader>(markup);
            let ocr = pool(WorkerKind::Ocr, PoolLimits::default());
            with(services, pdf, Arc::new(IsolatedOcr::new(ocr, name)))
        }
    }
}

fn with(
    services: Services,
    pdf: impl PdfReader + 'static,
    ocr: Arc<impl OcrEngine + PicturePreparer + 'static>,
) -> Services {
    let tesseract = TesseractOcr::new(Arc::clone(&ocr) as Arc<dyn PicturePreparer>);
    let engines = OcrEngines::new("pp-ocr", ocr).with("tesseract", Arc::new(tesseract));
    services.with::<dyn PdfReader>(Arc::new(pdf)).with::<OcrEngines>(Arc::new(engines))
}

fn command(program: &Path, kind: WorkerKind, models: &ModelStore) -> WorkerCommand {
    let models = std::path::absolute(models.folder()).unwrap_or_else(|_| models.folder().into());
    let args: [OsString; 4] =
        ["worker".into(), kind.name().into(), "--models-dir".into(), models.into()];
    WorkerCommand::new(program, args)
}
