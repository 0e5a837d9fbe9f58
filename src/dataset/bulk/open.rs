//! The beginning of a table: what its columns are, and its first rows as a small table.

use super::sample::sample;
use super::{BulkTable, Format, Mark, fields, roles, texts};
use crate::dataset::matrix::{Columns, MatrixSpec, delimiter, encoding};
use crate::dataset::table::{Findings, LONGEST_LINE, read_header};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, FileId, Files};
use crate::model::{Indicator, IndicatorId};
use crate::sources::stream::Input;
use encoding_rs::Encoding;
use indexmap::IndexMap;
use std::io::{self, Read};

/// Bytes at the beginning of a table that are looked through for a sample.
pub(super) const HEAD: usize = 8 << 20;

/// A table, and a small one made of some of its first rows.
#[derive(Debug)]
pub struct Opened {
    /// The table.
    pub table: BulkTable,
    /// Its header with the first rows that can be used, as a text: enough to read settings against.
    pub small: Vec<u8>,
}

/// What a table is opened with.
pub(super) struct Opening<'a> {
    pub(super) file: String,
    pub(super) spec: &'a MatrixSpec,
    pub(super) indicators: &'a IndexMap<IndicatorId, Indicator>,
}

impl BulkTable {
    /// Opens a table, of rows or of columns.
    ///
    /// The file goes by the name of `input` in findings, whatever the project calls its own table.
    ///
    /// # Errors
    ///
    /// What the system refused; what is wrong with the file is among the findings.
    pub fn open(
        input: &dyn Input,
        spec: &MatrixSpec,
        indicators: &IndexMap<IndicatorId, Indicator>,
        files: &mut Files,
        found: &mut Diagnostics,
    ) -> io::Result<Option<Opened>> {
        let opening = Opening {
            file: input.name(),
            spec,
            indicators,
        };
        let mut findings = Findings::default();
        input.length()?;
        let mut head = vec![];
        input.open(0)?.take(HEAD as u64).read_to_end(&mut head)?;
        let opened = if holds_columns(&opening.file, &head) {
            columns(input, &opening, files, &mut findings)?
        } else {
            let table = text(&opening, &head, files, &mut findings);
            table.map(|table| Opened {
                small: sample(&table, &head, head.len() < HEAD),
                table,
            })
        };
        findings.finish(found);
        Ok(opened)
    }
}

/// Tells whether a file is Parquet, by its first bytes or by its name.
fn holds_columns(file: &str, head: &[u8]) -> bool {
    let named = std::path::Path::new(file)
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("parquet"));
    named || head.starts_with(b"PAR1")
}

#[cfg(feature = "parquet")]
use super::columns::open as columns;

#[cfg(not(feature = "parquet"))]
#[allow(
    clippy::unnecessary_wraps,
    reason = "the same signature as with the feature"
)]
fn columns(
    _: &dyn Input,
    opening: &Opening<'_>,
    _: &mut Files,
    found: &mut Findings,
) -> io::Result<Option<Opened>> {
    let file = &opening.file;
    let message = format!("`{file}` is a Parquet file, which this build does not read");
    found.push(
        Diagnostic::new(Code("E0213"), message)
            .help("build exacity with `--features parquet`, or save the table as CSV"),
    );
    Ok(None)
}

/// Reads the header of a text.
pub(super) fn text(
    opening: &Opening<'_>,
    head: &[u8],
    files: &mut Files,
    found: &mut Findings,
) -> Option<BulkTable> {
    let Opening {
        file,
        spec,
        indicators,
    } = opening;
    let (encoding, separator) = (encoding(spec, found)?, delimiter(spec, found)?);
    let mark =
        Encoding::for_bom(head).map_or((encoding, 0), |(encoding, length)| (encoding, length));
    let id = FileId::new(file);
    if mark.0 != encoding_rs::UTF_8 {
        let message = format!(
            "`{file}` is {}, and bulk scoring reads UTF-8",
            mark.0.name()
        );
        let help = format!("convert it: `iconv -f {} -t utf-8 {file}`", mark.0.name());
        found.push(Diagnostic::new(Code("E0207"), message).help(help));
        return None;
    }
    let text = &head[mark.1..];
    let header = fields::first_record(text, separator);
    let Some(end) = header.filter(|end| *end <= LONGEST_LINE) else {
        let message = format!("the header of `{file}` is longer than 1 MiB");
        let finding = Diagnostic::new(Code("E0209"), message);
        found.push(finding.help("check that the file is a table and that its quotes are closed"));
        return None;
    };
    let Ok(line) = std::str::from_utf8(&text[..end]) else {
        let message = format!("the header of `{file}` is not UTF-8");
        let finding = Diagnostic::new(Code("E0207"), message);
        found.push(finding.help("save the file as UTF-8"));
        return None;
    };
    files.insert(id.clone(), line);
    let table = read_header(id, line.into(), separator, found)?;
    let columns = Columns::find(&table, spec, indicators, found)?;
    let newlines = line.bytes().filter(|byte| *byte == b'\n').count();
    Some(BulkTable {
        delimiter: separator,
        header: table.header().to_vec(),
        roles: roles(table.header().len(), &columns),
        texts: texts(&columns).0,
        cells: columns
            .cells
            .iter()
            .zip(&columns.clock)
            .map(|((_, indicator), clock)| (indicator.id.clone(), *clock))
            .collect(),
        plain: spec.reads_plain_numbers(),
        format: Format::Text,
        spec: (*spec).clone(),
        start: Mark {
            byte: (mark.1 + end) as u64,
            line: newlines as u64 + 1,
            row: 0,
        },
    })
}
