//! What the data holds, and what a ranking could use of it.

use super::{Age, Dataset, Selector};
use crate::model::{IndicatorId, Place, Sourced};
use indexmap::IndexMap;
use thiserror::Error;

/// A table for people: a heading and rows of texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainTable {
    /// Names of the columns.
    pub header: Vec<String>,
    /// The rows, each as long as the heading.
    pub rows: Vec<Vec<String>>,
}

impl PlainTable {
    fn new(header: &[&str]) -> Self {
        Self {
            header: header.iter().map(|h| (*h).to_owned()).collect(),
            rows: vec![],
        }
    }

    /// Writes the table in Markdown.
    pub fn to_markdown(&self) -> String {
        let line = |cells: &[String]| {
            let cells: Vec<_> = cells.iter().map(|c| c.replace('|', "\\|")).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let rule = vec!["---".to_owned(); self.header.len()];
        let rows = self.rows.iter().map(|row| line(row));
        [line(&self.header), line(&rule)]
            .into_iter()
            .chain(rows)
            .collect()
    }
}

/// Says for each place how many indicators of each pillar have a figure that the selector takes, how many
/// rows there are, and how old the oldest of the figures taken is.
pub fn by_place(data: &Dataset, selector: &Selector) -> PlainTable {
    let pillars: Vec<String> = {
        let mut seen: IndexMap<String, ()> = IndexMap::new();
        seen.extend(
            data.indicators
                .values()
                .map(|i| (i.pillar.clone().unwrap_or_default(), ())),
        );
        seen.into_keys().collect()
    };
    let mut table = PlainTable::new(&["place", "name"]);
    table.header.extend(pillars.iter().map(|p| {
        if p.is_empty() {
            "indicators".to_owned()
        } else {
            p.clone()
        }
    }));
    table.header.extend(["rows", "oldest"].map(str::to_owned));
    for (id, place) in &data.places {
        let mut held = vec![0; pillars.len()];
        let (mut rows, mut oldest) = (0, None);
        for (indicator, about) in &data.indicators {
            let count = data.rows(id, indicator).count();
            if count == 0 {
                continue;
            }
            rows += count;
            let taken = selector.select(data, id, std::slice::from_ref(indicator));
            if taken.cell.value().is_some() {
                let pillar = about.pillar.clone().unwrap_or_default();
                held[pillars
                    .iter()
                    .position(|p| *p == pillar)
                    .unwrap_or_default()] += 1;
                oldest = older(oldest, &taken);
            }
        }
        let mut row = vec![id.to_string(), place.name.clone()];
        row.extend(held.iter().map(usize::to_string));
        row.extend([
            rows.to_string(),
            oldest.map_or(String::new(), |p| p.to_string()),
        ]);
        table.rows.push(row);
    }
    table
}

type Dated = crate::model::Period;

fn older(oldest: Option<Dated>, taken: &Sourced) -> Option<Dated> {
    let both = oldest.into_iter().chain(taken.as_of());
    both.min_by_key(|p| p.start())
}

/// Says for each indicator how many places have a figure that the selector takes, how many have rows at
/// all, how many rows there are, and from when the oldest and newest figures taken are.
pub fn by_indicator(data: &Dataset, selector: &Selector) -> PlainTable {
    let header = [
        "indicator",
        "unit",
        "pillar",
        "places",
        "places with rows",
        "rows",
        "oldest",
        "newest",
    ];
    let mut table = PlainTable::new(&header);
    for (id, about) in &data.indicators {
        let pool = std::slice::from_ref(id);
        let counts = data.places.keys().map(|place| data.rows(place, id).count());
        let counts: Vec<usize> = counts.filter(|&n| n > 0).collect();
        let holders = data
            .places
            .keys()
            .filter(|place| data.rows(place, id).next().is_some());
        let taken: Vec<Sourced> = holders
            .map(|place| selector.select(data, place, pool))
            .filter(|s| s.cell.value().is_some())
            .collect();
        let dates = || taken.iter().filter_map(Sourced::as_of);
        let text = |date: Option<Dated>| date.map_or(String::new(), |p| p.to_string());
        table.rows.push(vec![
            id.to_string(),
            about.unit.clone(),
            about.pillar.clone().unwrap_or_default(),
            taken.len().to_string(),
            counts.len().to_string(),
            counts.iter().sum::<usize>().to_string(),
            text(dates().min_by_key(|p| p.start())),
            text(dates().max_by_key(|p| p.start())),
        ]);
    }
    table
}

/// One line of a league's table of coverage: a criterion, its pillar and the pool it reads.
struct Basis {
    name: &'static str,
    pillar: &'static str,
    pool: &'static [&'static str],
}

const fn basis(name: &'static str, pillar: &'static str, pool: &'static [&'static str]) -> Basis {
    Basis { name, pillar, pool }
}

/// The indicators that hold enough rows to rank cities by.
const CITIES: [Basis; 12] = [
    basis(
        "compute, newest of intelligent and total",
        "compute",
        &["compute_ai_eflops", "compute_total_eflops"],
    ),
    basis("ai_companies", "ecosystem", &["ai_companies"]),
    basis("ai_industry_cny_bn", "ecosystem", &["ai_industry_cny_bn"]),
    basis("unicorns", "ecosystem", &["unicorns"]),
    basis("ai_funding_cny_bn", "ecosystem", &["ai_funding_cny_bn"]),
    basis("notable_ai_models", "academia", &["notable_ai_models"]),
    basis(
        "nature_index_city_rank",
        "academia",
        &["nature_index_city_rank"],
    ),
    basis("dfc_universities", "academia", &["dfc_universities"]),
    basis("dfc_it_disciplines", "academia", &["dfc_it_disciplines"]),
    basis("cs_eval_a", "academia", &["cs_eval_a"]),
    basis("universities", "academia", &["universities"]),
    basis("gdp_cny_bn", "context", &["gdp_cny_bn"]),
];

/// The indicators that hold enough rows to rank provinces by.
const PROVINCES: [Basis; 10] = [
    basis(
        "compute, newest of intelligent and total",
        "compute",
        &["compute_ai_eflops", "compute_total_eflops"],
    ),
    basis("compute_index_rank", "compute", &["compute_index_rank"]),
    basis("standard_racks", "compute", &["standard_racks"]),
    basis("ai_industry_cny_bn", "ecosystem", &["ai_industry_cny_bn"]),
    basis("state_key_labs", "academia", &["state_key_labs"]),
    basis("universities", "academia", &["universities"]),
    basis("dfc_universities", "academia", &["dfc_universities"]),
    basis("dfc_it_disciplines", "academia", &["dfc_it_disciplines"]),
    basis("cs_eval_a", "academia", &["cs_eval_a"]),
    basis("gdp_cny_bn", "context", &["gdp_cny_bn"]),
];

/// A text whose marked parts do not match what can be generated.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BlockError {
    /// A mark names a part that is not generated.
    #[error("there is no generated part `{name}`")]
    Unknown {
        /// The name.
        name: String,
    },
    /// A part has no end mark.
    #[error("the generated part `{name}` has no end mark")]
    Open {
        /// The name.
        name: String,
    },
}

/// Writes the generated parts of the coverage page anew and leaves the prose alone.
///
/// A part stands between `<!-- generated: NAME -->` and `<!-- end -->`. The names are `state`, and
/// `cities`, `city-shares`, `city-evidence`, `provinces` and `province-shares`.
pub fn regenerate(page: &str, data: &Dataset, selector: &Selector) -> Result<String, BlockError> {
    const OPEN: &str = "<!-- generated: ";
    const CLOSE: &str = "<!-- end -->";
    let (mut out, mut rest) = (String::new(), page);
    while let Some((before, after)) = rest.split_once(OPEN) {
        let (name, body) = after.split_once(" -->").unwrap_or((after, ""));
        let open = || BlockError::Open {
            name: name.to_owned(),
        };
        let (_, after) = body.split_once(CLOSE).ok_or_else(open)?;
        let part = part(name, data, selector).ok_or_else(|| BlockError::Unknown {
            name: name.to_owned(),
        })?;
        out = format!("{out}{before}{OPEN}{name} -->\n\n{part}\n{CLOSE}");
        rest = after;
    }
    Ok(out + rest)
}

fn part(name: &str, data: &Dataset, selector: &Selector) -> Option<String> {
    let cities = || League::new(data, selector, &["municipality", "city", "sar"], &CITIES);
    let provinces = || {
        League::new(
            data,
            selector,
            &["province", "autonomous-region"],
            &PROVINCES,
        )
    };
    Some(match name {
        "state" => state(data, selector),
        "cities" => cities().covered().to_markdown(),
        "city-shares" => cities().shares().to_markdown(),
        "city-evidence" => cities().evidence().to_markdown(),
        "provinces" => provinces().covered().to_markdown(),
        "province-shares" => provinces().shares().to_markdown(),
        _ => return None,
    })
}

fn state(data: &Dataset, selector: &Selector) -> String {
    let seen = selector.as_of.map_or(String::new(), |day| {
        format!(" Rows dated or published after {day} are not seen.")
    });
    format!(
        "State of the data: {} observations, {} targets, {} programmes, {} sources.{seen}\n",
        data.observations.len(),
        data.targets.len(),
        data.programmes.len(),
        data.sources.len(),
    )
}

/// The places that are compared with each other, and what they are compared by.
struct League<'a> {
    data: &'a Dataset,
    selector: &'a Selector,
    places: Vec<&'a Place>,
    bases: &'static [Basis],
}

impl<'a> League<'a> {
    fn new(
        data: &'a Dataset,
        selector: &'a Selector,
        kinds: &[&str],
        bases: &'static [Basis],
    ) -> Self {
        let places = data
            .places
            .values()
            .filter(|p| kinds.contains(&p.kind.as_str()))
            .collect();
        Self {
            data,
            selector,
            places,
            bases,
        }
    }

    /// Finds the figure of a place. The list of notable models is complete: a place without rows has
    /// none.
    fn figure(&self, selector: &Selector, place: &Place, basis: &Basis) -> Sourced {
        let pool: Vec<IndicatorId> = basis.pool.iter().map(|id| IndicatorId::new(id)).collect();
        let absent = (basis.name == "notable_ai_models").then_some(0.0);
        let selector = Selector {
            absent,
            ..selector.clone()
        };
        selector.select(self.data, &place.id, &pool)
    }

    fn holds(&self, selector: &Selector, place: &Place, basis: &Basis) -> bool {
        self.figure(selector, place, basis).cell.value().is_some()
    }

    /// Counts the places that each indicator covers, under the selector, with an age limit, and with
    /// doubtful rows.
    fn covered(&self) -> PlainTable {
        let header = [
            "#",
            "indicator",
            "pillar",
            "covered",
            "of three years",
            "with doubtful rows",
        ];
        let mut table = PlainTable::new(&header);
        let (recent, all) = (recent(self.selector), with_doubtful(self.selector));
        for (number, basis) in (1..).zip(self.bases) {
            let count = |s: &Selector| {
                self.places
                    .iter()
                    .filter(|p| self.holds(s, p, basis))
                    .count()
                    .to_string()
            };
            table.rows.push(vec![
                number.to_string(),
                basis.name.to_owned(),
                basis.pillar.to_owned(),
                count(self.selector),
                count(&recent),
                count(&all),
            ]);
        }
        table
    }

    /// Groups the places by the share of the indicators that they hold.
    fn shares(&self) -> PlainTable {
        let mut by_count: Vec<(usize, &str)> = self
            .places
            .iter()
            .map(|p| {
                (
                    self.bases
                        .iter()
                        .filter(|b| self.holds(self.selector, p, b))
                        .count(),
                    p.name.as_str(),
                )
            })
            .collect();
        by_count.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
        let mut table = PlainTable::new(&["share", "held", "places"]);
        for group in by_count.chunk_by(|a, b| a.0 == b.0) {
            let (count, of) = (group[0].0, self.bases.len());
            let names: Vec<_> = group.iter().map(|(_, name)| *name).collect();
            let share = format!("{:.0}%", 100.0 * count as f64 / of as f64);
            table
                .rows
                .push(vec![share, format!("{count} of {of}"), names.join(", ")]);
        }
        table
    }

    /// Shows the newest figure of each place in compute and in ecosystem, and whether there is one of
    /// the last three years in both.
    fn evidence(&self) -> PlainTable {
        let mut table = PlainTable::new(&[
            "place",
            "compute, newest",
            "ecosystem, newest",
            "in both pillars",
        ]);
        let pillars = ["compute", "ecosystem"];
        for place in &self.places {
            let newest = |s: &Selector| pillars.map(|pillar| self.newest(s, place, pillar));
            let (whole, young, doubtful) = (
                newest(self.selector),
                newest(&recent(self.selector)),
                newest(&with_doubtful(self.selector)),
            );
            let lacks = |texts: &[Option<String>; 2]| -> Vec<&str> {
                let both = pillars.iter().zip(texts);
                both.filter(|(_, text)| text.is_none())
                    .map(|(pillar, _)| *pillar)
                    .collect()
            };
            let verdict = match (
                lacks(&young).is_empty(),
                lacks(&whole).is_empty(),
                lacks(&doubtful).is_empty(),
            ) {
                (true, _, _) => "yes".to_owned(),
                (_, true, _) => "only without an age limit".to_owned(),
                (_, _, true) => "only without an age limit and with doubtful rows".to_owned(),
                _ => format!("no: {}", lacks(&doubtful).join(", ")),
            };
            let shown = |at: usize| {
                let text = whole[at]
                    .clone()
                    .or_else(|| Some(format!("{} (doubtful)", doubtful[at].clone()?)));
                text.unwrap_or_else(|| "none".to_owned())
            };
            table
                .rows
                .push(vec![place.name.clone(), shown(0), shown(1), verdict]);
        }
        table
    }

    fn newest(&self, selector: &Selector, place: &Place, pillar: &str) -> Option<String> {
        let of_pillar = self.bases.iter().filter(|b| b.pillar == pillar);
        let figures =
            of_pillar.filter_map(
                |basis| match self.figure(selector, place, basis).provenance {
                    crate::model::Provenance::Observation { row } => Some(row),
                    _ => None,
                },
            );
        // The first of the newest, in the order of the table.
        let row = figures.reduce(|best, next| {
            let start = |row: &crate::model::Observation| row.as_of.map(Dated::start);
            if start(&next) > start(&best) {
                next
            } else {
                best
            }
        })?;
        let date = row.as_of.map_or(String::new(), |p| format!(", {p}"));
        let what = if pillar == "compute" {
            String::new()
        } else {
            format!("{} ", row.indicator)
        };
        Some(format!("{what}{}{}{date}", row.qualifier.sign(), row.value))
    }
}

fn recent(selector: &Selector) -> Selector {
    Selector {
        max_age: Some(Age::Months(36)),
        ..selector.clone()
    }
}

fn with_doubtful(selector: &Selector) -> Selector {
    Selector {
        doubtful: super::Doubtful::Use,
        ..selector.clone()
    }
}

#[cfg(test)]
mod tests;
