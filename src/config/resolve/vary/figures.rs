//! Which figures vary, and how far.

use super::{Reader, not_understood, percent, plain};
use crate::config::value::{Data, Value};
use crate::diagnostics::{Diagnostics, Span, did_you_mean};
use crate::model::{IndicatorId, Tier};
use crate::project::study::{FigureError, Variation, WhichFigures};

impl Reader<'_, '_, '_> {
    /// Reads which figures vary and how far.
    pub(super) fn figures(
        &self,
        rest: &[&str],
        at: &Span,
        value: &Value,
        found: &mut Diagnostics,
    ) -> Option<(String, Variation)> {
        let name = rest.join(".");
        let which = match rest {
            ["all" | "*"] => WhichFigures::All,
            ["bounds"] => WhichFigures::Bounds,
            ["ranges"] => WhichFigures::Ranges,
            ["conflicts"] => WhichFigures::Conflicts,
            ["tier", tier] => {
                let Some(tier) = Tier::parse(tier) else {
                    let message = format!("`{tier}` is no tier of sources");
                    found.push(not_understood(message, at).help("tiers are A, B, C and D"));
                    return None;
                };
                WhichFigures::Tier(tier)
            }
            _ => match (
                self.tree.find(&name),
                self.context.data.indicators.get_full(name.as_str()),
            ) {
                (_, Some((_, id, _))) => WhichFigures::Indicator(id.clone()),
                (Some(at), None) if self.tree.is_leaf(at) => WhichFigures::Leaf(at),
                _ => {
                    let known = self.context.data.indicators.keys().map(IndicatorId::as_str);
                    let known = known.chain(["bounds", "ranges", "conflicts", "all", "tier.C"]);
                    found.push(
                        not_understood(format!("`data.{name}` names no figures"), at)
                            .maybe_help(did_you_mean(&name, known))
                            .help("name an indicator, a criterion, `tier.C`, `bounds`, `ranges`, `conflicts` or `all`"),
                    );
                    return None;
                }
            },
        };
        let error = Self::figure_error(&which, value, found)?;
        Some((error.words(), Variation::Figures { which, error }))
    }

    fn figure_error(
        which: &WhichFigures,
        value: &Value,
        found: &mut Diagnostics,
    ) -> Option<FigureError> {
        let text = value.text().unwrap_or_default().trim();
        let share = percent(text).filter(|share| *share > 0.0);
        let normal = text
            .strip_prefix("normal")
            .and_then(|rest| percent(rest.trim_start_matches([':', ' '])));
        let on = matches!(value.data, Data::Flag(true)) || text == "vary";
        let (read, help) = match which {
            WhichFigures::Ranges => (
                on.then_some(FigureError::InRange),
                "write `true`: the range says how far",
            ),
            WhichFigures::Conflicts => (
                on.then_some(FigureError::AnySource),
                "write `true`: the sources say how far",
            ),
            WhichFigures::Bounds => (
                share.map(FigureError::Beyond),
                "say how far beyond the bound: `25 %`",
            ),
            _ => (
                normal
                    .filter(|share| *share > 0.0 && *share <= 1.0)
                    .map(FigureError::Normal)
                    .or(share.filter(|share| *share <= 1.0).map(FigureError::Within)),
                "say how far off they may be: `10 %`, or `normal 5 %`",
            ),
        };
        if read.is_none() {
            let message = format!("figures do not vary by `{}`", plain(value));
            found.push(not_understood(message, &value.span).help(help));
        }
        read
    }
}
