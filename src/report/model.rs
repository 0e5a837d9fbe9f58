//! The view model that all writers share: no colours, no widths, no file formats.

use super::lang::Lang;
use super::number;

/// A page of answers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// What kind of answer it is (`ranking`, `place`, …), for programs.
    pub kind: &'static str,
    /// Language of its words; names in other languages are marked as such.
    pub lang: Lang,
    /// Title.
    pub title: String,
    /// Lines under the title: what was computed, from what.
    pub notes: Vec<String>,
    /// The few facts to remember, for formats that have room for them.
    pub highlights: Vec<Highlight>,
    /// The answer, part by part.
    pub sections: Vec<Section>,
    /// How to read it; a few lines at most.
    pub footer: Vec<String>,
}

/// A fact to remember: what it is about, the fact, and a word on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Highlight {
    /// What it is about.
    pub label: String,
    /// The fact, a word or a number.
    pub value: String,
    /// A word on it.
    pub note: String,
}

/// A part of a report.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Section {
    /// Identifier within the report.
    pub id: String,
    /// Heading; empty for none.
    pub title: String,
    /// Depth of the heading, from 0.
    pub level: usize,
    /// Sentences above the table. Leading spaces indent.
    pub text: Vec<String>,
    /// The table.
    pub table: Option<Table>,
    /// The picture; the table holds the same numbers.
    pub figure: Option<Figure>,
    /// What the ranking would be at other weights, worked out beforehand.
    pub sliders: Option<Sliders>,
    /// True for a part that most readers pass over; it opens on request where the format can.
    pub folded: bool,
    /// The same facts for programs, where sentences say more than a table could.
    pub data: Option<serde_json::Value>,
}

/// A picture, defined once for every front end.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Identifier, unique within the report.
    pub id: String,
    /// What the picture shows: the finding where there is one, else the subject.
    pub title: String,
    /// What is to be seen, for those who do not see it.
    pub description: String,
    /// Narrowest width at which it can be read, in pixels; a narrower page scrolls it.
    pub narrowest: usize,
    /// The definition in Plotly's format: `data`, `layout` and `config`.
    pub plot: serde_json::Value,
}

/// Rankings at other weights, one criterion at a time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sliders {
    /// Ids of the ranked places, in the order of the ranking.
    pub places: Vec<String>,
    /// One for each criterion with siblings.
    pub sliders: Vec<Slider>,
}

/// The rankings as one criterion's share among its siblings goes from nothing to everything.
#[derive(Debug, Clone, PartialEq)]
pub struct Slider {
    /// The criterion.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Depth in the tree, pillars at 0.
    pub depth: usize,
    /// Where it stands now: a position among the frames.
    pub now: usize,
    /// Lowest and highest share of the frames around the present one in which the first place stays first.
    pub first_stays: (f64, f64),
    /// The rankings, by rising share.
    pub frames: Vec<SliderFrame>,
}

/// The ranking at one share.
#[derive(Debug, Clone, PartialEq)]
pub struct SliderFrame {
    /// The criterion's share among its siblings, 0 to 1.
    pub share: f64,
    /// One row per ranked place: its position among [`Sliders::places`], rank, score, and the length of
    /// each part of its bar as a share of the full width.
    pub rows: Vec<(usize, f64, f64, Vec<f64>)>,
}

/// A table with typed cells.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows, each as long as there are columns.
    pub rows: Vec<Vec<Value>>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Key for programs.
    pub id: String,
    /// Heading for people.
    pub name: String,
    /// Heading where space is short; empty for the same.
    pub short: String,
    /// Unit of its numbers; empty for none.
    pub unit: String,
    /// Where cells stand.
    pub align: Align,
    /// True for what only helps the eye; programs do not get it, and narrow terminals drop it.
    pub ornament: bool,
    /// True for what a narrow page may leave out.
    pub minor: bool,
}

/// Where the cells of a column stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// At the left, for words.
    #[default]
    Left,
    /// At the right, for numbers.
    Right,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing belongs here.
    Empty,
    /// A figure belongs here and is not known.
    Missing,
    /// Words.
    Text(String),
    /// A number; people see it in the way that `Show` says, programs get it whole.
    Number(f64, Show),
    /// A rank, and whether it is shared.
    Rank(f64, bool),
    /// A bar of this share of the full width, 0 to 1.
    Bar(f64),
    /// A bar made of parts.
    Stack(Vec<Part>),
    /// The name of something that has one in another language, or a part of the report, too.
    Name(Name),
    /// Several such names.
    Names(Vec<Name>),
}

/// A name with its form in another language, and where in the report its bearer is treated.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Name {
    /// Stable identifier of the bearer.
    pub id: String,
    /// The name in the report's language.
    pub text: String,
    /// The name in the other language, if known.
    pub other: Option<String>,
    /// Where in the report the bearer is treated, if anywhere.
    pub link: Option<String>,
    /// The mark of this very place, for names that link here.
    pub anchor: Option<String>,
}

/// A part of a bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// What adds it: a criterion, or a rule.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Position of its pillar, for the colour; the same for the parts of a part.
    pub slot: usize,
    /// Points that it adds; below zero where it takes away.
    pub points: f64,
    /// Length as a share of the full width.
    pub share: f64,
    /// True for what rules add: it belongs to no criterion.
    pub rule: bool,
    /// The parts that it is made of, in turn.
    pub parts: Vec<Part>,
}

/// Returns how far a bar reaches, as a share of the full width.
pub fn reach(parts: &[Part]) -> f64 {
    crate::num::float::sum(parts.iter().map(|part| part.share)).clamp(0.0, 1.0)
}

/// How people see a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// Three significant digits.
    Score,
    /// Three significant digits with a sign.
    Signed,
    /// As short as possible, all digits kept.
    Figure,
    /// Whole percent of a share.
    Share,
    /// Whole percent of a probability; never 0 or 100 for what is only near them.
    Probability,
}

impl Value {
    /// Makes a cell of words.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Makes a score, or a missing cell.
    pub fn score(value: Option<f64>) -> Self {
        Self::number(value, Show::Score)
    }

    /// Makes a number, or a missing cell.
    pub fn number(value: Option<f64>, show: Show) -> Self {
        value.map_or(Self::Missing, |value| Self::Number(value, show))
    }

    /// Makes a count.
    pub fn count(count: usize) -> Self {
        Self::Number(count as f64, Show::Figure)
    }

    /// Returns what people see; bars are drawn by the writers.
    pub fn words(&self) -> String {
        match self {
            Self::Empty | Self::Bar(_) | Self::Stack(_) => String::new(),
            Self::Rank(rank, false) => number::rank(*rank),
            Self::Rank(rank, true) => format!("={}", number::rank(*rank)),
            Self::Name(name) => name.text.clone(),
            Self::Names(names) => {
                let names: Vec<&str> = names.iter().map(|name| name.text.as_str()).collect();
                names.join("; ")
            }
            Self::Missing => "–".to_owned(),
            Self::Text(text) => text.clone(),
            Self::Number(value, Show::Score) => number::three_digits(*value),
            Self::Number(value, Show::Signed) => number::signed(*value),
            Self::Number(value, Show::Figure) => number::figure(*value),
            Self::Number(value, Show::Share) => number::percent(*value),
            Self::Number(value, Show::Probability) => number::probability(*value),
        }
    }
}

impl Column {
    /// Makes a column of words.
    pub fn words(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            short: String::new(),
            unit: String::new(),
            align: Align::Left,
            ornament: false,
            minor: false,
        }
    }

    /// Makes a column of numbers.
    pub fn numbers(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            align: Align::Right,
            ..Self::words(id, name)
        }
    }

    /// Makes a column of bars.
    pub fn bars() -> Self {
        Self {
            ornament: true,
            ..Self::words("bar", "")
        }
    }

    /// States the unit.
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = unit.into();
        self
    }

    /// Lets narrow pages leave it out.
    pub fn minor(mut self) -> Self {
        self.minor = true;
        self
    }

    /// States the heading where space is short.
    pub fn short(mut self, short: impl Into<String>) -> Self {
        self.short = short.into();
        self
    }

    /// Returns the heading with the unit.
    pub fn heading(&self) -> String {
        if self.unit.is_empty() {
            self.name.clone()
        } else {
            format!("{} ({})", self.name, self.unit)
        }
    }
}

impl Table {
    /// Starts a table without rows.
    pub fn new(columns: Vec<Column>) -> Self {
        Self {
            columns,
            rows: vec![],
        }
    }

    /// Adds a row.
    ///
    /// # Panics
    ///
    /// If the row is not as long as there are columns.
    pub fn push(&mut self, row: Vec<Value>) {
        assert_eq!(row.len(), self.columns.len(), "one cell per column");
        self.rows.push(row);
    }

    /// Returns the positions of the columns that programs get.
    pub fn for_programs(&self) -> impl Iterator<Item = (usize, &Column)> {
        let columns = self.columns.iter().enumerate();
        columns.filter(|(_, column)| !column.ornament)
    }
}

impl Section {
    /// Starts a section without content.
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            title: title.into(),
            ..Self::default()
        }
    }

    /// Puts the heading deeper.
    pub fn level(mut self, level: usize) -> Self {
        self.level = level;
        self
    }

    /// Adds sentences.
    pub fn text(mut self, lines: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.text.extend(lines.into_iter().map(Into::into));
        self
    }

    /// Sets the table.
    pub fn table(mut self, table: Table) -> Self {
        self.table = Some(table);
        self
    }

    /// Sets the picture.
    pub fn figure(mut self, figure: Figure) -> Self {
        self.figure = Some(figure);
        self
    }

    /// Folds the section away where the format can.
    pub fn folded(mut self) -> Self {
        self.folded = true;
        self
    }

    /// Sets the facts for programs.
    pub fn data(mut self, data: serde_json::Value) -> Self {
        self.data = Some(data);
        self
    }
}

impl Report {
    /// Starts a report.
    pub fn new(kind: &'static str, title: impl Into<String>) -> Self {
        Self {
            kind,
            title: title.into(),
            ..Self::default()
        }
    }

    /// Walks the tables.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.sections.iter().filter_map(|s| s.table.as_ref())
    }
}
