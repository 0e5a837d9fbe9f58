use super::*;

fn mean(column: &[f64]) -> f64 {
    column.iter().sum::<f64>() / column.len() as f64
}

#[test]
fn plus_or_minus_keeps_every_ratio_within_its_bounds() {
    let shares = vec![5.0, 3.0, 2.0];
    let sampler = Sampler::flat(&Vary::PlusMinus {
        shares,
        fraction: 0.2,
    })
    .unwrap();
    let draws = sampler.draws(1, 0, 4000);
    let (mut low, mut high) = (f64::MAX, f64::MIN);
    for ((a, b), c) in draws[0].iter().zip(&draws[1]).zip(&draws[2]) {
        assert!((a + b + c - 1.0).abs() < 1e-14);
        // The factors of two shares lie in 0.8..1.2, so their ratio in 2/3..3/2 of 5/3.
        low = low.min(a / b / (5.0 / 3.0));
        high = high.max(a / b / (5.0 / 3.0));
    }
    assert!(low > 0.666 && low < 0.72, "{low}");
    assert!(high < 1.501 && high > 1.4, "{high}");
}

#[test]
fn leaf_weights_of_a_tree_are_products_of_shares() {
    // Root: 0 (held at 1/4) and 1 (3/4); 1 has the children 2 and 3, uniform.
    let tree = WeightTree {
        nodes: 4,
        groups: vec![
            SiblingGroup {
                parent: None,
                children: vec![0, 1],
                vary: Vary::Hold {
                    shares: vec![1.0, 3.0],
                },
            },
            SiblingGroup {
                parent: Some(1),
                children: vec![2, 3],
                vary: Vary::Uniform { count: 2 },
            },
        ],
        leaves: vec![2, 0, 3],
    };
    let draws = Sampler::tree(&tree).unwrap().draws(7, 0, 8000);
    for ((a, b), c) in draws[0].iter().zip(&draws[1]).zip(&draws[2]) {
        assert!((b - 0.25).abs() < 1e-15 && (a + c - 0.75).abs() < 1e-15);
    }
    assert!((mean(&draws[0]) - 0.375).abs() < 0.01);
    let shares = Sampler::shares(&tree).unwrap();
    assert_eq!(shares.weights(), 4);
}

#[test]
fn a_tree_with_a_child_before_its_parent_is_refused() {
    let group = |parent, children: Vec<usize>| SiblingGroup {
        parent,
        vary: Vary::Uniform {
            count: children.len(),
        },
        children,
    };
    let tree = WeightTree {
        nodes: 3,
        groups: vec![group(Some(0), vec![1, 2]), group(None, vec![0])],
        leaves: vec![1, 2],
    };
    assert_eq!(
        Sampler::tree(&tree).unwrap_err(),
        RobustnessError::Unreachable(0)
    );
}

#[test]
fn fixed_sets_take_turns() {
    let sampler = Sampler::sets(&[vec![1.0, 1.0], vec![3.0, 1.0], vec![0.0, 2.0]]).unwrap();
    let draws = sampler.draws(1, 65_535, 65_539);
    // 65,535 is a multiple of three, and the turn runs on over the edge of the block.
    assert_eq!(draws[0], [0.5, 0.75, 0.0, 0.5]);
}

#[test]
fn a_window_of_draws_is_part_of_the_whole() {
    let vary = Vary::Around {
        shares: vec![0.2; 5],
        concentration: 30.0,
    };
    let sampler = Sampler::flat(&vary).unwrap().with_normals(3);
    let whole = sampler.draws(11, 0, 100);
    let window = sampler.draws(11, 37, 51);
    assert_eq!(whole.len(), 8);
    for (all, part) in whole.iter().zip(&window) {
        assert_eq!(&all[37..51], part.as_slice());
    }
}

#[test]
fn meaningless_weights_are_refused_with_their_position() {
    let negative = Sampler::flat(&Vary::Hold {
        shares: vec![0.5, -0.1],
    })
    .unwrap_err();
    assert!(
        matches!(negative, RobustnessError::Value { index: 1, .. }),
        "{negative}"
    );
    let nothing = Sampler::flat(&Vary::Hold {
        shares: vec![0.0, 0.0],
    });
    assert!(nothing.is_err());
    let wide = Vary::PlusMinus {
        shares: vec![1.0, 1.0],
        fraction: 1.5,
    };
    assert!(Sampler::flat(&wide).is_err());
    let spread = Vary::Around {
        shares: vec![1.0],
        concentration: 0.0,
    };
    assert!(Sampler::flat(&spread).is_err());
    assert!(Sampler::sets(&[vec![1.0, 2.0], vec![1.0]]).is_err());
    assert_eq!(
        Sampler::flat(&Vary::Uniform { count: 0 }).unwrap_err(),
        RobustnessError::NoCriteria
    );
}
