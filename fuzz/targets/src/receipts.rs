//! From a mail to a booked receipt, with the engines that need no models.

use std::{cell::LazyCell, sync::Arc};

use ext_ops_einvoice::EInvoices;
use ext_ops_office::OfficeReader;
use ext_ops_pdf_hayro::HayroPdf;
use ext_ops_text_extractive::ExtractiveModel;
use ext_perm::Engine;
use ext_registry::{Call, Deadline, Registry, Services, execute_json_operation};
use ext_services::documents::{MarkupReader, PdfReader};
use ext_services::invoices::InvoiceReader;
use ext_services::text_model::{TextModel, TextQuestion};
use finance::extension::Extension;
use serde_json::{Value, json};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::wire::{Wire, body::BlobStyle};
use spacedrive_sdk::{ops::ai, testing::FakeHost};

/// Operations on the engines that need no models.
struct Engines {
    registry: Registry,
    services: Services,
    user: Engine,
}

thread_local! {
    static ENGINES: LazyCell<Arc<Engines>> = LazyCell::new(|| Arc::new(Engines::new()));
}

impl Engines {
    fn new() -> Self {
        ext_ops::link();
        let services = Services::default()
            .with::<dyn PdfReader>(Arc::new(HayroPdf::new()))
            .with::<dyn MarkupReader>(Arc::new(OfficeReader))
            .with::<dyn InvoiceReader>(Arc::new(EInvoices))
            .with::<dyn TextModel>(Arc::new(ExtractiveModel::new()));
        let registry = Registry::collect().expect("the built-in operations fit together");
        Self { registry, services, user: Engine::for_user() }
    }

    fn run<W: Wire>(&self, input: &W::Input) -> Result<W::Output> {
        let payload = serde_json::to_vec(input)?.into();
        let library = Some(Uuid::from_u128(1));
        let call = Call {
            method: W::METHOD,
            library,
            payload,
            blobs: BlobStyle::Base64,
            deadline: Deadline::NONE,
        };
        let reply = execute_json_operation(&self.registry, &self.services, &self.user, call);
        let reply = pollster::block_on(reply).map_err(|e| Error::new(e.code(), e.to_string()))?;
        Ok(serde_json::from_slice(&reply)?)
    }
}

fn host() -> FakeHost {
    let host = FakeHost::new();
    let engines = ENGINES.with(|engines| Arc::clone(engines));
    let classify = Arc::clone(&engines);
    host.on::<ai::ExtractText>(move |input| engines.run::<ai::ExtractText>(&input));
    host.on::<ai::ClassifyText>(move |input| classify.run::<ai::ClassifyText>(&input));
    host.on::<ai::Ocr>(|_| Err(Error::new(ErrorCode::ModelMissing, "no pictures are read here")));
    host
}

/// Any mail is booked or not, without a panic, and a second delivery books nothing more.
pub fn mime_receipt(data: &[u8]) {
    let host = host();
    let entry = host.add_file("mail.eml", "in/mail.eml", "message/rfc822", data);
    let event = host.event_created(&entry);
    let first = host.deliver::<Extension>(&event).is_ok();
    let booked = rows(&host);
    let second = host.deliver::<Extension>(&event).is_ok();
    assert_eq!(first, second, "the second delivery ends otherwise");
    assert_eq!(booked, rows(&host), "the second delivery books something else");
}

fn rows(host: &FakeHost) -> Vec<Value> {
    host.call::<Extension, _, Vec<Value>>("query:finance.export.v1", &json!({}))
        .expect("what was booked can be exported")
}

/// Any text has one answer, and it fits the schema's types.
pub fn text_answer(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let schema = json!({"type": "object", "properties": {
        "vendor": {"type": "string", "description": "the seller"},
        "date": {"type": "string", "format": "date", "description": "date of the receipt"},
        "amount": {"type": "number", "description": "total to pay"},
        "currency": {"type": "string", "description": "currency as ISO 4217"},
        "tax": {"type": "number", "description": "tax"},
    }});
    let ask = || {
        ExtractiveModel::new()
            .ask(TextQuestion::new(text, "Read the receipt.", schema.as_object()))
            .map(|answer| answer.value)
            .map_err(|error| error.to_string())
    };
    let answer = ask();
    assert_eq!(answer, ask());
    let Ok(value) = answer else { return };
    assert!(value["amount"].is_number() || value["amount"].is_null(), "{value}");
    assert!(value["vendor"].is_string() || value["vendor"].is_null(), "{value}");
}
