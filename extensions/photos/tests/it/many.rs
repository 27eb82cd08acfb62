//! Thousands of pictures: what the extension asks of the host grows with their number, and not faster.

use photos::{Duplicate, Moment, Report, extension::Extension};
use serde_json::json;
use spacedrive_sdk::ops::{ai, jobs, media};
use spacedrive_sdk::prelude::*;

use crate::common::{Host, Random};

/// Pictures of the library.
const PICTURES: u64 = 2_000;
/// One of so many is there twice.
const EVERY: u64 = 20;
/// Side of the square of brightness values.
const SIDE: usize = 32;

/// Makes the brightness values of a picture: soft blots, as a photo has them. With `noise` it is another
/// compression of the same picture.
fn luma(seed: u64, noise: bool) -> Vec<u8> {
    let mut random = Random::new(seed + 1);
    let blots: Vec<[f32; 4]> = (0..40)
        .map(|_| {
            let place = [random.between(0.0, 32.0), random.between(0.0, 32.0)];
            [place[0], place[1], random.between(2.0, 20.0), random.between(-90.0, 90.0)]
        })
        .collect();
    let value = |at: usize, random: &mut Random| {
        let (x, y) = (at % SIDE, at / SIDE);
        let [x, y] = [x, y].map(|it| f32::from(u8::try_from(it).unwrap()));
        let blot = |[bx, by, size, light]: &[f32; 4]| {
            light * (-((x - bx).powi(2) + (y - by).powi(2)) / size).exp()
        };
        let light = 128.0 + blots.iter().map(blot).sum::<f32>();
        let light = if noise { light + random.between(-3.0, 3.0) } else { light };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
        let light = light.clamp(0.0, 255.0) as u8;
        light
    };
    (0..SIDE * SIDE).map(|at| value(at, &mut random)).collect()
}

/// A host whose pictures are their own brightness values, so that thousands come in fast.
fn host() -> Host {
    let host = Host::new();
    host.host.on::<media::Metadata>(|_| {
        let (width, height) = (640, 480);
        Ok(media::MetadataOutput { width, height, ..media::MetadataOutput::default() })
    });
    let client = host.host.client();
    host.host.on::<media::Thumbnail>(move |input| {
        let luma = client.vdfs().read_content(input.entry_id)?;
        let copy = |size: &u32| media::SmallPicture {
            size: *size,
            width: 4,
            height: 3,
            media_type: "image/jpeg".to_owned(),
            data: vec![1].into(),
        };
        Ok(media::ThumbnailOutput {
            width: 640,
            height: 480,
            thumbnails: input.sizes.iter().map(copy).collect(),
            luma: Some(luma.as_bytes().to_vec().into()),
        })
    });
    host
}

fn count(host: &Host, method: &str) -> usize {
    host.host.calls().iter().filter(|call| call.as_str() == method).count()
}

#[test]
fn duplicates_among_two_thousand_pictures_cost_a_read_for_each_that_may_be_one() {
    let host = host();
    host.host.set_settings(&json!({ "read_text": false }));
    for seed in 0..PICTURES {
        let name = |kind: &str| {
            format!("{seed:04}{kind}_20260501_10{:02}{:02}.jpg", seed / 60 % 60, seed % 60)
        };
        host.import(&name(""), &luma(seed, false)).unwrap();
        if seed % EVERY == 0 {
            host.import(&name("copy"), &luma(seed, true)).unwrap();
        }
    }
    let before = count(&host, "query:vdfs.read_sidecar.v1");
    let started = std::time::Instant::now();
    let found: Vec<Duplicate> = host.call("query:photos.duplicates.v1", json!({})).unwrap();
    println!("{} duplicates after {:?}", found.len(), started.elapsed());
    let read = count(&host, "query:vdfs.read_sidecar.v1") - before;
    assert!(read as u64 <= PICTURES + PICTURES / EVERY, "{read} sidecars were read");
    let copies = usize::try_from(PICTURES / EVERY).unwrap();
    assert_eq!(found.len(), 2 * copies, "each copy with its picture");
    for pair in found.chunks(2) {
        assert_eq!(pair[0].group, pair[1].group);
        assert_eq!(pair[0].path.get(..4), pair[1].path.get(..4), "{pair:?}");
    }
    let started = std::time::Instant::now();
    let moments: Vec<Moment> = host.call("query:photos.moments.v1", json!({})).unwrap();
    println!("{} moments after {:?}", moments.len(), started.elapsed());
}

#[test]
fn a_job_that_reads_texts_lists_pictures_a_few_times() {
    let host = host();
    host.host.on::<ai::Ocr>(|_| Err(Error::new(ErrorCode::DocMalformed, "damaged")));
    host.host.on::<jobs::Checkpoint>(|_| Ok(jobs::CheckpointOutput { cancelled: false }));
    for seed in 0..90 {
        host.import(&format!("{seed}.jpg"), &luma(seed, false)).unwrap();
    }
    let before = count(&host, "query:vdfs.list_entries.v1");
    let job = jobs::JobContext { id: Uuid::from_u128(9), attempt: 1, checkpoint: None };
    let method = "action:photos.read_text.input.v1";
    let report: Report = host.host.run_job::<Extension, _, _>(method, &json!({}), job).unwrap();
    assert_eq!((report.failed, report.more), (90, false));
    let lists = count(&host, "query:vdfs.list_entries.v1") - before;
    assert!(lists <= 6, "{lists} lists for 90 pictures");
}
