//! What stands in one column of the rows at hand, and what it means.

use super::super::strings::Strings;
use super::super::{BulkTable, Filling, Role};
use super::{Fault, note};
use crate::dataset::matrix::MatrixSpec;
use crate::model::Cell;
use parquet::data_type::ByteArray;
use std::collections::BTreeMap;

/// The values of the rows at hand as they are stored, without the holes.
#[derive(Debug)]
pub(super) enum Values {
    Whole(Vec<i32>),
    Long(Vec<i64>),
    Single(Vec<f32>),
    Double(Vec<f64>),
    Text(Vec<ByteArray>),
    Flag(Vec<bool>),
}

/// One column of the rows at hand.
pub(super) struct Held {
    /// Its position among the columns of the table.
    at: usize,
    pub(super) role: Role,
    pub(super) values: Values,
    unsigned: bool,
    /// One per row where a column may have holes: whether there is a value.
    pub(super) levels: Vec<i16>,
    texts: Strings,
    spelling: Spelling,
    /// Whether words of the project may stand for numbers that are stored as such.
    spelt: bool,
}

impl Held {
    /// Starts with no rows.
    pub(super) fn new(
        at: usize,
        role: Role,
        values: Values,
        unsigned: bool,
        spec: &MatrixSpec,
    ) -> Self {
        let spelling = Spelling::of(spec);
        Self {
            at,
            role,
            values,
            unsigned,
            levels: vec![],
            texts: Strings::default(),
            spelt: spelling.replaces_numbers(spec),
            spelling,
        }
    }

    /// Returns the text of a row; empty where there is none.
    pub(super) fn text(&self, row: usize) -> &[u8] {
        self.texts.bytes(row)
    }

    /// Writes out the texts of the rows at hand, where any are asked for.
    pub(super) fn spell(&mut self) {
        if self.role.text.is_none() {
            return;
        }
        let (texts, levels) = (&mut self.texts, self.levels.as_slice());
        let (spelling, unsigned) = (&self.spelling, self.unsigned);
        texts.clear();
        match &self.values {
            Values::Whole(values) => each(levels, values, |value| {
                texts
                    .push_text(value.map_or_else(String::new, |v| whole(*v, unsigned).to_string()));
            }),
            Values::Long(values) => each(levels, values, |value| {
                texts.push_text(value.map_or_else(String::new, |v| long(*v, unsigned).to_string()));
            }),
            Values::Single(values) => each(levels, values, |value| {
                texts.push_text(
                    value.map_or_else(String::new, |v| spelling.of_number(f64::from(*v))),
                );
            }),
            Values::Double(values) => each(levels, values, |value| {
                texts.push_text(value.map_or_else(String::new, |v| spelling.of_number(*v)));
            }),
            Values::Text(values) => each(levels, values, |value| {
                texts.push_bytes(value.map_or(&[], ByteArray::data));
            }),
            Values::Flag(values) => each(levels, values, |value| {
                texts.push_text(value.map_or_else(String::new, bool::to_string));
            }),
        }
    }

    /// Fills a column of figures with the rows at hand.
    pub(super) fn cells(
        &mut self,
        table: &BulkTable,
        cell: usize,
        filling: &mut Filling,
        faults: &mut BTreeMap<usize, Fault>,
    ) {
        let (levels, unsigned) = (self.levels.as_slice(), self.unsigned);
        match &mut self.values {
            Values::Whole(values) => {
                spread(levels, values, filling, |v| whole(v, unsigned) as f64);
            }
            Values::Long(values) => {
                spread(levels, values, filling, |v| long_as_number(v, unsigned));
            }
            Values::Single(values) => spread(levels, values, filling, f64::from),
            Values::Double(values) if levels.is_empty() || values.len() == levels.len() => {
                std::mem::swap(&mut filling.values, values);
            }
            Values::Double(values) => spread(levels, values, filling, |v| v),
            Values::Flag(values) => spread(levels, values, filling, |v| f64::from(u8::from(v))),
            Values::Text(values) => {
                let mut row = 0;
                each(levels, values, |value| {
                    let bytes = value.map_or(&[][..], ByteArray::data);
                    let (held, fault) = table.read_cell(cell, self.at, bytes);
                    filling.push(held);
                    note(faults, row, fault);
                    row += 1;
                });
                return;
            }
        }
        let always = self.spelt || table.cells[cell].1;
        if always || filling.values.iter().any(|value| !value.is_finite()) {
            self.reread(table, cell, always, filling, faults);
        }
    }

    /// Looks at numbers again that may mean something else, as if they were written.
    fn reread(
        &self,
        table: &BulkTable,
        cell: usize,
        always: bool,
        filling: &mut Filling,
        faults: &mut BTreeMap<usize, Fault>,
    ) {
        let (values, holes) = (
            std::mem::take(&mut filling.values),
            std::mem::take(&mut filling.holes),
        );
        let mut holes = holes.into_iter().peekable();
        for (row, value) in values.into_iter().enumerate() {
            if let Some((_, hole)) = holes.next_if(|(at, _)| *at == row) {
                filling.push(hole);
            } else if value.is_finite() && !always {
                filling.push(Cell::Value(value));
            } else {
                let text = self.spelling.of_number(value);
                let (held, fault) = table.read_cell(cell, self.at, text.as_bytes());
                filling.push(held);
                note(faults, row, fault);
            }
        }
    }
}

/// Visits the rows at hand: a value, or none.
fn each<T>(levels: &[i16], values: &[T], mut visit: impl FnMut(Option<&T>)) {
    if levels.is_empty() {
        for value in values {
            visit(Some(value));
        }
        return;
    }
    let mut values = values.iter();
    for level in levels {
        visit(if *level > 0 { values.next() } else { None });
    }
}

/// Fills a column with numbers and holes.
fn spread<T: Copy>(levels: &[i16], values: &[T], filling: &mut Filling, number: impl Fn(T) -> f64) {
    if levels.is_empty() || levels.len() == values.len() {
        filling
            .values
            .extend(values.iter().map(|value| number(*value)));
        return;
    }
    each(levels, values, |value| {
        filling.push(value.map_or(Cell::Missing, |value| Cell::Value(number(*value))));
    });
}

fn whole(value: i32, unsigned: bool) -> i64 {
    if unsigned {
        i64::from(value.cast_unsigned())
    } else {
        i64::from(value)
    }
}

fn long(value: i64, unsigned: bool) -> i128 {
    if unsigned {
        i128::from(value.cast_unsigned())
    } else {
        i128::from(value)
    }
}

fn long_as_number(value: i64, unsigned: bool) -> f64 {
    if unsigned {
        value.cast_unsigned() as f64
    } else {
        value as f64
    }
}

/// How numbers are written where a text stands for them.
struct Spelling {
    decimal: char,
    /// The project's word for what is not a number.
    nan: String,
}

impl Spelling {
    fn of(spec: &MatrixSpec) -> Self {
        let mut words = spec
            .missing
            .iter()
            .chain(&spec.not_applicable)
            .chain(spec.values.keys());
        let nan = words.find(|word| word.eq_ignore_ascii_case("nan"));
        Self {
            decimal: spec.decimal.unwrap_or('.'),
            nan: nan.map_or_else(|| "NaN".to_owned(), Clone::clone),
        }
    }

    fn of_number(&self, value: f64) -> String {
        if value.is_nan() {
            return self.nan.clone();
        }
        let text = value.to_string();
        if self.decimal == '.' {
            text
        } else {
            text.replace('.', &self.decimal.to_string())
        }
    }

    /// Tells whether a word of the project looks like a number, so that a number may mean that word.
    fn replaces_numbers(&self, spec: &MatrixSpec) -> bool {
        let mut words = spec
            .missing
            .iter()
            .chain(&spec.not_applicable)
            .chain(spec.values.keys());
        words.any(|word| {
            let plain = word.replace(self.decimal, ".");
            plain.parse::<f64>().is_ok_and(f64::is_finite)
        })
    }
}
