//! From a mail to a booked receipt, with the engines that need no models.

#[path = "../../../extensions/finance/tests/it/common/mod.rs"]
mod common;

use std::rc::Rc;

use ext_ops_text_extractive::ExtractiveModel;
use ext_services::text_model::TextQuestion;
use finance::extension::Extension;
use serde_json::json;

use common::{Engines, host_with, rows};

thread_local! {
    static ENGINES: Rc<Engines> = Rc::new(Engines::new());
}

/// Any mail is booked or not, without a panic, and a second delivery books nothing more.
pub fn mime_receipt(data: &[u8]) {
    let host = ENGINES.with(|engines| host_with(engines, |_| None));
    let entry = host.add_file("mail.eml", "in/mail.eml", "message/rfc822", data);
    let event = host.event_created(&entry);
    let first = host.deliver::<Extension>(&event).is_ok();
    let booked = rows(&host);
    let second = host.deliver::<Extension>(&event).is_ok();
    assert_eq!(first, second, "the second delivery ends otherwise");
    assert_eq!(booked, rows(&host), "the second delivery books something else");
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
