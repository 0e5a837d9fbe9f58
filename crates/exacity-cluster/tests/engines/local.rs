//! One process: DataFusion in place of the reader of `exacity score`.

use crate::stage::Stage;
use exacity::bulk::{Form, Options};

const LOCAL: [&str; 6] = [
    "local",
    "table.parquet",
    "--project",
    "project",
    "--out",
    "out.csv",
];

#[test]
fn a_table_gives_the_bytes_of_score_however_it_is_cut() {
    for more in [
        "",
        "[scoring]\nstrategy = \"rules/size.rhai\"\n",
        "[scoring]\nties = \"average\"\nrank-on = { decimals = 1 }\n",
    ] {
        let stage = Stage::new(more);
        stage.table("table.parquet", 0..150_000);
        let expected = stage.expected("table.parquet", &Options::default(), Form::Csv);
        assert!(expected.len() > 1_000_000);
        for partitions in ["1", "7"] {
            let own = stage.written(&[&LOCAL[..], &["--partitions", partitions]].concat());
            assert!(own == expected, "{more} in {partitions}");
        }
    }
}

#[test]
fn the_best_rows_and_all_criteria_are_those_of_score() {
    let stage = Stage::new("[scoring]\nties = \"max\"\nrank-on = { decimals = 0 }\n");
    stage.table("table.parquet", 0..60_000);
    let options = Options {
        top: Some(500),
        criteria: true,
        ..Options::default()
    };
    let expected = stage.expected("table.parquet", &options, Form::Csv);
    let own = stage.written(
        &[
            &LOCAL[..],
            &["--top", "500", "--criteria", "--partitions", "5"],
        ]
        .concat(),
    );
    assert_eq!(
        String::from_utf8(own).unwrap(),
        String::from_utf8(expected).unwrap()
    );
}

#[test]
fn files_of_a_folder_are_one_table_and_parquet_comes_out() {
    let stage = Stage::new("");
    stage.table("whole.parquet", 0..40_000);
    std::fs::create_dir(stage.path("table.parquet")).unwrap();
    for (name, rows) in [
        ("b", 0..10_000),
        ("a", 10_000..35_000),
        ("c", 35_000..40_000),
    ] {
        stage.table(&format!("table.parquet/{name}.parquet"), rows);
    }
    let expected = stage.expected("whole.parquet", &Options::default(), Form::Csv);
    assert!(stage.written(&LOCAL) == expected);
    let done = stage.run(&[
        "local",
        "table.parquet",
        "--project",
        "project",
        "--out",
        "out.parquet",
    ]);
    assert!(done.status.success());
    let expected = stage.expected("whole.parquet", &Options::default(), Form::Parquet);
    assert!(std::fs::read(stage.path("out.parquet")).unwrap() == expected);
}
