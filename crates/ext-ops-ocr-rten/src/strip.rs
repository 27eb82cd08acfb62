//! Network inputs out of pixels: straightened strips and whole pages.

use ext_services::ocr::OcrError;
use image::RgbImage;
use rten_tensor::NdTensor;

use crate::boxes::TextBox;
use crate::model::engine;

/// Height of a line for classifier and recogniser.
pub(crate) const STRIP_HEIGHT: usize = 48;

/// A straightened line: blue, green and red planes of [`STRIP_HEIGHT`] rows, values −1 to 1.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Strip {
    /// Number of columns.
    pub(crate) width: usize,
    planes: Vec<f32>,
}

impl Strip {
    /// Cuts a box out of the page and lays it flat; the width follows the box's proportions but
    /// stays between `min_width` and `max_width`.
    pub(crate) fn cut(page: &RgbImage, area: &TextBox, min_width: usize, max_width: usize) -> Self {
        let ratio = area.width / area.height.max(1.0);
        let width = ((STRIP_HEIGHT as f32 * ratio).ceil() as usize).clamp(min_width, max_width);
        let sampler = Sampler::new(page, area, width);
        let mut planes = vec![0.0; 3 * STRIP_HEIGHT * width];
        let plane = STRIP_HEIGHT * width;
        for at in 0..plane {
            let colour = sampler.colour(at % width, at / width);
            for (channel, value) in colour.into_iter().enumerate() {
                if let Some(target) = planes.get_mut(channel * plane + at) {
                    *target = value;
                }
            }
        }
        Self { width, planes }
    }
}

/// Reader of the page along a box.
struct Sampler<'a> {
    page: &'a RgbImage,
    area: TextBox,
    /// Pixels of the page for one pixel of the strip, along and across.
    step: (f32, f32),
    /// Samples a side for one pixel: more than one where the strip is much smaller than the box.
    samples: u32,
}

impl<'a> Sampler<'a> {
    fn new(page: &'a RgbImage, area: &TextBox, width: usize) -> Self {
        let step = (area.width / width as f32, area.height / STRIP_HEIGHT as f32);
        let samples = (step.1.round() as u32).clamp(1, 4);
        Self { page, area: *area, step, samples }
    }

    /// Returns mean colour of one pixel of the strip, as blue, green, red.
    fn colour(&self, column: usize, row: usize) -> [f32; 3] {
        let mut sum = [0.0; 3];
        for sample in 0..self.samples * self.samples {
            let offset = |index: u32| (index as f32 + 0.5) / self.samples as f32;
            let u = (column as f32 + offset(sample % self.samples)) * self.step.0;
            let v = (row as f32 + offset(sample / self.samples)) * self.step.1;
            let (x, y) = self.area.at(u - self.area.width / 2.0, v - self.area.height / 2.0);
            let colour = bilinear(self.page, x - 0.5, y - 0.5);
            sum.iter_mut().zip(colour).for_each(|(sum, value)| *sum += value);
        }
        let count = (self.samples * self.samples) as f32;
        let [red, green, blue] = sum.map(|value| normalise(value / count));
        [blue, green, red]
    }
}

/// Returns colour between four pixels; the border is repeated outside the page.
pub(crate) fn bilinear(page: &RgbImage, x: f32, y: f32) -> [f32; 3] {
    let (right, below) = (page.width().saturating_sub(1), page.height().saturating_sub(1));
    let (x, y) = (x.clamp(0.0, right as f32), y.clamp(0.0, below as f32));
    let (left, top) = (x as u32, y as u32);
    let (fx, fy) = (x - left as f32, y - top as f32);
    let at = |x: u32, y: u32| page.get_pixel(x.min(right), y.min(below)).0.map(f32::from);
    let (a, b, c, d) = (at(left, top), at(left + 1, top), at(left, top + 1), at(left + 1, top + 1));
    std::array::from_fn(|i| {
        let upper = a[i] + (b[i] - a[i]) * fx;
        let lower = c[i] + (d[i] - c[i]) * fx;
        upper + (lower - upper) * fy
    })
}

fn normalise(value: f32) -> f32 {
    value / 127.5 - 1.0
}

/// Strips side by side in one batch, each padded on the right to `width` columns.
pub(crate) fn batch(strips: &[&Strip], width: usize) -> Result<NdTensor<f32, 4>, OcrError> {
    let shape = [strips.len(), 3, STRIP_HEIGHT, width];
    let mut data = Vec::with_capacity(shape.iter().product());
    for row in strips.iter().flat_map(|strip| strip.planes.chunks(strip.width.max(1))) {
        data.extend(row.iter().take(width));
        let padding = width.saturating_sub(row.len());
        data.extend(std::iter::repeat_n(0.0, padding));
    }
    NdTensor::try_from_data(shape, data).map_err(|error| engine(format!("{error:?}")))
}

/// Converts a whole page to a batch of one.
pub(crate) fn to_tensor(page: &RgbImage) -> Result<NdTensor<f32, 4>, OcrError> {
    let (width, height) = (page.width() as usize, page.height() as usize);
    let mut data = Vec::with_capacity(3 * width * height);
    for channel in [2, 1, 0] {
        data.extend(page.pixels().map(|pixel| normalise(f32::from(pixel.0[channel]))));
    }
    NdTensor::try_from_data([1, 3, height, width], data)
        .map_err(|error| engine(format!("{error:?}")))
}

#[cfg(test)]
mod tests {
    use image::Rgb;
    use rten_tensor::prelude::*;

    use super::*;

    /// Makes a page whose left half is red and whose right half is blue.
    fn page() -> RgbImage {
        RgbImage::from_fn(100, 20, |x, _| if x < 50 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) })
    }

    fn whole(angle: f32) -> TextBox {
        TextBox { x: 50.0, y: 10.0, width: 100.0, height: 20.0, angle }
    }

    #[test]
    fn strip_has_the_proportions_of_its_box() {
        let strip = Strip::cut(&page(), &whole(0.0), 8, 1000);
        assert_eq!((strip.width, strip.planes.len()), (240, 240 * 48 * 3));
        // First plane is blue: −1 in the red half, 1 in the blue half.
        assert_eq!((strip.planes[0], strip.planes[239]), (-1.0, 1.0));
    }

    #[test]
    fn upside_down_box_reads_from_the_right() {
        let strip = Strip::cut(&page(), &whole(std::f32::consts::PI), 8, 1000);
        assert_eq!((strip.planes[0], strip.planes[239]), (1.0, -1.0));
    }

    #[test]
    fn box_outside_the_page_is_harmless() {
        let area = TextBox { x: -500.0, y: 9000.0, ..whole(0.3) };
        assert_eq!(Strip::cut(&page(), &area, 8, 1000).width, 240);
    }

    #[test]
    fn batch_pads_on_the_right() {
        let strip = Strip::cut(&page(), &whole(0.0), 8, 1000);
        let batch = batch(&[&strip, &strip], 250).unwrap();
        assert_eq!(batch.shape(), [2, 3, 48, 250]);
        assert_eq!(batch[[1, 0, 47, 239]], 1.0);
        assert_eq!(batch[[1, 0, 47, 240]], 0.0);
    }
}
