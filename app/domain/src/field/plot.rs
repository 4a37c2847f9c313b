//! Where customers and check-ins lie towards one another, to scale: a plane around their
//! middle, without a map under it. Good for a city and a region, not for a continent.

use crate::check_in::Position;

/// Metres of a degree of latitude.
const DEGREE_M: f64 = 111_195.08;
/// Narrowest picture, in metres: two points in one house are not shown as far apart.
const NARROWEST_M: f64 = 200.0;

/// A circle on the plane, in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circle {
    pub at: Position,
    pub radius_m: f64,
}

/// A plane that holds all circles, drawn into a box.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plane {
    middle: Position,
    centre: (f64, f64),
    /// Pixels a metre.
    scale: f64,
    size: (f64, f64),
}

impl Plane {
    /// Holds `circles` in a box of `width` by `height`, less a margin; `None` of none.
    #[must_use]
    pub fn over(circles: &[Circle], (width, height): (f64, f64), margin: f64) -> Option<Self> {
        let first = circles.first()?;
        let plane = Self { middle: first.at, centre: (0.0, 0.0), scale: 1.0, size: (width, height) };
        let edges = circles.iter().flat_map(|circle| {
            let (x, y) = plane.metres(circle.at);
            [(x - circle.radius_m, y - circle.radius_m), (x + circle.radius_m, y + circle.radius_m)]
        });
        let far = f64::INFINITY;
        let (low, high) = edges.fold(((far, far), (-far, -far)), |(low, high), (x, y)| {
            ((f64::min(low.0, x), f64::min(low.1, y)), (f64::max(high.0, x), f64::max(high.1, y)))
        });
        let (wide, tall) = ((high.0 - low.0).max(NARROWEST_M), (high.1 - low.1).max(NARROWEST_M));
        let scale = ((width - 2.0 * margin) / wide).min((height - 2.0 * margin) / tall);
        Some(Self { centre: (f64::midpoint(low.0, high.0), f64::midpoint(low.1, high.1)), scale, ..plane })
    }

    fn metres(&self, at: Position) -> (f64, f64) {
        let east = (at.lon - self.middle.lon) * DEGREE_M * self.middle.lat.to_radians().cos();
        (east, (at.lat - self.middle.lat) * DEGREE_M)
    }

    /// Place in the box, from its upper left.
    #[must_use]
    pub fn place(&self, at: Position) -> (f64, f64) {
        let (x, y) = self.metres(at);
        (self.size.0 / 2.0 + (x - self.centre.0) * self.scale, self.size.1 / 2.0 - (y - self.centre.1) * self.scale)
    }

    #[must_use]
    pub fn length(&self, metres: f64) -> f64 {
        metres * self.scale
    }

    /// A round number of metres (1, 2 or 5 and noughts) that is at most `pixels` long.
    #[must_use]
    pub fn bar(&self, pixels: f64) -> i64 {
        let most = pixels / self.scale;
        let mut best = 1_i64;
        for power in 0..7 {
            for step in [1, 2, 5] {
                let metres = step * 10_i64.pow(power);
                #[expect(clippy::cast_precision_loss, reason = "below fifty million")]
                if metres as f64 <= most {
                    best = best.max(metres);
                }
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check_in::haversine_dm;

    const HERE: Position = Position { lat: 31.2304, lon: 121.4737 };
    const THERE: Position = Position { lat: 31.2604, lon: 121.5037 };

    #[test]
    fn everything_lies_in_the_box_and_distances_are_to_scale() {
        let circles = [Circle { at: HERE, radius_m: 500.0 }, Circle { at: THERE, radius_m: 30.0 }];
        let plane = Plane::over(&circles, (360.0, 240.0), 10.0).unwrap();
        for circle in circles {
            let ((x, y), r) = (plane.place(circle.at), plane.length(circle.radius_m));
            assert!(x - r >= 9.9 && x + r <= 350.1 && y - r >= 9.9 && y + r <= 230.1, "{x} {y} {r}");
        }
        let ((x1, y1), (x2, y2)) = (plane.place(HERE), plane.place(THERE));
        let drawn = (x2 - x1).hypot(y2 - y1) / plane.length(1.0);
        #[expect(clippy::cast_precision_loss, reason = "a few kilometres")]
        let real = haversine_dm(HERE, THERE) as f64 / 10.0;
        assert!((drawn / real - 1.0).abs() < 0.002, "{drawn} of {real}");
        assert!(x2 > x1 && y2 < y1, "east is right, north is up");
    }

    #[test]
    fn one_point_is_in_the_middle_and_none_is_nothing() {
        let plane = Plane::over(&[Circle { at: HERE, radius_m: 0.0 }], (100.0, 100.0), 10.0).unwrap();
        assert_eq!(plane.place(HERE), (50.0, 50.0));
        assert_eq!(plane.length(200.0), 80.0);
        assert_eq!((plane.bar(80.0), plane.bar(79.0), plane.bar(0.1)), (200, 100, 1));
        assert_eq!(Plane::over(&[], (1.0, 1.0), 0.0), None);
    }
}
