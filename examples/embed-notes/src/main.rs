//! An app with a store of its own that embeds the extension system.
//!
//! It keeps a PDF in its store and loads an extension, which reads the PDF and files its text as a
//! new entry. The PDF is read, the module compiled and the extension run in sandboxed processes of
//! this very program.
#![forbid(unsafe_code)]

mod sample;
mod store;

use std::{error::Error, fs, io, path::Path, sync::Arc};

use ext_manager::{
    Cache, Engine, GuestIsolation, Isolations, Loader, Manager, ManagerConfig, Registry, Services,
    ops::vdfs::{
        CreateEntry, CreateEntryOutput, EntryRef, NewEntry, WriteSidecar, WriteSidecarInput,
    },
    wire,
    worker::{self, WorkerProgram},
};
use ext_ops_isolated::{
    Engines, IsolatedPdf, Pool, WorkerCommand, WorkerLimits, WorkerPoolLimits, restrict_files,
    serve,
};
use ext_ops_pdf_hayro::HayroPdf;
use ext_services::{documents::PdfReader, library::LibraryDirectory};
use serde_json::Map;

use crate::store::{Home, LIBRARY};

/// The operations that this app offers to extensions, of all that `ext-ops` has.
const OFFERED: [&str; 5] = [
    "vdfs.create_entry",
    "vdfs.get_entry",
    "vdfs.list_entries",
    "vdfs.read_content",
    "ai.extract_text",
];

/// The kind of worker that reads PDF documents.
const PDF: &str = "pdf";
/// Memory of such a worker.
const PDF_MEMORY: u64 = 1 << 30;

wire! {
    /// Files the text of a document.
    LibraryAction FileText = "action:clerk.file_text.input.v1", EntryRef => CreateEntryOutput;
}

fn main() -> Result<(), Box<dyn Error>> {
    worker::run_if_requested_or(|request| (request.kind() == PDF).then(read_pdf));
    let folder = tempfile::tempdir()?;
    let manager = open(folder.path())?;
    manager.load(&unpack(folder.path())?)?;

    let user = Engine::for_user();
    let pdf = new_entry("invoice.pdf", sample::pdf("Total 3.20"));
    let entry_id = manager.call_typed::<CreateEntry>(&user, Some(LIBRARY), &pdf)?.entry.id;
    let input = EntryRef { entry_id };
    let filed = manager.call_typed::<FileText>(&user, Some(LIBRARY), &input)?.entry;
    let (maker, text) = (filed.created_by.unwrap_or_default(), filed.metadata.get("text"));
    println!("{}: {} by {maker}", filed.path, text.unwrap_or_default());

    let input = WriteSidecarInput::new(entry_id, "note.txt", "x");
    let refused = manager.call_typed::<WriteSidecar>(&user, Some(LIBRARY), &input);
    println!("sidecars: {}", refused.err().map_or("OK", |error| error.code().name()));
    Ok(())
}

/// Opens the manager over the app's own store, whose workers are processes of this program.
fn open(folder: &Path) -> Result<Manager, Box<dyn Error>> {
    ext_ops::link();
    let registry = Registry::collect()?.only(|method| OFFERED.contains(&method.name()));
    let program = WorkerProgram::current().ok_or("the path of this program is unknown")?;
    let command = WorkerCommand::new(program.path(), WorkerProgram::args(PDF, [""; 0]));
    let pdf = IsolatedPdf::new(Arc::new(Pool::new(command, WorkerPoolLimits::default())));
    let services = Services::default()
        .with::<dyn LibraryDirectory>(Arc::new(Home::default()))
        .with::<dyn PdfReader>(Arc::new(pdf));
    let modules = folder.join("modules");
    let loader =
        Loader::default().with_cache(Cache::open(&modules)?).with_compiler(program.compiler());
    let config = ManagerConfig {
        loader: Arc::new(loader),
        isolations: Isolations { others: GuestIsolation::Process, ..Isolations::default() },
        ..ManagerConfig::default()
    };
    Ok(Manager::with_config(Arc::new(registry), services, config)?)
}

/// Serves as a worker that reads PDF documents, in its sandbox.
fn read_pdf() -> io::Result<()> {
    let _ = restrict_files(&[]);
    let engines = Engines { pdf: Some(Box::new(HayroPdf::new())), ..Engines::default() };
    serve(engines, WorkerLimits { memory: PDF_MEMORY })
}

/// Unpacks the folder of the extension. An app would find it on the disk, as WebAssembly.
fn unpack(folder: &Path) -> Result<std::path::PathBuf, Box<dyn Error>> {
    let folder = folder.join("clerk");
    fs::create_dir(&folder)?;
    fs::write(folder.join("manifest.json"), include_str!("../extension/manifest.json"))?;
    let wasm = wat::parse_str(include_str!("../extension/clerk.wat"))?;
    fs::write(folder.join("clerk.wasm"), wasm)?;
    Ok(folder)
}

fn new_entry(name: &str, content: Vec<u8>) -> NewEntry {
    NewEntry {
        name: name.to_owned(),
        path: format!("papers/{name}"),
        entry_type: "document".to_owned(),
        metadata: Map::new(),
        content: Some(content.into()),
        media_type: Some("application/pdf".to_owned()),
    }
}
