//! The coast line of the world, cut to what a map shows.
//!
//! `coast.txt` holds the land of Natural Earth 1:50m (public domain), simplified to 0.06°: a ring a line,
//! `+` for land and `-` for an inland sea, then steps in twentieths of a degree. There are no borders:
//! none are needed to place symbols, and any set of borders takes sides in disputes.

/// The rings as text.
const RINGS: &str = include_str!("coast.txt");

/// What a map shows, in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Window {
    pub(super) west: f64,
    pub(super) south: f64,
    pub(super) east: f64,
    pub(super) north: f64,
}

/// A closed line of longitudes and latitudes.
pub(super) type Ring = Vec<(f64, f64)>;

/// Returns the land within a window, and the inland seas.
pub(super) fn land(window: Window) -> (Vec<Ring>, Vec<Ring>) {
    let (mut land, mut seas) = (vec![], vec![]);
    for line in RINGS.lines() {
        let Some((sign, points)) = line.split_at_checked(1) else {
            continue;
        };
        let cut = clipped(&ring(points), window);
        if cut.len() > 2 {
            match sign {
                "-" => seas.push(cut),
                _ => land.push(cut),
            }
        }
    }
    (land, seas)
}

fn ring(points: &str) -> Ring {
    let (mut x, mut y) = (0, 0);
    let steps = points.split(' ').filter_map(|step| step.split_once(','));
    steps
        .filter_map(|(dx, dy)| Some((dx.parse::<i32>().ok()?, dy.parse::<i32>().ok()?)))
        .map(|(dx, dy)| {
            x += dx;
            y += dy;
            (f64::from(x) / 20.0, f64::from(y) / 20.0)
        })
        .collect()
}

/// Cuts a ring at the edges of a window, one edge after the other (Sutherland and Hodgman 1974).
fn clipped(ring: &[(f64, f64)], window: Window) -> Ring {
    type Edge = (fn(&(f64, f64)) -> f64, f64, bool);
    let edges: [Edge; 4] = [
        (|p| p.0, window.west, true),
        (|p| p.0, window.east, false),
        (|p| p.1, window.south, true),
        (|p| p.1, window.north, false),
    ];
    let mut rest = ring.to_vec();
    for (axis, limit, above) in edges {
        let inside =
            |p: &(f64, f64)| (axis(p) >= limit) == above || axis(p).total_cmp(&limit).is_eq();
        let crossing = |a: &(f64, f64), b: &(f64, f64)| {
            let share = (limit - axis(a)) / (axis(b) - axis(a));
            (a.0 + share * (b.0 - a.0), a.1 + share * (b.1 - a.1))
        };
        let mut cut = vec![];
        for (at, point) in rest.iter().enumerate() {
            let before = &rest[(at + rest.len() - 1) % rest.len()];
            if inside(point) != inside(before) {
                cut.push(crossing(before, point));
            }
            if inside(point) {
                cut.push(*point);
            }
        }
        rest = cut;
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_is_cut_at_the_window() {
        let window = Window {
            west: 0.0,
            south: 0.0,
            east: 2.0,
            north: 2.0,
        };
        let square = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)];
        let cut = clipped(&square, window);
        assert!(
            cut.iter()
                .all(|p| (0.0..=2.0).contains(&p.0) && (0.0..=2.0).contains(&p.1))
        );
        assert!(cut.contains(&(1.0, 1.0)) && cut.contains(&(0.0, 0.0)));
        let beside = [(5.0, 5.0), (6.0, 5.0), (6.0, 6.0)];
        assert!(clipped(&beside, window).is_empty());
    }

    #[test]
    fn the_pearl_river_delta_has_a_coast() {
        let window = Window {
            west: 112.0,
            south: 21.0,
            east: 116.0,
            north: 24.0,
        };
        let (land, _) = land(window);
        let points: usize = land.iter().map(Vec::len).sum();
        assert!((10..500).contains(&points), "{points}");
    }
}
