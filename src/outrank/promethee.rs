//! Preference ranking organisation method: flows of pairwise preference.
//!
//! The five piecewise-linear preference functions need no pairs: along a sorted column, the partners
//! over which a preference is partial are a window, and running sums give the rest, in O(n log n).
//! The Gaussian one compares every pair.

use super::pairs::DETAILED;
use super::settings::{PerCriterion, per_criterion};
use super::{Detail, Outrank, OutrankError, Outranked, merge_close, need_two};
use crate::model::{Decision, Entry, MethodInfo, Param, ParamError, ParamKind, Params};
use crate::num::float;
use crate::num::rank::{self, Best, Ties};
use serde::Serialize;
use std::sync::Arc;

const FORMULA: &str = "φ⁺_i = Σ_k Σ_j w_j P_j(x_ij - x_kj) / (n-1), φ⁻_i the same of (x_kj - x_ij), \
     costs negated; P of d > 0: usual 1; ushape 1 if d > q; vshape d/p up to 1; level ½ if d > q, 1 \
     if d > p; linear (d-q)/(p-q) between q and p; gaussian 1 - exp(-d²/2s²), s = (p+q)/2";

const PARAMS: &[Param] = &[
    Param::required(
        "preference",
        ParamKind::Word(Preference::WORDS),
        "how a difference becomes a preference",
    )
    .or("usual")
    .per_criterion(),
    per_criterion("q", "largest difference that is indifferent").or(""),
    per_criterion("p", "smallest difference that is a full preference").or(""),
];

const REFERENCE: &str = "Brans and Vincke (1985), Management Science 31(6); Brans, Vincke, Mareschal \
                         (1986), European Journal of Operational Research 24(2)";

pub(super) const ENTRY_II: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "promethee-ii",
        summary: "net flow of pairwise preferences",
        formula: FORMULA,
        params: PARAMS,
        not_when: "thresholds cannot be argued for; adding an alternative may reorder the others",
        reference: REFERENCE,
        common: true,
    },
    build: |params| {
        Ok(Arc::new(Promethee {
            flows: Flows::read(params)?,
            partial: false,
        }))
    },
};

pub(super) const ENTRY_I: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "promethee-i",
        summary: "partial ranking by leaving and entering flow",
        formula: "flows as in `promethee-ii`; a is preferred to b if φ⁺_a >= φ⁺_b and φ⁻_a <= φ⁻_b, \
                  one of them strictly. The score is the level: 1 for alternatives to which none is \
                  preferred, else 1 more than the highest level among those preferred to it; equal \
                  levels do not mean indifference",
        params: PARAMS,
        not_when: "a complete order is wanted: use `promethee-ii`",
        reference: REFERENCE,
        common: true,
    },
    build: |params| {
        Ok(Arc::new(Promethee {
            flows: Flows::read(params)?,
            partial: true,
        }))
    },
};

/// How a difference becomes a preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preference {
    /// Any advantage is a full preference.
    Usual,
    /// Full preference above `q`.
    UShape,
    /// Grows to full preference at `p`.
    VShape,
    /// Half above `q`, full above `p`.
    Level,
    /// Grows from `q` to full preference at `p`.
    Linear,
    /// `1 - exp(-d² / 2s²)` with `s = (p + q) / 2`.
    Gaussian,
}

impl Preference {
    /// The names, as parameters take them.
    pub const WORDS: &'static [&'static str] =
        &["usual", "ushape", "vshape", "level", "linear", "gaussian"];

    const ALL: [Self; 6] = [
        Self::Usual,
        Self::UShape,
        Self::VShape,
        Self::Level,
        Self::Linear,
        Self::Gaussian,
    ];

    fn parse(word: &str) -> Option<Self> {
        Self::WORDS
            .iter()
            .position(|&w| w == word)
            .map(|at| Self::ALL[at])
    }

    fn word(self) -> &'static str {
        Self::ALL
            .iter()
            .position(|&p| p == self)
            .map_or("", |at| Self::WORDS[at])
    }

    fn needs_q(self) -> bool {
        matches!(
            self,
            Self::UShape | Self::Level | Self::Linear | Self::Gaussian
        )
    }

    fn needs_p(self) -> bool {
        matches!(
            self,
            Self::VShape | Self::Level | Self::Linear | Self::Gaussian
        )
    }

    /// Returns the preference, 0 to 1, that a difference gives rise to.
    #[expect(
        clippy::match_same_arms,
        reason = "the arms stand in the order of the thresholds"
    )]
    pub fn of(self, difference: f64, q: f64, p: f64) -> f64 {
        let d = difference;
        match self {
            _ if d <= 0.0 => 0.0,
            Self::Usual => 1.0,
            Self::UShape | Self::Level | Self::Linear if d <= q => 0.0,
            Self::UShape => 1.0,
            Self::VShape | Self::Level | Self::Linear if d > p => 1.0,
            Self::VShape => d / p,
            Self::Level => 0.5,
            Self::Linear => (d - q) / (p - q),
            Self::Gaussian => {
                let s = f64::midpoint(p, q);
                1.0 - float::exp(-(d * d / (2.0 * s * s)))
            }
        }
    }
}

/// The preference function with its thresholds; what all methods of the family share.
#[derive(Debug)]
pub(super) struct Flows {
    /// One for all criteria, or one for each.
    preferences: Vec<Preference>,
    q: Option<PerCriterion>,
    p: Option<PerCriterion>,
}

impl Flows {
    pub(super) fn read(params: &Params) -> Result<Self, ParamError> {
        let parse = |word: &String| Preference::parse(word).unwrap_or(Preference::Usual);
        let preferences = match params.words("preference") {
            Some(words) => words.iter().map(parse).collect(),
            None => {
                let one = params.word("preference").and_then(Preference::parse);
                vec![one.unwrap_or(Preference::Usual)]
            }
        };
        Self::with(preferences, params)
    }

    pub(super) fn with(preferences: Vec<Preference>, params: &Params) -> Result<Self, ParamError> {
        let (q, p) = (
            PerCriterion::read(params, "q"),
            PerCriterion::read(params, "p"),
        );
        for preference in &preferences {
            for (name, needed, given) in [
                ("q", preference.needs_q(), q.is_some()),
                ("p", preference.needs_p(), p.is_some()),
            ] {
                if needed && !given {
                    let word = preference.word();
                    let message =
                        format!("is needed by the `{word}` preference: a number per criterion");
                    return Err(ParamError::new(name, message));
                }
            }
        }
        Ok(Self { preferences, q, p })
    }

    /// Names the preference function, or says that there are several.
    fn word(&self) -> &'static str {
        let first = self.preferences.first().copied();
        let first = first.unwrap_or(Preference::Usual);
        if self.preferences.iter().all(|&other| other == first) {
            return first.word();
        }
        "mixed"
    }

    /// Returns the preference function of a criterion with its thresholds.
    fn of(
        &self,
        criterion: usize,
        thresholds: [&[Option<f64>]; 2],
    ) -> Result<(Preference, f64, f64), OutrankError> {
        let each = self.preferences.get(criterion);
        let preference = *each.unwrap_or(&self.preferences[0]);
        let [q, p] = thresholds.map(|all| all[criterion]);
        for (name, needed, given) in [
            ("q", preference.needs_q(), q),
            ("p", preference.needs_p(), p),
        ] {
            if needed && given.is_none() {
                let word = preference.word();
                let why = format!("`{name}` is not stated, and the `{word}` preference needs it");
                return Err(OutrankError::criterion(criterion, why));
            }
        }
        let (q, p) = (q.unwrap_or(0.0), p.unwrap_or(0.0));
        check(preference, criterion, q, p)?;
        Ok((preference, q, p))
    }

    /// Returns each criterion's sums of preference over and under all others, undivided.
    #[expect(
        clippy::type_complexity,
        reason = "a pair per criterion, taken apart at once"
    )]
    pub(super) fn by_criterion(
        &self,
        decision: &Decision,
    ) -> Result<Vec<(Vec<f64>, Vec<f64>)>, OutrankError> {
        need_two(decision)?;
        let none = || Ok(vec![None; decision.criteria()]);
        let q = self.q.as_ref().map_or_else(none, |q| q.spread(decision))?;
        let p = self.p.as_ref().map_or_else(none, |p| p.spread(decision))?;
        let sums = |j: usize| {
            let (preference, q, p) = self.of(j, [&q, &p])?;
            let sign = if decision.is_benefit(j) { 1.0 } else { -1.0 };
            let values: Vec<f64> = decision.column(j).iter().map(|x| sign * x).collect();
            Ok(criterion_sums(preference, &values, q, p))
        };
        (0..decision.criteria()).map(sums).collect()
    }
}

fn check(preference: Preference, criterion: usize, q: f64, p: f64) -> Result<(), OutrankError> {
    let why = if q < 0.0 || p < 0.0 {
        format!("thresholds are differences and cannot be negative: q = {q}, p = {p}")
    } else if preference == Preference::Gaussian && p + q <= 0.0 {
        "the Gaussian preference needs p + q above 0".to_owned()
    } else if preference.needs_p() && preference.needs_q() && p < q {
        format!("the preference threshold p = {p} lies below the indifference threshold q = {q}")
    } else {
        return Ok(());
    };
    Err(OutrankError::criterion(criterion, why))
}

/// Returns, for each value, the sum of preferences over all others and of all others over it.
fn criterion_sums(preference: Preference, values: &[f64], q: f64, p: f64) -> (Vec<f64>, Vec<f64>) {
    if preference == Preference::Gaussian {
        return pairwise_sums(preference, values, q, p);
    }
    let order = rank::order(values, Best::Lowest);
    let ascending: Vec<f64> = order.iter().map(|&i| values[i]).collect();
    let mirrored: Vec<f64> = ascending.iter().rev().map(|v| -v).collect();
    let over = sums_over_lower(preference, &ascending, q, p);
    let under = sums_over_lower(preference, &mirrored, q, p);
    let (mut plus, mut minus) = (vec![0.0; values.len()], vec![0.0; values.len()]);
    for (at, &i) in order.iter().enumerate() {
        plus[i] = over[at];
        minus[i] = under[order.len() - 1 - at];
    }
    (plus, minus)
}

/// For each of the ascending values, sums its preference over all lower ones.
///
/// Differences are taken as the pairwise form takes them, so both agree on which side of a threshold
/// a pair falls; subtraction is monotone in floating point, which is what the two windows need.
fn sums_over_lower(preference: Preference, ascending: &[f64], q: f64, p: f64) -> Vec<f64> {
    // Counted from the lowest value: running sums of large values far from zero would cancel.
    let origin = ascending.first().copied().unwrap_or_default();
    let mut running = Vec::with_capacity(ascending.len() + 1);
    running.push(0.0);
    for value in ascending {
        running.push(running[running.len() - 1] + (value - origin));
    }
    let low = if preference.needs_q() { q } else { 0.0 };
    let full = if preference.needs_p() { p } else { low };
    // Partners before `far` are fully beaten (difference above `full`); from there up to `near`
    // partly (above `low`).
    let (mut far, mut near) = (0, 0);
    let mut sums = Vec::with_capacity(ascending.len());
    for &value in ascending {
        while far < ascending.len() && value - ascending[far] > full {
            far += 1;
        }
        while near < ascending.len() && value - ascending[near] > low {
            near += 1;
        }
        let partly = near.saturating_sub(far) as f64;
        let window = || partly * (value - origin) - (running[near.max(far)] - running[far]);
        let partial = match preference {
            _ if partly <= 0.0 => 0.0,
            Preference::Level => 0.5 * partly,
            Preference::VShape => window() / p,
            Preference::Linear => (window() - partly * q) / (p - q),
            _ => 0.0,
        };
        sums.push(far as f64 + partial);
    }
    sums
}

fn pairwise_sums(preference: Preference, values: &[f64], q: f64, p: f64) -> (Vec<f64>, Vec<f64>) {
    let (mut plus, mut minus) = (vec![0.0; values.len()], vec![0.0; values.len()]);
    for a in 0..values.len() {
        for b in 0..a {
            let difference = values[a] - values[b];
            let amount = preference.of(difference.abs(), q, p);
            let (winner, loser) = if difference > 0.0 { (a, b) } else { (b, a) };
            plus[winner] += amount;
            minus[loser] += amount;
        }
    }
    (plus, minus)
}

#[derive(Debug)]
struct Promethee {
    flows: Flows,
    partial: bool,
}

impl Outrank for Promethee {
    fn definition(&self) -> String {
        let family = if self.partial {
            "promethee1"
        } else {
            "promethee2"
        };
        format!("{family}/{}", self.flows.word())
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        let others = (decision.alternatives() - 1) as f64;
        let (mut plus, mut minus) = (
            vec![0.0; decision.alternatives()],
            vec![0.0; decision.alternatives()],
        );
        for (criterion, (over, under)) in self.flows.by_criterion(decision)?.iter().enumerate() {
            let weight = decision.weight(criterion) / others;
            plus.iter_mut()
                .zip(over)
                .for_each(|(sum, x)| *sum += weight * x);
            minus
                .iter_mut()
                .zip(under)
                .for_each(|(sum, x)| *sum += weight * x);
        }
        let outranked = if self.partial {
            Outranked::new(levels(&plus, &minus), Best::Lowest)?
        } else {
            let net = plus.iter().zip(&minus).map(|(p, m)| p - m);
            Outranked::new(net.collect(), Best::Highest)?
        };
        let outranked = if self.partial && plus.len() <= DETAILED {
            outranked
                .with("preferred_to", relation(&plus, &minus, Standing::Preferred))
                .with(
                    "incomparable_with",
                    relation(&plus, &minus, Standing::Incomparable),
                )
        } else {
            outranked
        };
        Ok(outranked
            .with("phi_plus", Detail::Alternatives(plus))
            .with("phi_minus", Detail::Alternatives(minus)))
    }
}

/// What the flows of two alternatives say about the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// The first is preferred.
    Preferred,
    /// The second is preferred.
    Dispreferred,
    /// Both flows are equal.
    Indifferent,
    /// One flow speaks for the first, the other for the second.
    Incomparable,
}

/// Compares two alternatives by their flows `(phi_plus, phi_minus)`, as PROMETHEE I does.
///
/// Flows within [`super::TIE`] are equal.
pub fn standing(a: (f64, f64), b: (f64, f64)) -> Standing {
    let sign = |d: f64| {
        if d.abs() <= super::TIE {
            0
        } else if d > 0.0 {
            1
        } else {
            -1
        }
    };
    match (sign(a.0 - b.0), sign(b.1 - a.1)) {
        (0, 0) => Standing::Indifferent,
        (1, 0 | 1) | (0, 1) => Standing::Preferred,
        (-1, 0 | -1) | (0, -1) => Standing::Dispreferred,
        _ => Standing::Incomparable,
    }
}

/// Lists who stands how to whom.
fn relation(plus: &[f64], minus: &[f64], wanted: Standing) -> Detail {
    let flows: Vec<(f64, f64)> = plus.iter().copied().zip(minus.iter().copied()).collect();
    let row = |a: &(f64, f64)| flows.iter().map(|b| standing(*a, *b) == wanted).collect();
    Detail::Relation(flows.iter().map(row).collect())
}

/// Returns the level of each alternative in the partial order of the flows, 1 at the top.
///
/// Walks from the highest leaving flow down and keeps, for each entering flow, the deepest level
/// seen so far in a tree of prefix maxima: O(n log n).
fn levels(plus: &[f64], minus: &[f64]) -> Vec<f64> {
    let leaving = rank::rank(&merge_close(plus), Best::Highest, Ties::Dense);
    let entering = rank::rank(&merge_close(minus), Best::Lowest, Ties::Dense);
    let mut order: Vec<usize> = (0..plus.len()).collect();
    let by = |i: usize| (leaving[i], entering[i]);
    order.sort_by(|&a, &b| {
        by(a)
            .partial_cmp(&by(b))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    let mut deepest = PrefixMaxima(vec![0; plus.len() + 1]);
    let mut levels = vec![0.0; plus.len()];
    let mut start = 0;
    while start < order.len() {
        let same = |&&i: &&usize| by(i) <= by(order[start]);
        let group = &order[start..start + order[start..].iter().take_while(same).count()];
        // Dense ranks are whole numbers from 1 to n.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "see above"
        )]
        let at = entering[group[0]] as usize;
        let level = deepest.up_to(at) + 1;
        deepest.raise(at, level);
        for &i in group {
            levels[i] = f64::from(level);
        }
        start += group.len();
    }
    levels
}

/// A Fenwick tree of maxima over positions 1 to n.
struct PrefixMaxima(Vec<u32>);

impl PrefixMaxima {
    fn up_to(&self, mut at: usize) -> u32 {
        let mut most = 0;
        while at > 0 {
            most = most.max(self.0[at]);
            at &= at - 1;
        }
        most
    }

    fn raise(&mut self, mut at: usize, to: u32) {
        while at < self.0.len() {
            self.0[at] = self.0[at].max(to);
            at += at & at.wrapping_neg();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorted_sums_are_the_pairwise_sums() {
        // Eighths, so that many differences fall exactly on a threshold.
        let values: Vec<f64> = (0..80)
            .map(|i| f64::from(i * 29 % 53) / 8.0 - 3.0)
            .collect();
        for preference in Preference::ALL {
            for (q, p) in [(0.0, 0.0), (0.5, 0.5), (0.25, 2.0), (1.0, 100.0)] {
                if preference == Preference::Gaussian && p <= 0.0 {
                    continue;
                }
                let (plus, minus) = criterion_sums(preference, &values, q, p);
                let (slow_plus, slow_minus) = pairwise_sums(preference, &values, q, p);
                for i in 0..values.len() {
                    assert!(
                        (plus[i] - slow_plus[i]).abs() < 1e-10,
                        "{preference:?} {q} {p} {i}"
                    );
                    assert!(
                        (minus[i] - slow_minus[i]).abs() < 1e-10,
                        "{preference:?} {q} {p} {i}"
                    );
                }
            }
        }
    }

    #[test]
    fn levels_follow_the_longest_chain_of_preference() {
        // 0 beats 1 beats 3; 2 is incomparable with 1 but beaten by 0; 4 equals 0.
        let plus = [0.9, 0.5, 0.6, 0.2, 0.9];
        let minus = [0.1, 0.3, 0.4, 0.5, 0.1];
        assert_eq!(levels(&plus, &minus), [1.0, 2.0, 2.0, 3.0, 1.0]);
        assert_eq!(standing((0.5, 0.3), (0.6, 0.4)), Standing::Incomparable);
        assert_eq!(standing((0.9, 0.1), (0.9, 0.1)), Standing::Indifferent);
        assert_eq!(standing((0.2, 0.5), (0.5, 0.3)), Standing::Dispreferred);
    }
}
