//! The first text of a new strategy, with tests that pass.

/// The files of a new strategy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scaffold {
    /// `rules/NAME.rhai`.
    pub script: String,
    /// `rules/NAME.test.toml`.
    pub tests: String,
}

/// Writes the files of a new strategy that compiles, and whose tests pass, at once.
///
/// `like` gives script and tests of a strategy to start from. Without it the new strategy is the
/// weighted sum of `criteria` (top-level ids), with one parameter that does nothing until it is varied.
pub fn scaffold(name: &str, like: Option<(&str, &str)>, criteria: &[String]) -> Scaffold {
    let title = title_of(name);
    match like {
        Some((script, tests)) => Scaffold {
            script: with_title(script, &title),
            tests: tests.to_owned(),
        },
        None => fresh(&title, criteria),
    }
}

/// Turns `my-niche_2` into `My niche 2`.
fn title_of(name: &str) -> String {
    let words = name.replace(['_', '-', '"', '\\'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// Replaces the title that a script gives itself.
fn with_title(script: &str, title: &str) -> String {
    let quoted = script.find("title:").and_then(|at| {
        let open = at + script[at..].find('"')?;
        let close = open + 1 + script[open + 1..].find('"')?;
        Some((open, close))
    });
    match quoted {
        Some((open, close)) => format!("{}\"{title}{}", &script[..open], &script[close..]),
        None => script.to_owned(),
    }
}

fn fresh(title: &str, criteria: &[String]) -> Scaffold {
    let fallback = ["compute".to_owned()];
    let names: Vec<String> = if criteria.is_empty() {
        &fallback
    } else {
        criteria
    }
    .iter()
    .map(|c| c.replace('.', "_"))
    .collect();
    let terms = |sign: &str, term: &dyn Fn(&str) -> String| {
        names.iter().map(|n| term(n)).collect::<Vec<_>>().join(sign)
    };
    let sum = terms("\n        + ", &|n| format!("weight.{n} * part.{n}"));
    let shares = terms("\n        + ", &|n| format!("weight.{n}"));
    let script = format!(
        r#"// {title}: say here what this strategy is for, and who would hold it.

fn meta() {{
    #{{
        title: "{title}",
        version: 1,
        params: #{{
            bonus: #{{ value: 0, min: -20, max: 20, unit: "points", doc: "Added to every score" }},
        }},
        range: [0, 100],
    }}
}}

/// The weighted mean of the parts, and a bonus.
fn score(part, weight, param) {{
    let sum = {sum};
    let shares = {shares};
    clamp(sum / shares + param.bonus, 0, 100)
}}
"#
    );
    let part = |value: u32| terms(", ", &|n| format!("{n} = {value}"));
    let ups = terms(", ", &|n| format!("\"part.{n}\""));
    let weights = terms(", ", &|n| format!("{n} = 1"));
    let (half, full) = (part(50), part(100));
    let tests = format!(
        r#"# Run with `exacity rules test`. Every case is one place: what it holds, and the score expected.

[common]
weight = {{ {weights} }}

[[case]]
name = "equal parts score what they are"
part = {{ {half} }}
expect = 50

[[case]]
name = "the bonus stops at the end of the scale"
part = {{ {full} }}
param = {{ bonus = 10 }}
expect = 100

[properties]
monotone = {{ up = [{ups}] }}
range = [0, 100]
"#
    );
    Scaffold { script, tests }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::FileId;
    use crate::rules::Rule;

    #[test]
    fn a_new_strategy_compiles_without_a_finding() {
        let new = scaffold("my-view", None, &["academia".into(), "compute".into()]);
        let (rule, found) = Rule::compile(&FileId::new("rules/my-view.rhai"), &new.script);
        assert!(found.is_empty(), "{found:?}");
        assert_eq!(rule.unwrap().meta().title, "My view");
    }

    #[test]
    fn a_copy_takes_the_new_title() {
        let copy = scaffold(
            "b",
            Some(("fn meta() { #{ title: \"A\", version: 1 } }", "t")),
            &[],
        );
        assert_eq!(copy.script, "fn meta() { #{ title: \"B\", version: 1 } }");
        assert_eq!(copy.tests, "t");
    }
}
