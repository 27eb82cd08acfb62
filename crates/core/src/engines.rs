//! The engines that read documents.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use ext_manager::{CompilerProcess, worker::WorkerProgram};
use ext_models::ModelStore;
use ext_ops_einvoice::EInvoices;
use ext_ops_embed_rten::RtenEmbedder;
use ext_ops_isolated::{
    IsolatedMarkup, IsolatedOcr, IsolatedPdf, Pool, WorkerCommand, WorkerPoolLimits,
};
use ext_ops_ocr_rten::RtenOcr;
use ext_ops_ocr_tesseract::TesseractOcr;
use ext_ops_office::OfficeReader;
use ext_ops_pdf_hayro::HayroPdf;
use ext_registry::Services;
use ext_services::{
    documents::{MarkupReader, PdfReader},
    embeddings::Embedder,
    invoices::InvoiceReader,
    ocr::{OcrEngine, OcrEngines, PicturePreparer},
};

use crate::{
    ai::EmbedPrecision,
    worker::{self, WorkerKind},
};

/// Folder of compiled modules, in the data folder.
pub(crate) const MODULES: &str = "modules";

/// The program that can be a worker; it stands beside the others.
const PROGRAM: &str = "spacedrive";

/// Longest time for one call of a reader of PDF documents; for a picture it is the pool's own.
const PDF_TIME: Duration = Duration::from_secs(60);
/// Longest time for one office document, page of HTML or electronic invoice.
const MARKUP_TIME: Duration = Duration::from_secs(30);

/// Where documents from strangers are read, and their modules compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Isolation {
    /// In worker processes of this program, sandboxed; it must call
    /// [`worker::run_if_requested`](crate::worker::run_if_requested) first of all.
    Worker(PathBuf),
    /// In this process: a document that brings down its reader brings down the program, and so does
    /// a module that brings down the compiler. For trusted ones.
    InProcess,
}

impl Isolation {
    /// Workers of this program, when it called
    /// [`worker::run_if_requested`](crate::worker::run_if_requested) first of all. Otherwise of the
    /// program `spacedrive`: in its folder or the folder above, or else one that is found when it is
    /// needed. Where there is none, documents are not read.
    #[must_use]
    pub fn find() -> Self {
        if let Some(own) = worker::own_program() {
            return Self::Worker(own);
        }
        let own = std::env::current_exe().unwrap_or_default();
        let name = format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX);
        let folders = own.ancestors().skip(1).take(2);
        let beside = folders.map(|folder| folder.join(&name)).find(|path| path.is_file());
        Self::Worker(beside.unwrap_or_else(|| name.into()))
    }
}

/// How modules of a data folder are compiled.
pub(crate) fn compiler(isolation: &Isolation, data_folder: &Path) -> Option<CompilerProcess> {
    let Isolation::Worker(program) = isolation else { return None };
    Some(WorkerProgram::new(program).compiler(&data_folder.join(MODULES)))
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
            let pdf = WorkerPoolLimits { call: PDF_TIME, ..WorkerPoolLimits::default() };
            let pdf = IsolatedPdf::new(pool(WorkerKind::Pdf, pdf));
            let markup = WorkerPoolLimits { call: MARKUP_TIME, ..WorkerPoolLimits::default() };
            let markup = Arc::new(IsolatedMarkup::new(pool(WorkerKind::Markup, markup)));
            let services = services
                .with::<dyn MarkupReader>(Arc::clone(&markup) as Arc<dyn MarkupReader>)
                .with::<dyn InvoiceReader>(markup);
            let ocr = pool(WorkerKind::Ocr, WorkerPoolLimits::default());
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
    WorkerCommand::new(program, WorkerProgram::args(kind.name(), [models]))
}
