//! A fake host whose texts are read by the real engines, so that what is tested here natively is
//! what the wasm gets from a real host. Pictures are not read: their texts are given.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use ext_ops_einvoice::EInvoices;
use ext_ops_office::OfficeReader;
use ext_ops_pdf_hayro::HayroPdf;
use ext_ops_text_extractive::ExtractiveModel;
use ext_perm::Engine;
use ext_registry::{Call, Deadline, Progress, Registry, Services, execute_json_operation};
use ext_services::{
    documents::{MarkupReader, PdfReader},
    invoices::InvoiceReader,
    text_model::TextModel,
};
use finance::extension::Extension;
use serde_json::{Value, json};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::wire::Wire;
use spacedrive_sdk::wire::body::BlobStyle;
use spacedrive_sdk::{ops::ai, testing::FakeHost};

/// Built-in operations on the engines that need no models.
pub(crate) struct Engines {
    registry: Registry,
    services: Services,
    user: Engine,
}

impl Engines {
    pub(crate) fn new() -> Self {
        ext_ops::link();
        let services = Services::default()
            .with::<dyn PdfReader>(Arc::new(HayroPdf::new()))
            .with::<dyn MarkupReader>(Arc::new(OfficeReader))
            .with::<dyn InvoiceReader>(Arc::new(EInvoices))
            .with::<dyn TextModel>(Arc::new(ExtractiveModel::new()));
        Self { registry: Registry::collect().unwrap(), services, user: Engine::for_user() }
    }

    pub(crate) fn run<W: Wire>(&self, input: &W::Input) -> Result<W::Output> {
        let payload = serde_json::to_vec(input).unwrap().into();
        let library = Some(Uuid::from_u128(1));
        let call = Call {
            method: W::METHOD,
            library,
            payload,
            blobs: BlobStyle::Base64,
            deadline: Deadline::NONE,
            progress: Progress::NONE,
        };
        let reply = execute_json_operation(&self.registry, &self.services, &self.user, call);
        let reply = pollster::block_on(reply).map_err(|e| Error::new(e.code(), e.to_string()))?;
        Ok(serde_json::from_slice(&reply).unwrap())
    }
}

/// Makes a host that reads PDFs, HTML, XML and texts; `pictures`: the text of a picture by the
/// BLAKE3 hash of its bytes, in hex.
pub(crate) fn host(pictures: HashMap<String, String>) -> FakeHost {
    host_with(&Rc::new(Engines::new()), move |hash| pictures.get(hash).cloned())
}

/// Makes a host on engines that exist already; `text_of`: the text of a picture by its hash.
pub(crate) fn host_with(
    engines: &Rc<Engines>,
    text_of: impl Fn(&str) -> Option<String> + 'static,
) -> FakeHost {
    let host = FakeHost::new();
    host.set_extension("finance");
    let (extract, classify) = (Rc::clone(engines), Rc::clone(engines));
    host.on::<ai::ExtractText>(move |input| extract.run::<ai::ExtractText>(&input));
    host.on::<ai::ClassifyText>(move |input| classify.run::<ai::ClassifyText>(&input));
    host.on::<ai::Ocr>(move |input| {
        let hash = blake3::hash(input.data.as_bytes()).to_hex().to_string();
        let text = text_of(&hash).ok_or_else(|| {
            Error::new(ErrorCode::ModelMissing, "no text is known for this picture")
        })?;
        Ok(ai::OcrOutput {
            text,
            confidence: 0.98,
            pages: Vec::new(),
            engine: "given".into(),
            formatted: None,
            flags: Vec::new(),
        })
    });
    host
}

/// Imports a file and tells the extension.
pub(crate) fn import(host: &FakeHost, name: &str, media_type: &str, bytes: &[u8]) -> Result<()> {
    let entry = host.add_file(name, &format!("in/{name}"), media_type, bytes);
    host.deliver::<Extension>(&host.event_created(&entry))
}

/// Returns the booked receipts.
pub(crate) fn rows(host: &FakeHost) -> Vec<Value> {
    host.call::<Extension, _, Vec<Value>>("query:finance.export.v1", &json!({})).unwrap()
}

/// Makes an email with one attachment.
pub(crate) fn mail(id: &str, media_type: &str, name: &str, document: &[u8]) -> Vec<u8> {
    let hex: String = document.iter().map(|byte| format!("={byte:02X}")).collect();
    let lines: Vec<String> = hex
        .as_bytes()
        .chunks(72)
        .map(|line| format!("{}=", String::from_utf8_lossy(line)))
        .collect();
    format!(
        "From: Office <office@example.org>\r\nSubject: Documents\r\nMessage-ID: <{id}@example.org>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
         Content-Type: text/plain\r\n\r\nPlease find the document attached.\r\n--b\r\n\
         Content-Type: {media_type}; name=\"{name}\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\
         Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n{}\r\n\r\n--b--\r\n",
        lines.join("\r\n")
    )
    .into_bytes()
}

/// Makes a PDF of one page with these lines as its text layer, and perhaps a file inside.
pub(crate) fn pdf(lines: &[&str], embedded: Option<(&str, &[u8])>) -> Vec<u8> {
    pdf_with(lines, embedded.as_slice())
}

/// Makes a PDF as [`pdf`] does, with several files inside.
pub(crate) fn pdf_with(lines: &[&str], embedded: &[(&str, &[u8])]) -> Vec<u8> {
    let names: Vec<String> =
        (0..embedded.len()).map(|file| format!("(x{file}) {} 0 R", 6 + 2 * file)).collect();
    let names = match names.is_empty() {
        true => String::new(),
        false => format!("/Names << /EmbeddedFiles << /Names [{}] >> >>", names.join(" ")),
    };
    let mut objects = vec![
        format!("<< /Type /Catalog /Pages 2 0 R {names} >>").into_bytes(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
          /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_vec(),
        stream("", &drawn(lines)),
        FONT.to_vec(),
    ];
    for (name, data) in embedded {
        let stream_at = objects.len() + 2;
        let specification =
            format!("<< /Type /Filespec /F ({name}) /EF << /F {stream_at} 0 R >> >>");
        objects.push(specification.into_bytes());
        objects.push(stream("/Type /EmbeddedFile", data));
    }
    assemble(&objects)
}

/// Makes a PDF of one page with the first lines, and of `more` that have the other lines each.
pub(crate) fn long_pdf(first: &[&str], more: usize, other: &[&str]) -> Vec<u8> {
    let kids: Vec<String> = (0..=more).map(|page| format!("{} 0 R", page + 6)).collect();
    let pages = format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), kids.len());
    let page = |contents: usize| {
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {contents} 0 R \
             /Resources << /Font << /F1 5 0 R >> >> >>"
        )
        .into_bytes()
    };
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        pages.into_bytes(),
        stream("", &drawn(first)),
        stream("", &drawn(other)),
        FONT.to_vec(),
        page(3),
    ];
    objects.extend(std::iter::repeat_with(|| page(4)).take(more));
    assemble(&objects)
}

/// Makes a PDF with these pages: lines of text, or for `None` a picture without a text layer.
pub(crate) fn stack_pdf(pages: &[Option<&str>]) -> Vec<u8> {
    let first = 5;
    let kids: Vec<String> =
        (0..pages.len()).map(|page| format!("{} 0 R", first + 2 * page)).collect();
    let list = format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), kids.len());
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        list.into_bytes(),
        FONT.to_vec(),
        stream(
            "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8",
            b"\x80",
        ),
    ];
    for (page, text) in pages.iter().enumerate() {
        let contents = first + 2 * page + 1;
        objects.push(
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {contents} 0 R \
                 /Resources << /Font << /F1 3 0 R >> /XObject << /I 4 0 R >> >> >>"
            )
            .into_bytes(),
        );
        let drawn = match text {
            Some("") => Vec::new(),
            Some(text) => drawn(&text.lines().collect::<Vec<_>>()),
            None => b"q 595 0 0 842 0 0 cm /I Do Q".to_vec(),
        };
        objects.push(stream("", &drawn));
    }
    assemble(&objects)
}

const FONT: &[u8] =
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>";

/// Draws lines as the content of a page.
fn drawn(lines: &[&str]) -> Vec<u8> {
    let escaped = |line: &&str| line.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
    let shown: Vec<String> =
        lines.iter().map(|line| format!("({}) Tj T*", escaped(line))).collect();
    format!("BT /F1 11 Tf 14 TL 50 780 Td {} ET", shown.join(" ")).into_bytes()
}

fn stream(extra: &str, data: &[u8]) -> Vec<u8> {
    let head = format!("<< {extra} /Length {} >>\nstream\n", data.len());
    [head.as_bytes(), data, b"\nendstream"].concat()
}

fn assemble(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in (1..).zip(objects) {
        table.push_str(&format!("{:010} 00000 n \n", out.len()));
        out.extend(format!("{number} 0 obj\n").bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let start = out.len();
    let trailer = format!(
        "{table}trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
        objects.len() + 1
    );
    out.extend(trailer.bytes());
    out
}

/// Imports an email that is a receipt.
fn receipt(host: &FakeHost, name: &str, vendor: &str, day: &str, total: &str) {
    let mail = format!(
        "From: {vendor} <till@{name}.example>\r\nSubject: Your receipt\r\n\
         Message-ID: <{name}@x>\r\n\r\n{vendor}\nReceipt No: {name}\nDate: {day}\n\
         Total  {total}\nPaid by card\n"
    );
    import(host, &format!("{name}.eml"), "message/rfc822", mail.as_bytes()).unwrap();
}

/// A host with the receipts of three shops.
pub(crate) fn shop() -> FakeHost {
    let host = host(HashMap::new());
    receipt(&host, "a", "Blue Kettle Ltd", "5 January 2026", "4.50 GBP");
    receipt(&host, "b", "Atlas Books Ltd", "3 February 2026", "20.00 GBP");
    receipt(&host, "c", "Corner Bakery Ltd", "9 February 2026", "7.25 EUR");
    host
}
