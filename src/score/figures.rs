//! What scripts read: the figures, scores, weights and facts of the judged places, in columns.
//!
//! A call gathers the names that a function reads into a table of the rows that have all of them;
//! the other rows are told what they lack.

use super::pipeline::Run;
use super::{LeafStages, explain, facts};
use crate::diagnostics::Diagnostic;
use crate::model::{Cell, Column, IndicatorId, NodeIx};
use crate::num::rank;
use crate::project::RuleUse;
use crate::rules::{Argument, Field, Read, Table, WhenMissing};
use indexmap::IndexMap;
use std::sync::Arc;

/// Everything that a function may read of the judged places.
pub(super) struct FigureTable<'a> {
    pub(super) run: &'a Run<'a>,
    /// Scores, once there are any; functions that derive columns run before.
    pub(super) scores: Option<Scored<'a>>,
    /// What the branch that is being aggregated makes of its children.
    pub(super) own: Option<OwnChildren>,
}

/// The scores of the judged places: of all criteria, or of those that stand before the one that is being
/// computed.
pub(super) struct Scored<'a> {
    pub(super) scores: &'a [Arc<Column>],
    pub(super) leaves: &'a IndexMap<NodeIx, LeafStages>,
}

/// The children of a branch after its missing policy, by their names in scripts.
#[derive(Default)]
pub(super) struct OwnChildren {
    pub(super) scores: IndexMap<String, Column>,
    pub(super) weights: IndexMap<String, Column>,
}

/// Returns the criterion, by its name in scripts, that a name of a script reads, if it reads one.
pub(super) fn criterion_read(read: &Read) -> Option<&str> {
    match read.record.as_str() {
        "part" | "weight" | "known" => Some(&read.field),
        "leader" => read.field.strip_prefix("part_"),
        "facts" => read
            .field
            .strip_prefix("part_")?
            .rsplit_once('_')
            .map(|(name, _)| name),
        _ => None,
    }
}

/// A call made ready: the rows that have every figure, and what the others lack.
pub(super) struct Call {
    pub(super) rows: Vec<usize>,
    pub(super) table: Table,
    pub(super) lacking: IndexMap<usize, Vec<String>>,
    /// True if a lacking figure is declared as an error rather than a reason not to judge.
    pub(super) fails: bool,
}

impl FigureTable<'_> {
    /// Makes a call ready for the places that have every figure it needs.
    pub(super) fn call(&self, rule: &RuleUse, function: &str) -> Call {
        let gathered = self.gather(rule, function);
        let rows: Vec<usize> = (0..self.run.judged.len())
            .filter(|row| !gathered.lacking.contains_key(row))
            .collect();
        let mut table = gathered.table(&rows);
        table.arguments.insert("param".to_owned(), params(rule));
        Call {
            rows,
            table,
            lacking: gathered.lacking,
            fails: gathered.fails,
        }
    }

    /// Adds the figures of the places that `normalise` reads beside the value, for the rows that have
    /// one. Returns the positions among those rows that lack a figure that the function needs.
    pub(super) fn beside_value(
        &self,
        rule: &RuleUse,
        rows: &[usize],
        table: &mut Table,
    ) -> Vec<usize> {
        let gathered = self.gather(rule, "normalise");
        table.arguments.extend(gathered.table(rows).arguments);
        let lacks = |(_, row): &(usize, &usize)| gathered.lacking.contains_key(*row);
        let positions = rows.iter().enumerate().filter(lacks);
        positions.map(|(position, _)| position).collect()
    }

    /// Finds what a function reads over all judged places, and what they lack of it.
    fn gather(&self, rule: &RuleUse, function: &str) -> Gathered {
        let mut gathered = Gathered::default();
        for read in &rule.rule.reads(function) {
            if let Some(source) = self.source(&read.record, &read.field) {
                let name = (read.record.clone(), read.field.clone());
                gathered.columns.insert(name, source);
            }
        }
        for (read, when) in rule.rule.needs(function) {
            let name = (read.record.clone(), read.field.clone());
            let Some(source) = gathered.columns.get_mut(&name) else {
                continue;
            };
            for row in source.holes() {
                match (&mut *source, when) {
                    (Source::Cells(column), WhenMissing::Value(stand_in)) => {
                        column.set(row, Cell::Value(stand_in));
                    }
                    // No word stands in for a word: the empty text is equal to none.
                    (Source::Words(_), WhenMissing::Value(_)) => {}
                    (_, when) => {
                        gathered.fails |= when == WhenMissing::Fail;
                        let lacks = gathered.lacking.entry(row).or_default();
                        lacks.push(format!("{}.{}", read.record, read.field));
                    }
                }
            }
        }
        gathered.lacking.sort_unstable_keys();
        gathered
    }

    /// Returns the values of one name, or `None` for names that `config` has refused before.
    fn source(&self, record: &str, field: &str) -> Option<Source> {
        match record {
            "place" => self
                .words(field)
                .map(Source::Words)
                .or_else(|| self.figure(field).map(Source::Cells)),
            "part" => self.part(field).map(Source::Cells),
            "known" => self.known(field).map(Source::Flags),
            "weight" => self.weight(field).map(Source::Cells),
            "leader" => self.leader(field),
            "facts" => self.facts(field),
            _ => None,
        }
    }

    fn figure(&self, indicator: &str) -> Option<Column> {
        let column = self.run.project.panel.get(indicator)?;
        Some(self.run.of_judged(column.column()).as_ref().clone())
    }

    /// Returns the words of an indicator that is written in words, or of a column to group by.
    fn words(&self, name: &str) -> Option<Vec<Option<String>>> {
        let project = self.run.project;
        if project.library.words.contains_key(name) {
            let id = IndicatorId::new(name);
            let word = |cell: Cell| project.library.word(&id, cell.value()?).map(str::to_owned);
            return Some(self.figure(name)?.cells().map(word).collect());
        }
        if project.panel.contains_key(name) {
            return None;
        }
        let places = self.run.judged.iter().map(|&at| &project.league[at]);
        let words: Vec<Option<String>> = places.map(|p| p.groups.get(name).cloned()).collect();
        words.iter().any(Option::is_some).then_some(words)
    }

    fn criterion(&self, in_scripts: &str) -> Option<NodeIx> {
        self.run.project.tree.find_in_scripts(in_scripts)
    }

    fn part(&self, criterion: &str) -> Option<Column> {
        let own = self.own.as_ref().and_then(|own| own.scores.get(criterion));
        if let Some(column) = own {
            return Some(column.clone());
        }
        let at = self.criterion(criterion)?;
        let column = self.scores.as_ref()?.scores.get(at.0)?;
        Some(column.as_ref().clone())
    }

    /// Tells, per place, whether a figure is in the data (not filled), or whether a criterion has a score
    /// that rests on such a figure.
    fn known(&self, name: &str) -> Option<Vec<bool>> {
        if let Some(figure) = self.figure(name) {
            return Some(figure.cells().map(|cell| cell.value().is_some()).collect());
        }
        let Some(at) = self.criterion(name) else {
            let words = self.words(name)?;
            return Some(words.iter().map(Option::is_some).collect());
        };
        let scored = self.scores.as_ref()?;
        let score = scored.scores.get(at.0)?;
        let below = self.run.project.tree.leaves(at);
        let known = |row: usize| {
            let mut below = below.iter().filter_map(|leaf| scored.leaves.get(leaf));
            score.value(row).is_some() && below.any(|stages| stages.raw.value(row).is_some())
        };
        Some((0..self.run.judged.len()).map(known).collect())
    }

    /// Returns the weight of a criterion after reweighting; 0 where the place does not hold it. While a
    /// branch is being aggregated, only its own children have one.
    fn weight(&self, criterion: &str) -> Option<Column> {
        if let Some(own) = &self.own {
            return own.weights.get(criterion).cloned();
        }
        let at = self.criterion(criterion)?;
        let scores = self.scores.as_ref()?.scores;
        scores.get(self.run.project.tree.len() - 1)?;
        let weight = |row| {
            let cell = |at: NodeIx| scores[at.0].cell(row);
            explain::effective_weights(self.run.project, self.run.index, cell)[at.0]
        };
        Some(Column::complete(
            (0..self.run.judged.len()).map(weight).collect(),
        ))
    }

    /// Returns a figure or a part of the place that leads under the weighted score.
    fn leader(&self, name: &str) -> Option<Source> {
        let root = self.scores.as_ref()?.scores.get(self.run.index.root.0)?;
        let (rows, scores): (Vec<usize>, Vec<f64>) = root.present().unzip();
        let first = rank::order(&scores, self.run.index.output.best)
            .first()
            .map(|&i| rows[i]);
        let column = match name.strip_prefix("part_") {
            Some(criterion) if self.criterion(criterion).is_some() => self.part(criterion)?,
            _ => self.figure(name)?,
        };
        Some(Source::Number(first.and_then(|row| column.value(row))))
    }

    /// Returns a fact of a column over the judged places: `facts.part_compute_median`.
    fn facts(&self, name: &str) -> Option<Source> {
        let (column, fact) = name.rsplit_once('_')?;
        let column = match column.strip_prefix("part_") {
            Some(criterion) if self.criterion(criterion).is_some() => self.part(criterion)?,
            _ => self.figure(column)?,
        };
        let numbers = column.numbers();
        Some(match facts::per_place(&numbers, fact) {
            Some(per_place) => {
                let mut out = column.clone();
                for ((row, _), value) in column.present().zip(per_place) {
                    out.set(row, Cell::Value(value));
                }
                Source::Cells(out)
            }
            None => Source::Number(facts::of_all(&numbers, fact)),
        })
    }

    /// Names the place for which a script failed.
    pub(super) fn blame(&self, row: usize, fault: Diagnostic) -> Diagnostic {
        fault.note(format!("for the place `{}`", self.run.place(row)))
    }
}

/// Returns the parameters of a script as its `param` record.
pub(super) fn params(rule: &RuleUse) -> Argument {
    let fields = rule
        .params
        .iter()
        .map(|(name, value)| (name.clone(), Field::Number(*value)));
    Argument::Record(fields.collect())
}

/// What a function reads over all judged places.
#[derive(Default)]
struct Gathered {
    columns: IndexMap<(String, String), Source>,
    lacking: IndexMap<usize, Vec<String>>,
    fails: bool,
}

impl Gathered {
    /// Returns the values of the rows named.
    fn table(&self, rows: &[usize]) -> Table {
        let mut table = Table {
            rows: rows.len(),
            ..Table::default()
        };
        for ((record, field), source) in &self.columns {
            let slot = table
                .arguments
                .entry(record.clone())
                .or_insert_with(|| Argument::Record(IndexMap::new()));
            if let Argument::Record(fields) = slot {
                fields.insert(field.clone(), source.field(rows));
            }
        }
        table
    }
}

/// The values of one name over the judged places.
enum Source {
    Cells(Column),
    Words(Vec<Option<String>>),
    Flags(Vec<bool>),
    /// The same for all; `None` where there is no such number, which then lacks for all.
    Number(Option<f64>),
}

impl Source {
    /// Returns the rows without a value.
    fn holes(&self) -> Vec<usize> {
        match self {
            Self::Cells(column) => {
                let holes = (0..column.len()).filter(|&row| column.value(row).is_none());
                holes.collect()
            }
            Self::Words(words) => {
                let holes = words.iter().enumerate().filter(|(_, word)| word.is_none());
                holes.map(|(row, _)| row).collect()
            }
            Self::Flags(_) | Self::Number(_) => vec![],
        }
    }

    /// Returns the values of the rows that are called.
    fn field(&self, rows: &[usize]) -> Field {
        match self {
            Self::Cells(column) => Field::Numbers(
                rows.iter()
                    .map(|&row| column.value(row).unwrap_or(0.0))
                    .collect(),
            ),
            Self::Words(words) => Field::Words(
                rows.iter()
                    .map(|&row| words[row].clone().unwrap_or_default())
                    .collect(),
            ),
            Self::Flags(flags) => Field::Flags(rows.iter().map(|&row| flags[row]).collect()),
            Self::Number(number) => Field::Number(number.unwrap_or(0.0)),
        }
    }
}
