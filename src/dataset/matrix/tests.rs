#![expect(clippy::float_cmp, reason = "numbers are read, not computed")]

use super::{MatrixSpec, as_id, number, read_matrix, seconds};
use crate::dataset::Dataset;
use crate::dataset::fixture::{indicators, summary};
use crate::diagnostics::{Diagnostics, Files};
use crate::sources::memory::MemorySources;
use indexmap::IndexMap;

fn spec() -> MatrixSpec {
    MatrixSpec {
        file: "in.csv".to_owned(),
        id: vec!["iso3".to_owned()],
        ..MatrixSpec::default()
    }
}

fn read(
    text: impl Into<Vec<u8>>,
    spec: &MatrixSpec,
) -> (Option<Dataset>, Vec<String>, Diagnostics) {
    let sources = MemorySources::default().with("in.csv", text);
    let (mut files, mut found) = (Files::default(), Diagnostics::new());
    let data = read_matrix(&sources, spec, &IndexMap::new(), &mut files, &mut found);
    let lines = summary(&files, &found);
    (data, lines, found)
}

#[test]
fn words_for_missing_are_read_as_missing_and_counted() {
    let spec = MatrixSpec {
        name: Some("country".to_owned()),
        groups: vec!["region".to_owned()],
        missing: vec!["..".to_owned(), "No data".to_owned()],
        ..spec()
    };
    let text = "iso3,country,region,life,income\nNOR,Norway,EU,83.2,..\nTCD,Chad,AF,No data,\nAAA,Norway,,50,..\n";
    let (data, found, _) = read(text, &spec);
    let data = data.unwrap();
    assert!(found.is_empty(), "{found:?}");
    let counted: Vec<_> = data
        .read_as_missing
        .iter()
        .map(|(w, n)| (w.as_str(), *n))
        .collect();
    assert_eq!(counted, [("..", 2), ("No data", 1), ("", 1)]);
    assert_eq!(data.places["TCD"].groups["region"], "AF");
    assert_eq!(data.places["AAA"].name, "Norway");
    let row = &data.observations[0];
    assert_eq!((row.value, row.origin.line, row.as_of), (83.2, 2, None));
    // A column without a single number is no indicator.
    assert_eq!(
        data.indicators
            .keys()
            .map(crate::model::IndicatorId::as_str)
            .collect::<Vec<_>>(),
        ["life"]
    );
}

#[test]
fn unknown_text_among_numbers_is_an_error_that_names_the_way_out() {
    let (_, places, found) = read("iso3,life\nNOR,83\nTCD,n/a\n", &spec());
    assert_eq!(places, ["E0203 in.csv:3:5 n/a"]);
    let help = &found.iter().next().unwrap().help;
    assert_eq!(
        help,
        &["if it means a missing figure, add \"n/a\" to `missing`"]
    );
}

#[test]
fn declared_indicators_are_found_by_id_or_by_the_id_of_their_heading() {
    let sources =
        MemorySources::default().with("in.csv", "iso3,AI,note,Total,pue\nNOR,1,words,2,1.2\n");
    let (mut files, mut found) = (Files::default(), Diagnostics::new());
    let data = read_matrix(&sources, &spec(), &indicators(), &mut files, &mut found).unwrap();
    assert!(found.is_empty());
    assert_eq!(
        data.observations
            .iter()
            .map(|o| o.value)
            .collect::<Vec<_>>(),
        [1.0, 2.0, 1.2]
    );
    let sources = MemorySources::default().with("in.csv", "iso3,ai,totl,pue\nNOR,1,2,3\n");
    let data = read_matrix(&sources, &spec(), &indicators(), &mut files, &mut found);
    assert!(data.is_none());
    assert_eq!(
        found.iter().next().unwrap().message,
        "`in.csv` has no column `total`"
    );
}

#[test]
fn tables_in_older_encodings_with_other_delimiters_are_read() {
    let spec = MatrixSpec {
        name: Some("name".to_owned()),
        encoding: Some("windows-1252".to_owned()),
        delimiter: Some(';'),
        thousands: Some(','),
        ..spec()
    };
    let (data, found, _) = read(
        &b"iso3;name;gni\nCIV;C\xf4te d'Ivoire;\"5,217.5\"\n"[..],
        &spec,
    );
    assert!(found.is_empty(), "{found:?}");
    let data = data.unwrap();
    assert_eq!(data.places["CIV"].name, "Côte d'Ivoire");
    assert_eq!(data.observations[0].value, 5217.5);
}

#[test]
fn settings_that_cannot_be_are_reported() {
    let unknown = MatrixSpec {
        encoding: Some("windows-125".to_owned()),
        ..spec()
    };
    let (_, _, found) = read("iso3\n", &unknown);
    assert_eq!(
        found.iter().next().unwrap().help,
        ["did you mean `windows-1252`?"]
    );
    let quote = MatrixSpec {
        delimiter: Some('"'),
        ..spec()
    };
    assert_eq!(read("iso3\n", &quote).1, ["E0208"]);
    let absent = MatrixSpec {
        file: "out.csv".to_owned(),
        ..spec()
    };
    assert_eq!(read("iso3\n", &absent).1, ["E0201"]);
}

#[test]
fn ids_that_stand_twice_and_rows_without_id_are_reported() {
    let (_, places, _) = read("iso3,life\nNOR,1\nNOR,2\n,3\n", &spec());
    assert_eq!(places, ["E0206 in.csv:3:1 NOR", "E0205 in.csv:4:1 "]);
}

fn grouped(separator: char) -> MatrixSpec {
    MatrixSpec {
        thousands: Some(separator),
        ..spec()
    }
}

#[test]
fn separators_between_thousands_must_stand_every_three_digits() {
    assert_eq!(number("1,234,567.5", &grouped(',')).unwrap(), 1_234_567.5);
    assert_eq!(number("-12\u{202f}345", &grouped(' ')).unwrap(), -12345.0);
    assert_eq!(number("12", &grouped(',')).unwrap(), 12.0);
    for wrong in ["1,5", "1234,567", ",123", "1,23,456"] {
        assert!(number(wrong, &grouped(',')).is_err(), "{wrong}");
    }
    assert!(number("12%", &spec()).is_err());
}

#[test]
fn fractions_may_begin_with_a_comma_and_signs_be_left_out() {
    let european = MatrixSpec {
        decimal: Some(','),
        strip: vec!["%".to_owned(), "€".to_owned()],
        ..grouped('.')
    };
    assert_eq!(number("1.234.567,5", &european).unwrap(), 1_234_567.5);
    assert_eq!(number("€ 12,5", &european).unwrap(), 12.5);
    assert_eq!(number("3 %", &european).unwrap(), 3.0);
    let comma_only = MatrixSpec {
        decimal: Some(','),
        ..spec()
    };
    // Whether a point is a slip or a separator, the table must say.
    assert_eq!(number("12.5", &comma_only).unwrap_err().words, "a point");
    assert!(number("1,2,3", &comma_only).is_err());
}

#[test]
fn times_are_read_as_seconds() {
    for (text, wanted) in [("4:23.70", 263.7), ("1:02:03", 3723.0), ("10.55", 10.55)] {
        assert_eq!(seconds(text, &spec()).unwrap(), wanted, "{text}");
    }
    for wrong in ["4:61", "1:60:00", "4:-3", ":30", "1:2:3:4"] {
        assert!(seconds(wrong, &spec()).is_err(), "{wrong}");
    }
}

#[test]
fn a_column_of_words_keeps_them_and_a_word_may_stand_for_a_number() {
    let spec = MatrixSpec {
        values: IndexMap::from([("no practice".to_owned(), 999.0)]),
        not_applicable: vec!["n/a".to_owned()],
        ..spec()
    };
    let text = "iso3,grade,days\nNOR,gold,12\nTCD,silver,no practice\nAAA,gold,n/a\n";
    let (data, found, _) = read(text, &spec);
    let data = data.unwrap();
    assert!(found.is_empty(), "{found:?}");
    let grade = crate::model::IndicatorId::new("grade");
    let words: Vec<_> = data
        .observations
        .iter()
        .filter(|row| row.indicator == grade)
        .map(|row| (row.place.as_str(), data.word(&grade, row.value).unwrap()))
        .collect();
    assert_eq!(words, [("NOR", "gold"), ("TCD", "silver"), ("AAA", "gold")]);
    let days = crate::model::IndicatorId::new("days");
    let of = |place: &str| crate::model::PlaceId::new(place);
    assert_eq!(data.rows(&of("TCD"), &days).next().unwrap().value, 999.0);
    assert!(data.is_not_applicable(&of("AAA"), &days));
    assert!(!data.is_not_applicable(&of("NOR"), &days));
}

#[test]
fn rows_are_chosen_and_several_columns_may_identify_a_place() {
    let spec = MatrixSpec {
        id: vec!["city".to_owned(), "state".to_owned()],
        filter: IndexMap::from([("year".to_owned(), vec!["2022".to_owned()])]),
        ..spec()
    };
    let text = "city,state,year,life\nSpringfield,IL,2022.0,1\nSpringfield,MO,2022,2\nSpringfield,IL,2021,3\n";
    let (data, found, _) = read(text, &spec);
    assert!(found.is_empty(), "{found:?}");
    let data = data.unwrap();
    let ids: Vec<_> = data
        .places
        .keys()
        .map(crate::model::PlaceId::as_str)
        .collect();
    assert_eq!(ids, ["Springfield-IL", "Springfield-MO"]);
    let none = MatrixSpec {
        filter: IndexMap::from([("year".to_owned(), vec!["1999".to_owned()])]),
        ..spec
    };
    let (data, found, _) = read(text, &none);
    assert!(data.is_none());
    assert!(found[0].starts_with("E0212"), "{found:?}");
}

#[test]
fn headings_make_ids() {
    assert_eq!(
        as_id("GNI per capita (2017 PPP $)"),
        "gni_per_capita_2017_ppp"
    );
    assert_eq!(as_id("2022"), "x2022");
    assert_eq!(as_id("life.expectancy"), "life.expectancy");
    assert_eq!(as_id("收入"), "");
}
