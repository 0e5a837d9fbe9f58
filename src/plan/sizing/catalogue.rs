//! A chip of the data's catalogue, put together from the sources that describe it.

use super::{Spec, Uncertain};
use crate::diagnostics::{Code, Diagnostic, did_you_mean, nearest};
use crate::model::Chip;
use crate::project::Library;

/// Accelerators in a server, unless something else is said: the usual board.
pub const PER_SERVER: f64 = 8.0;
/// Power of a server over that of its accelerators: processors, memory, fans and losses.
pub const SERVER_POWER: (f64, f64, f64) = (1.6, 1.4, 1.85);
/// Price of a server over that of its accelerators: by the rows for H20 cards and servers, 1.36 to 1.59.
pub const SERVER_PRICE: (f64, f64, f64) = (1.45, 1.3, 1.6);

/// What sources say of one chip.
#[derive(Debug, Clone, PartialEq)]
pub struct Described {
    /// Its name.
    pub name: String,
    /// The rows, the one that speaks first.
    pub rows: Vec<Chip>,
    /// Dense FP16 rate of an accelerator in TFLOPS, and the range over all sources.
    pub tflops: Option<(f64, (f64, f64))>,
    /// Power of an accelerator in watts, and the range.
    pub watts: Option<(f64, (f64, f64))>,
    /// Price of an accelerator in CNY, and the range.
    pub price_cny: Option<(f64, (f64, f64))>,
    /// Prices in other currencies, which are shown and not converted.
    pub other_prices: Vec<(f64, String)>,
}

/// Finds a chip by the id of a row, its name, or the end of its name (`ascend-910b`).
///
/// # Errors
///
/// E0537 for a chip that the catalogue does not hold.
pub fn find(library: &Library, wanted: &str) -> Result<Described, Diagnostic> {
    let plain = slug(wanted);
    let by_id = library
        .chips
        .iter()
        .find(|c| c.id.eq_ignore_ascii_case(wanted));
    let by_name = || library.chips.iter().find(|c| slug(&c.name) == plain);
    let ending = format!("-{plain}");
    let by_ending = || {
        let mut names: Vec<&Chip> = vec![];
        for chip in library
            .chips
            .iter()
            .filter(|c| slug(&c.name).ends_with(&ending))
        {
            if names.iter().all(|known| known.name != chip.name) {
                names.push(chip);
            }
        }
        // "h20" must not choose among several chips.
        (names.len() == 1).then(|| names[0])
    };
    let Some(chip) = by_id.or_else(by_name).or_else(by_ending) else {
        let names: Vec<String> = library.chips.iter().map(|c| slug(&c.name)).collect();
        let mut known: Vec<&str> = names.iter().map(String::as_str).collect();
        known.dedup();
        // People leave the maker out: the rest of a name is a name, too.
        let without_maker = names
            .iter()
            .filter_map(|name| Some(name.split_once('-')?.1));
        let help = nearest(&plain, without_maker)
            .map(|name| format!("did you mean `{name}`?"))
            .or_else(|| did_you_mean(&plain, known.iter().copied()));
        return Err(
            Diagnostic::new(Code("E0537"), format!("there is no chip `{wanted}`"))
                .maybe_help(help)
                .note("`exacity size --chips` lists them"),
        );
    };
    Ok(describe(library, &chip.name))
}

/// Puts together what all sources say of a chip. Of several the better tier speaks, then the row that
/// stands first; all of them make the range.
pub fn describe(library: &Library, name: &str) -> Described {
    let tier = |chip: &Chip| {
        let source = chip.source.as_ref().and_then(|id| library.sources.get(id));
        source.map(|s| s.tier)
    };
    let mut rows: Vec<Chip> = library
        .chips
        .iter()
        .filter(|c| c.name == name)
        .cloned()
        .collect();
    rows.sort_by_key(|chip| (tier(chip).is_none(), tier(chip)));
    let rates = rows.iter().filter_map(|c| c.fp16_dense_tflops);
    let powers = rows.iter().filter_map(|c| Some((c.power_w?, None)));
    let in_yuan = rows.iter().filter(|c| c.currency == "CNY");
    let prices = in_yuan.filter_map(|c| c.price);
    let other = rows.iter().filter(|c| c.currency != "CNY");
    let other_prices = other.filter_map(|c| Some((c.price?.0, c.currency.clone())));
    Described {
        name: name.to_owned(),
        tflops: spread(rates),
        watts: spread(powers),
        price_cny: spread(prices),
        other_prices: other_prices.collect(),
        rows,
    }
}

/// The first value with the range over all of them.
fn spread(values: impl Iterator<Item = (f64, Option<f64>)>) -> Option<(f64, (f64, f64))> {
    let all: Vec<(f64, Option<f64>)> = values.collect();
    let first = all.first()?.0;
    let ends = all
        .iter()
        .flat_map(|(low, high)| [Some(*low), *high])
        .flatten();
    let ends: Vec<f64> = ends.collect();
    Some((first, crate::num::stats::range(&ends)?))
}

/// Writes a name as people type it: `Huawei Ascend 910B` is `huawei-ascend-910b`.
pub fn slug(name: &str) -> String {
    let mut out = String::new();
    for letter in name.to_lowercase().chars() {
        if letter.is_alphanumeric() {
            out.push(letter);
        } else if !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
    }
    out.trim_end_matches('-').to_owned()
}

impl Described {
    /// Returns the specifications of which only a range is known, for a server of `per_server` accelerators.
    pub fn uncertain(&self, per_server: f64, own_power: bool, own_price: bool) -> Vec<Uncertain> {
        let mut all = vec![];
        let mut add = |what, range: (f64, f64), why: String| {
            if range.0 < range.1 {
                all.push(Uncertain { what, range, why });
            }
        };
        if let Some((_, range)) = self.tflops {
            add(Spec::PeakTflops, range, "sources differ".to_owned());
        }
        if let (Some((_, (low, high))), false) = (self.watts, own_power) {
            let kw = |watts: f64, factor: f64| watts * per_server * factor / 1000.0;
            let range = (kw(low, SERVER_POWER.1), kw(high, SERVER_POWER.2));
            add(
                Spec::ServerKw,
                range,
                "sources, and servers of other make".to_owned(),
            );
        }
        if let (Some((_, (low, high))), false) = (self.price_cny, own_price) {
            let mcny = |price: f64, factor: f64| price * per_server * factor / 1e6;
            let range = (mcny(low, SERVER_PRICE.1), mcny(high, SERVER_PRICE.2));
            add(
                Spec::ServerPriceMcny,
                range,
                "a street price, and servers of other make".to_owned(),
            );
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_typed_with_dashes() {
        assert_eq!(slug("Huawei Ascend 910B1 (v1)"), "huawei-ascend-910b1-v1");
        assert_eq!(slug("MetaX MXC500 (OAM)"), "metax-mxc500-oam");
    }

    #[test]
    fn the_first_value_speaks_and_all_make_the_range() {
        let all = [(376.0, None), (320.0, None), (780.0, Some(800.0))];
        assert_eq!(spread(all.into_iter()), Some((376.0, (320.0, 800.0))));
        assert_eq!(spread(std::iter::empty()), None);
    }
}
