//! Recorded runs and the upkeep of data, on a project in a folder of its own.

use std::fs;
use std::path::Path;
use std::process::Output;
use tempfile::TempDir;

fn exacity(folder: &Path, args: &[&str]) -> Output {
    let mut command = assert_cmd::Command::cargo_bin("exacity").unwrap();
    command.current_dir(folder).args(args).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn project() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let made = exacity(folder.path(), &["init", "."]);
    assert!(made.status.success(), "{}", stderr(&made));
    folder
}

const NEW_FIGURE: [&str; 9] = [
    "data",
    "add",
    "guangzhou",
    "compute_ai_eflops",
    "30",
    "--source",
    "shgov20260129",
    "--as-of",
    "2026-01",
];

#[test]
fn a_run_is_replayed_as_recorded_and_a_touched_one_is_found_out() {
    let folder = project();
    let at = folder.path();
    let first = exacity(at, &["run", "--out", "spring", "--weights", "equal"]);
    assert!(first.status.success(), "{}", stderr(&first));
    let verified = exacity(at, &["verify", "spring"]);
    assert!(
        verified.status.success(),
        "{}{}",
        stdout(&verified),
        stderr(&verified)
    );
    assert!(stdout(&verified).contains("as recorded"));
    // The same run elsewhere has the same hash.
    let again = exacity(at, &["run", "--weights", "equal"]);
    assert_eq!(stdout(&again), stdout(&first));

    let data = at.join("spring/inputs/data/observations.csv");
    let text = fs::read_to_string(&data)
        .unwrap()
        .replace("beijing,ai_companies,2400", "beijing,ai_companies,100");
    fs::write(&data, text).unwrap();
    let touched = exacity(at, &["verify", "spring/manifest.json"]);
    assert_eq!(touched.status.code(), Some(1));
    assert!(
        stdout(&touched).contains("inputs/data/observations.csv is not the file that was read"),
        "{}",
        stdout(&touched)
    );
}

#[test]
fn a_difference_is_told_apart_into_method_and_data() {
    let folder = project();
    let at = folder.path();
    assert!(exacity(at, &["run", "--out", "before"]).status.success());
    let settings = fs::read_to_string(at.join("exacity.toml")).unwrap();
    fs::write(
        at.join("exacity.toml"),
        settings.replace("compute   = 30", "compute   = 60"),
    )
    .unwrap();
    assert!(exacity(at, &NEW_FIGURE).status.success());
    let diff = exacity(at, &["diff", "before"]);
    assert!(diff.status.success(), "{}", stderr(&diff));
    let text = stdout(&diff);
    for part in [
        "exacity.toml changed",
        "data/observations.csv changed",
        "Guangzhou",
        "by the method",
        "by the data",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(text.contains("Shanghai") && text.contains("▲ 1"), "{text}");
}

#[test]
fn a_figure_is_written_only_if_the_project_holds_with_it() {
    let folder = project();
    let at = folder.path();
    let data = at.join("data/observations.csv");
    let before = fs::read_to_string(&data).unwrap();

    let trial: Vec<&str> = NEW_FIGURE.into_iter().chain(["--dry-run"]).collect();
    let trial = exacity(at, &trial);
    assert!(
        stdout(&trial).contains("Would add guangzhou compute_ai_eflops = 30 EFLOPS"),
        "{}{}",
        stdout(&trial),
        stderr(&trial)
    );
    assert!(stdout(&trial).contains("new"), "{}", stdout(&trial));
    assert_eq!(fs::read_to_string(&data).unwrap(), before);

    let mut unknown = NEW_FIGURE;
    unknown[6] = "shgov2026012";
    let refused = exacity(at, &unknown);
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        stderr(&refused).contains("E0702") && stderr(&refused).contains("shgov20260129"),
        "{}",
        stderr(&refused)
    );
    assert_eq!(fs::read_to_string(&data).unwrap(), before);

    assert!(exacity(at, &NEW_FIGURE).status.success());
    let after = fs::read_to_string(&data).unwrap();
    assert!(after.starts_with(&before) && after.len() > before.len());
    let twice = exacity(at, &NEW_FIGURE);
    assert_eq!(twice.status.code(), Some(2));
    assert!(
        stderr(&twice).contains("hold this figure already"),
        "{}",
        stderr(&twice)
    );
}

#[test]
fn private_figures_count_and_stay_in_a_file_of_their_own() {
    let folder = project();
    let at = folder.path();
    let shared = fs::read_to_string(at.join("data/observations.csv")).unwrap();
    let private: Vec<&str> = NEW_FIGURE.into_iter().chain(["--local"]).collect();
    assert!(exacity(at, &private).status.success());
    assert_eq!(
        fs::read_to_string(at.join("data/observations.csv")).unwrap(),
        shared
    );
    assert!(at.join("data/local/observations.csv").exists());
    let ranked = exacity(at, &["rank", "--format", "csv"]);
    assert!(stdout(&ranked).contains("guangzhou"), "{}", stdout(&ranked));
}

#[test]
fn what_would_rank_a_place_is_said_and_what_is_old_is_listed() {
    let folder = project();
    let todo = exacity(folder.path(), &["data", "todo", "广州"]);
    let text = stdout(&todo);
    assert!(
        text.contains("compute.capacity") && text.contains("yes"),
        "{text}{}",
        stderr(&todo)
    );
    let stale = exacity(folder.path(), &["data", "stale", "--older-than", "3"]);
    assert!(
        stdout(&stale).contains("academia.universities"),
        "{}{}",
        stdout(&stale),
        stderr(&stale)
    );
    let none = exacity(folder.path(), &["data", "stale", "--older-than", "30"]);
    assert!(
        stdout(&none).contains("none, counted from 2026-03-31"),
        "{}",
        stdout(&none)
    );
}

#[test]
fn reports_are_written_in_every_format_and_no_workbook_hits_a_wrong_place() {
    let folder = project();
    let at = folder.path();
    for name in ["r.html", "r.xlsx", "r.md", "r.json", "r.csv", "r.txt"] {
        let made = exacity(at, &["report", "--out", name]);
        assert!(made.status.success(), "{name}: {}", stderr(&made));
        assert!(fs::metadata(at.join(name)).unwrap().len() > 1000, "{name}");
    }
    let once = fs::read(at.join("r.html")).unwrap();
    assert!(
        exacity(at, &["--threads", "1", "report", "--out", "s.html"])
            .status
            .success()
    );
    assert!(
        once == fs::read(at.join("s.html")).unwrap(),
        "the same bytes for any number of threads"
    );
    let figures = exacity(at, &["report", "--figures", "figures"]);
    assert!(figures.status.success() && stdout(&figures).is_empty());
    assert!(at.join("figures/map.json").exists());
    let brief = exacity(
        at,
        &[
            "report", "--place", "上海", "--lang", "zh", "--format", "markdown",
        ],
    );
    assert!(
        stdout(&brief).starts_with("# 上海"),
        "{}{}",
        stdout(&brief),
        stderr(&brief)
    );
    let lost = exacity(at, &["report", "--out", "nowhere/r.html"]);
    assert_eq!(lost.status.code(), Some(2));
    assert!(stderr(&lost).contains("E0111"));
}

#[test]
fn a_spreadsheet_is_taken_over_as_a_whole_or_not_at_all() {
    let folder = project();
    let at = folder.path();
    let data = at.join("data/observations.csv");
    let before = fs::read_to_string(&data).unwrap();
    fs::write(
        at.join("wrong.csv"),
        "place,compute_ai_eflops,ai_companies\n广州,over 12,300\nchongqin,8,x\n",
    )
    .unwrap();
    let source = ["--source", "shgov20260129", "--as-of", "2026-01"];
    let import = |name: &str| exacity(at, &[&["data", "import", name], &source[..]].concat());
    let refused = import("wrong.csv");
    assert_eq!(refused.status.code(), Some(2));
    let said = stderr(&refused);
    for part in [
        "`over 12` is no number",
        "wrong.csv:2",
        "there is no place `chongqin`",
        "did you mean `chongqing`",
        "`x` is no number",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert_eq!(fs::read_to_string(&data).unwrap(), before);
    fs::write(
        at.join("right.csv"),
        "place,compute_ai_eflops,qualifier\n广州,12,gt\nchongqing,8,\n",
    )
    .unwrap();
    let taken = import("right.csv");
    assert!(taken.status.success(), "{}", stderr(&taken));
    assert!(
        stdout(&taken).contains("Added 2 figures"),
        "{}",
        stdout(&taken)
    );
    let after = fs::read_to_string(&data).unwrap();
    assert!(
        after.starts_with(&before) && after.lines().count() == before.lines().count() + 2,
        "{after}"
    );
}

#[test]
fn a_workbook_is_taken_over_by_sheet_and_row() {
    let folder = project();
    let at = folder.path();
    fs::copy("tests/fixtures/figures.xlsx", at.join("figures.xlsx")).unwrap();
    let source = ["--source", "shgov20260129"];
    let import = |more: &[&str]| {
        exacity(
            at,
            &[&["data", "import", "figures.xlsx"], &source[..], more].concat(),
        )
    };
    let taken = import(&["--dry-run"]);
    assert!(taken.status.success(), "{}", stderr(&taken));
    let refused = import(&["--sheet", "Other"]);
    assert_eq!(refused.status.code(), Some(2));
    let said = stderr(&refused);
    for part in ["`many` is no number", "figures.xlsx:2"] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    let lost = import(&["--sheet", "Nowhere"]);
    assert!(stderr(&lost).contains("there is no sheet `Nowhere`, but: Figures, Other"));
    fs::write(at.join("text.csv"), "place,indicator,value\n").unwrap();
    let text = exacity(at, &["data", "import", "text.csv", "--sheet", "Figures"]);
    assert!(stderr(&text).contains("a text has no sheet `Figures`"));
}

/// Ctrl-C ends a long plan with what is known by then.
#[cfg(unix)]
#[test]
fn an_interrupted_plan_says_what_is_known() {
    use std::process::{Command, Stdio};
    let binary = assert_cmd::cargo::cargo_bin("exacity");
    let case = "tests/reference/planning/bench-20x12x4.json";
    let child = Command::new(binary)
        .args(["plan", "--file", case, "--brief"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_secs(2));
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.code().is_some(),
        "ended by the signal: {:?}",
        output.status
    );
    assert!(
        stdout(&output).contains("stopped by hand"),
        "{}",
        stdout(&output)
    );
}
