use crate::dataset::fixture::{Folder, PLACES, summary};
use crate::diagnostics::Diagnostics;
use crate::model::{Plausibility, Qualifier};

/// Replaces one file of a folder without mistakes and returns what is found.
fn findings(name: &str, text: impl Into<Vec<u8>>) -> (Vec<String>, Diagnostics) {
    let (_, files, found) = Folder::new().with(name, text).read();
    (summary(&files, &found), found)
}

#[test]
fn columns_stand_in_any_order_and_unknown_ones_are_ignored() {
    let text = "colour,value,as_of,place,qualifier,indicator\nred, 3.5 ,2025-Q1,shanghai,gt,ai\n";
    let data = Folder::new().with("observations.csv", text).dataset();
    let row = &data.observations[0];
    assert_eq!((row.value, row.qualifier), (3.5, Qualifier::Gt));
    assert_eq!(row.as_of.unwrap().to_string(), "2025-Q1");
    assert_eq!(
        (row.id.as_str(), row.origin.to_string().as_str()),
        ("line 2", "data/observations.csv:2")
    );
    assert_eq!(row.plausibility, Plausibility::Plausible);
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_accepted() {
    let text = "\u{feff}place,indicator,value\r\nshanghai,ai,1\r\n\r\nguizhou,total,2\r\n";
    let data = Folder::new().with("observations.csv", text).dataset();
    let lines: Vec<_> = data.observations.iter().map(|o| o.origin.line).collect();
    assert_eq!(lines, [2, 4]);
}

#[test]
fn columns_of_places_that_nothing_else_uses_are_groups() {
    let text = "id,region,lat,lon\nshanghai,east,31.2,121.5\nguizhou,,,\n";
    let data = Folder::new().with("places.csv", text).dataset();
    assert_eq!(data.places["shanghai"].groups["region"], "east");
    assert_eq!(data.places["shanghai"].coordinates, Some((31.2, 121.5)));
    assert!(data.places["guizhou"].groups.is_empty());
}

#[test]
fn a_folder_needs_places_and_observations_only() {
    let folder = Folder::default()
        .with("places.csv", PLACES)
        .with("observations.csv", "place,indicator,value\nshanghai,ai,1\n");
    assert_eq!(folder.dataset().observations.len(), 1);
}

#[test]
fn missing_empty_and_bare_files_are_reported() {
    let (data, files, found) = Folder::default().with("places.csv", PLACES).read();
    assert!(data.is_none());
    assert_eq!(summary(&files, &found), ["E0201"]);
    assert_eq!(
        found.iter().next().unwrap().message,
        "there is no file `data/observations.csv`"
    );
    let message = |text: &str| {
        findings("places.csv", text)
            .1
            .iter()
            .next()
            .unwrap()
            .message
            .clone()
    };
    assert_eq!(message(""), "`data/places.csv` is empty");
    assert_eq!(
        message("id,name\n"),
        "`data/places.csv` has a header and no rows"
    );
}

#[test]
fn a_missing_column_names_the_file_what_is_there_and_the_nearest_name() {
    let (places, found) = findings("observations.csv", "place,indicator,valeu\nshanghai,ai,1\n");
    assert_eq!(
        places,
        ["E0202 data/observations.csv:1:1 place,indicator,valeu"]
    );
    let finding = found.iter().next().unwrap();
    assert_eq!(
        finding.message,
        "`data/observations.csv` has no column `value`"
    );
    assert_eq!(finding.help, ["did you mean `valeu`?"]);
    assert_eq!(finding.notes, ["columns there: place, indicator, valeu"]);
}

#[test]
fn a_column_that_stands_twice_is_reported() {
    let (places, _) = findings(
        "observations.csv",
        "place,indicator,value,value\nshanghai,ai,1,2\n",
    );
    assert_eq!(places, ["E0202 data/observations.csv:1:23 value"]);
}

#[test]
fn every_field_that_is_no_number_is_pointed_at() {
    let rows = ["nan", "inf", "1e999", "12%", "\"1,5\"", "many", ""];
    let rows = rows.map(|v| format!("shanghai,ai,{v}\n")).concat();
    let (places, found) = findings("observations.csv", format!("place,indicator,value\n{rows}"));
    let expected = [
        "E0203 data/observations.csv:2:13 nan",
        "E0203 data/observations.csv:3:13 inf",
        "E0203 data/observations.csv:4:13 1e999",
        "E0203 data/observations.csv:5:13 12%",
        "E0203 data/observations.csv:6:13 \"1,5\"",
        "E0203 data/observations.csv:7:13 many",
        "E0203 data/observations.csv:8:13 ",
    ];
    assert_eq!(places, expected);
    let percent = found.iter().nth(3).unwrap();
    assert_eq!(
        percent.help,
        ["write the number alone: the unit belongs to the indicator"]
    );
}

#[test]
fn dates_and_words_are_pointed_at_and_all_mistakes_of_a_row_show() {
    let text = "obs_id,place,indicator,value,as_of,qualifier,kind,plausibility,from_seed,unit\n\
        o1,shanhai,aj,x,2025-13,about,mesured,maybe,perhaps,\n\
        o2,shanghai,ai,1,,eq,measured,,no,PFLOPS\n";
    let (places, found) = findings("observations.csv", text);
    let expected = [
        "E0205 data/observations.csv:2:4 shanhai",
        "E0205 data/observations.csv:2:12 aj",
        "E0203 data/observations.csv:2:15 x",
        "E0208 data/observations.csv:2:25 about",
        "E0208 data/observations.csv:2:31 mesured",
        "E0208 data/observations.csv:2:39 maybe",
        "E0208 data/observations.csv:2:45 perhaps",
        "E0204 data/observations.csv:2:17 2025-13",
        "E0210 data/observations.csv:3:34 PFLOPS",
        "E0204 data/observations.csv:3:18 ",
    ];
    let mut sorted = places.clone();
    sorted.sort();
    let mut wanted = expected.map(str::to_owned);
    wanted.sort();
    // Columns of the last row are checked by their text alone.
    let bare = |s: &String| {
        s.split(' ')
            .filter(|w| !w.contains(":3:"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(
        sorted.iter().map(bare).collect::<Vec<_>>(),
        wanted.iter().map(bare).collect::<Vec<_>>()
    );
    assert_eq!(
        found.iter().next().unwrap().help,
        ["did you mean `shanghai`?"]
    );
}

#[test]
fn ids_that_stand_twice_show_both_places() {
    let text = "obs_id,place,indicator,value\no1,shanghai,ai,1\no1,guizhou,ai,2\n";
    let (_, files, found) = Folder::new().with("observations.csv", text).read();
    let finding = found.iter().next().unwrap();
    let lines: Vec<_> = finding
        .labels
        .iter()
        .map(|l| files.position(&l.span).unwrap().line)
        .collect();
    assert_eq!((finding.code.0, lines), ("E0206", vec![3, 2]));
    let (places, _) = findings("places.csv", "id\nshanghai\nshanghai\n");
    assert_eq!(places, ["E0206 data/places.csv:3:1 shanghai"]);
}

#[test]
fn bytes_that_are_no_text_are_reported_at_line_and_column() {
    let (places, found) = findings("places.csv", &b"id,name\nshanghai,Sh\xe4nghai\n"[..]);
    assert_eq!(places, ["E0207 data/places.csv:2:12 \u{fffd}"]);
    assert_eq!(
        found.iter().next().unwrap().message,
        "`data/places.csv` is not UTF-8 at line 2, column 12"
    );
}

#[test]
fn a_broken_list_of_sources_does_not_blame_the_rows_that_cite_them() {
    let text = "place,indicator,value,source_id\nshanghai,ai,1,gov\n";
    let folder = Folder::new()
        .with("observations.csv", text)
        .with("sources.csv", &b"source_id\xff"[..]);
    let (_, files, found) = folder.read();
    assert_eq!(summary(&files, &found).len(), 1);
}

#[test]
fn a_cited_source_must_exist() {
    let text = "place,indicator,value,source_id\nshanghai,ai,1,pres\nshanghai,ai,1,\n";
    let (places, found) = findings("observations.csv", text);
    assert_eq!(
        places,
        [
            "E0205 data/observations.csv:2:15 pres",
            "E0205 data/observations.csv:3:15 "
        ]
    );
    assert_eq!(found.iter().next().unwrap().help, ["did you mean `press`?"]);
}

#[test]
fn malformed_rows_are_reported_and_the_others_are_read() {
    let text =
        "place,indicator,value\nshanghai,ai\nshanghai,ai,1,2\nguizhou,ai,7\nguizhou,\"ai,8\n";
    let (data, files, found) = Folder::new().with("observations.csv", text).read();
    let lines = summary(&files, &found);
    let expected = [
        "E0209 data/observations.csv:2:1 shanghai,ai",
        "E0209 data/observations.csv:3:1 shanghai,ai,1,2",
        "E0209 data/observations.csv:5:9 \"",
    ];
    assert_eq!(lines, expected);
    assert_eq!(data.unwrap().observations.len(), 1);
}

#[test]
fn a_quote_closed_by_a_later_one_is_suspected() {
    let text = "place,indicator,value\nshanghai,\"ai,1\nguizhou,ai,\"7\n";
    let (_, found) = findings("observations.csv", text);
    let finding = found.iter().next().unwrap();
    assert_eq!(finding.code.0, "E0209");
    assert_eq!(
        finding.notes,
        ["the row runs from line 2 to line 3: a quote may be left open"]
    );
}

#[test]
fn an_id_that_runs_over_lines_is_not_quoted_whole() {
    let text = "place,indicator,value\nshanghai,\"ai,1\nguizhou,\"ai,7\n";
    let (_, found) = findings("observations.csv", text);
    let finding = found.iter().next().unwrap();
    assert_eq!(finding.message, "the indicator runs over several lines");
}

#[test]
fn a_line_beyond_all_measure_is_refused() {
    let text = format!(
        "place,indicator,value\nshanghai,ai,1\n{}\n",
        "x".repeat((1 << 20) + 1)
    );
    let (places, _) = findings("observations.csv", text);
    assert_eq!(places, ["E0209 data/observations.csv:3:1 x"]);
}

#[test]
fn parents_must_exist_and_must_not_go_round() {
    let (places, found) = findings("places.csv", "id,parent\nshanghai,b\nb,c\nc,b\nd,e\n");
    assert_eq!(
        places,
        ["E0211 data/places.csv:3:3 c", "E0205 data/places.csv:5:3 e"]
    );
    assert_eq!(
        found.iter().next().unwrap().message,
        "places contain each other: `b` in `c` in `b`"
    );
}

#[test]
fn at_most_twenty_findings_of_a_kind_are_shown_and_the_rest_is_counted() {
    let rows = "shanghai,ai,x\n".repeat(25);
    let (places, found) = findings("observations.csv", format!("place,indicator,value\n{rows}"));
    assert_eq!(places.len(), 20);
    let last = found.iter().last().unwrap();
    assert_eq!(last.notes, ["and 5 more of E0203 in this file"]);
}

#[test]
fn targets_programmes_and_facts_report_their_mistakes() {
    let (places, _) = findings(
        "targets.csv",
        "place,indicator,value,due_date\nshanghai,ai,100,soon\n",
    );
    assert_eq!(places, ["E0204 data/targets.csv:2:17 soon"]);
    let text = "place,amount_cny,per,programme_kind,group_role\nshanghai,1e9,week,gift,half\n";
    let (places, _) = findings("programmes.csv", text);
    let expected = [
        "E0208 data/programmes.csv:2:14 week",
        "E0208 data/programmes.csv:2:19 gift",
        "E0208 data/programmes.csv:2:24 half",
    ];
    assert_eq!(places, expected);
    let (places, _) = findings("facts.csv", "place,statement\nnowhere,x\n");
    assert_eq!(places, ["E0205 data/facts.csv:2:1 nowhere"]);
}
