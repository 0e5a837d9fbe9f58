//! A forecast asked of a project: which figures of a place count, what they say, and of which targets.

use super::case::{Goal, LEVEL, fit};
use super::pooled::{Borrowed, NoPool, Pool};
use super::{
    Analog, Analogs, Backtest, Band, Desk, Link, Method, Model, Outlook, Points, Required,
    backtest, date_of, decimal_year, outlook, required,
};
use crate::dataset::{SeriesFormat, SeriesRows, TargetReport, target_reports};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::model::{Indicator, IndicatorId, Observation, Place, PlaceId, Qualifier, Target};
use chrono::{Datelike, NaiveDate};

/// Year ends ahead for which bands are shown.
const YEAR_ENDS: usize = 2;

/// What is asked of the series of a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// The indicator; else the one of installed capacity with the most usable figures.
    pub indicator: Option<IndicatorId>,
    /// Targets besides those that the place has set itself.
    pub goals: Vec<Goal>,
    /// Coverage of the bands.
    pub level: f64,
    /// An assumed ceiling.
    pub ceiling: Option<f64>,
    /// Places to borrow growth from; else all that can be.
    pub analogs: Option<Vec<PlaceId>>,
    /// The number format of the series.
    pub format: Format,
}

impl Default for Ask {
    fn default() -> Self {
        Self {
            indicator: None,
            goals: vec![],
            level: LEVEL,
            ceiling: None,
            analogs: None,
            format: Format::default(),
        }
    }
}

/// The number format of a series.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Format {
    /// That of most figures.
    #[default]
    Commonest,
    /// Figures that state this one.
    Stated(String),
    /// Figures that state this one or none.
    Assumed(String),
}

impl Format {
    fn of_series(&self) -> SeriesFormat<'_> {
        match self {
            Self::Commonest => SeriesFormat::Commonest,
            Self::Stated(format) => SeriesFormat::Stated(format),
            Self::Assumed(format) => SeriesFormat::Assumed(format),
        }
    }
}

/// What is known of the future of a stock.
#[derive(Debug, Clone)]
pub struct PlaceForecast {
    /// The place.
    pub place: Place,
    /// The indicator.
    pub indicator: Indicator,
    /// Other indicators in the same unit, with their number of usable figures: never joined with this one.
    pub beside: Vec<(Indicator, usize)>,
    /// The rows that are used and those that are not.
    pub rows: SeriesRows,
    /// The figures as points.
    pub points: Points,
    /// Coverage of the bands.
    pub level: f64,
    /// The ceiling that was assumed.
    pub ceiling: Option<f64>,
    /// The models, the default first.
    pub models: Vec<Model>,
    /// Growth that is partly borrowed.
    pub pooled: Result<PooledView, NoPool>,
    /// Analog places and those left out.
    pub analogs: Analogs,
    /// How the random walk would have done.
    pub backtest: Option<Backtest>,
    /// Bands at the coming year ends, one per model: those after the last figure and the project's date.
    pub year_ends: Vec<(NaiveDate, Vec<Band>)>,
    /// The targets: those of the place by due date, then those asked for.
    pub targets: Vec<TargetOutlook>,
    /// Targets of the place that cannot be held against this series, with the reason.
    pub targets_left_out: Vec<(Target, String)>,
}

/// What analog places lend.
#[derive(Debug, Clone)]
pub struct PooledView {
    /// What the places say together.
    pub pool: Pool,
    /// Growth of this place within it.
    pub borrowed: Borrowed,
}

/// A target and what the models say of it.
#[derive(Debug, Clone)]
pub struct TargetOutlook {
    /// Value and date.
    pub goal: Goal,
    /// How the plan hedges the value.
    pub qualifier: Qualifier,
    /// The target as the place has set it; `None` for one that was asked for.
    pub declared: Option<TargetReport>,
    /// What it asks for; `None` where the date is not after the last figure.
    pub required: Option<Required>,
    /// What each model says; none where the target is decided or lies in the past of the series.
    pub by_method: Vec<(Method, Outlook)>,
    /// Pooled probability with each analog left out.
    pub without: Vec<(PlaceId, f64)>,
}

impl TargetOutlook {
    /// Returns what the default method says.
    pub fn headline(&self) -> Option<&(Method, Outlook)> {
        self.by_method.first()
    }

    /// Returns the lowest and the highest probability over the methods.
    pub fn range(&self) -> Option<(f64, f64)> {
        let chances: Vec<f64> = self.by_method.iter().map(|(_, o)| o.probability).collect();
        crate::num::stats::range(&chances)
    }
}

/// Forecasts the stock of one place.
///
/// # Errors
///
/// E0302 for an unknown indicator, E0531 where no figure can be used, E0536 where figures are there and
/// none is comparable with what was asked for, E0532, E0533 and E0535 for targets and ceilings that make
/// no sense.
pub fn forecast(desk: &Desk, place: &PlaceId, ask: &Ask) -> Result<PlaceForecast, Diagnostic> {
    let (indicator, beside) = choose(desk, place, ask)?;
    let candidates = desk.candidates(&indicator.id);
    forecast_with(desk, place, ask, indicator, beside, &candidates)
}

fn forecast_with(
    desk: &Desk,
    place: &PlaceId,
    ask: &Ask,
    indicator: Indicator,
    beside: Vec<(Indicator, usize)>,
    candidates: &[Analog],
) -> Result<PlaceForecast, Diagnostic> {
    let described = desk.data.places[place].clone();
    let rows = desk.series(place, &indicator.id, ask.format.of_series());
    let points = Points::of(&rows);
    let Some(last) = points.last() else {
        return Err(no_series(&described, &indicator, &rows, &ask.format));
    };
    check_asked(ask, &points, last)?;
    let analogs = desk.analogs(place, candidates, ask.analogs.as_deref());
    let pool = analogs.pool(place, &points);
    let mut models: Vec<Model> = [Method::RwDrift, Method::LoglinearOls, Method::LogitRwDrift]
        .into_iter()
        .filter_map(|method| fit(method, &points, ask.ceiling))
        .collect();
    models.extend(
        pool.as_ref()
            .ok()
            .map(|pool| pool.model(place.as_str(), &points)),
    );
    let (targets, targets_left_out) =
        targets(desk, place, &indicator, ask, &points, &models, &analogs);
    let pooled = pool.map(|pool| PooledView {
        borrowed: pool.growth(place.as_str()),
        pool,
    });
    Ok(PlaceForecast {
        backtest: backtest(&points, Link::Log, ask.level),
        year_ends: year_ends(last.0, desk.selector.as_of, &models, ask.level),
        place: described,
        indicator,
        beside,
        rows,
        points,
        level: ask.level,
        ceiling: ask.ceiling,
        models,
        pooled,
        analogs,
        targets,
        targets_left_out,
    })
}

/// Chooses the indicator: the one asked for, else the one of capacity with the most usable figures.
fn choose(
    desk: &Desk,
    place: &PlaceId,
    ask: &Ask,
) -> Result<(Indicator, Vec<(Indicator, usize)>), Diagnostic> {
    let count = |id: &IndicatorId| {
        let rows = desk.series(place, id, ask.format.of_series());
        (rows.used.len(), rows.left_out.len())
    };
    let indicator = if let Some(wanted) = &ask.indicator {
        let known = desk.data.indicators.get(wanted);
        known
            .cloned()
            .ok_or_else(|| unknown_indicator(desk, wanted))?
    } else {
        let all = desk
            .capacity
            .iter()
            .filter_map(|id| desk.data.indicators.get(id));
        let counted = all.map(|i| (count(&i.id), i));
        // Of equals the first that the criteria name: `reduce` keeps it.
        let best = counted.reduce(|best, next| if next.0 > best.0 { next } else { best });
        let chosen = best.filter(|((used, left), _)| used + left > 0);
        let Some((_, indicator)) = chosen else {
            let name = &desk.data.places[place].name;
            let message = format!("there is no figure of installed capacity for {name}");
            return Err(Diagnostic::new(Code("E0531"), message)
                .help("name another indicator with `--indicator`; `exacity data coverage` shows what there is"));
        };
        indicator.clone()
    };
    let same_unit = desk
        .data
        .indicators
        .values()
        .filter(|i| i.unit == indicator.unit && !i.unit.is_empty());
    let others = same_unit.map(|i| &i.id).filter(|id| **id != indicator.id);
    let beside = others
        .map(|id| (desk.data.indicators[id].clone(), count(id).0))
        .filter(|(_, used)| *used > 0);
    let beside = beside.collect();
    Ok((indicator, beside))
}

fn unknown_indicator(desk: &Desk, wanted: &IndicatorId) -> Diagnostic {
    let known = desk.data.indicators.keys().map(IndicatorId::as_str);
    Diagnostic::new(Code("E0302"), format!("there is no indicator `{wanted}`"))
        .maybe_help(did_you_mean(wanted.as_str(), known))
}

/// Says why a place has no series: no figures, or none that can be compared.
fn no_series(
    place: &Place,
    indicator: &Indicator,
    rows: &SeriesRows,
    format: &Format,
) -> Diagnostic {
    let comparable = !rows.left_out.iter().any(|p| p.why.is_not_comparable());
    let wanted = match format {
        Format::Commonest => String::new(),
        Format::Stated(format) | Format::Assumed(format) => format!(" in {format}"),
    };
    let message = format!(
        "no figure of `{}`{wanted} for {} can be used",
        indicator.id, place.name
    );
    let code = if comparable { "E0531" } else { "E0536" };
    let mut finding = Diagnostic::new(Code(code), message);
    for passed in &rows.left_out {
        let row = &passed.row;
        let date = row.as_of.map_or("undated".to_owned(), |p| p.to_string());
        finding = finding.note(format!(
            "{}: {}{} {} ({date}): {}",
            row.id,
            row.qualifier.sign(),
            row.value,
            indicator.unit,
            passed.why.words()
        ));
    }
    match format {
        Format::Stated(format) => finding.help(format!(
            "`--assume-precision {format}` takes figures that state no number format as {format}: your assumption"
        )),
        _ => finding.help("name another indicator with `--indicator`, or give the figures in a file with `--file`"),
    }
}

fn check_asked(ask: &Ask, points: &Points, last: (f64, f64)) -> Result<(), Diagnostic> {
    let highest = points.y.iter().copied().fold(0.0, f64::max);
    if let Some(ceiling) = ask.ceiling.filter(|k| *k <= highest) {
        let message = format!("the ceiling of {ceiling} lies at or below a figure of {highest}");
        return Err(Diagnostic::new(Code("E0535"), message).help(
            "a ceiling is an assumption about what can ever be reached: take a higher one, or none",
        ));
    }
    for goal in &ask.goals {
        if goal.value <= 0.0 {
            let message = format!("a target of {} has no logarithm", goal.value);
            return Err(Diagnostic::new(Code("E0532"), message).help("a target lies above zero"));
        }
        if goal.year() <= last.0 {
            let day = date_of(last.0).map_or(String::new(), |d| d.to_string());
            let message = format!(
                "the target is due on {}, and the last figure is of {day}",
                goal.date
            );
            return Err(Diagnostic::new(Code("E0533"), message)
                .help("compare the figure with the target: there is nothing to forecast"));
        }
    }
    Ok(())
}

fn year_ends(
    last: f64,
    as_of: Option<NaiveDate>,
    models: &[Model],
    level: f64,
) -> Vec<(NaiveDate, Vec<Band>)> {
    let Some(from) = date_of(last).max(as_of) else {
        return vec![];
    };
    let years = from.year()..;
    let ends = years.map_while(|year| NaiveDate::from_ymd_opt(year, 12, 31));
    let coming = ends.filter(|day| *day > from).take(YEAR_ENDS);
    coming
        .map(|day| {
            let bands = models.iter().map(|m| Band::at(m, decimal_year(day), level));
            (day, bands.collect())
        })
        .collect()
}

fn targets(
    desk: &Desk,
    place: &PlaceId,
    indicator: &Indicator,
    ask: &Ask,
    points: &Points,
    models: &[Model],
    analogs: &Analogs,
) -> (Vec<TargetOutlook>, Vec<(Target, String)>) {
    let (declared, left_out) = target_reports(&desk.data, place, &indicator.id, &desk.selector);
    let own = declared.into_iter().filter_map(|report| {
        let goal = Goal {
            value: report.target.value,
            date: report.target.due?.end(),
        };
        (goal.value > 0.0).then_some((goal, report.target.qualifier, Some(report)))
    });
    let asked = ask.goals.iter().map(|goal| (*goal, Qualifier::Gte, None));
    let all = own.chain(asked).map(|(goal, qualifier, declared)| {
        let last = points.last().unwrap_or_default();
        let ahead = goal.year() > last.0;
        let decided = declared.as_ref().is_some_and(|r| r.state.scores());
        let open = ahead && !decided;
        let by_method = models.iter().filter(|_| open).map(|model| {
            let told = outlook(model, goal.value, goal.year(), ask.level);
            (model.method, told)
        });
        let without = analogs.used.iter().filter(|_| open).filter_map(|analog| {
            let pool = analogs
                .pool_without(place, points, Some(&analog.place))
                .ok()?;
            let model = pool.model(place.as_str(), points);
            Some((
                analog.place.clone(),
                model.probability(goal.year(), goal.value),
            ))
        });
        TargetOutlook {
            by_method: by_method.collect(),
            without: without.collect(),
            required: ahead.then(|| required(last, goal.value, goal.year())),
            goal,
            qualifier,
            declared,
        }
    });
    (all.collect(), left_out)
}

/// One target of one place, at a glance.
#[derive(Debug, Clone)]
pub struct Line {
    /// The place.
    pub place: Place,
    /// The indicator.
    pub indicator: Indicator,
    /// The target with its state.
    pub report: TargetReport,
    /// The last usable figure: day, value, hedge.
    pub last: Option<(NaiveDate, f64, Qualifier)>,
    /// Number of usable figures.
    pub figures: usize,
    /// What it asks for, where its date lies after the last figure.
    pub required: Option<Required>,
    /// What the default method says, and the range over all methods.
    pub chance: Option<(Method, f64, (f64, f64))>,
    /// Why there is no probability, where the target is open and there is none.
    pub why_not: Option<String>,
}

/// Looks at every target of installed capacity (or of the indicator asked for) of every place.
///
/// Lines come by state, then due date, then the order of the places: those that are still open first.
pub fn all(desk: &Desk, ask: &Ask) -> Result<Vec<Line>, Diagnostic> {
    let indicators: Vec<&Indicator> = match &ask.indicator {
        Some(wanted) => {
            let known = desk.data.indicators.get(wanted);
            vec![known.ok_or_else(|| unknown_indicator(desk, wanted))?]
        }
        None => {
            let capacity = desk.capacity.iter();
            capacity
                .filter_map(|id| desk.data.indicators.get(id))
                .collect()
        }
    };
    let mut lines = vec![];
    for indicator in indicators {
        let mut candidates = None;
        for place in desk.data.places.values() {
            let (reports, _) = target_reports(&desk.data, &place.id, &indicator.id, &desk.selector);
            if reports.is_empty() {
                continue;
            }
            let candidates = candidates.get_or_insert_with(|| desk.candidates(&indicator.id));
            let told = forecast_with(desk, &place.id, ask, indicator.clone(), vec![], candidates);
            lines.extend(
                reports
                    .into_iter()
                    .map(|report| line(place, indicator, report, told.as_ref().ok())),
            );
        }
    }
    lines.sort_by_key(|line| {
        let open = !line.report.state.scores();
        (!open, line.report.target.due.map(crate::model::Period::end))
    });
    Ok(lines)
}

fn line(
    place: &Place,
    indicator: &Indicator,
    report: TargetReport,
    told: Option<&PlaceForecast>,
) -> Line {
    let of_report = |t: &&TargetOutlook| {
        t.declared
            .as_ref()
            .is_some_and(|d| d.target.id == report.target.id)
    };
    let outlook = told.and_then(|told| told.targets.iter().find(of_report));
    let last = told.and_then(|told| told.rows.used.last());
    let chance = outlook.and_then(|t| {
        let (method, headline) = t.headline()?;
        Some((*method, headline.probability, t.range()?))
    });
    let open = !report.state.scores();
    let why_not = match told {
        _ if !open || chance.is_some() => None,
        None => Some("no figure".to_owned()),
        Some(_) if outlook.is_some_and(|t| t.required.is_none()) => Some("past".to_owned()),
        Some(told) => told.pooled.as_ref().err().map(|why| why.words().to_owned()),
    };
    Line {
        place: place.clone(),
        indicator: indicator.clone(),
        last: last.map(|l| (l.day, l.row.value, l.row.qualifier)),
        figures: told.map_or(0, |told| told.points.len()),
        required: outlook.and_then(|t| t.required),
        chance,
        why_not,
        report,
    }
}

/// Returns the median at a date of the series that a figure ends, by the default method, with that method: what
/// rivals are assumed to have then. Nothing where the figure does not end its series, where there is no model,
/// or for a date that is not after it.
pub fn median_at(desk: &Desk, row: &Observation, date: NaiveDate) -> Option<(Method, f64)> {
    let ask = Ask {
        indicator: Some(row.indicator.clone()),
        format: Format::Stated(row.numeric_precision.clone()),
        ..Ask::default()
    };
    let told = forecast(desk, &row.place, &ask).ok()?;
    let ends = told.rows.used.last()?.row.value.to_bits() == row.value.to_bits();
    let model = told.models.first()?;
    let t = decimal_year(date);
    (ends && t > model.last).then(|| (model.method, model.median(t)))
}
