//! Facilities and customers.

use super::super::instance::{About, Demand, Facility, FacilitySite};
use super::names;
use crate::config::{Table, Value};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};

pub(super) fn read(document: &Table, about: About, found: &mut Diagnostics) -> Option<Facility> {
    let site_tables: Vec<(&Value, &Table)> = document.tables("sites").collect();
    let demand_tables: Vec<(&Value, &Table)> = document.tables("demands").collect();
    names(&site_tables, "facility", found);
    names(&demand_tables, "customer", found);
    for (key, tables) in [("sites", &site_tables), ("demands", &demand_tables)] {
        if tables.is_empty()
            && let Some(at) = document.get(key)
        {
            let message = format!("`{key}` is empty: there is nothing to plan");
            found.push(Diagnostic::new(Code("E0501"), message).at(at.span.clone(), ""));
        }
    }
    let number = |table: &Table, key: &str| table.number(key).unwrap_or(0.0);
    let id = |table: &Table| table.text("id").unwrap_or_default().to_owned();
    let mut demands = vec![];
    for (at, table) in &demand_tables {
        let cost: Vec<f64> = table
            .get("cost")
            .and_then(Value::array)
            .unwrap_or_default()
            .iter()
            .filter_map(Value::number)
            .collect();
        if cost.len() != site_tables.len() {
            let span = table.get("cost").map_or(&at.span, |cost| &cost.span);
            let message = format!(
                "customer `{}` has {} costs for {} facilities",
                id(table),
                cost.len(),
                site_tables.len()
            );
            found.push(
                Diagnostic::new(Code("E0501"), message)
                    .at(span.clone(), "")
                    .help("give one cost per facility, in the order of `sites`"),
            );
        }
        demands.push(Demand {
            id: id(table),
            demand: number(table, "demand"),
            cost,
        });
    }
    let sites: Vec<FacilitySite> = site_tables
        .iter()
        .map(|(_, table)| FacilitySite {
            id: id(table),
            capacity: number(table, "capacity"),
            open_cost: number(table, "open_cost"),
        })
        .collect();
    let pairs = sites.len().saturating_mul(demands.len());
    if pairs > super::build_out::MOST_COLUMNS {
        let message = format!(
            "{} facilities times {} customers are {pairs} variables; {} are the limit",
            sites.len(),
            demands.len(),
            super::build_out::MOST_COLUMNS
        );
        found.push(
            Diagnostic::new(Code("E0505"), message).help("join customers that lie close together"),
        );
    }
    (!found.has_errors()).then(|| Facility {
        about,
        single_source: document.flag("single_source").unwrap_or(false),
        sites,
        demands,
    })
}
