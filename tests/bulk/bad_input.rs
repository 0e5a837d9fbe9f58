//! Tables that cannot be scored, and settings that cannot be streamed.

use super::{Memory, Options, files, in_bulk, input, scored, table, template};
use exacity::bulk::{Control, Form, prepare, score};
use exacity::config::Request;
use exacity::diagnostics::Diagnostics;
use exacity::sources::memory::MemorySources;
use exacity::sources::stream::{Input, Scratch, ScratchFile};
use std::fmt::Write as _;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

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

fn simple() -> MemorySources {
    MemorySources::default().with("exacity.toml", SIMPLE)
}

const GOOD: &str = "id,output,staff\na,1,2\nb,3,4\nc,5,1\n";

fn rejecting() -> Options {
    Options {
        reject: true,
        ..Options::default()
    }
}

fn found(sources: &MemorySources, text: &[u8], options: &Options) -> Diagnostics {
    let mut input = input("");
    input.bytes = text.to_vec();
    let prepared = prepare(sources, &Request::default(), &input, None);
    let Some(mut template) = prepared.value else {
        return prepared.diagnostics;
    };
    match score(&mut template, &input, &Memory, options, &Control::default()) {
        Ok(_) => Diagnostics::new(),
        Err(found) => found,
    }
}

fn messages(text: &[u8]) -> Vec<String> {
    let found = found(&simple(), text, &Options::default());
    let one = |d: &exacity::diagnostics::Diagnostic| {
        let line = d.notes.first().map(|note| format!(" [{note}]"));
        format!("{} {}{}", d.code, d.message, line.unwrap_or_default())
    };
    found.iter().map(one).collect()
}

/// The lines and reasons of rejects, and the ids that are ranked nevertheless.
fn rejected(text: &[u8]) -> (Vec<String>, Vec<String>) {
    let mut input = input("");
    input.bytes = text.to_vec();
    let prepared = prepare(&simple(), &Request::default(), &input, None);
    let mut template = prepared
        .value
        .unwrap_or_else(|| panic!("{:?}", prepared.diagnostics));
    let scoring = score(
        &mut template,
        &input,
        &Memory,
        &rejecting(),
        &Control::default(),
    );
    let mut scoring = scoring.unwrap_or_else(|found| panic!("{found:?}"));
    let (mut rejects, mut ranked) = (vec![], vec![]);
    scoring.write_rejects(&mut rejects).unwrap();
    scoring.write(Form::Csv, &mut ranked).unwrap();
    let mut reader = csv::Reader::from_reader(rejects.as_slice());
    let rows = reader.records().map(|row| {
        let row = row.unwrap();
        format!("{} {} {}", &row[0], &row[1], &row[2])
    });
    let rows = rows.collect();
    let ranked = String::from_utf8(ranked).unwrap();
    let mut ids: Vec<String> = ranked
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(1).unwrap().to_owned())
        .collect();
    ids.sort();
    (rows, ids)
}

#[test]
fn every_bad_row_ends_the_run_with_its_line_and_reason() {
    let text = "id,output,staff\na,1,2\nb,x,4\nc,5,nan\n,1,1\nd,inf,1\ne,1\nf,1,2,3\ng,\"1\n,2\n";
    assert_eq!(
        messages(text.as_bytes()),
        [
            "E0203 `x` in `output` is not a number [big.csv, line 3: b,x,4]",
            "E0203 `nan` in `staff` is not a number: nan is not a figure [big.csv, line 4: c,5,nan]",
            "E0203 `inf` in `output` is not a number: infinity is not a figure [big.csv, line 6: d,inf,1]",
            "E0205 the row has no `id` [big.csv, line 5: ,1,1]",
            "E0209 the row has 2 fields where the header has 3 [big.csv, line 7: e,1]",
            "E0209 the row has 4 fields where the header has 3 [big.csv, line 8: f,1,2,3]",
            "E0209 a quote is never closed [big.csv, line 9: g,\"1\n,2\n]",
            "E0802 7 rows of `big.csv` cannot be scored",
        ]
    );
}

#[test]
fn bad_rows_are_left_out_where_that_is_asked_and_the_others_are_scored_as_if_alone() {
    let text = format!("{GOOD}d,x,4\ne,1\n\nf,9,NA\n");
    let (rejects, ids) = rejected(text.as_bytes());
    assert_eq!(
        rejects,
        [
            "5 E0203 `x` in `output` is not a number",
            "6 E0209 the row has 2 fields where the header has 3"
        ]
    );
    assert_eq!(ids, ["a", "b", "c", "f"]);
}

#[test]
fn an_id_that_stands_twice_is_found_and_moves_no_scale_when_left_out() {
    // The second `a` would stretch the scale of `output`.
    let text = format!("{GOOD}a,1000,2\n");
    assert_eq!(
        messages(text.as_bytes()),
        ["E0206 the id `a` stands twice, first on line 2 [big.csv, line 5]"]
    );
    let (rejects, ids) = rejected(text.as_bytes());
    assert_eq!(
        rejects,
        ["5 E0206 the id `a` stands twice, first on line 2"]
    );
    assert_eq!(ids, ["a", "b", "c"]);
    let clean = in_bulk(&simple(), GOOD, &Options::default());
    assert_eq!(in_bulk(&simple(), &text, &rejecting()), clean);
}

#[test]
fn a_table_that_is_sorted_for_long_still_has_its_late_double_found() {
    let mut text = "id,output,staff\n".to_owned();
    for row in 0..66_000 {
        let _ = writeln!(text, "{row:06},{},1", row % 10);
    }
    text += "000007,1,1\n";
    assert_eq!(
        messages(text.as_bytes()),
        ["E0206 the id `000007` stands twice, first on line 9 [big.csv, line 66002]"]
    );
}

#[test]
fn a_truncated_file_and_one_with_another_schema_in_the_middle_are_told() {
    let cut = &GOOD.as_bytes()[..GOOD.len() - 3];
    assert_eq!(
        messages(cut),
        [
            "E0209 the row has 2 fields where the header has 3 [big.csv, line 4: c,5]",
            "E0802 1 row of `big.csv` cannot be scored"
        ]
    );
    let mixed = format!("{GOOD}id,staff,output,year\nd,1,2,2024\n");
    let found = messages(mixed.as_bytes());
    assert!(
        found[0].contains("4 fields where the header has 3"),
        "{found:?}"
    );
    let again = format!(
        "{GOOD}{}",
        GOOD.replace('\n', "0\n").replace("staff0", "staff")
    );
    let found = messages(again.as_bytes());
    let header = "E0203 `output` in `output` is not a number [big.csv, line 5: id,output,staff]";
    assert!(found.iter().any(|message| message == header), "{found:?}");
}

#[test]
fn a_column_of_another_type_is_refused_as_a_whole() {
    let words = "id,output,staff\na,low,2\nb,high,4\n";
    let found = messages(words.as_bytes());
    assert!(found.iter().any(|m| m.contains("words")), "{found:?}");
    let dates = "id,output,staff\na,1,2\nb,2024-01-01,4\n";
    let found = messages(dates.as_bytes());
    assert!(
        found[0].starts_with("E0203 `2024-01-01` in `output`"),
        "{found:?}"
    );
}

#[test]
fn lines_beyond_all_measure_are_left_out_in_bounded_memory() {
    let long = "9".repeat(10 << 20);
    let text = format!("id,output,staff\na,1,2\nb,{long},4\nc,5,1\n");
    let (rejects, ids) = rejected(text.as_bytes());
    assert_eq!(rejects, ["3 E0209 a line is longer than 1 MiB"]);
    assert_eq!(ids, ["a", "c"]);
    let quoted = format!("id,output,staff\na,1,2\nb,\"{long}\nc,5,1\n");
    let found = found(&simple(), quoted.as_bytes(), &rejecting());
    let message = &found.iter().next().unwrap().message;
    assert!(
        message.contains("opens on line 3 of `big.csv` is not closed within 1 MiB"),
        "{message}"
    );
}

#[test]
fn files_that_are_no_table_are_refused_before_anything_else() {
    for (text, code, words) in [
        (&b""[..], "E0201", "is empty"),
        (b"id,output,staff\n", "E0201", "no rows"),
        (b"id,output\na,1\n", "E0302", "no indicator `staff`"),
        (b"\xff\xfei\x00d\x00", "E0207", "UTF-16LE"),
        (b"id,out\xffput,staff\na,1,2\n", "E0207", "not UTF-8"),
    ] {
        let found = found(&simple(), text, &Options::default());
        let hit = found.iter().find(|d| d.code.0 == code);
        let hit = hit.unwrap_or_else(|| panic!("{found:?}"));
        assert!(hit.message.contains(words), "{}", hit.message);
    }
    let text = b"id,output,staff\na\xff,1,2\nb,1,2\n";
    let found = messages(text);
    assert!(
        found[0].starts_with("E0207 the id holds bytes that are not UTF-8"),
        "{found:?}"
    );
}

#[test]
fn a_figure_that_a_formula_cannot_take_names_its_row() {
    let project = SIMPLE.replace("normalise = {", "treat = \"log\"\nnormalise = {");
    let sources = simple().with("exacity.toml", project);
    let text = format!("{GOOD}d,7,-4\n");
    let all = found(&sources, text.as_bytes(), &Options::default());
    let first = all.iter().next().unwrap();
    assert_eq!(first.code.0, "E0312");
    assert!(
        first.message.contains("`staff` of `d` is -4"),
        "{}",
        first.message
    );
    // Left out, it does not stretch the scale of `output` either.
    let clean = in_bulk(&sources, GOOD, &Options::default());
    assert_eq!(in_bulk(&sources, &text, &rejecting()), clean);
}

#[test]
fn settings_that_need_all_rows_at_once_are_refused_by_name() {
    for (set, words) in [
        (
            "criteria.output.normalise=\"z-score\"",
            "`z-score` of `output`",
        ),
        ("criteria.output.normalise=\"rank\"", "`rank` of `output`"),
        (
            "criteria.output.treat=\"winsorise\"",
            "`winsorise` treats outliers of `output`",
        ),
        (
            "criteria.output.missing=\"median\"",
            "the median of all rows",
        ),
        ("scoring.method=\"topsis\"", "`topsis` compares all rows"),
        ("rank.places=[\"a\"]", "`rank.places`"),
    ] {
        let request = Request {
            sets: vec![set.to_owned()],
            ..Request::default()
        };
        let prepared = prepare(&simple(), &request, &input(GOOD), None);
        let found = prepared.diagnostics;
        let hit = found
            .iter()
            .any(|d| d.code.0 == "E0801" && d.message.contains(words) && !d.help.is_empty());
        assert!(hit, "{set}: {found:?}");
    }
    let folder = simple().with("exacity.toml", "[data]\nfolder = \"data\"\n");
    let prepared = prepare(&folder, &Request::default(), &input(GOOD), None);
    assert!(prepared.diagnostics.iter().any(|d| d.code.0 == "E0801"));
}

#[test]
fn scripts_that_ask_for_facts_of_columns_are_refused() {
    let script = "fn meta() { #{ title: \"x\" } }\nfn score(part, facts) { part.output / facts.part_output_max }\n";
    let sources = simple().with("rules/facts.rhai", script);
    let request = Request {
        strategy: Some("rules/facts.rhai".to_owned()),
        ..Request::default()
    };
    let found = prepare(&sources, &request, &input(GOOD), None).diagnostics;
    let hit = found.iter().find(|d| d.code.0 == "E0801");
    let hit = hit.unwrap_or_else(|| panic!("{found:?}"));
    assert!(
        hit.message.contains("`facts.part_output_max`"),
        "{}",
        hit.message
    );
}

/// Temporary files on a disk with little room.
struct Full(AtomicUsize);

struct FullFile<'f>(Cursor<Vec<u8>>, &'f AtomicUsize);

impl Read for FullFile<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into)
    }
}

impl Seek for FullFile<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

impl Write for FullFile<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let left = self.1.load(Ordering::Relaxed);
        if bytes.len() > left {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.1.store(left - bytes.len(), Ordering::Relaxed);
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Scratch for Full {
    fn file(&self) -> io::Result<Box<dyn ScratchFile>> {
        // The counter lives as long as the test.
        let left: &'static AtomicUsize =
            Box::leak(Box::new(AtomicUsize::new(self.0.load(Ordering::Relaxed))));
        Ok(Box::new(FullFile(Cursor::new(vec![]), left)))
    }
}

#[test]
fn a_disk_that_fills_up_while_sorting_or_writing_ends_the_run() {
    let sources = files("");
    let text = table(4000, "\n");
    let little = Options {
        memory: 1 << 16,
        ..Options::default()
    };
    let mut own = template(&sources, &text);
    let full = Full(AtomicUsize::new(1000));
    let failed = scored(&mut own, &text, &little, &full)
        .map(|_| ())
        .unwrap_err();
    let first = failed.iter().next().unwrap();
    assert_eq!(first.code.0, "E0803");
    assert!(
        first.message.contains("temporary file"),
        "{}",
        first.message
    );

    let room = scored(&mut own, &text, &little, &Memory).unwrap();
    let left = AtomicUsize::new(5000);
    let failed = room
        .write(Form::Csv, &mut FullFile(Cursor::new(vec![]), &left))
        .unwrap_err();
    assert!(
        failed
            .iter()
            .next()
            .unwrap()
            .message
            .contains("the output cannot be written")
    );
}

/// A table that grows between two looks at it.
struct Growing(AtomicUsize);

impl Input for Growing {
    fn name(&self) -> String {
        "growing.csv".to_owned()
    }

    fn length(&self) -> io::Result<u64> {
        Ok(GOOD.len() as u64 + self.0.load(Ordering::Relaxed) as u64)
    }

    fn open(&self, at: u64) -> io::Result<Box<dyn Read + '_>> {
        let more = self.0.fetch_add(6, Ordering::Relaxed);
        let text = format!("{GOOD}{}", "d,9,9\n".repeat(more / 6));
        Ok(Box::new(Cursor::new(
            text.into_bytes().split_off(usize::try_from(at).unwrap()),
        )))
    }

    fn handle(&self) -> Arc<dyn Input + Send + Sync> {
        Arc::new(Self(AtomicUsize::new(self.0.load(Ordering::Relaxed))))
    }
}

#[test]
fn a_table_that_changes_while_it_is_read_is_refused() {
    let input = Growing(AtomicUsize::new(0));
    let mut template = prepare(&simple(), &Request::default(), &input, None)
        .value
        .unwrap();
    let done = score(
        &mut template,
        &input,
        &Memory,
        &Options::default(),
        &Control::default(),
    );
    let found = done.map(|_| ()).unwrap_err();
    assert!(
        found
            .iter()
            .next()
            .unwrap()
            .message
            .contains("changed while it was read"),
        "{found:?}"
    );
}

#[test]
fn a_run_that_is_stopped_gives_nothing() {
    let cancelled = AtomicBool::new(true);
    let control = Control {
        cancelled: Some(&cancelled),
        progress: None,
    };
    let mut template = template(&simple(), GOOD);
    let done = score(
        &mut template,
        &input(GOOD),
        &Memory,
        &Options::default(),
        &control,
    );
    let found = done.map(|_| ()).unwrap_err();
    assert!(
        found.iter().next().unwrap().message.contains("stopped"),
        "{found:?}"
    );
}
