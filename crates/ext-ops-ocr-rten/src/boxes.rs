//! Boxes around lines of text.

use std::f32::consts::FRAC_PI_2;

use rten_imageproc::{PointF, RotatedRect};

/// A rectangle around one line, in pixels, y downwards. It may lie askew.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TextBox {
    /// Horizontal place of the centre.
    pub(crate) x: f32,
    /// Vertical place of the centre.
    pub(crate) y: f32,
    /// Extent along the line.
    pub(crate) width: f32,
    /// Extent across the line.
    pub(crate) height: f32,
    /// Direction of the line in radians, 0 to the right, positive clockwise.
    pub(crate) angle: f32,
}

/// Above this height for one unit of width a box holds a line that runs up or down.
const UPRIGHT_RATIO: f32 = 1.5;

impl TextBox {
    /// Takes the direction that is nearer to horizontal for the direction of the line.
    pub(crate) fn from_rect(rect: &RotatedRect) -> Self {
        let up = rect.up_axis();
        // The side along `up` is `height`; the side along its perpendicular is `width`.
        let (along, width, height) = if up.x.abs() > up.y.abs() {
            (up.y.atan2(up.x), rect.height(), rect.width())
        } else {
            ((-up.x).atan2(up.y), rect.width(), rect.height())
        };
        let PointF { x, y } = rect.center();
        Self { x, y, width, height, angle: flip(along) }
    }

    /// Returns whether the line runs up or down the page.
    pub(crate) fn is_sideways(&self) -> bool {
        self.height > UPRIGHT_RATIO * self.width
    }

    /// Returns the same rectangle read from top to bottom.
    pub(crate) fn turned(&self) -> Self {
        let (width, height) = (self.height, self.width);
        Self { width, height, angle: self.angle + FRAC_PI_2, ..*self }
    }

    /// Returns the upright rectangle around the box, as if the line were level.
    pub(crate) fn levelled(&self) -> Self {
        let [left, top, right, bottom] = self.bounds();
        Self { width: right - left, height: bottom - top, angle: 0.0, ..*self }
    }

    /// Moves all sides outwards by `distance`.
    pub(crate) fn grown(&self, distance: f32) -> Self {
        let (width, height) = (self.width + 2.0 * distance, self.height + 2.0 * distance);
        Self { width, height, ..*self }
    }

    /// Returns the distance by which the detector's shrunken box has to grow, by the formula of the
    /// DB paper: its models learn boxes that were shrunken by area / perimeter.
    pub(crate) fn unclip_distance(&self, ratio: f32) -> f32 {
        let perimeter = 2.0 * (self.width + self.height);
        if perimeter <= 0.0 {
            return 0.0;
        }
        self.width * self.height * ratio / perimeter
    }

    /// Multiplies all measures along both axes.
    pub(crate) fn scaled(&self, x: f32, y: f32) -> Self {
        let (sin, cos) = self.angle.sin_cos();
        Self {
            x: self.x * x,
            y: self.y * y,
            width: self.width * (cos * x).hypot(sin * y),
            height: self.height * (sin * x).hypot(cos * y),
            angle: (sin * y).atan2(cos * x),
        }
    }

    /// Returns the point at `u` along and `v` across the line, measured from the centre.
    pub(crate) fn at(&self, u: f32, v: f32) -> (f32, f32) {
        let (sin, cos) = self.angle.sin_cos();
        (self.x + u * cos - v * sin, self.y + u * sin + v * cos)
    }

    /// Returns the smallest upright rectangle around the box: left, top, right, bottom.
    pub(crate) fn bounds(&self) -> [f32; 4] {
        let (sin, cos) = self.angle.sin_cos();
        let x = (self.width * cos.abs() + self.height * sin.abs()) / 2.0;
        let y = (self.width * sin.abs() + self.height * cos.abs()) / 2.0;
        [self.x - x, self.y - y, self.x + x, self.y + y]
    }
}

/// Returns the same line seen from the other end, so that it runs to the right.
fn flip(angle: f32) -> f32 {
    if angle > FRAC_PI_2 {
        angle - 2.0 * FRAC_PI_2
    } else if angle <= -FRAC_PI_2 {
        angle + 2.0 * FRAC_PI_2
    } else {
        angle
    }
}

#[cfg(test)]
mod tests {
    use rten_imageproc::Vec2;

    use super::*;

    const FLAT: TextBox = TextBox { x: 50.0, y: 20.0, width: 40.0, height: 10.0, angle: 0.0 };

    #[test]
    fn direction_is_the_one_nearer_to_horizontal() {
        for (up_x, up_y, width, height) in
            [(0.0, -1.0, 40.0, 10.0), (0.0, 1.0, 40.0, 10.0), (1.0, 0.0, 10.0, 40.0)]
        {
            let rect = RotatedRect::new(
                PointF::from_yx(20.0, 50.0),
                Vec2::from_xy(up_x, up_y),
                width,
                height,
            );
            let found = TextBox::from_rect(&rect);
            assert!(found.angle.abs() < 1e-6, "{found:?}");
            assert_eq!((found.width, found.height), (40.0, 10.0));
        }
    }

    #[test]
    fn askew_rectangle_keeps_its_slope() {
        // A line that falls by 0.1 rad: its up axis points a little to the right.
        let up = Vec2::from_xy(0.1_f32.sin(), -(0.1_f32.cos()));
        let rect = RotatedRect::new(PointF::from_yx(20.0, 50.0), up, 40.0, 10.0);
        let found = TextBox::from_rect(&rect);
        assert!((found.angle - 0.1).abs() < 1e-5, "{found:?}");
    }

    #[test]
    fn unclip_follows_the_formula() {
        assert_eq!(FLAT.unclip_distance(1.5), 40.0 * 10.0 * 1.5 / 100.0);
        assert_eq!(TextBox { width: 0.0, height: 0.0, ..FLAT }.unclip_distance(1.5), 0.0);
    }

    #[test]
    fn turned_line_starts_at_the_top() {
        let tall = TextBox { width: 10.0, height: 40.0, ..FLAT };
        assert!(tall.is_sideways() && !tall.turned().is_sideways());
        let (x, y) = tall.turned().at(-20.0, 0.0);
        assert!((x - 50.0).abs() < 1e-4 && y.abs() < 1e-4, "{x} {y}");
    }
}
