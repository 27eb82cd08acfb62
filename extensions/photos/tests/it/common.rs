//! A fake host that reads pictures by the real engine, and pictures that the tests make.

use std::{cell::RefCell, io::Cursor, rc::Rc};

use exif::{Field, In, Rational, Tag, Value as Exif, experimental::Writer};
use ext_ops_pictures::PictureEngine;
use ext_services::{
    documents::DocumentError,
    pictures::{PictureReader, ThumbnailOptions},
};
use image::{ImageFormat, Rgb, RgbImage, codecs::jpeg::JpegEncoder};
use photos::extension::Extension;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use spacedrive_sdk::{
    ops::{events, jobs, media, vdfs::Entry},
    prelude::*,
    testing::FakeHost,
};

/// A fake host, and what the extension asked of its jobs and events.
pub(crate) struct Host {
    pub(crate) host: FakeHost,
    /// Jobs that were dispatched.
    pub(crate) jobs: Rc<RefCell<Vec<jobs::DispatchInput>>>,
    /// Events that were published.
    pub(crate) events: Rc<RefCell<Vec<events::PublishInput>>>,
}

fn error(error: DocumentError) -> Error {
    let code = match error {
        DocumentError::Unsupported { .. } => ErrorCode::NeedsProvider,
        DocumentError::TooLarge { .. } => ErrorCode::DocLimit,
        _ => ErrorCode::DocMalformed,
    };
    Error::new(code, error.to_string())
}

impl Host {
    pub(crate) fn new() -> Self {
        let host = FakeHost::new();
        host.set_settings(&json!({ "read_text": true }));
        let client = host.client();
        host.on::<media::Metadata>(move |input| {
            let content = client.vdfs().read_content(input.entry_id)?;
            PictureEngine.metadata(content.as_bytes()).map_err(error)
        });
        let client = host.client();
        host.on::<media::Thumbnail>(move |input| {
            let content = client.vdfs().read_content(input.entry_id)?;
            thumbnails(content.as_bytes(), &input)
        });
        let jobs = Rc::<RefCell<Vec<jobs::DispatchInput>>>::default();
        let events = Rc::<RefCell<Vec<events::PublishInput>>>::default();
        let kept = Rc::clone(&jobs);
        host.on::<jobs::Dispatch>(move |input: jobs::DispatchInput| {
            let created = !kept.borrow().iter().any(|job| job.key == input.key);
            if created {
                kept.borrow_mut().push(input);
            }
            Ok(jobs::DispatchOutput { job_id: Uuid::from_u128(7), created })
        });
        let kept = Rc::clone(&events);
        host.on::<events::Publish>(move |input| {
            kept.borrow_mut().push(input);
            Ok(events::PublishOutput { event_id: 1, kind: "ext.photos.text_found".to_owned() })
        });
        Self { host, jobs, events }
    }

    /// Imports a file and tells the extension.
    pub(crate) fn import(&self, path: &str, bytes: &[u8]) -> Result<Uuid> {
        let entry = self.add(path, bytes);
        self.host.deliver::<Extension>(&self.host.event_created(&entry))?;
        Ok(entry.id)
    }

    /// Imports a file without telling the extension.
    pub(crate) fn add(&self, path: &str, bytes: &[u8]) -> Entry {
        let name = path.rsplit('/').next().unwrap();
        let media_type = match path.rsplit_once('.').unwrap().1 {
            "jpg" => "image/jpeg",
            "png" => "image/png",
            "heic" => "image/heif",
            "tif" => "image/tiff",
            "mov" => "video/quicktime",
            _ => "text/plain",
        };
        self.host.add_file(name, path, media_type, bytes)
    }

    /// Calls an operation of the extension.
    pub(crate) fn call<T: DeserializeOwned>(&self, method: &str, input: Value) -> Result<T> {
        self.host.call::<Extension, _, T>(method, &input)
    }

    /// Returns the names of a page of the timeline.
    pub(crate) fn names(&self, filter: Value) -> Vec<String> {
        let rows: Vec<photos::Row> = self.call("query:photos.list.v1", filter).unwrap();
        rows.into_iter().map(|row| row.name).collect()
    }

    /// Returns the metadata of this extension.
    pub(crate) fn own(&self, id: Uuid) -> Value {
        self.host.client().vdfs().get_entry(id).unwrap().entry.metadata["photos"].clone()
    }
}

fn thumbnails(file: &[u8], input: &media::ThumbnailInput) -> Result<media::ThumbnailOutput> {
    let options =
        ThumbnailOptions { sizes: input.sizes.clone(), luma: input.luma, ..Default::default() };
    let made = PictureEngine.thumbnails(file, &options).map_err(error)?;
    let copy = |one: ext_services::pictures::Thumbnail| media::SmallPicture {
        size: one.size,
        width: one.width,
        height: one.height,
        media_type: "image/jpeg".to_owned(),
        data: one.bytes.into(),
    };
    Ok(media::ThumbnailOutput {
        width: made.width,
        height: made.height,
        thumbnails: made.thumbnails.into_iter().map(copy).collect(),
        luma: made.luma.map(Into::into),
    })
}

/// Random numbers that are the same in each run.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number from 0 to 1.
    pub(crate) fn part(&mut self) -> f32 {
        f32::from(u16::try_from(self.next() >> 48).unwrap()) / 65_535.0
    }

    /// A number between two.
    pub(crate) fn between(&mut self, from: f32, to: f32) -> f32 {
        from + self.part() * (to - from)
    }
}

/// A landscape: a sky above a ground, whose colours change slowly, hills, and things on it. All have the
/// same composition, so that only what stands in them tells one from the other.
pub(crate) fn landscape(seed: u64, width: u32, height: u32) -> RgbImage {
    let mut random = Random::new(seed + 1);
    let (sky, ground) = (random.between(150.0, 230.0), random.between(50.0, 120.0));
    let horizon = random.between(0.4, 0.6);
    let hills: Vec<(f32, f32, f32)> = (0..3)
        .map(|_| (random.between(4.0, 20.0), random.between(0.0, 6.0), random.between(0.01, 0.05)))
        .collect();
    let things: Vec<[f32; 5]> = (0..12)
        .map(|_| {
            let size = random.between(0.03, 0.16);
            [
                random.part(),
                random.part(),
                size,
                size * random.between(0.5, 2.0),
                random.between(0.0, 255.0),
            ]
        })
        .collect();
    RgbImage::from_fn(width, height, |x, y| {
        let (x, y) = (x as f32 / width as f32, y as f32 / height as f32);
        let ridge: f32 =
            hills.iter().map(|(often, from, high)| (x * often + from).sin() * high).sum();
        let mut light = if y < horizon + ridge { sky - y * 60.0 } else { ground + y * 40.0 };
        for [left, top, wide, high, own] in &things {
            if ((x - left) / wide).powi(2) + ((y - top) / high).powi(2) < 1.0 {
                light = *own;
            }
        }
        light += ((x * 300.0).sin() + (y * 270.0).cos()) * 4.0;
        let value = |part: f32| (light * part).clamp(0.0, 255.0) as u8;
        Rgb([value(1.0), value(0.95), value(0.85)])
    })
}

/// Encodes a picture as JPEG.
pub(crate) fn jpeg(picture: &RgbImage, quality: u8) -> Vec<u8> {
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, quality).encode_image(picture).unwrap();
    file
}

/// Encodes a picture as PNG.
pub(crate) fn png(picture: &RgbImage) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

/// What a camera writes into a picture.
#[derive(Default, Clone, Copy)]
pub(crate) struct Shot<'a> {
    pub(crate) taken: &'a str,
    pub(crate) zone: Option<&'a str>,
    pub(crate) place: Option<(f64, f64)>,
    pub(crate) camera: Option<&'a str>,
}

/// Makes a JPEG that a camera wrote.
pub(crate) fn shot(seed: u64, shot: Shot<'_>) -> Vec<u8> {
    with_exif(&jpeg(&landscape(seed, 320, 240), 80), shot)
}

/// Puts what a camera writes into a JPEG.
pub(crate) fn with_exif(jpeg: &[u8], shot: Shot<'_>) -> Vec<u8> {
    let text = |text: &str| Exif::Ascii(vec![text.as_bytes().to_vec()]);
    let mut fields = vec![(Tag::DateTimeOriginal, text(shot.taken))];
    fields.extend(shot.zone.map(|zone| (Tag::OffsetTimeOriginal, text(zone))));
    fields.extend(shot.camera.map(|camera| (Tag::Model, text(camera))));
    if let Some((latitude, longitude)) = shot.place {
        fields.push((Tag::GPSLatitude, degrees(latitude)));
        fields.push((Tag::GPSLatitudeRef, text(if latitude < 0.0 { "S" } else { "N" })));
        fields.push((Tag::GPSLongitude, degrees(longitude)));
        fields.push((Tag::GPSLongitudeRef, text(if longitude < 0.0 { "W" } else { "E" })));
    }
    let fields: Vec<Field> =
        fields.into_iter().map(|(tag, value)| Field { tag, ifd_num: In::PRIMARY, value }).collect();
    let mut writer = Writer::new();
    fields.iter().for_each(|field| writer.push_field(field));
    let mut body = Cursor::new(Vec::new());
    writer.write(&mut body, false).unwrap();
    let body = [b"Exif\0\0", body.get_ref().as_slice()].concat();
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], b"\xff\xe1", &length, &body, &jpeg[2..]].concat()
}

fn degrees(value: f64) -> Exif {
    let millionths = (value.abs() * 1_000_000.0).round() as u32;
    let whole = |num| Rational { num, denom: 1 };
    let minutes = Rational { num: millionths % 1_000_000 * 6, denom: 100_000 };
    Exif::Rational(vec![whole(millionths / 1_000_000), minutes, whole(0)])
}
