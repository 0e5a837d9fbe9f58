//! `exacity rules docs`

use super::{scored_with, strategies};
use crate::cli::Outcome;
use crate::cli::args::{DocsFormat, Format, Global, OutputArgs, RulesDocs};
use crate::cli::commands::Ended;
use crate::cli::failure::Failure;
use crate::cli::open::sources;
use crate::cli::output::Out;
use crate::config::{Request, StrategyFile};
use crate::report::json;
use crate::report::views::strategy_page;
use crate::rules::{Page, functions_page, page};
use crate::sources::Sources;
use serde_json::json;

pub(super) fn run(global: &Global, asked: &RulesDocs, out: &Out) -> Ended {
    let text = if asked.functions {
        functions_page()
    } else {
        let sources = sources(global, out)?;
        let (all, findings) = strategies(&*sources, &asked.names)?;
        if findings.found.has_errors() {
            return Err(Failure::Found(findings));
        }
        let pages = all.iter().map(|one| made(&*sources, one));
        let pages: Vec<Page> = pages.flatten().collect();
        match asked.format {
            DocsFormat::Markdown => {
                let pages: Vec<String> = pages.iter().map(Page::markdown).collect();
                pages.join("\n")
            }
            DocsFormat::Json => json::pretty(&json!({
                "schema_version": json::SCHEMA_VERSION,
                "kind": "strategies",
                "strategies": pages,
            })),
        }
    };
    // The ending of the file does not choose the format here: `--format` does.
    let asked = OutputArgs {
        format: Some(Format::Text),
        out: asked.out.clone(),
    };
    out.deliver(&text, &asked)?;
    Ok(Outcome::Done)
}

/// Makes the page of a strategy, with what the places of the project say of it where they can be
/// scored.
fn made(sources: &dyn Sources, one: &StrategyFile) -> Option<Page> {
    let rule = one.rule.as_ref()?;
    let mut page = page(rule, &one.name, one.tests.as_ref());
    if let Ok(scored) = scored_with(sources, one, &Request::default()) {
        strategy_page(&mut page, &scored.project, &scored.scoreboard);
    }
    Some(page)
}
