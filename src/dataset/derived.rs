//! Counts that the data derives from a list it carries.

use super::Dataset;
use super::plausibility::line_span;
use super::table::{Findings, Opened, open};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Files, did_you_mean};
use crate::model::{IndicatorId, PlaceId};
use crate::sources::Sources;
use indexmap::IndexMap;

/// Counts the organisations of `organisation_map.csv` by list and place.
///
/// Where a list is named like an indicator, its figures must be these counts; a place holds its own
/// entries and those of the places below it. A figure that differs is reported (W0203), as are unknown
/// places and organisations that stand twice in one list. Without the file nothing is checked.
pub fn check_derived_counts(
    sources: &dyn Sources,
    folder: &str,
    data: &Dataset,
    files: &mut Files,
    found: &mut Diagnostics,
) {
    let path = match folder {
        "" => "organisation_map.csv".to_owned(),
        folder => format!("{folder}/organisation_map.csv"),
    };
    let mut findings = Findings::default();
    if let Opened::Table(table) = open(
        sources,
        &path,
        encoding_rs::UTF_8,
        b',',
        files,
        &mut findings,
    ) {
        let columns =
            ["data_set", "organisation", "place"].map(|name| table.required(name, &mut findings));
        if let [Some(list), Some(organisation), Some(place)] = columns {
            let mut seen = IndexMap::new();
            let mut counts = Counts::default();
            table.each_row(&mut findings, |row, findings| {
                let entry = (row.get(list).to_owned(), row.get(organisation).to_owned());
                let span = row.span(organisation);
                if let Some(first) = seen.insert(entry, span.clone()) {
                    let name = row.get(organisation);
                    findings.push(super::read::duplicate(name, span, first));
                }
                let Some((id, _)) = data.places.get_key_value(row.get(place)) else {
                    let names = data.places.keys().map(PlaceId::as_str);
                    let message = format!("there is no place `{}`", row.get(place));
                    let finding = Diagnostic::new(Code("E0205"), message).at(row.span(place), "");
                    findings.push(finding.maybe_help(did_you_mean(row.get(place), names)));
                    return;
                };
                counts.add(data, row.get(list), id);
            });
            counts.compare(data, files, &mut findings);
        }
    }
    findings.finish(found);
}

/// Entries of each list, by place.
#[derive(Default)]
struct Counts(IndexMap<IndicatorId, IndexMap<PlaceId, usize>>);

impl Counts {
    fn add(&mut self, data: &Dataset, list: &str, place: &PlaceId) {
        let of_list = self.0.entry(IndicatorId::new(list)).or_default();
        for holder in std::iter::once(place).chain(data.above(place)) {
            *of_list.entry(holder.clone()).or_default() += 1;
        }
    }

    fn compare(&self, data: &Dataset, files: &Files, found: &mut Findings) {
        for (list, counts) in &self.0 {
            for row in data.places.keys().flat_map(|place| data.rows(place, list)) {
                let count = counts.get(&row.place).copied().unwrap_or_default() as f64;
                if row.value.to_bits() != count.to_bits() {
                    let message = format!(
                        "`{list}` of `{}` is {}, but its list holds {count} entries",
                        row.place, row.value
                    );
                    let finding = Diagnostic::new(Code("W0203"), message)
                        .at(line_span(files, row), "")
                        .help("correct the figure, or the list in `organisation_map.csv`");
                    found.push(finding);
                }
            }
        }
    }
}
