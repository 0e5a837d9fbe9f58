//! The ranking as a file: lines of CSV as `rank --format csv` writes them, or the same columns as Parquet.

use super::record::{Record, Shape, score};
use crate::diagnostics::{Code, Diagnostic};
use crate::num::rank::{Best, Ties};
use std::io::{self, Write};
use std::path::Path;

/// Bytes that are written at once.
const BLOCK: usize = 1 << 20;

/// How a ranking is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// Lines of text.
    #[default]
    Csv,
    /// Columns.
    Parquet,
}

impl Form {
    /// Returns the form that the name of a file asks for.
    ///
    /// # Errors
    ///
    /// E0213 if this build does not write it.
    pub fn of(path: &Path) -> Result<Self, Diagnostic> {
        let named = path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("parquet"));
        match named {
            false => Ok(Self::Csv),
            true if cfg!(feature = "parquet") => Ok(Self::Parquet),
            true => {
                let message = "this build does not write Parquet files";
                Err(Diagnostic::new(Code("E0213"), message)
                    .help("build exacity with `--features parquet`, or name the output `.csv`"))
            }
        }
    }
}

/// What the columns of a ranking are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns<'a> {
    pub(super) shape: Shape,
    pub(super) best: Best,
    /// How ties share ranks, which decides whether ranks may be halves.
    #[cfg_attr(
        not(feature = "parquet"),
        allow(dead_code, reason = "digits of a text need no type")
    )]
    pub(super) ties: Ties,
    /// Whether there is a column of names; it repeats the ids where the table has none.
    pub(super) names: bool,
    pub(super) criteria: &'a [String],
}

/// A file that ranked rows are written to, in their order.
pub(super) trait Ranked {
    fn row(&mut self, rank: f64, record: Record<'_>) -> io::Result<()>;
    fn finish(self: Box<Self>) -> io::Result<()>;
}

/// Starts a file.
pub(super) fn start<'w>(
    form: Form,
    into: &'w mut (dyn Write + Send),
    columns: Columns<'_>,
) -> io::Result<Box<dyn Ranked + 'w>> {
    match form {
        Form::Csv => Ok(Box::new(Lines::new(into, columns))),
        #[cfg(feature = "parquet")]
        Form::Parquet => Ok(Box::new(super::columnar::Groups::new(into, columns)?)),
        #[cfg(not(feature = "parquet"))]
        Form::Parquet => Err(io::Error::other("this build does not write Parquet files")),
    }
}

/// Writes ranked rows as lines.
struct Lines<'w> {
    into: &'w mut (dyn Write + Send),
    block: Vec<u8>,
    digits: zmij::Buffer,
    shape: Shape,
    best: Best,
    names: bool,
}

impl<'w> Lines<'w> {
    /// Writes the header.
    fn new(into: &'w mut (dyn Write + Send), columns: Columns<'_>) -> Self {
        let mut block = Vec::with_capacity(BLOCK + 4096);
        block.extend_from_slice(if columns.names {
            b"rank,place,name,score"
        } else {
            b"rank,place,score"
        });
        for id in columns.criteria {
            block.push(b',');
            push_field(&mut block, id.as_bytes());
        }
        block.push(b'\n');
        Self {
            into,
            block,
            digits: zmij::Buffer::new(),
            shape: columns.shape,
            best: columns.best,
            names: columns.names,
        }
    }
}

impl Ranked for Lines<'_> {
    fn row(&mut self, rank: f64, record: Record<'_>) -> io::Result<()> {
        let (block, shape) = (&mut self.block, self.shape);
        push_rank(block, rank);
        block.push(b',');
        let id = record.id(shape);
        push_field(block, id);
        block.push(b',');
        if self.names {
            push_field(block, record.name(shape).unwrap_or(id));
            block.push(b',');
        }
        push_number(block, &mut self.digits, score(record.key(), self.best));
        for score in record.criteria(shape) {
            block.push(b',');
            if let Some(score) = score {
                push_number(block, &mut self.digits, score);
            }
        }
        block.push(b'\n');
        if block.len() >= BLOCK {
            self.into.write_all(block)?;
            block.clear();
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        self.into.write_all(&self.block)?;
        self.into.flush()
    }
}

/// Appends a field, in quotes where it needs them.
pub(super) fn push_field(into: &mut Vec<u8>, field: &[u8]) {
    if !field
        .iter()
        .any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'))
    {
        into.extend_from_slice(field);
        return;
    }
    into.push(b'"');
    for &byte in field {
        if byte == b'"' {
            into.push(b'"');
        }
        into.push(byte);
    }
    into.push(b'"');
}

/// Tells whether a number may lie half-way between two shortest forms, of which each library takes its own.
///
/// With a unit in the last place of `2^-p`, the shortest form has about `0.3 p` decimals; a number with
/// `f` binary places has exactly `f`, the last of them a 5. It can be a half only if the second is hardly
/// more than the first, which computed scores seldom are: they fill their last place.
fn may_be_half(value: f64) -> bool {
    let bits = value.to_bits();
    let exponent = (bits >> 52) & 0x7ff;
    let mantissa = bits & ((1 << 52) - 1) | u64::from(exponent > 0) << 52;
    let unit = 1075 - i64::try_from(exponent.max(1)).unwrap_or(0);
    let places = unit - i64::from(mantissa.trailing_zeros());
    10 * places <= 4 * unit + 50
}

/// Appends a number in the shortest form that reads back the same, without an exponent: digit for digit
/// as the writers of other tables do.
fn push_number(into: &mut Vec<u8>, digits: &mut zmij::Buffer, value: f64) {
    let value = value + 0.0;
    let text = digits.format(value);
    if may_be_half(value) || text.contains(['e', 'n', 'N']) {
        into.extend_from_slice(format!("{value}").as_bytes());
    } else {
        into.extend_from_slice(text.strip_suffix(".0").unwrap_or(text).as_bytes());
    }
}

/// Appends a rank: a whole number, or a half where ties share an average.
fn push_rank(into: &mut Vec<u8>, rank: f64) {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "ranks are counts"
    )]
    let mut whole = rank as u64;
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        let digit = (whole % 10) as u8;
        digits[at] = b'0' + digit;
        whole /= 10;
        if whole == 0 {
            break;
        }
    }
    into.extend_from_slice(&digits[at..]);
    if rank.fract() > 0.0 {
        into.extend_from_slice(b".5");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(value: f64) -> String {
        let mut out = vec![];
        push_number(&mut out, &mut zmij::Buffer::new(), value);
        String::from_utf8(out).unwrap()
    }

    fn rank(value: f64) -> String {
        let mut out = vec![];
        push_rank(&mut out, value);
        String::from_utf8(out).unwrap()
    }

    proptest! {
        #[test]
        fn numbers_look_as_in_other_tables(
            bits in any::<u64>(),
            score in 0.0..100.0_f64,
            large in 1e9..1e17_f64,
            whole in 0_u64..1 << 40,
            places in 0_u32..60,
        ) {
            let dyadic = whole as f64 / (1_u64 << places) as f64;
            for value in [f64::from_bits(bits), score, large, dyadic] {
                if value.is_finite() {
                    prop_assert_eq!(number(value), format!("{}", value + 0.0));
                }
            }
        }
    }

    #[test]
    fn ranks_are_whole_or_halves() {
        assert_eq!(rank(1.0), "1");
        assert_eq!(rank(2.5), "2.5");
        assert_eq!(rank(1_000_000_000.0), "1000000000");
    }

    #[test]
    fn fields_are_quoted_where_the_csv_crate_quotes() {
        for field in ["plain", "a,b", "say \"x\"", "two\nlines", " #"] {
            let mut own = vec![];
            push_field(&mut own, field.as_bytes());
            let mut writer = csv::Writer::from_writer(vec![]);
            writer.write_record([field, "x"]).unwrap();
            let theirs = writer.into_inner().unwrap();
            assert_eq!([&own, &b",x\n"[..]].concat(), theirs);
        }
    }
}
