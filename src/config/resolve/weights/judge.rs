//! Weights of a group of siblings from what people said: the payload of each method, checked by name.

use super::super::tree::unknown;
use crate::config::methods::{JUDGE, read_params};
use crate::config::shape::{out_of_range, wrong_kind};
use crate::config::value::{Data, Table, Value, Word};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::model::{MethodInfo, NodeIx, Params, Tree, Weights};
use crate::project::{Consistency, Judged};
use crate::weigh::ahp::{AhpError, Contradiction, Prioritisation, RandomIndex, ahp};
use crate::weigh::best_worst::{BestWorstError, best_worst};
use crate::weigh::rancom::rancom;
use crate::weigh::rank_order::RankOrder;
use crate::weigh::stakeholders::{self, Combine};

/// Weighs the children of a branch; `None` where a mistake prevents it.
///
/// Findings are collected apart: a set may be resolved twice, and a mistake found the second time is no
/// new one.
pub(super) fn weigh(
    tree: &Tree,
    of: NodeIx,
    info: &'static MethodInfo,
    value: &Value,
    found: &mut Diagnostics,
) -> Option<(Weights, Judged)> {
    let mut own = Diagnostics::new();
    let weighed = judge(tree, of, info, value, &mut own);
    found.extend(own);
    weighed
}

fn judge(
    tree: &Tree,
    of: NodeIx,
    info: &'static MethodInfo,
    value: &Value,
    found: &mut Diagnostics,
) -> Option<(Weights, Judged)> {
    let params = read_params(info, value, &JUDGE, found);
    if found.has_errors() {
        return None;
    }
    let node = tree.node(of);
    let group = Group {
        ids: node
            .children
            .iter()
            .map(|&c| tree.node(c).id.as_str())
            .collect(),
        of: node.id.as_str(),
        value,
        info,
    };
    let table = value.table()?;
    let said = match info.name {
        "ahp" => group.pairs(table, &params, found),
        "best-worst" => group.best_worst(table, &params, found),
        "budget" => group.budget(table, &params, found),
        _ => group.order(table, found),
    }?;
    let weights = Weights::new(&said.weights).ok()?;
    let judged = Judged {
        of,
        method: info.name,
        consistency: said.consistency,
        note: said.note,
    };
    Some((weights, judged))
}

/// What judgements come to, in the order of the siblings.
struct Said {
    weights: Vec<f64>,
    consistency: Option<Consistency>,
    note: String,
}

impl Said {
    fn plain(weights: Vec<f64>) -> Self {
        Self {
            weights,
            consistency: None,
            note: String::new(),
        }
    }
}

/// Siblings with what was said of them.
struct Group<'a> {
    ids: Vec<&'a str>,
    of: &'a str,
    value: &'a Value,
    info: &'static MethodInfo,
}

impl Group<'_> {
    fn wrong(&self, message: &str, at: &Value) -> Diagnostic {
        let message = format!("`{}` of `{}`: {message}", self.info.name, self.of);
        Diagnostic::new(Code("E0324"), message).at(at.span.clone(), "")
    }

    fn inconsistent(&self, message: &str, at: &Value) -> Diagnostic {
        let message = format!("`{}` of `{}`: {message}", self.info.name, self.of);
        Diagnostic::new(Code("E0323"), message).at(at.span.clone(), "these contradict each other")
    }

    /// Finds a sibling.
    fn position(&self, word: Word<'_>, found: &mut Diagnostics) -> Option<usize> {
        let at = self.ids.iter().position(|id| *id == word.text);
        if at.is_none() {
            let what = format!("child of `{}`", self.of);
            found.push(unknown(word, self.ids.iter().copied(), &what));
        }
        at
    }

    /// Refuses a list of siblings that names one twice or leaves one out.
    fn each_once(&self, named: &[usize], at: &Value, found: &mut Diagnostics) -> Option<()> {
        let times = |i: usize| named.iter().filter(|&&n| n == i).count();
        let list = |wanted: fn(usize) -> bool| -> Vec<String> {
            let ids = (0..self.ids.len()).filter(|&i| wanted(times(i)));
            ids.map(|i| format!("`{}`", self.ids[i])).collect()
        };
        let (missing, twice) = (list(|n| n == 0), list(|n| n > 1));
        if missing.is_empty() && twice.is_empty() {
            return Some(());
        }
        let message = if twice.is_empty() {
            format!("{} left out", missing.join(", "))
        } else {
            format!("{} named twice", twice.join(", "))
        };
        found.push(self.wrong(&message, at).help("name each sibling once"));
        None
    }

    /// Reads the order in which the siblings are compared; that of the tree unless stated.
    fn criteria(&self, table: &Table, found: &mut Diagnostics) -> Option<Vec<usize>> {
        let Some(value) = table.get("criteria") else {
            return Some((0..self.ids.len()).collect());
        };
        let Some(words) = table.words("criteria") else {
            found.push(wrong_kind("criteria", value, "an array of ids"));
            return None;
        };
        let named: Vec<Option<usize>> = words
            .into_iter()
            .map(|word| self.position(word, found))
            .collect();
        let named: Vec<usize> = named.into_iter().collect::<Option<_>>()?;
        self.each_once(&named, value, found)?;
        Some(named)
    }

    fn pairs(&self, table: &Table, params: &Params, found: &mut Diagnostics) -> Option<Said> {
        let order = self.criteria(table, found)?;
        let value = table.get("matrix")?;
        let matrix = Self::matrix(value, found)?;
        if matrix.len() != order.len() {
            let (rows, siblings) = (matrix.len(), order.len());
            let message = format!("{rows} rows of comparisons for {siblings} siblings");
            let ids: Vec<&str> = order.iter().map(|&i| self.ids[i]).collect();
            let note = format!("their order is {}", ids.join(", "));
            found.push(self.wrong(&message, value).note(note));
            return None;
        }
        let how = match params.word("prioritisation") {
            Some("geometric-mean") => Prioritisation::GeometricMean,
            Some("row-sum") => Prioritisation::RowSum,
            _ => Prioritisation::Eigenvector,
        };
        let random = match params.word("random-index") {
            Some("tummala-ling") => RandomIndex::TummalaLing,
            _ => RandomIndex::Saaty,
        };
        let limit = params.number("limit").unwrap_or(0.1);
        let name = |at: usize| order.get(at).map_or("?", |&i| self.ids[i]);
        match ahp(&matrix, how, random).and_then(|found| found.require(limit)) {
            Ok(priorities) => {
                let mut weights = vec![0.0; order.len()];
                for (&i, weight) in order.iter().zip(&priorities.weights) {
                    weights[i] = *weight;
                }
                Some(Said {
                    weights,
                    consistency: Some(Consistency {
                        ratio: priorities.consistency_ratio,
                        limit,
                        by: random.name(),
                    }),
                    note: String::new(),
                })
            }
            Err(error) => {
                found.push(self.refused(&error, name, value));
                None
            }
        }
    }

    fn matrix(value: &Value, found: &mut Diagnostics) -> Option<Vec<Vec<f64>>> {
        let row =
            |row: &Value| -> Option<Vec<f64>> { row.array()?.iter().map(Value::number).collect() };
        let rows: Option<Vec<Vec<f64>>> = value
            .array()
            .and_then(|rows| rows.iter().map(row).collect());
        if rows.is_none() {
            let expected = "rows of numbers such as [[1, 3], [0.333, 1]]";
            found.push(wrong_kind("matrix", value, expected));
        }
        rows
    }

    /// Says with names what is wrong with pairwise comparisons.
    fn refused<'n>(
        &self,
        error: &AhpError,
        name: impl Fn(usize) -> &'n str,
        at: &Value,
    ) -> Diagnostic {
        match *error {
            AhpError::NotSquare {
                row,
                found,
                expected,
            } => self.wrong(
                &format!(
                    "the row of `{}` has {found} comparisons for {expected} siblings",
                    name(row)
                ),
                at,
            ),
            AhpError::NotPositive { row, column, value } => self
                .wrong(
                    &format!("`{}` over `{}` is {value}", name(row), name(column)),
                    at,
                )
                .help(
                    "a comparison is above zero: 3 for three times as important, 0.333 for a third",
                ),
            AhpError::NotReciprocal {
                row,
                column,
                value,
                opposite,
            } => self
                .wrong(
                    &format!(
                        "`{}` over `{}` is {value} and the opposite {opposite}",
                        name(row),
                        name(column)
                    ),
                    at,
                )
                .help(format!("the opposite of {value} is {:.3}", 1.0 / value)),
            AhpError::Inconsistent {
                ratio,
                table,
                limit,
                worst,
            } => self.contradiction((ratio, limit, table), worst, name, at),
            AhpError::NotSettled => self.wrong(&error.to_string(), at),
        }
    }

    fn contradiction<'n>(
        &self,
        (ratio, limit, table): (f64, f64, &str),
        worst: Contradiction,
        name: impl Fn(usize) -> &'n str,
        at: &Value,
    ) -> Diagnostic {
        let Contradiction {
            row,
            column,
            given,
            implied,
        } = worst;
        let message =
            format!("consistency ratio {ratio:.3} is above {limit} (random index of {table})");
        self.inconsistent(&message, at)
            .note(format!(
                "the largest contradiction: `{}` over `{}` is {given:.3}, and the other comparisons \
                 suggest {implied:.2}",
                name(row),
                name(column)
            ))
            .help("judge that pair again, or accept more contradiction with `limit`")
    }

    fn best_worst(&self, table: &Table, params: &Params, found: &mut Diagnostics) -> Option<Said> {
        let (best, worst) = (table.get("best-over")?, table.get("over-worst")?);
        let (over, under) = (self.numbers(best, found), self.numbers(worst, found));
        let (over, under) = (over?, under?);
        let limit = params.number("limit").unwrap_or(0.5);
        match best_worst(&over, &under) {
            Ok(done) if done.consistency_ratio > limit => {
                let ratio = done.consistency_ratio;
                let message = format!("consistency ratio {ratio:.3} is above {limit}");
                let at = done.worst.map_or("?", |at| self.ids[at]);
                found.push(
                    self.inconsistent(&message, self.value)
                        .note(format!("the largest contradiction is at `{at}`"))
                        .help("judge it again, or accept more contradiction with `limit`"),
                );
                None
            }
            Ok(done) => Some(Said {
                weights: done.weights,
                consistency: Some(Consistency {
                    ratio: Some(done.consistency_ratio),
                    limit,
                    by: "Liang, Brunelli, Rezaei (2020)",
                }),
                note: format!("ξ = {:.4}", done.xi),
            }),
            Err(error) => {
                let message = match error {
                    BestWorstError::BelowOne { criterion, value } => format!(
                        "`{}` has the comparison {value}, and the least is 1",
                        self.ids[criterion]
                    ),
                    other => other.to_string(),
                };
                found.push(self.wrong(&message, self.value));
                None
            }
        }
    }

    /// Reads a number for each sibling.
    fn numbers(&self, value: &Value, found: &mut Diagnostics) -> Option<Vec<f64>> {
        let Some(table) = value.table() else {
            found.push(wrong_kind("points", value, "a table of numbers by sibling"));
            return None;
        };
        let mut named: Vec<(usize, f64)> = vec![];
        let before = found.len();
        self.collect(table, "", &mut named, found);
        if found.len() > before {
            return None;
        }
        let order: Vec<usize> = named.iter().map(|(at, _)| *at).collect();
        self.each_once(&order, value, found)?;
        let mut numbers = vec![0.0; self.ids.len()];
        for (at, number) in named {
            numbers[at] = number;
        }
        Some(numbers)
    }

    /// Walks a table by sibling; an unquoted dotted key is a table to TOML.
    fn collect(
        &self,
        table: &Table,
        prefix: &str,
        named: &mut Vec<(usize, f64)>,
        found: &mut Diagnostics,
    ) {
        for (key, entry) in &table.entries {
            let id = match prefix {
                "" => key.clone(),
                _ => format!("{prefix}.{key}"),
            };
            if let Data::Table(inner) = &entry.value.data {
                self.collect(inner, &id, named, found);
                continue;
            }
            let word = Word {
                text: &id,
                span: &entry.key,
            };
            let at = self.position(word, found);
            match entry.value.number().filter(|number| *number >= 0.0) {
                Some(number) => named.extend(at.map(|at| (at, number))),
                None => found.push(wrong_kind(&id, &entry.value, "a number from 0 up")),
            }
        }
    }

    fn budget(&self, table: &Table, params: &Params, found: &mut Diagnostics) -> Option<Said> {
        let value = table.get("points")?;
        let total = params.number("total").unwrap_or(100.0);
        let Some(experts) = value.array().filter(|experts| !experts.is_empty()) else {
            found.push(wrong_kind(
                "points",
                value,
                "an array of tables, one for each expert",
            ));
            return None;
        };
        let before = found.len();
        let mut shares = vec![];
        for expert in experts {
            let Some(points) = self.numbers(expert, found) else {
                continue;
            };
            let sum: f64 = points.iter().sum();
            if (sum - total).abs() > 1e-6 * total {
                let message = format!("an expert hands out {sum} points of {total}");
                let help = "points have to add up; `total` states another number to hand out";
                found.push(self.wrong(&message, expert).help(help));
                continue;
            }
            shares.push(points.iter().map(|p| p / sum).collect());
        }
        if found.len() > before {
            return None;
        }
        let combined = stakeholders::combine(&shares, Combine::Mean).ok()?;
        let note = match shares.len() {
            1 => "one expert".to_owned(),
            n => format!("{n} experts, disagreement {:.2}", combined.disagreement),
        };
        Some(Said {
            note,
            ..Said::plain(combined.weights)
        })
    }

    fn order(&self, table: &Table, found: &mut Diagnostics) -> Option<Said> {
        let value = table.get("order")?;
        let Some(items) = value.array() else {
            found.push(wrong_kind(
                "order",
                value,
                "an array of ids, most important first",
            ));
            return None;
        };
        let (mut ranks, mut named) = (vec![0.0; self.ids.len()], vec![]);
        let before = found.len();
        for (rank, item) in items.iter().enumerate() {
            let equals = item.array().unwrap_or(std::slice::from_ref(item));
            for word in equals {
                let Some(word) = word.word() else {
                    found.push(wrong_kind("order", word, "the id of a sibling"));
                    continue;
                };
                if let Some(at) = self.position(word, found) {
                    ranks[at] = (rank + 1) as f64;
                    named.push(at);
                }
            }
        }
        if found.len() > before {
            return None;
        }
        self.each_once(&named, value, found)?;
        let weights = match RankOrder::parse(self.info.name) {
            Some(how) => how.weights(&ranks),
            None => rancom(&ranks),
        };
        if weights.is_none() {
            found.push(out_of_range("`order` is empty", &value.span));
        }
        weights.map(Said::plain)
    }
}
