//! Rows that an engine hands over in pieces of its own choice: the bytes of one run over the whole table.

use super::columns::{as_columns, input, ranked, tables, template};
use super::{Memory, Options, all_criteria, files, noise};
use exacity::bulk::engine::{Arrivals, Batch, Kept, Looked, Stored, answers};
use exacity::bulk::{Form, Template};
use exacity::diagnostics::Diagnostics;
use exacity::sources::memory::MemorySources;
use exacity::sources::stream::MemoryInput;

/// A table that has been read, with whether columns hold nothing but numbers and holes.
struct Sheet {
    csv: String,
    header: csv::StringRecord,
    rows: Vec<csv::StringRecord>,
    numbers: Vec<bool>,
    /// What the first machine sends to the others.
    beginning: MemoryInput,
}

fn is_hole(cell: &str) -> bool {
    cell.is_empty() || cell == "NA"
}

impl Sheet {
    fn new(csv: String) -> Self {
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let header = reader.headers().unwrap().clone();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let is_number = |cell: &str| is_hole(cell) || cell.parse::<f64>().is_ok();
        let numbers = (0..header.len()).map(|at| rows.iter().all(|row| is_number(row[at].trim())));
        let numbers = numbers.collect();
        let first = template(&files(""), &input(as_columns(&csv))).unwrap();
        let beginning = MemoryInput {
            name: "big.csv".to_owned(),
            bytes: first.beginning().to_vec(),
        };
        Self {
            csv,
            header,
            rows,
            numbers,
            beginning,
        }
    }

    /// Some rows of the table as an engine hands them over: numbers where the file has numbers.
    fn batch(&self, template: &Template, rows: &[usize]) -> Batch {
        let columns = template.columns().into_iter().map(|column| {
            let at = self.header.iter().position(|name| name == column).unwrap();
            let cells = rows.iter().map(|row| &self.rows[*row][at]);
            if self.numbers[at] {
                let number = |cell: &str| (!is_hole(cell)).then(|| cell.parse::<f64>().unwrap());
                Stored::numbers(cells.map(|cell| number(cell.trim())))
            } else {
                Stored::texts(cells.map(Some))
            }
        });
        Batch {
            rows: rows.len(),
            columns: columns.collect(),
        }
    }
}

/// Deals the rows out to so many machines, in pieces of any length and in any order.
fn dealt(rows: usize, machines: usize, seed: u64) -> Vec<Vec<Vec<usize>>> {
    let mut next = noise(seed);
    let mut order: Vec<usize> = (0..rows).collect();
    for at in (1..rows).rev() {
        order.swap(at, next(at + 1));
    }
    let mut machines = vec![vec![]; machines];
    let mut left = order.as_slice();
    while !left.is_empty() {
        let (piece, rest) = left.split_at(left.len().min(1 + next(400)));
        let at = next(machines.len());
        machines[at].push(piece.to_vec());
        left = rest;
    }
    machines
}

struct Asked<'a> {
    sources: &'a MemorySources,
    sheet: &'a Sheet,
    options: Options,
    machines: Vec<Vec<Vec<usize>>>,
}

impl Asked<'_> {
    /// Every machine prepares the project from the beginning of the table alone.
    fn machine(&self) -> Template {
        template(self.sources, &self.sheet.beginning).unwrap()
    }

    fn looked(&self) -> Looked {
        let mut all = Looked::default();
        for pieces in &self.machines {
            let mut machine = self.machine();
            let mut own = Looked::default();
            for rows in pieces {
                let batch = self.sheet.batch(&machine, rows);
                own.add(&mut machine, batch).unwrap();
            }
            let text = serde_json::to_string(&own).unwrap();
            all.merge(serde_json::from_str(&text).unwrap());
        }
        all
    }

    /// Collects all answers in one place, or the best on each machine.
    fn arrived(&self, looked: &Looked, on_each: bool) -> Arrivals<'static> {
        let mut template = self.machine();
        let kept = Kept::of(&template, &self.options);
        let mut all = Arrivals::new(kept, 1 << 20, &Memory);
        for pieces in &self.machines {
            let mut own = Arrivals::new(kept, 1 << 20, &Memory);
            for rows in pieces {
                let batch = self.sheet.batch(&template, rows);
                let ends = looked.ends(&template);
                let made = answers(&mut template, &ends, self.options.criteria, batch).unwrap();
                assert_eq!(made.iter().len(), rows.len());
                let into = if on_each { &mut own } else { &mut all };
                into.take_all(&made).unwrap();
            }
            if on_each {
                all.merge(&own.to_bytes().unwrap()).unwrap();
            }
        }
        all
    }

    fn ranked(&self, on_each: bool) -> Result<Vec<u8>, Diagnostics> {
        let looked = self.looked();
        let scoring = self
            .arrived(&looked, on_each)
            .finish(&self.machine(), &looked)?;
        let mut out = vec![];
        scoring.write(Form::Csv, &mut out)?;
        Ok(out)
    }
}

#[test]
fn any_machines_in_any_order_give_the_bytes_of_one() {
    let sheets = tables().map(Sheet::new);
    for settings in [
        "",
        "[scoring]\nstrategy = \"rules/size.rhai\"\n",
        "[scoring]\nties = \"average\"\nrank-on = { decimals = 1 }\n",
        "[scoring]\nties = \"max\"\nrank-on = { decimals = 0 }\norder = \"lowest\"\n",
    ] {
        let sources = files(settings);
        for sheet in &sheets {
            let top = Options {
                top: Some(40),
                ..Options::default()
            };
            for (options, on_each) in [(all_criteria(), false), (top.clone(), false), (top, true)] {
                let whole = input(as_columns(&sheet.csv));
                let expected = ranked(&sources, &whole, &options, Form::Csv).unwrap();
                let asked = Asked {
                    sources: &sources,
                    sheet,
                    options,
                    machines: dealt(3000, 3, 11),
                };
                let own = asked.ranked(on_each).unwrap();
                assert!(own == expected, "{settings} {on_each}");
            }
        }
    }
}

#[test]
fn rows_that_are_lost_or_come_twice_are_noticed() {
    let sources = files("");
    let sheet = Sheet::new(tables()[0].clone());
    let mut asked = Asked {
        sources: &sources,
        sheet: &sheet,
        options: Options::default(),
        machines: dealt(3000, 2, 3),
    };
    let looked = asked.looked();
    assert!(looked.complete(3000, "big.parquet").is_ok());
    assert!(looked.complete(3001, "big.parquet").is_err());
    let template = asked.machine();
    let code = |asked: &Asked| {
        let arrived = asked.arrived(&looked, false);
        let found = arrived.finish(&template, &looked).unwrap_err();
        found.iter().next().unwrap().code.0
    };
    // A piece is lost; a piece comes twice; one comes in place of another of the same length.
    let piece = asked.machines[0].pop().unwrap();
    assert_eq!(code(&asked), "E0806");
    asked.machines[0].extend([piece.clone(), piece.clone()]);
    assert_eq!(code(&asked), "E0806");
    asked.machines[0].pop();
    let other = asked.machines[1].last_mut().unwrap();
    let same = other.len().min(piece.len());
    other.truncate(same);
    let looked_at_both = asked.looked();
    other_in_place(&mut asked, &piece[..same]);
    let arrived = asked.arrived(&looked_at_both, false);
    let found = arrived.finish(&template, &looked_at_both).unwrap_err();
    assert_eq!(found.iter().next().unwrap().code.0, "E0806");
}

fn other_in_place(asked: &mut Asked, piece: &[usize]) {
    *asked.machines[1].last_mut().unwrap() = piece.to_vec();
}

#[test]
fn rows_with_a_mistake_are_counted_and_shown_without_a_number() {
    let sources = files("");
    let sheet = Sheet::new(tables()[0].replacen(",a,", ",a,word", 1));
    let asked = Asked {
        sources: &sources,
        sheet: &sheet,
        options: Options::default(),
        machines: dealt(3000, 3, 5),
    };
    let looked = asked.looked();
    assert_eq!(looked.rejects(), 1);
    let template = asked.machine();
    let found = looked.findings(&template);
    let codes: Vec<&str> = found.iter().map(|finding| finding.code.0).collect();
    assert_eq!(codes, ["E0203", "E0802"]);
    let scoring = asked
        .arrived(&looked, true)
        .finish(&template, &looked)
        .unwrap();
    assert_eq!(scoring.counts.rejects(), 1);
    assert_eq!(scoring.counts.rows, 3000);
}

#[test]
fn bytes_that_are_no_answer_are_refused() {
    let sources = files("");
    let sheet = Sheet::new(tables()[0].clone());
    let asked = Asked {
        sources: &sources,
        sheet: &sheet,
        options: all_criteria(),
        machines: dealt(3000, 1, 1),
    };
    let template = asked.machine();
    let mut arrivals = Arrivals::new(Kept::of(&template, &asked.options), 1 << 20, &Memory);
    let nonsense: [&[u8]; 6] = [
        b"",
        b"\0",
        b"\0short",
        b"\x01\xffx",
        b"\x04\xff\xff\xff\xff",
        b"\x09",
    ];
    for bytes in nonsense {
        assert!(arrivals.take(bytes).is_err(), "{bytes:?}");
    }
    for bytes in [&b""[..], b"\xff\xff\xff\xff", b"\x02\0\0\0{}rest"] {
        assert!(arrivals.merge(bytes).is_err(), "{bytes:?}");
    }
}

#[test]
fn ids_are_those_of_the_ranking() {
    let sources = files("");
    let sheet = Sheet::new(tables()[0].clone());
    let asked = Asked {
        sources: &sources,
        sheet: &sheet,
        options: Options::default(),
        machines: vec![],
    };
    let mut template = asked.machine();
    let rows: Vec<usize> = (0..200).collect();
    let batch = sheet.batch(&template, &rows);
    let ids = template.ids(batch).unwrap();
    assert_eq!(ids.len(), 200);
    let unwanted = ids.iter().filter(|id| id.is_none()).count();
    assert!(unwanted > 20 && unwanted < 100, "{unwanted}");
    assert!(ids.iter().flatten().all(|id| id.contains('-')));
}
