//! Replays the fuzz bodies on the stable toolchain: a corpus, and inputs made from it.
//!
//! Long runs that look for new inputs are described in `fuzz/README.md`; what they find joins the corpus.

mod bodies;
mod inputs;

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// Inputs made for each body.
const MADE: u64 = 10_000;

/// Reads the files of folders of the repository that end in one of some ways.
fn corpus(folders: &[&str], endings: &[&str]) -> Vec<Vec<u8>> {
    let mut paths = vec![];
    for folder in folders {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        paths.extend(fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()));
    }
    paths.retain(|path| {
        let name = path.file_name().unwrap().to_string_lossy();
        endings.iter().any(|ending| name.ends_with(ending))
    });
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// Gives a body the corpus, then everything made from its small members.
fn replay(corpus: &[Vec<u8>], words: &[&str], body: fn(&[u8])) {
    assert!(corpus.len() > 3);
    for text in corpus {
        body(text);
    }
    let mut small = corpus.to_vec();
    small.retain(|text| text.len() < 4_000);
    let next = AtomicU64::new(0);
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= MADE {
                return;
            }
            let input = inputs::input(&small, words, number);
            // The number is what is needed to try one input again.
            let ended = std::panic::catch_unwind(|| body(&input));
            assert!(
                ended.is_ok(),
                "input {number}: {:?}",
                String::from_utf8_lossy(&input)
            );
        }
    };
    std::thread::scope(|scope| {
        for worker in [scope.spawn(work), scope.spawn(work)] {
            worker.join().unwrap();
        }
    });
}

#[test]
fn no_script_breaks_the_program() {
    let words = [
        "part.a",
        "place.gdp",
        "if ",
        " else ",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "#{",
        "let x = ",
        "for x in [1, 2] {",
        "return ",
        "1/0",
        "fn f(x) { x }",
        "f(1)",
        "max(",
        "clamp(1, 2, 3)",
        "&&",
        "||",
        "!",
        "==",
        "<",
        "+=",
        ";",
        "\"",
        "`${",
        "//",
        "/*",
        "const X = 1;",
        "global::X",
        "break;",
        "continue;",
        "-",
        "**",
        "?.",
        "??",
        "\u{202e}",
        "值",
        "fn score(part) {",
        "fn meta() {",
        "param.k",
        "known.a",
        "0.1",
        "1e300",
        "true",
        "()",
    ];
    let corpus = corpus(
        &[
            "rules",
            "tests/hostile",
            "tests/mistakes",
            "tests/fuzz/script",
        ],
        &[".rhai"],
    );
    replay(&corpus, &words, bodies::script);
}

#[test]
fn no_settings_break_the_program() {
    let words = [
        "[scoring]\n",
        "[[criteria]]\n",
        "id = \"a\"\n",
        "indicator = \"b\"\n",
        "normalise = ",
        "\"z-score\"\n",
        "\"rank\"\n",
        "{ method = \"goalposts\", low = 0, high = 0 }\n",
        "aggregate = \"geometric\"\n",
        "missing = \"fail\"\n",
        "[weights.w]\n",
        "a = 0\n",
        "a = -1\n",
        "strategy = \"rules/r.rhai\"\n",
        "[[adjust]]\nwhen = \"part.a > 1\"\npoints = 5\nbecause = \"x\"\n",
        "= ",
        "\n",
        "[",
        "]",
        "\"",
        "'''",
        "2026-03-31",
        "[profile.p]\n",
        "include = [\"x.toml\"]\n",
        "nan",
        "inf",
        "[[case]]\n",
        "expect = 1\n",
        "children = [\"a\"]\n",
        "round = { decimals = 3 }\n",
        "ties = \"average\"\n",
        "\u{feff}",
        "#",
    ];
    let corpus = corpus(&["tests/fuzz/project", "rules"], &[".toml"]);
    replay(&corpus, &words, bodies::project);
}

#[test]
fn no_figures_break_the_program() {
    let words = [
        ",",
        "\n",
        "\r\n",
        "\"",
        "\"\"",
        ";",
        "\t",
        "NA",
        "..",
        "-",
        "1e308",
        "-1e308",
        "north",
        "south",
        "flops",
        "id",
        "a",
        "measured",
        "announced",
        "2025-13-45",
        "2025",
        "lt",
        "eq",
        ">120",
        "1,234.5",
        "\u{feff}",
        "\u{a0}",
        "北京",
    ];
    let corpus = corpus(&["tests/fuzz/figures"], &[".csv"]);
    replay(&corpus, &words, bodies::figures);
}
