//! The text in pictures.

use photos::{Report, TextFound, extension::Extension};
use serde_json::json;
use spacedrive_sdk::{
    ops::{
        ai, jobs,
        vdfs::{ReadContent, ReadContentOutput},
    },
    prelude::*,
};

use crate::common::{Host, Shot, shot};

const METHOD: &str = "action:photos.read_text.input.v1";

/// A host whose engine reads this in each picture.
fn reading(text: &'static str) -> Host {
    let host = Host::new();
    host.host.on::<ai::Ocr>(move |input| {
        let copy = image::load_from_memory(input.data.as_bytes()).unwrap();
        assert_eq!((copy.width(), copy.height()), (320, 240));
        Ok(output(text))
    });
    host.host.on::<jobs::Checkpoint>(|_| Ok(jobs::CheckpointOutput { cancelled: false }));
    host
}

fn output(text: &str) -> ai::OcrOutput {
    ai::OcrOutput {
        text: text.to_owned(),
        confidence: 0.9,
        pages: Vec::new(),
        engine: "given".to_owned(),
        formatted: None,
        flags: Vec::new(),
    }
}

fn run(host: &Host) -> Result<Report> {
    let job = jobs::JobContext { id: Uuid::from_u128(9), attempt: 1, checkpoint: None };
    host.host.run_job::<Extension, _, _>(METHOD, &json!({}), job)
}

fn photo(host: &Host, name: &str) -> Uuid {
    host.import(name, &shot(1, Shot { taken: "2026:05:01 10:00:00", ..Shot::default() })).unwrap()
}

#[test]
fn text_is_searched_and_told_to_others() {
    let host = reading("Corner Shop\nTOTAL 9.50");
    let id = photo(&host, "receipt.jpg");
    assert_eq!(host.jobs.borrow()[0].method, METHOD);
    assert_eq!(run(&host).unwrap(), Report { read: 1, found: 1, failed: 0, more: false });
    assert_eq!(host.host.sidecar(id, "text.txt").unwrap(), b"Corner Shop\nTOTAL 9.50");
    let events = host.events.borrow();
    assert_eq!((events.len(), events[0].name.as_str(), events[0].entry_id), (1, "text_found", id));
    let data: TextFound = serde_json::from_value(events[0].data.clone().unwrap()).unwrap();
    assert_eq!((data.version, data.text.as_str(), data.cut), (1, "Corner Shop\nTOTAL 9.50", false));
    let entry = host.host.client().vdfs().get_entry(id).unwrap().entry;
    assert_eq!(Some(data.content_hash), entry.content_hash);
    assert_eq!(host.names(json!({ "with_text": true })), ["receipt.jpg"]);
    let found = host
        .host
        .client()
        .search()
        .entries(spacedrive_sdk::ops::search::SearchInput::new("corner"));
    assert_eq!(found.unwrap().hits[0].entry.id, id);
}

#[test]
fn a_picture_is_read_once_and_one_without_text_is_told_to_nobody() {
    let host = reading("l I .");
    photo(&host, "leaves.jpg");
    assert_eq!(run(&host).unwrap(), Report { read: 1, ..Report::default() });
    assert_eq!(run(&host).unwrap(), Report::default());
    assert!(host.events.borrow().is_empty());
}

/// The engine reads JPEG and PNG, and no TIFF.
#[test]
fn a_picture_that_the_engine_cannot_decode_is_read_from_a_copy() {
    let host = reading("");
    host.host.on::<ai::Ocr>(|input| match image::guess_format(input.data.as_bytes()) {
        Ok(image::ImageFormat::Jpeg) => Ok(output("Corner Shop\nTOTAL 9.50")),
        _ => Err(Error::new(ErrorCode::DocMalformed, "the image cannot be decoded")),
    });
    let picture = image::load_from_memory(&shot(1, Shot::default())).unwrap();
    let mut tiff = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut tiff, image::ImageFormat::Tiff).unwrap();
    host.import("receipt.tif", tiff.get_ref()).unwrap();
    assert_eq!(run(&host).unwrap(), Report { read: 1, found: 1, failed: 0, more: false });
}

#[test]
fn a_long_text_is_cut_for_others_only() {
    let long: &'static str = Box::leak("coffee ä ".repeat(6000).into_boxed_str());
    let host = reading(long);
    let id = photo(&host, "page.jpg");
    run(&host).unwrap();
    let data: TextFound =
        serde_json::from_value(host.events.borrow()[0].data.clone().unwrap()).unwrap();
    assert!(data.cut && data.text.len() <= 32 << 10);
    assert_eq!(host.host.sidecar(id, "text.txt").unwrap().len(), long.len());
}

#[test]
fn one_picture_that_cannot_be_read_stops_no_other_and_a_missing_model_stops_all() {
    let host = reading("TOTAL 9.50");
    photo(&host, "a.jpg");
    photo(&host, "b.jpg");
    let calls = std::cell::Cell::new(0);
    host.host.on::<ai::Ocr>(move |_| {
        calls.set(calls.get() + 1);
        match calls.get() {
            1 => Err(Error::new(ErrorCode::ModelMissing, "no model")),
            // The picture itself, and its copy.
            2 | 3 => Err(Error::new(ErrorCode::DocMalformed, "damaged")),
            _ => Ok(output("TOTAL 9.50")),
        }
    });
    let error = run(&host).unwrap_err();
    assert_eq!(error.code(), ErrorCode::ModelMissing);
    assert_eq!(run(&host).unwrap(), Report { read: 1, found: 1, failed: 1, more: false });
}

#[test]
fn one_picture_whose_file_is_lost_or_unreadable_stops_no_other() {
    for code in [ErrorCode::Corrupt, ErrorCode::Io] {
        let host = reading("TOTAL 9.50");
        let lost = photo(&host, "a.jpg");
        let whole = photo(&host, "b.jpg");
        let file = host.host.client().vdfs().read_content(whole).unwrap();
        host.host.on::<ReadContent>(move |input| match input.entry_id == lost {
            true => Err(Error::new(code, "the content of `a.jpg` is missing")),
            false => {
                Ok(ReadContentOutput { size: file.as_bytes().len() as u64, data: file.clone() })
            }
        });
        assert_eq!(run(&host).unwrap(), Report { read: 1, found: 1, failed: 1, more: false });
        assert_eq!(host.names(json!({ "with_text": true })), ["b.jpg"]);
        assert_eq!(run(&host).unwrap(), Report::default(), "it is not tried again for good");
    }
}

/// What fails for all pictures ends the job, and marks none.
#[test]
fn an_engine_that_cannot_be_started_ends_the_job_and_marks_no_picture() {
    let host = reading("TOTAL 9.50");
    photo(&host, "a.jpg");
    host.host.on::<ai::Ocr>(|_| Err(Error::new(ErrorCode::Io, "the model cannot be read")));
    assert_eq!(run(&host).unwrap_err().code(), ErrorCode::Io);
    host.host.on::<ai::Ocr>(|_| Ok(output("TOTAL 9.50")));
    assert_eq!(run(&host).unwrap(), Report { read: 1, found: 1, failed: 0, more: false });
}

#[test]
fn many_pictures_are_read_by_several_jobs() {
    let host = reading("TOTAL 9.50");
    for at in 0..101 {
        photo(&host, &format!("{at}.jpg"));
    }
    assert_eq!(run(&host).unwrap(), Report { read: 100, found: 100, failed: 0, more: true });
    assert_eq!(host.jobs.borrow().len(), 2);
    assert_eq!(run(&host).unwrap(), Report { read: 1, found: 1, failed: 0, more: false });
}

#[test]
fn a_call_that_is_no_job_asks_for_one() {
    let host = reading("TOTAL 9.50");
    let report: Report = host.call(METHOD, json!({})).unwrap();
    assert!(report.more);
    assert_eq!(host.jobs.borrow().len(), 1);
}
