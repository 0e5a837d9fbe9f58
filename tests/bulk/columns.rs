//! Parquet in and out: the bytes that the same rows give as CSV.

use super::{Memory, Options, all_criteria, files, table};
use exacity::bulk::{self, Control, Form, Template, prepare, score};
use exacity::config::Request;
use exacity::diagnostics::Diagnostics;
use exacity::parts::{self, Shard};
use exacity::sources::memory::MemorySources;
use exacity::sources::stream::{Input, MemoryInput};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DoubleType, FloatType, Int32Type, Int64Type,
};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::sync::Arc;

/// A column of a file; all may have holes.
#[derive(Clone)]
enum Cells {
    Texts(Vec<Option<String>>),
    Doubles(Vec<Option<f64>>),
    Singles(Vec<Option<f32>>),
    Longs(Vec<Option<i64>>),
    Unsigned(Vec<Option<u32>>),
    Flags(Vec<Option<bool>>),
    Days(Vec<Option<i32>>),
}

impl Cells {
    fn kind(&self) -> (Physical, Option<LogicalType>) {
        match self {
            Self::Texts(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Self::Doubles(_) => (Physical::DOUBLE, None),
            Self::Singles(_) => (Physical::FLOAT, None),
            Self::Longs(_) => (Physical::INT64, None),
            Self::Unsigned(_) => (Physical::INT32, Some(LogicalType::integer(32, false))),
            Self::Flags(_) => (Physical::BOOLEAN, None),
            Self::Days(_) => (Physical::INT32, Some(LogicalType::Date)),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Texts(cells) => cells.len(),
            Self::Doubles(cells) => cells.len(),
            Self::Singles(cells) => cells.len(),
            Self::Longs(cells) => cells.len(),
            Self::Unsigned(cells) => cells.len(),
            Self::Flags(cells) => cells.len(),
            Self::Days(cells) => cells.len(),
        }
    }
}

fn texts(cells: &[&str]) -> Cells {
    Cells::Texts(cells.iter().map(|cell| Some((*cell).to_owned())).collect())
}

fn doubles(cells: &[f64]) -> Cells {
    Cells::Doubles(cells.iter().map(|cell| Some(*cell)).collect())
}

/// Writes a file with groups of so many rows.
fn file(columns: &[(&str, Cells)], group: usize, compression: Compression) -> Vec<u8> {
    let fields = columns.iter().map(|(name, cells)| {
        let (kind, logical) = cells.kind();
        let field = Type::primitive_type_builder(name, kind)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical);
        Arc::new(field.build().unwrap())
    });
    let schema = Type::group_type_builder("table").with_fields(fields.collect());
    let properties = WriterProperties::builder().set_compression(compression);
    let mut bytes = vec![];
    let mut writer = SerializedFileWriter::new(
        &mut bytes,
        Arc::new(schema.build().unwrap()),
        Arc::new(properties.build()),
    )
    .unwrap();
    let rows = columns[0].1.len();
    for from in (0..rows).step_by(group) {
        let part = from..(from + group).min(rows);
        let mut into = writer.next_row_group().unwrap();
        for (_, cells) in columns {
            let mut column = into.next_column().unwrap().unwrap();
            macro_rules! write {
                ($kind:ty, $cells:expr, $value:expr) => {{
                    let own = &$cells[part.clone()];
                    let levels: Vec<i16> = own.iter().map(|c| i16::from(c.is_some())).collect();
                    let values: Vec<_> = own.iter().flatten().map($value).collect();
                    let column = column.typed::<$kind>();
                    column.write_batch(&values, Some(&levels), None).unwrap();
                }};
            }
            match cells {
                Cells::Texts(all) => {
                    write!(ByteArrayType, all, |v: &String| ByteArray::from(v.as_str()));
                }
                Cells::Doubles(all) => write!(DoubleType, all, |v| *v),
                Cells::Singles(all) => write!(FloatType, all, |v| *v),
                Cells::Longs(all) => write!(Int64Type, all, |v| *v),
                Cells::Unsigned(all) => write!(Int32Type, all, |v: &u32| v.cast_signed()),
                Cells::Flags(all) => write!(BoolType, all, |v| *v),
                Cells::Days(all) => write!(Int32Type, all, |v| *v),
            }
            column.close().unwrap();
        }
        into.close().unwrap();
    }
    writer.close().unwrap();
    bytes
}

/// The same rows as columns: numbers where a column holds nothing else but holes, texts elsewhere.
fn columns_of(csv: &str) -> Vec<(String, Cells)> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let one = |at: usize| {
        let cells = || rows.iter().map(|row| row[at].trim());
        let hole = |cell: &str| cell.is_empty() || cell == "NA";
        if cells().all(|cell| hole(cell) || cell.parse::<f64>().is_ok()) {
            let number = |cell: &str| (!hole(cell)).then(|| cell.parse::<f64>().unwrap());
            return Cells::Doubles(cells().map(number).collect());
        }
        Cells::Texts(rows.iter().map(|row| Some(row[at].to_owned())).collect())
    };
    let names = header.iter().enumerate();
    names.map(|(at, name)| (name.to_owned(), one(at))).collect()
}

pub(super) fn as_columns(csv: &str) -> Vec<u8> {
    let columns = columns_of(csv);
    let columns: Vec<(&str, Cells)> = columns
        .iter()
        .map(|(name, cells)| (name.as_str(), cells.clone()))
        .collect();
    file(&columns, 700, Compression::SNAPPY)
}

pub(super) fn input(bytes: Vec<u8>) -> MemoryInput {
    MemoryInput {
        name: "big.parquet".to_owned(),
        bytes,
    }
}

pub(super) fn template(
    sources: &MemorySources,
    input: &dyn Input,
) -> Result<Template, Diagnostics> {
    let prepared = prepare(sources, &Request::default(), input, None);
    prepared.value.ok_or(prepared.diagnostics)
}

pub(super) fn ranked(
    sources: &MemorySources,
    input: &dyn Input,
    options: &Options,
    form: Form,
) -> Result<Vec<u8>, Diagnostics> {
    let mut template = template(sources, input)?;
    let control = Control::default();
    let scoring = score(&mut template, input, &Memory, options, &control)?;
    let mut out = vec![];
    scoring.write(form, &mut out)?;
    Ok(out)
}

/// A table whose figures are numbers or missing, and one in which some are words.
pub(super) fn tables() -> [String; 2] {
    let text = table(3000, "\n");
    [
        text.replace(",-,", ",NA,")
            .replace(",-,", ",NA,")
            .replace(" 17 ", "17"),
        text,
    ]
}

#[test]
fn columns_and_lines_of_the_same_rows_give_the_same_bytes() {
    for settings in [
        "",
        "[scoring]\nstrategy = \"rules/size.rhai\"\n",
        "[scoring]\nties = \"average\"\nrank-on = { decimals = 1 }\n",
    ] {
        for text in tables() {
            let sources = files(settings);
            let lines = MemoryInput {
                name: "big.csv".to_owned(),
                bytes: text.clone().into_bytes(),
            };
            let columns = input(as_columns(&text));
            let by_lines = ranked(&sources, &lines, &all_criteria(), Form::Csv).unwrap();
            let by_columns = ranked(&sources, &columns, &all_criteria(), Form::Csv).unwrap();
            assert!(by_lines.len() > 10_000);
            assert!(by_lines == by_columns, "{settings}");
            let top = Options {
                top: Some(50),
                ..Options::default()
            };
            assert_eq!(
                ranked(&sources, &lines, &top, Form::Csv).unwrap(),
                ranked(&sources, &columns, &top, Form::Csv).unwrap()
            );
        }
    }
}

#[test]
fn parts_of_columns_give_the_bytes_of_the_whole() {
    let sources = files("");
    let columns = input(as_columns(&tables()[0]));
    for of in [2, 5] {
        let made: Vec<MemoryInput> = (1..=of)
            .map(|at| {
                let mut template = template(&sources, &columns).unwrap();
                let options = Options {
                    shard: Some(Shard { at, of }),
                    ..all_criteria()
                };
                let control = Control::default();
                let scoring = score(&mut template, &columns, &Memory, &options, &control).unwrap();
                let mut bytes = vec![];
                scoring
                    .write_part(&template, &columns, &options, &mut bytes)
                    .unwrap();
                MemoryInput {
                    name: format!("part-{at}"),
                    bytes,
                }
            })
            .collect();
        let made: Vec<&dyn Input> = made.iter().rev().map(|part| part as &dyn Input).collect();
        let opened = parts::open(&made).unwrap();
        for form in [Form::Csv, Form::Parquet] {
            let mut merged = vec![];
            bulk::merge(&opened, &Memory, form, &mut merged, None).unwrap();
            let whole = ranked(&sources, &columns, &all_criteria(), form).unwrap();
            assert!(merged == whole);
        }
    }
}

#[test]
fn a_ranking_written_as_columns_is_that_of_the_lines() {
    for ties in ["min", "average"] {
        let sources = files(&format!(
            "[scoring]\nties = \"{ties}\"\nrank-on = {{ decimals = 0 }}\n"
        ));
        let columns = input(as_columns(&tables()[0]));
        let lines = ranked(&sources, &columns, &all_criteria(), Form::Csv).unwrap();
        let own = ranked(&sources, &columns, &all_criteria(), Form::Parquet).unwrap();
        let reader = SerializedFileReader::new(bytes::Bytes::from(own)).unwrap();
        let mut reread = csv::Reader::from_reader(lines.as_slice());
        let header = reread.headers().unwrap().clone();
        let mut rows = 0;
        for (row, line) in reader.get_row_iter(None).unwrap().zip(reread.records()) {
            let (row, line) = (row.unwrap(), line.unwrap());
            for ((name, field), (head, text)) in row.get_column_iter().zip(header.iter().zip(&line))
            {
                assert_eq!(name, head);
                let same = match field {
                    parquet::record::Field::Null => text.is_empty(),
                    parquet::record::Field::Str(own) => own == text,
                    parquet::record::Field::Long(own) => own.to_string() == text,
                    parquet::record::Field::Double(own) => own.to_string() == text,
                    _ => false,
                };
                assert!(same, "{name}: {field} against {text}");
            }
            rows += 1;
        }
        assert_eq!(rows, lines.split(|byte| *byte == b'\n').count() - 2);
    }
}

const SIMPLE: &str = r#"schema = 1
[data]
matrix = { file = "own.csv", id = "id", missing = ["NA"] }
[[criteria]]
id = "output"
indicator = "output"
direction = "higher"
[[criteria]]
id = "staff"
indicator = "staff"
direction = "higher"
normalise = { method = "goalposts", low = 0, high = 10 }
"#;

fn simple(project: &str) -> MemorySources {
    MemorySources::default().with("exacity.toml", project)
}

fn small(output: Cells, staff: Cells, ids: Cells) -> Vec<u8> {
    let columns = [("id", ids), ("output", output), ("staff", staff)];
    file(&columns, 2, Compression::UNCOMPRESSED)
}

fn ids() -> Cells {
    texts(&["a", "b", "c", "d"])
}

fn messages(project: &str, bytes: Vec<u8>) -> Vec<String> {
    let done = ranked(
        &simple(project),
        &input(bytes),
        &Options::default(),
        Form::Csv,
    );
    let found = done.err().unwrap_or_default();
    let one = |d: &exacity::diagnostics::Diagnostic| {
        let place = d.notes.first().map(|note| format!(" [{note}]"));
        format!("{} {}{}", d.code, d.message, place.unwrap_or_default())
    };
    found.iter().map(one).collect()
}

#[test]
fn rows_with_a_mistake_are_named_by_their_number() {
    let staff = doubles(&[1.0, f64::NAN, 3.0, 4.0]);
    let output = Cells::Texts(["1", "2", "x", "4"].map(|t| Some(t.to_owned())).to_vec());
    let ids = Cells::Texts(vec![
        Some("a".to_owned()),
        Some("b".to_owned()),
        Some("c".to_owned()),
        None,
    ]);
    assert_eq!(
        messages(SIMPLE, small(output, staff, ids)),
        [
            "E0203 `NaN` in `staff` is not a number: nan is not a figure [big.parquet, row 2: b,2,]",
            "E0203 `x` in `output` is not a number [big.parquet, row 3: c,,3]",
            "E0205 the row has no `id` [big.parquet, row 4: ,4,4]",
            "E0802 3 rows of `big.parquet` cannot be scored",
        ]
    );
    let twice = small(
        doubles(&[1.0, 2.0, 3.0, 4.0]),
        doubles(&[1.0, 2.0, 3.0, 4.0]),
        texts(&["a", "b", "c", "b"]),
    );
    assert_eq!(
        messages(SIMPLE, twice),
        ["E0206 the id `b` stands twice, first on row 2 [big.parquet, row 4]"]
    );
}

#[test]
fn what_is_not_a_number_is_missing_where_the_project_says_so() {
    let project = SIMPLE.replace("[\"NA\"]", "[\"nan\", \"-9\"]");
    let holed = small(
        doubles(&[1.0, f64::NAN, 3.0, -9.0]),
        Cells::Longs(vec![Some(1), Some(2), Some(3), Some(4)]),
        ids(),
    );
    let lines = MemoryInput {
        name: "big.csv".to_owned(),
        bytes: b"id,output,staff\na,1,1\nb,nan,2\nc,3,3\nd,-9,4\n".to_vec(),
    };
    let sources = simple(&project);
    assert_eq!(
        ranked(&sources, &input(holed), &all_criteria(), Form::Csv).unwrap(),
        ranked(&sources, &lines, &all_criteria(), Form::Csv).unwrap()
    );
}

#[test]
fn all_types_of_numbers_are_read() {
    let lines = MemoryInput {
        name: "big.csv".to_owned(),
        bytes: b"id,output,staff\n1,0.5,4000000000\n2,1.5,2\n3,,3\n4,4,4\n".to_vec(),
    };
    let columns = small(
        Cells::Singles(vec![Some(0.5), Some(1.5), None, Some(4.0)]),
        Cells::Unsigned(vec![Some(4_000_000_000), Some(2), Some(3), Some(4)]),
        Cells::Longs(vec![Some(1), Some(2), Some(3), Some(4)]),
    );
    assert_eq!(
        ranked(&simple(SIMPLE), &input(columns), &all_criteria(), Form::Csv).unwrap(),
        ranked(&simple(SIMPLE), &lines, &all_criteria(), Form::Csv).unwrap()
    );
}

#[test]
fn columns_of_another_type_are_refused_by_name() {
    let days = Cells::Days(vec![Some(1), Some(2), Some(3), Some(4)]);
    let flags = Cells::Flags(vec![Some(true), Some(false), None, Some(true)]);
    let good = || doubles(&[1.0, 2.0, 3.0, 4.0]);
    let of_days = messages(SIMPLE, small(days.clone(), good(), ids()));
    assert!(
        of_days
            .iter()
            .any(|m| m.starts_with("E0213 the column `output` of `big.parquet` is of type Date")),
        "{of_days:?}"
    );
    let of_flags = messages(SIMPLE, small(flags, good(), ids()));
    assert!(
        of_flags
            .iter()
            .any(|m| m
                .starts_with("E0213 the column `output` of figures of `big.parquet` is boolean")),
        "{of_flags:?}"
    );
    let of_ids = messages(SIMPLE, small(good(), good(), days));
    assert!(
        of_ids
            .iter()
            .any(|m| m.starts_with("E0213 the column `id`")),
        "{of_ids:?}"
    );
    let columns = [("id", ids()), ("output", good())];
    let absent = messages(SIMPLE, file(&columns, 2, Compression::UNCOMPRESSED));
    assert!(absent.iter().any(|m| m.starts_with("E0")), "{absent:?}");
}

#[test]
fn a_damaged_file_is_refused_wherever_the_damage_is() {
    let good = || doubles(&[1.0, 2.0, 3.0, 4.0]);
    let whole = small(good(), good(), ids());
    assert!(messages(SIMPLE, whole.clone()).is_empty());
    for length in 0..whole.len() {
        let found = messages(SIMPLE, whole[..length].to_vec());
        assert!(
            found.iter().any(|m| m.starts_with("E0")),
            "{length}: {found:?}"
        );
    }
    // A changed byte may be a changed figure; what it must not be is a crash.
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= [0x01, 0x80, 0xff][at % 3];
        let _ = messages(SIMPLE, bytes);
    }
    let text = messages(SIMPLE, b"id,output,staff\na,1,2\n".to_vec());
    assert!(
        text[0].starts_with("E0213 `big.parquet` is no Parquet file"),
        "{text:?}"
    );
}
