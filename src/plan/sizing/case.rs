//! Sizes asked by a file: one case, or several under `cases`.
//!
//! The file is TOML or JSON, schema `exacity.sizing/1`. Keys carry their units (`rack_kw`, `facility_mcny_per_mw`),
//! so that a megawatt cannot stand where a kilowatt is meant; a value that is a thousand times off for its
//! unit is a warning. A gap and a chip that state different number formats need `precision_factor`.

use super::{
    ChipSpec, Need, NoSize, Site, Sized, Spec, Swing, Uncertain, sensitivity, size, within_power,
};
use crate::config::{Kind, Shape, Table, key, read_question, required};
use crate::dataset::number_format;
use crate::diagnostics::{Checked, Code, Diagnostic, Diagnostics, FileId, Files, Span};

const ABOVE: Kind = Kind::Number(f64::MIN_POSITIVE, 1e12);
const PLAIN: Kind = Kind::Number(0.0, 1e12);
const SHARE: Kind = Kind::Number(0.0, 1.0);
const COUNT: Kind = Kind::Integer(1, 1_000_000);

const CHIP: Shape = Shape {
    what: "a chip",
    keys: &[
        required(
            "peak_tflops",
            ABOVE,
            "peak rate of an accelerator in TFLOPS",
        ),
        required("accelerators_per_server", COUNT, "accelerators in a server"),
        required("server_kw", ABOVE, "power of a server in kW"),
        key(
            "server_price_mcny",
            PLAIN,
            "price of a server in MCNY; no capex without it",
        ),
        key(
            "precision",
            Kind::Text,
            "number format of the rate, such as FP16",
        ),
        key(
            "peak_tflops_range",
            Kind::Range,
            "lowest and highest rate that sources give",
        ),
        key("server_kw_range", Kind::Range, "lowest and highest power"),
        key(
            "server_price_mcny_range",
            Kind::Range,
            "lowest and highest price",
        ),
        key("name", Kind::Text, "its name"),
        key("note", Kind::Any, "a remark"),
    ],
};

/// The keys of one case. Several stand under `cases`, and then these may stand beside them as defaults of
/// none: each case is complete.
const CASE: Shape = Shape {
    what: "a sizing case",
    keys: &[
        key("name", Kind::Text, "its name"),
        required("eflops", PLAIN, "the gap in EFLOPS"),
        key(
            "precision",
            Kind::Text,
            "number format of the gap, such as FP16",
        ),
        key(
            "precision_factor",
            ABOVE,
            "rate of the chip in the format of the gap, as a share of its stated rate",
        ),
        required("chip", Kind::Table(&CHIP), "the chip in its server"),
        key(
            "network_overhead",
            PLAIN,
            "network power as a share of server power; 0.1",
        ),
        key(
            "pue",
            Kind::Number(1.0, 10.0),
            "power usage effectiveness; 1.25",
        ),
        key("load_factor", SHARE, "average share of full load; 0.75"),
        key("energy_price", PLAIN, "CNY/kWh; 0.45"),
        key("rack_kw", ABOVE, "power limit of a rack in kW; 45"),
        key(
            "max_servers_per_rack",
            COUNT,
            "servers that fit into a rack; 8",
        ),
        key(
            "network_share",
            PLAIN,
            "network capex as a share of server capex; 0.15",
        ),
        key(
            "facility_mcny_per_mw",
            PLAIN,
            "facility capex in MCNY per MW; 35",
        ),
        key(
            "mfu",
            SHARE,
            "share of the peak rate that work sustains; 0.4",
        ),
        key("power_limit_mw", PLAIN, "power limit at the meter in MW"),
        key("pue_range", Kind::Range, "lowest and highest PUE"),
        key(
            "load_factor_range",
            Kind::Range,
            "lowest and highest load factor",
        ),
        key(
            "energy_price_range",
            Kind::Range,
            "lowest and highest energy price",
        ),
        key(
            "mfu_range",
            Kind::Range,
            "lowest and highest share sustained",
        ),
        key(
            "schema",
            Kind::Word(&["exacity.sizing/1"]),
            "the format of the file",
        ),
        key("note", Kind::Any, "a remark"),
        key("expected", Kind::Any, "an answer to compare with; not read"),
        key(
            "tolerance",
            Kind::Any,
            "how close the answer must be; not read",
        ),
    ],
};

const MANY: Shape = Shape {
    what: "a sizing file",
    keys: &[
        required(
            "schema",
            Kind::Word(&["exacity.sizing/1"]),
            "the format of the file",
        ),
        required("cases", Kind::List(&Kind::Table(&CASE)), "the cases"),
        key("name", Kind::Text, "its name"),
        key("note", Kind::Text, "a remark"),
        key(
            "tolerance",
            Kind::Any,
            "how close answers must be; not read",
        ),
    ],
};

/// The answers to a file.
#[derive(Debug, Clone)]
pub struct Answered {
    /// Name of the file's question.
    pub name: String,
    /// The author's note.
    pub note: String,
    /// Each case with its answer.
    pub cases: Vec<SizedCase>,
}

/// A case with its answer.
#[derive(Debug, Clone)]
pub struct SizedCase {
    /// Its name.
    pub name: String,
    /// What was asked.
    pub need: Need,
    /// The answer, or why there is none.
    pub sized: Result<Sized, NoSize>,
    /// What uncertain specifications change.
    pub swings: Vec<Swing>,
    /// A power limit with the servers and EFLOPS that fit under it.
    pub within: Option<(f64, f64, f64)>,
}

impl SizedCase {
    /// Sizes a need with its uncertain specifications, and what fits under a power limit.
    pub fn new(name: String, need: Need, uncertain: &[Uncertain], limit_mw: Option<f64>) -> Self {
        Self {
            name,
            sized: size(&need),
            swings: sensitivity(&need, uncertain),
            within: limit_mw.map(|limit| {
                let (servers, eflops) = within_power(&need, limit);
                (limit, servers, eflops)
            }),
            need,
        }
    }
}

/// Reads a file and sizes what it asks for.
pub fn answer(name: &str, text: &str) -> Checked<Answered> {
    let mut found = Diagnostics::new();
    let mut files = Files::default();
    // A file is read by the shape that its first keys announce, so that messages name its own keys.
    let many = text.contains("cases");
    let shape = if many { &MANY } else { &CASE };
    let table = read_question(name, text, shape, &mut files, &mut found);
    let whole = Span::whole(&FileId::new(name));
    let value = table.and_then(|table| {
        let cases: Vec<Option<SizedCase>> = if many {
            let cases = table.tables("cases");
            cases
                .map(|(value, case)| sized(case, &value.span, &mut found))
                .collect()
        } else {
            vec![sized(&table, &whole, &mut found)]
        };
        let word = |key: &str| table.text(key).unwrap_or_default().to_owned();
        Some(Answered {
            name: word("name"),
            note: word("note"),
            cases: cases.into_iter().collect::<Option<Vec<_>>>()?,
        })
    });
    Checked {
        value: value.filter(|_| !found.has_errors()),
        diagnostics: found,
        files,
    }
}

fn sized(case: &Table, at: &Span, found: &mut Diagnostics) -> Option<SizedCase> {
    let chip = case.table("chip")?;
    formats(case, chip, at, found);
    let otherwise = Site::default();
    let or = |key: &str, default: f64| case.number(key).unwrap_or(default);
    let need = Need {
        eflops: case.number("eflops")?,
        precision_factor: or("precision_factor", 1.0),
        chip: ChipSpec {
            peak_tflops: chip.number("peak_tflops")?,
            accelerators_per_server: chip.number("accelerators_per_server")?,
            server_kw: chip.number("server_kw")?,
            server_price_mcny: chip.number("server_price_mcny"),
        },
        site: Site {
            network_overhead: or("network_overhead", otherwise.network_overhead),
            pue: or("pue", otherwise.pue),
            load_factor: or("load_factor", otherwise.load_factor),
            energy_price: or("energy_price", otherwise.energy_price),
            rack_kw: or("rack_kw", otherwise.rack_kw),
            max_servers_per_rack: or("max_servers_per_rack", otherwise.max_servers_per_rack),
            network_share: or("network_share", otherwise.network_share),
            facility_mcny_per_mw: or("facility_mcny_per_mw", otherwise.facility_mcny_per_mw),
            mfu: or("mfu", otherwise.mfu),
        },
    };
    units(case, chip, found);
    let uncertain = Spec::ALL.into_iter().filter_map(|spec| {
        let key = format!("{}_range", spec.word());
        let range = chip.get(&key).or_else(|| case.get(&key))?.array()?;
        Some(Uncertain {
            what: spec,
            range: (range.first()?.number()?, range.get(1)?.number()?),
            why: "stated in the file".to_owned(),
        })
    });
    let uncertain: Vec<Uncertain> = uncertain.collect();
    let name = case.text("name").unwrap_or_default().to_owned();
    Some(SizedCase::new(
        name,
        need,
        &uncertain,
        case.number("power_limit_mw"),
    ))
}

/// Refuses a gap in one number format and a chip in another, unless a factor says how they compare.
fn formats(case: &Table, chip: &Table, at: &Span, found: &mut Diagnostics) {
    let stated = |table: &Table| {
        let word = table.text("precision").unwrap_or_default();
        number_format(word).to_uppercase()
    };
    let (gap, rate) = (stated(case), stated(chip));
    if case.has("precision_factor") || gap.is_empty() || rate.is_empty() || gap == rate {
        return;
    }
    found.push(different_formats(&gap, &rate).at(
        case.get("precision").map_or(at, |v| &v.span).clone(),
        "the gap",
    ));
}

/// Makes the finding for a gap and a chip in different number formats.
pub(super) fn different_formats(gap: &str, rate: &str) -> Diagnostic {
    let message = format!("the gap is in {gap}, the rate of the chip in {rate}");
    Diagnostic::new(Code("E0538"), message)
        .help(format!("state the rate of the chip in {gap}, or `precision_factor`: its {gap} rate as a share of its {rate} rate"))
}

/// Warns of values that are a thousand times off for their unit.
fn units(case: &Table, chip: &Table, found: &mut Diagnostics) {
    // Wide limits: what lies beyond them is not unusual hardware but another unit.
    let checks = [
        (chip, "server_kw", 0.05, 500.0, "kW"),
        (chip, "peak_tflops", 1.0, 100_000.0, "TFLOPS"),
        (chip, "server_price_mcny", 0.01, 100.0, "MCNY"),
        (case, "rack_kw", 1.0, 2_000.0, "kW"),
        (case, "energy_price", 0.02, 10.0, "CNY/kWh"),
    ];
    for (table, key, low, high, unit) in checks {
        let Some(value) = table.get(key) else {
            continue;
        };
        let Some(number) = value.number() else {
            continue;
        };
        if number < low || number > high {
            let message = format!("`{key}` of {number} {unit} looks like another unit");
            found.push(
                Diagnostic::new(Code("W0519"), message)
                    .at(value.span.clone(), "")
                    .help(format!("the key takes {unit}")),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: &str = "schema = \"exacity.sizing/1\"\neflops = 1\nchip = { peak_tflops = 320, accelerators_per_server = 8, server_kw = 5, server_price_mcny = 1.2, precision = \"FP16\" }\n";

    fn codes(text: &str) -> Vec<&'static str> {
        let checked = answer("s.toml", text);
        assert_eq!(checked.value.is_none(), checked.diagnostics.has_errors());
        checked.diagnostics.iter().map(|d| d.code.0).collect()
    }

    #[test]
    fn a_gap_in_another_format_needs_a_factor() {
        let fp32 = format!("{CASE}precision = \"FP32\"\n");
        assert_eq!(codes(&fp32), ["E0538"]);
        assert!(codes(&format!("{fp32}precision_factor = 0.25\n")).is_empty());
        assert!(codes(&format!("{CASE}precision = \"fp16\"\n")).is_empty());
    }

    #[test]
    fn watts_in_a_key_for_kilowatts_are_noticed() {
        assert_eq!(
            codes(&CASE.replace("server_kw = 5", "server_kw = 5000")),
            ["W0519"]
        );
    }

    #[test]
    fn negative_and_missing_values_are_refused_together() {
        let bad = CASE
            .replace("eflops = 1", "eflops = -1")
            .replace("peak_tflops = 320, ", "");
        assert_eq!(codes(&bad), ["E0110", "E0105"]);
    }

    #[test]
    fn ranges_in_a_file_give_swings() {
        let text = format!("{CASE}pue_range = [1.1, 1.4]\n");
        let answered = answer("s.toml", &text).value.unwrap();
        let swing = &answered.cases[0].swings[0];
        let power = |sized: &Result<Sized, NoSize>| sized.unwrap().facility_mw;
        assert!(power(&swing.low) < power(&swing.high));
        assert_eq!(answered.cases[0].swings.len(), 1);
    }
}
