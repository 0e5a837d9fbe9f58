//! Targets, programmes and facts: what is known of places beside figures.

use super::{Ids, Known, check_unit, qualifier, yes};
use crate::dataset::table::{Findings, Table};
use crate::model::{
    Fact, GroupRole, Programme, ProgrammeBasis, ProgrammeKind, ProgrammeStatus, SourceId, Target,
};

pub(super) fn read_targets(
    table: &Table,
    known: &Known<'_>,
    found: &mut Findings,
) -> Option<Vec<Target>> {
    let [place, indicator, value] =
        ["place", "indicator", "value"].map(|name| table.required(name, found));
    let names = [
        "target_id",
        "qualifier",
        "unit",
        "due_date",
        "due_precision",
        "baseline_value",
        "baseline_date",
        "numeric_precision",
        "scope",
        "source_id",
        "from_seed",
        "note",
    ];
    let [
        id,
        qualifier_at,
        unit,
        due,
        due_precision,
        baseline,
        baseline_date,
        format,
        scope,
        source,
        seed,
        note,
    ] = names.map(|name| table.optional(name, found));
    let (place, indicator, value) = (place?, indicator?, value?);
    let mut ids = Ids::new(id);
    let mut targets = vec![];
    table.each_row(found, |row, found| {
        let id = ids.take(row, found);
        let place = known.place(row, place, found);
        let indicator = known.indicator(row, indicator, found);
        if let Some(indicator) = indicator {
            check_unit(row, unit, indicator, found);
        }
        let value = row.needed_number(value, found);
        let qualifier = qualifier(row, qualifier_at, found);
        let source = known.source(row, source, found);
        let from_seed = yes(row, seed, found);
        let due_date = row.date(due, found);
        let baseline = row.number(baseline, found);
        row.date(baseline_date, found);
        let target = (|| {
            Some(Target {
                id: id?,
                place: place?,
                indicator: indicator?.id.clone(),
                value: value?,
                qualifier: qualifier?,
                // A due date that cannot be read is no target without one.
                due: if row.get(due).is_empty() {
                    None
                } else {
                    Some(due_date?)
                },
                due_inferred: row.get(due_precision) == "inferred",
                baseline,
                numeric_precision: row.get(format).to_owned(),
                scope: row.get(scope).to_owned(),
                source: source.ok()?.unwrap_or_else(|| SourceId::new("")),
                from_seed: from_seed?,
                note: row.get(note).to_owned(),
                origin: row.origin(),
            })
        })();
        targets.extend(target);
    });
    Some(targets)
}

#[expect(clippy::too_many_lines, reason = "one line for each of the columns")]
pub(super) fn read_programmes(
    table: &Table,
    known: &Known<'_>,
    found: &mut Findings,
) -> Option<Vec<Programme>> {
    let [place, amount, per, kind] =
        ["place", "amount_cny", "per", "programme_kind"].map(|name| table.required(name, found));
    let names = [
        "programme_id",
        "programme",
        "currency",
        "amount_original",
        "qualifier",
        "status",
        "scope",
        "overlap_group",
        "group_role",
        "start",
        "end",
        "purpose",
        "source_id",
        "from_seed",
        "note",
    ];
    let [
        id,
        name,
        currency,
        original,
        qualifier_at,
        status,
        scope,
        group,
        role,
        start,
        end,
        purpose,
        source,
        seed,
        note,
    ] = names.map(|name| table.optional(name, found));
    let (place, amount, per, kind) = (place?, amount?, per?, kind?);
    let kinds = ProgrammeKind::ALL.map(|k| (k.word(), k));
    let statuses = ProgrammeStatus::ALL.map(|s| (s.word(), s));
    let mut ids = Ids::new(id);
    let mut programmes = vec![];
    table.each_row(found, |row, found| {
        let id = ids.take(row, found);
        let place = known.place(row, place, found);
        let amount_cny = row.number(amount, found);
        let amount_original = row.number(original, found);
        let qualifier = qualifier(row, qualifier_at, found);
        let per = row.word(
            per,
            &BASES,
            |w| find(&BASES, w),
            ProgrammeBasis::Total,
            found,
        );
        let kind = row.word(
            kind,
            &kinds,
            ProgrammeKind::parse,
            ProgrammeKind::Subsidy,
            found,
        );
        let status = row.word(
            status,
            &statuses,
            ProgrammeStatus::parse,
            ProgrammeStatus::Decided,
            found,
        );
        let group_role = row.word(role, &ROLES, |w| find(&ROLES, w), None, found);
        let (began, ended) = (row.date(start, found), row.date(end, found));
        let source = known.source(row, source, found);
        let from_seed = yes(row, seed, found);
        let readable = |column, value: bool| row.get(column).is_empty() || value;
        let programme = (|| {
            Some(Programme {
                id: id?,
                place: place?,
                name: row.get(name).to_owned(),
                amount_cny,
                currency: row.get(currency).to_owned(),
                amount_original,
                qualifier: qualifier?,
                per: per?,
                kind: kind?,
                status: status?,
                scope: row.get(scope).to_owned(),
                overlap_group: row.get(group).to_owned(),
                group_role: group_role?,
                start: began,
                end: ended,
                purpose: row.get(purpose).to_owned(),
                source: source.ok()?.unwrap_or_else(|| SourceId::new("")),
                from_seed: from_seed?,
                note: row.get(note).to_owned(),
                origin: row.origin(),
            })
        })();
        // An amount or a date that cannot be read must not turn into one that is not stated.
        let whole = readable(amount, amount_cny.is_some())
            && readable(start, began.is_some())
            && readable(end, ended.is_some());
        programmes.extend(programme.filter(|_| whole));
    });
    Some(programmes)
}

const BASES: [(&str, ProgrammeBasis); 2] = [
    ("year", ProgrammeBasis::Year),
    ("total", ProgrammeBasis::Total),
];

const ROLES: [(&str, Option<GroupRole>); 3] = [
    ("", None),
    ("total", Some(GroupRole::Total)),
    ("part", Some(GroupRole::Part)),
];

/// What other sources say of a fact; nothing where none speaks against it.
const VERDICTS: [(&str, bool); 2] = [("", false), ("contradicted", true)];

fn find<T: Copy>(words: &[(&str, T)], word: &str) -> Option<T> {
    words
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, value)| *value)
}

pub(super) fn read_facts(
    table: &Table,
    known: &Known<'_>,
    found: &mut Findings,
) -> Option<Vec<Fact>> {
    let [place, statement] = ["place", "statement"].map(|name| table.required(name, found));
    let [id, topic, status, source, seed] =
        ["fact_id", "topic", "status", "source_id", "from_seed"]
            .map(|name| table.optional(name, found));
    let (place, statement) = (place?, statement?);
    let mut ids = Ids::new(id);
    let mut facts = vec![];
    table.each_row(found, |row, found| {
        let id = ids.take(row, found);
        let place = known.place(row, place, found);
        let contradicted = row.word(status, &VERDICTS, |w| find(&VERDICTS, w), false, found);
        let source = known.source(row, source, found);
        let from_seed = yes(row, seed, found);
        let fact = (|| {
            Some(Fact {
                id: id?,
                place: place?,
                topic: row.get(topic).to_owned(),
                statement: row.get(statement).to_owned(),
                contradicted: contradicted?,
                source: source.ok()?.unwrap_or_else(|| SourceId::new("")),
                from_seed: from_seed?,
                origin: row.origin(),
            })
        })();
        facts.extend(fact);
    });
    Some(facts)
}
