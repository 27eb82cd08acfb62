//! The smallest rectangle around points.
//!
//! `rten_imageproc::min_area_rect` has one too. It makes the hull from angles in `f32`, which for
//! long, nearly straight contours is not convex; the rectangle then covers a part of the line only,
//! and whole lines are lost as too low.

use rten_imageproc::{Point, PointF, RotatedRect, Vec2};

/// Returns the rectangle of least area around the points, `None` without points. One of its sides
/// lies along an edge of the hull (H. Freeman, R. Shapira, 1975).
pub(crate) fn min_area_rect(points: &[Point]) -> Option<RotatedRect> {
    let hull = convex_hull(points);
    let first = hull.first()?;
    let edges = hull.iter().zip(hull.iter().cycle().skip(1));
    let along_edges = edges.filter_map(|(from, to)| {
        let (dx, dy) = ((to.0 - from.0) as f64, (to.1 - from.1) as f64);
        let length = dx.hypot(dy);
        (length > 0.0).then(|| Around::new(&hull, (dx / length, dy / length)))
    });
    let best = along_edges.min_by(|a, b| a.area().total_cmp(&b.area()));
    Some(best.unwrap_or_else(|| Around::new(&[*first], (1.0, 0.0))).rect())
}

/// Extent of a hull along a direction and across it.
struct Around {
    direction: (f64, f64),
    along: (f64, f64),
    across: (f64, f64),
}

impl Around {
    fn new(hull: &[(i64, i64)], direction: (f64, f64)) -> Self {
        let (dx, dy) = direction;
        let extent = |x: f64, y: f64| {
            let places = hull.iter().map(|point| point.0 as f64 * x + point.1 as f64 * y);
            places.fold((f64::MAX, f64::MIN), |(low, high), at| (low.min(at), high.max(at)))
        };
        Self { direction, along: extent(dx, dy), across: extent(-dy, dx) }
    }

    fn area(&self) -> f64 {
        (self.along.1 - self.along.0) * (self.across.1 - self.across.0)
    }

    fn rect(&self) -> RotatedRect {
        let Self { direction: (dx, dy), along, across } = *self;
        let (u, v) = ((along.0 + along.1) / 2.0, (across.0 + across.1) / 2.0);
        RotatedRect::new(
            PointF::from_yx((u * dy + v * dx) as f32, (u * dx - v * dy) as f32),
            Vec2::from_yx(dx as f32, -dy as f32),
            (along.1 - along.0) as f32,
            (across.1 - across.0) as f32,
        )
    }
}

/// Returns the corners of the convex hull, in exact arithmetic (A. M. Andrew's monotone chain,
/// 1979).
fn convex_hull(points: &[Point]) -> Vec<(i64, i64)> {
    let mut sorted: Vec<(i64, i64)> =
        points.iter().map(|point| (point.x.into(), point.y.into())).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let mut hull = half_hull(sorted.iter());
    let upper = half_hull(sorted.iter().rev());
    // Each half ends where the other begins.
    hull.pop();
    hull.extend(upper.iter().take(upper.len().saturating_sub(1)));
    if hull.is_empty() { sorted } else { hull }
}

fn half_hull<'a>(points: impl Iterator<Item = &'a (i64, i64)>) -> Vec<(i64, i64)> {
    let mut hull: Vec<(i64, i64)> = Vec::new();
    for &point in points {
        while let [.., a, b] = hull[..]
            && turn(a, b, point) <= 0
        {
            hull.pop();
        }
        hull.push(point);
    }
    hull
}

/// Returns more than 0 where the way from `a` over `b` to `c` turns to one side, less for the
/// other.
const fn turn(a: (i64, i64), b: (i64, i64), c: (i64, i64)) -> i64 {
    (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn point((x, y): (i32, i32)) -> Point {
        Point::from_yx(y, x)
    }

    /// Returns how far a point lies outside.
    fn outside(rect: &RotatedRect, point: &Point) -> f32 {
        let (up, center) = (rect.up_axis(), rect.center());
        let (dx, dy) = (point.x as f32 - center.x, point.y as f32 - center.y);
        let across = (dx * up.x + dy * up.y).abs() - rect.height() / 2.0;
        let along = (dy * up.x - dx * up.y).abs() - rect.width() / 2.0;
        across.max(along)
    }

    /// Makes the contour of a long line with teeth of a pixel, as noise makes them.
    fn ragged(width: i32) -> Vec<Point> {
        let tooth = |x: i32| i32::from((x * 7919) % 13 == 0);
        let top = (0..width).map(|x| (42 + x, 580 + tooth(x)));
        let bottom = (0..width).map(|x| (42 + x, 592 - tooth(x + 5)));
        top.chain(bottom).map(point).collect()
    }

    #[test]
    fn a_long_ragged_line_keeps_its_height() {
        for width in [100, 627, 750, 2000] {
            let rect = min_area_rect(&ragged(width)).unwrap();
            let (low, long) = (rect.height().min(rect.width()), rect.height().max(rect.width()));
            assert!((low - 12.0).abs() < 0.1, "{width}: {low}");
            assert!((long - (width - 1) as f32).abs() < 0.5, "{width}: {long}");
        }
    }

    #[test]
    fn few_points_have_a_rectangle_without_area() {
        assert!(min_area_rect(&[]).is_none());
        let dot = min_area_rect(&[point((3, 4)); 2]).unwrap();
        assert_eq!((dot.center().x, dot.center().y, dot.area()), (3.0, 4.0, 0.0));
        let stroke = min_area_rect(&[point((0, 0)), point((2, 2)), point((8, 8))]).unwrap();
        assert!(
            stroke.area() < 1e-3 && (stroke.width().max(stroke.height()) - 11.3137).abs() < 1e-3
        );
    }

    proptest! {
        #[test]
        fn it_holds_all_points_and_no_more_than_an_upright_one(
            points in proptest::collection::vec((-3000..3000, -3000..3000), 1..60)
        ) {
            let points: Vec<Point> = points.into_iter().map(point).collect();
            let rect = min_area_rect(&points).unwrap();
            for point in &points {
                prop_assert!(outside(&rect, point) < 0.01, "{point:?} {rect:?}");
            }
            let extent = |value: fn(&Point) -> i32| {
                let (low, high) = (points.iter().map(value).min(), points.iter().map(value).max());
                f64::from(high.unwrap() - low.unwrap())
            };
            let upright = extent(|point| point.x) * extent(|point| point.y);
            prop_assert!(f64::from(rect.area()) <= upright * 1.001 + 1.0);
        }
    }
}
