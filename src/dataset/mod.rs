//! Tables of figures (stand-in).
#![allow(missing_docs, dead_code)]
use crate::diagnostics::*;
use crate::model::*;
use crate::sources::Sources;
use chrono::NaiveDate;
use indexmap::IndexMap;
use std::sync::Arc;

#[derive(Debug, Clone, Default)]
pub struct Dataset {
    pub places: IndexMap<PlaceId, Place>,
    pub indicators: IndexMap<IndicatorId, Indicator>,
    pub observations: Vec<Arc<Observation>>,
    pub targets: Vec<Target>,
    pub programmes: Vec<Programme>,
    pub facts: Vec<Fact>,
    pub sources: IndexMap<SourceId, Source>,
}
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MatrixSpec {
    pub file: String,
    pub id: String,
    pub name: Option<String>,
    pub missing: Vec<String>,
    pub encoding: Option<String>,
    pub groups: Vec<String>,
    pub delimiter: Option<char>,
    pub thousands: Option<char>,
    pub span: Option<Span>,
}
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Preference {
    Latest,
    Tier,
    Exact,
}
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bounds {
    AtBound,
    Exclude,
    Interval,
}
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Doubtful {
    Skip,
    Interval,
    Use,
}
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CombineRows {
    Sum,
    Mean,
    Max,
}
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Age {
    Months(u32),
    Days(u32),
}
impl Age {
    pub fn parse(text: &str) -> Option<Self> {
        let (count, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let count: u32 = count.parse().ok()?;
        match unit {
            "y" => Some(Self::Months(count * 12)),
            "m" => Some(Self::Months(count)),
            "d" => Some(Self::Days(count)),
            _ => None,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct Selector {
    pub kinds: Vec<Kind>,
    pub tiers: Option<Vec<Tier>>,
    pub prefer: Vec<Preference>,
    pub bounds: Bounds,
    pub doubtful: Doubtful,
    pub max_age: Option<Age>,
    pub absent: Option<f64>,
    pub period: Option<(i32, i32)>,
    pub combine: Option<CombineRows>,
    pub precision: Option<String>,
    pub scopes: Vec<String>,
    pub as_of: Option<NaiveDate>,
}
impl Default for Selector {
    fn default() -> Self {
        Self {
            kinds: vec![Kind::Measured],
            tiers: None,
            prefer: vec![Preference::Latest],
            bounds: Bounds::AtBound,
            doubtful: Doubtful::Skip,
            max_age: None,
            absent: None,
            period: None,
            combine: None,
            precision: None,
            scopes: vec![],
            as_of: None,
        }
    }
}
impl Selector {
    pub fn select(&self, data: &Dataset, place: &PlaceId, pool: &[IndicatorId]) -> Sourced {
        let row = data.observations.iter().find(|o| {
            o.place == *place && pool.contains(&o.indicator) && self.kinds.contains(&o.kind)
        });
        match row {
            Some(row) => Sourced {
                cell: Cell::Value(row.value),
                provenance: Provenance::Observation {
                    row: Arc::clone(row),
                },
                rejected: vec![],
            },
            None => Sourced {
                cell: self.absent.into(),
                ..Sourced::missing()
            },
        }
    }
}
pub fn annual_programmes(
    _: &Dataset,
    _: &PlaceId,
    _: &[ProgrammeKind],
    _: Option<NaiveDate>,
) -> Sourced {
    Sourced::missing()
}
pub fn target_attainment(_: &Dataset, _: &PlaceId, _: &[IndicatorId], _: &Selector) -> Sourced {
    Sourced::missing()
}
pub fn read_folder(
    sources: &dyn Sources,
    folder: &str,
    indicators: IndexMap<IndicatorId, Indicator>,
    _: &mut Files,
    _: &mut Diagnostics,
) -> Option<Dataset> {
    let text = |name: &str| String::from_utf8(sources.read(&format!("{folder}/{name}")).ok()?).ok();
    let mut data = Dataset {
        indicators,
        ..Dataset::default()
    };
    let rows = |name: &str| {
        let text = text(name)?;
        let mut lines = text
            .lines()
            .map(|l| l.split(',').map(str::to_owned).collect::<Vec<_>>());
        let head = lines.next()?;
        let rows: Vec<IndexMap<String, String>> = lines
            .map(|l| head.iter().cloned().zip(l).collect())
            .collect();
        Some(rows)
    };
    for f in rows("places.csv")? {
        let mut place = Place::new(&f["id"], &f["name"]);
        place.kind = PlaceKind::new(&f["kind"]);
        place.parent = (!f["parent"].is_empty()).then(|| PlaceId::new(&f["parent"]));
        place
            .groups
            .insert("region".to_owned(), f["region"].clone());
        data.places.insert(place.id.clone(), place);
    }
    for (i, f) in rows("observations.csv")?.into_iter().enumerate() {
        data.observations.push(Arc::new(Observation {
            id: f["obs_id"].clone(),
            place: PlaceId::new(&f["place"]),
            indicator: IndicatorId::new(&f["indicator"]),
            value: f["value"].parse().ok()?,
            value_high: None,
            qualifier: Qualifier::Eq,
            as_of: None,
            as_of_inferred: false,
            kind: Kind::parse(&f["kind"])?,
            numeric_precision: String::new(),
            scope: String::new(),
            plausibility: Plausibility::Plausible,
            source: None,
            from_seed: false,
            note: String::new(),
            origin: Origin {
                file: FileId::new("observations.csv"),
                line: i + 2,
            },
        }));
    }
    Some(data)
}
pub fn read_matrix(
    _: &dyn Sources,
    _: &MatrixSpec,
    indicators: &IndexMap<IndicatorId, Indicator>,
    _: &mut Files,
    _: &mut Diagnostics,
) -> Option<Dataset> {
    Some(Dataset {
        indicators: indicators.clone(),
        ..Dataset::default()
    })
}
