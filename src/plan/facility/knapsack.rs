//! What a facility would serve at best if customers paid prices.

/// A customer that a facility would like to serve.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    pub(super) customer: usize,
    /// Cost less price: below zero.
    pub(super) gain: f64,
    pub(super) demand: f64,
}

/// The best choice.
#[derive(Debug, Clone, Default)]
pub(super) struct Choice {
    /// Sum of the gains: at most zero.
    pub(super) value: f64,
    /// What is served, with shares.
    pub(super) served: Vec<(usize, f64)>,
    /// Gain per unit of capacity at the margin: at most zero.
    pub(super) margin: f64,
}

/// Fills the capacity with shares of the items, best gain per unit first; sorts the items.
pub(super) fn shares(items: &mut [Item], capacity: f64, choice: &mut Choice) {
    let ratio = |item: &Item| item.gain / item.demand.max(1e-300);
    items.sort_unstable_by(|a, b| {
        ratio(a)
            .total_cmp(&ratio(b))
            .then(a.customer.cmp(&b.customer))
    });
    choice.value = 0.0;
    choice.margin = 0.0;
    choice.served.clear();
    let mut left = capacity;
    for item in items.iter() {
        if item.demand <= left {
            left -= item.demand;
            choice.value += item.gain;
            choice.served.push((item.customer, 1.0));
        } else {
            let share = left / item.demand;
            choice.margin = ratio(item);
            if share > 0.0 {
                choice.value += share * item.gain;
                choice.served.push((item.customer, share));
            }
            return;
        }
    }
}

/// Steps that the search for whole items may take for one facility.
const STEPS: usize = 4_000;

/// Finds the best whole items; `items` are sorted as [`shares`] leaves them, and `relaxed` is its choice.
///
/// Where the search would take too long, the value stays that of shares, which is a valid bound.
pub(super) fn whole(items: &[Item], capacity: f64, relaxed: &mut Choice) {
    if relaxed.served.iter().all(|(_, share)| *share >= 1.0) {
        return;
    }
    let mut search = Whole {
        items,
        best: 0.0,
        chosen: vec![],
        taken: vec![],
        steps: 0,
    };
    search.from(0, capacity * (1.0 + 1e-12), 0.0);
    if search.steps < STEPS {
        relaxed.value = search.best;
        relaxed.served.clear();
        relaxed
            .served
            .extend(search.chosen.iter().map(|&at| (items[at].customer, 1.0)));
    }
}

struct Whole<'a> {
    items: &'a [Item],
    best: f64,
    chosen: Vec<usize>,
    taken: Vec<usize>,
    steps: usize,
}

impl Whole<'_> {
    /// Tries to take or leave each item from `at` on, unless shares could not beat the best so far.
    fn from(&mut self, at: usize, left: f64, value: f64) {
        if value < self.best {
            self.best = value;
            self.chosen.clone_from(&self.taken);
        }
        let mut at = at;
        while at < self.items.len() && self.steps < STEPS {
            self.steps += 1;
            if value + self.at_best(at, left) >= self.best - 1e-9 {
                return;
            }
            if self.items[at].demand <= left {
                self.taken.push(at);
                self.from(
                    at + 1,
                    left - self.items[at].demand,
                    value + self.items[at].gain,
                );
                self.taken.pop();
            }
            at += 1;
        }
    }

    /// The gain of shares of the items from `at` on.
    fn at_best(&self, at: usize, mut left: f64) -> f64 {
        let mut value = 0.0;
        for item in &self.items[at..] {
            if item.demand > left {
                return value + item.gain * left / item.demand;
            }
            left -= item.demand;
            value += item.gain;
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(of: &[(f64, f64)]) -> Vec<Item> {
        let item = |(customer, &(gain, demand)): (usize, &(f64, f64))| Item {
            customer,
            gain,
            demand,
        };
        of.iter().enumerate().map(item).collect()
    }

    #[test]
    fn shares_fill_the_last_gap_and_whole_items_do_not() {
        let mut all = items(&[(-10.0, 5.0), (-9.0, 5.0), (-5.0, 4.0)]);
        let mut choice = Choice::default();
        shares(&mut all, 9.0, &mut choice);
        assert!((choice.value + 10.0 + 9.0 * 0.8).abs() < 1e-12);
        assert!((choice.margin + 1.8).abs() < 1e-12);
        whole(&all, 9.0, &mut choice);
        assert!((choice.value + 15.0).abs() < 1e-12);
        assert_eq!(choice.served, [(0, 1.0), (2, 1.0)]);
    }

    #[test]
    fn whole_items_are_as_good_as_trying_everything() {
        let mut rng = crate::num::rng::Rng::new(7, "knapsack", 0);
        for _ in 0..200 {
            let of: Vec<_> = (0..10)
                .map(|_| (-1.0 - rng.below(50) as f64, 1.0 + rng.below(30) as f64))
                .collect();
            let capacity = 20.0 + rng.below(80) as f64;
            let mut best = 0.0_f64;
            for set in 0..1_u32 << of.len() {
                let chosen = || of.iter().enumerate().filter(|(i, _)| set >> i & 1 == 1);
                if chosen().map(|(_, item)| item.1).sum::<f64>() <= capacity {
                    best = best.min(chosen().map(|(_, item)| item.0).sum());
                }
            }
            let mut all = items(&of);
            let mut choice = Choice::default();
            shares(&mut all, capacity, &mut choice);
            whole(&all, capacity, &mut choice);
            assert!((choice.value - best).abs() < 1e-9);
        }
    }
}
