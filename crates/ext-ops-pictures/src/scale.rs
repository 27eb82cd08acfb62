//! Pictures in smaller sizes.

use std::sync::Arc;

use image::{DynamicImage, ImageBuffer, Pixel, imageops};
use pic_scale::{
    ImageSize, ImageStore, ImageStoreMut, PicScaleError, Resampling, ResamplingFunction, Scaler,
    ThreadingPolicy,
};

/// Reduces a picture until no side is longer than `side`; a smaller one stays as it is.
pub(crate) fn within(picture: DynamicImage, side: u32) -> DynamicImage {
    let longest = picture.width().max(picture.height());
    if longest <= side {
        return picture;
    }
    let reduced = |length: u32| {
        let rounded =
            (u64::from(length) * u64::from(side) + u64::from(longest / 2)) / u64::from(longest);
        u32::try_from(rounded).unwrap_or(side).max(1)
    };
    let (width, height) = (reduced(picture.width()), reduced(picture.height()));
    exact(&plain(picture), width, height)
}

/// Makes a picture of other sides, whatever their ratio was.
pub(crate) fn exact(picture: &DynamicImage, width: u32, height: u32) -> DynamicImage {
    let scaled: Option<DynamicImage> = match picture {
        DynamicImage::ImageLuma8(grey) => {
            scaled(grey, width, height, Scaler::plan_planar_resampling).map(Into::into)
        }
        DynamicImage::ImageRgb8(rgb) => {
            scaled(rgb, width, height, Scaler::plan_rgb_resampling).map(Into::into)
        }
        DynamicImage::ImageRgba8(rgba) => {
            let plan = |scaler: &Scaler, from, to| scaler.plan_rgba_resampling(from, to, true);
            scaled(rgba, width, height, plan).map(Into::into)
        }
        _ => None,
    };
    scaled.unwrap_or_else(|| picture.resize_exact(width, height, imageops::FilterType::Lanczos3))
}

fn scaled<P: Pixel<Subpixel = u8>, const CHANNELS: usize>(
    picture: &ImageBuffer<P, Vec<u8>>,
    width: u32,
    height: u32,
    plan: impl Fn(&Scaler, ImageSize, ImageSize) -> Plan<CHANNELS>,
) -> Option<ImageBuffer<P, Vec<u8>>> {
    let from = ImageSize::new(picture.width() as usize, picture.height() as usize);
    let to = ImageSize::new(width as usize, height as usize);
    let mut scaler = Scaler::new(ResamplingFunction::Lanczos3);
    scaler.set_threading_policy(ThreadingPolicy::Single);
    let store = ImageStore::<u8, CHANNELS>::borrow(picture, from.width, from.height).ok()?;
    let mut out = vec![0; to.width * to.height * CHANNELS];
    let mut into = ImageStoreMut::<u8, CHANNELS>::borrow(&mut out, to.width, to.height).ok()?;
    plan(&scaler, from, to).ok()?.resample(&store, &mut into).ok()?;
    ImageBuffer::from_raw(width, height, out)
}

type Plan<const CHANNELS: usize> = Result<Arc<Resampling<u8, CHANNELS>>, PicScaleError>;

/// Returns a picture with a byte for each channel.
fn plain(picture: DynamicImage) -> DynamicImage {
    match picture {
        DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_) | DynamicImage::ImageRgba8(_) => {
            picture
        }
        _ if picture.color().has_alpha() => picture.into_rgba8().into(),
        _ => picture.into_rgb8().into(),
    }
}

#[cfg(test)]
mod tests {
    use image::ColorType;
    use proptest::prelude::*;

    use super::*;

    const COLORS: [ColorType; 10] = [
        ColorType::L8,
        ColorType::La8,
        ColorType::Rgb8,
        ColorType::Rgba8,
        ColorType::L16,
        ColorType::La16,
        ColorType::Rgb16,
        ColorType::Rgba16,
        ColorType::Rgb32F,
        ColorType::Rgba32F,
    ];

    proptest! {
        #[test]
        fn no_side_is_longer_and_the_ratio_stays(
            width in 1_u32..400, height in 1_u32..400, side in 1_u32..300,
            color in prop::sample::select(&COLORS),
        ) {
            let made = within(DynamicImage::new(width, height, color), side);
            prop_assert_eq!(made.color().has_alpha(), color.has_alpha());
            if width.max(height) <= side {
                prop_assert_eq!((made.width(), made.height()), (width, height));
            } else {
                prop_assert_eq!(made.width().max(made.height()), side);
                let exact = f64::from(width.min(height)) * f64::from(side) / f64::from(width.max(height));
                let short = f64::from(made.width().min(made.height()));
                prop_assert!((short - exact.max(1.0)).abs() <= 0.5, "{short} for {exact}");
            }
        }
    }

    #[test]
    fn a_plain_colour_stays_what_it_is_in_each_form_of_pixels() {
        for color in COLORS {
            let mut plain = DynamicImage::ImageRgba8(image::RgbaImage::from_pixel(
                97,
                61,
                image::Rgba([200, 100, 50, 255]),
            ));
            plain = match color {
                ColorType::L8 => plain.to_luma8().into(),
                ColorType::La8 => plain.to_luma_alpha8().into(),
                ColorType::Rgb8 => plain.to_rgb8().into(),
                ColorType::L16 => plain.to_luma16().into(),
                ColorType::La16 => plain.to_luma_alpha16().into(),
                ColorType::Rgb16 => plain.to_rgb16().into(),
                ColorType::Rgba16 => plain.to_rgba16().into(),
                ColorType::Rgb32F => plain.to_rgb32f().into(),
                ColorType::Rgba32F => plain.to_rgba32f().into(),
                _ => plain,
            };
            let (wanted, made) = (plain.to_rgba8(), within(plain, 20).to_rgba8());
            let wanted = wanted.get_pixel(0, 0);
            for pixel in made.pixels() {
                let off = pixel.0.iter().zip(wanted.0).map(|(one, two)| one.abs_diff(two)).max();
                assert!(off <= Some(1), "{color:?}: {pixel:?} for {wanted:?}");
            }
        }
    }

    /// The crate that scales fast makes what the one that scales slowly does.
    #[test]
    fn pictures_are_those_of_a_plain_implementation() {
        let picture = image::RgbImage::from_fn(397, 301, |x, y| {
            let wave = |of: u32, by: f32| (f64::from(of) / f64::from(by)).sin() * 90.0 + 128.0;
            image::Rgb([wave(x, 23.0) as u8, wave(y, 17.0) as u8, wave(x + y, 41.0) as u8])
        });
        let (rgb, grey): (DynamicImage, DynamicImage) =
            (picture.clone().into(), DynamicImage::from(picture).to_luma8().into());
        for picture in [rgb.clone(), rgb.to_rgba8().into(), grey] {
            for (width, height) in [(200, 151), (256, 194), (64, 64), (32, 32), (16, 9), (9, 8)] {
                let made = exact(&picture, width, height).to_rgb8();
                let wanted = picture.resize_exact(width, height, imageops::FilterType::Lanczos3);
                let wanted = wanted.to_rgb8();
                let off = made.iter().zip(wanted.iter()).map(|(one, two)| one.abs_diff(*two)).max();
                assert!(off <= Some(3), "{:?} {width}x{height}: {off:?}", picture.color());
            }
        }
    }
}
