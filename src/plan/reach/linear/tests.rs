use super::*;

fn lever(id: &str, unit_cost: f64, curve: &[(f64, f64)]) -> Lever {
    Lever {
        id: id.to_owned(),
        unit_cost,
        curve: curve.to_vec(),
    }
}

#[test]
fn the_cheapest_points_are_taken_first_and_price_the_last_one() {
    let a = lever("a", 1.0, &[(0.0, 0.0), (10.0, 5.0), (20.0, 6.0)]);
    let b = lever("b", 1.0, &[(0.0, 0.0), (10.0, 3.0)]);
    let moved = solve(&[a, b], Aim::Points(6.5)).unwrap();
    assert_eq!(moved.to, [10.0, 5.0]);
    assert!((moved.cost - 15.0).abs() < 1e-9);
    assert!((moved.marginal_cost.unwrap() - 10.0 / 3.0).abs() < 1e-9);
    assert!(moved.proven);
}

#[test]
fn a_threshold_is_bought_whole_or_not_at_all() {
    // Nothing until 10, then 5 points at once within one unit: the hull alone would buy a share of it.
    let step = lever("step", 1.0, &[(0.0, 0.0), (10.0, 0.0), (11.0, 5.0)]);
    let slow = lever("slow", 3.0, &[(0.0, 0.0), (10.0, 10.0)]);
    let little = solve(&[step.clone(), slow.clone()], Aim::Points(2.0)).unwrap();
    assert_eq!(little.to, [0.0, 2.0]);
    let much = solve(&[step, slow], Aim::Points(5.0)).unwrap();
    assert_eq!(much.to, [11.0, 0.0]);
    assert!((much.cost - 11.0).abs() < 1e-9);
}

#[test]
fn more_than_everything_is_impossible() {
    let a = lever("a", 1.0, &[(0.0, 0.0), (10.0, 5.0)]);
    assert_eq!(solve(&[a], Aim::Points(5.1)), None);
}

#[test]
fn a_goal_that_is_reached_costs_nothing() {
    let a = lever("a", 1.0, &[(0.0, 0.0), (10.0, 5.0)]);
    let moved = solve(&[a], Aim::Points(-1.0)).unwrap();
    assert_eq!((moved.to[0].to_bits(), moved.cost.to_bits()), (0, 0));
}

/// Random curves, concave and not, against a search through all breakpoints with one lever in between,
/// where the optimum of one row must lie.
#[test]
fn the_search_agrees_with_trying_everything() {
    let mut state = 11_u64;
    let mut uniform = move || {
        // Knuth's multiplier: any spread of numbers serves here.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    for _ in 0..60 {
        let levers: Vec<Lever> = (0..3)
            .map(|k| {
                let mut curve = vec![(0.0, 0.0)];
                for _ in 0..4 {
                    let (x, y) = curve[curve.len() - 1];
                    curve.push((x + 0.5 + uniform(), y + 3.0 * uniform() * uniform()));
                }
                lever(&k.to_string(), 0.2 + uniform(), &curve)
            })
            .collect();
        let most: f64 = levers.iter().map(Lever::most).sum();
        let need = most * (0.1 + 0.8 * uniform());
        let moved = solve(&levers, Aim::Points(need)).unwrap();
        assert!(moved.proven && moved.gain >= need - 1e-7);
        let best = by_hand(&levers, need);
        assert!(
            (moved.cost - best).abs() < 1e-6,
            "{} found, {best} is best",
            moved.cost
        );
        // The most for that money is what it bought, up to ties.
        let back = solve(&levers, Aim::Budget(moved.cost)).unwrap();
        assert!(back.cost <= moved.cost + 1e-7 && back.gain >= moved.gain - 1e-6);
    }
}

fn by_hand(levers: &[Lever], need: f64) -> f64 {
    let mut best = f64::INFINITY;
    for free in 0..levers.len() {
        let others: Vec<usize> = (0..levers.len()).filter(|k| *k != free).collect();
        for i in 0..levers[others[0]].curve.len() {
            for j in 0..levers[others[1]].curve.len() {
                let fixed = [(others[0], i), (others[1], j)];
                let gain: f64 = fixed.iter().map(|(k, p)| levers[*k].curve[*p].1).sum();
                let cost: f64 = fixed
                    .iter()
                    .map(|(k, p)| levers[*k].curve[*p].0 * levers[*k].unit_cost)
                    .sum();
                if let Some((_, alone)) = levers[free].alone(need - gain) {
                    best = best.min(cost + alone);
                }
            }
        }
    }
    best
}
