//! `exacity rules test NAME --record`: cases written from the places of the project.

use super::{scored_with, strategies};
use crate::cli::Outcome;
use crate::cli::args::{Global, RulesTest};
use crate::cli::commands::Ended;
use crate::cli::failure::{Failure, Findings, not_written};
use crate::cli::open::{Scored, on_disk, place};
use crate::cli::output::Out;
use crate::config::{Request, StrategyFile};
use crate::diagnostics::{Code, Diagnostic};
use crate::report::views::words::counted;
use crate::rules::testing::{self, TestFile};
use crate::rules::{Argument, Coverage, Rule, Table};
use crate::score::script_inputs;
use crate::sources::Sources;
use crate::sources::disk::{self, DiskSources};

pub(super) fn run(global: &Global, asked: &RulesTest, out: &Out) -> Ended {
    let Some(disk) = on_disk(global, out)? else {
        let message = "there is no project here whose tests could be written";
        let help = "`exacity init DIR` writes one";
        return Err(Diagnostic::new(Code("E0112"), message).help(help).into());
    };
    let (all, Findings { found, files }) = strategies(&disk, &asked.names)?;
    if found.has_errors() {
        return Err(Failure::Found(Findings { found, files }));
    }
    for one in &all {
        let scored = scored_with(&disk, one, &Request::default())?;
        let tests = one.tests.clone().unwrap_or_default();
        let rows = Rows::of(&scored)?;
        let chosen = if asked.place.is_empty() {
            rows.telling(&scored, &tests)
        } else {
            named(&scored, &rows, &asked.place)?
        };
        write(&disk, one, &scored, &tests, &rows, &chosen, out)?;
    }
    Ok(Outcome::Done)
}

/// The places that a strategy is called for, each with all that its functions read.
struct Rows {
    places: Vec<usize>,
    tables: Vec<Table>,
}

impl Rows {
    fn of(scored: &Scored) -> Result<Self, Failure> {
        let inputs = |function| {
            script_inputs(&scored.project, 0, function).map_err(|found| {
                Failure::Found(Findings {
                    found,
                    files: scored.findings.files.clone(),
                })
            })
        };
        let Some(score) = inputs("score")? else {
            let message = "only strategies with a `score` function have cases that can be recorded";
            return Err(Diagnostic::new(Code("E0408"), message).into());
        };
        let eligible = inputs("eligible")?;
        let (mut places, mut tables) = (vec![], vec![]);
        for (row, &place) in score.places.iter().enumerate() {
            let mut table = score.table.row(row);
            if let Some(eligible) = &eligible {
                let Some(at) = eligible.places.iter().position(|p| *p == place) else {
                    continue;
                };
                join(&mut table, eligible.table.row(at));
            }
            places.push(place);
            tables.push(table);
        }
        Ok(Self { places, tables })
    }

    /// Chooses the first, the middle and the last of the ranking, and a place for every way through the
    /// script that no case takes yet.
    fn telling(&self, scored: &Scored, tests: &TestFile) -> Vec<usize> {
        let Some(strategy) = &scored.project.indices[0].strategy else {
            return vec![];
        };
        let ranking = &scored.scoreboard.boards[0].ranking;
        let ends = [0, ranking.len() / 2, ranking.len().saturating_sub(1)];
        let ranked = ends.iter().filter_map(|&at| ranking.get(at));
        let mut chosen: Vec<usize> = vec![];
        for ranked in ranked {
            let row = self.places.iter().position(|p| *p == ranked.place);
            chosen.extend(row.filter(|row| !chosen.contains(row)));
        }
        let mut covered = testing::coverage(&strategy.rule, tests);
        for &row in &chosen {
            self.count(&mut covered, &strategy.rule, row);
        }
        for row in 0..self.places.len() {
            let mut with = covered.clone();
            self.count(&mut with, &strategy.rule, row);
            if with.taken() > covered.taken() {
                covered = with;
                chosen.push(row);
            }
        }
        chosen.dedup();
        chosen
    }

    fn count(&self, coverage: &mut Coverage, rule: &Rule, row: usize) {
        for function in ["eligible", "score"] {
            if rule.has(function) {
                coverage.add(rule, function, &self.tables[row]);
            }
        }
    }
}

/// Adds the fields of another table of one row.
fn join(table: &mut Table, other: Table) {
    for (name, argument) in other.arguments {
        match (table.arguments.get_mut(&name), argument) {
            (Some(Argument::Record(fields)), Argument::Record(more)) => fields.extend(more),
            (Some(_), _) => {}
            (None, argument) => {
                table.arguments.insert(name, argument);
            }
        }
    }
}

/// Finds the places that were named among those that the strategy judges.
fn named(scored: &Scored, rows: &Rows, wanted: &[String]) -> Result<Vec<usize>, Failure> {
    let mut chosen = vec![];
    for name in wanted {
        let at = place(&scored.project, name)?;
        let Some(row) = rows.places.iter().position(|p| *p == at) else {
            let message = format!("the strategy does not judge `{name}`");
            return Err(Diagnostic::new(Code("E0313"), message)
                .help("`exacity rank --strategy` says of each place why it is not judged")
                .into());
        };
        chosen.push(row);
    }
    Ok(chosen)
}

fn write(
    disk: &DiskSources,
    one: &StrategyFile,
    scored: &Scored,
    tests: &TestFile,
    rows: &Rows,
    chosen: &[usize],
    out: &Out,
) -> Result<(), Failure> {
    let Some(rule) = &one.rule else {
        return Ok(());
    };
    let mut cases = vec![];
    for &row in chosen {
        let name = case_name(scored, rows.places[row]);
        if tests.cases.iter().any(|case| case.name == name) {
            out.talk(&format!("note: there is a case \"{name}\" already\n"));
            continue;
        }
        let case = testing::record(rule, &name, &rows.tables[row]);
        cases.push(case.map_err(|fault| Failure::from(*fault))?);
    }
    if cases.is_empty() {
        out.talk(&format!("{}: nothing new to record\n", one.name));
        return Ok(());
    }
    let path = format!("rules/{}.test.toml", one.name);
    let before = match &one.test_path {
        Some(path) => disk
            .read(path)
            .map_err(|e| not_written(path, &e.to_string()))?,
        None => format!("# Run with `exacity rules test {}`.\n", one.name).into_bytes(),
    };
    let before = String::from_utf8_lossy(&before).into_owned();
    let text = testing::insert(&before, &cases);
    disk::write_whole(&disk.root().join(&path), text.as_bytes())
        .map_err(|error| not_written(&path, &error.to_string()))?;
    let count = counted(cases.len(), "case");
    out.talk(&format!(
        "wrote {count} to {path}: read them before you trust them\n"
    ));
    Ok(())
}

fn case_name(scored: &Scored, place: usize) -> String {
    let name = &scored.project.league[place].name;
    match scored.project.as_of {
        Some(date) => format!("{name} as of {date}"),
        None => name.clone(),
    }
}
