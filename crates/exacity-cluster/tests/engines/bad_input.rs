//! Tables and requests that cannot be scored: what is wrong is named, and nothing is written.

use crate::stage::{Columns, Stage, columns, write};
use datafusion::arrow::array::{Float64Array, Int32Array, StringArray};
use std::fs;
use std::sync::Arc;

const LOCAL: [&str; 6] = [
    "local",
    "table.parquet",
    "--project",
    "project",
    "--out",
    "out.csv",
];

fn replaced(name: &str, with: impl Fn(&mut Columns, usize)) -> Columns {
    let mut all = columns(0..3000);
    let at = all.iter().position(|(own, _)| *own == name).unwrap();
    with(&mut all, at);
    all
}

#[test]
fn rows_with_a_mistake_end_the_run_or_are_left_out() {
    let stage = Stage::new("");
    let staff = |row: u32| {
        if row == 77 {
            f64::NAN
        } else {
            f64::from(row % 80)
        }
    };
    let bad = replaced("staff", |all, at| {
        all[at].1 = Arc::new(Float64Array::from_iter_values((0..3000).map(staff)));
    });
    write(&stage.path("table.parquet"), &bad);
    let said = stage.refused(&LOCAL);
    assert!(
        said.contains("E0203") && said.contains("`NaN` in `staff`") && said.contains("1 rows"),
        "{said}"
    );
    let done = stage.run(&[&LOCAL[..], &["--on-bad-row", "reject"]].concat());
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(
        done.status.success() && said.contains("1 left out for E0203"),
        "{said}"
    );
}

#[test]
fn ids_that_stand_twice_are_named() {
    let stage = Stage::new("");
    let no = |row: u32| if row == 1500 { 3 } else { row.cast_signed() };
    let bad = replaced("no", |all, at| {
        all[at].1 = Arc::new(Int32Array::from_iter_values((0..3000).map(no)));
        all[0].1 = Arc::new(StringArray::from(vec!["north"; 3000]));
        all[3].1 = Arc::new(StringArray::from(vec!["a"; 3000]));
    });
    write(&stage.path("table.parquet"), &bad);
    let said = stage.refused(&LOCAL);
    assert!(
        said.contains("E0206") && said.contains("`north-3` stands 2 times"),
        "{said}"
    );
}

#[test]
fn files_that_are_none_and_folders_of_mixed_columns_are_refused() {
    let stage = Stage::new("");
    assert!(stage.refused(&LOCAL).contains("E0803"));
    stage.table("whole.parquet", 0..3000);
    let whole = fs::read(stage.path("whole.parquet")).unwrap();
    fs::write(stage.path("table.parquet"), &whole[..whole.len() / 2]).unwrap();
    assert!(stage.refused(&LOCAL).contains("E0213"));
    fs::remove_file(stage.path("table.parquet")).unwrap();
    fs::create_dir(stage.path("table.parquet")).unwrap();
    assert!(stage.refused(&LOCAL).contains("E0213"));
    stage.table("table.parquet/a.parquet", 0..3000);
    let other = replaced("staff", |all, at| {
        all[at].1 = Arc::new(Int32Array::from(vec![4; 3000]));
    });
    write(&stage.path("table.parquet/b.parquet"), &other);
    let said = stage.refused(&LOCAL);
    assert!(
        said.contains("E0213") && said.contains("only in the first: staff DOUBLE"),
        "{said}"
    );
}

#[test]
fn settings_that_need_all_rows_at_once_are_refused_here_too() {
    let stage = Stage::new("");
    stage.table("table.parquet", 0..3000);
    let said = stage.refused(&[&LOCAL[..], &["--set", "criteria.age.normalise=z-score"]].concat());
    assert!(said.contains("E0801"), "{said}");
    let said = stage.refused(&[
        "local",
        "table.parquet",
        "--project",
        "nowhere",
        "--out",
        "out.csv",
    ]);
    assert!(said.contains("E0112"), "{said}");
    let said = stage.run(&[
        "local",
        "table.parquet",
        "--project",
        "project",
        "--out",
        "table.parquet",
    ]);
    assert_eq!(said.status.code(), Some(2));
}
