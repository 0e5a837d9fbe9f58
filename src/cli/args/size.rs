//! Arguments of `exacity size`.

use super::OutputArgs;
use super::forecast::goal;
use crate::plan::forecast::case::Goal;
use clap::Args;
use std::path::PathBuf;

/// Size a gap: EFLOPS to accelerators, servers, racks, megawatts and money
///
/// Nameplate and sustained, with what uncertain specifications change. Chips and site figures come from the
/// project's data; everything else is an assumption that is listed and can be replaced.
#[derive(Debug, Clone, Args)]
#[command(
    allow_negative_numbers = true,
    after_long_help = "\
Examples:
  exacity size --gap 15 --chip ascend-910b
  exacity size --place guizhou --chip ascend-910c --power-limit 120MW
  exacity size --chips
  exacity size --file sizes.json --format csv"
)]
pub struct SizeArgs {
    /// Compute to add, in EFLOPS
    #[arg(long, value_name = "EFLOPS", value_parser = |text: &str| quantity(text, "EFLOPS"), required_unless_present_any = ["place", "file", "chips"])]
    pub gap: Option<f64>,
    /// The chip, by its name or the end of it
    #[arg(long, value_name = "NAME", required_unless_present_any = ["file", "chips"])]
    pub chip: Option<String>,
    /// List the chips that there are
    #[arg(long, conflicts_with_all = ["gap", "chip", "place", "file"])]
    pub chips: bool,
    /// The place: its PUE and energy price where known, and without --gap the gap to its next open target
    #[arg(long, value_name = "PLACE")]
    pub place: Option<String>,
    /// A target instead of the place's own, as in 200@2027-12-31
    #[arg(long, value_name = "VALUE@DATE", value_parser = goal, requires = "place", conflicts_with = "gap")]
    pub target: Option<Goal>,
    /// A file with one case or several, TOML or JSON
    #[arg(long, value_name = "FILE", conflicts_with_all = ["gap", "chip", "place"])]
    pub file: Option<PathBuf>,
    /// Number format of the gap, such as FP16; chips are rated at dense FP16
    #[arg(long, value_name = "FORMAT", requires = "chip")]
    pub precision: Option<String>,
    /// Rate of the chip in the format of the gap, as a share of its FP16 rate
    #[arg(long, value_name = "SHARE", value_parser = |text: &str| quantity(text, ""), requires = "chip")]
    pub precision_factor: Option<f64>,
    /// Power limit at the meter: how much fits under it
    #[arg(long, value_name = "MW", value_parser = |text: &str| quantity(text, "MW"), requires = "chip")]
    pub power_limit: Option<f64>,
    /// What is known of the site and the server.
    #[command(flatten)]
    pub known: KnownArgs,
    /// How and where to answer.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Numbers that replace what data and assumptions say.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Numbers that replace assumptions")]
pub struct KnownArgs {
    /// Accelerators in a server
    #[arg(long, value_name = "N", value_parser = |text: &str| quantity(text, ""))]
    pub per_server: Option<f64>,
    /// Power of a server
    #[arg(long, value_name = "kW", value_parser = |text: &str| quantity(text, "kW"))]
    pub server_kw: Option<f64>,
    /// Price of a server
    #[arg(long, value_name = "MCNY", value_parser = |text: &str| quantity(text, "MCNY"))]
    pub server_price: Option<f64>,
    /// Power limit of a rack
    #[arg(long, value_name = "kW", value_parser = |text: &str| quantity(text, "kW"))]
    pub rack_kw: Option<f64>,
    /// Servers that fit into a rack
    #[arg(long, value_name = "N", value_parser = |text: &str| quantity(text, ""))]
    pub servers_per_rack: Option<f64>,
    /// Power usage effectiveness
    #[arg(long, value_name = "RATIO", value_parser = ratio)]
    pub pue: Option<f64>,
    /// Average share of the full load
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub load_factor: Option<f64>,
    /// Price of energy
    #[arg(long, value_name = "CNY/kWh", value_parser = |text: &str| quantity(text, "CNY/kWh"))]
    pub energy_price: Option<f64>,
    /// Power of the network, as a share of server power
    #[arg(long, value_name = "SHARE", value_parser = |text: &str| quantity(text, ""))]
    pub network_overhead: Option<f64>,
    /// Network capex, as a share of server capex
    #[arg(long, value_name = "SHARE", value_parser = |text: &str| quantity(text, ""))]
    pub network_share: Option<f64>,
    /// Facility capex per MW at the meter
    #[arg(long, value_name = "MCNY", value_parser = |text: &str| quantity(text, "MCNY"))]
    pub facility_capex: Option<f64>,
    /// Share of the peak rate that real work sustains
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub mfu: Option<f64>,
}

fn share(text: &str) -> Result<f64, String> {
    quantity(text, "").and_then(|share| match share {
        share if share <= 1.0 => Ok(share),
        _ => Err("a share is at most 1".to_owned()),
    })
}

fn ratio(text: &str) -> Result<f64, String> {
    quantity(text, "").and_then(|ratio| match ratio {
        ratio if ratio >= 1.0 => Ok(ratio),
        _ => Err("a site draws at least what its servers draw: 1 or more".to_owned()),
    })
}

/// Units that people write after a number, with their dimension and their size in it.
const UNITS: [(&str, &str, f64); 11] = [
    ("EFLOPS", "compute", 1.0),
    ("PFLOPS", "compute", 1e-3),
    ("TFLOPS", "compute", 1e-6),
    ("kW", "power", 1.0),
    ("MW", "power", 1e3),
    ("GW", "power", 1e6),
    ("W", "power", 1e-3),
    ("MCNY", "money", 1.0),
    ("CNY", "money", 1e-6),
    ("CNY/kWh", "price", 1.0),
    ("CNY/MWh", "price", 1e-3),
];

/// Reads a number above zero, with the unit of the option or none. Another unit is refused: a slip between
/// kW and MW is a factor of a thousand, and nobody would see it in the answer.
fn quantity(text: &str, unit: &str) -> Result<f64, String> {
    let text = text.trim();
    let end = text
        .rfind(|c: char| c.is_ascii_digit() || c == '.')
        .map_or(0, |at| at + 1);
    let (digits, stated) = (text[..end].trim(), text[end..].trim());
    let number: f64 = digits
        .parse()
        .map_err(|_| format!("`{text}` is no number"))?;
    if !(number > 0.0 && number.is_finite()) {
        return Err(format!("{number} is not above zero"));
    }
    if stated.is_empty() || stated == unit {
        return Ok(number);
    }
    let known = |name: &str| UNITS.iter().find(|(known, ..)| *known == name);
    let hint = match (known(stated), known(unit)) {
        (Some((_, one, size)), Some((_, other, base))) if one == other => {
            format!("; {text} is {}", number * size / base)
        }
        _ => String::new(),
    };
    let wanted = if unit.is_empty() { "no unit" } else { unit };
    Err(format!(
        "`{stated}` is not the unit of this option, which takes {wanted}{hint}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_taken_if_it_is_the_right_one() {
        assert_eq!(quantity("45kW", "kW"), Ok(45.0));
        assert_eq!(quantity("1.5e1", "EFLOPS"), Ok(15.0));
        assert_eq!(quantity("0.35 CNY/kWh", "CNY/kWh"), Ok(0.35));
    }

    #[test]
    fn megawatts_for_kilowatts_are_refused_with_the_number_meant() {
        let refused = quantity("0.045MW", "kW").unwrap_err();
        assert!(
            refused.contains("takes kW") && refused.contains("is 45"),
            "{refused}"
        );
        assert!(
            quantity("15PFLOPS", "EFLOPS")
                .unwrap_err()
                .contains("is 0.015")
        );
        assert!(quantity("15FP16", "EFLOPS").is_err());
        assert!(quantity("-3", "kW").is_err() && quantity("nan", "kW").is_err());
    }
}
