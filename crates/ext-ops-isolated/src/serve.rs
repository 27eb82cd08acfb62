//! The worker's side of the protocol.

use std::fs::File;
use std::io;
use std::process;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use ext_process::{Sender, parent_pipes};
use ext_sandbox::{Memory, Work, enter_sandbox};
use ext_services::documents::{DocumentError, DocumentPart, MarkupReader, PageText, PdfReader};
use ext_services::invoices::InvoiceReader;
use ext_services::ocr::{OcrEngine, PicturePreparer, PreparedPicture};
use ext_services::pictures::PictureReader;

use crate::pictures;
use crate::protocol::{DocumentFault, OcrFault, PartHead, PdfCall, Ready, Reply, Request, VERSION};

/// The engines of a worker; what is missing is not served.
#[derive(Default)]
pub struct Engines {
    /// The reader of PDF documents.
    pub pdf: Option<Box<dyn PdfReader>>,
    /// The reader of office documents and HTML.
    pub markup: Option<Box<dyn MarkupReader>>,
    /// The reader of electronic invoices.
    pub invoices: Option<Box<dyn InvoiceReader>>,
    /// The reader of pictures.
    pub ocr: Option<Box<dyn OcrEngine>>,
    /// The reader of metadata of pictures, which makes thumbnails as well.
    pub media: Option<Box<dyn PictureReader>>,
    /// The engine that prepares pictures for others.
    pub pictures: Option<Box<dyn PicturePreparer>>,
}

/// The limits of a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkerLimits {
    /// Bytes of memory, counted as address space, beyond what it has when it begins to serve.
    pub memory: u64,
}

/// Sandboxes this process and answers calls from stdin on stdout until stdin ends; then the process
/// ends. Call it last, with engines that have loaded what they need.
///
/// # Errors
/// When stdin or stdout fail, the parent violates the protocol, or the system gives no thread.
pub fn serve(engines: Engines, limits: WorkerLimits) -> io::Result<()> {
    let mut parent = parent_pipes()?;
    let (sender, calls) = sync_channel(1);
    // The thread must be there before the limits are.
    let worker = thread::Builder::new().name("worker".to_owned());
    let (go, start) = sync_channel(1);
    worker.spawn(move || {
        if let Ok(to) = start.recv() {
            answer_all(&engines, &calls, to);
        }
        // The host is gone, or does not listen.
        process::exit(0);
    })?;
    let sandbox = enter_sandbox(Work::Documents, Memory::address_space(limits.memory));
    parent.to.say_version(VERSION)?;
    parent.to.send(&Ready { sandbox }, &[])?;
    let _ = go.send(parent.to);
    // This thread listens all the time, so that the process ends with its host also while it works.
    let mut document = Vec::new();
    while let Some(request) = parent.from.receive::<Request>(&mut document)? {
        if sender.send((request, std::mem::take(&mut document))).is_err() {
            break;
        }
    }
    process::exit(0);
}

fn answer_all(engines: &Engines, calls: &Receiver<(Request, Vec<u8>)>, mut to: Sender<File>) {
    while let Ok((request, document)) = calls.recv() {
        let (reply, body) = answer(engines, request, &document);
        if to.send(&reply, &body).is_err() {
            return;
        }
    }
}

type Answer = (Reply, Vec<u8>);

fn answer(engines: &Engines, request: Request, document: &[u8]) -> Answer {
    let answer = match request {
        Request::Pdf(call, passwords) => engines.pdf.as_deref().map(|pdf| {
            let unlocking =
                (!passwords.is_empty()).then(|| pdf.with_passwords(&passwords)).flatten();
            read_pdf(unlocking.as_deref().unwrap_or(pdf), call, document)
        }),
        Request::Markup(kind) => engines.markup.as_deref().map(|markup| {
            let pages = markup.text(kind, document);
            pages.map_or_else(document_fault, texts)
        }),
        Request::Parts(kind) => engines.markup.as_deref().map(|markup| {
            let parts = markup.parts(kind, document);
            parts.map_or_else(document_fault, join_parts)
        }),
        Request::Invoice => engines.invoices.as_deref().map(|invoices| {
            let invoice = invoices.read(document);
            invoice.map_or_else(document_fault, |invoice| {
                (Reply::Invoice(invoice.map(Box::new)), Vec::new())
            })
        }),
        Request::Recognize(options) => engines.ocr.as_deref().map(|ocr| {
            let page = ocr.recognize(document, &options);
            page.map_or_else(|error| ocr_fault(error.into()), |page| (Reply::Page(page), vec![]))
        }),
        Request::Prepare(steps) => {
            engines.pictures.as_deref().map(|pictures| match pictures.prepare(document, steps) {
                Ok(PreparedPicture { png, rotation, skew, scale }) => {
                    (Reply::Prepared { rotation, skew, scale }, png)
                }
                Err(error) => ocr_fault(error.into()),
            })
        }
        Request::PictureMetadata => engines.media.as_deref().map(|media| {
            let metadata = media.metadata(document);
            metadata.map_or_else(document_fault, |metadata| {
                (Reply::PictureMetadata(Box::new(metadata)), Vec::new())
            })
        }),
        Request::Thumbnails(options) => engines.media.as_deref().map(|media| {
            let made = media.thumbnails(document, &options);
            made.map_or_else(document_fault, pictures::join)
        }),
        Request::Codes => engines.media.as_deref().map(|media| {
            let codes = media.codes(document);
            codes.map_or_else(document_fault, |codes| (Reply::Codes(codes), Vec::new()))
        }),
    };
    answer.unwrap_or((Reply::Unserved, Vec::new()))
}

fn ocr_fault(fault: OcrFault) -> Answer {
    (Reply::Ocr(fault), Vec::new())
}

fn read_pdf(pdf: &dyn PdfReader, call: PdfCall, document: &[u8]) -> Answer {
    let answer = match call {
        PdfCall::Text => pdf.text(document).map(texts),
        PdfCall::Render { page, dpi } => {
            pdf.render_png(document, page, dpi).map(|png| (Reply::Picture, png))
        }
        PdfCall::Embedded => pdf.embedded_files(document).map(join),
    };
    answer.unwrap_or_else(document_fault)
}

fn texts(pages: Vec<PageText>) -> Answer {
    (Reply::Texts(pages), Vec::new())
}

fn document_fault(error: DocumentError) -> Answer {
    (Reply::Document(DocumentFault::from(error)), Vec::new())
}

fn join_parts(parts: Vec<DocumentPart>) -> Answer {
    let (mut heads, mut body) = (Vec::new(), Vec::new());
    for DocumentPart { name, is_message, bytes } in parts {
        let size = bytes.map(|bytes| {
            body.extend_from_slice(&bytes);
            bytes.len() as u64
        });
        heads.push(PartHead { name, is_message, size });
    }
    (Reply::Parts(heads), body)
}

fn join(files: Vec<(String, Vec<u8>)>) -> Answer {
    let sizes = files.iter().map(|(name, bytes)| (name.clone(), bytes.len() as u64)).collect();
    let bodies: Vec<Vec<u8>> = files.into_iter().map(|(_, bytes)| bytes).collect();
    (Reply::Files(sizes), bodies.concat())
}
