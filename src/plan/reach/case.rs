//! What it takes, asked by a file: curves that add up, or a rule on a grid.
//!
//! The file is TOML or JSON, schema `exacity.inverse/1`. `kind = "linear"` holds `criteria` with weights and
//! piecewise-linear scales; `kind = "black_box"` holds `levers` on grids and a `score` in Rhai: an expression
//! that names the levers (`100 * (compute / 150) ** 0.4`), or a whole script with `fn score(place)`.

use super::grid::{self, Outcome, Score};
use super::linear::{self, Aim, Lever, Moved, at};
use crate::config::{Kind, Shape, Table, Value, key, read_question, required};
use crate::diagnostics::{Checked, Code, Diagnostic, Diagnostics, FileId, Files, Span};
use crate::num::float;
use crate::rules::{self, Argument, Field, Rule};
use indexmap::IndexMap;

const ANY_NUMBER: Kind = Kind::Number(f64::MIN, f64::MAX);
const COST: Kind = Kind::Number(0.0, 1e15);

/// Points that a search of a large grid scores at most.
pub const MOST: usize = 400_000;

const CRITERION: Shape = Shape {
    what: "a criterion",
    keys: &[
        required("id", Kind::Text, "its name"),
        required("weight", Kind::Number(0.0, 1e9), "its weight in the score"),
        required("now", ANY_NUMBER, "where it stands"),
        required("max", ANY_NUMBER, "its cap"),
        required("unit_cost", COST, "cost of one unit"),
        required(
            "scale",
            Kind::List(&Kind::List(&ANY_NUMBER)),
            "positions with scores, rising",
        ),
        key("unit", Kind::Text, "unit of positions and cost, for people"),
        key("note", Kind::Any, "a remark"),
    ],
};

const LEVER: Shape = Shape {
    what: "a lever",
    keys: &[
        required("id", Kind::Text, "its name"),
        required("now", ANY_NUMBER, "where it stands"),
        required(
            "step",
            Kind::Number(f64::MIN_POSITIVE, 1e15),
            "length of a step",
        ),
        required("steps", Kind::Integer(0, 1_000_000), "steps up to the cap"),
        required("unit_cost", COST, "cost of one unit"),
        key("fixed_cost", COST, "cost of moving at all"),
        key("unit", Kind::Text, "unit, for people"),
        key("note", Kind::Any, "a remark"),
    ],
};

const CASE: Shape = Shape {
    what: "a question of reach",
    keys: &[
        required(
            "schema",
            Kind::Word(&["exacity.inverse/1"]),
            "the format of the file",
        ),
        required(
            "kind",
            Kind::Word(&["linear", "black_box"]),
            "how levers make the score",
        ),
        required("goal_score", ANY_NUMBER, "the score to reach"),
        key("margin", Kind::Number(0.0, 1e9), "points beyond the goal"),
        key("name", Kind::Text, "its name"),
        key("note", Kind::Text, "a remark"),
        key(
            "criteria",
            Kind::List(&Kind::Table(&CRITERION)),
            "what makes a linear score",
        ),
        key(
            "levers",
            Kind::List(&Kind::Table(&LEVER)),
            "what a rule scores",
        ),
        key("score", Kind::Text, "the rule, in Rhai"),
        key(
            "monotone",
            Kind::Flag,
            "true where the author says that more of a lever never lowers the score",
        ),
        key("expected", Kind::Any, "an answer to compare with; not read"),
        key(
            "tolerance",
            Kind::Any,
            "how close the answer must be; not read",
        ),
    ],
};

/// A question with its answer.
#[derive(Debug, Clone)]
pub struct Answered {
    /// Its name.
    pub name: String,
    /// The author's note.
    pub note: String,
    /// The score to reach, margin included.
    pub goal: f64,
    /// The answer.
    pub answer: Answer,
}

/// The answer to a file.
#[derive(Debug, Clone)]
pub enum Answer {
    /// Curves that add up.
    Linear(Linear),
    /// A rule on a grid.
    BlackBox(BlackBox),
}

/// The answer for curves that add up.
#[derive(Debug, Clone)]
pub struct Linear {
    /// The levers with their units.
    pub levers: Vec<(Lever, String)>,
    /// Score where they stand.
    pub score_now: f64,
    /// Score with everything where it gains most.
    pub best_reachable: f64,
    /// True where all curves are concave, so that one linear program is the answer.
    pub concave: bool,
    /// The least-cost answer; nothing if it is impossible.
    pub moved: Option<Moved>,
}

/// The answer for a rule.
#[derive(Debug, Clone)]
pub struct BlackBox {
    /// The levers with their units.
    pub levers: Vec<(grid::Lever, String)>,
    /// True where the author says that the score never falls.
    pub declared: bool,
    /// The outcome of the search.
    pub outcome: Outcome,
}

/// Reads a file and answers it.
pub fn answer(name: &str, text: &str) -> Checked<Answered> {
    let mut found = Diagnostics::new();
    let mut files = Files::default();
    let table = read_question(name, text, &CASE, &mut files, &mut found);
    let value = table.and_then(|table| {
        let file = FileId::new(name);
        asked(&table, &file, &mut files, &mut found)
    });
    Checked {
        value: value.filter(|_| !found.has_errors()),
        diagnostics: found,
        files,
    }
}

fn asked(
    table: &Table,
    file: &FileId,
    files: &mut Files,
    found: &mut Diagnostics,
) -> Option<Answered> {
    let goal = table.number("goal_score")? + table.number("margin").unwrap_or(0.0);
    let linear = table.text("kind") == Some("linear");
    let needed: &[&str] = if linear {
        &["criteria"]
    } else {
        &["levers", "score"]
    };
    for missing in needed.iter().filter(|key| !table.has(key)) {
        let message = format!(
            "a question of kind `{}` needs `{missing}`",
            table.text("kind")?
        );
        found.push(Diagnostic::new(Code("E0105"), message).at(Span::whole(file), ""));
    }
    if found.has_errors() {
        return None;
    }
    let answer = if linear {
        Answer::Linear(linear_answer(table, goal, found)?)
    } else {
        Answer::BlackBox(black_box(table, goal, file, files, found)?)
    };
    let word = |key: &str| table.text(key).unwrap_or_default().to_owned();
    Some(Answered {
        name: word("name"),
        note: word("note"),
        goal,
        answer,
    })
}

fn linear_answer(table: &Table, goal: f64, found: &mut Diagnostics) -> Option<Linear> {
    let mut levers = vec![];
    let mut scores = vec![];
    for (value, criterion) in table.tables("criteria") {
        let scale = scale(criterion, found);
        let id = criterion.text("id")?;
        let [weight, now, cap, cost] =
            ["weight", "now", "max", "unit_cost"].map(|key| criterion.number(key));
        let (weight, now, cap, cost) = (weight?, now?, cap?, cost?);
        if cap < now {
            let message = format!("the cap of `{id}`, {cap}, lies below where it stands, {now}");
            let at = criterion
                .get("max")
                .map_or(&value.span, |v| &v.span)
                .clone();
            found.push(Diagnostic::new(Code("E0543"), message).at(at, "").help("a lever moves up: for figures that should fall, take the score of the fall as the scale"));
        }
        let Some(scale) = scale else { continue };
        scores.push(weight * at(&scale, now));
        let unit = criterion.text("unit").unwrap_or_default().to_owned();
        levers.push((Lever::on_scale(id, cost, weight, &scale, (now, cap)), unit));
    }
    if found.has_errors() {
        return None;
    }
    let score_now = float::sum(scores);
    let plain: Vec<Lever> = levers.iter().map(|(lever, _)| lever.clone()).collect();
    Some(Linear {
        score_now,
        best_reachable: score_now + float::sum(plain.iter().map(Lever::most)),
        concave: plain.iter().all(Lever::is_concave),
        moved: linear::solve(&plain, Aim::Points(goal - score_now)),
        levers,
    })
}

/// Reads a scale: two points or more, positions rising.
fn scale(criterion: &Table, found: &mut Diagnostics) -> Option<Vec<(f64, f64)>> {
    let value = criterion.get("scale")?;
    let points = value.array()?.iter().map(|point| match point.array()? {
        [x, y] => Some((x.number()?, y.number()?)),
        _ => None,
    });
    let points: Option<Vec<(f64, f64)>> = points.collect();
    let rising = |points: &Vec<(f64, f64)>| {
        points.len() >= 2 && points.windows(2).all(|pair| pair[0].0 < pair[1].0)
    };
    let good = points.filter(rising);
    if good.is_none() {
        let message = "a scale is an array of pairs [position, score], positions rising".to_owned();
        found.push(Diagnostic::new(Code("E0110"), message).at(value.span.clone(), ""));
    }
    good
}

fn black_box(
    table: &Table,
    goal: f64,
    file: &FileId,
    files: &mut Files,
    found: &mut Diagnostics,
) -> Option<BlackBox> {
    let mut levers = vec![];
    for (_, lever) in table.tables("levers") {
        let steps = lever.get("steps").and_then(Value::integer).unwrap_or(0);
        let plain = grid::Lever {
            id: lever.text("id")?.to_owned(),
            now: lever.number("now")?,
            step: lever.number("step")?,
            steps: usize::try_from(steps).ok()?,
            unit_cost: lever.number("unit_cost")?,
            fixed_cost: lever.number("fixed_cost").unwrap_or(0.0),
        };
        levers.push((plain, lever.text("unit").unwrap_or_default().to_owned()));
    }
    let ids: Vec<String> = levers.iter().map(|(lever, _)| lever.id.clone()).collect();
    if let Some(twice) = ids
        .iter()
        .enumerate()
        .find(|(at, id)| ids[..*at].contains(id))
    {
        let at = table.get("levers").map(|v| v.span.clone())?;
        found.push(
            Diagnostic::new(Code("E0109"), format!("lever `{}` stands twice", twice.1)).at(at, ""),
        );
        return None;
    }
    let mut rule = RuleScore {
        rule: compile(table.get("score")?, &ids, file, files, found)?,
        ids,
    };
    let plain: Vec<grid::Lever> = levers.iter().map(|(lever, _)| lever.clone()).collect();
    match grid::solve(&plain, goal, &mut rule, MOST) {
        Ok(outcome) => Some(BlackBox {
            levers,
            declared: table.flag("monotone").unwrap_or(false),
            outcome,
        }),
        Err(finding) => {
            found.push(*finding);
            None
        }
    }
}

/// What every script says of itself, and an expression in a file does not.
const META: &str = "fn meta() { #{ title: \"the score of a file\" } }\n";

/// Compiles the rule of a file: a script, or an expression of the levers.
fn compile(
    value: &Value,
    levers: &[String],
    file: &FileId,
    files: &mut Files,
    found: &mut Diagnostics,
) -> Option<Rule> {
    let text = value.text()?;
    let meta = if text.contains("fn meta") { "" } else { META };
    let script = if text.contains("fn score") {
        format!("{meta}{text}")
    } else {
        let used = levers
            .iter()
            .filter(|id| names(text).any(|name| name == id.as_str()));
        let lets: Vec<String> = used
            .map(|id| format!("    let {id} = place.{id};\n"))
            .collect();
        let lets = lets.concat();
        format!("{meta}fn score(place) {{\n{lets}    {text}\n}}\n")
    };
    // Findings point into the script as it was compiled, under a name of its own.
    let named = FileId::new(&format!("{file} (score)"));
    files.insert(named.clone(), script.as_str());
    let (rule, problems) = Rule::compile(&named, &script);
    let refused = rule.is_none();
    // Warnings on habits are for strategies that are kept; a file's expression is not one.
    found.extend(
        problems
            .into_iter()
            .filter(|d| refused && d.code.0.starts_with('E')),
    );
    if refused {
        let message = "the score of this file is no rule";
        found.push(
            Diagnostic::new(Code("E0544"), message)
                .at(value.span.clone(), "this one")
                .help("write Rhai: `if c { a } else { b }`, `&&`, `x ** 0.4`, `min(a, b)`"),
        );
    }
    rule
}

/// Walks the names in an expression.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
}

/// A rule that scores positions of levers.
struct RuleScore {
    rule: Rule,
    ids: Vec<String>,
}

impl Score for RuleScore {
    fn scores(&mut self, points: &[Vec<f64>]) -> Result<Vec<f64>, Box<Diagnostic>> {
        let column = |at: usize| points.iter().map(|p| p[at]).collect();
        let fields = self.ids.iter().enumerate();
        let place: IndexMap<String, Field> = fields
            .map(|(at, id)| (id.clone(), Field::Numbers(column(at))))
            .collect();
        let table = rules::Table {
            rows: points.len(),
            arguments: IndexMap::from([("place".to_owned(), Argument::Record(place))]),
        };
        self.rule.numbers("score", &table).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<&'static str> {
        let checked = answer("r.toml", text);
        assert_eq!(checked.value.is_none(), checked.diagnostics.has_errors());
        checked.diagnostics.iter().map(|d| d.code.0).collect()
    }

    const BOX: &str = "schema = \"exacity.inverse/1\"\nkind = \"black_box\"\ngoal_score = 10\n\
        levers = [{ id = \"a\", now = 1, step = 1, steps = 9, unit_cost = 2 }, { id = \"b\", now = 1, step = 1, steps = 9, unit_cost = 3 }]\n";

    #[test]
    fn an_expression_of_the_levers_is_a_rule() {
        let text = format!("{BOX}score = \"a * b\"\n");
        let answered = answer("r.toml", &text).value.unwrap();
        let Answer::BlackBox(told) = answered.answer else {
            panic!()
        };
        let best = told.outcome.best.unwrap();
        // 4 x 3 costs 6 + 6, 5 x 2 costs 8 + 3.
        assert_eq!(
            (best.steps, best.cost.to_bits()),
            (vec![4, 1], 11.0_f64.to_bits())
        );
    }

    #[test]
    fn python_is_answered_with_how_to_write_it() {
        let text = format!("{BOX}score = \"a if b > 2 else 0\"\n");
        assert!(codes(&text).contains(&"E0544"));
        let checked = answer("r.toml", &text);
        let all = format!("{:?}", checked.diagnostics);
        assert!(all.contains("if c { a } else { b }"));
    }

    #[test]
    fn a_cap_below_where_a_lever_stands_is_refused() {
        let text = "schema = \"exacity.inverse/1\"\nkind = \"linear\"\ngoal_score = 10\n\
            criteria = [{ id = \"a\", weight = 1, now = 5, max = 4, unit_cost = 1, scale = [[0, 0], [10, 10]] }]\n";
        assert_eq!(codes(text), ["E0543"]);
        assert_eq!(
            codes(
                &text
                    .replace("[[0, 0], [10, 10]]", "[[0, 0], [0, 10]]")
                    .replace("max = 4", "max = 6")
            ),
            ["E0110"]
        );
    }

    #[test]
    fn a_kind_without_its_parts_is_refused() {
        let text = "schema = \"exacity.inverse/1\"\nkind = \"black_box\"\ngoal_score = 1\n";
        assert_eq!(codes(text), ["E0105", "E0105"]);
    }
}
