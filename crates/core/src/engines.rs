//! The engines that read documents.

use std::{path::Path, sync::Arc, time::Duration};

use ext_manager::{CompilerProcess, worker::WorkerProgram};
use ext_models::ModelStore;
use ext_ops_einvoice::EInvoices;
use ext_ops_embed_rten::RtenEmbedder;
use ext_ops_isolated::{
    IsolatedMarkup, IsolatedOcr, IsolatedPdf, IsolatedPictures, Pool, WorkerCommand,
    WorkerPoolLimits,
};
use ext_ops_ocr_rten::RtenOcr;
use ext_ops_ocr_tesseract::TesseractOcr;
use ext_ops_office::OfficeReader;
use ext_ops_pdf_hayro::HayroPdf;
use ext_ops_pictures::PictureEngine;
use ext_registry::Services;
use ext_services::{
    documents::{MarkupReader, PdfReader},
    embeddings::Embedder,
    invoices::InvoiceReader,
    ocr::{OcrEngine, OcrEngines, PicturePreparer},
    pictures::PictureReader,
};

use crate::{
    ai::EmbedPrecision, isolation::Isolation, remembered_pages::RememberingOcr, worker::WorkerKind,
};

/// Name of the folder of compiled modules, in the data folder.
pub(crate) const MODULES: &str = "modules";

/// Limit of time for one call of a reader of PDF documents; for a picture it is the pool's own.
const PDF_TIME: Duration = Duration::from_secs(60);
/// Limit of time for one office document, page of HTML or electronic invoice.
const MARKUP_TIME: Duration = Duration::from_secs(30);
/// Limit of time for the thumbnails of one picture.
const MEDIA_TIME: Duration = Duration::from_secs(60);

/// Returns the process that compiles modules; `None` to compile in this process.
pub(crate) fn compiler(isolation: &Isolation) -> Option<CompilerProcess> {
    let Isolation::Worker(program) = isolation else { return None };
    Some(WorkerProgram::new(program).compiler())
}

/// Adds the engines to the services.
pub(crate) fn add(
    services: Services,
    models: &ModelStore,
    isolation: &Isolation,
    precision: EmbedPrecision,
    limits: &WorkerPoolLimits,
) -> Services {
    let embedder = RtenEmbedder::with_precision(models.clone(), precision.of_engine());
    let services = services.with::<dyn Embedder>(Arc::new(embedder));
    let local = Arc::new(RtenOcr::new(models.clone()));
    match isolation {
        Isolation::InProcess => {
            let services = services
                .with::<dyn MarkupReader>(Arc::new(OfficeReader))
                .with::<dyn InvoiceReader>(Arc::new(EInvoices))
                .with::<dyn PictureReader>(Arc::new(PictureEngine));
            with(services, HayroPdf::new(), local)
        }
        Isolation::Worker(program) => {
            let pool = |kind, limits| Arc::new(Pool::new(command(program, kind, models), limits));
            let name = local.name().to_owned();
            let pdf = WorkerPoolLimits { call: PDF_TIME, ..limits.clone() };
            let pdf = IsolatedPdf::new(pool(WorkerKind::Pdf, pdf));
            let markup = WorkerPoolLimits { call: MARKUP_TIME, ..limits.clone() };
            let markup = Arc::new(IsolatedMarkup::new(pool(WorkerKind::Markup, markup)));
            let media = WorkerPoolLimits { call: MEDIA_TIME, ..limits.clone() };
            let media = IsolatedPictures::new(pool(WorkerKind::Media, media));
            let services = services
                .with::<dyn MarkupReader>(Arc::clone(&markup) as Arc<dyn MarkupReader>)
                .with::<dyn InvoiceReader>(markup)
                .with::<dyn PictureReader>(Arc::new(media));
            let ocr = pool(WorkerKind::Ocr, limits.clone());
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
    let ocr = RememberingOcr::new(ocr);
    let engines = OcrEngines::new("pp-ocr", Arc::new(ocr)).with("tesseract", Arc::new(tesseract));
    services.with::<dyn PdfReader>(Arc::new(pdf)).with::<OcrEngines>(Arc::new(engines))
}

fn command(program: &Path, kind: WorkerKind, models: &ModelStore) -> WorkerCommand {
    let models = std::path::absolute(models.folder()).unwrap_or_else(|_| models.folder().into());
    WorkerCommand::new(program, WorkerProgram::args(kind.name(), [models]))
}
