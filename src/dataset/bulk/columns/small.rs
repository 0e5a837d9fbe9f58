//! The first rows of a file as a text, so that a project is checked against it as against any table.

use super::super::Role;
use super::super::open::HEAD;
use super::chunks::Chunks;
use super::field::Field;
use super::held::Held;
use super::{Failed, Footer, guarded, rows_of};
use crate::dataset::matrix::MatrixSpec;
use parquet::file::reader::{FileReader, SerializedFileReader};

/// Rows that are written at once.
const ROWS: usize = 1024;

/// Writes the header and first rows as the project says that its tables are written.
pub(super) fn first_rows(
    file: &SerializedFileReader<Chunks>,
    footer: &Footer,
    spec: &MatrixSpec,
) -> Result<Vec<u8>, Failed> {
    let mut into = vec![];
    if spec.encoding.is_some() {
        // Whatever the encoding of other tables is, this one is UTF-8, and says so.
        into.extend_from_slice("\u{feff}".as_bytes());
    }
    let delimiter = spec.delimiter.unwrap_or(',');
    let mut lines = Lines {
        into,
        delimiter: delimiter.to_string(),
    };
    lines.line(footer.heads.iter().map(|head| head.name.as_bytes()));
    for group in 0..file.num_row_groups() {
        let mut left = usize::try_from(rows_of(file, group)?).unwrap_or(usize::MAX);
        let reader = guarded(|| file.get_row_group(group))?;
        let all = footer.heads.iter().enumerate().map(|(at, head)| {
            let role = Role {
                cell: None,
                text: Some(at),
            };
            head.kind
                .is_ok()
                .then(|| Field::open(&*reader, at, head, role, spec))
                .transpose()
        });
        let mut fields = all.collect::<Result<Vec<Option<(Field, Held)>>, Failed>>()?;
        while left > 0 {
            let rows = left.min(ROWS);
            for (field, held) in fields.iter_mut().flatten() {
                field.next(rows, held)?;
            }
            for row in 0..rows {
                let cells = fields
                    .iter()
                    .map(|field| field.as_ref().map_or(&b""[..], |(_, held)| held.text(row)));
                lines.line(cells);
            }
            left -= rows;
            if lines.into.len() >= HEAD {
                return Ok(lines.into);
            }
        }
    }
    Ok(lines.into)
}

struct Lines {
    into: Vec<u8>,
    delimiter: String,
}

impl Lines {
    fn line<'c>(&mut self, cells: impl Iterator<Item = &'c [u8]>) {
        let separator = self.delimiter.as_bytes();
        for (at, cell) in cells.enumerate() {
            if at > 0 {
                self.into.extend_from_slice(separator);
            }
            let special = |byte: &u8| separator.contains(byte) || b"\"\r\n".contains(byte);
            if !cell.iter().any(special) {
                self.into.extend_from_slice(cell);
                continue;
            }
            self.into.push(b'"');
            for &byte in cell {
                if byte == b'"' {
                    self.into.push(b'"');
                }
                self.into.push(byte);
            }
            self.into.push(b'"');
        }
        self.into.push(b'\n');
    }
}
