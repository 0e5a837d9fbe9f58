//! A forecast asked by a file: one series, several places that are pooled, or a pipeline.
//!
//! The file is TOML or JSON, schema `exacity.forecast/1`: `kind` is `single`, `pooled` or `pipeline`.

mod shapes;

use super::pipeline::{Committed, Delivered, delivered};
use super::pooled::{Borrowed, Pool};
use super::{
    Backtest, Link, Method, Model, Outlook, Points, Required, backtest, decimal_year, outlook,
    required, walk,
};
use crate::config::{Table, Value, read_date, read_question};
use crate::diagnostics::{Checked, Code, Diagnostic, Diagnostics, FileId, Files, Span};
use chrono::NaiveDate;

/// Level of the bands where a file states none.
pub const LEVEL: f64 = 0.8;

/// A question with its answer.
#[derive(Debug, Clone)]
pub struct Answered {
    /// Name of the case.
    pub name: String,
    /// The author's note.
    pub note: String,
    /// Coverage of the bands.
    pub level: f64,
    /// Unit of the stocks.
    pub unit: String,
    /// The answer.
    pub answer: Answer,
}

/// The answer to a file.
#[derive(Debug, Clone)]
pub enum Answer {
    /// One series.
    Single(Single),
    /// Places pooled.
    Pooled(Pooled),
    /// Committed projects.
    Pipeline(Pipeline),
}

/// A target: a value and a date.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Goal {
    /// The value.
    pub value: f64,
    /// The date.
    pub date: NaiveDate,
}

impl Goal {
    /// Returns the date as a decimal year.
    pub fn year(self) -> f64 {
        decimal_year(self.date)
    }
}

/// The answer about one series.
#[derive(Debug, Clone)]
pub struct Single {
    /// The figures.
    pub points: Points,
    /// The target.
    pub goal: Goal,
    /// The ceiling that was assumed.
    pub ceiling: Option<f64>,
    /// What the target asks for.
    pub required: Required,
    /// Each method's model and what it says, in the order of the file.
    pub methods: Vec<(Model, Outlook)>,
    /// How the random walk would have done.
    pub backtest: Option<Backtest>,
}

/// The answer about pooled places.
#[derive(Debug, Clone)]
pub struct Pooled {
    /// What the places say together.
    pub pool: Pool,
    /// Each place with its model and what it says of its target.
    pub places: Vec<PooledPlace>,
}

/// A place among pooled ones.
#[derive(Debug, Clone)]
pub struct PooledPlace {
    /// The place.
    pub id: String,
    /// Its figures.
    pub points: Points,
    /// Its target.
    pub goal: Goal,
    /// Its growth, and how much of it is borrowed.
    pub borrowed: Borrowed,
    /// What the target asks for.
    pub required: Required,
    /// What the model says of the target.
    pub outlook: Outlook,
    /// Probability with each of the other places left out of the pool, where the rest can be pooled.
    pub without: Vec<(String, Option<f64>)>,
}

/// The answer about a pipeline.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// The stock now.
    pub current: f64,
    /// The target.
    pub goal: Goal,
    /// The projects.
    pub projects: Vec<Committed>,
    /// The total at the date.
    pub delivered: Delivered,
    /// The same where all projects slip by these years on top.
    pub common_slip: Vec<(f64, Delivered)>,
}

/// Reads a file and answers it. `name` is what findings call it.
///
/// ```
/// use exacity::plan::forecast::case;
/// let text = r#"
/// schema = "exacity.forecast/1"
/// kind = "single"
/// methods = ["rw_drift"]
/// target = { date = 2026-12-31, eflops = 60 }
/// observations = [
///     { date = 2023-12-31, eflops = 10 }, { date = 2024-12-31, eflops = 22 }, { date = 2025-12-31, eflops = 40 },
/// ]
/// "#;
/// let answered = case::answer("growth.toml", text).value.unwrap();
/// let case::Answer::Single(single) = answered.answer else { panic!() };
/// assert!(single.methods[0].1.probability > 0.7);
/// ```
pub fn answer(name: &str, text: &str) -> Checked<Answered> {
    let mut found = Diagnostics::new();
    let mut files = Files::default();
    let table = read_question(name, text, &shapes::CASE, &mut files, &mut found);
    let value = table.and_then(|table| {
        let mut reader = Reader {
            whole: Span::whole(&FileId::new(name)),
            found: &mut found,
        };
        reader.case(&table)
    });
    Checked {
        value: value.filter(|_| !found.has_errors()),
        diagnostics: found,
        files,
    }
}

struct Reader<'f> {
    whole: Span,
    found: &'f mut Diagnostics,
}

impl Reader<'_> {
    fn case(&mut self, table: &Table) -> Option<Answered> {
        let level = table.number("level").unwrap_or(LEVEL);
        if level <= 0.0 || level >= 1.0 {
            let at = table.get("level").map(|v| v.span.clone());
            let message = format!(
                "`level` is {level}: a band covers more than nothing and less than everything"
            );
            self.report("E0110", message, at, "such as 0.8");
            return None;
        }
        let kind = table.text("kind").unwrap_or_default();
        let answer = match kind {
            "single" => Answer::Single(self.single(table, level)?),
            "pooled" => Answer::Pooled(self.pooled(table, level)?),
            _ => Answer::Pipeline(self.pipeline(table)?),
        };
        let text = |key: &str| table.text(key).unwrap_or_default().to_owned();
        Some(Answered {
            name: text("name"),
            note: text("note"),
            level,
            unit: table.text("unit").unwrap_or("EFLOPS").to_owned(),
            answer,
        })
    }

    fn report(&mut self, code: &'static str, message: String, at: Option<Span>, help: &str) {
        let at = at.unwrap_or_else(|| self.whole.clone());
        let finding = Diagnostic::new(Code(code), message).at(at, "");
        self.found.push(if help.is_empty() {
            finding
        } else {
            finding.help(help)
        });
    }

    /// Returns the value under a key that this kind of question needs.
    fn need<'t>(&mut self, table: &'t Table, key: &str, of: &str) -> Option<&'t Value> {
        let value = table.get(key);
        if value.is_none() {
            let message = format!("a {of} forecast needs `{key}`");
            self.report("E0105", message, None, "");
        }
        value
    }

    fn single(&mut self, table: &Table, level: f64) -> Option<Single> {
        let observations = self.need(table, "observations", "single");
        let goal = self.need(table, "target", "single");
        let points = self.points(observations?)?;
        let ceiling = table.number("ceiling_eflops");
        let goal = self.goal(goal?, &points)?;
        let highest = points.y.iter().copied().fold(0.0, f64::max);
        if let Some(ceiling) = ceiling.filter(|k| *k <= highest) {
            let at = table.get("ceiling_eflops").map(|v| v.span.clone());
            let message =
                format!("the ceiling of {ceiling} lies at or below a figure of {highest}");
            self.report("E0535", message, at, "a ceiling is an assumption about what can ever be reached: take a higher one, or none");
        }
        let methods = self.methods(table, ceiling)?;
        if points.len() < 3 {
            let at = observations.map(|v| v.span.clone());
            let are = match points.len() {
                1 => "one figure is".to_owned(),
                n => format!("{n} figures are"),
            };
            let message = format!("{are} no series: three are needed");
            self.report(
                "E0531",
                message,
                at,
                "use kind `pooled` with analog places, or kind `pipeline`",
            );
        }
        self.falls(&points, observations?);
        if self.found.has_errors() {
            return None;
        }
        let fitted = methods
            .iter()
            .filter_map(|method| fit(*method, &points, ceiling));
        let methods: Vec<(Model, Outlook)> = fitted
            .map(|model| (model, outlook(&model, goal.value, goal.year(), level)))
            .collect();
        self.scatter(methods.iter().map(|(model, _)| model));
        Some(Single {
            required: required(points.last()?, goal.value, goal.year()),
            backtest: backtest(&points, Link::Log, level),
            points,
            goal,
            ceiling,
            methods,
        })
    }

    fn methods(&mut self, table: &Table, ceiling: Option<f64>) -> Option<Vec<Method>> {
        let Some(words) = table.words("methods") else {
            let mut all = vec![Method::RwDrift, Method::LoglinearOls];
            all.extend(ceiling.map(|_| Method::LogitRwDrift));
            return Some(all);
        };
        let mut methods = vec![];
        for word in words {
            let method = Method::parse(word.text)?;
            if method == Method::LogitRwDrift && ceiling.is_none() {
                let message = "`logit_rw_drift` needs `ceiling_eflops`".to_owned();
                self.report(
                    "E0105",
                    message,
                    Some(word.span.clone()),
                    "a ceiling is an assumption: state it",
                );
                return None;
            }
            methods.push(method);
        }
        Some(methods)
    }

    fn pooled(&mut self, table: &Table, level: f64) -> Option<Pooled> {
        let values = self.need(table, "places", "pooled")?.array()?;
        let mut read = vec![];
        for value in values {
            let place = value.table()?;
            let observations = self.need(place, "observations", "pooled")?;
            let (Some(points), Some(id)) = (self.points(observations), place.word("id")) else {
                continue;
            };
            if read
                .iter()
                .any(|(known, ..): &(String, Points, Goal)| known == id.text)
            {
                let message = format!("place `{}` stands twice", id.text);
                self.report("E0109", message, Some(id.span.clone()), "");
            }
            self.falls(&points, observations);
            let goal = place
                .get("target")
                .and_then(|goal| self.goal(goal, &points));
            if let Some(goal) = goal {
                read.push((id.text.to_owned(), points, goal));
            }
        }
        if self.found.has_errors() {
            return None;
        }
        let series: Vec<(&str, &Points)> = read.iter().map(|p| (p.0.as_str(), &p.1)).collect();
        let pool = match Pool::new(&series) {
            Ok(pool) => pool,
            Err(why) => {
                let at = table.get("places").map(|v| v.span.clone());
                let message = format!("these places cannot be pooled: {}", why.words());
                self.report("E0531", message, at, "add analog places, or figures");
                return None;
            }
        };
        let places = read.iter().map(|(id, points, goal)| {
            let model = pool.model(id, points);
            PooledPlace {
                id: id.clone(),
                borrowed: pool.growth(id),
                required: required(points.last().unwrap_or_default(), goal.value, goal.year()),
                outlook: outlook(&model, goal.value, goal.year(), level),
                without: leave_one_out(&series, id, points, *goal),
                points: points.clone(),
                goal: *goal,
            }
        });
        Some(Pooled {
            places: places.collect(),
            pool,
        })
    }

    fn pipeline(&mut self, table: &Table) -> Option<Pipeline> {
        let current = self.need(table, "current_eflops", "pipeline")?.number()?;
        let goal = self.need(table, "target", "pipeline")?;
        let goal = Goal {
            value: goal.table()?.number("eflops")?,
            date: read_date(goal.table()?.get("date")?)?,
        };
        let projects = self.need(table, "projects", "pipeline")?;
        let read: Vec<_> = projects.array()?.iter().map(|p| self.project(p)).collect();
        if self.found.has_errors() {
            return None;
        }
        let projects: Vec<Committed> = read.into_iter().flatten().collect();
        let at = |slip: f64| delivered(current, &projects, goal.year(), goal.value, slip);
        Some(Pipeline {
            current,
            goal,
            delivered: at(0.0),
            common_slip: [0.25, 0.5, 1.0].map(|slip| (slip, at(slip))).to_vec(),
            projects,
        })
    }

    fn project(&mut self, value: &Value) -> Option<Committed> {
        let project = value.table()?;
        let slips = project.get("slip_years");
        let slip: Vec<(f64, f64)> = match slips {
            None => vec![(0.0, 1.0)],
            Some(slips) => slips
                .array()?
                .iter()
                .filter_map(|s| Some((s.table()?.number("years")?, s.table()?.number("p")?)))
                .collect(),
        };
        let total = crate::num::float::sum(slip.iter().map(|s| s.1));
        if (total - 1.0).abs() > 1e-9 {
            let id = project.text("id").unwrap_or_default();
            let message =
                format!("the probabilities of the slips of `{id}` sum to {total}, not to 1");
            self.report(
                "E0545",
                message,
                slips.map(|v| v.span.clone()),
                "what is not completed at all belongs into `p_complete`",
            );
        }
        Some(Committed {
            id: project.text("id").unwrap_or_default().to_owned(),
            size: project.number("eflops")?,
            due: decimal_year(read_date(project.get("due")?)?),
            completes: project.number("p_complete").unwrap_or(1.0),
            slip,
        })
    }

    /// Reads observations: above zero, and one a date. They may stand in any order.
    fn points(&mut self, value: &Value) -> Option<Points> {
        let mut all: Vec<(f64, f64, &Value)> = vec![];
        for item in value.array()? {
            let row = item.table()?;
            let stock = row.number("eflops")?;
            if stock <= 0.0 {
                let message = format!("a figure of {stock} has no logarithm");
                let at = row.get("eflops").map(|v| v.span.clone());
                self.report("E0532", message, at, "leave out the time before there was anything: growth is measured from the first figure above zero");
                continue;
            }
            all.push((decimal_year(read_date(row.get("date")?)?), stock, item));
        }
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        for pair in all.windows(2).filter(|pair| pair[1].0 <= pair[0].0) {
            let message = "two figures bear one date".to_owned();
            let finding = Diagnostic::new(Code("E0534"), message)
                .at(pair[1].2.span.clone(), "this one")
                .at(pair[0].2.span.clone(), "and this one")
                .help("keep the better of the two: a growth rate needs time between figures");
            self.found.push(finding);
        }
        if all.is_empty() && !self.found.has_errors() {
            let message = "there is no figure to start from".to_owned();
            self.report(
                "E0531",
                message,
                Some(value.span.clone()),
                "one is needed at least",
            );
        }
        (!all.is_empty()).then(|| Points {
            x: all.iter().map(|p| p.0).collect(),
            y: all.iter().map(|p| p.1).collect(),
        })
    }

    fn goal(&mut self, value: &Value, points: &Points) -> Option<Goal> {
        let table = value.table()?;
        let goal = Goal {
            value: table.number("eflops")?,
            date: read_date(table.get("date")?)?,
        };
        let span = |key: &str| table.get(key).map(|v| v.span.clone());
        if goal.value <= 0.0 {
            let message = format!("a target of {} has no logarithm", goal.value);
            self.report("E0532", message, span("eflops"), "a target lies above zero");
            return None;
        }
        if goal.year() <= points.last()?.0 {
            let last = super::date_of(points.last()?.0)?;
            let message = format!(
                "the target is due on {}, and the last figure is of {last}",
                goal.date
            );
            self.report(
                "E0533",
                message,
                span("date"),
                "compare the figure with the target: there is nothing to forecast",
            );
            return None;
        }
        Some(goal)
    }

    fn falls(&mut self, points: &Points, value: &Value) {
        for at in points.falls() {
            let (from, to) = (points.y[at - 1], points.y[at]);
            let message = format!("the series falls from {from} to {to}");
            self.report(
                "W0516",
                message,
                Some(value.span.clone()),
                "stocks of compute rarely fall: see whether the two figures count the same thing",
            );
        }
    }

    fn scatter<'m>(&mut self, models: impl Iterator<Item = &'m Model>) {
        for model in models.filter(|m| m.sigma() < 1e-9) {
            let message = format!(
                "the figures lie on one line: `{}` sees no chance at all",
                model.method.word()
            );
            self.report(
                "W0518",
                message,
                None,
                "figures that were interpolated, not measured, look like this",
            );
        }
    }
}

/// Fits one method to a series of its own.
pub(super) fn fit(method: Method, points: &Points, ceiling: Option<f64>) -> Option<Model> {
    match method {
        Method::RwDrift => walk::drift(points, Link::Log),
        Method::LoglinearOls => walk::trend(points),
        Method::LogitRwDrift => walk::drift(points, Link::Logit { ceiling: ceiling? }),
        Method::Pooled => None,
    }
}

fn leave_one_out(
    series: &[(&str, &Points)],
    id: &str,
    points: &Points,
    goal: Goal,
) -> Vec<(String, Option<f64>)> {
    let others = series
        .iter()
        .filter(|(other, p)| *other != id && p.len() >= 2);
    let without = others.map(|(other, _)| {
        let rest: Vec<_> = series.iter().copied().filter(|(p, _)| p != other).collect();
        let pool = Pool::new(&rest).ok();
        let chance = pool.map(|pool| pool.model(id, points).probability(goal.year(), goal.value));
        ((*other).to_owned(), chance)
    });
    without.collect()
}

#[cfg(test)]
mod tests;
